"""Equity's part of a gain against published examples, and where a ranking turns."""

import numpy as np
import pytest

from experiments.decision.welfare import (
    ATKINSON,
    KOLM,
    change,
    equivalent,
    shares,
    turning_points,
)

FIFTHS = np.full(5, 0.2)


def test_the_vignette_of_dceasimr():
    """Its printed numbers: dceasimR 0.1.0, "Social Welfare Functions in DCEA"."""
    health = np.array([52.1, 56.3, 59.8, 63.2, 66.8])
    printed = {0.0: 59.64, 1.0: 59.41665, 5.0: 58.51938}
    for aversion, ede in printed.items():
        assert equivalent(health, FIFTHS, aversion) == pytest.approx(ede, abs=5e-6)
    after = health + np.array([0.5, 0.6, 0.5, 0.4, 0.3])
    found = change(health, after, FIFTHS, 1.0)
    assert found.ede == pytest.approx(0.4684784, abs=5e-8)
    assert found.mean == pytest.approx(0.46, abs=1e-9)
    assert found.equity == pytest.approx(0.008478412, abs=5e-10)


def test_the_reference_page_of_dceasimr():
    """Its printed numbers: the example of calc_social_welfare."""
    before, after = np.array([60.0, 63, 66, 69, 72]), np.array([61.0, 64, 66.5, 69.2, 72.1])
    found = change(before, after, FIFTHS, 1.0)
    assert equivalent(before, FIFTHS, 1.0) == pytest.approx(65.8633, abs=5e-6)
    assert equivalent(after, FIFTHS, 1.0) == pytest.approx(66.44688, abs=5e-6)
    assert found.ede == pytest.approx(0.5835786, abs=5e-8)
    assert found.mean == pytest.approx(0.56, abs=1e-9)
    assert found.equity == pytest.approx(0.02357865, abs=5e-9)


@pytest.mark.parametrize("index", [ATKINSON, KOLM])
def test_without_aversion_equity_counts_nothing(index):
    found = change(np.array([1.0, 9.0]), np.array([2.0, 9.5]), np.array([3.0, 1.0]), 0.0, index)
    assert found.equity == pytest.approx(0.0, abs=1e-12)
    assert found.mean == pytest.approx(0.875)


def test_the_same_for_everyone_is_no_equity_by_kolm():
    before = np.array([1.0, 5.0, 9.0])
    found = change(before, before + 2.0, np.array([1.0, 2.0, 1.0]), 0.3, KOLM)
    assert found.ede == pytest.approx(2.0)
    assert found.equity == pytest.approx(0.0, abs=1e-12)


def test_where_a_ranking_turns():
    """One policy gives the poor half a QALY, another the rich one; by hand with the logarithm.

    At aversion 1 equivalents are geometric means: 10 x 20 x 1.05 / (10.5 x 20) is 1, so a twentieth
    more for either is as good there.
    """
    before, people = np.array([10.0, 20.0]), np.ones(2)
    poor, rich = before + np.array([0.5, 0.0]), before + np.array([0.0, 1.0])

    def difference(aversion):
        return equivalent(poor, people, aversion) - equivalent(rich, people, aversion)

    assert turning_points(difference, 5.0) == pytest.approx([1.0], abs=1e-9)


def test_an_unknown_index_is_refused():
    with pytest.raises(ValueError, match="expected one of atkinson, kolm"):
        equivalent(np.ones(2), np.ones(2), 1.0, "theil")


@pytest.mark.parametrize("given", [[0.0, 0.0], [-1.0, 2.0], [np.nan, 1.0]])
def test_shares_of_nothing_are_refused(given):
    with pytest.raises(ValueError, match="shares"):
        shares(given)
