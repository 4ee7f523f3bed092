"""The tornado of an analysis of sensitivity: a difference between policies at both ends of factors.

Guessed levers of a policy and parameters of the world have a colour each, and are named on the
right, so that the figure says by itself whose assumptions a result rests on.
"""

from math import isfinite

import pandas as pd

from experiments.measures import measures
from experiments.reporting.formatting import notation
from experiments.sensitivity.factors import BASELINE, LEVER, SHARED
from viz.charts.style import GREY, INK, A, B, Option, axis, option, rows_axis
from viz.i18n.texts import Texts

COLOURS = {LEVER: B}
"""Colour of the bars of the policy's own levers; of all others it is A."""
SIDES = {LEVER: "lever", BASELINE: "base", SHARED: "both"}
NAME = 210
"""Pixels for the names of factors."""
ROW = 30
"""Pixels of a row."""
AROUND = 60
"""Pixels of the axis and its name."""


def tornado(rows: pd.DataFrame, title: str, texts: Texts) -> Option:
    """Return the chart of one outcome, the widest bar at the top.

    Args:
        rows: Its rows of `tornado.csv`.
        title: What differs, in words.
        texts: Texts of the language.
    """
    width = (rows["difference_most"] - rows["difference_least"]).abs()
    rows = rows.assign(width=width).sort_values("width", ascending=False, kind="stable")
    unit = {one.unit.name: one.unit for one in measures()}[rows["unit"].iloc[0]]
    ends = rows[["difference_least", "difference_most", "difference_written"]]
    how = notation(unit, float(ends.abs().max().max() or 1.0), texts.language)
    luck = float(rows["luck"].iloc[0]) / how.divisor
    known = f"{luck:.2g} {how.difference}" if isfinite(luck) else texts("tornado.unknown")
    note = texts("tornado.note", known=known)
    made = option(title, texts, note, xAxis=axis(how.difference, scale=False),
                  tooltip={"trigger": "item"}, grid={"bottom": 40})  # fmt: skip
    ends_of = rows[["factor", "at_least", "at_most"]].to_numpy()
    names = [_label(factor, least, most, texts) for factor, least, most in ends_of]
    label = {"interval": 0, "width": NAME, "overflow": "break", "fontSize": 10}
    made["yAxis"] = [
        rows_axis(names, label, axisLine={"show": False}),
        rows_axis([texts(f"tornado.kind.{SIDES.get(kind, 'world')}") for kind in rows["kind"]],
                  position="right", axisLine={"show": False}),
    ]  # fmt: skip
    written = float(rows["difference_written"].iloc[0]) / how.divisor
    made["series"] = [_bars(rows, how.divisor, written)]
    return made


def height(made: Option) -> int:
    """Return the pixels that the chart needs."""
    return int(made["grid"]["top"]) + AROUND + ROW * len(made["yAxis"][0]["data"])


def _label(factor: str, least: str, most: str, texts: Texts) -> str:
    """Return a factor's name without its policy, with the ends of its range."""
    name = factor.rpartition(":")[2].removeprefix("zone.inside.")
    return texts("tornado.range", name=name, least=least, most=most)


def _bars(rows: pd.DataFrame, divisor: float, written: float) -> Option:
    data = []
    for row in rows.itertuples(index=False):
        low, high = sorted((row.difference_least / divisor, row.difference_most / divisor))
        colour = COLOURS.get(row.kind, A)
        style = {"color": f"{colour}88", "borderColor": colour}
        known = low == low and high == high
        ends = [float(f"{end:.4g}") for end in (low, low, low, high, high)] if known else []
        data.append({"value": ends, "itemStyle": style})
    lines = [{"xAxis": 0.0, "lineStyle": {"type": "solid", "color": INK}}]
    if written == written:
        lines.append({"xAxis": written, "lineStyle": {"type": "dashed", "color": GREY}})
    marks = {"silent": True, "symbol": "none", "precision": 6, "label": {"show": False}}
    return {"type": "boxplot", "name": "difference", "data": data, "boxWidth": [8, 14],
            "markLine": {**marks, "data": lines}}  # fmt: skip
