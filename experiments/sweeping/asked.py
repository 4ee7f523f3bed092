"""What a sweep is asked for: the entries of a design's file, or of a call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import pandas as pd

from abm.errors import UserError, unknown
from abm.policy import Policy
from abm.policy.paths import leaves
from abm.world import DEFAULT, World
from experiments.design import SETS
from experiments.entries import Expected, Kinds, beside, read_entries
from experiments.measures.run_view import RANKINGS
from experiments.sweeping.points import GRID, KINDS, TABLE

RUNS, SCALE, YEARS = 4, 0.01, 15
"""Seeds at each point, simulated patients per real one, and length of the scenario."""


@dataclass(frozen=True)
class Asked:
    """What is asked for; `docs/sweep.md` has every entry with an example.

    Attributes:
        policies: Names, paths or policies; the first is the one that others are compared with.
        factors: What is moved: "levers.PATH" or "parameters.NAME", with its values or range.
        kind: How points are laid: "grid", "latin-hypercube", "sobol" or "table".
        points: Number of points of a sample.
        design_seed: Seed of the sample.
        table: Points of one's own: the path of a CSV file, or a table.
        runs: Seeds at each point, the same at every point.
        seed: The first seed; the others follow it.
        scale: Simulated patients per real one, above 0 and at most 1.
        years: Length of the scenario.
        world: Name or path of a world, or a world.
        provinces: Provinces whose people are simulated; all by default.
        settings: Levers and parameters that are the same at every point.
        parameters: "sets": each seed lives with another of the world's parameter sets; "best": all
            with the values of parameters.csv; or the path of a file of sets, or a set's number.
        pooled: Whether undetailed rare diseases load the hospitals too.
        ranked_by: Which income ranks people: the household's per "head", or the "household"'s.
        measures: Names of the measures that are kept.
        groups: Kinds of groups that they are kept for; all by default.
        folder: Where paths of the design begin, None for the present folder.
    """

    policies: Sequence[str | Path | Policy] = ()
    factors: Mapping[str, Any] = field(default_factory=dict)
    kind: str = ""
    points: int | None = None
    design_seed: int = 1
    table: str | Path | pd.DataFrame | None = None
    runs: int = RUNS
    seed: int = 1
    scale: float = SCALE
    years: int = YEARS
    world: str | Path | World = DEFAULT
    provinces: Sequence[str] | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    parameters: str | int = SETS
    pooled: bool = False
    ranked_by: str = RANKINGS[0]
    measures: Sequence[str] | None = None
    groups: Sequence[str] | None = None
    folder: Path | None = None

    def checked_kind(self) -> str:
        """Return how its points are laid.

        Raises:
            UserError: For an unknown kind, or one without what it needs.
        """
        kind = self.kind or (GRID if self.table is None else TABLE)
        if kind not in KINDS:
            raise unknown("kind of design", kind, KINDS)
        if (kind == TABLE) != (self.table is not None):
            raise UserError(f"kind {kind!r}: expected a table with {TABLE!r}, and with no other")
        if kind == TABLE and self.factors:
            raise UserError("factors: a table has its own; expected either a table or factors")
        return kind

    def with_settings(self, settings: Mapping[str, Any]) -> "Asked":
        """Return the same with further levers and parameters set at every point."""
        return replace(self, settings={**self.settings, **settings})


LISTS = ("policies", "provinces", "measures", "groups")
TABLES = ("factors", "settings")
SINGLE: Kinds = {
    "kind": ((str,), f"one of {', '.join(KINDS)}"),
    "world": ((str, Path, World), "the name or the folder of a world"),
    "table": ((str, Path, pd.DataFrame), "the path of a CSV file"),
    "parameters": ((str, int), "sets, best, a file of sets, or the number of one"),
    "pooled": ((bool,), "true or false"),
    "ranked_by": ((str,), f"one of {', '.join(RANKINGS)}"),
}
"""Entries that are no lists, with what they can be; numbers are checked where they are used."""
ENTRIES = tuple(one.name for one in fields(Asked) if one.name != "folder")
EXPECTED = Expected(ENTRIES, LISTS, TABLES, SINGLE)


def read_asked(design: str | Path | Mapping[str, Any] | None, **others: Any) -> Asked:
    """Return what is asked for.

    Args:
        design: The path of a TOML file, or its entries, or None.
        others: Entries that hold instead of its own; None means not given.

    Raises:
        UserError: For a file that cannot be read, an unknown entry, or one of another kind.
    """
    where, entries, folder = read_entries("design", design, others, EXPECTED)
    entries["settings"] = leaves(entries.get("settings", {}))
    asked = replace(Asked(), **entries, folder=folder)
    if not len(asked.policies):
        raise UserError(f"{where}: policies: none; expected one or more")
    return replace(asked, policies=[beside(one, folder) for one in asked.policies])
