"""Shares of an outcome's variance: Sobol's indices, first order and total.

The first-order index is the share of the variance that goes if a factor becomes known; the total
one is the share that stays if all others do, so that it counts what the factor does together with
them. Sampled as by Saltelli et al. (2010), from a scrambled Sobol sequence.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from experiments.sensitivity.library import salib

RESAMPLES = 500
FEWEST = 8
"""Base samples below which no index is worked out."""


class Sample(NamedTuple):
    """A sample of the ranges of some factors.

    Attributes:
        factors: The factors, by number.
        points: Coordinates of all factors, of shape (points, factors).
        problem: What SALib calls a problem.
    """

    factors: list[int]
    points: np.ndarray
    problem: dict[str, Any]

    @property
    def length(self) -> int:
        """Points of a base sample."""
        return len(self.factors) + 2


class Indices(NamedTuple):
    """Sobol's indices of one outcome, each of shape (factors,), with half their 95 % intervals.

    Attributes:
        first: First-order indices.
        first_reach: Half the width of their intervals, by bootstrap.
        total: Total indices.
        total_reach: Half the width of theirs.
        variance: Variance of the outcome.
        used: Base samples in which the outcome is defined throughout.
    """

    first: np.ndarray
    first_reach: np.ndarray
    total: np.ndarray
    total_reach: np.ndarray
    variance: float
    used: int


def sample(factors: Sequence[int], home: np.ndarray, count: int, seed: int) -> Sample:
    """Return a sample; the other factors stay where they are written.

    Args:
        factors: The factors that move, by number.
        home: Coordinates of the written values, of shape (factors,).
        count: Number of base samples, a power of 2.
        seed: Seed of the sample.
    """
    problem = {"num_vars": len(factors), "names": [str(one) for one in factors],
               "bounds": [[0.0, 1.0]] * len(factors)}  # fmt: skip
    moved = salib("sample.sobol").sample(problem, count, calc_second_order=False, seed=seed)
    points = np.tile(home, (len(moved), 1))
    points[:, list(factors)] = moved
    return Sample(list(factors), points, problem)


def indices(drawn: Sample, values: np.ndarray, seed: int) -> Indices:
    """Return the indices of one outcome; NaN where it does not vary or is defined too seldom.

    SALib gives only zeros where one value is undefined, so base samples with one are left out, and
    counted.

    Args:
        drawn: The sample.
        values: The outcome at each of its points.
        seed: Seed of the bootstrap.
    """
    whole = np.isfinite(values).reshape(-1, drawn.length).all(axis=1)
    kept = values[np.repeat(whole, drawn.length)]
    used = int(whole.sum())
    nothing = np.full(len(drawn.factors), np.nan)
    variance = float(np.var(kept)) if used else float("nan")
    if used < FEWEST or not variance > 0.0:
        return Indices(nothing, nothing, nothing, nothing, variance, used)
    found = salib("analyze.sobol").analyze(
        drawn.problem, kept, calc_second_order=False, num_resamples=RESAMPLES, seed=seed
    )
    first, first_reach, total, total_reach = (
        np.asarray(found[name], float) for name in ("S1", "S1_conf", "ST", "ST_conf")
    )
    return Indices(first, first_reach, total, total_reach, variance, used)
