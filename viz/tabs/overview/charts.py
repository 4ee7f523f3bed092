"""Charts of the overview: lines by month, and the tiles of the provinces' maps."""

from math import isfinite
from typing import Any, Literal

import numpy as np

from experiments.measures import Place
from experiments.reporting.formatting import format_number
from viz.charts.colours import DIVERGING, NO_DATA, SEQUENTIAL, colour, ink
from viz.charts.layout import Panel, Row
from viz.charts.style import A, B, Option
from viz.i18n.texts import Texts
from viz.reading.courses import SERIES, on_maps
from viz.reading.scene import Scene
from viz.tabs.courses import Line, course
from viz.tabs.labels import TITLE_NAME, side_name, sides
from viz.tabs.overview.data import OverviewData
from viz.tabs.overview.map_scales import ends
from viz.worlds import tiles_of

Which = Literal["a", "b", "difference"]


def line(data: OverviewData, texts: Texts, key: str) -> Option:
    """Return the course of a number of people, or of money, under A and B.

    Args:
        data: What the overview shows.
        texts: Texts of the language.
        key: One of `SERIES`.
    """
    shown = [
        Line(*parts)
        for parts in zip(sides(data.scene, texts), (A, B), (3, 1.8), data.series[key], strict=True)
    ]
    return course(data.scene, texts, key, shown, data.bands.get(key))


def tiles(data: OverviewData, texts: Texts, key: str, which: Which) -> dict[str, Any]:
    """Return a map of tiles: the provinces under A, under B, or B less A.

    Args:
        data: What the overview shows.
        texts: Texts of the language.
        key: One of `on_maps`.
        which: The side, or "difference".

    Returns:
        `title`; `rows` and `columns` of the grid; `tiles`, each with province, row, column, name
        (short), full (for the tooltip), text (its value), fill, ink, data (whether there is any),
        selected, zone ("whole" or "part" of it lies in the special zone, else empty) and unclear
        (whether the difference may be chance); and
        `legend` with stops (colours from the first to the last), low, high, zone and unclear (what
        outline and hatching mean, or empty),
        unit, and for a difference the words at both ends.
    """
    indicator = on_maps(data.scene.horizon // 12)[key]
    here, better = indicator.at(Place.MAPS), indicator.better
    decimals = here.digits
    a, b = (values * here.unit.factor for values in data.maps[key])
    values = {"a": a, "b": b, "difference": b - a}[which]
    difference = which == "difference"
    low, high = ends(key, values if difference else np.concatenate([a, b]), difference)
    unit = texts.pick(*((difference and here.unit.difference) or here.unit.text))
    stops = DIVERGING if difference else SEQUENTIAL
    if difference and better == "lower":
        stops = stops[::-1]
    by_name = dict(zip((name for name, _ in data.provinces), values, strict=True))
    made: list[dict[str, Any]] = []
    for spot in tiles_of(texts.world):
        value = by_name.get(spot.province, np.nan)
        known = bool(np.isfinite(value))
        fill = colour((value - low) / (high - low), stops) if known else NO_DATA
        text = format_number(float(value), decimals, sign=difference)
        name = texts.pick(spot.province, spot.province_zh)
        full = f"{name}: {text} {unit}" if known else f"{name}: {texts('map.no_data')}"
        zone = _zone(data.scene, spot.province)
        full = f"{full}; {texts(f'map.zone.{zone}')}" if zone else full
        spread = data.spreads.get(spot.province) if difference else None
        if spread is not None and isfinite(spread.low):
            low_end, high_end = (
                format_number(end * here.unit.factor, decimals, sign=True)
                for end in (spread.low, spread.high)
            )
            full = f"{full}; {texts('map.interval', low=low_end, high=high_end)}"
        unclear = difference and known and not (spread is not None and spread.claimed)
        full = f"{full}; {texts('map.unclear')}" if unclear else full
        made.append(
            {
                "province": spot.province,
                "row": int(spot.row),
                "column": int(spot.column),
                "name": texts.pick(spot.code, spot.province_zh),
                "full": full,
                "text": text,
                "fill": fill,
                "ink": "#000000" if unclear else ink(fill),
                "data": known,
                "selected": spot.province == data.scene.province,
                "zone": zone,
                "unclear": unclear,
            }
        )
    if which == "difference":
        title = texts("map.difference")
    else:
        title = side_name(data.scene, which, texts, TITLE_NAME)
    return {
        "title": title,
        "rows": 1 + max(tile["row"] for tile in made),
        "columns": 1 + max(tile["column"] for tile in made),
        "tiles": made,
        "legend": {
            "stops": list(stops),
            "unit": unit,
            "low": format_number(low, decimals, sign=difference),
            "high": format_number(high, decimals, sign=difference),
            "low_words": texts(_end(better, -1)) if difference else "",
            "high_words": texts(_end(better, 1)) if difference else "",
            "unclear": texts("map.hatched") if difference else "",
            "zone": texts("map.zone") if any(tile["zone"] for tile in made) else "",
        },
    }


def _zone(scene: Scene, province: str) -> str:
    """Return whether the whole or a part of a province lies in the special zone."""
    if province in scene.zone:
        return "whole"
    return "part" if province in scene.zone_parts else ""


def _end(better: str, sign: int) -> str:
    """Return the key of the words at an end of a difference's scale."""
    return "map.better" if (sign > 0) == (better == "higher") else "map.worse"


ROWS = (Row(tuple(Panel(line, key, 280) for key in SERIES)),)
"""The charts of the tab below the maps."""
