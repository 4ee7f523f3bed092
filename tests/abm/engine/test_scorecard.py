"""A year's scorecard, worked out by hand in a hamlet."""

import math

import pytest

from abm.engine.scorecard import Judged, figures, judged
from abm.policy.triggers import MEASURES
from agents.codes import Fund, Stage
from agents.core.record import NEVER
from tests.support.hamlet import build, disease


def test_it_has_the_figures_that_triggers_can_name():
    assert figures(build(), Judged(0, 0)).keys() == MEASURES.keys()


def test_of_what_nobody_counts_nothing_is_known():
    state = build(a_disease=disease(first_drug=-1))
    state.patients["stage"] = Stage.WELL
    assert all(math.isnan(figure) for figure in figures(state, None).values())


def test_special_funds_by_their_claims():
    state = build()
    state.funds["paid_rare"], state.funds["rationed"] = 1e6, 5e6  # of the others it is no matter
    fund = state.funds[Fund.SPECIAL_FUND]
    fund.paid_rare, fund.rationed, fund.balance = 300.0, 100.0, 200.0
    found = figures(state, None)
    assert (found["fund_refused"], found["fund_balance"]) == (0.25, 0.5)


def test_who_is_treated_and_registered_of_whom():
    state = build(8)
    rows = state.patients
    rows["stage"] = [Stage.WELL, Stage.DEAD, Stage.SEEKING, Stage.DIAGNOSED, Stage.TREATED,
                     Stage.TREATED, Stage.INTERRUPTED, Stage.TREATED]  # fmt: skip
    rows["registered"][[1, 4]] = 0
    state.counters["patients"] = 7  # the last row is not in use
    state.drugs["launched"] = 3
    found = figures(state, None)
    assert found["on_treatment"] == pytest.approx(2 / 5)
    assert found["registered"] == pytest.approx(1 / 4)
    state.drugs["launched"] = NEVER
    assert math.isnan(figures(state, None)["on_treatment"])


def test_the_catastrophic_of_the_years_judged_in_this_year():
    state = build(3)
    state.patients["observed_years"], state.patients["catastrophic_years"] = [9, 5, 6], [4, 0, 3]
    assert judged(state) == (20, 7)
    assert figures(state, Judged(16, 6))["catastrophic"] == pytest.approx(1 / 4)
    assert figures(state, Judged(0, 0))["catastrophic"] == pytest.approx(7 / 20)
