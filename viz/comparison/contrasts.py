"""The rows of a summary as differences with intervals, in the units that people read."""

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from experiments.reporting.statistics import LEVEL
from viz.charts.numbers import Scale, scale
from viz.comparison.results import Results
from viz.i18n.texts import Words

TILES = Path(__file__).parent.parent / "data" / "tiles.csv"

_UNITS = {
    "months": "unit.months", "share": "unit.points", "hospitals": "unit.hospitals",
    "labels": "unit.labels", "km": "unit.km", "persons at full scale": "unit.persons",
    "yuan per patient-year": "unit.yuan_per_patient_year", "index": "unit.index",
    "yuan a year at full scale": "unit.yuan_a_year", "nats": "unit.index",
    "yuan per head and year": "unit.yuan_per_head", "QALYs at full scale": "unit.qalys",
    "QALYs": "unit.qalys", "QALYs per patient": "unit.per_1000",
}  # fmt: skip
_FACTORS = {"share": 100.0, "QALYs per patient": 1000.0}


class Gap(NamedTuple):
    """A difference with its interval.

    Attributes:
        label: Of what, or in whom.
        mean: The difference.
        low: Lower end of its interval.
        high: Upper end.
        better: Which direction is better: "lower", "higher" or "neither".
    """

    label: str
    mean: float
    low: float
    high: float
    better: str

    @property
    def verdict(self) -> str:
        """What the interval says: "better", "worse", "clear" (neither is better) or "unclear"."""
        if not (self.low > 0.0 or self.high < 0.0):
            return "unclear"
        if self.better == "neither":
            return "clear"
        return "better" if self.better == ("higher" if self.mean > 0.0 else "lower") else "worse"

    def times(self, factor: float) -> "Gap":
        """Return it in another unit."""
        return self._replace(
            mean=self.mean * factor, low=self.low * factor, high=self.high * factor
        )


def rows_of(results: Results, policy: str, by: str) -> pd.DataFrame:
    """Return a policy's rows of the summary for a kind of groups."""
    table = results.summary
    return table[(table["policy"] == policy) & (table["by"] == by)]


def told_rows(results: Results, policy: str, measure: str, by: str) -> pd.DataFrame:
    """Return a policy's differences in a measure for a kind of groups, where they are defined."""
    table = rows_of(results, policy, by)
    return table[(table["measure"] == measure) & np.isfinite(table["difference"])]


def widened(table: pd.DataFrame) -> pd.DataFrame:
    """Return rows of the summary with intervals for as many comparisons as there are rows."""
    if table.empty:
        return table
    freedom = np.maximum(table["runs"] - 1, 1)
    beyond = (1.0 - LEVEL) / 2.0
    factor = stats.t.isf(beyond / len(table), freedom) / stats.t.isf(beyond, freedom)
    middle = table["difference"]
    return table.assign(
        difference_low=middle + (table["difference_low"] - middle) * factor,
        difference_high=middle + (table["difference_high"] - middle) * factor,
    )


def unit_of(table: pd.DataFrame, words: Words) -> tuple[Scale, float]:
    """Return how differences of a measure are written, and what they are multiplied by before."""
    unit = str(table["unit"].iloc[0])
    factor = _FACTORS.get(unit, 1.0)
    name = words(_UNITS[unit]) if unit in _UNITS else unit
    return scale(table["difference"] * factor, name, words), factor


def measure_label(row: pd.Series, words: Words) -> str:
    """Return the name of a row's measure."""
    key = f"measure.{row.name if isinstance(row.name, str) else row['measure']}"
    return words(key) if key in words else str(row["label"])


def group_label(by: str, group: str, words: Words) -> str:
    """Return the name of a group."""
    if by == "province":
        return words.pick(group, _chinese().get(group, ""))
    key = f"group.{by}.{group}"
    return words(key) if key in words else group


@cache
def grid_of_provinces() -> tuple[dict[str, str], ...]:
    """Return the places of the provinces on a map of tiles, with their names."""
    with TILES.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def _chinese() -> dict[str, str]:
    return {tile["province"]: tile["province_zh"] for tile in grid_of_provinces()}


def gap_of(row: pd.Series, label: str) -> Gap:
    """Return the difference that a row of the summary holds."""
    mean, low, high = (float(row[f"difference{end}"]) for end in ("", "_low", "_high"))
    return Gap(label, mean, low, high, str(row["better"]))
