"""The state of a world: a handful of arrays, handed as one to every rule that needs a neighbour."""

from typing import NamedTuple

import numpy as np

from agents.core.record import longer


class State(NamedTuple):
    """Everything that changes while a model runs, and what its rules look up.

    Rows of one kind each, but for `due` (the month in which each patient is next visited), `km`
    (the way between two cities) and `own_way` (patients who went from one hospital to another
    unreferred this year). Copying these arrays copies the world.
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
    levers: np.ndarray
    params: np.ndarray
    event_log: np.ndarray
    km: np.ndarray
    edges: np.ndarray
    counters: np.ndarray
    own_way: np.ndarray

    def copy(self) -> "State":
        """Return a state that shares nothing with this one."""
        opened = int(self.counters["accounts"][0])
        parts = {name: array.copy() for name, array in self._asdict().items() if name != "accounts"}
        return State(**parts, accounts=longer(self.accounts[:opened], len(self.accounts)))
