"""Charts of the finished comparison: differences with their intervals, and winners and losers."""

import numpy as np

from experiments.measures import measure_named
from experiments.reporting.formatting import format_number, rounded
from viz.charts.layout import Panel, Row
from viz.charts.style import (
    BETTER,
    GREY,
    INK,
    WORSE,
    Option,
    axis,
    beside,
    empty,
    option,
    rows_axis,
    zero_line,
)
from viz.i18n.policies import policy_title
from viz.i18n.texts import Texts
from viz.tabs.answer.data import Effect, ShippedStory
from viz.tabs.answer.words import unit_of
from viz.tabs.labels import group_name

SHOWN = ("time_undiagnosed", "treated", "out_of_pocket_share")
KINDS = ("zone", "income_quintile")
ROWS_OF = (
    ("all", "all"),
    ("zone", "inside"),
    ("zone", "outside"),
    ("income_quintile", "1"),
    ("income_quintile", "5"),
)
COLOURS = {"better": BETTER, "worse": WORSE, "different": INK}


def effects(story: ShippedStory | None, texts: Texts, key: str) -> Option:
    """Return a measure's difference for everyone and by group: dots with 95 % intervals.

    Args:
        story: The finished comparison.
        texts: Texts of the language.
        key: One of `SHOWN`.
    """
    one = measure_named(key)
    title = texts.pick(*one.short)
    found = [] if story is None else [story.effect(key, *row) for row in ROWS_OF]
    known = [effect for effect in found if effect is not None and effect.difference is not None]
    if story is None or not known:
        return empty(title, texts, texts("story.none"))
    unit = unit_of(one)
    names = [group_name(e.by, e.group, texts) for e in known]
    made = option(
        title,
        texts,
        texts("story.effect_note", pairs=story.pairs),
        named=False,
        legend=[texts(f"story.{claim}") for claim in ("better", "worse", "unclear")],
        tooltip={"trigger": "item", "formatter": "{b}"},
        xAxis=axis(texts.pick(*(unit.difference or unit.text))),
        yAxis=rows_axis(names, {"fontSize": 11, "interval": 0}),
    )
    made["series"] = [
        *(_interval(name, e, unit.factor) for name, e in zip(names, known, strict=True)
          if e.low is not None and e.high is not None),
        *(_dots(claim, names, known, unit.factor, texts) for claim in
          ("better", "worse", "unclear")),
        zero_line(),
    ]  # fmt: skip
    return made


def winners(story: ShippedStory | None, texts: Texts, kind: str) -> Option:
    """Return how many patients live better and worse under B in health, by group.

    Args:
        story: The finished comparison.
        texts: Texts of the language.
        kind: One of `KINDS`.
    """
    title = texts(f"story.winners.{kind}")
    if story is None:
        return empty(title, texts, texts("story.none"))
    counts = np.array(story.winners[kind]["qalys"])
    shares = 100 * counts / np.maximum(counts.sum(axis=1, keepdims=True), 1.0)
    rows = [group_name(kind, name, texts) for name in story.groups[kind]]
    a, b = (policy_title(name, texts) for name in story.policies)
    reach = round(1.35 * max(float(shares[:, [0, 2]].max()), 0.1), 2)
    made = option(
        title,
        texts,
        texts("story.winners_note", a=a, b=b, seed=story.seed),
        named=False,
        legend=[texts("story.worse"), texts("story.better")],
        tooltip={"trigger": "item", "formatter": "{b}"},
        xAxis=axis(
            texts("story.winners_unit"), min=-reach, max=reach,
            nameGap=8, axisLabel={"show": False},
        ),
        yAxis=rows_axis(rows, {"fontSize": 11, "interval": 0}, axisLine={"show": False}),
    )  # fmt: skip
    made["series"] = [
        {
            "type": "bar",
            "stack": "winners",
            "name": texts(f"story.{word}"),
            "color": COLOURS[word],
            "barWidth": "55%",
            "data": [
                _bar(row, texts(f"story.{word}"), sign, float(share), side, float(many), texts)
                for row, share, many in zip(rows, shares[:, column], counts[:, column], strict=True)
            ],
        }
        for word, column, sign, side in (("worse", 2, -1, "left"), ("better", 0, 1, "right"))
    ] + [zero_line()]
    return made


def _bar(
    row: str, word: str, sign: int, share: float, side: str, many: float, texts: Texts
) -> Option:
    label = f"{format_number(share, 1)} %"
    persons = f"{format_number(many)} {texts('unit.persons')}"
    return {
        "name": f"{row}: {word} {label}, {persons}",
        "value": rounded(sign * share),
        "label": beside(label, side),
    }


def _interval(row: str, effect: Effect, factor: float) -> Option:
    """Return the line from end to end of an interval."""
    ends = [[rounded(float(end or 0.0) * factor), row] for end in (effect.low, effect.high)]
    return {
        "type": "line",
        "data": ends,
        "showSymbol": False,
        "silent": True,
        "color": COLOURS.get(effect.claim, GREY),
        "lineStyle": {"width": 5, "opacity": 0.4},
        "tooltip": {"show": False},
    }


def _dots(claim: str, names: list[str], known: list[Effect], factor: float, texts: Texts) -> Option:
    """Return the means of which one thing is claimed, or nothing."""
    points = [
        {
            "name": _told(name, effect, factor),
            "value": [rounded(float(effect.difference or 0.0) * factor), name],
        }
        for name, effect in zip(names, known, strict=True)
        if (effect.claim if effect.claim in COLOURS else "unclear") == claim
    ]
    return {
        "type": "scatter",
        "name": texts(f"story.{claim}"),
        "color": COLOURS.get(claim, GREY),
        "symbolSize": 11,
        "z": 3,
        "data": points,
    }


def _told(name: str, effect: Effect, factor: float) -> str:
    parts = (effect.difference, effect.low, effect.high)
    mean, low, high = (
        "–" if part is None else format_number(part * factor, 2, sign=True) for part in parts
    )
    return f"{name}: {mean} [{low}, {high}]"


ROWS = (
    Row(tuple(Panel(effects, key, 260) for key in SHOWN), narrow=320),
    Row(tuple(Panel(winners, kind, 260) for kind in KINDS), narrow=320),
)
"""The charts of the tab: what differs for whom, and who wins and loses."""
