"""The front of a search: two objectives against each other, as two sets of runs see the points.

A point that was chosen for its luck has moved away in the new runs: the line between its two places
shows how far.
"""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

import pandas as pd

from experiments.measures import Unit, measure_named
from experiments.reporting.formatting import notation
from experiments.searching.tables import AGAIN, HIGH, LOW, ON_FRONT
from viz.charts.style import GREY, PALE, A, B, Option, axis, option
from viz.i18n.texts import Texts

HEIGHT = 380
"""Pixels below the note and the legend."""
NUMBER = "number"
"""What stands across where there is one objective: the candidate's number."""


def front(
    candidates: pd.DataFrame,
    points: pd.DataFrame,
    objectives: Sequence[Mapping[str, Any]],
    title: str,
    note: str,
    texts: Texts,
) -> Option:
    """Return the chart of two objectives, or of one over the candidates in their order.

    Args:
        candidates: The rows of `candidates.csv`.
        points: The rows of `front.csv`.
        objectives: One or two of the objectives, as the manifest has them.
        title: What is searched, in words.
        note: What else has to be known.
        texts: Texts of the language.
    """
    across, up = (objectives[0], objectives[-1]) if len(objectives) > 1 else (None, objectives[0])
    scales = [_Axis(one, candidates, points, texts) for one in (across, up)]
    names = [texts("front.tried"), texts("front.chosen"), texts("front.again")]
    made = option(
        title, texts, note, legend=names, xAxis=scales[0].axis(False), yAxis=scales[1].axis(True),
        tooltip={"trigger": "item"}, grid={"bottom": 40},
    )  # fmt: skip
    x, y = scales
    there = candidates[~candidates[ON_FRONT]]
    made["series"] = [
        _dots(names[0], x.of(there), y.of(there), {"color": PALE, "borderColor": GREY}, 6),
        *_moves(x.of(points), y.of(points), x.of(points, AGAIN), y.of(points, AGAIN)),
        *_intervals(x, y, points),
        _dots(names[1], x.of(points), y.of(points), {"color": "#FFFFFF", "borderColor": A}, 9),
        _dots(names[2], x.of(points, AGAIN), y.of(points, AGAIN), {"color": B}, 9,
              [name.rpartition("-")[2] for name in points["policy"]]),
    ]  # fmt: skip
    return made


def height(made: Option) -> int:
    """Return the pixels that the chart needs."""
    return int(made["grid"]["top"]) + HEIGHT


class _Axis:
    """One axis: an objective in a unit with few digits, or the candidates' numbers."""

    def __init__(
        self, one: Mapping[str, Any] | None, candidates: pd.DataFrame, points: pd.DataFrame,
        texts: Texts,
    ):  # fmt: skip
        self.column = None if one is None else str(one["column"])
        self.name, self.divisor = texts("front.number"), 1.0
        if one is None:
            return
        measure = measure_named(one["measure"])
        unit: Unit = measure.unit
        largest = max(abs(float(x)) for x in (*candidates[self.column].dropna(), 0.0))
        how = notation(unit, largest, texts.language)
        self.divisor = how.divisor
        words = how.difference if one["difference"] else how.value
        group = str(one["outcome"]).partition(":")[2]
        label = measure.short.zh if texts.language == "zh" else measure.short.en
        whose = f" ({group})" if group else ""
        kind = texts("front.difference") if one["difference"] else ""
        self.name = f"{label}{whose}{kind}, {words}" if words else f"{label}{whose}{kind}"

    def axis(self, vertical: bool) -> Option:
        """Return it as the chart has it."""
        return axis(self.name, vertical=vertical, scale=True)

    def of(self, rows: pd.DataFrame, suffix: str = "") -> list[float | None]:
        """Return the places of rows, None where there is none."""
        if self.column is None:
            return [float(x) for x in rows["point"]]
        return [float(f"{x / self.divisor:.5g}") if isfinite(x) else None
                for x in rows[self.column + suffix].astype(float)]  # fmt: skip


def _dots(
    name: str, x: Sequence[float | None], y: Sequence[float | None], style: Option, size: int,
    labels: Sequence[str] = (),
) -> Option:  # fmt: skip
    data: list[Option] = []
    for number, place in enumerate(zip(x, y, strict=True)):
        if None not in place:
            label = {"label": {"show": True, "position": "right", "fontSize": 10,
                               "formatter": labels[number]}} if labels else {}  # fmt: skip
            data.append({"value": list(place), **label})
    return {"type": "scatter", "name": name, "symbolSize": size, "data": data, "itemStyle": style}


def _moves(*places: Sequence[float | None]) -> list[Option]:
    """Return a line from where the runs that chose a point see it to where the new ones do."""
    return [_line([[x0, y0], [x1, y1]], A, "dashed")
            for x0, y0, x1, y1 in zip(*places, strict=True)
            if None not in (x0, y0, x1, y1)]  # fmt: skip


def _intervals(x: _Axis, y: _Axis, points: pd.DataFrame) -> list[Option]:
    """Return the intervals of the new runs as lines across and up."""
    lines = []
    at, up = x.of(points, AGAIN), y.of(points, AGAIN)
    for one, across in ((x, True), (y, False)):
        if one.column is None:
            continue
        ends = zip(one.of(points, AGAIN + LOW), one.of(points, AGAIN + HIGH), strict=True)
        for (low, high), px, py in zip(ends, at, up, strict=True):
            if None not in (low, high, px, py):
                line = [[low, py], [high, py]] if across else [[px, low], [px, high]]
                lines.append(_line(line, B, "solid"))
    return lines


def _line(data: list[list[float | None]], colour: str, kind: str) -> Option:
    return {"type": "line", "data": data, "symbol": "none", "silent": True,
            "lineStyle": {"color": colour, "width": 1, "type": kind, "opacity": 0.6}}  # fmt: skip
