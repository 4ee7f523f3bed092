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
    parts = []
    for one in measures(int(run.years)):
        for by in one.by:
            rows = _estimated(one, run, by)
            if rows is not None:
                parts.append(pd.DataFrame({
                    "measure": one.name, "by": by, "group": rows.groups, "value": rows.values,
                    "weight": rows.weights, "persons": _persons(run, by, rows),
                }))  # fmt: skip
    frame = pd.concat(parts, ignore_index=True)
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
    people = dict(zip(groups.names, groups.totals(np.ones(len(groups.codes))), strict=True))
    return np.array([people.get(group, 0.0) for group in rows.groups])
