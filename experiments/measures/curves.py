"""Time to diagnosis as curves in which death without a diagnosis competes."""

from collections.abc import Iterator

import numpy as np

from abm.outputs.curves import at_months
from experiments.measures.declaration import (
    MONTH,
    PEOPLE,
    Better,
    Measure,
    Text,
    parted,
    within,
)
from experiments.measures.estimators import Estimates, Estimator
from experiments.measures.run_view import RunTables
from experiments.measures.units import SHARE

TABLE = "curves"
TOLD_OF = tuple(within(by, MONTH) for by in PEOPLE if by != "province")
DENSE, SPARSE = 3, 12
"""Months between two points of a curve in the first years, and later."""
FIRST_YEARS = 60
"""Months for which the points are dense."""
STATES: tuple[tuple[str, Text, Text, Better], ...] = (
    ("undiagnosed", Text("Alive without a diagnosis, by months from onset",
                         "发病若干月后存活而未确诊的比例"), Text("Undiagnosed", "未确诊"), "lower"),
    ("diagnosed", Text("Diagnosed, by months from onset", "发病若干月后已确诊的比例"),
     Text("Diagnosed", "已确诊"), "higher"),
    ("died", Text("Dead without a diagnosis, by months from onset",
                  "发病若干月后未确诊而死亡的比例"),
     Text("Died undiagnosed", "未确诊而死亡"), "lower"),
)  # fmt: skip
"""What can have become of somebody who fell ill: name, label, short name, which is better."""


def points(horizon: int) -> np.ndarray:
    """Return the months from onset at which curves are told.

    Args:
        horizon: Months of the scenario.
    """
    first = np.arange(DENSE, min(horizon, FIRST_YEARS) + 1, DENSE)
    return np.append(first, np.arange(FIRST_YEARS + SPARSE, horizon + 1, SPARSE))


def curves(years: int) -> Iterator[Measure]:
    """Yield what has become of those who fell ill in the scenario, month by month from onset."""
    for state, (name, label, short, better) in enumerate(STATES):
        yield Measure(
            f"curve_{name}", label=label, short=short, unit=SHARE, better=better,
            estimator=_shares(state), by=TOLD_OF, table=TABLE,
        )  # fmt: skip


def _shares(state: int) -> Estimator:
    """Return the estimator of the share in a state, by its number in `STATES`."""

    def estimate(run: RunTables, by: str) -> Estimates | None:
        kind = parted(by)[0]
        searches = run.searches_by(kind)
        if searches is None:
            return None
        months = points(run.horizon)
        values = [at_months(one.diagnosed, months)[state] if one
                  else np.full(len(months), np.nan) for one in searches]  # fmt: skip
        sizes = np.repeat([float(len(one)) if one else 0.0 for one in searches], len(months))
        names = run.grouped(kind).names
        groups = [f"{m}" if kind == "all" else f"{name} {m}" for name in names for m in months]
        return Estimates(groups, np.concatenate([np.zeros(0), *values]), sizes, sizes)

    return estimate
