"""Means with intervals over runs, differences paired by seed, and which of many are claimed.

A t-interval misses too often where the mean's distribution is skewed, so it is widened to that of
the transformed t-statistic of Hall (1992): with g the runs' skewness, a = g / sqrt(n) and t the
t-statistic, u = t + a t^2 / 3 + a^2 t^3 / 27 + a / 6 is as good as free of skewness. What is
claimed must hold by t and by u. A few runs show too little of the skewness behind them; g is the
sample's (adjusted Fisher-Pearson) raised by the factor 1 + 5 / n, which was chosen by simulation:
`tools/interval_coverage.py`, docs/intervals.md.

No interval is given where the runs cannot tell how far to trust them: where one and the same value
makes up more than a third of them (whole months, rare events: equal runs are no proof), where few
persons are behind a value, or where few live differently under two policies, as one of them can
then move it in a run that has not been made. How many do is seen in the runs: two values that are
means over the same n persons, all of whom lead other lives, differ with the sum of the values'
variances; if m of them do, with m / n of it.

References:
    Hall 1992, Journal of the Royal Statistical Society B 54:221-228; Holm 1979, Scandinavian
    Journal of Statistics 6:65-70.
"""

from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

from abm.measures.weights import Floats

LEVEL = 0.95
"""Coverage of all intervals; 1 less it is the chance that a report holds a false claim."""
MOST_ALIKE = 1.0 / 3.0
"""Share of the runs that one value may make up where there is to be an interval."""
FEWEST_PERSONS = 50.0
"""Persons in a run below which its value gets no interval."""
FEWEST_DIFFERENT = 1.0
"""Persons of a run who live differently, in effect, below whom a difference gets no interval."""
SURE = 3.0
"""By how much the square of a difference over its spread between runs must exceed the persons that
it proves, so that a few runs that happen to be alike prove none."""
UNSEEN_SKEWNESS = 5.0
"""Over the number of runs: by how much the sample's skewness is raised."""
ROUNDING = 1e-12
"""Values that differ by less than this part of their size are the same."""
NO_SKEWNESS = 1e-9
"""Below this, the transformation is the identity, and its formula would divide by nothing."""


class TooFew(StrEnum):
    """Why there is no interval."""

    NO = ""
    RUNS = "runs"
    ALIKE = "runs alike"
    PERSONS = "persons"
    DIFFERENT = "persons who differ"


NOTES = {TooFew.NO: "", TooFew.ALIKE: "few distinct values"}
"""What a table says of an interval that is not to be trusted; "too few" of all other reasons."""


class Interval(NamedTuple):
    """A mean over runs with its interval, arrays of one value per measured group.

    Attributes:
        mean: NaN if no run has a value; infinite if some run's is.
        low: Lower end; NaN where there is none.
        high: Upper end.
        error: Standard error of the mean; NaN with fewer than two runs.
        runs: Runs with a value.
        positive: 1 less the one-sided p-value of a mean above 0; NaN where there is no interval.
        too_few: Why there is no interval, of `TooFew`.
    """

    mean: Floats
    low: Floats
    high: Floats
    error: Floats
    runs: NDArray[np.int64]
    positive: Floats
    too_few: NDArray[np.str_]

    @property
    def p_value(self) -> Floats:
        """Two-sided p-value of a mean of 0: at most 1 less the level where 0 is left out."""
        return 2.0 * np.minimum(self.positive, 1.0 - self.positive)


def interval(
    values: Floats,
    level: float = LEVEL,
    persons: Floats | None = None,
    size: Floats | None = None,
) -> Interval:
    """Return means over runs with intervals: of t, widened where the runs are skewed.

    Args:
        values: One row per group and one column per run, NaN where a run has none.
        level: Coverage.
        persons: Persons in a run behind each row, of shape (rows,), NaN where unknown; None where
            it does not matter.
        size: Of what is as good as the same, the size to compare with: that of what the values are
            differences of, of shape (rows,); their own if None.
    """
    there = ~np.isnan(values)
    runs = there.sum(axis=1)
    with np.errstate(all="ignore"):
        mean = np.where(there, values, 0.0).sum(axis=1) / np.where(runs > 0, runs, np.nan)
        off = np.where(there, values - mean[:, None], 0.0)
        error = np.sqrt((off**2).sum(axis=1) / np.where(runs > 1, runs - 1, np.nan) / runs)
        skewed = _skewness(off, runs) / np.sqrt(runs)
        freedom = np.maximum(runs - 1, 1)
        reach = stdtrit(freedom, 0.5 + level / 2.0)
        low = mean - np.maximum(reach, _untransformed(reach, skewed)) * error
        high = mean - np.minimum(-reach, _untransformed(-reach, skewed)) * error
        score = mean / error
        by_t, by_u = (stdtr(freedom, x) for x in (score, _transformed(score, skewed)))
        # What holds by both; where they contradict each other, nothing does.
        positive = np.where(by_t > 0.5, np.minimum(by_t, by_u), np.maximum(by_t, by_u))
        positive = np.where((by_t > 0.5) == (by_u > 0.5), positive, 0.5)
    too_few = np.full(len(runs), TooFew.NO.value, dtype="U18")
    if persons is not None:
        too_few[persons < FEWEST_PERSONS] = TooFew.PERSONS.value
    most = _most_alike(values, size)
    too_few[(most > 1) & (most > MOST_ALIKE * runs)] = TooFew.ALIKE.value
    too_few[runs < 2] = TooFew.RUNS.value
    nothing = too_few != TooFew.NO.value
    for numbers in (low, high, positive):
        numbers[nothing] = np.nan
    return Interval(mean, low, high, error, runs, positive, too_few)


def notes(found: Interval) -> list[str]:
    """Return of each mean why its interval is not to be trusted, and so not given, or nothing."""
    return [NOTES.get(TooFew(why), "too few") for why in found.too_few]


class PairedDifference(NamedTuple):
    """A paired difference, arrays of one value per measured group.

    Attributes:
        interval: The mean difference with its interval, NaN where a value is infinite.
        correlation: Correlation between the paired runs; NaN with fewer than three.
    """

    interval: Interval
    correlation: Floats


def difference(
    values: Floats, baseline: Floats, level: float = LEVEL, persons: Floats | None = None
) -> PairedDifference:
    """Return differences between runs of the same seed, with intervals.

    Args:
        values: One row per group and one column per seed, NaN where a run has none.
        baseline: The same of the baseline, of the same shape.
        level: Coverage.
        persons: Persons in a run behind each row; see `interval`.
    """
    with np.errstate(all="ignore"):
        gap = values - baseline
        unbounded = (np.isinf(values) | np.isinf(baseline)).any(axis=1)
        gap[unbounded] = np.nan
        there = ~np.isnan(gap)
        both = np.where(there, np.maximum(abs(values), abs(baseline)), 0.0)
    found = interval(gap, level, persons, both.max(axis=1, initial=0.0))
    if persons is not None:
        different = persons * _part_of_lives(values, baseline, gap)
        _mark(found, np.maximum(different, _steadiness(gap) / SURE) < FEWEST_DIFFERENT)
    found.too_few[unbounded] = TooFew.NO.value
    return PairedDifference(found, _correlation(values, baseline, there))


def adjusted(p_values: Floats) -> Floats:
    """Return p-values adjusted by Holm (1979) for there being so many.

    Claiming all that are at most 0.05 gives a false claim in at most one of twenty families,
    however many of them are true and however they hang together.

    Args:
        p_values: Of one family, of shape (claims,); NaN where nothing can be claimed, which does
            not count.
    """
    found = np.full(len(p_values), np.nan)
    there = np.flatnonzero(~np.isnan(p_values))
    order = there[np.argsort(p_values[there], kind="stable")]
    steps = p_values[order] * np.arange(len(order), 0, -1)
    found[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return found


def _mark(found: Interval, few: NDArray[np.bool_]) -> None:
    """Take their intervals from differences that few persons make, if nothing else has."""
    few &= found.too_few == TooFew.NO.value
    found.too_few[few] = TooFew.DIFFERENT.value
    for numbers in (found.low, found.high, found.positive):
        numbers[few] = np.nan


def _part_of_lives(values: Floats, baseline: Floats, gap: Floats) -> Floats:
    """Return which part of a run's persons live differently, in effect, of shape (rows,).

    The variance of the differences over the sum of the values' own: 1 if all lead other lives, 0 if
    all lead the same, and NaN where it cannot be told.
    """
    there = ~np.isnan(gap)
    with np.errstate(all="ignore"):
        count = there.sum(axis=1, keepdims=True)
        own, other, between = (
            ((v - v.sum(axis=1, keepdims=True) / count) ** 2 * there).sum(axis=1)
            for v in (np.where(there, one, 0.0) for one in (values, baseline, gap))
        )
        return between / (own + other)


def _steadiness(gap: Floats) -> Floats:
    """Return the square of the mean difference over its spread between runs, of shape (rows,).

    What m persons of a run do on average is at most so steady that this is m: the mean of a sum of
    m independent parts, squared, is at most m times its variance.
    """
    there = ~np.isnan(gap)
    with np.errstate(all="ignore"):
        count = there.sum(axis=1)
        mean = np.where(there, gap, 0.0).sum(axis=1) / count
        off = np.where(there, gap - mean[:, None], 0.0)
        return mean**2 / ((off**2).sum(axis=1) / (count - 1))


def _skewness(off: Floats, runs: NDArray[np.int64]) -> Floats:
    """Return the skewness of rows of distances from the mean, for as few runs as there are."""
    count = np.where(runs > 2, runs, np.nan)
    skewness = np.sqrt(count) * (off**3).sum(axis=1) / (off**2).sum(axis=1) ** 1.5
    adjusted_for_n = skewness * np.sqrt(count * (count - 1)) / (count - 2)
    return np.nan_to_num(adjusted_for_n * (1.0 + UNSEEN_SKEWNESS / count))


def _transformed(score: Floats, skewed: Floats) -> Floats:
    """Return Hall's u of a t-statistic."""
    return score + skewed * score**2 / 3.0 + skewed**2 * score**3 / 27.0 + skewed / 6.0


def _untransformed(u: Floats, skewed: Floats) -> Floats:
    """Return the t-statistic of which Hall's transformation makes u."""
    root = 3.0 * (np.cbrt(1.0 + skewed * (u - skewed / 6.0)) - 1.0) / skewed
    return np.where(abs(skewed) > NO_SKEWNESS, root, u)


def _most_alike(values: Floats, size: Floats | None) -> NDArray[np.int64]:
    """Return how many of the values of each row are the same, at most."""
    ordered = np.sort(values, axis=1)  # NaN last
    if size is None:
        size = np.nan_to_num(abs(ordered), posinf=0.0).max(axis=1, initial=0.0)
    run = np.ones(len(ordered), np.int64)
    most = run.copy()
    for before, after in zip(ordered.T[:-1], ordered.T[1:], strict=True):
        with np.errstate(invalid="ignore"):
            same = (after == before) | (after - before <= ROUNDING * size)
        run = np.where(same, run + 1, 1)
        most = np.maximum(most, run)
    return most


def _correlation(one: Floats, other: Floats, there: NDArray[np.bool_]) -> Floats:
    """Return Pearson's correlation along each row over the columns that are there."""
    runs = there.sum(axis=1)
    with np.errstate(all="ignore"):
        x, y = (np.where(there, v, 0.0) for v in (one, other))
        x, y = (np.where(there, v - (v.sum(axis=1) / runs)[:, None], 0.0) for v in (x, y))
        both = (x * y).sum(axis=1) / np.sqrt((x * x).sum(axis=1) * (y * y).sum(axis=1))
    constant = _constant(one, there) | _constant(other, there)
    return np.where((runs > 2) & ~constant, np.clip(both, -1.0, 1.0), np.nan)


def _constant(values: Floats, there: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return in which rows all values that are there are the same, whatever rounding does."""
    highest = np.where(there, values, -np.inf).max(axis=1, initial=-np.inf)
    return np.where(there, values, np.inf).min(axis=1, initial=np.inf) == highest
