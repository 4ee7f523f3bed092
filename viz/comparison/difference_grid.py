"""Differences between policies on grids: provinces as tiles, and chances by measure and group."""

import html

import numpy as np
import pandas as pd

from experiments.measures import TOLD, Place, listed
from experiments.reporting.formatting import MINUS, format_number, signed
from viz.charts.colours import DIVERGING, NO_DATA
from viz.charts.style import INK, Option, empty, option
from viz.comparison.contrasts import (
    contrast_of,
    defined_rows,
    group_label,
    map_of_provinces,
    measure_name,
    scope_note,
    unit_of,
)
from viz.comparison.differences import LABEL
from viz.comparison.results import Results
from viz.i18n.texts import Texts
from viz.worlds import Tile


def chance(results: Results, texts: Texts, policy: str) -> Option:
    """Return the probabilities that a policy is better, by measure (down) and group (across).

    Args:
        results: What was found.
        texts: Texts of the language.
        policy: The policy that is compared with the baseline.
    """
    called, base = (results.title(one, texts.language) for one in (policy, results.baseline))
    title = texts("difference.chance", policy=called, baseline=base)
    table = results.summary[results.summary["policy"] == policy]
    found = {
        (row.measure, row.by, row.group): row.probability_better
        for row in table.itertuples()
        if np.isfinite(row.probability_better)
    }
    known = {name for name, _, _ in found}
    measures = [one for one in listed(Place.CHANCES) if one.name in known]
    groups = [group for group in TOLD if any(key[1:] == group for key in found)]
    if not found:
        several = "difference.none_told" if results.runs > 1 else "difference.one_run"
        return empty(title, texts, texts(several if results.others else "difference.no_other"))
    note = texts("difference.note_chance", runs=results.runs) + scope_note(results, texts)
    made = option(
        title,
        texts,
        note,
        legend=False,
        tooltip={"trigger": "item"},
        grid={"bottom": 12, "right": 44},
    )
    made["xAxis"] = _names([group_label(*group, texts) for group in groups], position="top")
    made["xAxis"]["axisLabel"]["rotate"] = 60
    made["yAxis"] = _names([texts.pick(*one.short) for one in measures], inverse=True)
    made["yAxis"]["axisLabel"] |= {"width": LABEL, "overflow": "break"}
    made["visualMap"] = _scale(0.0, 100.0)
    data = [
        _chance(column, row, 100.0 * found[one.name, *group])
        for row, one in enumerate(measures)
        for column, group in enumerate(groups)
        if (one.name, *group) in found
    ]
    made["series"] = [
        {
            "type": "heatmap",
            "data": data,
            "name": policy,
            "label": {"show": True, "fontSize": 10, "color": INK},
            "itemStyle": {"borderColor": "#ffffff", "borderWidth": 2},
        }
    ]
    return made


def province_map(results: Results, texts: Texts, measure: str, policy: str) -> Option:
    """Return provinces as tiles, coloured by how much better or worse a measure is.

    Args:
        results: What was found.
        texts: Texts of the language.
        measure: Name of a measure.
        policy: The policy that is compared with the baseline.
    """
    name = measure_name(results, measure, texts)
    table = defined_rows(results, policy, measure, "province")
    called, base = (results.title(one, texts.language) for one in (policy, results.baseline))
    about = {"measure": name, "policy": called, "baseline": base}
    if table.empty:
        why = "difference.nothing" if results.others else "difference.no_other"
        return empty(texts("difference.map", unit="", **about).rstrip(" ,，"), texts, texts(why))
    unit, factor = unit_of(table, texts)
    made = option(
        texts("difference.map", unit=unit.unit, **about),
        texts,
        texts("difference.note_map") + scope_note(results, texts),
        legend=False,
        tooltip={"trigger": "item"},
        grid={"bottom": 12, "containLabel": False},
    )
    tiles = map_of_provinces(results, texts)
    for side, key in (("xAxis", "column"), ("yAxis", "row")):
        last = max(int(getattr(tile, key)) for tile in tiles)
        made[side] = {
            "type": "category",
            "show": False,
            "data": list(range(last + 1)),
            "inverse": side == "yAxis",
        }
    rows = table.set_index("group", drop=False)
    reach = float(table["difference"].abs().max()) * factor / unit.divisor or 1.0
    made["visualMap"] = _scale(-reach, reach, flipped=table["better"].iloc[0] == "lower")
    finest = int(np.clip(1 - np.floor(np.log10(reach)), 1, 5))
    shown = [_tile(tile, rows, factor / unit.divisor, unit.unit, finest, texts) for tile in tiles]
    made["series"] = [{"type": "heatmap", "name": policy, "data": shown}]
    return made


def _chance(column: int, row: int, percent: float) -> Option:
    """Return one probability; no number of runs makes it certain."""
    text = ">99" if percent > 99.0 else "<1" if percent < 1.0 else f"{percent:.0f}"
    return {"value": [column, row, round(percent, 1)], "label": {"formatter": text}}


def _tile(
    tile: Tile, rows: pd.DataFrame, factor: float, unit: str, finest: int, texts: Texts
) -> Option:
    """Return one province; bold if a difference is claimed, grey without a number if unknown."""
    label = texts.pick(tile.code, tile.province_zh)
    name = texts.pick(tile.province, tile.province_zh)
    at, style = [int(tile.column), int(tile.row)], {"borderColor": "#fff", "borderWidth": 3}
    if tile.province not in rows.index:
        return {
            "value": [*at, 0],
            "visualMap": False,
            "itemStyle": {**style, "color": NO_DATA},
            "label": {"show": True, "formatter": label, "fontSize": 11, "color": "#777777"},
            "tooltip": {"formatter": html.escape(name)},
        }
    row = rows.loc[tile.province]
    mean, low, high = (
        float(row[key]) * factor for key in ("difference", "difference_low", "difference_high")
    )
    clear = contrast_of(row).clear
    decimals = finest if abs(mean) < 100 else 0
    number = format_number(mean, decimals, sign=True)
    if clear and round(mean, decimals) == 0.0:
        number = signed(mean, decimals).replace("-", MINUS)
    ends = {
        key: format_number(value, decimals, sign=True)
        for key, value in (("low", low), ("high", high))
    }
    text = texts("difference.sentence", name=name, mean=number, unit=unit, **ends)
    return {
        "value": [*at, float(f"{mean:.4g}")],
        "itemStyle": style,
        "label": {
            "show": True,
            "formatter": f"{label}\n{number}",
            "fontSize": 11,
            "lineHeight": 13,
            "fontWeight": "bold" if clear else "normal",
            "color": INK,
        },
        "tooltip": {"formatter": html.escape(text)},
    }


def _names(names: list[str], **parts: object) -> Option:
    return {
        "type": "category",
        "data": names,
        "axisTick": {"show": False},
        "axisLine": {"show": False},
        "axisLabel": {"interval": 0, "fontSize": 11, "lineHeight": 12, "color": INK},
        **parts,
    }


def _scale(low: float, high: float, *, flipped: bool = False) -> Option:
    """Return the colours from worse over no difference to better, pale enough to write on."""
    stops = DIVERGING[1:-1]
    return {
        "type": "continuous",
        "show": False,
        "min": low,
        "max": high,
        "dimension": 2,
        "inRange": {"color": list(stops[::-1] if flipped else stops)},
    }
