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
    """Live some months of income and bills; return what the fund paid in each.

    All ask in the first month; later those do whose bill is due, and those who are called back.
    """
    paid = []
    if first == 0:
        works.state.patients["due"] = 0
    for month in range(first, first + months):
        works.collect(month)
        works.call_back(month)
        asks = works.state.patients["due"] <= month
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


@pytest.mark.parametrize("rule", list(Rationing))
def test_a_reserve_is_for_those_carried_and_nobody_begins_on_it(rule):
    """A year's income is kept; when the rest is spent it pays who is on treatment, to the end."""
    works = funded(2, balance=4 * BILL, rule=rule)
    works.treat(np.array([1], np.int32), 0)
    fund = works.state.funds[Fund.SPECIAL_FUND]
    fund.balance, fund.reserve = 3 * BILL, 1.0
    fund.yearly[0] = 100 * BILL
    works.treat(np.array([0, 1], np.int32), 3)
    assert on_treatment(works) == [False, True]
    assert fund.balance == pytest.approx(2 * BILL)


# ---- those refused ask again ------------------------------------------------------------------


def test_who_was_refused_asks_again_in_the_month_in_which_there_is_money():
    works = funded(1)
    assert live(works, 2) == [0.0, 0.0]
    assert len(works.unfunded) == 1
    works.state.funds["balance"][Fund.SPECIAL_FUND] = 3 * BILL
    assert live(works, 2, first=2) == [0.0, 0.0]  # three bills fall due within the year, not two
    works.state.funds["balance"][Fund.SPECIAL_FUND] = 4 * BILL
    assert live(works, 1, first=4) == [BILL]
    assert len(works.unfunded) == 0


def test_nobody_is_asked_for_whom_there_is_no_money():
    works = funded(5, balance=4 * BILL)
    live(works, 1)
    assert on_treatment(works) == [False, False, False, False, True]
    live(works, 2, first=1)
    assert list(works.unfunded) == [3, 2, 1, 0]  # the longest diagnosed first


@pytest.mark.parametrize("again", [1, 2, 5, 100])
def test_each_month_without_a_drug_is_refused_once_however_often_one_asks(again):
    """A claim of 100,000 for a quarter; whoever waits goes without as long as whoever asks."""
    works = funded(2, unaffordable_look_again=again)
    live(works, 12)
    fund = works.state.funds[Fund.SPECIAL_FUND]
    assert fund.refused_months == 2 * 12
    assert fund.rationed == pytest.approx(2 * 12 * BILL / 3)


@pytest.mark.parametrize(("rule", "first"), [(Rationing.FIRST_COME, 2), (Rationing.NEEDIEST, 1)])
def test_they_are_called_in_the_order_of_their_fund(rule, first):
    works = funded(3, rule=rule)
    works.state.patients["household"] = [1, 3, 1]
    works.state.patients["income"] = 10
    live(works, 1)
    works.state.funds["balance"][Fund.SPECIAL_FUND] = 4 * BILL
    live(works, 1, first=1)
    assert np.flatnonzero(on_treatment(works)) == [first]


def test_who_is_refused_for_other_reasons_is_not_in_line():
    works = funded(1, balance=100 * BILL)
    works.state.layers["rate"] = 0.5
    live(works, 1)
    assert works.state.patients["stage"][0] == Stage.DIAGNOSED
    assert len(works.unfunded) == 0
