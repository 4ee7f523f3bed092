"""What all charts share: colours, fonts, layout, and the option they start from.

Options are plain JSON: no functions, no NaN. Texts are broken into lines here, since ECharts cannot
break a title by the width of its canvas; a chart of 340 pixels must hold them.
"""

import math
from collections.abc import Sequence
from typing import Any

from experiments.reporting.wrapping import columns, wrapped
from viz.i18n.texts import Texts

A, B = "#4477AA", "#EE6677"
"""Policy A and policy B, everywhere."""
SIDES = (A, B, "#228833", "#AA3377")
"""Policies A, B, C and D."""
GREY, INK, PALE = "#6B6B6B", "#333333", "#DDDDDD"
BETTER, WORSE = "#01665E", "#8C510A"
PALETTE = ("#4477AA", "#66CCEE", "#228833", "#CCBB44", "#EE6677", "#AA3377", "#BBBBBB", "#222255")
"""Paul Tol's bright scheme, and a dark blue: told apart by the colour-blind."""
FONT = "Roboto, 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"

TITLE_WIDTH, NOTE_WIDTH = 30, 56
"""Columns of a line, a Chinese character taking two. Beside a title stand the page's buttons."""
TITLE_LINE, NOTE_LINE, LEGEND_LINE, LEGEND_WIDTH = 18, 15, 18, 324
LEGEND_NAME_LINE = 13
"""Pixels; the last is what each further line of a name takes."""
KEPT = 0.6
"""Share of a width that a text cut behind a word has to use."""
STEPS, FINER = (1.0, 2.0, 5.0, 10.0), (1.0, 2.0, 2.5, 5.0, 10.0)
"""Steps of an axis, times a power of ten; and those of one that is to end on a step."""
LEGEND_NAME_WIDTH = 48
"""Columns of a line of a name in a legend."""

Option = dict[str, Any]


def short(text: str, width: int = 24) -> str:
    """Return a text cut to so many columns, with an ellipsis where something was cut.

    It ends with a whole word if most of the width is used all the same.
    """
    if columns(text) <= width:
        return text
    cut = text
    while columns(cut) > width - columns("…"):
        cut = cut[:-1]
    if text[len(cut)].isalpha() and columns(ended := cut.rpartition(" ")[0]) > KEPT * width:
        cut = ended
    return f"{cut.rstrip()}…"


def whole(name: str) -> str:
    """Return a name for a legend, in as many lines as it needs."""
    return "\n".join(wrapped(name, LEGEND_NAME_WIDTH))


def option(
    title: str,
    texts: Texts,
    note: str = "",
    *,
    legend: Sequence[str] | bool = (),
    named: bool = True,
    **parts: Any,
) -> Option:
    """Return the start of a chart: title, note below it, legend, room for axes, tooltip.

    Args:
        title: A few words, with the unit where no axis tells it.
        texts: Texts of the language.
        note: What else has to be known to read it.
        legend: Names of the series in the legend; True for one row of all, none without.
        named: Whether a vertical axis has its name above it, which takes room.
        **parts: Anything else; a dictionary is merged into what is there, such as `grid`.
    """
    lines = wrapped(title, TITLE_WIDTH)
    notes = wrapped(note, NOTE_WIDTH) if note else []
    top = 10 + TITLE_LINE * len(lines) + NOTE_LINE * len(notes)
    below = top + 2 + _legend_height(legend)
    made: Option = {
        "animation": False,
        "aria": {"enabled": True},
        "textStyle": {"fontFamily": FONT},
        "title": {
            "text": "\n".join(lines),
            "subtext": "\n".join(notes),
            "left": 8,
            "top": 4,
            "itemGap": 2,
            "unbroken": [title, note],
            "textStyle": {"fontSize": 13, "lineHeight": TITLE_LINE, "color": INK},
            "subtextStyle": {"fontSize": 11, "lineHeight": NOTE_LINE, "color": "#666666"},
        },
        "grid": {
            "left": 12,
            "right": 20,
            "top": below + (24 if named else 8),
            "bottom": 34 if parts.get("xAxis", {}).get("name") else 12,
            "containLabel": True,
        },
        "tooltip": {"trigger": "axis", "confine": True},
        "toolbox": {
            "right": 8,
            "top": 2,
            "itemSize": 12,
            "feature": {"saveAsImage": {"title": texts("chart.save"), "pixelRatio": 2}},
        },
    }
    if legend:
        made["legend"] = {
            "top": top + 2,
            "left": 8,
            "right": 8,
            "icon": "roundRect",
            "itemWidth": 14,
            "itemHeight": 10,
            "itemGap": 8,
            "padding": 2,
            "textStyle": {"fontSize": 11, "lineHeight": LEGEND_NAME_LINE},
        }
        if legend is not True:
            made["legend"]["data"] = list(legend)
    for key, part in parts.items():
        merge = isinstance(part, dict) and isinstance(made.get(key), dict)
        made[key] = {**made[key], **part} if merge else part
    return made


def untitled(made: Option) -> Option:
    """Return a chart without its title and note, all of it moved up: for where those stand apart.

    Args:
        made: What `option` has made.
    """
    lines, notes = (made["title"][key].split("\n") for key in ("text", "subtext"))
    above = 8 + TITLE_LINE * len(lines) + NOTE_LINE * len(list(filter(None, notes)))
    tops = [key for key in ("grid", "legend") if isinstance(made.get(key, {}).get("top"), int)]
    moved = {key: {**made[key], "top": max(made[key]["top"] - above, 2)} for key in tops}
    return {**{key: part for key, part in made.items() if key != "title"}, **moved}


def titled(made: Option) -> tuple[str, str]:
    """Return a chart's title and note as they were before they were broken into lines."""
    title, note = made["title"]["unbroken"]
    return title, note


def _legend_height(legend: Sequence[str] | bool) -> int:
    """Return the pixels that a legend takes on a chart of 340 pixels."""
    if isinstance(legend, bool):
        return LEGEND_LINE * int(legend)
    rows: list[int] = []  # lines of the longest name in each
    used = 0.0
    for name in legend:
        lines = name.split("\n")
        wide = 28 + 6.0 * max(map(columns, lines))
        if not rows or (used and used + wide > LEGEND_WIDTH):
            rows.append(1)
            used = 0.0
        rows[-1] = max(rows[-1], len(lines))
        used += wide
    return sum(LEGEND_LINE + LEGEND_NAME_LINE * (lines - 1) for lines in rows)


def empty(title: str, texts: Texts, why: str, note: str = "") -> Option:
    """Return a chart that says why there is nothing to show."""
    text = "\n".join(wrapped(why, 40))
    style = {"text": text, "fill": "#666666", "fontSize": 13, "lineHeight": 20, "align": "center"}
    graphic = [{"type": "text", "left": "center", "top": "middle", "style": style}]
    return option(title, texts, note, graphic=graphic)


def axis(name: str, *, vertical: bool = False, **parts: Any) -> Option:
    """Return a value axis with its name (with unit) below it, or above it if it is vertical."""
    place = {"nameLocation": "middle", "nameGap": 26}
    if vertical:
        place = {"nameLocation": "end", "nameGap": 8, "nameTextStyle": {"align": "left"}}
    return {"type": "value", "name": name, **place, **parts}


def reaching(most: float, steps: int = 5) -> Option:
    """Return where a value axis ends and its steps, so that its last label is a round number too.

    Args:
        most: What has to find room, above 0.
        steps: Most steps up to there.
    """
    step = next_step(most / steps * (1 - 1e-9), FINER)
    return {"max": _plain(step * math.ceil(most / step - 1e-9)), "interval": _plain(step)}


def both_ways(most: float, steps: int = 3) -> Option:
    """Return the same of an axis that reaches as far below 0 as above."""
    found = reaching(most, steps)
    return {"min": -found["max"], **found}


def next_step(least: float, among: Sequence[float] = STEPS) -> float:
    """Return the first step, times a power of ten, that is not below a number above 0."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(one * power for one in among if one * power >= least)


def _plain(value: float) -> float:
    """Return a number without what binary fractions leave behind."""
    return float(f"{value:.10g}")


def beside(text: str, side: str = "right") -> Option:
    """Return the label beside a bar: as dark where the bar is pale."""
    return {"show": True, "position": side, "fontSize": 10, "formatter": text, "color": INK,
            "opacity": 1}  # fmt: skip


def zero_line() -> Option:
    """Return the mark of a series that is a line at 0 of a horizontal axis."""
    return {
        "silent": True,
        "symbol": "none",
        "label": {"show": False},
        "lineStyle": {"color": INK, "type": "solid", "width": 1},
        "data": [{"xAxis": 0}],
    }


def rows_axis(rows: Sequence[str | Option], label: Option | None = None, **parts: Any) -> Option:
    """Return the axis of a chart's rows, the first at the top.

    Args:
        rows: Their names, or names with a style.
        label: How names are written, over the usual.
        **parts: Anything else of the axis.
    """
    return {
        "type": "category",
        "inverse": True,
        "data": list(rows),
        "axisTick": {"show": False},
        "axisLabel": {"fontSize": 10, **(label or {})},
        **parts,
    }


def months_axis(horizon: int, texts: Texts, labels: int = 5) -> Option:
    """Return the axis of a scenario's months, with a label every so many whole years."""
    apart = 12 * max(1, math.ceil(horizon / 12 / labels))
    return {
        "type": "category",
        "data": [texts.world.label(month) for month in range(horizon)],
        "boundaryGap": False,
        "axisLabel": {"interval": apart - 1},
        "axisTick": {"interval": apart - 1},
    }
