"""Charts of journeys: time to diagnosis, and the timeline of one patient."""

import math

import numpy as np

from experiments.reporting.formatting import format_number, rounded
from viz.charts.layout import Panel, Row
from viz.charts.style import A, B, Option, axis, empty, option
from viz.i18n.texts import Texts
from viz.tabs.journeys.data import JourneysData, Waiting
from viz.tabs.journeys.timeline import timeline
from viz.tabs.labels import doubtful, place, sides


def survival(data: JourneysData, texts: Texts) -> Option:
    """Return the Kaplan-Meier curves of the time to diagnosis, with bands and numbers at risk."""
    scene = data.scene
    title = texts("journeys.survival")
    where = " · ".join(filter(None, [place(scene, texts), texts.pick(*data.disease)]))
    note = texts("journeys.survival.note", where=where)
    if data.spreads:
        months = max(data.spreads)
        told = doubtful(data.spreads[months], 1, texts, 100.0)
        note = f"{note} {texts('journeys.survival.pairs', months=months, told=told)}"
    if data.a is None or data.b is None:
        return empty(title, texts, texts("journeys.nobody"), note)
    names = [
        f"{name}: {texts('journeys.median', months=_median(curve))}"
        for name, curve in zip(sides(scene, texts), (data.a, data.b), strict=True)
    ]
    apart = 12 * max(1, math.ceil(scene.month / 12 / 5))
    last = apart * math.ceil(max(scene.month, 1) / apart)
    ticks = np.arange(0, last + 1, apart)
    made = option(
        title,
        texts,
        note,
        legend=names,
        grid={"bottom": 18},
        yAxis=axis(
            f"{texts('journeys.undiagnosed')} ({texts('unit.percent')})",
            vertical=True,
            min=0,
            max=100,
        ),
    )
    shown = axis(texts("journeys.since_onset"), nameGap=24) | {
        "type": "category",
        "boundaryGap": False,
        "data": list(range(last + 1)),
        "axisLabel": {"interval": apart - 1},
        "axisTick": {"interval": apart - 1},
    }
    left = [
        _at_risk(curve, ticks, colour, 38 + 12 * i)
        for i, (curve, colour) in enumerate(((data.a, A), (data.b, B)))
    ]
    made["xAxis"] = [shown, *left]
    made["series"] = [
        *_band(data.a, A),
        *_band(data.b, B),
        _curve(names[0], A, data.a),
        _curve(names[1], B, data.b),
    ]
    return made


def _median(curve: Waiting) -> str:
    return format_number(curve.median) if math.isfinite(curve.median) else "–"


def _curve(name: str, colour: str, curve: Waiting) -> Option:
    return {
        "type": "line",
        "name": name,
        "color": colour,
        "step": "end",
        "showSymbol": False,
        "lineStyle": {"width": 2},
        "data": _monthly(curve, curve.survival),
    }


def _band(curve: Waiting, colour: str) -> list[Option]:
    """Return the band around a curve: an unseen lower line, and its height above it."""
    plain = {
        "type": "line",
        "step": "end",
        "showSymbol": False,
        "stack": f"band {colour}",
        "lineStyle": {"opacity": 0},
        "silent": True,
        "tooltip": {"show": False},
        "color": colour,
    }
    area = {"areaStyle": {"color": colour, "opacity": 0.18}}
    return [
        plain | {"data": _monthly(curve, curve.low)},
        plain | area | {"data": _monthly(curve, curve.high - curve.low)},
    ]


def _monthly(curve: Waiting, shares: np.ndarray) -> list[float | None]:
    """Return percentages at each whole month up to the last one observed."""
    months = np.arange(int(curve.times[-1]) + 1)
    at = np.searchsorted(curve.times, months, side="right") - 1
    return [rounded(100 * float(share)) for share in shares[at]]


def _at_risk(curve: Waiting, ticks: np.ndarray, colour: str, offset: int) -> Option:
    """Return an axis that tells, below the months, how many are still at risk."""
    return {
        "type": "category",
        "position": "bottom",
        "offset": offset,
        "boundaryGap": False,
        "data": [format_number(float(left)) for left in curve.left(ticks)],
        "axisLine": {"show": False},
        "axisTick": {"show": False},
        "axisLabel": {"color": colour, "fontSize": 10, "interval": 0},
        "axisPointer": {"show": False},
    }


ROWS = (Row((Panel(survival, height=460), Panel(timeline, height=460))),)
"""The charts of the tab."""
