"""Commercial supplementary insurance: who has it where and when, who buys it, and how it ends."""

import numpy as np
import pytest

from abm.engine import phases
from abm.policy.levers import Levers
from abm.setup.apply_policy import _set_layers
from abm.setup.initial_state import build as build_world
from agents.codes import Fund, Payer, Product, Scheme, Source, Stage
from agents.core.random_numbers import Decision
from agents.records.bill import BillRow
from tests.support.hamlet import build, layer, schedule
from tests.support.plain import agents as plain

commercial = plain.commercial
EVERYWHERE = {"commercial_cities": 1.0, "commercial_launch_rate": 1.0, "commercial_claims_sd": 0.0}
"""A product is launched in the first January, and other claims are as in the mean."""
PREMIUM = 100.0


def market(n=1, payer=Payer.COMMERCIAL, **parameters):
    """Return a hamlet with a layer of commercial insurance, in which a product is launched."""
    state = build(n, layers=[layer(payer, enrolled_only=1)], **{**EVERYWHERE, **parameters})
    state.cities["commercial"] = payer == Payer.COMMERCIAL
    fund = state.funds[Fund.COMMERCIAL]
    fund.heads = state.cities["heads"][0, Fund.COMMERCIAL] = 0.0
    fund.balance, fund.income_per_head, fund.in_advance, fund.relative = 0.0, PREMIUM, 1, 1.0
    fund.spending, fund.other_share = 1.0, 0.5
    return state


def of_years(state, years, claims=0.0):
    """Sell for some years, with claims over premiums in each; return what became of the product."""
    fund, found = state.funds[Fund.COMMERCIAL], []
    for month in range(0, 12 * years, 12):
        phases.close_books(state)
        phases.sell_commercial_cover(state, month, 0)
        phases.set_income(state, BillRow.array(1), month, 0)
        phases.receive_income(state, month)
        found.append((fund.product, fund.heads, fund.income[Source.PREMIUMS]))
        fund.paid_rare += claims * fund.income[Source.PREMIUMS]
    return found


def test_people_buy_it_from_the_year_in_which_it_is_launched_and_more_of_them_later():
    state = market(commercial_enrolment=0.2, commercial_first_year=0.5)
    insured = 2000.0
    first, second, third = of_years(state, 3)
    assert first == (Product.SOLD, 0.1 * insured, 0.1 * insured * PREMIUM)
    assert second == third == (Product.SOLD, 0.2 * insured, 0.2 * insured * PREMIUM)


def test_a_years_premiums_come_in_january_and_in_no_other_month():
    state = market()
    phases.sell_commercial_cover(state, 0, 0)
    phases.set_income(state, BillRow.array(1), 0, 0)
    for month in range(12):
        phases.receive_income(state, month)
    fund = state.funds[Fund.COMMERCIAL]
    assert fund.income[Source.PREMIUMS] == pytest.approx(fund.heads * PREMIUM)
    assert fund.balance == fund.income.sum()


def test_without_a_layer_of_commercial_insurance_nobody_sells_any():
    state = market(payer=Payer.BASIC)
    assert of_years(state, 2) == [(Product.NONE, 0.0, 0.0)] * 2
    assert not state.patients["enrolled"].any()


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({}, {"Shanghai"}),
        ({"schemes": ()}, set()),
        ({"diseases": ()}, set()),
        ({"payer": "special_fund"}, set()),
        ({"active": False}, set()),
    ],
)
def test_a_product_may_be_sold_where_a_layer_of_commercial_insurance_is_for_somebody(
    fields, where, world
):
    own = {"payer": "commercial", "where": ["Shanghai"], "brackets": [{"up_to": 1.0, "rate": 0.5}]}
    levers = Levers.model_validate({"benefits": {"own": {**own, **fields}}})
    state = _set_layers(build_world(world, 0.001, 0, False)[0], levers, world)
    assert set(world.cities["city"][state.cities["commercial"] == 1]) == where


def test_when_the_layer_ends_nobody_buys_any_more():
    state = market()
    of_years(state, 1)
    state.cities["commercial"] = 0
    product, heads, _ = of_years(state, 1)[0]
    assert (product, heads) == (Product.NONE, 0.0)
    assert not state.patients["enrolled"].any()


def test_launches_follow_the_share_of_cities_and_the_yearly_rate():
    state = build(commercial_cities=0.8, commercial_launch_rate=0.5)
    cities, years = 2000, 3
    params = state.params[0]
    launched = [
        any(commercial.is_launched(c, params, 12 * year, 7) for year in range(years))
        for c in range(cities)
    ]
    assert np.mean(launched) == pytest.approx(0.8 * (1 - 0.5**years), abs=0.03)


def test_other_claims_differ_between_products_around_their_mean():
    state = build(commercial_claims_sd=0.4, commercial_other_share=0.7)
    drawn = [commercial.other_claims(c, state.params[0], 3) for c in range(4000)]
    assert np.mean(drawn) == pytest.approx(0.7, rel=0.02)
    assert np.std(np.log(drawn)) == pytest.approx(0.4, rel=0.05)


@pytest.mark.parametrize("years", [1, 2, 3])
def test_a_product_that_loses_money_for_too_long_is_withdrawn_for_good(years):
    found = of_years(market(commercial_losing_years=years), 6, claims=1.1)
    sold = [product == Product.SOLD for product, _, _ in found]
    assert sold == [year < years for year in range(6)]
    assert found[-1] == (Product.WITHDRAWN, 0.0, 0.0)


def test_a_product_that_covers_its_claims_goes_on_and_a_good_year_begins_the_count_anew():
    assert all(one[0] == Product.SOLD for one in of_years(market(), 6, claims=0.99))
    fund = market(commercial_losing_years=2).funds[Fund.COMMERCIAL]
    fund.product, fund.income[Source.PREMIUMS] = Product.SOLD, 100.0
    counts = []
    for claims in (120.0, 80.0, 120.0):
        fund.paid_rare = claims
        commercial.judge_product(fund)
        counts.append(fund.losing_years)
    assert counts == [1, 0, 1]


def test_refused_claims_are_losses_too():
    fund = market().funds[Fund.COMMERCIAL]
    fund.product, fund.income[Source.PREMIUMS] = Product.SOLD, 100.0
    fund.paid_rare, fund.rationed, fund.unpaid_other = 60.0, 30.0, 20.0
    commercial.judge_product(fund)
    assert fund.losing_years == 1


@pytest.mark.parametrize("ratio", [1.0, 3.0])
def test_the_diagnosed_are_likelier_to_buy_by_the_odds_ratio(ratio):
    n = 4000
    state = market(n, commercial_enrolment=0.2, commercial_first_year=1.0,
                   commercial_odds_diagnosed=ratio, commercial_enrolment_gradient=0.0)  # fmt: skip
    state.patients["stage"][: n // 2] = Stage.SEEKING
    of_years(state, 1)
    bought = state.patients["enrolled"].reshape(2, -1).mean(axis=1)
    assert bought[0] == pytest.approx(0.2, abs=0.02)
    expected = 0.2 * ratio / (0.8 + 0.2 * ratio)
    assert bought[1] == pytest.approx(expected, abs=0.025)
    # Whoever buys undiagnosed would buy diagnosed: one draw for life.
    early = state.patients["enrolled"].copy()
    state.patients["stage"] = Stage.DIAGNOSED
    of_years(state, 1)
    assert (state.patients["enrolled"] >= early).all()


def test_adverse_selection_raises_claims_and_not_premiums():
    """The same product pays more for rare diseases the likelier the ill are to buy it."""
    claims = {}
    for ratio in (1.0, 6.0):
        state = market(300, commercial_enrolment=0.3, commercial_first_year=1.0,
                       commercial_odds_diagnosed=ratio)  # fmt: skip
        state.patients["due"] = state.due[:] = 0
        works = schedule(state)
        works.state.funds["income_per_head"][Fund.COMMERCIAL] = 1e6
        for month in range(12):
            if month == 0:
                phases.sell_commercial_cover(works.state, 0, 0)
            works.collect(month)
            works.treat(works.seek_care(month), month)
        fund = works.state.funds[Fund.COMMERCIAL]
        claims[ratio] = fund.paid_rare / fund.income[Source.PREMIUMS]
    assert claims[6.0] > 1.5 * claims[1.0] > 0.0


def test_the_uninsured_and_the_poorer_buy_less():
    n = 3000
    state = market(n, commercial_enrolment=0.2, commercial_first_year=1.0,
                   commercial_enrolment_gradient=0.25)  # fmt: skip
    state.patients["scheme"][: n // 3] = Scheme.NONE
    state.patients["quintile"] = np.repeat([5, 1, 5], n // 3)
    of_years(state, 1)
    none, poor, rich = state.patients["enrolled"].reshape(3, -1).mean(axis=1)
    assert none == 0.0
    assert 0.0 < poor < rich


def test_a_city_that_never_has_a_product_is_drawn_once():
    """In no year, whatever the yearly draw; in the others in the year of their draw."""
    state = build(commercial_cities=0.5, commercial_launch_rate=0.3)
    for c in range(40):
        ever = plain.random_numbers.uniform(5, c, Decision.PRODUCT_EVER, 0) < 0.5
        years = [commercial.is_launched(c, state.params[0], 12 * y, 5) for y in range(60)]
        assert any(years) == ever
