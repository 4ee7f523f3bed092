"""The sets of parameter values that fit what is known of a world equally well, if it has any."""

from pathlib import Path

import pandas as pd

from abm.errors import UserError
from abm.world.parameters import TAKES
from abm.world.reading import Rows, read_table
from abm.world.schema import SETS

FILE = "parameter_sets.parquet"
"""As a fit writes it."""
BY_HAND = "parameter_sets.csv"
"""As somebody may write it by hand."""


def parameter_sets(folder: Path) -> pd.DataFrame:
    """Return a world's parameter sets.

    A world that takes its parameters from another does not take its sets: they fit what surveys
    found there.

    Args:
        folder: The world's folder.

    Returns:
        One row per set, its number the index, from 1; one column per fitted parameter. Without
        rows where there are none.

    Raises:
        UserError: If the file is not as expected; the message names row, column and expectation.
    """
    there = [name for name in (FILE, BY_HAND) if (folder / name).exists()]
    if len(there) > 1:
        raise UserError(f"{folder}: both {FILE} and {BY_HAND}, expected one of them")
    if there:
        return read_sets(folder / there[0])
    return pd.DataFrame(index=pd.RangeIndex(1, 1, name="set"))


def read_sets(path: Path) -> pd.DataFrame:
    """Return the parameter sets of a file, by number, one column per parameter.

    Args:
        path: Parquet or CSV, by its ending: `set`, and a column per parameter.

    Raises:
        UserError: If it is not as expected; the message names row, column and expectation.
    """
    rows = read_table(path, SETS, may_lack=TAKES.values())
    count = len(rows.frame)
    rows.require(
        rows.frame["set"] <= count, "set", f"a number from 1 to {count}, as there are {count} sets"
    )
    _refuse_copies(rows)
    return rows.frame.set_index("set").sort_index().astype(float)


def _refuse_copies(rows: Rows) -> None:
    """Refuse a set with the values of one before it: it would count twice."""
    values = rows.frame.drop(columns="set")
    if values.columns.empty:
        return
    rows.require(~values.duplicated(), "set", "values that no set before it has")
