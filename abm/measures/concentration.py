"""Inequality along a social ranking: who is served, from the poorest to the richest.

A positive index says that there is more of the outcome among the better-off (those ranked high).
Ties in the ranking share one mid-interval weighted fractional rank, so that quintiles can be
ranked by as well as incomes. Re-exported by `abm.measures.inequity`.
"""

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from abm.errors import UserError, unknown
from abm.measures.weights import (
    ROUNDING,
    Floats,
    by_group,
    clean,
    clean_groups,
    fractional_rank,
    mean,
)


class Curve(NamedTuple):
    """A Lorenz or concentration curve, from (0, 0) to (1, 1).

    Attributes:
        population: Cumulative share of people, from 0 to 1.
        share: Cumulative share of the outcome; NaN if there is none of it.
    """

    population: Floats
    share: Floats


class GapAndRatio(NamedTuple):
    """The outcome in the two end groups compared.

    Attributes:
        gap: Mean in the last group less mean in the first, in units of the outcome.
        ratio: Mean in the last group over mean in the first.
        first: Mean in the first group.
        last: Mean in the last group.
    """

    gap: float
    ratio: float
    first: float
    last: float


def concentration_curve(
    y: ArrayLike, rank_by: ArrayLike, weights: ArrayLike | None = None, points: int | None = None
) -> Curve:
    """Return the concentration curve: the share of the outcome held by the lowest-ranked p.

    L(p) is the cumulative share of y in the p lowest by rank_by, linear between people. Below the
    diagonal the outcome is concentrated among the better-off.

    Args:
        y: The outcome, from 0 up, of shape (n,).
        rank_by: What people are ranked by, of shape (n,); the worst-off are lowest.
        weights: Persons that each row stands for, of shape (n,).
        points: If given, the curve at that many evenly spaced p; otherwise at every distinct
            value of rank_by.

    Raises:
        UserError: On empty, missing, infinite or negative input, lengths that differ, or fewer
            than two points.

    References:
        Wagstaff, Paci & van Doorslaer 1991, Social Science & Medicine 33:545-557; O'Donnell et
        al. 2008, Analyzing Health Equity Using Household Survey Data (World Bank), chapter 7.
    """
    w, (values, key) = clean(weights, negative=("rank_by",), y=y, rank_by=rank_by)
    order = np.argsort(key)
    key, held = key[order], values[order]
    last = np.append(np.flatnonzero(key[1:] != key[:-1]), len(key) - 1)
    people = (last + 1.0) if w is None else np.cumsum(w[order])[last]
    cumulated = np.append(0.0, np.cumsum(held if w is None else held * w[order])[last])
    with np.errstate(invalid="ignore"):  # of nothing at all there are no shares
        curve = Curve(np.append(0.0, people / people[-1]), cumulated / cumulated[-1])
    if points is None:
        return curve
    if points < 2:
        raise UserError(f"points: expected at least 2, got {points}")
    grid = np.linspace(0.0, 1.0, points)
    return Curve(grid, np.interp(grid, *curve))


def concentration_index(
    y: ArrayLike,
    rank_by: ArrayLike,
    weights: ArrayLike | None = None,
    correction: Literal["wagstaff", "erreygers"] | None = None,
    bounds: tuple[float, float] = (0, 1),
) -> float:
    """Return the concentration index, plain or corrected for a bounded outcome.

    With the fractional rank r, the mean m of y and A = 2 cov(y, r):

    - None: C = A / m, in [-1, 1]; twice the area between the curve and the diagonal. For outcomes
      without an upper bound (yuan, visits).
    - "wagstaff": C m (b - a) / ((b - m) (m - a)) = A (b - a) / ((b - m) (m - a)); for a binary
      outcome C / (1 - m). NaN if everyone is at the same bound.
    - "erreygers": 4 m C / (b - a) = 4 A / (b - a), in [-1, 1]; an absolute measure.

    Both corrections mirror: the index of attainment is minus that of shortfall, a + b - y.

    Args:
        y: The outcome, of shape (n,), from 0 up; with a correction, within the bounds.
        rank_by: What people are ranked by (income), of shape (n,); the worst-off are lowest.
        weights: Persons that each row stands for, of shape (n,).
        correction: None, "wagstaff" or "erreygers".
        bounds: Lowest and highest possible value (a, b) of y, in its unit.

    Returns:
        The index, without a unit; positive if the better-off have more. NaN if y is all zeros.

    Raises:
        UserError: On empty, missing, infinite, negative or out-of-bounds input, lengths that
            differ, or an unknown correction.

    References:
        Kakwani, Wagstaff & van Doorslaer 1997, Journal of Econometrics 77:87-103; Wagstaff 2005,
        Health Economics 14:429-432; Erreygers 2009, Journal of Health Economics 28:504-515.
    """
    if correction not in (None, "wagstaff", "erreygers"):
        raise unknown("correction", correction, ["wagstaff", "erreygers"])
    allowed = ("rank_by",) if correction is None else ("rank_by", "y")
    w, (values, key) = clean(weights, negative=allowed, y=y, rank_by=rank_by)
    low, high = bounds
    if correction is not None:
        _check_bounds(values, low, high)
    if not values.any():
        return float("nan")
    average = mean(values, w)
    spread = 2 * mean((fractional_rank(key, w) - 0.5) * (values - average), w)
    if correction is None:
        return spread / average
    if correction == "erreygers":
        return 4 * spread / (high - low)
    if values.min() == values.max() and values[0] in (low, high):
        return float("nan")
    return spread * (high - low) / ((high - average) * (average - low))


def _check_bounds(values: Floats, low: float, high: float) -> None:
    if not low < high:
        raise UserError(f"bounds: expected (lowest, highest), got ({low:g}, {high:g})")
    if values.min() < low or values.max() > high:
        outside = values.min() if values.min() < low else values.max()
        raise UserError(f"y: {outside:g} is outside the bounds ({low:g}, {high:g})")


def slope_index(y: ArrayLike, rank_by: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Return the slope index of inequality: the fitted difference from the bottom to the top.

    Slope b of the weighted least squares line y = a + b r on the fractional rank r. As r has
    mean 1/2, b = sum w (r - 1/2) (y - m) / sum w (r - 1/2)^2, in closed form: no likelihood is
    maximised and no distribution assumed. On groups, give each person the group's number; on
    group means, weight by the group's size: the result is the same.

    Args:
        y: The outcome, of shape (n,); may be negative.
        rank_by: What people are ranked by, of shape (n,); the worst-off are lowest.
        weights: Persons that each row stands for, of shape (n,).

    Returns:
        The outcome fitted at the top of the ranking less that at the bottom, in units of y. NaN
        if y is all zeros or everyone has the same rank.

    Raises:
        UserError: On empty, missing or infinite input, or lengths that differ.

    References:
        Pamuk 1985, Population Studies 39:17-31; Mackenbach & Kunst 1997, Social Science &
        Medicine 44:757-771.
    """
    w, (values, key) = clean(weights, negative=("y", "rank_by"), y=y, rank_by=rank_by)
    return _slope(values, key, w)


def _slope(values: Floats, key: Floats, w: Floats | None) -> float:
    if not values.any() or key.min() == key.max():
        return float("nan")
    rank = fractional_rank(key, w) - 0.5
    return mean(rank * (values - mean(values, w)), w) / mean(rank * rank, w)


def relative_index(y: ArrayLike, rank_by: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Return the relative index of inequality: the fitted ratio of the top to the bottom.

    (m + b / 2) / (m - b / 2) with the mean m and the slope index b: the value on the weighted
    least squares line at the top of the ranking over the value at the bottom. Like the slope, it
    is in closed form and maximises no likelihood; a log-binomial or Poisson fit would answer a
    slightly different question (a constant ratio rather than a constant difference).

    Args:
        y: The outcome, from 0 up, of shape (n,).
        rank_by: What people are ranked by, of shape (n,); the worst-off are lowest.
        weights: Persons that each row stands for, of shape (n,).

    Returns:
        The ratio, without a unit; above 1 if the better-off have more. NaN if y is all zeros, if
        everyone has the same rank, or if the line is not above 0 at both ends.

    Raises:
        UserError: On empty, missing, infinite or negative input, or lengths that differ.

    References:
        Kunst & Mackenbach 1994, American Journal of Public Health 84:932-937; Mackenbach & Kunst
        1997, Social Science & Medicine 44:757-771.
    """
    w, (values, key) = clean(weights, negative=("rank_by",), y=y, rank_by=rank_by)
    half, middle = _slope(values, key, w) / 2, mean(values, w)
    # An end within rounding of 0 is 0: the ratio would be rounding error's.
    above = abs(half) < middle * (1 - ROUNDING)
    return (middle + half) / (middle - half) if above else float("nan")


def gap_and_ratio(
    y: ArrayLike,
    groups: ArrayLike,
    weights: ArrayLike | None = None,
    ends: tuple[object, object] | None = None,
) -> GapAndRatio:
    """Return the difference and the ratio of mean outcomes between the two end groups.

    Gap = m_last - m_first and ratio = m_last / m_first. Simple to tell, but blind to the groups
    in between and to the size of the ends: read it beside `slope_index`.

    Args:
        y: The outcome, from 0 up, of shape (n,).
        groups: Ordered labels (income quintiles), of shape (n,).
        weights: Persons that each row stands for, of shape (n,).
        ends: Labels of the first and the last group; the lowest and highest present if None.

    Returns:
        Gap (in units of y), ratio and the two means. All NaN if y is all zeros; an end with
        nobody in it makes gap and ratio NaN, as does the same group at both ends; the ratio is
        infinite over a first mean of 0.

    Raises:
        UserError: On empty, missing, infinite or negative input, or lengths that differ.

    References:
        Mackenbach & Kunst 1997, Social Science & Medicine 44:757-771.
    """
    w, (values,) = clean(weights, y=y)
    codes, labels = clean_groups(weights, groups, len(np.asarray(y)))
    nan = float("nan")
    if not values.any():
        return GapAndRatio(nan, nan, nan, nan)
    averages = by_group(codes, values, w) / by_group(codes, None, w)
    means = dict(zip(labels, averages.tolist(), strict=True))
    first, last = (labels[0], labels[-1]) if ends is None else ends
    low, high = means.get(first, nan), means.get(last, nan)
    if first == last or np.isnan(low + high) or low == high == 0:
        return GapAndRatio(nan if first == last else high - low, nan, low, high)
    return GapAndRatio(high - low, high / low if low > 0 else float("inf"), low, high)
