"""Means with intervals over runs, and differences paired by seed."""

from typing import NamedTuple

import numpy as np
from scipy import stats

from abm.measures.weights import Floats

LEVEL = 0.95
"""Coverage of all intervals."""


class Interval(NamedTuple):
    """A mean over runs with its t-interval, arrays of one value per measured group.

    Attributes:
        mean: NaN if no run has a value; infinite if some run's is.
        low: Lower end; NaN with fewer than two runs.
        high: Upper end.
        error: Standard error of the mean.
        runs: Runs with a value.
    """

    mean: Floats
    low: Floats
    high: Floats
    error: Floats
    runs: np.ndarray


def interval(values: Floats, level: float = LEVEL) -> Interval:
    """Return means over runs with t-intervals: m -+ t(level, n - 1) s / sqrt(n).

    Args:
        values: One row per group and one column per run, NaN where a run has none.
        level: Coverage.
    """
    there = ~np.isnan(values)
    runs = there.sum(axis=1)
    with np.errstate(all="ignore"):
        mean = np.where(there, values, 0.0).sum(axis=1) / np.where(runs > 0, runs, np.nan)
        square = np.where(there, (values - mean[:, None]) ** 2, 0.0).sum(axis=1)
        error = np.sqrt(square / np.where(runs > 1, runs - 1, np.nan) / runs)
        error = np.where(_alike(values, there) & (runs > 1), 0.0, error)
        reach = stats.t.ppf(0.5 + level / 2.0, np.maximum(runs - 1, 1)) * error
        return Interval(mean, mean - reach, mean + reach, error, runs)


class PairedDifference(NamedTuple):
    """A paired difference, arrays of one value per measured group.

    Attributes:
        interval: The mean difference with its interval, NaN where a value is infinite.
        positive: Probability that the true mean difference is above 0.
        correlation: Correlation between the paired runs; NaN with fewer than three.
    """

    interval: Interval
    positive: Floats
    correlation: Floats


def difference(values: Floats, baseline: Floats, level: float = LEVEL) -> PairedDifference:
    """Return differences between runs of the same seed, with t-intervals.

    The probability that the difference is above 0 is that of a t-distribution with n - 1 degrees
    of freedom around the mean difference, scaled by its standard error: the posterior of the true
    mean under a flat prior. Where all pairs differ by the same, it is 1, 0, or one half for 0.

    Args:
        values: One row per group and one column per seed, NaN where a run has none.
        baseline: The same of the baseline, of the same shape.
        level: Coverage.
    """
    with np.errstate(all="ignore"):
        gap = values - baseline
        unbounded = (np.isinf(values) | np.isinf(baseline)).any(axis=1)
        gap[unbounded] = np.nan
        found = interval(gap, level)
        score = found.mean / found.error
        positive = stats.t.cdf(score, np.maximum(found.runs - 1, 1))
        certain = np.where(found.mean == 0.0, 0.5, (found.mean > 0.0).astype(float))
        positive = np.where(found.error == 0.0, certain, positive)
        positive[found.runs < 2] = np.nan
    return PairedDifference(found, positive, _correlation(values, baseline, ~np.isnan(gap)))


def widened(
    mean: Floats, low: Floats, high: Floats, runs: np.ndarray, comparisons: int
) -> tuple[Floats, Floats]:
    """Return the ends of intervals that hold for so many comparisons at once (Bonferroni).

    Args:
        mean: Means, one per comparison.
        low: Lower ends of their intervals of coverage `LEVEL`.
        high: Upper ends.
        runs: Runs behind each.
        comparisons: Number of comparisons, at least 1.
    """
    freedom, beyond = np.maximum(runs - 1, 1), (1.0 - LEVEL) / 2.0
    factor = stats.t.isf(beyond / comparisons, freedom) / stats.t.isf(beyond, freedom)
    return mean + (low - mean) * factor, mean + (high - mean) * factor


def _correlation(one: Floats, other: Floats, there: np.ndarray) -> Floats:
    """Return Pearson's correlation along each row over the columns that are there."""
    runs = there.sum(axis=1)
    with np.errstate(all="ignore"):
        x, y = (np.where(there, v, 0.0) for v in (one, other))
        x, y = (np.where(there, v - (v.sum(axis=1) / runs)[:, None], 0.0) for v in (x, y))
        both = (x * y).sum(axis=1) / np.sqrt((x * x).sum(axis=1) * (y * y).sum(axis=1))
    constant = _alike(one, there) | _alike(other, there)
    return np.where((runs > 2) & ~constant, np.clip(both, -1.0, 1.0), np.nan)


def _alike(values: Floats, there: np.ndarray) -> np.ndarray:
    """Tell in which rows all values that are there are the same, whatever rounding does."""
    highest = np.where(there, values, -np.inf).max(axis=1, initial=-np.inf)
    return np.where(there, values, np.inf).min(axis=1, initial=np.inf) == highest
