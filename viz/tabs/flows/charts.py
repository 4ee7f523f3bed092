"""Charts of the ways of people: on the map of tiles, the largest, by year, of one hospital."""

from collections.abc import Sequence

import numpy as np

from experiments.reporting.formatting import format_number
from viz.charts.layout import Panel, Row
from viz.charts.style import A, B, Option, axis, beside, empty, option, reaching, rows_axis, short
from viz.charts.tile_flows import Arrows, tile_flows
from viz.i18n.texts import Texts
from viz.reading.moves import KINDS
from viz.tabs.flows.data import FlowsData, Neighbour
from viz.tabs.labels import TITLE_NAME, Side, side_name, sides
from viz.worlds import tiles_of

COLOURS = {"referred": "#AA3377", "own": "#222255", "home": "#222255"}
MOST_ARROWS, MOST_PAIRS, NAME_WIDTH = 24, 14, 34


def ways(data: FlowsData, texts: Texts, side: Side) -> Option:
    """Return the ways between provinces under one policy on the map of tiles.

    Args:
        data: What the flows tab shows.
        texts: Texts of the language.
        side: Policy "a" or "b".
    """
    title = f"{_title(data, texts)} · {side_name(data.scene, side, texts, TITLE_NAME)}"
    note = _note(data, texts, "flows.note")
    tables = data.chosen(0), data.chosen(1)
    if data.years is None or not any(table.any() for table in tables):
        return empty(title, texts, texts("flows.none"), note)
    table = tables[side == "b"]
    kinds = [kind for kind in (("home",) if data.way == "home" else KINDS)
             if data.way in ("all", kind)]  # fmt: skip
    arrows = [
        Arrows(texts(f"flows.{kind}"), COLOURS[kind], table[KINDS.index(kind) if len(table) > 1
                                                          else 0])
        for kind in kinds
    ]  # fmt: skip
    names = [name for name, _ in data.provinces]
    return tile_flows(
        title,
        texts,
        note,
        tiles_of(texts.world),
        {name: i for i, name in enumerate(names)},
        arrows,
        most=max(float(one.sum(axis=(0, 1)).max()) for one in tables),
        largest=max(float(one.max()) for one in tables),
        shown=MOST_ARROWS // len(arrows),
        marked=[names[row] for row in (data.origin, data.goal) if row is not None],
        zone=[*data.scene.zone, *data.scene.zone_parts],
    )


def pairs(data: FlowsData, texts: Texts) -> Option:
    """Return the largest ways from province to province, A beside B."""
    title = texts("flows.pairs")
    a, b = (data.chosen(side).sum(axis=0) for side in (0, 1))
    keys = np.argsort(-(a + b), axis=None, kind="stable")[:MOST_PAIRS]
    rows = []
    for key in keys:
        i, j = divmod(int(key), len(data.provinces))
        if a[i, j] + b[i, j] > 0.0:
            name = texts("flows.pair", start=texts.pick(*data.provinces[i]),
                         end=texts.pick(*data.provinces[j]))  # fmt: skip
            rows.append((name, (float(a[i, j]), float(b[i, j]))))
    note = _note(data, texts, "flows.pairs_note")
    return _bars(data, texts, title, note, rows, texts("flows.none"))


def by_year(data: FlowsData, texts: Texts) -> Option:
    """Return how many took the chosen ways in each year, A beside B."""
    where = _between(data, texts)
    title = texts("flows.by_year")
    note = texts("flows.year_note", way=texts(f"flows.{data.way}"), where=where)
    rows = [
        (str(year), (data.courses[0][year], data.courses[1].get(year, 0.0)))
        for year in data.courses[0]
    ]
    if data.scene.month % 12 and rows:
        part = texts("flows.part", year=rows[-1][0], months=data.scene.month % 12)
        rows[-1] = part, rows[-1][1]
    return _bars(data, texts, title, note, rows, texts("flows.none"))


def comes(data: FlowsData, texts: Texts) -> Option:
    """Return from which hospitals the patients of the chosen one come."""
    return _neighbours(data, texts, "comes", 0)


def goes(data: FlowsData, texts: Texts) -> Option:
    """Return to which hospitals the patients of the chosen one go on."""
    return _neighbours(data, texts, "goes", 1)


def _neighbours(data: FlowsData, texts: Texts, key: str, which: int) -> Option:
    found = data.hospital
    if found is None:
        return empty(texts(f"flows.{key}_any"), texts, texts("flows.none"))
    title = texts(f"flows.{key}", hospital=texts.pick(*found.names))
    told: Sequence[Neighbour] = found.goes if which else found.comes
    rows = [(texts.pick(*one.names), one.persons) for one in told]
    if sum(found.others[which]) > 0.0:
        rows.append((texts("flows.other_hospitals"), found.others[which]))
    note = texts("flows.hospital_note", years=_years(data, texts))
    return _bars(data, texts, title, note, rows, texts("flows.none"))


def _bars(
    data: FlowsData,
    texts: Texts,
    title: str,
    note: str,
    rows: list[tuple[str, tuple[float, float]]],
    why: str,
) -> Option:
    """Return bars of persons under A and under B, row by row."""
    if not any(value > 0.0 for _, pair in rows for value in pair):
        return empty(title, texts, why, note)
    names = sides(data.scene, texts)
    most = max(value for _, pair in rows for value in pair)
    made = option(
        title,
        texts,
        note,
        legend=names,
        named=False,
        tooltip={"trigger": "axis", "axisPointer": {"type": "shadow"}},
        xAxis=axis(texts("flows.unit_home" if data.way == "home" else "flows.unit"), min=0,
                   **reaching(most * 1.15)),
        yAxis=rows_axis([short(name, NAME_WIDTH) for name, _ in rows], {"interval": 0}),
    )  # fmt: skip
    made["series"] = [
        {
            "type": "bar",
            "name": name,
            "color": colour,
            "barGap": "0%",
            "data": [
                {
                    "value": round(pair[side], 1),
                    "label": beside(format_number(pair[side])) | {"fontSize": 9},
                }
                for _, pair in rows
            ],
        }
        for side, (name, colour) in enumerate(zip(names, (A, B), strict=True))
    ]  # fmt: skip
    return made


def _title(data: FlowsData, texts: Texts) -> str:
    return texts(f"flows.{data.way}")


def _note(data: FlowsData, texts: Texts, key: str) -> str:
    """Return what is counted, where and when."""
    return texts(key, where=_between(data, texts), years=_years(data, texts))


def _between(data: FlowsData, texts: Texts) -> str:
    """Return between which provinces the ways lead."""
    start, end = (
        texts("flows.any") if row is None else texts.pick(*data.provinces[row])
        for row in (data.origin, data.goal)
    )
    return texts("flows.pair", start=start, end=end)


def _years(data: FlowsData, texts: Texts) -> str:
    """Return the years that are counted, and how many months of the last one have been lived."""
    if data.years is None:
        return texts("chart.not_yet")
    first, last = data.years
    span = str(first) if first == last else texts("flows.span", first=first, last=last)
    return span if data.part == 12 else texts("flows.so_far", span=span, months=data.part)


ROWS = (
    Row((Panel(ways, "a", 560), Panel(ways, "b", 560))),
    Row((Panel(pairs, "", 520), Panel(by_year, "", 520))),
    Row((Panel(comes, "", 500), Panel(goes, "", 500))),
)
"""The charts of the tab."""
