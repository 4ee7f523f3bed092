"""Charts of why: the funnel to treatment, where more or fewer stop, and who pays instead."""

from collections.abc import Sequence

import numpy as np

from experiments.reporting.formatting import format_number, scale
from viz.charts.layout import Panel, Row
from viz.charts.style import (
    A,
    B,
    Option,
    axis,
    beside,
    both_ways,
    empty,
    option,
    rows_axis,
    zero_line,
)
from viz.i18n.texts import Texts
from viz.reading.gates import GATES, PAYERS
from viz.reading.spread import Spread
from viz.tabs.labels import doubtful, group_name, is_claimed, place, sides
from viz.tabs.why.data import WhyData

PALE = 0.4
"""Opacity of bars that may be chance."""
FALLEN, RISEN = "#8A8A8A", "#222255"


def funnel(data: WhyData, texts: Texts) -> Option:
    """Return how many have passed each gate on the way to treatment, under A and under B."""
    title, note = texts("why.funnel"), f"{who(data, texts)}. {texts('why.funnel_note')}"
    if not data.now[:, 0].any():
        return empty(title, texts, texts("chart.not_yet"), note)
    by = scale(data.now.ravel().tolist(), texts("unit.persons"), texts.language)
    names = sides(data.scene, texts)
    rows = [texts(f"why.gate.{gate}") for gate in GATES]
    made = option(
        title,
        texts,
        note,
        legend=names,
        named=False,
        tooltip={"trigger": "item", "formatter": "{b}"},
        xAxis=axis(by.unit, min=0),
        yAxis=rows_axis(rows, {"fontSize": 11, "interval": 0}),
    )
    made["series"] = [
        {
            "type": "bar",
            "name": name,
            "color": colour,
            "data": [
                {
                    "name": _passed(row, name, float(value), float(values[0]), texts),
                    "value": by.of(float(value)),
                }
                for row, value in zip(rows, values, strict=True)
            ],
        }
        for name, colour, values in zip(names, (A, B), data.now, strict=True)
    ]
    return made


def stops(data: WhyData, texts: Texts) -> Option:
    """Return how many more or fewer stop at each gate under B, and how many more are treated."""
    title, note = texts("why.stops"), f"{who(data, texts)}. {texts('why.stops_note')}"
    if not data.now[:, 0].any():
        return empty(title, texts, texts("chart.not_yet"), note)
    change = np.append(data.stopped[1] - data.stopped[0], data.now[1, -1] - data.now[0, -1])
    by = scale(np.abs(change).tolist(), texts("unit.persons"), texts.language)
    rows = [texts(f"why.stop.{gate}") for gate in GATES[1:]] + [texts("why.gate.treated")]
    names = [*(f"stop.{gate}" for gate in GATES[1:]), "gate.treated"]
    spreads = [data.spreads.get(name) for name in names]
    return _diverging(title, texts, note, rows, change.tolist(), by.divisor, by.unit, spreads)


def payers(data: WhyData, texts: Texts) -> Option:
    """Return by how much of 100 yuan billed each payer pays more or less under B."""
    title, note = texts("why.payers"), f"{who(data, texts)}. {texts('why.payers_note')}"
    shares = data.shares
    if not np.isfinite(shares).all():
        return empty(title, texts, texts("chart.not_yet"), note)
    rows = [
        texts("why.payer", payer=texts.name("group.payer", name), a=format_number(a, 1),
              b=format_number(b, 1))
        for name, a, b in zip(PAYERS, *shares.tolist(), strict=True)
    ]  # fmt: skip
    change = (shares[1] - shares[0]).tolist()
    spreads = [data.spreads.get(f"payer.{name}") for name in PAYERS]
    return _diverging(title, texts, note, rows, change, 1.0, texts("why.of_100"), spreads)


def who(data: WhyData, texts: Texts) -> str:
    """Return whose way this is."""
    parts = [place(data.scene, texts), texts.pick(*data.disease)]
    if data.by != "all":
        parts.append(group_name(data.by, data.group, texts))
    return " · ".join(filter(None, parts))


def _passed(row: str, side: str, value: float, everybody: float, texts: Texts) -> str:
    share = format_number(100 * value / everybody, 1) if everybody else "–"
    persons = format_number(value)
    return texts("why.passed", gate=row, side=side, persons=persons, share=share)


def _diverging(
    title: str,
    texts: Texts,
    note: str,
    rows: list[str],
    change: list[float],
    divisor: float,
    unit: str,
    spreads: Sequence[Spread | None],
) -> Option:
    """Return bars to either side of no difference, B less A, with their numbers beside them.

    Pale bars may be chance.
    """
    note = f"{note}; {texts('chart.pale')}"
    names = [texts("why.less"), texts("why.more")]
    reach = 1.3 * max(*map(abs, change), 1e-9) / divisor
    made = option(
        title,
        texts,
        note,
        legend=names,
        named=False,
        tooltip={"trigger": "item", "formatter": "{b}"},
        xAxis=axis(unit, **both_ways(reach)),
        yAxis=rows_axis(rows, {"fontSize": 10, "interval": 0}, axisLine={"show": False}),
    )
    made["series"] = [
        {
            "type": "bar",
            "stack": "change",
            "name": name,
            "color": colour,
            "barWidth": "55%",
            "data": [
                _bar(row, value / divisor, unit, sign, spread, divisor, texts)
                for row, value, spread in zip(rows, change, spreads, strict=True)
            ],
        }
        for name, colour, sign in zip(names, (FALLEN, RISEN), (-1, 1), strict=True)
    ] + [zero_line()]
    return made


def _bar(
    row: str,
    value: float,
    unit: str,
    sign: int,
    spread: Spread | None,
    divisor: float,
    texts: Texts,
) -> Option:
    """Return a bar of one sign; nothing for a value of the other."""
    if value * sign < 0 or (value == 0 and sign < 0):
        return {"name": row, "value": 0}
    text = format_number(value, 2 if abs(value) < 10 else 0, sign=True)
    return {
        "name": f"{row}: {text} {unit}; {doubtful(spread, 2, texts, 1.0 / divisor)}",
        "value": float(f"{value:.4g}"),
        "itemStyle": {"opacity": 1.0 if is_claimed(spread) else PALE},
        "label": beside(text, "right" if sign > 0 else "left"),
    }


ROWS = (
    Row((Panel(funnel, height=440), Panel(stops, height=440))),
    Row((Panel(payers, height=320),)),
)
"""The charts of the tab."""
