"""Intervals from pairs: by hand, never claimed too soon, never from another place or month."""

from dataclasses import replace
from math import isnan

import numpy as np
import pytest
from scipy.stats import t

from viz.doubt.pairs import Pair
from viz.doubt.spreads import band, card_spreads, group_spreads, map_spreads, number_spreads

PLACES = ("all", "North", "South")


def pair(gain, persons=1000.0, seed=0):
    """Return a pair whose cards gain so much under B, with some luck of their own."""
    luck = np.random.default_rng(seed).normal(size=(2, len(PLACES)))
    a = np.array([[luck[0], luck[1]]]).reshape(2, len(PLACES))
    cards = {"good": np.stack([a, a + gain]), "same": np.stack([a, a])}
    courses = {"ill": np.stack([np.zeros((12, 2)), np.full((12, 2), gain)])}
    maps = {"good": cards["good"][:, :, 1:]}
    looks = np.full((2, len(PLACES)), persons)
    return Pair(np.array([6, 12]), PLACES, cards, looks, maps, courses)


def three(*gains, **parts):
    return [pair(gain, seed=i, **parts) for i, gain in enumerate(gains)]


def test_the_interval_of_symmetric_pairs_is_students():
    found = card_spreads(three(1.0, 2.0, 3.0), 12, "", whole=True)["good"]
    reach = t.ppf(0.975, 2) * 1.0 / np.sqrt(3)
    assert found.mean == pytest.approx(2.0)
    assert (found.low, found.high) == pytest.approx((2.0 - reach, 2.0 + reach))


def test_nothing_is_claimed_before_all_pairs_are_there():
    sure = three(2.0, 2.1, 1.9, 2.05, 1.95, 2.02, 1.98, 2.03)
    assert card_spreads(sure, 12, "", whole=True)["good"].claimed
    assert not card_spreads(sure, 12, "", whole=False)["good"].claimed
    assert card_spreads(sure[:2], 12) == {}


def test_what_is_the_same_in_every_pair_is_no_difference():
    found = card_spreads(three(2.0, 2.1, 1.9, 2.05), 12, "", whole=True)["same"]
    assert isnan(found.low)
    assert not found.claimed


def test_few_persons_prove_nothing():
    sure = three(2.0, 2.1, 1.9, 2.05, 1.95, 2.02, 1.98, 2.03, persons=49.0)
    found = card_spreads(sure, 12, "South", whole=True)["good"]
    assert isnan(found.low)
    assert not found.claimed


def test_a_difference_that_turns_with_the_seed_is_never_claimed():
    turning = three(1.0, -1.2, 0.9, -0.8, 1.1, -1.0, 0.7, 0.6)
    found = card_spreads(turning, 12, "", whole=True)["good"]
    assert found.low < 0 < found.high
    assert not found.claimed


def test_a_place_that_the_pairs_do_not_tell_has_no_interval():
    assert card_spreads(three(1.0, 2.0, 3.0), 12, "inside") == {}
    assert card_spreads(three(1.0, 2.0, 3.0), 0) == {}


def test_the_nearest_look_is_taken():
    pairs = three(1.0, 2.0, 3.0)
    for one in pairs:
        one.cards["good"][1, 0] += 10.0
    assert card_spreads(pairs, 8)["good"].mean == pytest.approx(12.0)
    assert card_spreads(pairs, 10)["good"].mean == pytest.approx(2.0)


def test_a_map_has_a_spread_for_every_province():
    found = map_spreads(three(1.0, 2.0, 3.0), 12, "good")
    assert list(found) == ["North", "South"]
    assert found["South"].mean == pytest.approx(2.0)
    assert map_spreads(three(1.0, 2.0, 3.0), 12, "unknown") == {}


def test_a_band_is_of_one_province_or_of_the_sum_of_all():
    pairs = three(1.0, 2.0, 3.0)
    one, both = band(pairs, "ill", 1, 12), band(pairs, "ill", None, 12)
    assert one.months.tolist() == [2, 5, 8, 11]
    np.testing.assert_allclose((one.low + one.high) / 2, 2.0)
    np.testing.assert_allclose(both.low, 2 * one.low)
    assert band(pairs, "ill", None, 2) is None
    assert band(pairs[:2], "ill", None, 12) is None


def grouped(gain, seed):
    """Return a pair of two years that tells of a group and of everyone."""
    luck = np.random.default_rng(seed).normal(size=(2, 2))
    told = np.stack([luck, luck + np.array([0.0, gain])])  # only the second group differs
    return replace(pair(gain, seed=seed), cells=("all all", "zone inside"),
                   sizes=np.full((2, 2), 500.0), groups={"won": told},
                   numbers={"gini": told[:, :, 1]})  # fmt: skip


def test_groups_and_numbers_are_claimed_when_all_pairs_bear_them_out():
    pairs = [grouped(gain, i) for i, gain in enumerate((2.0, 2.1, 1.9, 2.05, 1.95, 2.02, 1.98))]
    rows = [("won", "all all"), ("won", "zone inside"), ("won", "zone outside")]
    found = group_spreads(pairs, 24, rows, whole=True)
    assert set(found) == set(rows[:2])  # nothing is told of a group that there is not
    assert [found[row].claimed for row in rows[:2]] == [False, True]
    assert found[rows[1]].mean == pytest.approx(2.0)
    assert number_spreads(pairs, 24, ["gini"], whole=True)["gini"].claimed
    assert not number_spreads(pairs, 24, ["gini"])["gini"].claimed
    assert group_spreads(pairs[:2], 24, rows) == {}
    assert group_spreads(pairs, 5, rows) == {}


def test_groups_are_looked_at_in_the_nearest_year():
    pairs = [grouped(gain, i) for i, gain in enumerate((2.0, 2.1, 1.9))]
    for one in pairs:
        one.groups["won"][1, 0, 1] += 10.0
    inside = ("won", "zone inside")
    means = {month: group_spreads(pairs, month, [inside])[inside].mean for month in (6, 17, 18, 99)}
    assert means[6] == means[17] == pytest.approx(12.0)
    assert means[18] == means[99] == pytest.approx(2.0)
