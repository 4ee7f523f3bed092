"""The points of a design: a grid, a sample of ranges, or a table of the user's own."""

import itertools
import math
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from abm.errors import UserError
from abm.text_files import text_of as text_in
from abm.world import World
from experiments.design import MOST_SEED, whole
from experiments.sweeping.factors import (
    flat,
    full_name,
    grid_values,
    range_of,
    text_of,
    value_of,
)

GRID, HYPERCUBE, SOBOL, TABLE = "grid", "latin-hypercube", "sobol", "table"
KINDS = (GRID, HYPERCUBE, SOBOL, TABLE)
POINT = "point"
MOST_POINTS = 100_000

Points = dict[int, dict[str, Any]]
"""The value of each factor by its full name, by the point's number."""


def laid(
    kind: str, factors: Mapping[str, Any], world: World, count: int | None, seed: int
) -> Points:
    """Return the points of a grid, or of a sample of ranges.

    Args:
        kind: "grid", "latin-hypercube" or "sobol".
        factors: What is asked of each, by its name.
        world: Whose parameters there are.
        count: Number of points of a sample.
        seed: Seed of the sample.

    Raises:
        UserError: For an unknown factor, one twice, no values, or a range that is none.
    """
    asked: dict[str, Any] = {}
    for name, values in flat(factors):
        full = full_name(name, world)
        if full in asked:
            raise UserError(f"{full}: given twice; expected each factor once")
        asked[full] = values
    if not asked:
        raise UserError("factors: none; expected levers.PATH or parameters.NAME with their values")
    if kind == GRID:
        return _grid(asked, world, count)
    return _sampled(kind, asked, world, count, seed)


def _grid(asked: Mapping[str, Any], world: World, count: int | None) -> Points:
    if count is not None:
        raise UserError("points: a grid has as many as its values make; expected none to be given")
    values = {name: grid_values(name, one, world) for name, one in asked.items()}
    size = math.prod(map(len, values.values()))
    if size > MOST_POINTS:
        raise UserError(f"factors: a grid of {size:,} points; expected at most {MOST_POINTS:,}")
    rows = itertools.product(*values.values())
    return {n: dict(zip(values, row, strict=True)) for n, row in enumerate(rows, start=1)}


def _sampled(
    kind: str, asked: Mapping[str, Any], world: World, count: int | None, seed: int
) -> Points:
    from scipy.stats import qmc  # which takes a second to load

    if count is None:
        raise UserError(f"points: missing; a design {kind!r} needs how many points there are")
    count = whole("points", count, 2, MOST_POINTS)
    spreads = {name: range_of(name, one, world) for name, one in asked.items()}
    rng = np.random.default_rng(whole("design_seed", seed, 0, MOST_SEED))
    if kind == SOBOL:
        if count & (count - 1):
            near = 1 << count.bit_length() - 1
            raise UserError(f"points: expected a power of 2, such as {near}, got {count}")
        places = qmc.Sobol(len(spreads), seed=rng).random(count)
    else:
        places = qmc.LatinHypercube(len(spreads), seed=rng).random(count)
    return {
        n: {name: spread.at(at) for (name, spread), at in zip(spreads.items(), row, strict=True)}
        for n, row in enumerate(places.tolist(), start=1)
    }


def tabled(table: str | Path | pd.DataFrame, world: World) -> Points:
    """Return the points of a table of settings: a row each, a column per factor.

    A cell that is empty leaves what it is of as it is. A column "point" numbers the points.

    Args:
        table: The table, or the path of a CSV file.
        world: Whose parameters there are.

    Raises:
        UserError: If it cannot be read, is empty, or has a column that is no factor.
    """
    where = "table" if isinstance(table, pd.DataFrame) else f"table {table}"
    frame = table if isinstance(table, pd.DataFrame) else _read(Path(table), where)
    names: dict[Any, str] = {}
    for column in frame.columns:
        if column == POINT:
            continue
        try:
            full = full_name(str(column), world)
        except UserError as error:
            raise UserError(f"{where}, column {column}: {error}") from None
        if full in names.values():
            raise UserError(f"{where}, column {column}: {full} is there twice")
        names[column] = full
    if not names or not len(frame):
        raise UserError(f"{where}: {'no rows' if names else 'no factors'}; expected a row per point"
                        " and a column per lever or parameter")  # fmt: skip
    if len(frame) > MOST_POINTS:
        raise UserError(f"{where}: {len(frame):,} rows; expected at most {MOST_POINTS:,}")
    numbers = _numbers(frame, where)
    points: Points = {number: {} for number in numbers}
    for column, name in names.items():
        for row, (values, value) in enumerate(zip(points.values(), frame[column], strict=True)):
            if _given(value):
                try:
                    values[name] = value_of(name, value)
                except UserError as error:
                    raise UserError(f"{where}, row {row + 1}: {error}") from None
    return points


def _read(path: Path, where: str) -> pd.DataFrame:
    """Return a CSV file, every cell as text."""
    try:
        text = text_in(path, where)
    except OSError as error:
        raise UserError(f"{where}: {(error.strerror or str(error)).lower()}") from None
    try:
        return pd.read_csv(StringIO(text), dtype=str, keep_default_na=False)
    except ValueError as error:
        raise UserError(f"{where}: no table ({' '.join(str(error).split())})") from None


def _numbers(frame: pd.DataFrame, where: str) -> list[int]:
    """Return the numbers of the points: those of the column "point", or from 1 on."""
    if POINT not in frame:
        return list(range(1, len(frame) + 1))
    try:
        numbers = [int(str(value)) for value in frame[POINT]]
    except ValueError:
        raise UserError(f"{where}, column {POINT}: expected whole numbers") from None
    if len(set(numbers)) < len(numbers) or min(numbers) < 0:
        raise UserError(f"{where}, column {POINT}: expected a number of its own for each point")
    return numbers


def _given(value: Any) -> bool:
    """Return whether a cell holds something."""
    if isinstance(value, str):
        return bool(value.strip())
    return isinstance(value, list | tuple | np.ndarray) or not pd.isna(value)


def table_of(points: Points) -> pd.DataFrame:
    """Return the points as a table: the column point, then one per factor."""
    names = list(dict.fromkeys(name for values in points.values() for name in values))
    columns: dict[str, Any] = {POINT: list(points)}
    for name in names:
        columns[name] = _column([values.get(name) for values in points.values()])
    return pd.DataFrame(columns)


def _column(values: list[Any]) -> Any:
    """Return the values of a factor as one kind: numbers, true and false, or texts."""
    there = [value for value in values if value is not None]
    if all(isinstance(value, bool) for value in there):
        return pd.array(values, dtype="boolean") if len(there) < len(values) else values
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in there):
        return [math.nan if value is None else float(value) for value in values]
    return [None if value is None else text_of(value) for value in values]
