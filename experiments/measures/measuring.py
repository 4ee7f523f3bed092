"""Working all measures out for a run."""

import pandas as pd

from experiments.measures.registry import measures
from experiments.measures.run_view import RunTables


def measure_run(run: RunTables) -> pd.DataFrame:
    """Return all measures of a run.

    Returns:
        One row per measure, kind of group and group that has members: columns measure, by, group,
        value (NaN where undefined, infinite for a median not reached) and weight.
    """
    parts = []
    for one in measures(int(run.years)):
        for by in one.by:
            rows = one.estimator(run, by)
            if rows is not None:
                parts.append(pd.DataFrame({
                    "measure": one.name, "by": by, "group": rows.groups, "value": rows.values,
                    "weight": rows.weights,
                }))  # fmt: skip
    frame = pd.concat(parts, ignore_index=True)
    return frame[frame["weight"] > 0].reset_index(drop=True)
