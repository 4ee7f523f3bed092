import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from experiments.reporting.statistics import TooFew, adjusted, difference, interval

ONE = np.array([[3.0, 5.0, 4.0, 8.0]])
EVEN = np.array([[2.0, 4.0, 6.0, 8.0]])
OTHER = np.array([[2.0, 5.0, 1.0, 4.0]])


def test_interval_by_hand():
    found = interval(ONE)
    # Mean 5, sum of squares 14, of cubes 18; s = sqrt(14/3), t(0.975, 3) = 3.182446.
    error, t = np.sqrt(14 / 3) / 2, 3.182446
    # Adjusted Fisher-Pearson skewness, raised by 1 + 5/4, over the root of 4; Hall's inverse.
    a = 2.25 * (18 / 4) / (14 / 4) ** 1.5 * np.sqrt(12) / 2 / 2
    ends = [3 / a * (np.cbrt(1 + a * (u - a / 6)) - 1) for u in (-t, t)]
    assert found.mean[0] == 5
    assert found.low[0] == pytest.approx(5 - max(t, ends[1]) * error, rel=1e-6)
    assert found.high[0] == pytest.approx(5 - min(-t, ends[0]) * error, rel=1e-6)
    assert found.high[0] > 5 + t * error
    assert found.runs[0] == 4


def test_without_skewness_it_is_the_t_interval():
    found = interval(EVEN)
    reach = 3.182446 * np.sqrt(20 / 3) / 2
    assert found.low[0] == pytest.approx(5 - reach, rel=1e-6)
    assert found.high[0] == pytest.approx(5 + reach, rel=1e-6)
    two = interval(np.array([[1.0, 3.0]]))
    assert two.high[0] == pytest.approx(2 + 12.7062, rel=1e-5)


def test_difference_is_the_paired_one():
    found = difference(EVEN, OTHER)
    test = stats.ttest_rel(EVEN[0], OTHER[0], alternative="greater")
    # Differences 0, -1, 5, 4: mean 2, sum of squares 26.
    assert found.interval.mean[0] == 2
    assert found.interval.error[0] == pytest.approx(np.sqrt(26 / 3) / 2)
    assert found.correlation[0] == pytest.approx(np.corrcoef(EVEN[0], OTHER[0])[0, 1])
    even = difference(EVEN, np.zeros((1, 4)))
    test = stats.ttest_1samp(EVEN[0], 0.0, alternative="greater")
    assert even.interval.positive[0] == pytest.approx(1 - test.pvalue)
    assert even.interval.p_value[0] == pytest.approx(stats.ttest_1samp(EVEN[0], 0.0).pvalue)
    reach = test.confidence_interval(0.9).low
    assert difference(EVEN, np.zeros((1, 4)), 0.8).interval.low[0] == pytest.approx(reach)


def test_against_itself_nothing_differs_and_no_interval_claims_to_know():
    found = difference(ONE, ONE)
    assert found.interval.mean[0] == found.interval.error[0] == 0
    assert np.isnan([found.interval.low, found.interval.high, found.interval.positive]).all()
    assert found.correlation[0] == pytest.approx(1)


def test_equal_runs_are_no_proof():
    """Eight times a month less, thirds of hundredths apart in rounding: no interval."""
    month = difference(np.full((1, 8), 7.0), np.full((1, 8), 8.0)).interval
    rounded = difference(np.array([[0.3, 0.2 + 0.1, 0.3]]), np.full((1, 3), 0.2)).interval
    for found in (month, rounded):
        assert found.mean[0] != 0
        assert found.too_few[0] == TooFew.ALIKE
        assert np.isnan([found.low, found.high, found.positive, found.p_value]).all()


def test_a_value_may_make_up_a_third_of_the_runs_and_no_more():
    ends = np.arange(4.0)
    assert interval(np.array([[9.0, 9.0, *ends]])).too_few[0] == TooFew.NO
    assert interval(np.array([[9.0, 9.0, 9.0, *ends]])).too_few[0] == TooFew.ALIKE
    assert interval(np.array([[9.0, 9.0, *ends[:3]]])).too_few[0] == TooFew.ALIKE
    assert interval(np.array([[9.0, 3.0]])).too_few[0] == TooFew.NO


def test_few_persons_have_no_interval():
    found = interval(np.repeat(ONE, 3, axis=0), persons=np.array([49.9, 50.0, np.nan]))
    assert list(found.too_few) == [TooFew.PERSONS, TooFew.NO, TooFew.NO]
    assert list(np.isnan(found.low)) == list(np.isnan(found.positive)) == [True, False, False]


def test_a_difference_that_fewer_than_one_person_makes_has_no_interval():
    """Of 100 persons whose runs vary by 8 and by 8, 16 would be all; 0.1 is 1 in 160 of them."""
    base = np.array([[-3.0, -1.0, 1.0, 3.0, 0.0]])
    swing = np.array([[0.1, -0.1, 0.2, -0.2, 0.0]])
    one_part = (swing**2).sum() / ((base**2).sum() + ((base + swing) ** 2).sum())
    for persons in (0.99 / one_part, 1.01 / one_part):
        found = difference(base + swing, base, persons=np.array([persons])).interval
        enough = persons * one_part > 1.0
        assert found.too_few[0] == (TooFew.NO if enough else TooFew.DIFFERENT)
        assert np.isnan([found.low, found.positive, found.p_value]).all() == (not enough)
    assert difference(base + swing, base).interval.too_few[0] == TooFew.NO  # persons not known


def test_a_difference_that_all_persons_make_is_told_however_close_the_runs():
    """All are shifted, and run for run the persons lead other lives."""
    drawn = np.random.default_rng(3).normal(0.0, 1.0, (2, 8))
    found = difference(drawn[:1] + 50.0, drawn[1:], persons=np.array([50.0])).interval
    assert found.too_few[0] == TooFew.NO
    assert found.low[0] > 40.0


def test_one_run_has_no_interval():
    found = difference(ONE[:, :1], OTHER[:, :1])
    assert found.interval.mean[0] == 1
    assert np.isnan([found.interval.low, found.interval.high, found.interval.positive]).all()
    assert np.isnan(found.correlation).all()
    assert found.interval.too_few[0] == TooFew.RUNS


def test_runs_without_a_value_are_left_out_in_pairs():
    one, other = np.append(ONE, [[9.0]], axis=1), np.append(OTHER, [[np.nan]], axis=1)
    assert difference(one, other).interval == difference(ONE, OTHER).interval
    assert interval(one).runs[0] == 5
    assert np.isnan(interval(np.full((1, 3), np.nan)).mean[0])


def test_medians_that_are_not_reached_have_no_difference():
    one = np.array([[3.0, np.inf, 4.0]])
    assert np.isinf(interval(one).mean[0])
    found = difference(one, OTHER[:, :3])
    assert np.isnan([found.interval.mean, found.interval.positive]).all()
    assert found.interval.too_few[0] == TooFew.NO


values = arrays(float, (3, 6), elements=st.floats(-1e6, 1e6), unique=True)


@pytest.mark.slow
@given(values, values)
def test_the_other_way_round_it_is_the_opposite(one, other):
    there, back = difference(one, other).interval, difference(other, one).interval
    size = np.nanmax(abs(one - other))
    np.testing.assert_allclose(there.low, -back.high, atol=1e-6 * size)
    known = there.too_few == TooFew.NO
    assert (there.too_few == back.too_few).all()
    np.testing.assert_allclose((there.positive + back.positive)[known], 1, atol=1e-9)
    assert (there.low <= there.high)[known].all()
    assert (there.low <= there.mean + 1e-9 * size)[known].all()


@given(values)
def test_the_p_value_says_what_the_interval_says(one):
    found = interval(one)
    sure = abs(found.p_value - 0.05) > 1e-6
    out = (found.low > 0) | (found.high < 0)
    known = (found.too_few == TooFew.NO) & sure
    assert (out == (found.p_value < 0.05))[known].all()


@given(values, values)
def test_it_is_never_narrower_than_the_t_interval(one, other):
    found = difference(one, other).interval
    reach = stats.t.ppf(0.975, 5) * found.error
    known = found.too_few == TooFew.NO
    assert (found.low <= found.mean - reach)[known].all()
    assert (found.high >= found.mean + reach)[known].all()


def test_the_interval_covers_as_often_as_it_says():
    """Of 4000 intervals at 95 %, 200 miss a normal mean; 60 to 260 allow for wider ones.

    Chance alone passes either end with odds of less than 1e-5.
    """
    draws = np.random.default_rng(5).normal(0.0, 1.0, (4000, 8))
    found = interval(draws)
    missed = ((found.low > 0) | (found.high < 0)).sum()
    assert 60 < missed < 260


def test_adjusted_by_hand():
    # Sorted 0.01, 0.02, 0.04: times 3, 2, 1, and never less than a smaller one's.
    found = adjusted(np.array([0.04, np.nan, 0.01, 0.02]))
    assert found[[0, 2, 3]] == pytest.approx([0.04, 0.03, 0.04])
    assert np.isnan(found[1])
    assert adjusted(np.array([0.9, 0.8])) == pytest.approx([1.0, 1.0])
    assert len(adjusted(np.array([]))) == 0


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_adjusted_is_what_holm_s_steps_reject(p_values):
    """Independently: the smallest level at which the step-down procedure rejects each."""
    found = adjusted(np.array(p_values))
    order = np.argsort(p_values, kind="stable")
    for level in (0.001, 0.05, 0.3):
        rejected = np.zeros(len(p_values), bool)
        for nth, k in enumerate(order):
            if p_values[k] * (len(order) - nth) > level:
                break
            rejected[k] = True
        assert (rejected == (found <= level)).all()


@pytest.mark.parametrize(("persons", "gain", "marked"), [
    (np.nan, 0.0, False),  # how many there are is not known
    (1000.0, 0.0, True),  # hardly anybody lives differently
    (1000.0, 0.01, False),  # all have the same gain
])  # fmt: skip
def test_differences_of_few_persons_are_marked_but_not_steady_or_unknown_ones(
    persons, gain, marked
):
    random = np.random.default_rng(5)
    baseline = random.normal(0.5, 0.1, (1, 8))
    values = baseline + gain + random.normal(0.0, 1e-4, (1, 8))
    found = difference(values, baseline, persons=np.array([persons]))
    assert (found.interval.too_few[0] == TooFew.DIFFERENT) is marked
