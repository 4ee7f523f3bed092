"""Financial protection: whom paying for care ruins, by four definitions side by side.

They answer different questions and rank policies differently: shares of the budget (the SDG 3.8.2
of 2015) and of capacity to pay (WHO), the discretionary budget (the SDG 3.8.2 of 2025), and
impoverishment. All amounts are of one household or one head, over one period (a year), in one
currency (yuan). Re-exported by `abm.measures.inequity`.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from abm.errors import UserError
from abm.measures.weights import Floats, clean, mean, quantile

DAYS = 365
LEAST_LINE, BASE_LINE = 2.15, 1.15
"""The societal poverty line at its least, and without income: dollars of 2017 a head and day."""


class Catastrophic(NamedTuple):
    """Payments beyond a share of resources.

    Attributes:
        headcount: Share of people who pay more than the threshold.
        overshoot: Mean over all people of the share of resources paid beyond the threshold.
        mean_positive_overshoot: The same over those beyond it; NaN if there are none.
    """

    headcount: float
    overshoot: float
    mean_positive_overshoot: float


class Impoverishment(NamedTuple):
    """Poverty without and with what is paid for care.

    Attributes:
        headcount: Share of people who are poor only because they pay: after less before.
        gap: Rise of the poverty gap: after less before.
        headcount_before: Share of people below the line before paying.
        headcount_after: Share of people below the line after paying.
        gap_before: Mean shortfall as a share of the line, before paying.
        gap_after: Mean shortfall as a share of the line, after paying.
    """

    headcount: float
    gap: float
    headcount_before: float
    headcount_after: float
    gap_before: float
    gap_after: float


class Hardship(NamedTuple):
    """Payments beyond a share of the discretionary budget.

    Attributes:
        headcount: Share of people in financial hardship: impoverishing or large payments.
        impoverishing: Share of people who pay more than all of the discretionary budget.
        large: Share of people who pay more than the threshold but not all of it.
    """

    headcount: float
    impoverishing: float
    large: float


def catastrophic(
    oop: ArrayLike, resources: ArrayLike, threshold: float, weights: ArrayLike | None = None
) -> Catastrophic:
    """Return how many pay more than a share of their resources, and by how much.

    With the share s = oop / resources and the threshold z: headcount H = share of people with
    s > z; overshoot O = mean of max(0, s - z); mean positive overshoot = O / H. Use 0.1 and 0.25
    of the household budget, and 0.4 of `capacity_to_pay`.

    Args:
        oop: Paid out of pocket, from 0 up, of shape (n,).
        resources: Budget, income or capacity to pay in the same unit and period, from 0 up, of
            shape (n,). Whoever has none and pays is beyond any threshold (and the overshoot is
            infinite); whoever pays nothing never is.
        threshold: Share of resources z, from 0 up.
        weights: Persons that each row stands for, of shape (n,).

    Raises:
        UserError: On empty, missing, infinite or negative input, or lengths that differ.

    References:
        Wagstaff & van Doorslaer 2003, Health Economics 12:921-934; O'Donnell et al. 2008,
        Analyzing Health Equity Using Household Survey Data (World Bank), chapter 18.
    """
    _check_threshold(threshold)
    w, (paid, available) = clean(weights, oop=oop, resources=resources)
    excess = np.maximum(_share(paid, available) - threshold, 0.0)
    headcount, overshoot = mean((excess > 0).astype(float), w), mean(excess, w)
    return Catastrophic(headcount, overshoot, overshoot / headcount if headcount else float("nan"))


def _share(paid: Floats, available: Floats) -> Floats:
    """Return what is paid as a share of what there is: 0 for nothing, infinite out of nothing."""
    share = np.divide(paid, available, out=np.full(len(paid), np.inf), where=available > 0)
    share[paid == 0] = 0.0
    return share


def _check_threshold(threshold: float) -> None:
    if not 0 <= threshold < np.inf:
        raise UserError(f"threshold: expected a share from 0 up, got {threshold}")


def impoverishment(
    resources: ArrayLike, oop: ArrayLike, line: ArrayLike, weights: ArrayLike | None = None
) -> Impoverishment:
    """Return how many fall below the poverty line because they pay, and how deep.

    Headcount P = share of people with x < l; gap G = mean of max(0, l - x) / l, with x = resources
    before and x = resources - oop after. Paying more than one has counts as debt, so a gap can
    exceed 1.

    Args:
        resources: Before paying for care, from 0 up, of shape (n,).
        oop: Paid out of pocket in the same unit and period, from 0 up, of shape (n,).
        line: Poverty line in the same unit and period, above 0; one, or one per row.
        weights: Persons that each row stands for, of shape (n,).

    Raises:
        UserError: On empty, missing, infinite or negative input, a line of 0, or lengths that
            differ.

    References:
        Wagstaff & van Doorslaer 2003, Health Economics 12:921-934; O'Donnell et al. 2008,
        chapter 19; the gap is that of Foster, Greer & Thorbecke 1984, Econometrica 52:761-766.
    """
    lines = _per_row(line, resources)
    w, (before, paid, lines) = clean(weights, resources=resources, oop=oop, line=lines)
    if lines.min() <= 0:
        raise UserError("line: expected a poverty line above 0")
    (poor, gap), (poor_after, gap_after) = (
        (mean((left < lines).astype(float), w), mean(np.maximum(1 - left / lines, 0.0), w))
        for left in (before, before - paid)
    )
    return Impoverishment(poor_after - poor, gap_after - gap, poor, poor_after, gap, gap_after)


def financial_hardship(
    oop: ArrayLike,
    resources: ArrayLike,
    line: ArrayLike,
    threshold: float = 0.4,
    weights: ArrayLike | None = None,
) -> Hardship:
    """Return SDG indicator 3.8.2 as defined in 2025: hardship against the discretionary budget.

    Share of people with oop > 0 and oop > z (resources - line); impoverishing with z = 1. Whoever
    is below the line already and pays anything counts, as impoverished further.

    Args:
        oop: Paid out of pocket, from 0 up, of shape (n,).
        resources: Budget or income before paying, in the same unit and period, from 0 up, of
            shape (n,).
        line: Societal poverty line (`societal_poverty_line`), in the same unit and period; one,
            or one per row.
        threshold: Share z of the discretionary budget, between 0 and 1.
        weights: Persons that each row stands for, of shape (n,).

    Raises:
        UserError: On empty, missing, infinite or negative input, a threshold above 1, or lengths
            that differ.

    References:
        WHO & World Bank, SDG indicator 3.8.2 metadata, definition adopted in March 2025 by the
        2025 comprehensive review (WHO indicator metadata registry, entry 376).
    """
    _check_threshold(threshold)
    if threshold > 1:
        raise UserError(f"threshold: expected a share between 0 and 1, got {threshold}")
    lines = _per_row(line, resources)
    w, (paid, budget, lines) = clean(weights, oop=oop, resources=resources, line=lines)
    share = _share(paid, budget - lines)
    headcount, impoverishing = (mean((share > z).astype(float), w) for z in (threshold, 1.0))
    return Hardship(headcount, impoverishing, headcount - impoverishing)


def societal_poverty_line(
    resources: ArrayLike, yuan_per_dollar: float, weights: ArrayLike | None = None
) -> float:
    """Return the societal poverty line: absolute in a poor country, relative in a rich one.

    max(2.15, 1.15 + median / 2) dollars a head and day, at 2017 purchasing power.

    Args:
        resources: Budget or income of the whole population, yuan a head and year in 2017 prices,
            from 0 up, of shape (n,).
        yuan_per_dollar: Purchasing power parity of 2017, yuan per international dollar.
        weights: Persons that each row stands for, of shape (n,).

    Returns:
        Yuan a head and year in 2017 prices.

    Raises:
        UserError: On empty, missing, infinite or negative input, or lengths that differ.

    References:
        Jolliffe & Prydz 2021, World Bank Economic Review 35:180-206; the SDG 3.8.2 metadata of
        2025 for the dollars of 2017.
    """
    w, (budget,) = clean(weights, resources=resources)
    return societal_line_at(quantile(budget, 0.5, w), yuan_per_dollar)


def societal_line_at(median: float, yuan_per_dollar: float) -> float:
    """Return the societal poverty line where the median of the population is known.

    Args:
        median: Median budget or income of the population, yuan a head and year.
        yuan_per_dollar: Yuan of the same prices that buy what an international dollar of 2017 did.

    Returns:
        Yuan a head and year, in the prices of the median.

    Raises:
        UserError: If either is not a number above 0, or the median is below 0.
    """
    if not 0 < yuan_per_dollar < np.inf:
        raise UserError(f"yuan_per_dollar: expected a number above 0, got {yuan_per_dollar}")
    if not 0 <= median < np.inf:
        raise UserError(f"median: expected a number from 0 up, got {median}")
    unit = yuan_per_dollar * DAYS
    return max(LEAST_LINE * unit, BASE_LINE * unit + median / 2)


def capacity_to_pay(
    resources: ArrayLike, subsistence: ArrayLike, food: ArrayLike | None = None
) -> Floats:
    """Return WHO's capacity to pay: what a household has beyond subsistence.

    resources - subsistence where food is at least subsistence, else resources - food: a household
    that spends less than subsistence on food is not held to have more capacity for it. Where food
    is not known, max(0, resources - subsistence).

    Args:
        resources: Household budget (consumption, or income as its proxy), from 0 up, shape (n,).
        subsistence: Subsistence spending (`subsistence_spending`, or a poverty line) in the same
            unit and period; one, or one per row.
        food: Spent on food, at most resources, of shape (n,), or None if not known.

    Returns:
        Capacity to pay in the same unit, from 0 up, of shape (n,), to give to `catastrophic` with
        a threshold of 0.4.

    Raises:
        UserError: On empty, missing, infinite or negative input, food above resources, or lengths
            that differ.

    References:
        Xu et al. 2003, Lancet 362:111-117; Xu 2005, Distribution of Health Payments and
        Catastrophic Expenditures: Methodology (WHO).
    """
    needs = _per_row(subsistence, resources)
    if food is None:
        _, (budget, needs) = clean(None, resources=resources, subsistence=needs)
        return np.maximum(budget - needs, 0.0)
    _, (budget, needs, eaten) = clean(None, resources=resources, subsistence=needs, food=food)
    if (eaten > budget).any():
        raise UserError("food: expected at most resources on every row")
    return budget - np.minimum(needs, eaten)


def subsistence_spending(
    food: ArrayLike, resources: ArrayLike, size: ArrayLike, weights: ArrayLike | None = None
) -> Floats:
    """Return WHO's subsistence spending of each household, from what households in the middle eat.

    With the equivalent size e = size^0.56: the line is the weighted mean of food / e among the
    households whose share of food in the budget lies between the 45th and the 55th percentile;
    subsistence = line times e.

    Args:
        food: Spent on food, from 0 up, of shape (n,).
        resources: Household budget in the same unit and period, above 0, of shape (n,).
        size: Persons in the household, above 0, of shape (n,).
        weights: Households (or persons) that each row stands for, all above 0, of shape (n,).

    Returns:
        Subsistence spending in the same unit and period, of shape (n,).

    Raises:
        UserError: On empty, missing, infinite or negative input, a weight, budget or size of 0,
            or lengths that differ.

    References:
        Xu et al. 2003, Lancet 362:111-117; Xu 2005, Distribution of Health Payments and
        Catastrophic Expenditures: Methodology (WHO).
    """
    w, (eaten, budget, persons) = clean(weights, food=food, resources=resources, size=size)
    if len(eaten) < len(np.asarray(food)):
        raise UserError("weights: expected weights above 0, as every household gets an answer")
    if budget.min() <= 0 or persons.min() <= 0:
        raise UserError("resources, size: expected numbers above 0")
    equivalent = persons**0.56
    share = eaten / budget
    middle = (share >= quantile(share, 0.45, w)) & (share <= quantile(share, 0.55, w))
    return mean((eaten / equivalent)[middle], None if w is None else w[middle]) * equivalent


def _per_row(value: ArrayLike, like: ArrayLike) -> np.ndarray:
    """Return one value per row, repeating a single one without a copy."""
    array = np.asarray(value)
    return np.broadcast_to(array, np.asarray(like).shape) if array.ndim == 0 else array
