"""What a world says about its parameters must be what `agents.core.parameters` declares."""

from collections.abc import Mapping

import numpy as np

from abm.errors import UserError, unknown
from abm.world.columns import Column
from abm.world.reading import Rows
from agents.core.parameters import DECLARED, Parameters

TAKES = {
    name: Column(name, "integer" if p.whole else "real", p.label, p.unit, p.low, p.high, p.above)
    for name, p in DECLARED.items()
}
"""What each parameter can be."""
MOST_NAMED = 3
"""Missing parameters that an error names."""


def check_parameters(rows: Rows) -> None:
    """Check that `parameters.csv` has every parameter, no other, and nothing impossible.

    Raises:
        UserError: Naming file, row, column and what was expected.
    """
    names = list(rows.frame["name"])
    missing = [name for name in DECLARED if name not in names]
    for line, name in zip(rows.lines, names, strict=True):
        if name not in DECLARED:
            error = unknown("parameter", name, missing or DECLARED)
            raise UserError(f"{rows.file}, row {line}, column name: {error}")
    if missing:
        more = f" and {len(missing) - MOST_NAMED} more" if len(missing) > MOST_NAMED else ""
        raise UserError(
            f"{rows.file}, column name: no row for {', '.join(missing[:MOST_NAMED])}{more}, "
            f"expected one for each of the {len(DECLARED)} parameters"
        )
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


def parameter_row(values: Mapping[str, float], **worked_out: float) -> np.ndarray:
    """Return the parameters as the one row that rules read.

    Args:
        values: The value of each parameter that a world gives.
        **worked_out: Those that are worked out from the tables.

    Raises:
        UserError: If a parameter is missing, unknown or cannot be what is given.
    """
    for name in values:
        if name not in DECLARED:
            raise unknown("parameter", name, DECLARED)
    row = Parameters.array(1)
    for name, takes in TAKES.items():
        if name not in values:
            raise UserError(f"no value for the parameter {name}, expected {takes.expected}")
        if not takes.holds(values[name]):
            raise UserError(f"parameter {name}: {values[name]:g}, expected {takes.expected}")
        row[name] = values[name]
    for name, value in worked_out.items():
        row[name] = value
    return row
