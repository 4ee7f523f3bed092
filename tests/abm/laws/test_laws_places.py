"""What a place's levers move, which way, and what they leave alone: regions, care away, zones."""

from itertools import pairwise

import numpy as np
import pytest

from abm import load_policy, load_world
from abm.setup import initial_state
from abm.setup.apply_policy import apply_policy
from agents.codes import Payer
from agents.records.bill import BillRow
from tests.support.hamlet import NO_LIMIT, build, layer
from tests.support.plain import agents as plain
from tests.support.same import digests, fields

HOME, ELSEWHERE = 0, 1
HALF = ((NO_LIMIT, 0.5),)


def quoted(state):
    """Return the first patient's bill, and what each payer owes of it."""
    bill = BillRow.array(1)[0]
    plain.quoting.quote(state, bill, 0, state.params[0], 0)
    owed = np.zeros(len(Payer))
    for n in range(bill.lines):
        owed[bill.payer[n]] += bill.owed[n]
    return bill, owed


# ---- differences between regions ------------------------------------------------------------


@pytest.fixture(scope="module")
def country():
    """China without patients: its state and what does not change."""
    world = load_world()
    return initial_state.build(world, 0.0003, 0, False)


def under(country, settings, policy="uniform-national"):
    """Return the country's state with levers set."""
    state, setup = country
    levers = load_policy(policy, settings).levers_at(24)
    return apply_policy(state.copy(), levers, setup)


def test_the_stronger_the_difference_the_more_rich_regions_pay_and_the_less_poor_ones(country):
    strengths = (0.0, 0.2, 0.5)
    found = [
        under(country, {"regional.income_elasticity": strength}).cities["benefit_factor"]
        for strength in strengths
    ]
    rich = found[-1] > 1.0
    assert (found[0] == 1.0).all()
    assert rich.any()
    assert not rich.all()
    for less, more in pairwise(found):
        assert (more[rich] > less[rich]).all()
        assert (more[~rich] < less[~rich]).all()


def test_the_difference_touches_nothing_but_what_cities_pay(country):
    one, other = (
        under(country, {"regional.income_elasticity": strength}) for strength in (0.0, 0.5)
    )
    changed = {name for name, digest in digests(one).items() if digest != digests(other)[name]}
    assert changed == {"cities"}
    for name in one.cities.dtype.names:
        same = all(
            np.array_equal(a, b)
            for a, b in zip(fields(one.cities[name]), fields(other.cities[name]), strict=True)
        )
        assert same == (name != "benefit_factor"), name


@pytest.mark.parametrize("factor", [0.5, 1.0, 1.5])
def test_a_patient_pays_what_a_poor_region_does_not(factor):
    state = build(layers=[layer(Payer.BASIC, HALF)])
    state.cities["benefit_factor"] = factor
    bill, owed = quoted(state)
    assert owed[Payer.BASIC] == pytest.approx(0.5 * factor * bill.amount)
    assert bill.household_share == pytest.approx(bill.amount - owed.sum())


# ---- care away from the insured place -------------------------------------------------------


def abroad(*, payer=Payer.BASIC, insured=HOME, referred=0, **cuts):
    """Return a patient who lives in one province and is insured there or in another."""
    state = build(layers=[layer(payer, HALF)])
    state = state._replace(
        cities=np.repeat(state.cities, 2), provinces=np.repeat(state.provinces, 2),
        km=np.array([[0.0, 500.0], [500.0, 0.0]]), taken_up=np.repeat(state.taken_up, 2, axis=0),
    )  # fmt: skip
    state.cities["province"] = [HOME, ELSEWHERE]
    for name, cut in cuts.items():
        state.levers[name] = cut
    state.patients["insured"], state.patients["referred"] = insured, referred
    return state


@pytest.mark.parametrize(("lever", "referred"), [("away_unreferred", 0), ("away_referred", 1)])
def test_what_is_lost_away_is_a_share_that_the_household_bears(lever, referred):
    paid = []
    for cut in (0.0, 0.2, 0.5, 1.0):
        state = abroad(insured=ELSEWHERE, referred=referred, **{lever: cut})
        bill, owed = quoted(state)
        assert owed[Payer.BASIC] == pytest.approx(0.5 * (1.0 - cut) * bill.amount)
        assert bill.household_share == pytest.approx(bill.amount - owed.sum())
        paid.append(bill.household_share)
    assert paid == sorted(paid)


@pytest.mark.parametrize(
    "who",
    [
        {"insured": HOME},
        {"insured": ELSEWHERE, "payer": Payer.COMMERCIAL},
        {"insured": ELSEWHERE, "referred": 1},
    ],
    ids=["at home", "not a social payer", "referred"],
)
def test_what_is_lost_away_unreferred_touches_nobody_else(who):
    one, other = (quoted(abroad(away_unreferred=cut, **who)) for cut in (0.0, 0.7))
    assert one[0].household_share == other[0].household_share
    assert (one[1] == other[1]).all()
    assert one[1].sum() > 0.0


# ---- zones ------------------------------------------------------------------------------------


ZONAL = {
    "zone.provinces": ["Hainan"],
    "benefits.zonal.payer": "special_fund",
    "benefits.zonal.where": "zone",
    "benefits.zonal.drug": "any",
    "benefits.zonal.base": "all_oop",
    "benefits.zonal.order": 90,
    "benefits.zonal.brackets": [{"up_to": "inf", "rate": 0.6}],
    "financing.fiscal": 1.0,
}


def held(state):
    """Return by city which layers hold for those insured there, True or False."""
    numbers = range(len(state.layers))
    return np.array([[plain.bitset.has(row, k) for k in numbers] for row in state.cities["layers"]])


def test_a_zones_layer_holds_for_those_insured_in_it_and_for_nobody_else(country):
    without, zonal = held(under(country, {})), held(under(country, ZONAL))
    inside = country[1].world.cities["province"].to_numpy() == "Hainan"
    assert zonal[inside, -1].all()
    assert not zonal[~inside, -1].any()
    assert (zonal[:, :-1] == without).all()


@pytest.mark.parametrize(
    ("lever", "value"), [("registry.compliance", 0.99), ("charity.patient_organisations", 3.0)]
)
def test_what_a_zone_sets_for_itself_holds_inside_only(country, lever, value):
    zone = {"zone.provinces": ["Hainan"]}
    before = under(country, zone)
    after = under(country, {**zone, f"zone.inside.{lever}": value})
    outside, inside = range(2)
    name = lever.rpartition(".")[2]
    assert after.levers[name][outside] == before.levers[name][outside]
    assert after.levers[name][inside] == pytest.approx(value) != before.levers[name][inside]
