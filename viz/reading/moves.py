"""Who went from one hospital to another, referred or on one's own, by year.

A move is a patient who goes from one hospital to another one; a patient may move several times.
Referred are those who followed a referral; the others went on without one. Where somebody goes
first, from home, is no move.
"""

from typing import NamedTuple

import numpy as np

from abm import RareCareModel

KINDS = ("referred", "own")


class Moves(NamedTuple):
    """Moves between hospitals, one entry per pair of hospitals and kind.

    Attributes:
        start: Row of the hospital that was left.
        to: Row of the hospital that was gone to.
        kind: Number of the kind in `KINDS`.
        times: Moves of simulated patients.
    """

    start: np.ndarray
    to: np.ndarray
    kind: np.ndarray
    times: np.ndarray


def moves_by_year(model: RareCareModel) -> list[tuple[int, Moves]]:
    """Return the moves of each year of the scenario, the last one as far as it has come."""
    years = [(year, _moves(model, sent["followed"], sent["own"], sent["times"]))
             for year, sent in model.records.referrals]  # fmt: skip
    if model.steps % 12:
        ways = model.state.own_way.ravel()
        own = np.flatnonzero(ways)
        now = _moves(model, model.state.edges["followed"], own, ways[own])
        years.append((model.world.year_of(model.steps - 1), now))
    return years


def _moves(
    model: RareCareModel, followed: np.ndarray, own: np.ndarray, times: np.ndarray
) -> Moves:  # fmt: skip
    paths = model.setup.paths
    gone = np.flatnonzero(followed)
    start, to = np.divmod(own.astype(np.int64), len(model.state.hospitals))
    apart = start != to  # who comes back to the same hospital goes nowhere
    start, to, times = start[apart], to[apart], times[apart]
    return Moves(
        np.concatenate([paths.start[gone], start]).astype(np.int64),
        np.concatenate([paths.to[gone], to]).astype(np.int64),
        np.concatenate([np.zeros(len(gone), np.int64), np.ones(len(start), np.int64)]),
        np.concatenate([followed[gone], times]).astype(np.int64),
    )


def between(moves: Moves, groups: np.ndarray, size: int) -> np.ndarray:
    """Return moves from each group of hospitals to each, shape (kinds, size, size).

    Args:
        moves: The moves.
        groups: The group of each hospital.
        size: How many groups there are.
    """
    key = (moves.kind * size + groups[moves.start]) * size + groups[moves.to]
    table = np.bincount(key, moves.times, len(KINDS) * size * size)
    return table.reshape(len(KINDS), size, size)
