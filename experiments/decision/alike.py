"""Parameter sets that are all but the same: a chain of draws that moves slowly leaves such.

They say hardly more than one of them does, so that they count as one where it matters how many
there are.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import pdist

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
    spread = sets.std(axis=0)
    values = (sets[:, spread > 0.0] - sets.mean(axis=0)[spread > 0.0]) / spread[spread > 0.0]
    if len(values) < 2 or not values.shape[1]:
        return np.arange(len(values))
    rng = np.random.default_rng(seed)
    nearest = min(pdist(rng.permuted(values, axis=0)).min() for _ in range(SHUFFLES))
    below = np.nextafter(nearest, 0.0)  # what is as near as by chance stays apart
    return fcluster(linkage(values, "single"), below * (1.0 - 1e-9), "distance") - 1


def merged(values: Floats, labels: NDArray[np.int64]) -> Floats:
    """Return the mean of the rows of each number.

    Args:
        values: Of shape (sets, columns).
        labels: What `alike` returns.
    """
    return np.array([values[labels == one].mean(axis=0) for one in np.unique(labels)])
