"""The negotiated list beside the recorded one, 2019-2025, and what generosity does to it."""

import numpy as np
import pytest

from abm import RareCareModel, load_policy

pytestmark = pytest.mark.slow

CLASSES = ("high", "moderate", "low")


@pytest.fixture(scope="module")
def drugs():
    """Return a function that lives seven years under settings, and tells of the drugs by year."""
    start = RareCareModel(policy="uniform-national", scale=0.004, years=7, rng=11)
    known = {}

    def live(threshold=None, **settings):
        key = (threshold, *settings.items())
        if key not in known:
            levers = {f"access.{name}": value for name, value in settings.items()}
            if threshold:
                levers |= {f"access.threshold_{name}": threshold for name in CLASSES}
            policy = load_policy("uniform-national", levers)
            known[key] = start.branch(policy).run().outcomes()["drugs"]
        return known[key]

    return live


def by_year(table):
    """Return how many drugs are on the list in each year."""
    return table.groupby("year")["listed"].sum().to_numpy()


def test_the_negotiated_list_has_the_shape_of_the_recorded_one(drugs):
    """At 750,000 yuan per QALY, and the 29 months that it took in the mean.

    Tolerance: three tenths of the recorded number in any year; half of the growth at least. At the
    end the record is faster: drugs came onto it within a year of their approval.
    """
    recorded = by_year(drugs())
    negotiated = by_year(drugs(750_000.0, listing="negotiation"))
    assert (np.abs(negotiated - recorded) <= 0.3 * recorded).all()
    assert (np.diff(negotiated) >= 0).all()
    assert np.ptp(negotiated) >= np.ptp(recorded) / 2
    assert np.corrcoef(recorded, negotiated)[0, 1] > 0.9


def test_at_what_experts_would_pay_few_of_the_recorded_drugs_would_be_listed(drugs):
    """By the health rules what was listed from 2019 on costs more per QALY than that."""
    assert by_year(drugs(listing="negotiation"))[-1] <= by_year(drugs())[-1] / 2


def test_a_more_generous_threshold_lists_more_and_makes_nothing_dearer(drugs):
    strict = drugs(400_000.0, listing="negotiation")
    kind = drugs(750_000.0, listing="negotiation")
    assert (kind["listed"] >= strict["listed"]).all()
    assert kind["listed"].sum() > strict["listed"].sum()
    both = strict["listed"] & kind["listed"]
    assert (kind["price"][both] <= strict["price"][both]).all()  # less beside a listed rival


def test_renewal_lowers_prices_and_lists_nothing_new(drugs):
    once = drugs(750_000.0, listing="negotiation")
    renewed = drugs(750_000.0, listing="negotiation", renewal_years=2)
    both = once["listed"] & renewed["listed"]
    assert (renewed["price"][both] <= once["price"][both]).all()
    assert (renewed["price"][both] < once["price"][both]).any()
    assert (renewed["listed"] <= once["listed"]).all()


def test_a_budget_keeps_the_costliest_off_the_list(drugs):
    free = drugs(750_000.0, listing="negotiation")
    bound = drugs(750_000.0, listing="negotiation", budget_impact_most=2e8)
    assert (bound["listed"] <= free["listed"]).all()
    assert bound["listed"].sum() < free["listed"].sum()
