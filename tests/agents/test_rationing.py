"""A fund short of money: who is paid, by hand, under each rule."""

import numpy as np
import pytest

from agents.codes import Base, Fund, Payer, Rationing, Scheme, Source, Stage
from agents.core import bitset
from agents.core.record import NEVER
from tests.support.hamlet import RICH, build, drug, layer, treat
from tests.support.plain import agents as plain

insurer = plain.insurer

BILL = 100_000.0
"""A quarter of a drug of 400,000 yuan a year."""
OWED = 80_000.0
ONLY_RESIDENTS = bitset.of([Scheme.RESIDENT], len(Scheme))
ONLY_EMPLOYEES = bitset.of([Scheme.EMPLOYEE], len(Scheme))


def short(n=3, balance=160_000.0, rule=Rationing.FIRST_COME, rate=0.8, reserve=0.0, **fields):
    """Return a hamlet whose special fund owes 80,000 to each of n patients and has less.

    It looks at this month only.
    """
    whole = layer(Payer.SPECIAL_FUND, [(1e18, rate)], base=Base.ALL)
    state = build(n, layers=[whole], a_drug=drug(4 * BILL), treatment_income_share=0.6,
                  fund_plans_ahead=1)  # fmt: skip
    fund = state.funds[Fund.SPECIAL_FUND]
    fund.balance, fund.opening, fund.ration, fund.reserve = balance, balance, rule, reserve
    state.patients["diagnosed"] = -10 - np.arange(n)  # the last has been diagnosed the longest
    for name, values in fields.items():
        state.patients[name] = values
    return state


def paid(state, payer=Payer.SPECIAL_FUND):
    """Return what a payer paid for each patient."""
    account = state.patients["account"]
    found = state.accounts["paid"][np.maximum(account, 0), payer]
    return list(np.where(account >= 0, found, 0.0).round(2))


def test_a_fund_with_enough_rations_nobody():
    state = treat(short(balance=240_000.0))
    assert paid(state) == [OWED, OWED, OWED]
    assert state.funds["rationed"].sum() == 0
    assert state.funds["balance"][Fund.SPECIAL_FUND] == pytest.approx(0.0)


def test_first_come_first_served_by_the_date_of_diagnosis():
    state = treat(short())
    assert paid(state) == [0.0, OWED, OWED]
    assert state.funds["rationed"][Fund.SPECIAL_FUND] == OWED
    assert paid(state, Payer.HOUSEHOLD) == [BILL, BILL - OWED, BILL - OWED]


def test_the_last_in_line_gets_the_rest():
    assert paid(treat(short(balance=100_000.0))) == [0.0, 20_000.0, OWED]


def test_pro_rata_gives_all_the_same_share():
    assert paid(treat(short(rule=Rationing.PRO_RATA))) == [53_333.33] * 3


def test_the_neediest_are_served_first():
    income = np.array([RICH, RICH // 2, RICH])
    household = np.array([2, 2, 8])
    state = treat(short(rule=Rationing.NEEDIEST, income=income, household=household))
    assert paid(state) == [0.0, OWED, OWED]


def test_new_patients_are_stopped():
    treated = np.array([-3, NEVER, NEVER])
    stage = np.array([Stage.TREATED, Stage.DIAGNOSED, Stage.INTERRUPTED])
    state = treat(short(rule=Rationing.STOP_NEW, treated=treated, stage=stage))
    assert paid(state) == [OWED, 0.0, 0.0]
    assert state.funds["balance"][Fund.SPECIAL_FUND] == pytest.approx(OWED)


def test_who_was_treated_before_is_not_new():
    treated = np.array([NEVER, -30, -20])
    stage = np.array([Stage.DIAGNOSED, Stage.INTERRUPTED, Stage.INTERRUPTED])
    state = treat(short(rule=Rationing.STOP_NEW, treated=treated, stage=stage))
    assert paid(state) == [0.0, OWED, OWED]


@pytest.mark.parametrize("rule", list(Rationing))
def test_an_empty_fund_pays_nothing(rule):
    state = treat(short(rule=rule, balance=0.0))
    assert paid(state) == [0.0, 0.0, 0.0]
    assert state.funds["balance"][Fund.SPECIAL_FUND] == 0.0
    assert state.funds["rationed"][Fund.SPECIAL_FUND] == 3 * OWED


@pytest.mark.parametrize("rule", list(Rationing))
def test_a_reserve_is_kept(rule):
    state = short(rule=rule, balance=200_000.0, reserve=0.5)
    state.funds["yearly"][Fund.SPECIAL_FUND, Source.LEVY] = 300_000.0
    state = treat(state)
    assert sum(paid(state)) == pytest.approx(
        50_000 if rule != Rationing.STOP_NEW else 0.0, abs=0.02
    )
    assert state.funds["balance"][Fund.SPECIAL_FUND] >= 150_000 - 0.01


def test_whom_rationing_leaves_too_much_goes_without_and_the_money_stays():
    state = short(rule=Rationing.PRO_RATA, income=1_000_000, savings=0)
    # The fund has 53,333 for each; a quarter's means are 150,000 yuan: all can pay the rest.
    assert (treat(state).patients["stage"] == Stage.TREATED).all()
    state = short(rule=Rationing.PRO_RATA, income=300_000, savings=0)
    # Means of 45,000 a quarter would do for 20,000, but not for 46,667.
    state = treat(state)
    assert (state.patients["stage"] == Stage.DIAGNOSED).all()
    assert paid(state) == [0.0, 0.0, 0.0]
    assert state.funds["balance"][Fund.SPECIAL_FUND] == pytest.approx(160_000)
    assert state.funds["paid_rare"][Fund.SPECIAL_FUND] == pytest.approx(0)
    assert state.accounts["billed"].sum() == 0


def test_a_refused_bill_leaves_its_money_to_the_next_in_line():
    income = np.array([RICH, RICH, 240_000])
    savings = np.array([RICH, RICH, 0])
    state = treat(short(balance=100_000.0, rate=0.9, income=income, savings=savings))
    # The first in line is owed 90,000 and gets it; the next gets 10,000, the last nothing.
    assert paid(state) == [0.0, 10_000.0, 90_000.0]
    state = treat(short(balance=60_000.0, rate=0.9, income=income, savings=savings))
    # Now 60,000 do not help the first, who cannot pay 40,000; they are there for the next.
    assert paid(state) == [0.0, 60_000.0, 0.0]


def test_rationing_takes_back_no_grant_that_was_not_given():
    state = short(rule=Rationing.PRO_RATA, income=300_000, savings=0)
    state.charities["budget"] = state.charities["left"] = 1000.0
    state = treat(state)
    assert state.charities["grants"][0] == 0
    assert state.charities["left"][0] == 1000.0


def test_a_grant_that_rationing_makes_useless_is_given_back():
    """Of the 20,000 that are the household's a grant pays 5,000; then the fund is found short."""
    state = short(n=1, balance=10_000.0, income=100_000, savings=0)
    state.charities["budget"] = state.charities["left"] = 50_000.0
    state = treat(state)
    assert state.patients["stage"][0] == Stage.DIAGNOSED
    assert state.charities["left"][0] == pytest.approx(50_000.0)
    assert state.charities["granted"][0] == pytest.approx(0.0)
    assert state.charities["grants"][0] == 0
    assert state.accounts["granted"][0] == pytest.approx(0.0)


@pytest.mark.parametrize("turned", [False, True])
def test_one_short_fund_does_not_drive_another_below_zero(turned):
    """What the short special fund leaves is in part critical illness insurance's.

    It has exactly what was claimed of it before anybody knew that the special fund was short; so
    whom no short fund concerns gets all of it, in whatever row and however lately diagnosed.
    """
    order = [1, 0] if turned else [0, 1]
    special = layer(Payer.SPECIAL_FUND, [(1e18, 0.8)], base=Base.ALL, schemes=ONLY_RESIDENTS)
    supplement = layer(Payer.CRITICAL_ILLNESS, [(1e18, 0.5)], base=Base.ALL)
    state = build(2, layers=[special, supplement], a_drug=drug(4 * BILL))
    state.patients["scheme"] = np.array([Scheme.RESIDENT, Scheme.EMPLOYEE])[order]
    state.patients["diagnosed"] = np.array([-20, -10])[order]
    state.patients["identity"] = order
    state.funds["balance"][Fund.SPECIAL_FUND] = 0.0
    state.funds["balance"][Fund.CRITICAL_ILLNESS] = 10_000 + 50_000
    state = treat(state)
    assert state.funds["balance"].min() >= 0.0
    assert paid(state, Payer.CRITICAL_ILLNESS)[order.index(1)] == 50_000.0


def test_whom_no_short_fund_concerns_is_paid_in_full():
    special = layer(Payer.SPECIAL_FUND, [(1e18, 0.8)], base=Base.ALL, schemes=ONLY_RESIDENTS)
    basic = layer(Payer.BASIC, [(1e18, 0.6)], base=Base.ALL, schemes=ONLY_EMPLOYEES)
    state = build(2, layers=[special, basic], a_drug=drug(4 * BILL))
    state.patients["scheme"] = [Scheme.RESIDENT, Scheme.EMPLOYEE]
    state.funds["balance"][Fund.SPECIAL_FUND] = 0.0
    state = treat(state)
    assert paid(state, Payer.BASIC) == [0.0, 60_000.0]


@pytest.mark.parametrize("rule", list(Rationing))
def test_the_order_of_rows_decides_nothing(rule):
    """Nine patients, turned round: each gets the same."""
    income = RICH - 1000 * np.array([3, 1, 4, 1, 5, 9, 2, 6, 5])
    diagnosed = -np.array([7, 7, 3, 9, 9, 9, 1, 2, 2])

    def outcome(order):
        state = short(9, 300_000.0, rule, income=income[order], diagnosed=diagnosed[order])
        state.patients["identity"] = order
        state = treat(state)
        return dict(zip(order.tolist(), paid(state), strict=True))

    there, back = outcome(np.arange(9)), outcome(np.arange(9)[::-1].copy())
    assert there == back
    if rule != Rationing.STOP_NEW:
        assert sum(there.values()) == pytest.approx(300_000.0, abs=0.1)


@pytest.mark.parametrize(
    ("balance", "claims", "rare"),
    [(100.0, 40.0, 40.0), (99.0, 40.0, 39.6), (50.0, 40.0, 20.0), (0.0, 40.0, 0.0)],
)
def test_a_pool_without_money_for_all_cuts_rare_and_other_patients_alike(balance, claims, rare):
    fund = build().funds[Fund.BASIC_RESIDENT]
    fund.balance, fund.claimed, fund.other, fund.ration = balance, claims, 720.0, Rationing.PRO_RATA
    insurer.ration(fund, 0, 1)
    assert insurer.offer(fund, claims, False, False, 12, 1) == pytest.approx(rare)
    insurer.pay_out(fund, insurer.offer(fund, claims, False, False, 12, 1))
    insurer.pay_others(fund)
    assert fund.paid_other == pytest.approx(min(60.0, 60.0 * balance / 100.0))
    assert fund.balance == pytest.approx(0.0)


def test_a_short_pool_of_basic_insurance_refuses_by_its_rule():
    """Bills of 80,000 each and 160,000 of other patients against 200,000: half of all of it."""
    state = short(balance=1e9, rate=0.0)
    state.layers[0].rate[:] = 0.8
    state.layers[0].payer = Payer.BASIC
    fund = state.funds[Fund.BASIC_RESIDENT]
    fund.balance, fund.other, fund.ration = 200_000.0, 12 * 160_000.0, Rationing.FIRST_COME
    state = treat(state)
    assert paid(state, Payer.BASIC) == [0.0, 40_000.0, OWED]
    assert state.funds["rationed"][Fund.BASIC_RESIDENT] == pytest.approx(OWED + 40_000.0)


def two_lines(incomes, diagnosed, turned=False):
    """Return what two short funds pay: residents by the date, employees by need, one bill each."""
    special = layer(Payer.SPECIAL_FUND, [(1e18, 0.8)], base=Base.ALL, schemes=ONLY_RESIDENTS)
    basic = layer(Payer.BASIC, [(1e18, 0.6)], base=Base.ALL, schemes=ONLY_EMPLOYEES)
    n = len(incomes)
    order = np.arange(2 * n)[::-1] if turned else np.arange(2 * n)
    state = build(2 * n, layers=[special, basic], a_drug=drug(4 * BILL), fund_plans_ahead=1)
    people = state.patients
    people["scheme"] = np.repeat([Scheme.RESIDENT, Scheme.EMPLOYEE], n)[order]
    people["income"] = np.tile(incomes, 2)[order]
    people["diagnosed"] = np.tile(diagnosed, 2)[order]
    people["identity"] = order
    funds = state.funds
    funds["ration"][Fund.SPECIAL_FUND] = Rationing.FIRST_COME
    funds["ration"][Fund.BASIC_EMPLOYEE] = Rationing.NEEDIEST
    funds["balance"][Fund.SPECIAL_FUND], funds["balance"][Fund.BASIC_EMPLOYEE] = 80_000.0, 60_000.0
    state = treat(state)
    back = np.argsort(order)
    return (np.array(paid(state, Payer.SPECIAL_FUND))[back][:n].tolist(),
            np.array(paid(state, Payer.BASIC))[back][n:].tolist())  # fmt: skip


@pytest.mark.parametrize("turned", [False, True])
def test_two_short_funds_with_different_rules_keep_to_their_own(turned):
    """The poorest has been diagnosed the latest: each fund serves another first."""
    incomes, diagnosed = RICH - 1000 * np.array([3, 2, 1]), np.array([-1, -5, -9])
    by_date, by_need = two_lines(incomes, diagnosed, turned)
    assert by_date == [0.0, 0.0, 80_000.0]
    assert by_need == [60_000.0, 0.0, 0.0]


@pytest.mark.parametrize("turned", [False, True])
def test_ties_at_two_short_funds_do_not_fall_by_row(turned):
    same = np.full(3, RICH), np.full(3, -5)
    assert two_lines(*same, turned) == two_lines(*same, not turned)


def test_a_bill_stands_in_line_at_the_short_fund_that_owes_most():
    """Basic insurance, by need, owes 10,000 of each bill, the special fund 72,000, by the date."""
    basic = layer(Payer.BASIC, [(1e18, 0.1)], base=Base.ALL)
    special = layer(Payer.SPECIAL_FUND, [(1e18, 0.8)], base=Base.ALL)
    state = build(2, layers=[basic, special], a_drug=drug(4 * BILL), fund_plans_ahead=1)
    state.patients["income"], state.patients["diagnosed"] = [RICH - 1000, RICH], [-1, -9]
    state.funds["ration"][Fund.BASIC_RESIDENT] = Rationing.NEEDIEST
    state.funds["balance"][Fund.BASIC_RESIDENT] = 10_000.0
    state.funds["balance"][Fund.SPECIAL_FUND] = 72_000.0
    state = treat(state)
    assert paid(state, Payer.SPECIAL_FUND) == [0.0, 72_000.0]
    assert paid(state, Payer.BASIC) == [0.0, 10_000.0]
