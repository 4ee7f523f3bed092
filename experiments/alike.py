"""Parameter sets that are all but the same: a chain of draws that moves slowly leaves such.

They say hardly more than one of them does, so that they count as one where it matters how many
there are.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import cdist, pdist

from abm.measures.weights import Floats

SHUFFLES = 19
"""How often sets are made up, to see how near each other they come by chance."""


def alike(sets: Floats, seed: int = 0) -> NDArray[np.int64]:
    """Return a number for each set, the same for those that are nearer than chance brings any.

    Chance is told by sets whose every parameter is drawn from the same values, without regard to
    the others: with two parameters many lie near each other, with two hundred none.

    Args:
        sets: Of shape (sets, parameters).
        seed: Of the shuffles.
    """
    values = _standard(sets)
    if len(values) < 2 or not values.shape[1]:
        return np.arange(len(values))
    return fcluster(linkage(values, "single"), _by_chance(values, seed), "distance") - 1


def apart(sets: Floats, seed: int = 0) -> NDArray[np.int64]:
    """Return the numbers of the rows that are no nearer to an earlier one than chance brings any.

    Args:
        sets: Of shape (sets, parameters), those to be preferred first.
        seed: Of the shuffles.
    """
    values = _standard(sets)
    if len(values) < 2 or not values.shape[1]:
        return np.arange(len(values))
    least, kept = _by_chance(values, seed), [0]
    for number in range(1, len(values)):
        if cdist(values[number, None], values[kept]).min() > least:
            kept.append(number)
    return np.array(kept)


def _standard(sets: Floats) -> Floats:
    """Return the parameters that differ at all, each with mean 0 and standard deviation 1."""
    spread = sets.std(axis=0)
    return (sets[:, spread > 0.0] - sets.mean(axis=0)[spread > 0.0]) / spread[spread > 0.0]


def _by_chance(values: Floats, seed: int) -> float:
    """Return just less than the least distance of two rows when parameters are shuffled."""
    rng = np.random.default_rng(seed)
    nearest = min(pdist(rng.permuted(values, axis=0)).min() for _ in range(SHUFFLES))
    return float(nearest) * (1.0 - 1e-9)  # what is as near as by chance stays apart


def merged(values: Floats, labels: NDArray[np.int64]) -> Floats:
    """Return the mean of the rows of each number.

    Args:
        values: Of shape (sets, columns).
        labels: What `alike` returns.
    """
    return np.array([values[labels == one].mean(axis=0) for one in np.unique(labels)])
