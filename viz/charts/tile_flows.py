"""Ways between provinces on the map of tiles: tiles by who arrives, arrows for the largest ways.

Tiles stand about where the provinces lie; they are no boundaries, and their size says nothing.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from experiments.reporting.formatting import format_number
from viz.charts.colours import NO_DATA, colour, ink
from viz.charts.style import INK, Option, option
from viz.i18n.texts import Texts
from viz.worlds import Tile

STOPS = ("#f2f4f7", "#cfe3ea", "#8fc1cf", "#4b93ab", "#22637f", "#0d3a55")
"""From nobody to many."""
WIDEST = 7.0
"""Pixels of the largest arrow."""


class Arrows(NamedTuple):
    """Ways of one kind.

    Attributes:
        name: What they are called.
        colour: Their colour.
        table: Persons from each province (rows) to each (columns).
    """

    name: str
    colour: str
    table: np.ndarray


def tile_flows(
    title: str,
    texts: Texts,
    note: str,
    tiles: Sequence[Tile],
    provinces: Mapping[str, int],
    arrows: Sequence[Arrows],
    *,
    most: float,
    largest: float,
    shown: int,
    marked: Sequence[str] = (),
    zone: Sequence[str] = (),
) -> Option:
    """Return a map of tiles with arrows.

    Args:
        title: Title of the chart.
        texts: Texts of the language.
        note: What else has to be known to read it.
        tiles: Every tile; those of provinces that are not simulated are grey.
        provinces: Row of each province in the tables.
        arrows: The ways by kind.
        most: Persons who arrive at the darkest tile.
        largest: Persons of the widest arrow.
        shown: So many arrows are drawn, the largest.
        marked: Provinces with a thick border.
        zone: Provinces with a dashed border.
    """
    arriving = np.sum([one.table for one in arrows], axis=(0, 1))
    rows = max(tile.row for tile in tiles)
    hidden: Option = {"type": "category", "show": False, "splitLine": {"show": False}}
    made = option(
        title,
        texts,
        note,
        legend=[one.name for one in arrows],
        named=False,
        tooltip={"trigger": "item", "formatter": "{b}"},
        xAxis={**hidden, "data": [str(i) for i in range(1 + max(tile.column for tile in tiles))]},
        yAxis={**hidden, "data": [str(i) for i in range(rows + 1)], "inverse": True},
        visualMap={"show": False, "min": 0, "max": 1, "seriesIndex": []},
    )
    cells = [
        _cell(tile, provinces, arriving, most, texts, tile.province in marked,
              tile.province in zone)
        for tile in tiles
    ]  # fmt: skip
    place = {provinces[t.province]: [t.column, t.row] for t in tiles if t.province in provinces}
    names = {provinces[t.province]: texts.pick(t.province, t.province_zh) for t in tiles
             if t.province in provinces}  # fmt: skip
    made["series"] = [
        {
            "type": "heatmap",
            "name": texts("flows.arriving"),
            "data": cells,
            "z": 1,
            "itemStyle": {"borderWidth": 3, "borderColor": "#ffffff", "borderRadius": 5},
        },
        *(
            {
                "type": "lines",
                "coordinateSystem": "cartesian2d",
                "name": one.name,
                "color": one.colour,
                "z": 3,
                "symbol": ["none", "arrow"],
                "symbolSize": 8,
                "lineStyle": {"color": one.colour, "opacity": 0.75, "curveness": bend},
                "data": _lines(one.table, place, names, largest, shown, texts),
            }
            for one, bend in zip(arrows, (0.18, 0.3), strict=False)
        ),
        {
            "type": "scatter",
            "name": texts("flows.arriving"),
            "silent": True,
            "symbolSize": 1,
            "color": "transparent",
            "z": 5,
            "data": [_label(tile, cell, texts) for tile, cell in zip(tiles, cells, strict=True)],
        },
    ]
    return made


def _cell(
    tile: Tile,
    provinces: Mapping[str, int],
    arriving: np.ndarray,
    most: float,
    texts: Texts,
    marked: bool,
    zone: bool,
) -> Option:
    """Return a province's tile, coloured by who arrives there."""
    known = tile.province in provinces
    persons = float(arriving[provinces[tile.province]]) if known else 0.0
    fill = colour(persons / most if most else 0.0, STOPS) if known else NO_DATA
    name = texts.pick(tile.province, tile.province_zh)
    number = format_number(persons)
    border: Option = {}
    if marked or zone:
        border = {"borderColor": INK, "borderWidth": 3 if marked else 2,
                  "borderType": "solid" if marked else "dashed"}  # fmt: skip
    return {
        "name": texts("flows.arrive", place=name, persons=number) if known
        else texts("flows.unknown", place=name),
        "value": [tile.column, tile.row, round(persons, 1)],
        "visualMap": False,
        "itemStyle": {"color": fill, **border},
    }  # fmt: skip


def _label(tile: Tile, cell: Option, texts: Texts) -> Option:
    """Return what is written on a tile, above the arrows: its short name and who arrives there."""
    name, fill = texts.pick(tile.code, tile.province_zh), cell["itemStyle"]["color"]
    known = fill != NO_DATA
    return {
        "value": cell["value"][:2],
        "label": {
            "show": True,
            "position": "inside",
            "formatter": f"{name}\n{format_number(cell['value'][2])}" if known else name,
            "color": ink(fill),
            "textBorderColor": fill,
            "textBorderWidth": 3,
            "fontSize": 11,
            "lineHeight": 13,
        },
    }


def _lines(
    table: np.ndarray,
    place: Mapping[int, list[int]],
    names: Mapping[int, str],
    largest: float,
    shown: int,
    texts: Texts,
) -> list[Option]:
    """Return the largest ways as lines, wider for more persons."""
    made: list[Option] = []
    for key in np.argsort(-table, axis=None, kind="stable")[:shown]:
        i, j = divmod(int(key), table.shape[1])
        persons = float(table[i, j])
        if persons <= 0.0 or i not in place or j not in place:
            break
        made.append(
            {
                "name": texts("flows.way", start=names[i], end=names[j],
                              persons=format_number(persons)),
                "coords": [place[i], place[j]],
                "lineStyle": {"width": round(0.6 + (WIDEST - 0.6) * persons / largest, 1)},
            }
        )  # fmt: skip
    return made
