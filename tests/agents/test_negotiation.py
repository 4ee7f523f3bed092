"""Negotiation: assessment, budget, application, listing, renewal and delisting."""

import numpy as np
import pytest
from hypothesis import given as cases
from hypothesis import strategies as st

from abm.engine import phases
from agents.codes import ListingRule, Stage
from agents.core.record import NEVER
from tests.support.hamlet import NO_LIMIT, RICH, build, drug, params, treat, unlisted
from tests.support.hamlet import bare_levers as levers
from tests.support.plain import agents as plain

negotiation, manufacturer = plain.negotiation, plain.manufacturer
VALUES = {
    "lowest_price_share": 0.4, "volume_discount": 0.2,
    "renewal_free_until": 1.1, "renewal_step": 0.3, "renewal_cut_per_step": 0.05,
    "renewal_cut_most": 0.25, "renewal_ends_after": 8.0, "voice_most": 0.5,
    "voice_half_at": 1000.0,
}  # fmt: skip
TERMS = params(**VALUES)[0]
prices = st.floats(1.0, 5e6)
persons = st.floats(0.0, 1e5)


def on_list(**fields):
    """Return a drug of 100,000 yuan, listed in month 0 at 40,000 for 1,000 patients."""
    row = unlisted(listed=1, listed_month=0, agreed=0, expected=1000.0, known=1000.0,
                   volume=1000.0, **fields)  # fmt: skip
    row.price = 40_000.0
    return row


def listing(its, terms, month=12):
    return negotiation.negotiate(its, TERMS, terms, month)


def renewal(its, terms, month=24):
    return negotiation.renew(its, TERMS, terms, month)


# ---- assessment ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("response", "bearable"), [(0, 100_000), (1, 70_000), (2, 35_000), (3, 0)])
def test_the_list_bears_gain_times_threshold_of_the_response_class(response, bearable):
    assert negotiation.assess(unlisted(response=response), TERMS, levers()) == bearable


def test_a_price_ceiling_lies_over_the_assessment():
    for ceiling, bearable in ((30_000.0, 30_000), (300_000.0, 100_000)):
        terms = levers(price_ceiling=ceiling)
        assert negotiation.assess(unlisted(), TERMS, terms) == bearable


def test_known_patients_are_heard():
    def bearable(known, voice):
        return negotiation.assess(unlisted(known=known), TERMS, levers(voice=voice))

    assert bearable(1000.0, 0.0) == 100_000
    assert bearable(1000.0, 1.0) == pytest.approx(125_000)  # half of half as much again
    assert bearable(1000.0, 0.4) == pytest.approx(110_000)
    assert bearable(0.0, 1.0) == 100_000
    loud = [bearable(n, 1.0) for n in (10.0, 100.0, 1e4, 1e7)]
    assert loud == sorted(loud)
    assert loud[-1] <= 150_000


def test_a_voice_raises_no_price_ceiling():
    terms = levers(voice=1.0, price_ceiling=30_000.0)
    assert negotiation.assess(unlisted(known=1e6), TERMS, terms) == 30_000


# ---- the lowest price and the application -------------------------------------------------------


def test_the_lowest_acceptable_price_by_hand():
    never_listed = unlisted(list_price=100_000.0)
    assert manufacturer.lowest_acceptable(never_listed, TERMS, levers()) == 40_000
    known = unlisted(record_listed=24, record_price=60_000.0)
    assert manufacturer.lowest_acceptable(known, TERMS, levers()) == 60_000
    guaranteed = levers(volume_guarantee=0.5)
    assert manufacturer.lowest_acceptable(known, TERMS, guaranteed) == pytest.approx(54_000)


@pytest.mark.parametrize(
    ("found", "volume", "donated", "does"),
    [
        (0.0, 0.0, 0.0, True),  # nothing to lose
        (250.0, 100.0, 0.0, True),  # 250 x 40,000 against 100 x 100,000
        (249.0, 100.0, 0.0, False),
        (0.0, 100.0, 0.0, False),  # 100 x 40,000: those treated are known to their manufacturer
        (0.0, 100.0, 0.7, True),  # against 100 x 30,000, the rest is given away
    ],
)
def test_a_manufacturer_applies_if_it_earns_no_less(found, volume, donated, does):
    its = unlisted(found=found, volume=volume, donated_share=donated, donation_from=0)
    terms = levers(donation_programmes=1)
    assert manufacturer.applies(its, TERMS, terms, 12) == does
    assert listing(its, terms) == does


# ---- listing ------------------------------------------------------------------------------------


def test_the_price_agreed_is_the_lowest_acceptable():
    its = unlisted(found=900.0, known=300.0, volume=20.0)
    assert listing(its, levers())
    assert (its.listed, its.listed_month, its.agreed, its.price) == (1, 12, 12, 40_000)
    assert its.expected == 300.0


def test_an_offer_below_the_lowest_price_is_refused():
    its = unlisted(list_price=1_000_000.0)
    assert not listing(its, levers())
    assert (its.listed, its.price) == (0, 100_000)


def test_no_drug_is_listed_before_its_time():
    terms = levers(months_to_listing=29)
    assert not listing(unlisted(), terms, 28)
    assert listing(unlisted(), terms, 29)


def test_a_launch_brought_forward_brings_market_and_listing_forward():
    terms = levers(months_to_listing=29, launch_forward=12, launch_since=-240)
    assert not manufacturer.on_market(unlisted(), -13, terms)
    assert manufacturer.on_market(unlisted(), -12, terms)
    assert listing(unlisted(), terms, 17)


def test_what_is_listed_is_not_negotiated_again():
    assert not listing(unlisted(listed=1), levers(), 500)


@cases(price=prices, gain=st.floats(0, 1), ceiling=st.sampled_from([0.0, 5e4]),
       guaranteed=st.floats(0, 1), response=st.integers(0, 3), voice=st.floats(0, 1))  # fmt: skip
def test_an_agreed_price_suits_both(price, gain, ceiling, guaranteed, response, voice):
    its = unlisted(list_price=price, price=price, qaly_gain=gain, known=700.0, response=response)
    terms = levers(price_ceiling=ceiling, volume_guarantee=guaranteed, voice=voice)
    if listing(its, terms):
        assert its.price <= price
        assert its.price <= negotiation.assess(its, TERMS, terms) * (1 + 1e-12)
        assert its.price >= manufacturer.lowest_acceptable(its, TERMS, terms) * (1 - 1e-12)


@cases(price=prices, gain=st.floats(0, 1), more=st.floats(1, 10), heard=st.floats(0, 1),
       known=persons, most=st.floats(0, 1e9))  # fmt: skip
def test_a_more_generous_threshold_lists_more_and_makes_nothing_dearer(
    price, gain, more, heard, known, most
):
    its = unlisted(list_price=price, qaly_gain=gain, known=known)
    strict, generous = levers(budget_impact_most=most), levers(budget_impact_most=most)
    generous.threshold[:] *= more
    generous.voice = heard
    narrow, wide = its.copy(), its.copy()
    if listing(narrow, strict):
        assert listing(wide, generous)
        assert wide.price == narrow.price


@cases(price=prices, gain=st.floats(0, 1), least=st.floats(0, 1), more=st.floats(0, 1))
def test_a_larger_volume_guarantee_lists_more_and_makes_nothing_dearer(price, gain, least, more):
    """Of what nobody has bought yet: who sells off the list weighs what that brings."""
    its = unlisted(list_price=price, price=price, qaly_gain=gain, known=700.0)
    small, large = its.copy(), its.copy()
    if listing(small, levers(volume_guarantee=min(least, more))):
        assert listing(large, levers(volume_guarantee=max(least, more)))
        assert large.price <= small.price


def test_a_volume_guarantee_moves_neither_what_the_list_bears_nor_what_is_listed():
    for its in (unlisted(), on_list()):
        one, other = (levers(volume_guarantee=guaranteed) for guaranteed in (0.0, 1.0))
        assert negotiation.assess(its, TERMS, one) == negotiation.assess(its, TERMS, other)
    listed = on_list()
    before = listed.copy()
    assert not listing(listed, levers(volume_guarantee=1.0))
    assert listed == before


def test_what_the_registry_knows_counts_against_the_budget():
    """At 40,000 yuan each 2,500 patients cost 100 million."""
    terms = levers(budget_impact_most=1e8)
    assert listing(unlisted(known=2500.0), terms)
    assert not listing(unlisted(known=2501.0), terms)
    assert not listing(unlisted(known=2400.0, volume=2501.0, donated_share=1.0, donation_from=0),
                       levers(budget_impact_most=1e8, donation_programmes=1))  # fmt: skip
    assert listing(unlisted(known=1e9), levers())


@cases(known=persons, fewer=st.floats(0, 1), most=st.floats(0, 1e10))
def test_a_larger_budget_and_fewer_known_never_lose_a_drug(known, fewer, most):
    if listing(unlisted(known=known), levers(budget_impact_most=most)):
        assert listing(unlisted(known=known), levers(budget_impact_most=2.0 * most))
        assert listing(unlisted(known=fewer * known), levers(budget_impact_most=most))


# ---- renewal ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("volume", "cut"),
    [(0, 0.0), (1100, 0.0), (1101, 0.05), (1399, 0.05), (1401, 0.1), (1999, 0.15), (9000, 0.25)],
)
def test_the_price_falls_in_steps_with_the_volume(volume, cut):
    its = on_list()
    its.volume = volume
    assert negotiation.cut_by_volume(its, TERMS) == pytest.approx(cut)
    assert renewal(its, levers(renewal_years=2)) == (cut > 0.0)
    assert its.listed == 1
    assert its.price == pytest.approx(40_000 * (1 - cut))
    assert (its.agreed, its.expected) == (24, max(1000.0, volume))


def test_where_nobody_was_counted_no_volume_was_agreed():
    its = on_list()
    its.volume, its.expected = 5000.0, 0.0
    assert negotiation.cut_by_volume(its, TERMS) == 0.0


@pytest.mark.parametrize(("years", "month", "due"), [(0, 500, False), (2, 23, False), (2, 24, True),
                                                     (9, 108, False)])  # fmt: skip
def test_a_term_ends_after_so_many_years_and_not_at_all_after_eight(years, month, due):
    terms = levers(renewal_years=years)
    assert negotiation.is_up_for_renewal(on_list(), TERMS, terms, month) == due


def test_a_drug_no_longer_worth_its_price_leaves_the_list_and_stays_on_the_market():
    strict = levers(renewal_years=2)
    strict.threshold[:] = 79_000.0  # bears 39,500: no more patients, no lower price
    its = on_list()
    assert renewal(its, strict)
    assert (its.listed, its.listed_month, its.price) == (0, NEVER, 100_000)
    assert manufacturer.on_market(its, 24, strict)
    many = on_list()
    many.volume = 1100.0
    assert renewal(many, strict)  # who treats more takes less
    assert (many.listed, many.price) == (1, 39_500)


def test_what_has_left_the_list_may_come_back_when_its_term_would_be_over():
    strict, kind = levers(renewal_years=2), levers(renewal_years=2)
    strict.threshold[:] = 79_000.0
    its = on_list()
    renewal(its, strict)
    its.volume = 0.0
    assert not listing(its, kind, 36)
    assert listing(its, kind, 48)


@cases(known=persons, volume=persons, expected=persons, threshold=st.floats(0, 1e6),
       most=st.floats(0, 1e10))  # fmt: skip
def test_a_renewal_never_raises_a_price_of_what_stays(known, volume, expected, threshold, most):
    terms = levers(renewal_years=2, budget_impact_most=most)
    terms.threshold[:] = threshold
    its = on_list()
    its.known, its.volume, its.expected = known, volume, expected
    renewal(its, terms)
    assert its.price <= 40_000 if its.listed else its.price == its.list_price


# ---- in a hamlet --------------------------------------------------------------------------------


def hamlet(n=3, **of_levers):
    """Return a hamlet of registered patients, all eligible, under negotiation."""
    state = build(n, a_drug=unlisted(), **VALUES)
    state.patients["registered"] = 0
    state.levers["listing"], state.levers["threshold"] = ListingRule.NEGOTIATION, 200_000.0
    for name, value in of_levers.items():
        state.levers[name] = value
    return state


def test_known_are_the_registered_and_eligible_who_live():
    state = hamlet(5)
    state.params["simulated"] = 0.1
    state.patients["registered"][0] = NEVER
    state.patients["stage"][1] = Stage.DEAD
    phases.update_list(state, 12, 0)
    assert state.drugs["known"][0] == pytest.approx(30.0)
    assert state.drugs["found"][0] == pytest.approx(40.0)
    assert state.drugs["listed"][0] == 1
    state.drugs["eligible_share"] = 0.0
    phases.update_list(state, 24, 0)
    assert state.drugs["known"][0] == 0.0


def test_only_in_january_and_only_under_negotiation():
    for month, rule in ((13, ListingRule.NEGOTIATION), (12, ListingRule.RECORD)):
        state = hamlet(listing=rule)
        assert not phases.update_list(state, month, 0)
        assert state.drugs["listed"][0] == 0


def test_the_registry_reaches_the_list():
    """A budget for two patients: whom nobody has reported, it does not count."""
    for registered, listed in ((2, 1), (3, 0)):
        state = hamlet(budget_impact_most=2 * 40_000.0)
        state.patients["registered"][registered:] = NEVER
        phases.update_list(state, 12, 0)
        assert state.drugs["listed"][0] == listed


def test_the_volume_is_that_of_last_year():
    state = hamlet()
    state.drugs["treated"], state.params["simulated"] = 4.0, 0.5
    phases.open_the_year(state, np.zeros(len(state.hospitals["cases"][0])), 1.0, 12)
    assert (state.drugs["volume"][0], state.drugs["treated"][0]) == (8.0, 0.0)


def test_volume_and_patients_known_are_counted_by_dose():
    """A drug priced for 10 kg: two adults take more of it in a bill than two children."""
    state = build(4, a_drug=drug(8_000.0, by_weight=1, typical_weight=10.0))
    state.patients["savings"], state.patients["registered"] = RICH, 0
    state.patients["birth"] = [-480, -480, -24, -24]
    state.levers["listing"] = ListingRule.NEGOTIATION
    state = treat(state)
    assert (state.patients["stage"] == Stage.TREATED).all()
    doses = [plain.manufacturer.dose_factor(state.drugs[0], age, state.params[0])
             for age in (40.0, 40.0, 2.0, 2.0)]  # fmt: skip
    years = state.accounts["last_period"][state.patients["account"]] / 12.0
    assert state.drugs["treated"][0] == pytest.approx((years * doses).sum())
    phases.update_list(state, 0, 0)
    assert state.drugs["known"][0] == pytest.approx(sum(doses) / state.params["simulated"][0])


def test_without_a_limit_nothing_is_refused_for_its_budget():
    state = hamlet(budget_impact_most=NO_LIMIT)
    assert phases.update_list(state, 12, 0)
