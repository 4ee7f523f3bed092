"""The scales of the maps' colours: the same in every month, so that colours can be compared.

`map_scales.csv` holds them in the units that the maps show. Where a country or a policy goes
beyond, a scale grows in the steps 1, 2, 5, 10 of its ends, and its legend says so.
"""

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from viz.charts.style import next_step

TABLE = Path(__file__).parent / "map_scales.csv"


class MapScale(NamedTuple):
    """The ends of an indicator's colours.

    Attributes:
        low: Value of the first colour.
        high: Value of the last one.
        difference: Difference between the policies of the last colour of its own map.
    """

    low: float
    high: float
    difference: float


@cache
def declared() -> dict[str, MapScale]:
    """Return the scales of the table, by indicator."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {
            row["indicator"]: MapScale(*(float(row[name]) for name in MapScale._fields))
            for row in csv.DictReader(file)
        }


def ends(indicator: str, values: np.ndarray, difference: bool) -> tuple[float, float]:
    """Return what the first and the last colour of a map stand for.

    Args:
        indicator: Its name.
        values: All values that share the scale, in the unit of the map; NaN where there is none.
        difference: Whether they are differences, whose scale lies evenly about nothing.
    """
    scale = declared().get(indicator, MapScale(0.0, 0.0, 0.0))
    known = values[np.isfinite(values)]
    if difference:
        most = _reaching(scale.difference, float(np.abs(known).max(initial=0.0)))
        return -most, most
    low = scale.low if known.min(initial=scale.low) >= scale.low else _below(float(known.min()))
    return low, _reaching(scale.high, float(known.max(initial=0.0)))


def _reaching(end: float, value: float) -> float:
    """Return an end, or the next step of 1, 2, 5, 10 that reaches a value beyond it."""
    return end or 1.0 if value <= end else next_step(value)


def _below(value: float) -> float:
    """Return a low end below a value: nothing, or a step below that."""
    return 0.0 if value >= 0.0 else -_reaching(0.0, -value)
