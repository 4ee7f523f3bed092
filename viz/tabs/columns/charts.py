"""Charts of the columns: a line for each policy by month."""

import numpy as np

from experiments.reporting.formatting import scale
from viz.charts import lines
from viz.charts.layout import Panel, Row
from viz.charts.style import SIDES, Option, empty, months_axis, option
from viz.i18n.texts import Texts
from viz.reading.courses import FLOWS, SERIES
from viz.tabs.columns.data import Column, ColumnsData
from viz.tabs.labels import place, policy_name


def column_name(column: Column, texts: Texts, width: int = 26) -> str:
    """Return "C · Sustained fund"; four of them stand in a legend."""
    return policy_name(column.side.upper(), column.policy, column.edited, texts, width)


def line(data: ColumnsData, texts: Texts, key: str) -> Option:
    """Return the course of a number of people, or of money, under every policy.

    Args:
        data: What the columns show.
        texts: Texts of the language.
        key: One of `SERIES`.
    """
    key_of_note = "series.twelve" if key in FLOWS else "series.note"
    title, note = texts(f"series.{key}"), texts(key_of_note, where=place(data.scene, texts))
    unit = texts("unit.yuan" if key.startswith("paid") else "unit.persons")
    series = [column.series[key] for column in data.columns]
    known = [float(v) for values in series for v in values if np.isfinite(v)]
    if not known:
        why = texts("series.first_year") if len(series[0]) else texts("chart.not_yet")
        return empty(title, texts, why, note)
    by = scale(known, unit, texts.language)
    names = [column_name(column, texts) for column in data.columns]
    made = option(
        title,
        texts,
        note,
        legend=names,
        xAxis=months_axis(data.scene.horizon, texts),
        yAxis=lines.values_axis(known, by, texts),
    )
    made["series"] = [
        lines.line(name, colour, values, by, 3 if column.side == "a" else 1.8)
        for name, colour, values, column in zip(names, SIDES, series, data.columns, strict=False)
    ]
    return made


ROWS = (Row(tuple(Panel(line, key, 310) for key in SERIES)),)
"""The charts of the tab below the table."""
