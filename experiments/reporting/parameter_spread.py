"""How much of what differs between runs comes from their parameter sets, and how far sets differ.

Runs differ by set and by luck. Of the first sets a second run is made with other luck: half the
mean squared difference between two runs of one set is the variance w of luck, and the variance s^2
between the n sets less w is that of the parameters (one-way analysis of variance with random
effects; Searle, Casella and McCulloch 1992, "Variance Components", ch. 3).

The range that holds nine in ten sets is a prediction interval of random effects (Higgins, Thompson
and Spiegelhalter 2009, Journal of the Royal Statistical Society A 172:137-159): the mean plus and
minus t sqrt(V), V being the variance of sets and that of the mean together, (1 + 1 / n) s^2 - w and
never less than s^2 / n. As V is estimated from few runs, t has the degrees of freedom of
Satterthwaite (1946, Biometrics Bulletin 2:110-114), V^2 over the sum of the squares of both parts
over their own degrees (n - 1, and the number of repeats). It is never wider than the range of a
single run, luck included, t of n - 1 times sqrt((1 + 1 / n) s^2), as luck only adds to what sets
do. Where most of the spread is luck it is too wide rather than too narrow: it then says that the
runs cannot tell.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import fdtri, stdtrit

from abm.measures.weights import Floats
from experiments.reporting.statistics import LEVEL

MOST_SETS = 0.9
"""Part of the parameter sets that the range between them is to hold."""


class Range(NamedTuple):
    """Where most parameter sets lie, arrays of one value per measured group.

    Attributes:
        low: Lower end; NaN where it cannot be told.
        high: Upper end.
    """

    low: Floats
    high: Floats


class Spread(NamedTuple):
    """What runs of several sets, and repeats of some, tell; arrays of one value per group.

    Attributes:
        mean: Mean over the sets.
        total: Variance between runs of different sets: sets and luck.
        luck: Variance between runs of one set; NaN with fewer than two repeats.
        sets: Sets with a value.
        repeats: Of these, those with a second one.
    """

    mean: Floats
    total: Floats
    luck: Floats
    sets: Floats
    repeats: Floats


def spread(values: Floats, repeated: Floats) -> Spread:
    """Return variances between runs, with and without their parameters.

    Args:
        values: One row per group and one column per set, NaN where a run has no value.
        repeated: The first of these sets lived once more, one column each.
    """
    with np.errstate(all="ignore"):
        twice = (values[:, : repeated.shape[1]] - repeated) ** 2 / 2.0
        there = ~np.isnan(twice)
        repeats = there.sum(axis=1).astype(float)
        luck = np.where(there, twice, 0.0).sum(axis=1) / np.where(repeats > 1, repeats, np.nan)
        seen = ~np.isnan(values)
        sets = seen.sum(axis=1).astype(float)
        mean = np.where(seen, values, 0.0).sum(axis=1) / sets
        off = np.where(seen, values - mean[:, None], 0.0)
        total = (off**2).sum(axis=1) / (sets - 1.0)
    return Spread(mean, total, luck, sets, repeats)


def from_parameters(values: Floats, repeated: Floats) -> Floats:
    """Return which part of the variance between runs comes from their parameter sets, 0-1.

    With few repeats it is a rough figure.

    Args:
        values: One row per group and one column per set.
        repeated: The first of these sets lived once more, one column each.

    Returns:
        Of shape (rows,); NaN where the runs do not differ or fewer than two were repeated.
    """
    found = spread(values, repeated)
    with np.errstate(all="ignore"):
        share = np.clip(1.0 - found.luck / found.total, 0.0, 1.0)
    return np.where(np.isfinite(share) & (found.total > 0.0), share, np.nan)


def range_of_sets(values: Floats, repeated: Floats, part: float = MOST_SETS) -> Range:
    """Return between which values a part of all parameter sets lies, luck taken off.

    Args:
        values: One row per group and one column per set.
        repeated: The first of these sets lived once more, one column each.
        part: Part of the sets.

    Returns:
        Arrays of shape (rows,); NaN where the runs do not differ or fewer than two were repeated.
    """
    mean, total, luck, sets, repeats = spread(values, repeated)
    with np.errstate(all="ignore"):
        single = (1.0 + 1.0 / sets) * total
        net = np.maximum(single - luck, total / sets)
        freedom = net**2 / (single**2 / (sets - 1.0) + luck**2 / repeats)
        freedom = np.clip(freedom, 1.0, sets - 1.0)
        side = 0.5 + part / 2.0
        reach = np.minimum(stdtrit(freedom, side) * np.sqrt(net),
                           stdtrit(sets - 1.0, side) * np.sqrt(single))  # fmt: skip
    reach = np.where(np.isfinite(reach) & (total > 0.0), reach, np.nan)
    return Range(mean - reach, mean + reach)


def ends_of_part(part: float, sets: int, repeats: int, level: float = LEVEL) -> tuple[float, float]:
    """Return the interval of the part of the variance that comes from parameters.

    The ratio of the two mean squares over that of the variances has the F distribution, if runs are
    normal (Searle, Casella and McCulloch 1992, "Variance Components", ch. 3).

    Args:
        part: What `from_parameters` has found.
        sets: How many sets were lived.
        repeats: How many of them twice.
        level: Coverage.
    """
    luck = 1.0 - part
    low, high = fdtri(repeats, sets - 1, [0.5 - level / 2.0, 0.5 + level / 2.0])
    return max(0.0, 1.0 - luck / low), max(0.0, 1.0 - luck / high)
