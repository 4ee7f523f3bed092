"""What a special fund expects to pay in a year, by hand."""

import pytest

from abm.engine import phases
from agents.codes import Base, DrugFilter, Fund, LevyRule, ListingRule, Payer, Stage
from agents.core import bitset
from agents.core.limits import DRUGS
from agents.core.record import NEVER
from agents.records.bill import BillRow
from tests.support.hamlet import build, drug, layer, schedule

PRICE = 1_000_000.0
RATE = 0.9


def hamlet(n=1, price=PRICE, **fields):
    """Return a hamlet whose special fund pays nine tenths of unlisted drugs; all are registered."""
    fund = layer(Payer.SPECIAL_FUND, [(1e18, RATE)], base=Base.ALL)
    state = build(n, layers=[fund], a_drug=drug(price, listed=0, **fields))
    state.levers["surplus_share"] = 1.0
    state.patients["registered"] = -1
    return state


def forecast(state, month=0):
    phases.set_income(state, BillRow.array(1), month, 1)
    return state.funds["forecast"][Fund.SPECIAL_FUND]


def test_a_year_of_what_the_layer_owes():
    assert forecast(hamlet()) == pytest.approx(RATE * PRICE)


def test_only_of_those_in_the_registry():
    state = hamlet(3)
    state.patients["registered"][:2] = NEVER
    assert forecast(state) == pytest.approx(RATE * PRICE)


def test_only_of_those_who_live():
    state = hamlet(2)
    state.patients["stage"][0] = Stage.DEAD
    assert forecast(state) == pytest.approx(RATE * PRICE)


def test_not_of_those_who_could_not_pay_the_rest():
    state = hamlet(2)
    state.patients["income"][0] = state.patients["savings"][0] = 0
    assert forecast(state) == pytest.approx(RATE * PRICE)
    state.patients["stage"][0] = Stage.TREATED  # who is on treatment pays it somehow
    assert forecast(state, 12) == pytest.approx(2 * RATE * PRICE)


def test_not_of_those_who_cannot_get_the_drug():
    state = hamlet()
    state.cities["stocked"] = state.provinces["stocked"] = bitset.of([], DRUGS)
    assert forecast(state) == 0.0


def test_only_what_earlier_layers_leave():
    basic = layer(Payer.BASIC, [(1e18, 0.5)], base=Base.ALL, drug_filter=DrugFilter.ANY)
    fund = layer(Payer.SPECIAL_FUND, [(1e18, RATE)], base=Base.ALL)
    state = build(layers=[basic, fund], a_drug=drug(PRICE))
    state.patients["registered"] = -1
    assert forecast(state) == pytest.approx(RATE * 0.5 * PRICE)


def test_with_this_januarys_list_and_prices():
    """Listed in the same January at a tenth, nothing of which the fund for unlisted drugs pays."""
    state = hamlet(record_listed=12, record_price=PRICE / 10)
    state.layers["drug_filter"] = DrugFilter.UNLISTED
    state.levers["listing"] = ListingRule.RECORD
    state.patients["stage"] = Stage.TREATED
    works = schedule(state)
    works.collect(0)
    assert works.state.funds["forecast"][Fund.SPECIAL_FUND] == pytest.approx(RATE * PRICE)
    works.live_month(12)
    assert works.state.funds["forecast"][Fund.SPECIAL_FUND] == 0.0


def test_a_plan_holds_for_the_year():
    """A change of policy in June makes no new forecast for a fund that has one."""
    state = hamlet()
    first = forecast(state)
    state.patients["registered"] = NEVER
    assert forecast(state, 5) == first
    assert forecast(state, 12) == 0.0


def test_what_is_missing_is_drawn_and_no_more():
    state = hamlet()
    state.funds["balance"][Fund.SPECIAL_FUND] = 300_000.0
    state.levers["fiscal"] = 100.0  # of 2,000 insured
    phases.set_income(state, BillRow.array(1), 0, 1)
    for month in range(12):
        phases.receive_income(state, month)
    assert state.funds["paid_transfer"].sum() == pytest.approx(RATE * PRICE - 300_000 - 200_000)


# ---- levies shrink ----------------------------------------------------------------------------


def raised(balance, rule=LevyRule.FORECAST, reserve=0.0, **money):
    """Return the yearly levies and fiscal money of a fund that expects 900,000 yuan of claims."""
    state = hamlet()
    state.levers["surplus_share"], state.levers["levies"] = 0.0, rule
    for lever, yuan in (money or {"per_head_levy": 1000.0}).items():
        state.levers[lever] = yuan
    fund = state.funds[Fund.SPECIAL_FUND]
    fund.balance, fund.reserve = balance, reserve
    forecast(state)
    return fund.yearly.sum()


@pytest.mark.parametrize("part", [0.25, 1.0, 3.0])
def test_a_fund_raises_what_it_lacks_of_a_years_forecast(part):
    assert raised(part * RATE * PRICE) == pytest.approx(RATE * PRICE * max(0.0, 1.0 - part))
    assert raised(part * RATE * PRICE, LevyRule.FIXED) == pytest.approx(2e6)


def test_the_reserve_is_part_of_what_is_needed():
    assert raised(RATE * PRICE, reserve=1.0) == pytest.approx(RATE * PRICE)


def test_no_more_than_the_levy_is_raised():
    assert raised(1.0, per_head_levy=100.0) == pytest.approx(2e5)


def test_a_fund_begins_with_its_whole_levy():
    assert raised(0.0) == pytest.approx(2e6)


def test_a_small_forecast_raises_little():
    assert raised(RATE * PRICE - 900.0) == pytest.approx(900.0)


@pytest.mark.parametrize("lever", ["fiscal", "maternity_levy"])
def test_so_do_fiscal_money_and_the_maternity_levy(lever):
    assert raised(0.5 * RATE * PRICE, **{lever: 500.0}) == pytest.approx(0.5 * RATE * PRICE)


def test_donations_are_given_whatever_the_fund_holds_and_spare_levies():
    assert raised(1e9, fund_donations=500.0) == 500.0
    both = raised(100.0, per_head_levy=1000.0, fund_donations=500.0)
    assert both == pytest.approx(RATE * PRICE - 100.0)


def test_where_nothing_is_to_be_paid_what_is_there_is_enough():
    state = hamlet()
    state.levers["levies"], state.levers["per_head_levy"] = LevyRule.FORECAST, 1000.0
    state.patients["stage"] = Stage.DEAD
    state.funds["balance"][Fund.SPECIAL_FUND] = 0.01
    forecast(state)
    assert state.funds["yearly"][Fund.SPECIAL_FUND].sum() == 0.0


def test_who_was_refused_last_year_counts_whether_registered_or_not():
    state = hamlet()
    state.levers["levies"], state.levers["per_head_levy"] = LevyRule.FORECAST, 1000.0
    state.patients["registered"] = NEVER
    fund = state.funds[Fund.SPECIAL_FUND]
    fund.balance, fund.paid_rare, fund.rationed = 1e6, 1.5e6, 0.5e6
    phases.close_books(state)
    forecast(state)
    assert fund.yearly.sum() == pytest.approx(2e6 - 1e6)
