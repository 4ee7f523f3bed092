"""Differences between policies with their intervals, from the summary of paired runs."""

import html
from collections.abc import Sequence

import numpy as np
import pandas as pd

from viz.charts.numbers import told
from viz.charts.style import (
    BETTER,
    GREY,
    INK,
    WORSE,
    B,
    Option,
    axis,
    empty,
    option,
    rows_axis,
    short,
)
from viz.comparison.contrasts import (
    Gap,
    gap_of,
    group_label,
    measure_label,
    rows_of,
    told_rows,
    unit_of,
    widened,
)
from viz.comparison.results import Results
from viz.i18n.texts import Words

PATIENTS = (
    "time_undiagnosed", "diagnosed_within_1y", "diagnosed_within_5y", "diagnosed_away_province",
    "mean_wait", "registered", "treated", "on_treatment", "out_of_pocket_share", "out_of_pocket",
    "catastrophic", "impoverished", "qalys", "deaths",
)  # fmt: skip
SOCIETY = (
    "treated_gap", "diagnosed_gap", "treated_between_provinces", "catastrophic_concentration",
    "qalys_gini", "spending", "contributed_per_head", "displaced_qalys", "net_qalys",
)  # fmt: skip
ROW, SERIES = 12, 13
"""Pixels that a row of a forest takes, and each policy in it."""
TILE = 34
"""Pixels that a row of a grid takes."""
LABEL = 134
"""Pixels for the names of the rows."""

SIDES = (B, "#228833", "#AA3377", "#CCBB44", "#66CCEE", "#222255")
"""Colours of the compared policies; that of policy A is the baseline's."""
COLOURS = {"better": BETTER, "worse": WORSE, "clear": INK, "unclear": GREY}


def relative(
    results: Results, words: Words, policy: str, measures: Sequence[str] = PATIENTS
) -> Option:
    """Return changes in per cent of the baseline, of everyone, a row per measure.

    Args:
        results: What was found.
        words: Texts of the language.
        policy: The policy that is compared with the baseline.
        measures: Names of measures; those whose baseline is not clearly away from zero have no
            percentage and are left out.
    """
    key = "difference.patients" if measures is PATIENTS else "difference.society"
    title = words(key, policy=policy, baseline=results.baseline)
    table = rows_of(results, policy, by="all").set_index("measure")
    base = rows_of(results, results.baseline, by="all").set_index("measure")
    gaps = []
    for name in measures:
        if name in table.index:
            row, size = table.loc[name], abs(base.loc[name, "mean"])
            reach = (base.loc[name, "high"] - base.loc[name, "low"]) / 2.0
            if np.isfinite(size) and size > 2.0 * reach and np.isfinite(row["difference"]):
                gaps.append(gap_of(row, measure_label(row, words)).times(100.0 / size))
    if not gaps:
        return empty(title, words, _why(results, words))
    return _forest(results, words, title, words("difference.axis_relative"), "%", {policy: gaps})


def by_group(results: Results, words: Words, measure: str, by: str) -> Option:
    """Return a measure's differences from the baseline, a row per group, a bar per policy.

    Args:
        results: What was found.
        words: Texts of the language.
        measure: Name of a measure.
        by: Kind of groups.
    """
    tables = {
        policy: told_rows(results, policy, measure, by).set_index("group")
        for policy in results.others
    }
    tables = {policy: table for policy, table in tables.items() if len(table)}
    first = next(iter(tables.values()), None)
    name = words(f"measure.{measure}") if f"measure.{measure}" in words else measure
    title = words("difference.by", measure=name, by=words(f"by.{by}"), baseline=results.baseline)
    if first is None:
        return empty(title, words, _why(results, words))
    unit, factor = unit_of(pd.concat(tables.values()), words)
    gaps = {
        policy: [
            gap_of(table.loc[group], group_label(by, group, words)).times(factor / unit.divisor)
            for group in first.index
        ]
        for policy, table in tables.items()
    }
    return _forest(results, words, title, words("difference.axis", unit=unit.unit), unit.unit, gaps)


def by_province(results: Results, words: Words, measure: str, policy: str) -> Option:
    """Return a measure's differences from the baseline by province, the largest gain first.

    The intervals are as much wider as to keep the chance of a false claim among all provinces at
    5 % (Bonferroni).

    Args:
        results: What was found.
        words: Texts of the language.
        measure: Name of a measure.
        policy: The policy that is compared with the baseline.
    """
    table = widened(told_rows(results, policy, measure, "province"))
    name = words(f"measure.{measure}") if f"measure.{measure}" in words else measure
    title = words("difference.by", measure=f"{policy}: {name}", by=words("by.province"),
                  baseline=results.baseline)  # fmt: skip
    if table.empty:
        return empty(title, words, _why(results, words))
    unit, factor = unit_of(table, words)
    gaps = [
        gap_of(row, group_label("province", row["group"], words)).times(factor / unit.divisor)
        for _, row in table.iterrows()
    ]
    gaps.sort(key=lambda gap: gap.mean, reverse=gaps[0].better == "higher")
    note = words("difference.note_provinces", n=len(gaps))
    axis_name = words("difference.axis", unit=unit.unit)
    return _forest(results, words, title, axis_name, unit.unit, {policy: gaps}, note)


def height(made: Option) -> int:
    """Return the pixels that a chart of differences needs."""
    if "yAxis" not in made:
        return 220
    rows = made["yAxis"][0] if isinstance(made["yAxis"], list) else made["yAxis"]
    bars = sum(one["type"] == "boxplot" for one in made["series"])
    row = ROW + SERIES * bars if bars else TILE
    return int(made["grid"]["top"] + 56 + row * len(rows["data"]))


def _why(results: Results, words: Words) -> str:
    """Say why there is nothing to show."""
    return words("difference.nothing" if results.others else "difference.no_other")


def _forest(
    results: Results, words: Words, title: str, axis_name: str, unit: str,
    gaps: dict[str, list[Gap]], note: str = "",
) -> Option:  # fmt: skip
    """Return bars from low to high with a line at the mean, a row per label.

    One policy's bars are coloured by what they say, and say it in words on the right; several
    policies have a colour each.
    """
    alone = len(gaps) == 1
    labels = [gap.label for gap in next(iter(gaps.values()))]
    notes = [words("difference.note", runs=results.runs), note]
    notes.append(words("difference.note_colours") if alone else "")
    made = option(
        title, words, ". ".join(filter(None, notes)), legend=not alone,
        xAxis=axis(axis_name, scale=False), tooltip={"trigger": "item"}, grid={"bottom": 40},
    )  # fmt: skip
    made["yAxis"] = [_rows(labels, "left")]
    if alone:
        (only,) = gaps.values()
        made["yAxis"].append(_rows([words(f"difference.{gap.verdict}") for gap in only], "right"))
    made["series"] = [
        _bars(policy, found, unit, words, None if alone else SIDES[n % len(SIDES)])
        for n, (policy, found) in enumerate(gaps.items())
    ]
    made["color"] = list(SIDES)
    zero = {"silent": True, "symbol": "none", "data": [{"xAxis": 0}], "label": {"show": False},
              "lineStyle": {"color": INK, "type": "solid", "width": 1}}  # fmt: skip
    made["series"][0]["markLine"] = zero
    return made


def _rows(labels: list[str], side: str) -> Option:
    width = LABEL if side == "left" else 60
    return rows_axis(
        labels,
        {"interval": 0, "width": width, "overflow": "break", "fontSize": 11, "lineHeight": 12,
         "color": INK if side == "left" else "#666666"},
        position=side, axisLine={"show": False},
    )  # fmt: skip


def _bars(
    policy: str, gaps: list[Gap], unit: str, words: Words, colour: str | None
) -> Option:  # fmt: skip
    """Return the bars of a policy, each with its numbers in words."""
    data = []
    for gap in gaps:
        low, high = (x if np.isfinite(x) else gap.mean for x in (gap.low, gap.high))
        mark = colour or COLOURS[gap.verdict]
        ends = [float(f"{x:.4g}") for x in (low, low, gap.mean, high, high)]
        data.append({
            "value": ends, "itemStyle": {"color": f"{mark}55", "borderColor": mark},
            "tooltip": {"formatter": html.escape(_in_words(f"{policy}, {gap.label}", gap, unit,
                                                           words))},
        })  # fmt: skip
    return {"type": "boxplot", "name": short(policy, 40), "data": data, "boxWidth": [7, 10],
            "itemStyle": {"color": colour or GREY, "borderWidth": 1.5}}  # fmt: skip


def _in_words(name: str, gap: Gap, unit: str, words: Words) -> str:
    """Return a difference with its interval and unit."""
    size = max(abs(x) for x in (gap.mean, gap.low, gap.high) if np.isfinite(x))
    decimals = int(np.clip(2 - np.floor(np.log10(size)), 0, 5)) if size > 0.0 else 0
    mean, low, high = (told(x, decimals, sign=True) for x in (gap.mean, gap.low, gap.high))
    return words("difference.told", name=name, mean=mean, low=low, high=high, unit=unit)
