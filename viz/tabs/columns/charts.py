"""Charts of the columns: a line for each policy by month."""

from viz.charts.layout import Panel, Row
from viz.charts.style import SIDES, Option
from viz.i18n.texts import Texts
from viz.reading.courses import SERIES
from viz.tabs.columns.data import Column, ColumnsData
from viz.tabs.courses import Line, course
from viz.tabs.labels import policy_name


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
    shown = [
        Line(column_name(one, texts), colour, 3 if one.side == "a" else 1.8, one.series[key])
        for one, colour in zip(data.columns, SIDES, strict=False)
    ]
    return course(data.scene, texts, key, shown)


ROWS = (Row(tuple(Panel(line, key, 310) for key in SERIES)),)
"""The charts of the tab below the table."""
