"""What happens when: months in which rules change, drugs come on the list, or a fund runs dry."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from abm import RareCareModel, World
from abm.policy.diff import record
from agents.codes import Fund
from agents.core.record import NEVER
from viz.twin_models import Twins
from viz.view_state import PolicySpec, ViewState

Kind = Literal["rules", "list", "fund"]
KINDS: tuple[Kind, ...] = ("rules", "list", "fund")


@dataclass(frozen=True)
class Mark:
    """Something that happens in a month.

    Attributes:
        month: The month, counted from the scenario's first.
        kind: Rules change, drugs come on the national list, or a special fund is short of money.
        sides: Under which policies: "A", "B" or "AB".
        names: Paths of the levers that change, or short names of the drugs.
    """

    month: int
    kind: Kind
    sides: str
    names: tuple[str, ...] = ()


def read(twins: Twins, view: ViewState) -> tuple[Mark, ...]:
    """Return what happens by the month lived last, and the changes of rules that lie ahead.

    Rules are known in advance, what follows from them is not; so that a month looks the same
    whether or not later ones have been lived.
    """
    found: list[tuple[int, Kind, str, tuple[str, ...]]] = []
    for side, spec, model in (("A", view.a, twins.a), ("B", view.b, twins.b)):
        found += [(month, "rules", side, names)
                  for month, names in _rules(spec, view.world, model.horizon)]  # fmt: skip
        drugs = model.state.drugs
        listed = np.where(drugs["listed"] == 1, drugs["listed_month"], NEVER)
        for month in np.unique(listed[(listed >= 0) & (listed < model.steps)]):
            names = tuple(model.world.drugs["drug"][listed == month])
            found.append((int(month), "list", side, names))
        found += [(month, "fund", side, ()) for month in _dry(model)]
    return _together(found)


def _together(found: list[tuple[int, Kind, str, tuple[str, ...]]]) -> tuple[Mark, ...]:
    """Return marks by month; what happens under A and under B alike is one."""
    sides: dict[tuple[int, Kind, tuple[str, ...]], str] = {}
    for month, kind, side, names in found:
        key = month, kind, names
        sides[key] = sides.get(key, "") + side
    marks = [Mark(month, kind, both, names) for (month, kind, names), both in sides.items()]
    return tuple(sorted(marks, key=lambda one: (one.month, KINDS.index(one.kind), one.sides)))


@lru_cache(maxsize=16)
def _rules(spec: PolicySpec, world: World, horizon: int) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """Return the months after the first in which a policy changes, with the levers' paths."""
    policy = spec.load(world)
    paths: dict[int, list[str]] = {}
    for change in record(policy.timeline):
        paths.setdefault(change.month, []).append(change.path)
    dates = ((month, world.date(month)) for month in range(1, horizon))
    return tuple((month, tuple(paths.get(date, ()))) for month, date in dates
                 if policy.changes_in(date))  # fmt: skip


def _dry(model: RareCareModel) -> list[int]:
    """Return the first month of each year in which a special fund could not pay all claims."""
    book = model.records.fund_book
    if book is None or not len(book):
        return []
    short = np.flatnonzero(book.series(model.state, model.scale, Fund.SPECIAL_FUND).short)
    _, first = np.unique(short // 12, return_index=True)
    return [int(month) for month in short[first]]
