"""Other countries' rules, other places' schemes, and everything at once: what files must hold."""

from itertools import combinations

import pytest

from abm import load_policy
from abm.errors import UserError

COMPARATORS = ("japan", "taiwan", "eu", "us", "australia")
NATIONAL = ("basic-employee", "basic-resident", "critical-illness", "employee-large-sum",
            "medical-assistance", "huiminbao", "huiminbao-drug-list")  # fmt: skip
"""China's own layers, which another country's rules replace."""
SCHEMES = {
    "qingdao": "qingdao-2012", "shanghai": "shanghai-2011", "zhejiang": "zhejiang-2020",
    "jiangsu": "jiangsu-2021", "shandong": "shandong-2021", "foshan": "foshan-2020",
    "chengdu": "chengdu-2021", "shanxi": "shanxi-2019", "hunan": "hunan-2021",
    "hebei": "hebei-2021",
}  # fmt: skip
"""The layer of `as-happened` that each place's policy carries to the country."""
ALIKE = ("payer", "schemes", "diseases", "response", "drug", "poor_only", "base", "deductible",
         "deductible_income_share", "brackets", "payer_cap", "patient_cap")  # fmt: skip
FULL = "full-mechanism"


def levers_of(name, month=34):
    """Return a policy's levers in a month, by default of November 2021."""
    return load_policy(name).levers_at(month)


@pytest.mark.parametrize("name", COMPARATORS)
def test_a_comparator_pays_by_its_own_layers_alone(name):
    levers = levers_of(name)
    assert not {layer for layer, _ in levers.layers} & set(NATIONAL)
    assert levers.layers


@pytest.mark.parametrize("name", COMPARATORS)
def test_what_is_added_to_a_comparator_does_not_bring_chinas_layers_back(name):
    """Another policy that sets something in them is told, and they still do not pay."""
    settings = {f"benefits.{layer}.payer_cap": 1e5 for layer in NATIONAL}
    together = load_policy(name, settings).levers_at(34)
    assert not {layer for layer, _ in together.layers} & set(NATIONAL)


@pytest.mark.parametrize(("one", "other"), list(combinations(COMPARATORS, 2)))
def test_two_countries_at_once_are_refused_by_both_names(one, other):
    with pytest.raises(UserError, match=f"policies '{one}' and '{other}' contradict each other"):
        load_policy(f"{one}+{other}")


@pytest.mark.parametrize("name", COMPARATORS)
@pytest.mark.parametrize("other", ["classified", "zhejiang", "special-zone", "surplus-share"])
def test_what_pays_beside_the_countrys_insurance_is_not_added_to_another_countrys(name, other):
    for one, two in ((name, other), (other, name)):
        with pytest.raises(UserError, match="contradict each other") as refused:
            load_policy(f"{one}+{two}")
        for policy in (name, other):
            assert repr(policy) in str(refused.value)


@pytest.mark.parametrize("name", COMPARATORS)
@pytest.mark.parametrize("other", ["no-charity", "newborn-screening", "claims-screening"])
def test_what_touches_no_benefits_can_be_added_to_a_comparator(name, other):
    assert load_policy(f"{name}+{other}").name == f"{name}+{other}"


@pytest.mark.parametrize("name", COMPARATORS)
def test_up_to_2020_a_comparator_is_the_baseline(name):
    assert levers_of(name, 11) == levers_of("uniform-national", 11)


@pytest.mark.parametrize("name", COMPARATORS)
def test_a_comparator_says_what_it_leaves_out(name):
    assert "Not modelled: " in load_policy(name).summary


@pytest.mark.parametrize("name", SCHEMES)
def test_a_places_scheme_for_the_country_is_that_of_the_record(name):
    theirs = dict(levers_of("as-happened").layers)[SCHEMES[name]]
    ours = dict(levers_of(name).layers)[f"{name}-scheme"]
    assert [getattr(ours, field) for field in ALIKE] == [getattr(theirs, field) for field in ALIKE]
    assert ours.where == "all"
    assert not ours.local


@pytest.mark.parametrize("name", SCHEMES)
def test_a_places_scheme_can_be_kept_where_it_was_made(name):
    """As the summary says; the record has it nowhere else."""
    where = dict(levers_of("as-happened").layers)[SCHEMES[name]].where
    (place,) = where
    assert f"benefits.{name}-scheme.where=" in load_policy(name).summary
    assert place in load_policy(name).summary
    load_policy(name, {f"benefits.{name}-scheme.where": [place]})


def test_everything_at_once_has_what_the_parts_have():
    full = levers_of(FULL)
    inside = full.inside()
    assert full.zone.sectoral
    assert full.financing.surplus_share > 0.0
    for name, paths in {
        "mandatory-registry": ("registry.reporting", "registry.compliance"),
        "claims-screening": ("registry.claims_screening",),
        "network-radiation": (
            "network.remote", "network.mentoring", "network.mentoring_reaches_counties",
            "network.training_skill", "network.training_willingness",
        ),
        "regional-differentiated": ("regional.income_elasticity",),
        "maternity-levy": ("financing.maternity_levy",),
    }.items():  # fmt: skip
        part = levers_of(name)
        for path in paths:
            group, lever = path.split(".")
            assert getattr(getattr(inside, group), lever) == getattr(getattr(part, group), lever)
    assert set(dict(full.financing.pooling).values()) == {"nation"}
    classified = dict(levers_of("classified").layers)
    layers = dict(full.layers)
    for name in ("basic-employee", "responders-second-share", "responders-off-list"):
        assert layers[name] == classified[name]
    assert all(dict(inside.supervision).values())
