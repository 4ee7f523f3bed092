"""Who is better and who worse off under B: the same patients compared one by one."""

import numpy as np

from experiments.reporting.formatting import format_number, rounded
from viz.charts.style import (
    BETTER,
    WORSE,
    Option,
    axis,
    beside,
    empty,
    option,
    rows_axis,
    zero_line,
)
from viz.i18n.texts import Texts
from viz.reading.fairness import THRESHOLDS
from viz.tabs.equity.data import EquityData
from viz.tabs.labels import doubtful, group_name, is_claimed, place, side_name

PALE = 0.4
"""Opacity of bars that may be chance."""
WINNERS = tuple(THRESHOLDS)
"""What can be won and lost."""


def winners(data: EquityData, texts: Texts, key: str) -> Option:
    """Return the shares of patients better and worse off under B, by group.

    Bars to the right are better off, to the left worse off; who is the same stands beside. They are
    pale where it may be chance that there are more of one kind than of the other.

    Args:
        data: What the equity tab shows.
        texts: Texts of the language.
        key: One of `WINNERS`.
    """
    scene = data.scene
    title = texts(f"winners.{key}")
    note = texts(
        "winners.note",
        where=place(scene, texts),
        a=side_name(scene, "a", texts),
        b=side_name(scene, "b", texts),
        limit=texts(f"winners.{key}.limit", limit=format_number(THRESHOLDS[key], _decimals(key))),
    )
    note = f"{note} {texts('winners.pale')}"
    found = data.winners[data.by][key]
    counts = np.vstack([found, found.sum(axis=0)])
    people = counts.sum(axis=1, keepdims=True)
    if not people.any():
        return empty(title, texts, texts("chart.not_yet"), note)
    shares = 100 * np.divide(counts, people, out=np.zeros_like(counts), where=people > 0)
    rows = [group_name(data.by, name, texts) for name in data.groups[data.by]]
    rows.append(texts("winners.all"))
    known = data.spreads.get(f"winners {key}", {})
    spreads = [known.get(name) for name in (*data.groups[data.by], "all")]
    labels = [
        f"{row}\n{texts('winners.same', share=format_number(float(share), 1))}"
        for row, share in zip(rows, shares[:, 1], strict=True)
    ]
    most = max(float(shares[:, [0, 2]].max()), 0.1)
    names = [texts("winners.worse"), texts("winners.better")]
    made = option(
        title,
        texts,
        note,
        legend=names,
        named=False,
        tooltip={"trigger": "item", "formatter": "{b}"},
        xAxis=axis(
            texts("winners.unit"),
            min=-_round_up(most),
            max=_round_up(most),
            nameGap=8,
            axisLabel={"show": False},
        ),
        yAxis=rows_axis(
            labels, {"fontSize": 9, "lineHeight": 11, "interval": 0}, axisLine={"show": False}
        ),
    )
    made["series"] = [
        _bars(names[0], WORSE, rows, -shares[:, 2], "left"),
        _bars(names[1], BETTER, rows, shares[:, 0], "right"),
        zero_line(),
    ]
    for series in made["series"][:2]:
        for bar, spread in zip(series["data"], spreads, strict=True):
            bar["name"] += f"; {texts('winners.balance')}: {doubtful(spread, 1, texts)}"
            if not is_claimed(spread):
                bar["itemStyle"] = {"opacity": PALE}
    return made


def _bars(name: str, colour: str, rows: list[str], shares: np.ndarray, side: str) -> Option:
    """Return bars with their shares beside them, without a sign."""
    labels = [f"{format_number(abs(float(share)), 1)} %" for share in shares]
    bars = [
        {
            "name": f"{row}: {name} {text}",
            "value": rounded(float(share)),
            "label": beside(text, side),
        }
        for row, share, text in zip(rows, shares, labels, strict=True)
    ]
    return {
        "type": "bar",
        "stack": "winners",
        "name": name,
        "color": colour,
        "barWidth": "55%",
        "data": bars,
    }


def _round_up(most: float) -> float:
    """Return the end of an axis that leaves room for the labels beside the bars."""
    steps = (0.2, 0.5, 1, 2, 3, 5, 8, 10, 15, 20, 30, 40, 60, 80, 100, 140)
    return next((step for step in steps if step >= 1.25 * most), 140)


def _decimals(key: str) -> int:
    return 2 if key == "qalys" else 0
