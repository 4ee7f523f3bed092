"""Working all measures out for a run."""

import numpy as np
import pandas as pd

from experiments.measures.declaration import Measure
from experiments.measures.estimators import Estimates
from experiments.measures.registry import measures
from experiments.measures.run_view import RunTables


def measure_run(run: RunTables) -> pd.DataFrame:
    """Return all measures of a run.

    Returns:
        One row per measure, kind of group and group that has members: columns measure, by, group,
        value (NaN where undefined, infinite for a median not reached), weight, and persons: the
        simulated persons that a value rests on.
    """
    found = [
        (one.name, by, rows, _persons(run, by, rows))
        for one in measures(int(run.years))
        for by in one.by
        if (rows := _estimated(one, run, by)) is not None
    ]
    lengths = [len(rows.groups) for _, _, rows, _ in found]
    frame = pd.DataFrame({
        "measure": np.repeat(np.array([name for name, _, _, _ in found], object), lengths),
        "by": np.repeat(np.array([by for _, by, _, _ in found], object), lengths),
        "group": [group for _, _, rows, _ in found for group in rows.groups],
        "value": np.concatenate([rows.values for _, _, rows, _ in found]),
        "weight": np.concatenate([rows.weights for _, _, rows, _ in found]),
        "persons": np.concatenate([persons for _, _, _, persons in found]),
    })  # fmt: skip
    return frame[frame["weight"] > 0].reset_index(drop=True)


def _estimated(measure: Measure, run: RunTables, by: str) -> Estimates | None:
    """Return a measure by one kind of group.

    Raises:
        RuntimeError: If the measure fails, with its name.
    """
    try:
        return measure.estimator(run, by)
    except Exception as error:
        what = f"{type(error).__name__}: {error}"
        raise RuntimeError(f"measure {measure.name!r}, by {by!r}, fails: {what}") from error


def _persons(run: RunTables, by: str, rows: Estimates) -> np.ndarray:
    """Return the simulated persons that each value rests on: those told, or all of its group."""
    if rows.persons is not None:
        return rows.persons
    groups = run.grouped(by)
    people = dict(zip(groups.names, groups.sizes, strict=True))
    return np.array([people.get(group, 0.0) for group in rows.groups])
