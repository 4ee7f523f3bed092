"""Who gains health and who bears its cost: equally distributed equivalents and equity's part.

After Cookson, Griffin, Norheim and Culyer (eds) 2020, "Distributional Cost-Effectiveness Analysis",
Oxford University Press, and Asaria, Griffin and Cookson 2016, Medical Decision Making 36:8-19. The
equivalents are those of `abm.measures.inequity` (Atkinson 1970, Kolm 1976).
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq

from abm.measures import inequity
from abm.measures.weights import Floats

ATKINSON, KOLM = "atkinson", "kolm"
INDICES = (ATKINSON, KOLM)
"""Aversion to relative and to absolute differences."""
STEPS = 200
"""Into how many a range of aversion is divided in search of where a ranking turns."""


class Change(NamedTuple):
    """What a change of health is worth to a society that minds inequality, per head.

    Attributes:
        ede: Gain in the equally distributed equivalent.
        mean: Gain in the mean: what efficiency gives.
        equity: The rest: what equity gives, or takes.
    """

    ede: float
    mean: float
    equity: float


def equivalent(health: Floats, people: Floats, aversion: float, index: str = ATKINSON) -> float:
    """Return the health that, given to everyone, would be as good as what people have.

    Args:
        health: Health of a head in each group, QALYs.
        people: Heads in each group.
        aversion: To inequality; at 0 it is the mean.
        index: "atkinson" or "kolm".

    Raises:
        ValueError: For another index, or health below 0 with Atkinson's.
    """
    if index == KOLM:
        return inequity.kolm_equivalent(health, aversion, people)
    if index == ATKINSON:
        return inequity.equally_distributed_equivalent(health, aversion, people)
    raise ValueError(f"index {index!r}: expected one of {', '.join(INDICES)}")


def change(
    before: Floats, after: Floats, people: Floats, aversion: float, index: str = ATKINSON
) -> Change:
    """Return what a change of health is worth; arguments as in `equivalent`."""
    was, is_ = (equivalent(health, people, aversion, index) for health in (before, after))
    gain = float(np.average(after - before, weights=people))
    return Change(is_ - was, gain, is_ - was - gain)


def turning_points(difference: Callable[[float], float], most: float) -> list[float]:
    """Return the aversions at which a difference between policies changes its sign.

    Args:
        difference: Of aversion; 0 where neither is better.
        most: The largest aversion that is looked at.
    """
    steps = np.linspace(0.0, most, STEPS + 1)
    values = [difference(float(at)) for at in steps]
    found = []
    for low, high, left, right in zip(steps, steps[1:], values, values[1:], strict=False):
        if left * right < 0.0:
            found.append(float(brentq(difference, low, high)))
    return found


def shares(given: Floats) -> Floats:
    """Return parts of a whole.

    Raises:
        ValueError: If one is below 0, or all are 0.
    """
    given = np.asarray(given, float)
    if not (np.isfinite(given).all() and (given >= 0.0).all() and given.sum() > 0.0):
        raise ValueError("shares: expected numbers of at least 0, not all 0")
    return given / given.sum()
