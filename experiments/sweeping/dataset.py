"""What runs measured as one tidy dataset: Parquet files in a folder for each policy.

Folders are named `policy=NAME`, as Hive does, so that pandas, Arrow, DuckDB and R know the column
and read only what is asked for. Runs are read and written one after the other: however many there
are, few are held at a time.
"""

import os
import shutil
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as pads
import pyarrow.parquet as pq

from abm.errors import UserError
from experiments.running.run_cache import read_run_table
from experiments.running.runner import BatchResult
from experiments.sweeping.plan import Plan, run_name
from experiments.sweeping.points import POINT

DATASET = "dataset"
POLICY = "policy"
MEASURED = (("measure", pa.string()), ("by", pa.string()), ("group", pa.string()),
            ("value", pa.float64()), ("persons", pa.float64()))  # fmt: skip
REPEATED = ["measure", "by", "group"]
"""Columns of few different texts, which are read as such."""
AT_ONCE, MOST_HELD = 250_000, 5_000
"""Rows, and runs, that are held before they are written."""
TRIES = 20
"""How often a folder is put in its place while another command does the same."""


def columns_of(points: pd.DataFrame) -> list[tuple[str, pa.DataType]]:
    """Return the columns of a dataset with their types, all but the policy.

    Args:
        points: The points (`experiments.sweeping.points.table_of`).
    """
    factors = [(name, _type_of(points[name])) for name in points if name != POINT]
    return [(POINT, pa.int64()), *factors, ("seed", pa.int64()), ("set", pa.int64()), *MEASURED]


def _type_of(column: pd.Series) -> pa.DataType:
    if pd.api.types.is_bool_dtype(column):
        return pa.bool_()
    return pa.float64() if pd.api.types.is_float_dtype(column) else pa.string()


def write_dataset(plan: Plan, batch: BatchResult, folder: Path) -> None:
    """Write a dataset in place of whatever dataset a folder holds: whole, or not at all.

    Args:
        plan: What was asked for.
        batch: The files of the runs.
        folder: The folder of results.

    Raises:
        UserError: If it cannot be written.
        RuntimeError: If the file of a finished run is gone or broken.
    """
    temporary = folder / f".{DATASET}.{os.getpid()}.tmp"
    try:
        shutil.rmtree(temporary, ignore_errors=True)
        for policy in plan.policies:
            place = temporary / f"{POLICY}={quote(policy, safe='')}"
            place.mkdir(parents=True)
            _write_policy(plan, batch, policy, place / "part-0.parquet")
        put_in_place(temporary, folder / DATASET)
    except OSError as error:
        what = error.strerror or error
        raise UserError(f"{folder / DATASET}: cannot be written ({what})") from None
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def put_in_place(made: Path, place: Path) -> None:
    """Rename a folder to where another of its kind may be, which is removed.

    Args:
        made: The folder.
        place: What it is to be called.

    Raises:
        OSError: If it cannot be.
    """
    old = made.with_name(f"{made.name}.old")
    for left in reversed(range(TRIES)):
        try:
            if place.exists():
                os.replace(place, old)
            os.replace(made, place)
            return
        except OSError:  # another command has been faster
            if not left or not made.exists():
                raise
        finally:
            shutil.rmtree(old, ignore_errors=True)


def _write_policy(plan: Plan, batch: BatchResult, policy: str, path: Path) -> None:
    """Write the part of a policy."""
    schema = pa.schema(columns_of(plan.table))
    held: list[pa.Table] = []
    rows = 0
    with pq.ParquetWriter(path, schema, write_page_checksum=True) as writer:
        for table in _measured(plan, batch, policy, schema):
            held.append(table)
            rows += len(table)
            if rows >= AT_ONCE or len(held) >= MOST_HELD:
                writer.write_table(pa.concat_tables(held))
                held, rows = [], 0
        if held:
            writer.write_table(pa.concat_tables(held))


def _measured(plan: Plan, batch: BatchResult, policy: str, schema: pa.Schema) -> Iterator[pa.Table]:
    """Yield what each run measured, of the measures and groups that are kept."""
    read = lru_cache(4 * len(plan.base.seeds))(lambda path: _kept(path, plan.measures, plan.groups))
    points = plan.table.astype(object).where(plan.table.notna(), None)
    for values in points.to_dict("records"):
        for seed in plan.base.seeds:
            path = batch.files.get((run_name(int(values[POINT]), policy), seed))
            if path is None:
                continue
            found = read(path)
            row = {**values, "seed": seed, "set": plan.set_of(seed)}
            fixed = [pa.repeat(pa.scalar(row[one.name], one.type), len(found))
                     for one in schema if one.name in row]  # fmt: skip
            yield pa.Table.from_arrays([*fixed, *found.columns], schema=schema)


def _kept(path: Path, measures: Sequence[str], groups: Sequence[str]) -> pa.Table:
    """Return what a run measured, of some measures and groups; what is undefined is null."""
    measured = read_run_table(path)
    if measured is None:
        path.unlink(missing_ok=True)
        raise RuntimeError(f"{path.name}: a finished run's file was broken, and is removed")
    named = pc.is_in(measured["measure"], pa.array(measures))
    some = measured.filter(pc.and_(named, pc.is_in(measured["by"], pa.array(groups))))
    table = some.select([name for name, _ in MEASURED]).cast(pa.schema(list(MEASURED)))
    for name, number in (("value", some["value"]), ("persons", some["persons"])):
        told = pc.if_else(pc.is_nan(number), None, number)
        table = table.set_column(table.column_names.index(name), name, told)
    return table


def open_dataset(folder: Path) -> pads.Dataset:
    """Return the dataset of a folder of results, of which nothing is read yet.

    Args:
        folder: The folder of results.
    """
    partitioning = pads.partitioning(pa.schema([(POLICY, pa.string())]), flavor="hive")
    kind = pads.ParquetFileFormat(dictionary_columns=REPEATED)
    return pads.dataset(folder / DATASET, format=kind, partitioning=partitioning)


def read_table(dataset: pads.Dataset, policies: Sequence[str], filter: Any = None) -> pd.DataFrame:
    """Return a dataset, or some rows of it, as a table: the policy after the factors.

    Args:
        dataset: The dataset.
        policies: Names of the policies in their order.
        filter: Which rows (`pyarrow.dataset.field("measure") == "treated"`); all by default.
    """
    names = [name for name in dataset.schema.names if name != POLICY]
    at = names.index("seed")
    found = dataset.to_table(columns=[*names[:at], POLICY, *names[at:]], filter=filter)
    frame = found.to_pandas(strings_to_categorical=False)
    frame[POLICY] = pd.Categorical(frame[POLICY], categories=list(policies))
    order = frame[POLICY].cat.codes.to_numpy()
    return frame.iloc[np.argsort(order, kind="stable")].reset_index(drop=True)


def undefined(dataset: pads.Dataset) -> list[str]:
    """Return a line for each measure of everyone that is undefined in some runs.

    Args:
        dataset: The dataset.
    """
    everyone = (pc.field("by") == "all") & (pc.field("group") == "all")
    columns = ["measure", POINT, POLICY, "seed", "value"]
    found = dataset.to_table(columns=columns, filter=everyone).to_pandas()
    lines = []
    for measure, rows in found.groupby("measure", observed=True):
        lost = rows[rows["value"].isna()]
        if len(lost):
            first = lost.iloc[0]
            lines.append(
                f"{measure} is undefined in {len(lost):,} of {len(rows):,} runs, and empty there; "
                f"the first: point {first[POINT]}, {first[POLICY]}, seed {first['seed']}"
            )
    return lines
