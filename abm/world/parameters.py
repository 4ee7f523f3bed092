"""What a world says about its parameters must be what `agents.core.parameters` declares."""

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import pandas as pd

from abm.errors import UserError, unknown
from abm.world.about import FILE, About, read_about, world_folder
from abm.world.columns import Column
from abm.world.reading import Rows, read_table
from abm.world.schema import COLUMNS
from agents.core.parameters import DECLARED

TAKES = {
    name: Column(name, "integer" if p.whole else "real", p.label, p.unit, p.low, p.high, p.above)
    for name, p in DECLARED.items()
}
"""What each parameter can be."""
IN_ORDER = (("effect_low", "effect_moderate", "effect_high"),)
"""Parameters of which each is below the next: a disease's drug works better than its older one."""
MOST_NAMED = 3
"""Missing parameters that an error names."""


def parameter_table(folder: Path, about: About, trail: tuple[Path, ...] = ()) -> pd.DataFrame:
    """Return a world's parameters: its own, and those of the world that it takes the others from.

    Args:
        folder: The world's folder.
        about: What its `world.toml` says.
        trail: Folders of the worlds that take these parameters in turn.

    Returns:
        The columns of `parameters.csv`, with unit and meaning as declared.

    Raises:
        UserError: If `parameters.csv` is not as expected, or worlds take each other's.
    """
    if folder in trail:
        circle = " of ".join(step.name for step in (*trail[trail.index(folder) :], folder))
        raise UserError(f"{FILE}, parameters_from: worlds take each other's parameters: {circle}")
    inherits = about.parameters_from is not None
    rows = read_table(folder / "parameters.csv", COLUMNS["parameters"], may_be_empty=inherits)
    check_parameters(rows, some=inherits)
    table = rows.frame
    table["unit"] = [DECLARED[name].unit for name in table["name"]]
    table["meaning"] = [DECLARED[name].label for name in table["name"]]
    if about.parameters_from is None:
        return table
    other = world_folder(about.parameters_from, folder)
    theirs = parameter_table(other, read_about(other), (*trail, folder))
    kept = theirs[~theirs["name"].isin(table["name"])]
    return pd.concat([table, kept], ignore_index=True)


def check_parameters(rows: Rows, some: bool = False) -> None:
    """Check that `parameters.csv` has every parameter, no other, and nothing impossible.

    Args:
        rows: The table.
        some: Whether parameters may be missing, as the world takes them from another.

    Raises:
        UserError: Naming file, row, column and what was expected.
    """
    names = list(rows.frame["name"])
    missing = [name for name in DECLARED if name not in names]
    for line, name in zip(rows.lines, names, strict=True):
        if name not in DECLARED:
            error = unknown("parameter", name, missing or DECLARED)
            raise UserError(f"{rows.file}, row {line}, column name: {error}")
    if missing and not some:
        raise _incomplete(missing)
    for column in ("value", "low", "high"):
        rows.require(
            [TAKES[n].holds(v) for n, v in zip(names, rows.frame[column], strict=True)],
            column,
            lambda row: f"{TAKES[row['name']].expected} ({row['name']})",
        )
    rows.require(
        rows.frame["low"] <= rows.frame["value"],
        "low",
        lambda row: f"at most value ({row['value']:g})",
    )
    rows.require(
        rows.frame["high"] >= rows.frame["value"],
        "high",
        lambda row: f"at least value ({row['value']:g})",
    )


def check_values(values: Mapping[str, float]) -> None:
    """Check that there is a value for every parameter, for no other, and that each is possible.

    Args:
        values: Value by name, from a file or set otherwise.

    Raises:
        UserError: Naming the parameter and what was expected.
    """
    for name in values:
        if name not in DECLARED:
            raise UserError(f"parameters.csv: {unknown('parameter', name, DECLARED)}")
    missing = [name for name in DECLARED if name not in values]
    if missing:
        raise _incomplete(missing)
    for name, takes in TAKES.items():
        if not takes.holds(values[name]):
            found = f"{values[name]:g}, expected {takes.expected}"
            raise UserError(f"parameters.csv, {name}: {found}")
    for names in IN_ORDER:
        for lower, higher in pairwise(names):
            if not values[lower] < values[higher]:
                found = f"{values[lower]:g}, expected below {higher} ({values[higher]:g})"
                raise UserError(f"parameters.csv, {lower}: {found}")


def _incomplete(missing: list[str]) -> UserError:
    """Return the error for parameters that have no row."""
    more = f" and {len(missing) - MOST_NAMED} more" if len(missing) > MOST_NAMED else ""
    return UserError(
        f"parameters.csv, column name: no row for {', '.join(missing[:MOST_NAMED])}{more}, "
        f"expected one for each of the {len(DECLARED)} parameters"
    )
