"""Which candidates no other one dominates, in how many runs, and what luck has to do with it.

One candidate dominates another if it meets the constraints and is at least as good in every
objective and better in one, or if the other does not meet the constraints.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from experiments.searching.aims import Aims, Floats

Bools = NDArray[np.bool_]


def undominated(wanted: Floats, admissible: Bools) -> Bools:
    """Return which candidates are on the front, of shape (candidates,).

    Args:
        wanted: Objectives of each of which little is wanted, of shape (candidates, objectives).
        admissible: Which candidates meet the constraints and have all objectives.
    """
    found = np.zeros(len(wanted), bool)
    there = np.flatnonzero(admissible)
    some = wanted[there]
    for place, one in zip(there, some, strict=True):
        as_good, better = (some <= one).all(axis=1), (some < one).any(axis=1)
        found[place] = not (as_good & better).any()
    return found


class Judged(NamedTuple):
    """What some runs say of candidates.

    Attributes:
        wanted: The objectives' means over the runs, little wanted of each, of shape (candidates,
            objectives).
        admissible: Whether each meets the constraints in the mean and has all objectives.
        on_front: Whether no other one dominates it, in the mean.
        often: In how many runs none dominates it by the values of that run alone.
        runs: How many runs there are.
    """

    wanted: Floats
    admissible: Bools
    on_front: Bools
    often: NDArray[np.int64]
    runs: int


def judged(aims: Aims, values: Floats) -> Judged:
    """Return which of the candidates are on the front, in the mean and run by run.

    Args:
        aims: Objectives and constraints.
        values: By candidate, run, quantity, and under candidate and baseline.
    """
    by_quantity = aims.by_quantity(values)
    means = {one: found.mean(axis=1) for one, found in by_quantity.items()}
    wanted, admissible = aims.wanted(means), _admissible(aims, means)
    often = np.zeros(len(values), np.int64)
    runs = values.shape[1]
    for run in range(runs):
        alone = {one: found[:, run] for one, found in by_quantity.items()}
        often += undominated(aims.wanted(alone), _admissible(aims, alone))
    return Judged(wanted, admissible, undominated(wanted, admissible), often, runs)


def _admissible(aims: Aims, means: dict) -> Bools:
    """Return which candidates meet the constraints and have all objectives."""
    with np.errstate(invalid="ignore"):
        meets = (aims.excess(means) <= 0.0).all(axis=1)
    return np.logical_and(meets, np.isfinite(aims.wanted(means)).all(axis=1))


def ordered(found: Judged) -> list[int]:
    """Return which candidates are on the front, the best in the first objective first."""
    rows = np.flatnonzero(found.on_front)
    return sorted(rows.tolist(), key=lambda row: tuple(found.wanted[row]))
