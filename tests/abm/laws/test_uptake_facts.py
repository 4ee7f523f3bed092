"""Uptake before and after listing comes out near what is published (more_facts.md, the list)."""

import numpy as np
import pytest

from abm import RareCareModel
from agents.codes import Event

pytestmark = pytest.mark.slow

SCALE = 0.05


@pytest.fixture(scope="module")
def begun():
    """Return the months in which patients begin with each drug, as it happened up to 2024."""
    model = RareCareModel(policy="as-happened", scale=SCALE, years=6, rng=1, follow=1.0).run()
    log = model.state.event_log[: model.state.counters["events"][0]]
    log = log[log["kind"] == Event.TREATED]
    _, first = np.unique(np.stack([log["patient"], log["drug"]]), axis=1, return_index=True)
    log = log[first]
    return {
        name: log["month"][log["drug"] == d] for d, name in enumerate(model.world.drugs["drug"])
    }


def people(months, start, end):
    """Return how many real people began from one month up to another."""
    return ((months >= start) & (months < end)).sum() / SCALE


def test_efgartigimod_begins_with_thousands_in_the_first_quarter(begun):
    """About 2,700 in the first quarter after its listing in January 2024; within a factor of 2."""
    months = begun["EFGARTIGIMOD"]
    assert people(months, -200, 60) < 500
    assert 1350 < people(months, 60, 63) < 5400


def test_nusinersen_has_few_users_before_its_listing_and_most_after(begun):
    """50 at full price and more than 120 in the programme by the end of 2020; 76.4 % after 2021."""
    months = np.concatenate([begun["NUSINERSEN_I"], begun["NUSINERSEN"]])
    assert 20 <= people(months, -200, 24) < 500
    after = people(months, 36, 60)
    assert after > 0.7 * people(months, -200, 60)
    assert people(months, 36, 37) < 0.5 * after


def test_nobodys_drug_is_taken_up_in_a_month(begun):
    """Of those who begin in the two years after a listing, fewer than half in its first month."""
    for name, listed in [("LANADELUMAB", 50), ("INEBILIZUMAB", 50), ("EVEROLIMUS", 12)]:
        first = people(begun[name], listed, listed + 1)
        assert first < 0.5 * people(begun[name], listed, listed + 24), name
