"""The tables of a world's folder `view`: what the browser view draws and calls its places."""

from collections.abc import Collection, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from abm.errors import UserError, unknown
from abm.world.reading import Rows, read_table
from abm.world.schema import VIEW

NAMED = {
    "tiles": ("province", "province"),
    "names": ("name", "region, hospital or network list"),
    "policies": ("policy", "policy"),
}
"""By table: the column with what a row is about, and what that is."""


def read_view(folder: Path, name: str, known: Mapping[str, Collection[str]]) -> pd.DataFrame:
    """Return a table of a world's folder `view`, without rows where there is no such file.

    Args:
        folder: The world's folder.
        name: One of `abm.world.schema.VIEW`.
        known: What the world has, by table: what its rows may be about.

    Raises:
        UserError: If the table is not as expected, or tells of what the world does not have.
    """
    path = folder / "view" / f"{name}.csv"
    if not path.is_file():
        return pd.DataFrame(columns=[column.name for column in VIEW[name]])
    rows = read_table(path, VIEW[name], may_be_empty=True)
    column, kind = NAMED[name]
    there = rows.frame[column].isin(known[name])
    if name == "tiles":
        _check_surroundings(rows, there, known[name])
    elif not there.all():
        raise _refusal(rows, there, kind, known[name])
    return rows.frame


def _check_surroundings(rows: Rows, there: pd.Series, provinces: Collection[str]) -> None:
    """Refuse a tile of what is no province while a province has none: one is misspelt.

    Around a country whose provinces all have a tile there may be other parts of the map.
    """
    placed = set(rows.frame["province"])
    without = [province for province in provinces if province not in placed]
    if without and not there.all():
        raise _refusal(rows, there, "province without a tile", without)


def _refusal(rows: Rows, there: pd.Series, kind: str, known: Collection[str]) -> UserError:
    """Return the error for the first row that tells of what is not there."""
    first, column = int(np.flatnonzero(~there)[0]), NAMED[Path(rows.file).stem][0]
    error = unknown(kind, rows.frame[column].iloc[first], known)
    return UserError(f"view/{rows.file}, row {rows.lines[first]}, column {column}: {error}")
