"""Charts of what is followed by month: a line for each policy, and the interval of a difference."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from experiments.reporting.formatting import scale
from viz.charts import lines
from viz.charts.style import Option, empty, months_axis, option
from viz.i18n.texts import Texts
from viz.reading.courses import FLOWS
from viz.reading.scene import Scene
from viz.reading.spread import Band
from viz.tabs.bands import band_ends, band_lines
from viz.tabs.labels import place


class Line(NamedTuple):
    """A policy in a chart by month.

    Attributes:
        name: Its name in the legend.
        colour: Its colour.
        width: Width of its line, pixels.
        values: Values by month, NaN where there is none.
    """

    name: str
    colour: str
    width: float
    values: np.ndarray


def course(
    scene: Scene, texts: Texts, key: str, shown: Sequence[Line], band: Band | None = None
) -> Option:
    """Return the course of a number of people, or of money, under some policies.

    Args:
        scene: Whose data these are.
        texts: Texts of the language.
        key: One of `viz.reading.courses.SERIES`.
        shown: The policies.
        band: Where the second would lie beside the first, if that is known.
    """
    key_of_note = "series.twelve" if key in FLOWS else "series.note"
    title, note = texts(f"series.{key}"), texts(key_of_note, where=place(scene, texts))
    unit = texts("unit.yuan" if key.startswith("paid") else "unit.persons")
    first = shown[0].values
    known = [float(v) for one in shown for v in one.values if np.isfinite(v)]
    if not known:
        why = texts("series.first_year") if len(first) else texts("chart.not_yet")
        return empty(title, texts, why, note)
    by = scale(known, unit, texts.language)
    told = [texts("series.band")] if band is not None else []
    made = option(
        title,
        texts,
        note,
        legend=[*(one.name for one in shown), *told],
        xAxis=months_axis(scene.horizon, texts),
        yAxis=lines.values_axis([*known, *band_ends(band, first)], by, texts),
    )
    made["series"] = [lines.line(one.name, one.colour, one.values, by, one.width) for one in shown]
    if band is not None:
        made["series"] += band_lines(told[0], band, first, by, texts)
    return made
