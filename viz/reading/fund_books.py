"""A book of the funds by month: balances, shortages and refused claims.

A model keeps its funds' books by year; that a fund was short in a month is seen only in that month.
"""

from typing import NamedTuple

import numpy as np

from abm import RareCareModel
from agents.codes import Fund
from viz.reading.scene import province_index


class FundCourse(NamedTuple):
    """A kind of fund by month, added up over pools, at full scale.

    Attributes:
        balance: Yuan at each month's end.
        short: How many pools could not pay all claims of the month.
        refused: Claims refused in the month for want of money, yuan.
        pools: How many pools there are now.
    """

    balance: np.ndarray
    short: np.ndarray
    refused: np.ndarray
    pools: int


class FundBook:
    """What the funds of one model held and refused in each month lived so far."""

    def __init__(self) -> None:
        self._balance: list[np.ndarray] = []
        self._short: list[np.ndarray] = []
        self._refused: list[np.ndarray] = []

    def write(self, model: RareCareModel) -> None:
        """Write down the month that a model has just lived."""
        funds = model.state.funds
        self._balance.append(funds["balance"].astype(np.float32))
        self._short.append((funds["short"] == 1) & (funds["used"] == 1))
        self._refused.append(funds["rationed"].astype(np.float32))

    def __len__(self) -> int:
        return len(self._balance)

    def course(self, model: RareCareModel, kind: Fund, province: str = "") -> FundCourse:
        """Return a kind of fund by month.

        Args:
            model: The model whose book this is.
            kind: The kind of fund.
            province: Only the pools that carry this province's cities; each counts whole.
        """
        pools = _pools(model, kind, province)
        used = int((model.state.funds["used"][pools] == 1).sum())
        if not self._balance:
            return FundCourse(np.zeros(0), np.zeros(0, int), np.zeros(0), used)
        balance, short, refused = (
            np.array([month[pools] for month in part])
            for part in (self._balance, self._short, self._refused)
        )
        # The year's refused claims add up from January on.
        january = np.arange(len(refused)) % 12 == 0
        before = np.where(january[:, None], 0.0, np.roll(refused, 1, axis=0))
        return FundCourse(
            balance.sum(axis=1, dtype=float) / model.scale,
            short.sum(axis=1),
            np.maximum(refused - before, 0.0).sum(axis=1, dtype=float) / model.scale,
            used,
        )


def _pools(model: RareCareModel, kind: Fund, province: str) -> np.ndarray:
    """Return the rows of the pools of a kind, all or those that carry a province's cities."""
    row = province_index(model, province)
    if row is None:
        return np.flatnonzero(model.state.funds["kind"] == kind)
    cities = model.state.cities
    return np.unique(cities["fund"][cities["province"] == row, kind])
