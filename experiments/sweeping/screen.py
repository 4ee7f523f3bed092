"""What a sweep says on the screen: where the policies stand over the points, and how to go on."""

import textwrap
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from experiments.measures import Measure, Unit, measures
from experiments.reporting.formatting import describe_value
from experiments.sweeping.dataset import DATASET, POLICY
from experiments.sweeping.points import POINT
from experiments.sweeping.sweep import Sweep

WIDTH = 100
MOST = 6
"""Measures that are told."""


def lines_of(found: Sweep, folder: str) -> list[str]:
    """Return the lines that a command prints.

    Args:
        found: What the sweep has found.
        folder: Its folder, as seen from here.
    """
    table, named = means(found), dict[int, None]()
    lines = [
        f"{found.manifest['sweep']['points']:,} points of {', '.join(found.factors)}; "
        f"{len(found.seeds)} seeds, the same at each point; means over the seeds:"
    ]  # fmt: skip
    known = {one.name: one for one in measures()}
    for name in found.manifest["sweep"]["measures"][:MOST]:
        if name in set(table["measure"]):
            wide = table[table["measure"] == name].pivot_table(
                index=POINT, columns=POLICY, values="value", observed=True
            )
            lines += ["", known[name].label.en, *_told(wide, known[name], found, named)]
    if named:
        lines += ["", "The points named:", *(f"  {_where(number, found)}" for number in named)]
    lines += [
        "",
        "Every run of every point, as a table:",
        f'  experiments.load("{folder}").table, or Parquet by policy in {folder}/{DATASET}',
    ]
    return [part for line in lines for part in textwrap.wrap(
        line, WIDTH, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
    ) or [""]]  # fmt: skip


def means(found: Sweep) -> pd.DataFrame:
    """Return the mean over seeds of each measure of everyone, by point and policy.

    Args:
        found: A sweep.

    Returns:
        Columns measure, policy, point, value: NaN where a seed has none.
    """
    everyone = (pc.field("by") == "all") & (pc.field("group") == "all")
    columns = ["measure", POLICY, POINT, "value"]
    table = found.dataset.to_table(columns=columns, filter=everyone).to_pandas()
    grouped = table.groupby(["measure", POLICY, POINT], observed=True)["value"]
    return grouped.agg(lambda values: values.mean(skipna=False)).reset_index()


def _told(
    wide: pd.DataFrame, measure: Measure, found: Sweep, named: dict[int, None]
) -> Iterator[str]:
    """Yield a line per policy, and one on its difference from the first."""
    base = found.policies[0]
    for policy in found.policies:
        if policy in wide:
            yield f"  {policy}: {_ends(wide[policy], measure.unit, named)}"
    for policy in found.policies[1:]:
        if policy in wide and base in wide:
            gap = wide[policy] - wide[base]
            there = gap[np.isfinite(gap)]
            signs = f"; below 0 at {(there < 0).sum()} of {len(there)} points" if len(there) else ""
            yield f"  {policy} less {base}: {_ends(gap, measure.unit, named)}{signs}"


def _ends(values: pd.Series, unit: Unit, named: dict[int, None]) -> str:
    """Return the least and the most of a value by point, in words, with the points."""
    there = values[np.isfinite(values)]
    if there.empty:
        return "undefined"
    least, most = there.idxmin(), there.idxmax()
    low, high = (describe_value(float(there[n]), np.nan, np.nan, unit) for n in (least, most))
    if low == high:
        return f"{low} at every point" if len(there) == len(values) else low
    named.update(dict.fromkeys((int(least), int(most))))
    return f"{low} (point {least}) to {high} (point {most})"


def _where(number: int, found: Sweep) -> str:
    """Return the factors at a point, in words."""
    point = found.points[found.points[POINT] == number].iloc[0]
    told = (f"{name} = {_short(point[name])}" for name in found.factors)
    return f"point {number}: {', '.join(told)}"


def _short(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
