"""Costs, effects and net benefit: dominance, ratios with their intervals, acceptability.

All are functions of arrays. The frontier follows Johannesson and Weinstein 1993, Journal of Health
Economics 12:459-467; net benefit Stinnett and Mullahy 1998, Medical Decision Making 18:S68-S80; the
interval of a ratio Fieller 1954, Journal of the Royal Statistical Society B 16:175-185; curve and
frontier of acceptability Fenwick, Claxton and Sculpher 2001, Health Economics 10:779-787.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from abm.measures.weights import Floats

ON_FRONTIER, DOMINATED, EXTENDED = "on the frontier", "dominated", "extendedly dominated"
"""What a policy is among others: worth its money at some threshold; worse and no cheaper than
another; worse than a mixture of two others."""
LEVEL = 0.95
"""Coverage of the interval of a ratio."""


class Frontier(NamedTuple):
    """Policies among each other, in the order in which they were given.

    Attributes:
        status: `ON_FRONTIER`, `DOMINATED` or `EXTENDED`.
        ratio: Of those on the frontier, what another unit of effect costs beside the next cheaper
            one there; NaN for the cheapest and for all others.
    """

    status: list[str]
    ratio: Floats


class Acceptability(NamedTuple):
    """How often each policy is best, by threshold.

    Attributes:
        probability: Share of the runs in which it has the largest net benefit, of shape
            (thresholds, policies); equal ones share it.
        frontier: Number of the policy whose mean net benefit is largest, of shape (thresholds,).
    """

    probability: Floats
    frontier: NDArray[np.int64]


def net_monetary(cost: Floats, effect: Floats, threshold: float) -> Floats:
    """Return effects at what one is worth, less costs, in money."""
    return threshold * effect - cost


def net_health(cost: Floats, effect: Floats, threshold: float) -> Floats:
    """Return effects less those that the money would have brought elsewhere.

    Raises:
        ValueError: If the threshold is not above 0.
    """
    if not threshold > 0.0:
        raise ValueError(f"threshold: expected a number above 0, got {threshold}")
    return effect - cost / threshold


def frontier(cost: Floats, effect: Floats) -> Frontier:
    """Return which policies are dominated, and what a unit of effect costs along the others.

    Args:
        cost: Mean cost of each policy, of shape (policies,).
        effect: Mean effect of each, of the same shape.

    Raises:
        ValueError: If the shapes differ or a number is not finite.
    """
    cost, effect = np.asarray(cost, float), np.asarray(effect, float)
    if cost.shape != effect.shape or cost.ndim != 1:
        raise ValueError("costs and effects: expected one of each per policy")
    if not (np.isfinite(cost).all() and np.isfinite(effect).all()):
        raise ValueError("costs and effects: expected finite numbers")
    status = [DOMINATED if _is_dominated(n, cost, effect) else EXTENDED for n in range(len(cost))]
    ratio = np.full(len(cost), np.nan)
    rest = [n for n, one in enumerate(status) if one != DOMINATED]
    at = min(rest, key=lambda n: (cost[n], -effect[n]), default=None)
    while at is not None:
        status[at] = ON_FRONTIER
        better = [n for n in rest if effect[n] > effect[at]]
        slopes = {n: (cost[n] - cost[at]) / (effect[n] - effect[at]) for n in better}
        after = min(better, key=lambda n: (slopes[n], -effect[n]), default=None)
        if after is not None:
            ratio[after] = slopes[after]
        at = after
    return Frontier(status, ratio)


def _is_dominated(number: int, cost: Floats, effect: Floats) -> bool:
    """Return whether another policy is no worse and no dearer; of equal ones the later is."""
    no_worse = (effect >= effect[number]) & (cost <= cost[number])
    same = (effect == effect[number]) & (cost == cost[number])
    return bool((no_worse & ~same).any() or same[:number].any())


def ratio_interval(above: Floats, below: Floats, level: float = LEVEL) -> tuple[float, float]:
    """Return the interval of a ratio of two means by Fieller.

    Args:
        above: One number per run.
        below: The same of what it is divided by.
        level: Coverage.

    Returns:
        NaN at both ends where there is no bounded interval: with fewer than two runs, or where the
        mean below is not clearly other than zero.
    """
    runs = len(above)
    if runs < 2:
        return np.nan, np.nan
    reach = stdtrit(runs - 1, 0.5 + level / 2.0) ** 2 / runs
    (v_above, both), (_, v_below) = np.cov(above, below)
    x, y = float(np.mean(above)), float(np.mean(below))
    square = y * y - reach * v_below
    if not square > 0.0:
        return np.nan, np.nan
    middle = x * y - reach * both
    root = max(0.0, middle**2 - square * (x * x - reach * v_above)) ** 0.5
    return (middle - root) / square, (middle + root) / square


def acceptability(cost: Floats, effect: Floats, thresholds: Floats) -> Acceptability:
    """Return how often each policy has the largest net benefit, and which has it on average.

    Args:
        cost: Of shape (runs, policies).
        effect: The same.
        thresholds: What a unit of effect is worth, several.
    """
    shares, best = [], []
    for threshold in np.asarray(thresholds, float):
        benefit = net_monetary(cost, effect, threshold)
        most = benefit == benefit.max(axis=1, keepdims=True)
        shares.append((most / most.sum(axis=1, keepdims=True)).mean(axis=0))
        best.append(int(benefit.mean(axis=0).argmax()))
    return Acceptability(np.array(shares), np.array(best))
