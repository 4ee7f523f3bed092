import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from experiments.reporting.statistics import difference, interval

ONE = np.array([[3.0, 5.0, 4.0, 8.0]])
OTHER = np.array([[2.0, 5.0, 1.0, 4.0]])


def test_interval_by_hand():
    found = interval(ONE)
    # Mean 5, sum of squares 14, s = sqrt(14/3), t(0.975, 3) = 3.182446.
    reach = 3.182446 * np.sqrt(14 / 3) / 2
    assert found.mean[0] == 5
    assert found.low[0] == pytest.approx(5 - reach, rel=1e-6)
    assert found.high[0] == pytest.approx(5 + reach, rel=1e-6)
    assert found.runs[0] == 4


def test_difference_is_the_paired_one():
    found = difference(ONE, OTHER)
    # Differences 1, 0, 3, 4: mean 2, sum of squares 10.
    assert found.interval.mean[0] == 2
    assert found.interval.error[0] == pytest.approx(np.sqrt(10 / 3) / 2)
    test = stats.ttest_rel(ONE[0], OTHER[0], alternative="greater")
    assert found.positive[0] == pytest.approx(1 - test.pvalue)
    assert found.correlation[0] == pytest.approx(np.corrcoef(ONE[0], OTHER[0])[0, 1])
    reach = test.confidence_interval(0.9).low
    assert difference(ONE, OTHER, 0.8).interval.low[0] == pytest.approx(reach)


def test_against_itself_nothing_differs():
    found = difference(ONE, ONE)
    assert found.interval[:4] == (0, 0, 0, 0)
    assert found.positive[0] == 0.5
    assert found.correlation[0] == pytest.approx(1)


def test_a_difference_that_never_varies_is_certain():
    found = difference(np.array([[0.3, 0.3, 0.3], [0.1, 0.1, 0.1]]), np.full((2, 3), 0.2))
    assert found.interval.low == pytest.approx([0.1, -0.1])
    assert list(found.positive) == [1, 0]
    assert np.isnan(found.correlation).all()


def test_one_run_has_no_interval():
    found = difference(ONE[:, :1], OTHER[:, :1])
    assert found.interval.mean[0] == 1
    assert np.isnan([found.interval.low, found.interval.high, found.positive]).all()
    assert np.isnan(found.correlation).all()


def test_runs_without_a_value_are_left_out_in_pairs():
    one, other = np.append(ONE, [[9.0]], axis=1), np.append(OTHER, [[np.nan]], axis=1)
    assert difference(one, other).interval == difference(ONE, OTHER).interval
    assert interval(one).runs[0] == 5
    assert np.isnan(interval(np.full((1, 3), np.nan)).mean[0])


def test_medians_that_are_not_reached_have_no_difference():
    one = np.array([[3.0, np.inf, 4.0]])
    assert np.isinf(interval(one).mean[0])
    found = difference(one, OTHER[:, :3])
    assert np.isnan([found.interval.mean, found.positive]).all()


values = arrays(float, (3, 6), elements=st.floats(-1e6, 1e6))


@given(values, values)
def test_the_other_way_round_it_is_the_opposite(one, other):
    there, back = difference(one, other), difference(other, one)
    np.testing.assert_allclose(there.interval.low, -back.interval.high)
    np.testing.assert_allclose(there.positive + back.positive, 1)
    assert (there.interval.low <= there.interval.high).all()


def test_the_interval_covers_as_often_as_it_says():
    """Of 4000 intervals at 95 %, 200 miss; more than 260 or fewer than 140 has odds of 1e-5."""
    draws = np.random.default_rng(5).normal(0.0, 1.0, (4000, 8))
    found = interval(draws)
    missed = ((found.low > 0) | (found.high < 0)).sum()
    assert 140 < missed < 260
