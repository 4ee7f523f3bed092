"""Payers who wait for each other: the household pays first, and every yuan comes back in time."""

import numpy as np
import pytest

from abm.engine import phases
from agents.codes import Fund, Payer, Settlement, Stage
from agents.core.record import NEVER
from agents.records.bill import BillRow
from tests.support.hamlet import NO_LIMIT, build, layer, schedule
from tests.support.plain import agents as plain
from tests.support.same import digests

HALF = ((NO_LIMIT, 0.5),)
FIRST = layer(Payer.BASIC, HALF, base=2)
SECOND = layer(Payer.CRITICAL_ILLNESS, HALF, base=2)
MONTHS = 6
PRICE = 100_000.0
OWED = {Fund.BASIC_RESIDENT: 0.5 * PRICE, Fund.CRITICAL_ILLNESS: 0.25 * PRICE}
"""Of a year's bill."""


def hamlet(n=1, *, layers=(FIRST, SECOND), settlement=Settlement.UNCLEAR, **parameters):
    """Return patients with yearly bills, of which two payers owe three quarters."""
    parameters = {"refund_months": MONTHS, "quarterly_bill_above": 1e9, **parameters}
    state = build(n, layers=layers, **parameters)
    state.levers["settlement"] = settlement
    return state


def lived(state, until, bills=(0,)):
    """Live the bills and refunds of some months; return the clockwork and each month's flows."""
    works, flows = schedule(state), []
    for month in range(until):
        if works.state.counters["refunds"][0]:
            phases.pay_refunds(works.state, month)
        if month in bills:
            works.treat(np.arange(len(state.patients), dtype=np.int32), month)
        flows.append(works.state.provinces["flows"][0].copy())
        works.state.provinces["flows"] = 0.0
    return works.state, np.array(flows)


def paid(state):
    """Return what each payer has paid of the first patient's bills."""
    return state.accounts["paid"][state.patients["account"][0]]


def test_the_household_pays_first_and_the_funds_when_they_refund():
    state = hamlet()
    before = state.funds["balance"].copy()
    state, _ = lived(state, MONTHS)
    assert state.patients["stage"][0] == Stage.TREATED
    assert state.patients["spent"][0] == paid(state)[Payer.HOUSEHOLD] == PRICE
    assert (state.funds["balance"] == before).all()
    assert (state.funds["paid_rare"] == 0).all()
    assert {k: state.funds["promised"][k] for k in OWED} == OWED
    phases.pay_refunds(state, MONTHS)
    assert {k: before[k] - state.funds["balance"][k] for k in OWED} == OWED
    assert {k: state.funds["paid_rare"][k] for k in OWED} == OWED
    assert (state.funds["promised"] == 0).all()
    assert paid(state)[Payer.HOUSEHOLD] == 0.25 * PRICE
    assert paid(state)[Payer.BASIC] == 0.5 * PRICE
    assert state.patients["refunded"][0] == 0.75 * PRICE
    assert state.counters["refunds"][0] == 0


def test_what_is_billed_is_paid_by_somebody_in_every_month():
    state, flows = lived(hamlet(3), 20, bills=(0, 12))
    billed, parts = flows[:, 10], flows[:, 11:19]
    assert parts.sum(axis=1) == pytest.approx(billed)
    assert (np.flatnonzero(parts[:, Payer.HOUSEHOLD]) == [0, 6, 12, 18]).all()
    assert parts[6, Payer.HOUSEHOLD] == -3 * 0.75 * PRICE
    accounts = state.accounts[:3]
    assert accounts["paid"].sum(axis=1) == pytest.approx(accounts["billed"])


def test_in_the_end_everybody_has_paid_what_they_pay_where_the_order_is_clear():
    waited, _ = lived(hamlet(3), 20, bills=(0, 12))
    at_once, _ = lived(hamlet(3, settlement=Settlement.CLEAR), 20, bills=(0, 12))
    assert (waited.accounts["paid"] == at_once.accounts["paid"]).all()
    assert waited.funds["balance"] == pytest.approx(at_once.funds["balance"])
    assert (waited.provinces["borne"] == at_once.provinces["borne"]).all()


@pytest.mark.parametrize("layers", [(FIRST,), (), (FIRST, layer(Payer.COMMERCIAL, HALF, base=2,
                                                                enrolled_only=1))])  # fmt: skip
def test_one_payer_alone_waits_for_nobody(layers):
    found = []
    for settlement in Settlement:
        state, _ = lived(hamlet(layers=layers, settlement=settlement), 12)
        state.levers["settlement"] = 0
        found.append(digests(state._replace(refunds=state.refunds[:0])))
    assert found[0] == found[1]


@pytest.mark.parametrize(("savings", "treated"), [(99_999, False), (100_000, True)])
def test_who_cannot_advance_the_money_goes_without_whatever_is_owed(savings, treated):
    stages = []
    for settlement in Settlement:
        state = hamlet(settlement=settlement)
        state.patients["income"], state.patients["savings"] = 0, savings
        state, _ = lived(state, 1)
        stages.append(state.patients["stage"][0])
    assert stages == [Stage.TREATED, Stage.TREATED if treated else Stage.DIAGNOSED]
    assert (state.funds["paid_rare"] == 0).all()


@pytest.mark.parametrize(
    ("period", "months", "bills"), [(3, 6, 2), (3, 7, 3), (3, 2, 1), (12, 6, 1), (12, 13, 2)]
)
def test_bills_that_fall_due_before_the_first_refund(period, months, bills):
    assert plain.refunds.bills_before_refund(period, months) == bills


@pytest.mark.parametrize(
    ("stage", "savings", "able"),
    [
        (Stage.DIAGNOSED, 49_999, False),
        (Stage.DIAGNOSED, 50_000, True),
        (Stage.TREATED, 25_000, True),
    ],
)
def test_who_begins_must_be_able_to_go_on_until_the_first_refund(stage, savings, able):
    """Two quarters' bills of 25,000 yuan fall due before the first is refunded."""
    state = hamlet(quarterly_bill_above=0.0)
    patient = state.patients[0]
    patient.stage, patient.income, patient.savings = stage, 0, savings
    bill = BillRow.array(1)[0]
    plain.quoting.quote(state, bill, 0, state.params[0], 0)
    assert plain.refunds.can_advance(state, bill, patient) == able


def test_a_refund_makes_a_year_less_catastrophic_but_no_year_better_than_free():
    state, _ = lived(hamlet(), MONTHS + 1)
    patient, city = state.patients[0], state.cities[0]
    params = state.params[0]
    patient.income, patient.household = 100_000, 1
    plain.household.close_year(patient, city, 0.0, 12.0, params)  # 25,000 of 100,000
    assert (patient.catastrophic_years, patient.spent, patient.refunded) == (0, 0, 0)
    patient.spent = 75_000
    plain.household.close_year(patient, city, 0.0, 12.0, params)
    assert patient.catastrophic_years == 1
    patient.refunded = 75_000  # of last year's bill
    plain.household.close_year(patient, city, 0.0, 12.0, params)
    assert patient.catastrophic_years == 1


def test_after_a_death_the_estate_is_refunded():
    state, _ = lived(hamlet(), 3)
    patient = state.patients[0]
    patient.stage, patient.died, savings = Stage.DEAD, 3, patient.savings
    phases.pay_refunds(state, MONTHS)
    assert patient.savings == savings + 0.75 * PRICE
    assert paid(state)[Payer.BASIC] == 0.5 * PRICE


def test_a_fund_does_not_promise_its_money_twice():
    state = hamlet(2)
    state.funds["balance"][Fund.BASIC_RESIDENT] = OWED[Fund.BASIC_RESIDENT]
    for i, month in ((0, 0), (1, 1)):
        works = schedule(state)
        works.treat(np.array([i], np.int32), month)
        state = works.state
    assert state.funds["promised"][Fund.BASIC_RESIDENT] == OWED[Fund.BASIC_RESIDENT]
    phases.pay_refunds(state, 1 + MONTHS)
    assert state.funds["balance"][Fund.BASIC_RESIDENT] == 0.0


def test_where_pools_are_merged_the_new_pool_refunds():
    state, _ = lived(hamlet(), 3)
    state.cities["fund"][0, Fund.BASIC_RESIDENT] = Fund.SPECIAL_FUND  # any other row of funds
    before = state.funds["balance"].copy()
    phases.pay_refunds(state, MONTHS)
    assert before[Fund.SPECIAL_FUND] - state.funds["balance"][Fund.SPECIAL_FUND] == 0.5 * PRICE
    assert before[Fund.BASIC_RESIDENT] == state.funds["balance"][Fund.BASIC_RESIDENT]


@pytest.mark.parametrize("insured_in_zone", [0, 1])
def test_the_levers_are_those_of_the_place_of_insurance(insured_in_zone):
    state = hamlet(settlement=Settlement.CLEAR)
    state.levers["settlement"][1] = Settlement.UNCLEAR
    state.cities["zone"] = insured_in_zone
    assert plain.refunds.is_unclear(state, state.patients[0]) == insured_in_zone


def test_who_goes_without_asks_again_when_the_order_is_settled():
    before, now = hamlet(), hamlet(settlement=Settlement.CLEAR)
    changed = plain.terms.terms_changed(
        now, before, np.eye(2, dtype=bool), BillRow.array(1)[0], now.patients[0],
        now.diseases[0], 0,
    )  # fmt: skip
    assert changed
    assert now.patients["treated"][0] == NEVER
