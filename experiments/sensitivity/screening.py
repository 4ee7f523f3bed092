"""Screening by elementary effects: Morris (1991), with the groups of Campolongo et al. (2007).

A trajectory goes through the ranges and moves one factor, or all of a group, at each step; the
change of the outcome, per width of the range, is an elementary effect. The mean of their sizes
(mu*) says how much a factor matters, their spread (sigma) how much that depends on the others.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy.special import ndtri

from experiments.sensitivity.library import salib

LEVELS = 4
STEP = LEVELS / (2 * (LEVELS - 1))
"""What a step moves a factor by, of its range."""
RESAMPLES = 500
"""Of the bootstrap, for intervals of 95 %."""
SURE = 0.05
"""Chance at most that luck alone makes any effect of a screening stand out."""


class Screening(NamedTuple):
    """Trajectories through the ranges.

    Attributes:
        groups: Factors moved together, by number; one alone is a group of one.
        points: Coordinates of all factors, of shape (points, factors).
        moved: Those of the factors that move, in SALib's order.
        problem: What SALib calls a problem.
    """

    groups: list[list[int]]
    points: np.ndarray
    moved: np.ndarray
    problem: dict[str, Any]

    @property
    def length(self) -> int:
        """Points of a trajectory."""
        return len(self.groups) + 1


class Effects(NamedTuple):
    """Elementary effects of one outcome, each of shape (groups,).

    Attributes:
        mu: Mean.
        mu_star: Mean of the sizes.
        reach: Half the width of the 95 % interval of `mu_star`, by bootstrap.
        sigma: Standard deviation; NaN of a group of several.
        used: Trajectories in which the outcome is defined throughout.
    """

    mu: np.ndarray
    mu_star: np.ndarray
    reach: np.ndarray
    sigma: np.ndarray
    used: int


def trajectories(
    groups: Sequence[Sequence[int]], home: np.ndarray, count: int, seed: int
) -> Screening:
    """Return trajectories; factors in no group stay where they are written.

    Args:
        groups: Factors that move together, by number.
        home: Coordinates of the written values, of shape (factors,).
        count: Number of trajectories.
        seed: Seed of the sample.
    """
    factors = [factor for group in groups for factor in group]
    names = [str(number) for number, group in enumerate(groups) for _ in group]
    problem = {
        "num_vars": len(factors), "names": [str(one) for one in factors],
        "bounds": [[0.0, 1.0]] * len(factors), "groups": names,
    }  # fmt: skip
    moved = salib("sample.morris").sample(problem, count, num_levels=LEVELS, seed=seed)
    points = np.tile(home, (len(moved), 1))
    points[:, factors] = moved
    return Screening([list(group) for group in groups], points, moved, problem)


def effects(screening: Screening, values: np.ndarray, seed: int) -> Effects:
    """Return the elementary effects of one outcome.

    SALib gives nonsense without a word where a value is undefined, so trajectories with one are
    left out, and counted.

    Args:
        screening: The trajectories.
        values: The outcome at each of their points.
        seed: Seed of the bootstrap.
    """
    whole = np.isfinite(values).reshape(-1, screening.length).all(axis=1)
    kept = np.repeat(whole, screening.length)
    used, size = int(whole.sum()), len(screening.groups)
    if used < 2:
        nothing = np.full(size, np.nan)
        return Effects(nothing, nothing, nothing, nothing, used)
    found = salib("analyze.morris").analyze(
        screening.problem, screening.moved[kept], values[kept], num_resamples=RESAMPLES,
        num_levels=LEVELS, seed=seed,
    )  # fmt: skip
    names = list(found["names"])
    order = [names.index(str(number)) for number in range(size)]
    columns = (np.asarray(found[name], float)[order] for name in
               ("mu", "mu_star", "mu_star_conf", "sigma"))  # fmt: skip
    mu, mu_star, reach, sigma = columns
    alone = np.array([len(group) == 1 for group in screening.groups])
    return Effects(np.where(alone, mu, np.nan), mu_star, reach, np.where(alone, sigma, np.nan),
                   used)  # fmt: skip


def floor(noise: float, count: int, factors: int) -> float:
    """Return the size that luck alone lets some mu* reach in one screening of twenty.

    As if each point had other luck than its neighbour; all have the same, so this is on the safe
    side. A mean of sizes of differences of two normal numbers is taken as normal itself.

    Args:
        noise: Standard deviation of the outcome between seeds.
        count: Number of trajectories.
        factors: Number of effects that are looked at.
    """
    mean, spread = 2.0 / np.sqrt(np.pi), np.sqrt(2.0 - 4.0 / np.pi)
    beyond = ndtri(1.0 - SURE / max(factors, 1))
    return float(noise / STEP * (mean + beyond * spread / np.sqrt(max(count, 1))))
