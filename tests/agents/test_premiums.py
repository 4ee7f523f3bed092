"""Premiums that rise where a pool of basic insurance ended the year short, and who pays them."""

import numpy as np
import pytest

from abm import load_world
from abm.engine import phases
from abm.policy.levers import Levers
from abm.setup.apply_policy import _set_pools
from abm.setup.initial_state import build as build_world
from agents.codes import Fund, PremiumRule, Rationing, Scheme, Source
from agents.records.bill import BillRow
from tests.support.hamlet import build, layer, schedule
from tests.support.plain import agents as plain

POOL = Fund.BASIC_RESIDENT
PREMIUMS, DUE = 60_000.0, 100_000.0
"""What the pool of 1,000 people takes in of them, and what its other patients cost, a year."""


def poor(follow=True, most=0.1, **parameters):
    """Return a hamlet whose residents' pool lacks 40,000 yuan a year of 100,000."""
    state = build(layers=[layer(brackets=((1e18, 0.0),))], income_growth=0.0,
                  income_growth_before=0.0, income_growth_after=0.0,
                  other_spending_over_income=0.0, employee_rise=0.0,
                  **parameters)  # fmt: skip
    state.params["income_index"] = state.cities["income_urban"] = 10.0
    state.levers["premiums"] = PremiumRule.FOLLOW if follow else PremiumRule.FIXED
    state.levers["premium_rise_most"] = most
    state.funds["relative"] = state.funds["spending"] = 1.0
    pool = state.funds[POOL]
    pool.balance, pool.income_per_head, pool.other_per_head = 0.0, PREMIUMS / 1000, DUE / 1000
    return state


def live(state, years):
    """Live some years of the pools alone; return the clockwork, and each year's premiums."""
    works, taken = schedule(state), []
    for month in range(12 * years):
        if month % 12 == 0:
            phases.close_books(state)
            phases.answer_shortages(state, month)
            phases.raise_incomes(state, month, 0, True)
        works.collect(month)
        phases.pay_other_patients(state)
        if month % 12 == 11:
            taken.append(state.funds["income"][POOL, Source.PREMIUMS])
    return works, taken


def test_what_a_pool_lacks_is_what_it_refused_did_not_pay_owes_and_is_short_of_its_reserve():
    fund = build().funds[POOL]
    fund.balance = 1000.0
    assert plain.insurer.lacked(fund) == 0.0
    fund.rationed, fund.unpaid_other, fund.balance = 5.0, 7.0, -11.0
    assert plain.insurer.lacked(fund) == pytest.approx(23.0)
    fund.yearly[Source.PREMIUMS], fund.reserve, fund.balance = 100.0, 0.5, 20.0
    assert plain.insurer.lacked(fund) == pytest.approx(42.0)


def test_premiums_rise_by_what_was_missing_up_to_the_most_and_stay():
    _, taken = live(poor(most=0.5), 4)
    # 40,000 were missing; half of 60,000 is raised, then the 10,000 that are left, then nothing.
    assert taken == pytest.approx([60_000.0, 90_000.0, 100_000.0, 100_000.0])
    _, taken = live(poor(most=0.1), 3)
    assert taken == pytest.approx([60_000.0, 66_000.0, 72_600.0])


def test_fixed_premiums_stay_and_so_do_those_of_a_pool_that_is_not_short():
    _, taken = live(poor(follow=False), 3)
    assert taken == pytest.approx([PREMIUMS] * 3)
    rich = poor()
    rich.funds["balance"][POOL] = 1e9
    _, taken = live(rich, 3)
    assert taken == pytest.approx([PREMIUMS] * 3)


def test_more_money_leaves_less_unpaid_and_the_books_balance():
    unpaid = {}
    for follow in (False, True):
        works, _ = live(poor(follow), 3)
        fund = works.state.funds[POOL]
        unpaid[follow] = fund.unpaid_other
        assert fund.balance == pytest.approx(fund.opening + fund.income.sum() - fund.paid)
    assert unpaid[True] < unpaid[False]


def test_only_basic_insurance_raises_premiums_and_fiscal_money_does_not_rise():
    state = poor()
    state.funds["fiscal_share"] = 0.5
    state.funds["income_per_head"], state.funds["other_per_head"] = 60.0, 100.0
    state.funds["balance"] = 0.0
    works, _ = live(state, 3)
    risen = {Fund(kind) for kind in np.flatnonzero(works.state.funds["raised"])}
    assert risen == {Fund.BASIC_EMPLOYEE, Fund.BASIC_RESIDENT}
    assert works.state.funds["yearly"][POOL, Source.FISCAL] == pytest.approx(30_000.0)


@pytest.mark.parametrize("scheme", list(Scheme))
def test_a_household_pays_for_each_of_its_members_what_its_own_scheme_has_raised(scheme):
    income = {}
    for follow in (False, True):
        state = poor(follow)
        state.patients["scheme"] = scheme
        live(state, 2)
        income[follow] = state.patients["income"][0]
        rise = plain.premiums.dearer_by(state, state.patients[0])
    members = 3
    expected = members * 6.0 if scheme == Scheme.RESIDENT else 0.0
    assert income[False] - income[True] == pytest.approx(expected, abs=1.0)
    assert rise == pytest.approx(6.0 if scheme == Scheme.RESIDENT else 0.0)


def test_what_has_risen_moves_with_the_people():
    """Two cities' pools become one: it takes in what both did, and nothing is raised twice."""
    world = load_world()
    state, setup = build_world(world, 0.001, 0, False)
    _set_pools(state, Levers(), setup)
    employees = state.cities["fund"][:, Fund.BASIC_EMPLOYEE]
    state.funds["raised"][employees] = np.arange(len(employees))
    total = state.funds["raised"].sum()
    national = Levers.model_validate({"financing": {"pooling": {"basic": "nation"}}})
    _set_pools(state, national, setup)
    one = state.cities["fund"][0, Fund.BASIC_EMPLOYEE]
    assert state.funds["raised"][one] == pytest.approx(total)
    assert state.funds["raised"].sum() == pytest.approx(total)


def test_a_refused_claim_raises_the_next_years_premiums():
    state = poor()
    state.funds["balance"][POOL], state.funds["other_per_head"][POOL] = 0.0, 0.0
    state.funds["rationed"][POOL] = 1234.0
    state.funds["ration"] = Rationing.FIRST_COME
    phases.close_books(state)
    assert phases.answer_shortages(state, 0)
    phases.set_income(state, BillRow.array(1), 0, 0)
    assert state.funds["yearly"][POOL, Source.PREMIUMS] == pytest.approx(PREMIUMS + 1234.0)
