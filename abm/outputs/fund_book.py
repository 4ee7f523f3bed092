"""The funds month by month: balances, shortages and refused claims.

The yearly ledger does not tell in which month a fund was short; that is seen only in that month.
"""

from typing import NamedTuple

import numpy as np

from agents.codes import Fund
from agents.state import State


class FundSeries(NamedTuple):
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

    def __len__(self) -> int:
        """Return the number of months."""
        return len(self._balance)

    def copy(self) -> "FundBook":
        """Return the same book for a branch of the model; what is written stays shared."""
        other = FundBook()
        other._balance = self._balance.copy()
        other._short = self._short.copy()
        other._refused = self._refused.copy()
        return other

    def write(self, funds: np.ndarray) -> None:
        """Write down the month that has just been lived."""
        self._balance.append(funds["balance"].astype(np.float32))
        self._short.append((funds["short"] == 1) & (funds["used"] == 1))
        self._refused.append(funds["rationed"].astype(np.float32))

    def series(
        self, state: State, scale: float, kind: Fund, province: int | None = None
    ) -> FundSeries:
        """Return a kind of fund by month.

        Args:
            state: The arrays of the model whose book this is.
            scale: Simulated patients per real one.
            kind: The kind of fund.
            province: Row of the province; only the pools that carry its cities, each counted
                whole. None for all pools.
        """
        pools = _pools(state, kind, province)
        used = int((state.funds["used"][pools] == 1).sum())
        if not self._balance:
            return FundSeries(np.zeros(0), np.zeros(0, int), np.zeros(0), used)
        balance, short, refused = (
            np.array([month[pools] for month in part])
            for part in (self._balance, self._short, self._refused)
        )
        # The year's refused claims add up from January on.
        january = np.arange(len(refused)) % 12 == 0
        before = np.where(january[:, None], 0.0, np.roll(refused, 1, axis=0))
        return FundSeries(
            balance.sum(axis=1, dtype=float) / scale,
            short.sum(axis=1),
            np.maximum(refused - before, 0.0).sum(axis=1, dtype=float) / scale,
            used,
        )


def _pools(state: State, kind: Fund, province: int | None) -> np.ndarray:
    """Return the rows of the pools of a kind, all or those that carry a province's cities."""
    if province is None:
        return np.flatnonzero(state.funds["kind"] == kind)
    return np.unique(state.cities["fund"][state.cities["province"] == province, kind])
