"""Whose terms have changed: only theirs who ask again."""

import numpy as np
import pytest

from abm.engine.terms import alike
from agents.codes import Base, Fund, Payer, Scheme
from agents.core import bitset
from agents.core.limits import DISEASES, DRUGS
from agents.records.bill import BillRow
from agents.records.insurance import LayerRow
from tests.support.hamlet import NO_LIMIT, build, drug, layer
from tests.support.plain import agents as plain

RESIDENTS, EMPLOYEES = (bitset.of([one], len(Scheme)) for one in (Scheme.RESIDENT, Scheme.EMPLOYEE))
FIRST = layer(Payer.BASIC, base=Base.ALL)


def with_layers(*layers):
    """Return a change of the layers in force."""

    def change(state):
        state = state._replace(layers=np.array(list(layers), LayerRow.layout))
        state.cities["layers"] = bitset.of(range(len(layers)), 256)
        return state

    return change


def with_values(array, **values):
    """Return a change of fields of one of the state's arrays."""

    def change(state):
        for name, value in values.items():
            getattr(state, array)[name] = value
        return state

    return change


def asks_again(change, month=0, **fields):
    """Return whether a resident with one layer asks again after a change."""
    before = build(layers=[FIRST], **fields)
    now = change(build(layers=[FIRST], **fields))
    return bool(plain.terms.terms_changed(
        now, before, alike(now.layers, before.layers), BillRow.array(1)[0], now.patients[0],
        now.diseases[0], month,
    ))  # fmt: skip


MORE = layer(Payer.BASIC, ((NO_LIMIT, 0.6),), base=Base.ALL)
SECOND = {"payer": Payer.SPECIAL_FUND, "base": Base.ALL}


@pytest.mark.parametrize(
    ("change", "asked"),
    [
        (lambda state: state, False),
        (with_layers(MORE), True),
        (with_layers(), True),
        (with_layers(FIRST, layer(**SECOND)), True),
        (with_layers(layer(**SECOND), FIRST), True),
        (with_layers(FIRST, layer(**SECOND, schemes=EMPLOYEES)), False),
        (with_layers(layer(**SECOND, schemes=EMPLOYEES), FIRST), False),
        (with_layers(layer(Payer.BASIC, base=Base.ALL, schemes=RESIDENTS)), False),
        (with_layers(FIRST, layer(**SECOND, diseases=bitset.of([1], DISEASES))), False),
        (with_layers(FIRST, layer(**SECOND, poor_only=1)), False),
        (with_values("drugs", price=90_000.0), True),
        (with_values("drugs", listed=0), True),
        (with_values("cities", benefit_factor=1.1), True),
        (with_values("levers", away_unreferred=0.5), False),  # insured at home
        (with_values("levers", outsiders=2), False),  # no zone to travel to
        (with_values("levers", grant_cap=9000.0), True),
        (with_values("levers", catalogue=0), True),
        (with_values("levers", reporting=2, compliance=0.9, slots=2.0), False),
        (with_values("funds", ration=1), False),
        (with_values("cities", fund=np.arange(len(Fund))[::-1]), False),
    ],
)  # fmt: skip
def test_who_asks_again(change, asked):
    assert asks_again(change) == asked


def test_without_a_foundation_its_rules_are_nobodys_terms():
    assert not asks_again(with_values("levers", grant_cap=9000.0), foundations=())


def test_a_drug_that_comes_within_reach_is_asked_for_and_one_that_is_nowhere_is_not():
    def stocked(*drugs):
        def change(state):
            for place in (state.cities, state.provinces):
                place["stocked"] = bitset.of(drugs, DRUGS)
            return state

        return change

    assert not asks_again(lambda state: stocked()(with_layers(MORE)(state)))
    before, now = stocked()(build(layers=[FIRST])), build(layers=[FIRST])
    assert plain.terms.terms_changed(
        now, before, alike(now.layers, before.layers), BillRow.array(1)[0], now.patients[0],
        now.diseases[0], 0,
    )  # fmt: skip


def test_an_earlier_launch_is_asked_about():
    early = with_values("levers", launch_forward=12)
    sold = {"a_drug": drug(approved=6)}
    assert asks_again(early, **sold)
    assert not asks_again(with_layers(MORE), **sold)  # not sold yet: no terms matter
    assert asks_again(with_layers(MORE), month=6, **sold)


def test_an_earlier_launch_wakes_also_those_near_whom_nobody_has_the_drug_yet():
    """They wait for a launch that was years ahead, and would sleep until it."""

    def launched_early(state):
        for place in (state.cities, state.provinces):
            place["stocked"] = bitset.of([], DRUGS)
        state.levers["launch_forward"] = 12
        return state

    assert asks_again(launched_early, a_drug=drug(approved=6))
    assert not asks_again(launched_early, a_drug=drug(approved=0))  # it was sold before too


@pytest.mark.parametrize(("row", "month", "asked"), [(1, 0, True), (0, 0, False), (1, 5, False)])
def test_who_waits_for_a_review_hears_when_the_payers_review_no_more(row, month, asked):
    """By the levers of the place of insurance, here in the zone, and as long as it is not over."""
    states = []
    for reviews in (1, 0):
        state = build(layers=[FIRST])
        state = state._replace(cities=np.repeat(state.cities, 2), km=np.zeros((2, 2)))
        state.cities["zone"] = [0, 1]
        state.patients["insured"], state.patients["reviewed"] = 1, 5
        state.levers["prior_review"][row] = reviews
        states.append(state)
    before, now = states
    assert asked == bool(plain.terms.terms_changed(
        now, before, alike(now.layers, before.layers), BillRow.array(1)[0], now.patients[0],
        now.diseases[0], month,
    ))  # fmt: skip
