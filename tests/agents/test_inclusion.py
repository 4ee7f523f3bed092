"""The inclusion principle: which diseases a catalogue by rule holds, from when on, and for whom."""

import numpy as np
import pytest

from abm import load_policy
from abm.engine import phases
from abm.policy.coverage import diseases_of
from abm.setup.epidemiology import disease_rows
from agents.codes import Base, Catalogue, Payer, Stage
from agents.core.record import NEVER
from tests.support.hamlet import NO_LIMIT, build, disease, drug, layer, schedule
from tests.support.plain import agents as plain

CARE = {"supportive_cost_mild": 10_000.0, "supportive_cost_per_severity": 20_000.0}
PRINCIPLE = {"prevalence_threshold": 10.0, "least_severity": 0.5, "least_burden": 50_000.0}


def hamlet(*, a_disease=None, a_drug=None, layers=(), **levers):
    """Return a hamlet whose catalogue follows a rule that its disease meets."""
    state = build(
        layers=layers, a_drug=a_drug or drug(100_000.0, listed=0, approved=0),
        a_disease=a_disease or disease(shortfall=0.6, prevalence=1.0, catalogue=0), **CARE,
    )  # fmt: skip
    for name, value in {"catalogue": Catalogue.RULE, **PRINCIPLE, **levers}.items():
        state.levers[name] = value
    return state


def is_in(state, month=0):
    """Return whether the hamlet's disease is in the catalogue after a review in a month."""
    phases.review_catalogue(state, month)
    return plain.regulator.in_catalogue(state.diseases[0], state.levers[0])


def test_a_disease_that_meets_the_whole_principle_is_in():
    assert is_in(hamlet())


@pytest.mark.parametrize("levers", [
    {"prevalence_threshold": 0.9}, {"least_severity": 0.61}, {"least_burden": 100_001.0},
])  # fmt: skip
def test_a_disease_that_fails_one_part_is_not(levers):
    assert not is_in(hamlet(**levers))


def test_a_treatable_disease_is_in_from_the_january_after_its_drug_is_sold():
    state = hamlet(treatable_only=1, a_drug=drug(100_000.0, listed=0, approved=5))
    assert [is_in(state, month) for month in (0, 12)] == [False, True]


def test_without_a_drug_the_burden_is_that_of_older_care():
    state = hamlet(a_drug=drug(100_000.0, listed=0, approved=999))
    assert plain.regulator.burden(state, state.diseases[0], 0) == 30_000.0
    assert not is_in(state)
    assert is_in(hamlet(a_drug=drug(listed=0, approved=999), least_burden=30_000.0))


def test_a_list_in_force_does_not_ask_for_the_principle():
    state = hamlet(catalogue=Catalogue.ALL, least_severity=1.0)
    assert is_in(state)


def test_layers_for_the_catalogue_follow_it_and_others_do_not():
    state = hamlet(
        treatable_only=1, a_drug=drug(listed=0, approved=5),
        layers=[layer(of_catalogue=1), layer(Payer.SPECIAL_FUND)],
    )  # fmt: skip
    covered = []
    for month in (0, 12):
        phases.review_catalogue(state, month)
        covered.append([plain.bitset.has(row.diseases, 0) for row in state.layers])
    assert covered == [[False, True], [True, True]]


def test_those_who_waited_ask_when_their_disease_comes_in():
    """Its price at launch rises over the burden: nobody paid, then the fund pays all."""
    fund = layer(Payer.SPECIAL_FUND, ((NO_LIMIT, 1.0),), of_catalogue=1, base=Base.ALL)
    state = hamlet(layers=[fund], least_burden=200_000.0)
    state.hospitals["stocked"] = state.cities["stocked"]
    state.params["new_terms_within"] = 1
    state.patients["income"], state.patients["savings"] = 1000, 0
    works = schedule(state)
    works.review_catalogue(0)
    assert state.due[0] == NEVER
    state.drugs["list_price"] = 300_000.0
    works.review_catalogue(12)
    assert state.due[0] == 12
    works.treat(np.zeros(1, np.int32), 12)
    assert state.patients["stage"][0] == Stage.TREATED


def test_what_the_shipped_table_says_of_severity(world):
    rows = disease_rows(world)
    taken = dict(zip(world.diseases["disease"], rows["shortfall"], strict=True))
    assert all(0.0 < part < 1.0 for part in taken.values())
    assert taken["SMA_I"] > taken["SMA_II_III"] > taken["MS"]


def test_a_layer_may_meet_whatever_could_ever_be_in(world):
    levers = load_policy("catalogue-by-rule", world=world).levers_at(24)
    one = levers.layers[0][1].model_copy(update={"diseases": "catalogue"})
    names = set(world.diseases["disease"][diseases_of(one, levers, world)])
    assert {"SMA_I", "GAUCHER"} <= names
    assert "SCA" not in names  # there is no drug for it
    assert "GMG" not in names  # too frequent
