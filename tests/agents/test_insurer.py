"""Insurer: what one layer owes on one bill, and on the bills of a year."""

import numpy as np
import pytest
from hypothesis import given as cases
from hypothesis import strategies as st

from abm.engine import phases
from agents.codes import (
    ACCOUNT_OF,
    INSURERS,
    Base,
    DrugFilter,
    Fund,
    Payer,
    Rationing,
    Scheme,
    Source,
)
from agents.core import bitset
from agents.core.limits import DISEASES
from agents.records.bill import BillRow
from agents.records.insurance import AccountRow
from tests.support.hamlet import NO_LIMIT, build, drug, layer, treat
from tests.support.plain import agents as plain

insurer = plain.insurer
yuan = st.floats(0.0, 5e6).map(lambda x: round(x, 2))
rates = st.floats(0.0, 1.0)
TEMPLATE = build()


def account(**fields):
    row = AccountRow.array(1)[0]
    for name, value in fields.items():
        setattr(row, name, value)
    return row


def claimed(rule, amount, left=None, cut=0.0, own=0.0, base=0.0, used=0.0, poor=0, factor=1.0):
    """Return what a layer owes on a bill of this amount after the year's figures so far."""
    patient, city = TEMPLATE.patients[0].copy(), TEMPLATE.cities[0].copy()
    patient.poor, city.benefit_factor = poor, factor
    with_payer = account(household_share=own)
    yearly = ACCOUNT_OF[rule.payer]
    with_payer.base[yearly], with_payer.used[yearly] = base, used
    left = amount if left is None else left
    return insurer.claim(rule, with_payer, patient, city, amount, left, cut)


@st.composite
def layers(draw):
    """A layer with one to four rising brackets, deductible and caps."""
    ends = [*sorted(set(draw(st.lists(st.floats(1.0, 2e6), max_size=3)))), NO_LIMIT]
    return layer(
        brackets=[(end, draw(rates)) for end in ends],
        deductible=draw(st.floats(0, 1e5)),
        deductible_share=draw(st.floats(0, 1)),
        poor_deductible=draw(st.floats(0, 1)),
        poor_bonus=draw(st.floats(0, 0.3)),
        payer_cap=draw(st.one_of(st.just(NO_LIMIT), st.floats(0, 1e6))),
        patient_cap=draw(st.one_of(st.just(NO_LIMIT), st.floats(0, 2e5))),
    )


def test_by_hand_above_a_deductible():
    assert claimed(layer(deductible=1000.0, brackets=[(NO_LIMIT, 0.55)]), 50_000) == 0.55 * 49_000


def test_by_hand_brackets():
    rule = layer(brackets=[(300_000, 0.8), (700_000, 0.85), (NO_LIMIT, 0.9)])
    expected = 0.8 * 300_000 + 0.85 * 400_000 + 0.9 * 300_000
    assert claimed(rule, 1_000_000) == pytest.approx(expected)


def test_nothing_is_paid_beyond_the_last_bracket():
    assert claimed(layer(brackets=[(100_000, 0.5)]), 400_000) == 50_000


def test_the_poor_have_half_the_line_and_five_points_more():
    rule = layer(Payer.CRITICAL_ILLNESS, [(NO_LIMIT, 0.6)], deductible_share=0.5,
                 poor_deductible=0.5, poor_bonus=0.05)  # fmt: skip
    assert claimed(rule, 60_000) == pytest.approx(0.6 * (60_000 - 20_000))
    assert claimed(rule, 60_000, poor=1) == pytest.approx(0.65 * (60_000 - 10_000))


def test_a_rate_never_passes_the_whole():
    assert claimed(layer(brackets=[(NO_LIMIT, 0.98)], poor_bonus=0.1), 1000, poor=1) == 1000


def test_what_is_above_the_patients_cap_is_the_payers():
    rule = layer(brackets=[(NO_LIMIT, 0.8)], patient_cap=100_000)
    assert claimed(rule, 1_000_000) == 900_000
    assert claimed(rule, 1_000_000, own=60_000) == 960_000
    assert claimed(rule, 100_000) == 80_000


def test_the_payers_cap_is_the_years():
    rule = layer(brackets=[(NO_LIMIT, 0.5)], payer_cap=250_000)
    assert claimed(rule, 1_000_000) == 250_000
    assert claimed(rule, 1_000_000, used=200_000) == 50_000
    assert claimed(rule, 1_000_000, used=250_000) == 0


def test_the_payers_cap_holds_against_the_patients_cap():
    rule = layer(brackets=[(NO_LIMIT, 0.5)], payer_cap=250_000, patient_cap=10_000)
    assert claimed(rule, 1_000_000) == 250_000


def test_care_elsewhere_and_poor_regions_are_paid_less():
    rule = layer(brackets=[(NO_LIMIT, 0.5)])
    assert claimed(rule, 1000, cut=0.25) == 375
    assert claimed(rule, 1000, factor=0.8) == 400


@cases(rule=layers(), bills=st.lists(yuan, min_size=1, max_size=6), poor=st.integers(0, 1))
def test_the_year_counts_not_the_single_bill(rule, bills, poor):
    rule.patient_cap = NO_LIMIT
    paid = base = 0.0
    for bill in bills:
        owed = claimed(rule, bill, base=base, used=paid, poor=poor)
        paid, base = paid + owed, base + bill
    assert paid == pytest.approx(claimed(rule, sum(bills), poor=poor), rel=1e-9, abs=1e-6)


@cases(rule=layers(), amount=yuan, own=yuan, base=yuan, used=yuan, cut=rates,
       poor=st.integers(0, 1), factor=st.floats(0.5, 2.0))  # fmt: skip
def test_a_layer_pays_between_nothing_and_what_is_left(
    rule, amount, own, base, used, cut, poor, factor
):
    owed = claimed(rule, amount, cut=cut, own=own, base=base, used=used, poor=poor, factor=factor)
    assert 0.0 <= owed <= amount
    assert owed <= max(0.0, rule.payer_cap - used) + 1e-6


@cases(rule=layers(), amount=yuan, base=yuan, used=yuan, own=yuan, rise=rates,
       tier=st.integers(0, 3), poor=st.integers(0, 1))  # fmt: skip
def test_a_higher_rate_never_pays_less(rule, amount, base, used, own, rise, tier, poor):
    better = rule.copy()
    better.rate[tier] += (1.0 - better.rate[tier]) * rise
    same = {"base": base, "used": used, "own": own, "poor": poor}
    assert claimed(better, amount, **same) >= claimed(rule, amount, **same) - 1e-6


@cases(rule=layers(), amount=yuan, base=yuan, more=yuan)
def test_a_higher_deductible_never_pays_more(rule, amount, base, more):
    worse = rule.copy()
    worse.deductible += more
    assert claimed(worse, amount, base=base) <= claimed(rule, amount, base=base) + 1e-6


@pytest.mark.parametrize(
    ("fields", "covered"),
    [
        ({}, True),
        ({"drug_filter": DrugFilter.LISTED}, True),
        ({"drug_filter": DrugFilter.UNLISTED}, False),
        ({"poor_only": 1}, False),
        ({"enrolled_only": 1}, False),
        ({"schemes": bitset.of([0, 2], 3)}, False),
        ({"responses": bitset.of([1, 2, 3], 4)}, False),
        ({"diseases": bitset.of([1], DISEASES)}, False),
        ({"cost_above": 99_999.0}, True),
        ({"cost_above": 100_000.0}, False),
        ({"cost_below": 100_000.0}, True),
        ({"cost_below": 99_999.0}, False),
    ],
)
def test_whom_a_layer_covers(fields, covered):
    state = build(a_drug=drug(100_000.0))
    rule = layer(**fields)
    assert insurer.covers(rule, state.patients[0], state.drugs[0]) == covered


@pytest.mark.parametrize(
    ("base", "listed", "expected"),
    [("IN_LIST", 80.0, 64.0), ("IN_SCOPE", 80.0, 80.0), ("ALL", 80.0, 100.0)],
)
def test_the_part_of_the_bill_that_a_layer_looks_at(base, listed, expected):
    rule = layer(base=Base[base], pre_share=0.2)
    assert insurer.base_of(rule, listed, 100.0) == expected


def test_a_new_year_starts_all_yearly_figures_again():
    row = account(year=3, household_share=5.0, granted=6.0, billed=7.0)
    row.base[:], row.used[:], row.paid[:] = 1.0, 2.0, 3.0
    insurer.start_year(row, 3)
    assert row.household_share == 5.0
    insurer.start_year(row, 4)
    assert (row.year, row.household_share, row.granted) == (4, 0.0, 0.0)
    assert not row.base.any()
    assert not row.used.any()
    assert row.billed == 7.0
    assert (row.paid == 3.0).all()


def test_a_fund_spends_down_to_its_reserve():
    fund = build().funds[Fund.SPECIAL_FUND]
    fund.balance, fund.reserve = 100.0, 0.5
    fund.yearly[Source.LEVY], fund.yearly[Source.SURPLUS] = 60.0, 20.0
    assert insurer.available(fund) == 60.0
    fund.balance = 30.0
    assert insurer.available(fund) == 0.0


@cases(balance=st.floats(0, 1e6), claims=st.floats(0, 2e6), owed=st.floats(0, 1e6),
       kind=st.sampled_from([Fund.SPECIAL_FUND, Fund.BASIC_RESIDENT]), ahead=st.integers(1, 12),
       how=st.sampled_from(list(Rationing)), new=st.booleans(), carried=st.booleans(),
       known=st.booleans())  # fmt: skip
def test_no_offer_is_beyond_the_claim_or_the_money(
    balance, claims, owed, kind, ahead, how, new, carried, known
):
    fund = TEMPLATE.funds[Fund.SPECIAL_FUND].copy()
    fund.kind, fund.balance, fund.ration = kind, balance, how
    insurer.count_claim(fund, claims, 3, carried, known)
    insurer.ration(fund, 0, ahead)
    paid = insurer.offer(fund, owed, new, carried, 3, ahead)
    assert 0.0 <= paid <= min(owed, balance)
    if claims * insurer.bills_until(ahead - 1, 3) <= balance and owed <= balance:
        assert paid == owed


def test_the_books_of_a_fund_balance():
    fund = build().funds[0]
    fund.other = 120.0
    fund.balance = 100.0
    insurer.close_and_open(fund)
    insurer.receive(fund, Source.PREMIUMS, 50.0)
    insurer.receive(fund, Source.FISCAL, 7.0)
    insurer.pay_out(fund, 20.0)
    insurer.pay_others(fund)
    assert insurer.give_surplus(fund, 12.7) == pytest.approx(12.7)
    parts = fund.paid_rare + fund.paid_other + fund.paid_transfer + fund.paid_programmes
    assert fund.paid == pytest.approx(parts)
    assert fund.balance == pytest.approx(fund.opening + fund.income.sum() - fund.paid)


def test_others_are_paid_only_as_far_as_the_money_goes():
    fund = build().funds[0]
    fund.balance, fund.other = 3.0, 120.0
    insurer.pay_others(fund)
    insurer.pay_others(fund)
    assert fund.balance == 0.0
    assert fund.paid_other == 3.0
    assert np.isclose(fund.paid, 3.0)


@cases(balance=st.floats(0, 200), small=st.floats(0, 100), others=st.floats(0, 100))
def test_small_bills_do_not_come_before_other_patients(balance, small, others):
    """In an almost empty fund others get the part that they would get if all had waited alike."""
    fund = build().funds[Fund.BASIC_RESIDENT]
    fund.balance, fund.other = balance, 12 * others
    insurer.pay_at_counter(fund, small)
    insurer.pay_others(fund)
    due = small + others
    part = 1.0 if balance >= due else balance / due
    assert fund.paid_rare == small
    assert fund.paid_other == pytest.approx(part * others)
    assert fund.unpaid_other == pytest.approx((1.0 - part) * others, abs=1e-9)
    assert fund.balance == pytest.approx(balance - small - part * others)
    before = fund.paid_other
    insurer.pay_others(fund)  # the next month has its own small bills
    assert fund.paid_other - before == pytest.approx(
        min(others, max(0.0, balance - small - others))
    )


@cases(balance=st.floats(0, 200), small=st.floats(0, 50), claims=st.floats(0.1, 100),
       others=st.floats(0.1, 100))  # fmt: skip
def test_claims_and_other_patients_have_the_same_part_beside_small_bills(
    balance, small, claims, others
):
    fund = build().funds[Fund.BASIC_RESIDENT]
    fund.balance, fund.other, fund.claimed = balance, 12 * others, claims
    fund.ration = Rationing.PRO_RATA
    insurer.pay_at_counter(fund, small)
    insurer.ration(fund, 0, 1)
    paid = insurer.offer(fund, claims, False, False, 12, 1)
    part = min(1.0, balance / (small + claims + others))
    assert paid == pytest.approx(min(part * claims, max(0.0, balance - small)), abs=0.02)


@pytest.mark.parametrize("scheme", list(Scheme))
def test_each_payer_pays_from_its_own_fund_and_is_counted_by_its_own_flow(scheme):
    layers = [layer(payer, [(NO_LIMIT, 0.5)], base=Base.ALL) for payer in INSURERS]
    state = build(layers=layers, a_drug=drug(1_600_000.0))
    state.patients["scheme"] = scheme
    before = state.funds["balance"].copy()
    state = treat(state)
    flows, spent = state.provinces["flows"][0], before - state.funds["balance"]
    left = 400_000.0
    for payer in INSURERS:
        left *= 0.5
        assert state.accounts["paid"][0, payer] == flows[payer.flow] == left
        assert spent[payer.fund_of(scheme)] == left
    assert spent.sum() == pytest.approx(400_000.0 - left)
    assert flows[Payer.HOUSEHOLD.flow] == left


def test_the_surplus_comes_from_the_pools_of_basic_insurance():
    state = build(layers=[layer(Payer.SPECIAL_FUND, base=Base.ALL)])
    state.levers["surplus_share"] = 0.5
    state.funds["income_per_head"] = 0.0
    state.patients["registered"] = -1
    state.funds["balance"] = 100_000.0
    state.funds["balance"][Fund.SPECIAL_FUND] = 0.0
    state.cities["levied"] = 1
    phases.set_income(state, BillRow.array(1), 0, 1)
    phases.receive_income(state, 0)
    gave = {Fund(kind) for kind in np.flatnonzero(state.funds["paid_transfer"])}
    assert gave == {Fund.BASIC_EMPLOYEE, Fund.BASIC_RESIDENT}
    received = state.funds["income"][Fund.SPECIAL_FUND, Source.SURPLUS]
    assert received == pytest.approx(state.funds["paid_transfer"].sum())


def test_a_years_ordinary_income_by_hand():
    fund = build().funds[Fund.BASIC_RESIDENT]
    fund.heads, fund.relative, fund.spending, fund.balance = 10.0, 1.0, 1.0, 0.0
    fund.income_per_head, fund.fiscal_share, fund.other_per_head = 100.0, 0.7, 50.0
    insurer.set_ordinary_income(fund, 1.1, 1.2)
    insurer.receive_a_month(fund, 1.0, 0)
    assert fund.income[Source.FISCAL] == pytest.approx(700.0 / 12.0)
    assert fund.income[Source.PREMIUMS] == pytest.approx(300.0 / 12.0)
    for _ in range(11):
        insurer.receive_a_month(fund, 1.0, 1)
    assert (fund.balance, fund.other) == pytest.approx((1000.0, 600.0))
    # Richer than the mean, and dearer: spending that is a share of income is one of mean income.
    fund.relative, fund.spending = 2.0, 3.0
    fund.grows, fund.other_share = 1, 0.1
    insurer.set_ordinary_income(fund, 1.1, 1.2)
    assert insurer.yearly_income(fund) == pytest.approx(2200.0)
    assert fund.other == pytest.approx(3.0 * (600.0 + 110.0))
