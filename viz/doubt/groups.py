"""What a pair tells of groups of people, of inequality, of bills and of the search, at one look.

The numbers are those of the Equity, Why, Money and Journeys tabs, read by the same functions.
"""

from collections.abc import Callable

import numpy as np

from abm.measures import inequity, survival
from agents.codes import Payer
from experiments.measures.estimators import divided
from viz.reading.fairness import (
    CONCENTRATION,
    LORENZ,
    CurveData,
    concentrations,
    lorenz,
    share_of,
    shares,
    theil,
    winners,
)
from viz.reading.gates import GATES, KINDS, PAYERS, paid, passed
from viz.reading.people import PeopleSoFar

Read = Callable[[PeopleSoFar, str], np.ndarray]
"""Reads a number, or several, of each group of a kind."""
BILLED = Payer.names()
SEARCHED = (12, 24, 60)
"""Months from onset at which those still undiagnosed are told."""


def cell(kind: str, group: str) -> str:
    """Return the name of a group of a kind among all groups of all kinds."""
    return f"{kind} {group}"


def cells(people: PeopleSoFar) -> tuple[str, ...]:
    """Return the names of all groups of all kinds that there are."""
    return tuple(cell(kind, name) for kind in _kinds(people) for name in people.grouped(kind).names)


def sizes(people: PeopleSoFar) -> np.ndarray:
    """Return the simulated persons in each of `cells`."""
    return np.concatenate([people.grouped(kind).sizes for kind in _kinds(people)])


def of_groups(a: PeopleSoFar, b: PeopleSoFar) -> dict[str, np.ndarray]:
    """Return what is told of each group, each of shape (2, cells); NaN where there is none.

    Shares of the equiplots (`share.NAME`); persons who stop at a gate or are treated (`stop.GATE`,
    `gate.treated`); yuan of 100 billed (`payer.NAME`); and per cent of the group that are better
    off less those worse off, 0 under A (`won.NAME`).
    """
    made = {f"share.{name}": _both(a, b, _share(name)) for name in shares(a.model.years)}
    upto = _both(a, b, passed)
    stopped = -np.diff(upto, axis=2)
    made |= {f"stop.{gate}": stopped[..., n] for n, gate in enumerate(GATES[1:])}
    made["gate.treated"] = upto[..., -1]
    bills = _both(a, b, paid)
    parts = 100.0 * divided(bills, bills.sum(axis=2, keepdims=True))
    made |= {f"payer.{name}": parts[..., n] for n, name in enumerate(PAYERS)}
    return made | _won(a, b)


def of_all(people: PeopleSoFar) -> dict[str, float]:
    """Return what is told of everyone alone; NaN where there is nothing of it.

    Indices of inequality (`lorenz.NAME`, `concentration.NAME`, `theil.NAME`), the payers' shares of
    all bills in per cent (`bill.NAME`), and the share not diagnosed so many months after onset as
    if nobody died before (`searching.MONTHS`).
    """
    made = {f"lorenz.{key}": _index(lorenz(people, key)) for key in LORENZ}
    ranked = concentrations(people)
    made |= {f"concentration.{key}": _index(ranked[key]) for key in CONCENTRATION}
    made |= {f"theil.{key}": _whole(theil(people, key)) for key in LORENZ}
    bills = np.array([people[f"paid_{name}"].sum() for name in BILLED], float)
    parts = 100.0 * divided(bills, np.full(len(bills), bills.sum()))
    made |= {f"bill.{name}": float(part) for name, part in zip(BILLED, parts, strict=True)}
    return made | _searching(people)


def _share(name: str) -> Read:
    return lambda people, kind: share_of(people, kind, name)


def _kinds(people: PeopleSoFar) -> list[str]:
    return [kind for kind in KINDS if people.groups(kind) is not None]


def _both(a: PeopleSoFar, b: PeopleSoFar, read: Read) -> np.ndarray:
    """Return what is read of each kind of group under A and under B, all groups in a row."""
    return np.stack(
        [np.concatenate([read(people, kind) for kind in _kinds(a)]) for people in (a, b)]
    )


def _won(a: PeopleSoFar, b: PeopleSoFar) -> dict[str, np.ndarray]:
    by_kind = [winners(a, b, kind) for kind in _kinds(a)]
    made = {}
    for key in by_kind[0]:
        counts = np.concatenate([one[key] for one in by_kind])
        balance = 100.0 * divided(counts[:, 0] - counts[:, 2], counts.sum(axis=1))
        made[f"won.{key}"] = np.stack([np.where(np.isnan(balance), np.nan, 0.0), balance])
    return made


def _index(curve: CurveData | None) -> float:
    return np.nan if curve is None else float(curve.index)


def _whole(split: inequity.Decomposition | None) -> float:
    return np.nan if split is None else float(split.between + split.within)


def _searching(people: PeopleSoFar) -> dict[str, float]:
    _, time, end = people.search
    if not len(time):
        return {f"searching.{months}": np.nan for months in SEARCHED}
    curve = survival.kaplan_meier(time, end == 1)
    at = np.searchsorted(curve.times, SEARCHED, side="right") - 1
    seen = people.model.steps
    return {
        f"searching.{months}": float(curve.survival[n]) if months <= seen else np.nan
        for months, n in zip(SEARCHED, at, strict=True)
    }
