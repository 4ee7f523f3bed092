"""Differences between policies with their intervals, from the summary of paired runs."""

import html
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from experiments.measures import Place, listed
from experiments.reporting.answer import GROUPS
from experiments.reporting.contrasts import Contrast
from experiments.reporting.formatting import format_number
from experiments.reporting.wrapping import wrapped
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
    whole,
)
from viz.comparison.contrasts import (
    contrast_of,
    defined_rows,
    group_label,
    measure_name,
    rows_of,
    scope_note,
    unit_of,
    verdict_name,
)
from viz.comparison.results import Results
from viz.i18n.texts import Texts

ROW, SERIES = 12, 13
"""Pixels that a row of a forest takes, and each policy in it."""
TILE = 34
"""Pixels that a row of a grid takes."""
LABEL, LABEL_COLUMNS, LABEL_LINE = 134, 22, 12
"""Pixels for the names of the rows, columns of text that they hold, and pixels of a line."""
APART = 6
"""Pixels at least between the names of two rows."""
NOTHING = 220
"""Pixels of a chart that says why it shows nothing, unless its title takes more."""

SIDES = (B, "#228833", "#AA3377", "#CCBB44", "#66CCEE", "#222255")
"""Colours of the compared policies; that of policy A is the baseline's."""
COLOURS = {
    "better": BETTER,
    "worse": WORSE,
    "different": INK,
    "not clear": GREY,
    "too few": GREY,
}


def relative(results: Results, texts: Texts, policy: str, place: Place = Place.PATIENTS) -> Option:
    """Return changes in per cent of the baseline, of everyone, a row per measure.

    A measure whose baseline is not clearly away from zero has no percentage and is left out.

    Args:
        results: What was found.
        texts: Texts of the language.
        policy: The policy that is compared with the baseline.
        place: Which measures: `Place.PATIENTS` or `Place.SOCIETY`.
    """
    key = {Place.PATIENTS: "difference.patients", Place.SOCIETY: "difference.society"}[place]
    called, base_called = (results.title(one, texts.language) for one in (policy, results.baseline))
    title = texts(key, policy=called, baseline=base_called)
    table = rows_of(results, policy, by="all").set_index("measure", drop=False)
    base = rows_of(results, results.baseline, by="all").set_index("measure")
    found = []
    for measure in listed(place):
        if (name := measure.name) in table.index:
            row, size = table.loc[name], abs(base.loc[name, "mean"])
            reach = (base.loc[name, "high"] - base.loc[name, "low"]) / 2.0
            if np.isfinite(size) and size > 2.0 * reach and np.isfinite(row["difference"]):
                found.append(contrast_of(row).times(100.0 / size))
    if not found:
        return empty(title, texts, _why(results, texts))
    labels = [texts.pick(*one.measure.short) for one in found]
    axis_name = texts("difference.axis_relative")
    return _forest(results, texts, title, axis_name, "%", labels, {policy: found})


def by_group(results: Results, texts: Texts, measure: str, by: str) -> Option:
    """Return a measure's differences from the baseline, a row per group, a bar per policy.

    Args:
        results: What was found.
        texts: Texts of the language.
        measure: Name of a measure.
        by: Kind of groups.
    """
    tables = {
        policy: defined_rows(results, policy, measure, by).set_index("group", drop=False)
        for policy in results.others
    }
    tables = {policy: table for policy, table in tables.items() if len(table)}
    groups = _in_all([list(table.index) for table in tables.values()])
    name = measure_name(results, measure, texts)
    if len(tables) == 1:  # no legend names it
        called = results.title(next(iter(tables)), texts.language)
        name = texts("difference.of", policy=called, measure=name)
    base = results.title(results.baseline, texts.language)
    title = texts("difference.by", measure=name, by=texts(f"by.{by}"), baseline=base)
    if not groups:
        return empty(title, texts, _why(results, texts))
    labels = [group_label(by, group, texts) for group in groups]
    return _in_groups(results, texts, title, groups, labels, tables)


def whom(results: Results, texts: Texts, measure: str) -> Option:
    """Return a measure's differences in the groups of whom a report tells first.

    Args:
        results: What was found.
        texts: Texts of the language.
        measure: Name of a measure.
    """
    tables = {}
    for policy in results.others:
        kinds = dict.fromkeys(by for by, _ in GROUPS)
        table = pd.concat([defined_rows(results, policy, measure, by) for by in kinds])
        table = table.set_index(["by", "group"], drop=False)
        table = table[table.index.isin(list(GROUPS))]
        if len(table):
            tables[policy] = table
    groups = _in_all([list(table.index) for table in tables.values()])
    base = results.title(results.baseline, texts.language)
    name = measure_name(results, measure, texts)
    if len(tables) == 1:  # no legend names it
        called = results.title(next(iter(tables)), texts.language)
        name = texts("difference.of", policy=called, measure=name)
    title = texts("difference.whom", measure=name, baseline=base)
    if not groups:
        return empty(title, texts, _why(results, texts))
    labels = [group_label(by, group, texts) for by, group in groups]
    return _in_groups(results, texts, title, groups, labels, tables)


def _in_groups(
    results: Results,
    texts: Texts,
    title: str,
    groups: Sequence[Any],
    labels: list[str],
    tables: dict[str, pd.DataFrame],
) -> Option:
    """Return a row per group and in it a bar per policy, of one measure in one unit."""
    unit, factor = unit_of(pd.concat(tables.values()), texts)
    found = {
        policy: [contrast_of(table.loc[group]).times(factor / unit.divisor) for group in groups]
        for policy, table in tables.items()
    }
    axis_name = texts("difference.axis", unit=unit.unit)
    return _forest(results, texts, title, axis_name, unit.unit, labels, found)


def by_province(results: Results, texts: Texts, measure: str, policy: str) -> Option:
    """Return a measure's differences from the baseline by province, the largest gain first.

    Args:
        results: What was found.
        texts: Texts of the language.
        measure: Name of a measure.
        policy: The policy that is compared with the baseline.
    """
    table = defined_rows(results, policy, measure, "province")
    name = measure_name(results, measure, texts)
    called, base = (results.title(one, texts.language) for one in (policy, results.baseline))
    title = texts(
        "difference.by",
        measure=texts("difference.of", policy=called, measure=name),
        by=texts("by.province"),
        baseline=base,
    )
    if table.empty:
        return empty(title, texts, _why(results, texts))
    unit, factor = unit_of(table, texts)
    found = [contrast_of(row).times(factor / unit.divisor) for _, row in table.iterrows()]
    found.sort(key=lambda one: one.mean, reverse=found[0].measure.better == "higher")
    labels = [group_label("province", one.group, texts) for one in found]
    axis_name = texts("difference.axis", unit=unit.unit)
    return _forest(results, texts, title, axis_name, unit.unit, labels, {policy: found})


def height(made: Option) -> int:
    """Return the pixels that a chart of differences needs."""
    if "yAxis" not in made:
        return max(NOTHING, int(2 * made["grid"]["top"]))
    rows = made["yAxis"][0] if isinstance(made["yAxis"], list) else made["yAxis"]
    bars = sum(one["type"] == "boxplot" for one in made["series"])
    lines = max(len(wrapped(str(name), LABEL_COLUMNS)) for name in rows["data"])
    row = max(ROW + SERIES * bars if bars else TILE, LABEL_LINE * lines + APART)
    return int(made["grid"]["top"] + 56 + row * len(rows["data"]))


def _in_all(lists: list[list[Any]]) -> list[Any]:
    """Return what is in every list, in the order of the first."""
    return [name for name in lists[0] if all(name in other for other in lists)] if lists else []


def _why(results: Results, texts: Texts) -> str:
    """Say why there is nothing to show."""
    return texts("difference.nothing" if results.others else "difference.no_other")


def _forest(
    results: Results,
    texts: Texts,
    title: str,
    axis_name: str,
    unit: str,
    labels: list[str],
    contrasts: dict[str, list[Contrast]],
) -> Option:
    """Return bars from low to high with a line at the mean, a row per label.

    One policy's bars are coloured by what they say, and say it in words on the right; several
    policies have a colour each.
    """
    alone = len(contrasts) == 1
    called = {policy: results.title(policy, texts.language) for policy in contrasts}
    notes = [texts("difference.note", runs=results.runs)]
    notes += [texts("difference.note_colours")] if alone else []
    made = option(
        title,
        texts,
        ". ".join(notes) + scope_note(results, texts),
        legend=() if alone else [whole(called[policy]) for policy in contrasts],
        xAxis=axis(axis_name, scale=False),
        tooltip={"trigger": "item"},
        grid={"bottom": 40},
    )
    made["yAxis"] = [_rows(labels, "left")]
    if alone:
        (only,) = contrasts.values()
        made["yAxis"].append(_rows([verdict_name(one, texts) for one in only], "right"))
    made["series"] = [
        _bars(called[policy], labels, found, unit, texts, None if alone else SIDES[n % len(SIDES)])
        for n, (policy, found) in enumerate(contrasts.items())
    ]
    made["color"] = list(SIDES)
    zero = {
        "silent": True,
        "symbol": "none",
        "data": [{"xAxis": 0}],
        "label": {"show": False},
        "lineStyle": {"color": INK, "type": "solid", "width": 1},
    }
    made["series"][0]["markLine"] = zero
    return made


def _rows(labels: list[str], side: str) -> Option:
    width = LABEL if side == "left" else 60
    return rows_axis(
        labels,
        {
            "interval": 0,
            "width": width,
            "overflow": "break",
            "fontSize": 11,
            "lineHeight": LABEL_LINE,
            "color": INK if side == "left" else "#666666",
        },
        position=side,
        axisLine={"show": False},
    )


def _bars(
    policy: str,
    labels: list[str],
    contrasts: list[Contrast],
    unit: str,
    texts: Texts,
    colour: str | None,
) -> Option:
    """Return the bars of a policy, each with its numbers in words."""
    data = []
    for label, one in zip(labels, contrasts, strict=True):
        low, high = (x if np.isfinite(x) else one.mean for x in (one.low, one.high))
        mark = colour or COLOURS[one.verdict]
        ends = [float(f"{x:.4g}") for x in (low, low, one.mean, high, high)]
        told_as = _in_words(f"{policy}, {label}", one, unit, texts)
        data.append(
            {
                "value": ends,
                "itemStyle": {"color": f"{mark}55", "borderColor": mark},
                "tooltip": {"formatter": html.escape(told_as)},
            }
        )
    return {
        "type": "boxplot",
        "name": whole(policy),
        "data": data,
        "boxWidth": [7, 10],
        "itemStyle": {"color": colour or GREY, "borderWidth": 1.5},
    }


def _in_words(name: str, one: Contrast, unit: str, texts: Texts) -> str:
    """Return a difference with its interval and unit."""
    size = max(abs(x) for x in (one.mean, one.low, one.high) if np.isfinite(x))
    decimals = int(np.clip(2 - np.floor(np.log10(size)), 0, 5)) if size > 0.0 else 0
    mean, low, high = (format_number(x, decimals, sign=True) for x in (one.mean, one.low, one.high))
    return texts("difference.sentence", name=name, mean=mean, low=low, high=high, unit=unit)
