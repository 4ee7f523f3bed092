"""A special fund plans: it carries only whom it can go on carrying, by hand."""

import numpy as np
import pytest

from abm import RareCareModel
from agents.codes import Base, Fund, Payer, Rationing, Stage
from agents.core.record import NEVER
from tests.support.hamlet import build, drug, layer, schedule

BILL = 100_000.0
"""A quarter of a drug of 400,000 yuan a year; the fund owes all of it."""


def funded(n=3, balance=0.0, yearly=0.0, rule=Rationing.FIRST_COME, **parameters):
    """Return the clockwork of a hamlet whose special fund pays n patients' bills in full."""
    whole = layer(Payer.SPECIAL_FUND, [(1e18, 1.0)], base=Base.ALL)
    state = build(n, layers=[whole], a_drug=drug(4 * BILL), **parameters)
    fund = state.funds[Fund.SPECIAL_FUND]
    fund.balance, fund.ration = balance, rule
    state.levers["per_head_levy"] = yearly / (2 * 1000.0)
    state.funds["heads"] = state.funds["income_per_head"] = state.funds["other_per_head"] = 0.0
    state.patients["diagnosed"] = -10 - np.arange(n)  # the last has been diagnosed the longest
    state.patients["income"] = state.patients["savings"] = 0  # nobody can pay anything
    state.patients["registered"] = -1
    return schedule(state)


def live(works, months, first=0):
    """Live some months of income and bills; return what the fund paid in each."""
    paid = []
    for month in range(first, first + months):
        works.collect(month)
        due = works.state.patients["due"]
        asks = (due <= month) | (works.state.patients["stage"] == Stage.DIAGNOSED)
        before = works.state.funds["paid_rare"][Fund.SPECIAL_FUND]
        works.treat(np.flatnonzero(asks).astype(np.int32), month)
        paid.append(works.state.funds["paid_rare"][Fund.SPECIAL_FUND] - before)
    return paid


def on_treatment(works):
    """Return which patients are on treatment."""
    return list(works.state.patients["stage"] == Stage.TREATED)


def test_a_fund_takes_on_whom_it_can_carry_for_a_year():
    """900,000 yuan are two patients' year, not nine patients' quarter."""
    works = funded(3, balance=900_000.0)
    assert live(works, 12) == [2 * BILL if month % 3 == 0 else 0.0 for month in range(12)]
    assert on_treatment(works) == [False, True, True]


def test_a_fund_that_does_not_look_ahead_interrupts():
    works = funded(3, balance=900_000.0, fund_plans_ahead=1)
    assert live(works, 12)[::3] == [3 * BILL, 3 * BILL, 3 * BILL, 0.0]
    assert not any(on_treatment(works))


def test_income_to_come_counts():
    """400,000 a year, a twelfth a month: one patient begins as soon as a quarter is there."""
    works = funded(3, yearly=4 * BILL)
    assert live(works, 24) == pytest.approx([0, 0, BILL] * 8, abs=1e-6)
    assert on_treatment(works) == [False, False, True]


def test_those_carried_come_before_those_diagnosed_longer():
    works = funded(2, balance=4 * BILL)
    state = works.state
    works.treat(np.array([0], np.int32), 0)
    assert on_treatment(works) == [True, False]
    works.treat(np.array([0, 1], np.int32), 3)
    assert on_treatment(works) == [True, False]
    assert state.funds["paid_rare"][Fund.SPECIAL_FUND] == 2 * BILL


@pytest.mark.parametrize("rule", list(Rationing))
def test_what_is_left_of_a_year_is_spread_over_it(rule):
    """Two are carried, and money is there for three quarters of their bills to the year's end."""
    works = funded(2, balance=8 * BILL, rule=rule)
    works.state.patients["income"] = works.state.patients["savings"] = 10**8
    live(works, 1)
    works.state.funds["balance"][Fund.SPECIAL_FUND] = 4.5 * BILL
    assert live(works, 9, first=3)[::3] == pytest.approx([1.5 * BILL] * 3)


def test_a_fund_that_does_not_know_its_patients_takes_on_too_many_and_refuses_later():
    """Of four bills a year it expects one."""
    works = funded(3, balance=900_000.0)
    works.state.patients["registered"][:] = NEVER
    known = funded(3, balance=900_000.0)
    months = np.array(live(works, 12)), np.array(live(known, 12))
    assert months[0][:9].sum() > months[1][:9].sum()
    assert works.state.funds["rationed"][Fund.SPECIAL_FUND] > 0.0
    assert sum(on_treatment(works)) < sum(on_treatment(known)) == 2


@pytest.mark.slow
def test_the_plan_goes_with_the_people():
    """Merged pools expect what their parts expected."""
    model = RareCareModel(policy="zhejiang", scale=0.004, years=3, rng=1)
    while model.steps < 20:
        model.step()
    funds = model.state.funds
    before = funds["due_quarterly"].sum() + funds["due_yearly"].sum()
    assert before > 0.0
    branch = model.branch("zhejiang", {"financing.pooling.special_fund": "nation"})
    merged = branch.state.funds[branch.state.funds["serves"] == 1]
    assert len(merged) == 1
    assert merged["due_quarterly"].sum() + merged["due_yearly"].sum() == pytest.approx(before)
