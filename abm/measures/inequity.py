"""Measures of inequity on plain arrays, weighted, usable without the model.

Four questions, one import:

- How unequal is it? `lorenz_curve`, `gini`, `theil`, `mean_log_deviation`, `atkinson`,
  `equally_distributed_equivalent`, `kolm`, `kolm_equivalent`, `palma` (here).
- Along which social ranking? `concentration_curve`, `concentration_index`, `slope_index`,
  `relative_index`, `gap_and_ratio` (`abm.measures.concentration`).
- How unequal are groups without an order (provinces)? `between_group_variance`,
  `index_of_disparity` and WHO's other summary measures (`abm.measures.between_groups`).
- Who is ruined by paying? `catastrophic`, `impoverishment`, `financial_hardship`,
  `capacity_to_pay`, `subsistence_spending`, `societal_poverty_line`
  (`abm.measures.financial_protection`).

Conventions: rows of weight zero are dropped first; ties share one rank; empty input, NaN, numbers
that are negative where that has no meaning and lengths that differ raise `UserError` (a
`ValueError`). Of an outcome that is all zeros a relative measure is NaN, never 0, and an absolute
one (Kolm, Erreygers, slope, gap) is 0. A weight is the number of persons a
row stands for: the measures are those of that population, with no small-sample correction.
"""

from typing import NamedTuple, overload

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import xlogy

from abm.measures.between_groups import (
    between_group_standard_deviation,
    between_group_variance,
    coefficient_of_variation,
    index_of_disparity,
    mean_difference_from_best,
    mean_difference_from_mean,
    mean_difference_from_reference,
    population_attributable_fraction,
    population_attributable_risk,
)
from abm.measures.concentration import (
    Curve,
    GapAndRatio,
    concentration_curve,
    concentration_index,
    gap_and_ratio,
    relative_index,
    slope_index,
)
from abm.measures.financial_protection import (
    Catastrophic,
    Hardship,
    Impoverishment,
    capacity_to_pay,
    catastrophic,
    financial_hardship,
    impoverishment,
    societal_poverty_line,
    subsistence_spending,
)
from abm.measures.weights import (
    ROUNDING,
    Floats,
    by_group,
    clean,
    clean_groups,
    mean,
    number,
    total,
)

__all__ = [
    "Catastrophic",
    "Curve",
    "Decomposition",
    "GapAndRatio",
    "Hardship",
    "Impoverishment",
    "atkinson",
    "between_group_standard_deviation",
    "between_group_variance",
    "capacity_to_pay",
    "catastrophic",
    "coefficient_of_variation",
    "concentration_curve",
    "concentration_index",
    "equally_distributed_equivalent",
    "financial_hardship",
    "gap_and_ratio",
    "gini",
    "impoverishment",
    "index_of_disparity",
    "kolm",
    "kolm_equivalent",
    "lorenz_curve",
    "mean_difference_from_best",
    "mean_difference_from_mean",
    "mean_difference_from_reference",
    "mean_log_deviation",
    "palma",
    "population_attributable_fraction",
    "population_attributable_risk",
    "relative_index",
    "slope_index",
    "societal_poverty_line",
    "subsistence_spending",
    "theil",
]

NAN = float("nan")


class Decomposition(NamedTuple):
    """An entropy measure split by group.

    Attributes:
        total: The inequality among all.
        within: The part inside the groups.
        between: What would be left if everyone had the mean of the own group.
    """

    total: float
    within: float
    between: float


def lorenz_curve(
    y: ArrayLike, weights: ArrayLike | None = None, points: int | None = None
) -> Curve:
    """Return the Lorenz curve: the share held by the p who have least, against p.

    L(p) = (1 / m) integral from 0 to p of the quantile function; the concentration curve with
    people ranked by y itself.

    Args:
        y: Amounts, from 0 up, of shape (n,).
        weights: Persons that each row stands for, of shape (n,).
        points: If given, the curve at that many evenly spaced p; otherwise at every distinct
            amount.

    Raises:
        UserError: On empty, missing, infinite or negative input, or lengths that differ.

    References:
        Lorenz 1905, Publications of the American Statistical Association 9:209-219.
    """
    return concentration_curve(y, y, weights, points)


def gini(y: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Return the Gini coefficient.

    G = 2 cov(y, r) / m with the fractional rank r by y and the mean m: twice the area between the
    Lorenz curve and the diagonal, and half the mean absolute difference over the mean.

    Args:
        y: Amounts, from 0 up, of shape (n,).
        weights: Persons that each row stands for, of shape (n,).

    Returns:
        Between 0 (all alike) and 1 (one has all). NaN if y is all zeros.

    Raises:
        UserError: On empty, missing, infinite or negative input, or lengths that differ.

    References:
        Lerman & Yitzhaki 1989, Journal of Econometrics 42:43-47.
    """
    w, (values,) = clean(weights, y=y)
    if not values.any():
        return NAN
    # Ties need no care: tied people have the same amount, so only their ranks' mean counts.
    if w is None:
        size = len(values)
        rank = (np.arange(size) + 0.5) / size
        values = np.sort(values)
    else:
        order = np.argsort(values)
        values, w = values[order], w[order]
        rank = (np.cumsum(w) - w / 2) / w.sum()
    average = mean(values, w)
    return max(0.0, 2 * mean((rank - 0.5) * (values - average), w) / average)


@overload
def theil(y: ArrayLike, groups: None = None, weights: ArrayLike | None = None) -> float: ...


@overload
def theil(y: ArrayLike, groups: ArrayLike, weights: ArrayLike | None = None) -> Decomposition: ...


def theil(
    y: ArrayLike, groups: ArrayLike | None = None, weights: ArrayLike | None = None
) -> float | Decomposition:
    """Return Theil's T, split within and between groups if groups are given.

    T = mean of (y / m) ln(y / m), a zero's term being 0. With groups of share of people p_g, mean
    m_g and share of the total s_g = p_g m_g / m: within = sum s_g T_g, between = sum s_g
    ln(m_g / m), and they add up. Most sensitive at the top.

    Args:
        y: Amounts, from 0 up, of shape (n,).
        groups: Labels (province), of shape (n,).
        weights: Persons that each row stands for, of shape (n,).

    Returns:
        Nats, between 0 and ln(people); with groups total, within and between. NaN if y is all
        zeros.

    Raises:
        UserError: On empty, missing, infinite or negative input, or lengths that differ.

    References:
        Theil 1967, Economics and Information Theory; Shorrocks 1980, Econometrica 48:613-625.
    """
    w, (values,) = clean(weights, y=y)
    if groups is None:
        return _theil(values, w) if values.any() else NAN
    codes, _ = clean_groups(weights, groups, len(np.asarray(y)))
    if not values.any():
        return Decomposition(NAN, NAN, NAN)
    people, held = by_group(codes, None, w), by_group(codes, values, w)
    averages, share = held / people, held / held.sum()
    # A group without anything has share 0; any divisor above 0 makes its terms 0.
    relative = values / np.where(averages > 0, averages, 1.0)[codes]
    within = total(xlogy(values, relative), w) / held.sum()
    between = float(xlogy(share, averages / mean(values, w)).sum())
    return Decomposition(_theil(values, w), within, max(0.0, between))


def _theil(values: Floats, w: Floats | None) -> float:
    relative = values / mean(values, w)
    return max(0.0, mean(xlogy(relative, relative), w))


@overload
def mean_log_deviation(
    y: ArrayLike, groups: None = None, weights: ArrayLike | None = None
) -> float: ...


@overload
def mean_log_deviation(
    y: ArrayLike, groups: ArrayLike, weights: ArrayLike | None = None
) -> Decomposition: ...


def mean_log_deviation(
    y: ArrayLike, groups: ArrayLike | None = None, weights: ArrayLike | None = None
) -> float | Decomposition:
    """Return the mean log deviation (Theil's L), split by group if groups are given.

    L = mean of ln(m / y) with the mean m. With groups of share of people p_g and mean m_g: within
    = sum p_g L_g, between = sum p_g ln(m / m_g), and they add up. Most sensitive at the bottom;
    the only such measure whose within part does not change when group means do.

    Args:
        y: Amounts, from 0 up, of shape (n,).
        groups: Labels (province), of shape (n,).
        weights: Persons that each row stands for, of shape (n,).

    Returns:
        Nats, from 0 up; with groups total, within and between. Infinite if there is a zero (the
        between part only if a whole group has nothing, which counts as equal within). NaN if y is
        all zeros.

    Raises:
        UserError: On empty, missing, infinite or negative input, or lengths that differ.

    References:
        Theil 1967, Economics and Information Theory; Shorrocks 1980, Econometrica 48:613-625.
    """
    w, (values,) = clean(weights, y=y)
    if groups is None:
        return _mean_log(values / mean(values, w), w) if values.any() else NAN
    codes, _ = clean_groups(weights, groups, len(np.asarray(y)))
    if not values.any():
        return Decomposition(NAN, NAN, NAN)
    people = by_group(codes, None, w)
    averages, average = by_group(codes, values, w) / people, mean(values, w)
    empty = averages == 0
    relative = np.where(empty[codes], 1.0, values / np.where(empty, 1.0, averages)[codes])
    with np.errstate(divide="ignore"):
        between = -float(np.log(averages / average) @ people) / people.sum()
    return Decomposition(_mean_log(values / average, w), _mean_log(relative, w), max(0.0, between))


def _mean_log(relative: Floats, w: Floats | None) -> float:
    with np.errstate(divide="ignore"):
        return max(0.0, -mean(np.log(relative), w))


def atkinson(y: ArrayLike, epsilon: float, weights: ArrayLike | None = None) -> float:
    """Return Atkinson's index: the share of the total that equality would let one do without.

    A = 1 - EDE / m, with the mean m and the equally distributed equivalent EDE.

    Args:
        y: Amounts of something good, from 0 up, of shape (n,).
        epsilon: Aversion to inequality, from 0 (none) up; infinity looks at the worst-off only.
        weights: Persons that each row stands for, of shape (n,).

    Returns:
        Between 0 and 1; 1 if there is a zero and epsilon is 1 or more. NaN if y is all zeros.

    Raises:
        UserError: On empty, missing, infinite or negative input, a negative epsilon, or lengths
            that differ.

    References:
        Atkinson 1970, Journal of Economic Theory 2:244-263.
    """
    w, (values,) = clean(weights, y=y)
    equivalent = _equivalent(values, epsilon, w)
    return min(1.0, max(0.0, 1 - equivalent / mean(values, w))) if values.any() else NAN


def equally_distributed_equivalent(
    y: ArrayLike, epsilon: float, weights: ArrayLike | None = None
) -> float:
    """Return the amount that, given to everyone, would be as good as the actual distribution.

    EDE = (mean of y^(1 - e))^(1 / (1 - e)), and the geometric mean exp(mean of ln y) for e = 1:
    a mean that counts the worse-off more. For something good (QALYs, income); of something bad,
    take what is left of it (the shortfall) first.

    Args:
        y: Amounts of something good, from 0 up, of shape (n,).
        epsilon: Aversion to inequality e, from 0 (gives the mean) up; infinity gives the minimum.
        weights: Persons that each row stands for, of shape (n,).

    Returns:
        An amount in units of y, between its minimum and its mean. NaN if y is all zeros.

    Raises:
        UserError: On empty, missing, infinite or negative input, a negative epsilon, or lengths
            that differ.

    References:
        Atkinson 1970, Journal of Economic Theory 2:244-263.
    """
    w, (values,) = clean(weights, y=y)
    equivalent = _equivalent(values, epsilon, w)
    return equivalent if values.any() else NAN


def _equivalent(values: Floats, epsilon: float, w: Floats | None) -> float:
    epsilon = number("epsilon", epsilon, low=0)
    lowest, highest = float(values.min()), float(values.max())
    if lowest == highest or np.isinf(epsilon) or (lowest == 0 and epsilon >= 1):
        return lowest
    power = 1 - epsilon
    # Powers of at most 1, and logs taken of what differs from 1: exact for any epsilon, near 1 too.
    unit = highest if power > 0 else lowest
    with np.errstate(divide="ignore"):
        logs = np.log(values / unit)
    if power == 0:
        return unit * float(np.exp(mean(logs, w)))
    return unit * float(np.exp(np.log1p(mean(np.expm1(power * logs), w)) / power))


def kolm(y: ArrayLike, alpha: float, weights: ArrayLike | None = None) -> float:
    """Return Kolm's index: what equality would let each person do without, in units of y.

    K = (1 / a) ln(mean of exp(a (m - y))) with the mean m and the aversion a: the absolute
    counterpart of Atkinson's index. The same amount given to everyone leaves it as it is.

    Args:
        y: Amounts of something good, of shape (n,); may be negative.
        alpha: Aversion to inequality a, per unit of y, from 0 (none) up; infinity looks at the
            worst-off only.
        weights: Persons that each row stands for, of shape (n,).

    Returns:
        From 0 (all alike) up, in units of y.

    Raises:
        UserError: On empty, missing or infinite input, a negative alpha, or lengths that differ.

    References:
        Kolm 1976, Journal of Economic Theory 12:416-442 and 13:82-111.
    """
    w, (values,) = clean(weights, negative=("y",), y=y)
    return max(0.0, mean(values, w) - _kolm_equivalent(values, alpha, w))


def kolm_equivalent(y: ArrayLike, alpha: float, weights: ArrayLike | None = None) -> float:
    """Return Kolm's equally distributed equivalent: the mean less Kolm's index.

    -(1 / a) ln(mean of exp(-a y)): the amount that, given to everyone, would be as good as the
    actual distribution, where an equal absolute difference weighs the same at any level.

    Args:
        y: Amounts of something good, of shape (n,); may be negative.
        alpha: Aversion to inequality a, per unit of y, from 0 (gives the mean) up; infinity gives
            the minimum.
        weights: Persons that each row stands for, of shape (n,).

    Returns:
        An amount in units of y, between its minimum and its mean.

    Raises:
        UserError: On empty, missing or infinite input, a negative alpha, or lengths that differ.

    References:
        Kolm 1976, Journal of Economic Theory 12:416-442 and 13:82-111.
    """
    w, (values,) = clean(weights, negative=("y",), y=y)
    return _kolm_equivalent(values, alpha, w)


def _kolm_equivalent(values: Floats, alpha: float, w: Floats | None) -> float:
    aversion = number("alpha", alpha, low=0)
    lowest = float(values.min())
    if np.isinf(aversion) or lowest == float(values.max()):
        return lowest
    if aversion == 0:
        return mean(values, w)
    # Counted from the minimum: no power exceeds 1, and a small aversion loses no digits.
    return lowest - float(np.log1p(mean(np.expm1(-aversion * (values - lowest)), w))) / aversion


def palma(y: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Return the Palma ratio: what the top tenth holds over what the bottom four tenths hold.

    (1 - L(0.9)) / L(0.4) on the Lorenz curve L; a person on a boundary is shared between sides.

    Args:
        y: Amounts, from 0 up, of shape (n,).
        weights: Persons that each row stands for, of shape (n,).

    Returns:
        From 0.25 (all alike) up; infinite if the bottom has nothing. NaN if y is all zeros.

    Raises:
        UserError: On empty, missing, infinite or negative input, or lengths that differ.

    References:
        Palma 2011, Development and Change 42:87-153; Cobham & Sumner 2013, Center for Global
        Development Working Paper 343.
    """
    bottom, below_top = np.interp((0.4, 0.9), *lorenz_curve(y, weights)).tolist()
    if np.isnan(bottom):
        return NAN
    return (1 - below_top) / bottom if bottom > ROUNDING else float("inf")
