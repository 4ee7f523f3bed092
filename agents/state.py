"""The state of a world: a handful of arrays, handed as one to every rule that needs a neighbour."""

from typing import NamedTuple

import numpy as np


class State(NamedTuple):
    """Everything that changes while a model runs, and what its rules look up.

    Shapes: P patients, H hospitals, C cities, V provinces, D diseases, G drugs, F funds, E referral
    paths, L layers. Copying these arrays copies the world.
    """

    patients: np.ndarray
    due: np.ndarray
    cities: np.ndarray
    provinces: np.ndarray
    hospitals: np.ndarray
    diseases: np.ndarray
    drugs: np.ndarray
    funds: np.ndarray
    layers: np.ndarray
    accounts: np.ndarray
    charities: np.ndarray
    rules: np.ndarray
    given: np.ndarray
    diary: np.ndarray
    km: np.ndarray
    members: np.ndarray
    tertiaries: np.ndarray
    centres: np.ndarray
    edge_to: np.ndarray
    edge_kind: np.ndarray
    edge_open: np.ndarray
    edge_sent: np.ndarray
    edge_followed: np.ndarray
    own_way: np.ndarray
    fund_of: np.ndarray
    city_heads: np.ndarray
    layer_here: np.ndarray
    reach: np.ndarray
    flows: np.ndarray
    stocks: np.ndarray
    counts: np.ndarray
    scratch: np.ndarray

    def copy(self) -> "State":
        """Return a state that shares nothing with this one."""
        return State(*(array.copy() for array in self))
