"""Inequality along a social ranking: who is served, from the poorest to the richest.

A positive index says that there is more of the outcome among the better-off (those ranked high).
Ties in the ranking share one mid-interval weighted fractional rank, so that quintiles can be
ranked by as well as incomes. Re-exported by `abm.measures.inequity`.
"""

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

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

MOST_STEPS = 100
"""Of the iteration of a logit fit: usually ten, about thirty where it has no finite slope."""
SMALLEST_SPREAD = 1e-12
"""Lowest variance of a fitted share, so that a step stays finite where the fit is perfect."""
SEPARATED = 1e-9
"""A logit curve's end nearer to 0 than this is 0."""


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
        The index, without a unit; positive if the better-off have more. Of all zeros the plain
        index, a relative measure, is NaN, and Erreygers', an absolute one, is 0.

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
    if correction is None and not values.any():
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


Link = Literal["identity", "logit"]


def slope_index(
    y: ArrayLike,
    rank_by: ArrayLike,
    weights: ArrayLike | None = None,
    link: Link = "identity",
) -> float:
    """Return the slope index of inequality: the fitted difference from the bottom to the top.

    - "identity": slope b of the weighted least squares line y = a + b r on the fractional rank r.
      As r has mean 1/2, b = sum w (r - 1/2) (y - m) / sum w (r - 1/2)^2, in closed form: no
      likelihood is maximised and no distribution assumed.
    - "logit": p(1) - p(0) with p(r) = 1 / (1 + exp(-(a + b r))) fitted by quasi-likelihood
      (fractional logit), for an outcome between 0 and 1: the ends stay between 0 and 1.

    On groups, give each person the group's number; on group means, weight by the group's size:
    the result is the same.

    Args:
        y: The outcome, of shape (n,); may be negative with the link "identity", is from 0 to 1
            with "logit".
        rank_by: What people are ranked by, of shape (n,); the worst-off are lowest.
        weights: Persons that each row stands for, of shape (n,).
        link: "identity" or "logit".

    Returns:
        The outcome fitted at the top of the ranking less that at the bottom, in units of y; 0 if
        y is all zeros (an absolute measure). NaN if everyone has the same rank.

    Raises:
        UserError: On empty, missing or infinite input, an outcome outside 0 to 1 with the link
            "logit", lengths that differ, or an unknown link.

    References:
        Pamuk 1985, Population Studies 39:17-31; Mackenbach & Kunst 1997, Social Science &
        Medicine 44:757-771; Papke & Wooldridge 1996, Journal of Applied Econometrics 11:619-632
        (fractional logit); Schlotheuber & Hosseinpoor 2022, IJERPH 19:3697 (its use in WHO's
        Health Equity Assessment Toolkit).
    """
    w, (values, key) = clean(weights, negative=("y", "rank_by"), y=y, rank_by=rank_by)
    bottom, top = _ends(values, key, w, link)
    return top - bottom


def _ends(values: Floats, key: Floats, w: Floats | None, link: Link) -> tuple[float, float]:
    """Return the outcome fitted at the bottom and at the top of a ranking."""
    if link not in ("identity", "logit"):
        raise unknown("link", link, ["identity", "logit"])
    if link == "logit":
        _check_bounds(values, 0, 1)
    if key.min() == key.max():
        return float("nan"), float("nan")
    rank = fractional_rank(key, w) - 0.5
    if link == "logit":
        return _logit_ends(values, rank, w)
    middle = mean(values, w)
    half = mean(rank * (values - middle), w) / mean(rank * rank, w) / 2
    return middle - half, middle + half


def _logit_ends(values: Floats, rank: Floats, w: Floats | None) -> tuple[float, float]:
    """Return p at ranks -1/2 and 1/2 of the fractional logit fit, by Newton's method.

    Where the ranking separates zeros from ones the fit has no finite slope; its ends then tend to
    0 and 1, which the iteration reaches to within rounding.
    """
    middle = mean(values, w)
    if middle in (0.0, 1.0):
        return middle, middle
    level, slope = float(np.log(middle / (1 - middle))), 0.0
    ends = (middle, middle)
    for _ in range(MOST_STEPS):
        fitted = expit(level + slope * rank)
        error, spread = values - fitted, np.maximum(fitted * (1 - fitted), SMALLEST_SPREAD)
        moments = [mean(spread * rank**k, w) for k in range(3)]
        gradient = mean(error, w), mean(error * rank, w)
        determinant = moments[0] * moments[2] - moments[1] ** 2
        level += (gradient[0] * moments[2] - gradient[1] * moments[1]) / determinant
        slope += (gradient[1] * moments[0] - gradient[0] * moments[1]) / determinant
        before, ends = ends, (float(expit(level - slope / 2)), float(expit(level + slope / 2)))
        if max(abs(b - a) for a, b in zip(before, ends, strict=True)) < ROUNDING:
            break
    return ends


def relative_index(
    y: ArrayLike,
    rank_by: ArrayLike,
    weights: ArrayLike | None = None,
    link: Link = "identity",
) -> float:
    """Return the relative index of inequality: the fitted ratio of the top to the bottom.

    The value at the top of the ranking over the value at the bottom, on the weighted least
    squares line (link "identity": (m + b / 2) / (m - b / 2) with the mean m and the slope index
    b, in closed form) or on the logit curve of `slope_index` (link "logit"). A log-binomial or
    Poisson fit would answer a slightly different question (a constant ratio rather than a
    constant difference).

    Args:
        y: The outcome, from 0 up, of shape (n,); from 0 to 1 with the link "logit".
        rank_by: What people are ranked by, of shape (n,); the worst-off are lowest.
        weights: Persons that each row stands for, of shape (n,).
        link: "identity" or "logit".

    Returns:
        The ratio, without a unit; above 1 if the better-off have more. NaN if y is all zeros, if
        everyone has the same rank, or if the line is not above 0 at both ends; infinite if the
        logit curve falls to 0 at the bottom.

    Raises:
        UserError: On empty, missing, infinite or negative input, an outcome above 1 with the link
            "logit", lengths that differ, or an unknown link.

    References:
        Kunst & Mackenbach 1994, American Journal of Public Health 84:932-937; Mackenbach & Kunst
        1997, Social Science & Medicine 44:757-771; Schlotheuber & Hosseinpoor 2022, IJERPH
        19:3697.
    """
    w, (values, key) = clean(weights, negative=("rank_by",), y=y, rank_by=rank_by)
    bottom, top = _ends(values, key, w, link)
    # An end within rounding of 0 is 0: the ratio would be rounding error's.
    zero = ROUNDING * mean(values, w) if link == "identity" else SEPARATED
    if bottom > zero and top > zero:
        return top / bottom
    if link == "identity" or not max(bottom, top) > zero:
        return float("nan")
    return float("inf") if top > zero else 0.0


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
        Gap (in units of y), ratio and the two means. An end with nobody in it makes gap and ratio
        NaN, as does the same group at both ends; the ratio is infinite over a first mean of 0,
        and NaN if both are 0.

    Raises:
        UserError: On empty, missing, infinite or negative input, or lengths that differ.

    References:
        Mackenbach & Kunst 1997, Social Science & Medicine 44:757-771.
    """
    w, (values,) = clean(weights, y=y)
    codes, labels = clean_groups(weights, groups, len(np.asarray(y)))
    nan = float("nan")
    averages = by_group(codes, values, w) / by_group(codes, None, w)
    means = dict(zip(labels, averages.tolist(), strict=True))
    first, last = (labels[0], labels[-1]) if ends is None else ends
    low, high = means.get(first, nan), means.get(last, nan)
    if first == last or np.isnan(low + high) or low == high == 0:
        return GapAndRatio(nan if first == last else high - low, nan, low, high)
    return GapAndRatio(high - low, high / low if low > 0 else float("inf"), low, high)
