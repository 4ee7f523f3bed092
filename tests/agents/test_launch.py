"""When a drug is launched under incentives, and when a competitor follows it."""

import numpy as np
import pytest
from hypothesis import given as cases
from hypothesis import strategies as st

from abm import RareCareModel
from abm.engine import phases
from agents.codes import Rank
from agents.core.record import NEVER
from agents.records.hospital import HospitalRow
from agents.records.levers import LeversRow
from tests.support.hamlet import NO_LIMIT, build, drug, params, schedule
from tests.support.plain import agents as plain

launch, on_market = plain.launch, plain.manufacturer.on_market
TERMS = params(review_months=12.0, incentive_speed=0.5, competitor_probability=0.1,
               competitor_price_ratio=0.7, competition_settled_after=15.0)[0]  # fmt: skip


def levers(**fields):
    row = LeversRow.array(1)[0]
    row.exclusivity_years = NO_LIMIT
    for name, value in fields.items():
        setattr(row, name, value)
    return row


def sold_from(approved, terms, begins=0, until=400):
    """Return the month from which a drug is sold if a policy begins in a month."""
    its = drug(approved=approved, listed=0)
    for month in range(until):
        now = terms if month >= begins else levers()
        launch.is_launched_early(its, TERMS, now, month)
        if on_market(its, month, now):
            return month
    return NEVER


@pytest.mark.parametrize(
    ("saved", "incentives", "begins", "sold"),
    [
        (0, 0.0, 0, 60),
        (6, 0.0, 0, 54),
        (40, 0.0, 0, 48),  # a review cannot save more than it takes
        (6, 0.0, 57, 57),  # what is under review when the policy begins is approved then
        (6, 0.0, 61, 60),  # what is approved stays as it was
        (0, 1.0, 0, 40),  # half as fast again: 40 months for what took 60
        (0, 0.5, 0, 48),
        (0, 1.0, 30, 50),
        (12, 1.0, 0, 32),
    ],
)
def test_when_a_drug_is_launched(saved, incentives, begins, sold):
    terms = levers(review_months_saved=saved, incentives=incentives)
    assert abs(sold_from(60, terms, begins) - sold) <= (1 if incentives else 0)


@pytest.mark.parametrize(
    ("since", "sold"), [(-240, -24), (-24, -24), (-20, -20), (-1, -1), (0, 0), (30, 0)]
)
def test_a_launch_is_brought_forward_to_when_the_policy_begins_at_the_earliest(since, sold):
    """And what is on the market by then has been sold since its own time."""
    its = drug(approved=0, listed=0)
    terms = levers(
        launch_forward=14, ahead_of_approval=10, launch_since=since, exclusivity_years=2.0
    )
    assert plain.manufacturer.sold_from(its, terms) == sold
    lead = HospitalRow.array(1)[0]
    lead.rank = Rank.LEAD
    stocked = [
        plain.manufacturer.availability(lead, its, TERMS, terms, sold + months)
        for months in (0, 12)
    ]
    assert stocked[0] == 0.0 < stocked[1]
    sure = params(competitor_probability=1.0, competition_settled_after=50.0)[0]
    assert not launch.competitor_enters(its, 0, sure, terms, sold + 23, 0)
    assert launch.competitor_enters(its, 0, sure, terms, sold + 24, 0)


@pytest.mark.slow
def test_a_policy_that_brings_launches_forward_is_dated_in_the_state():
    model = RareCareModel(policy="uniform-national", scale=0.0003, years=2, burn_in=1, rng=0)
    for name, since in (("uniform-national", 0), ("us", 12)):
        lived = model.branch(name).run()
        assert (lived.state.levers["launch_since"] == since).all()


@cases(approved=st.integers(0, 120), begins=st.integers(0, 120), saved=st.integers(0, 60),
       more=st.integers(0, 20), incentives=st.floats(0, 1))  # fmt: skip
def test_stronger_incentives_never_launch_later_and_never_before_they_begin(
    approved, begins, saved, more, incentives
):
    usual = sold_from(approved, levers())
    sold = sold_from(approved, levers(review_months_saved=saved, incentives=incentives), begins)
    assert min(usual, begins) <= sold <= usual
    terms = levers(review_months_saved=saved + more, incentives=incentives)
    assert sold_from(approved, terms, begins) <= sold


def test_incentives_that_end_leave_what_they_have_gained():
    its = drug(approved=60, listed=0)
    for month in range(60):
        launch.is_launched_early(its, TERMS, levers(incentives=float(month < 20)), month)
    assert its.early == 10


def test_an_early_launch_is_news_for_those_who_wait():
    """They would sleep until the month of the record."""
    state = build(1, a_drug=drug(approved=60, listed=0, listed_month=NEVER))
    state.params["review_months"], state.levers["review_months_saved"] = 12.0, 12
    assert not phases.update_list(state, 47, 0)
    before = state.drugs.copy()
    assert phases.update_list(state, 48, 0)
    assert not phases.update_list(state, 49, 0)
    state.patients["due"] = state.due[:] = 60
    state.params["new_terms_within"] = 1
    schedule(state).renew(state._replace(drugs=before), 48)
    assert state.patients["due"][0] == 48


# ---- competitors --------------------------------------------------------------------------------


def entries(years, exclusivity, launched=0):
    """Return in which Januaries competitors enter, of 500 drugs."""
    terms, months = levers(exclusivity_years=exclusivity), []
    for d in range(500):
        its = drug(approved=launched, price=1000.0)
        for year in range(years):
            if launch.competitor_enters(its, d, TERMS, terms, 12 * year, 1):
                months.append(12 * year)
                assert its.price == its.list_price == its.record_price == pytest.approx(700)
    return np.array(months)


def test_no_competitor_enters_while_a_drug_is_exclusive_or_without_an_end():
    assert len(entries(30, NO_LIMIT)) == 0
    assert entries(20, 7.0).min() == 84
    assert entries(20, 7.0, launched=24).min() == 108


def test_one_in_ten_enters_each_year():
    found = entries(11, 5.0)
    assert len(found) / 500 == pytest.approx(1 - 0.9**6, abs=0.07)


def test_prices_of_drugs_launched_long_ago_hold_their_competition():
    assert len(entries(30, 7.0, launched=-181)) == 0
    assert entries(30, 7.0, launched=-180).min() == 0


@cases(shorter=st.floats(0, 10), longer=st.floats(0, 10), d=st.integers(0, 50),
       launched=st.integers(-200, 100))  # fmt: skip
def test_shorter_exclusivity_never_makes_a_drug_dearer(shorter, longer, d, launched):
    prices = []
    for years in (shorter, shorter + longer):
        its, terms = drug(approved=launched, price=1000.0), levers(exclusivity_years=years)
        for year in range(15):
            launch.competitor_enters(its, d, TERMS, terms, 12 * year, 3)
        prices.append(its.price)
    assert prices[0] <= prices[1]


def test_competition_lists_nothing_and_touches_no_other_drug():
    state = build(1, a_drug=drug(approved=0, listed=0, listed_month=NEVER))
    state = state._replace(drugs=np.repeat(state.drugs, 2))
    state.drugs["approved"][1] = 600
    state.levers["exclusivity_years"], state.params["competitor_probability"] = 1.0, 1.0
    assert phases.update_list(state, 12, 0)
    assert list(state.drugs["rivals"]) == [1, 0]
    assert list(state.drugs["listed"]) == [0, 0]
    assert state.drugs["price"][1] == 100_000.0
