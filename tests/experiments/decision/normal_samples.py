"""Samples that are exact: their means over a normal distribution cut into equal parts."""

import numpy as np
from scipy.special import ndtr, ndtri


def density(x):
    """Return the density of the standard normal distribution."""
    return np.exp(-0.5 * np.square(x)) / np.sqrt(2.0 * np.pi)


def normal_parts(count: int) -> np.ndarray:
    """Return the mean of each of so many equally likely parts of a standard normal variable.

    What is linear on each part has its exact expectation as the mean over them.
    """
    edges = ndtri(np.linspace(0.0, 1.0, count + 1))
    heights = np.where(np.isfinite(edges), density(edges), 0.0)
    return count * (heights[:-1] - heights[1:])


def worth_of_normal(mean: float, deviation: float) -> float:
    """Return what it is worth to know a normal difference between two policies.

    The unit normal loss: Raiffa and Schlaifer 1961, "Applied Statistical Decision Theory", ch. 5.
    """
    score = abs(mean) / deviation
    return deviation * (density(score) - score * (1.0 - normal_below(score)))


def normal_below(score: float) -> float:
    """Return the probability that a standard normal variable is below a score."""
    return float(ndtr(score))
