"""Charts of the network: the map of hospitals with moving referrals, and referrals as sankeys."""

import math

import numpy as np

from agents.codes import PathKind, Tier
from experiments.reporting.formatting import format_number
from viz.charts.layout import Panel, Row
from viz.charts.outline import outline
from viz.charts.sankey import largest, sankey
from viz.charts.style import INK, PALE, Option, axis, empty, option
from viz.i18n.texts import Texts
from viz.tabs.labels import TITLE_NAME, Side, place, side_name
from viz.tabs.network.data import OWN, NetworkData, NetworkSide, Spot

TIER_COLOURS = ("#BBBBBB", "#CCBB44", "#66CCEE", "#228833", "#222255", "#AA3377")
"""By tier: county, tertiary, member, lead, centre, national."""
PROVINCE_COLOURS = (
    "#66CCEE",
    "#44AA99",
    "#999933",
    "#CC6677",
    "#882255",
    "#DDCC77",
    "#117733",
    "#AA4499",
)
KIND_COLOURS = {
    PathKind.UP: "#CC6677", PathKind.ACROSS: "#999933", PathKind.DOWN: "#44AA99", OWN: "#4A5568",
}  # fmt: skip
"""By kind of move: the directions of referrals, and those on their own way."""
LARGEST = 30
"""Pixels of the longest queue's symbol."""
SMALLEST_SIZE = 4
LEAST_MARGIN = 0.05
"""Degrees around the outermost places, so that one place alone has a map as well."""
GOLDEN = math.pi * (3 - math.sqrt(5))


def hospitals(data: NetworkData, texts: Texts, side: Side) -> Option:
    """Return the network on the map: hospitals sized by queue, referrals on the move.

    Args:
        data: What the network tab shows.
        texts: Texts of the language.
        side: Policy "a" or "b".
    """
    shown = _side(data, side)
    where = texts("network.country" if not data.scene.province else "network.province")
    note = f"{_counted(data, texts)} {where}"
    title = _title(data, texts, side, "network.map")
    if not shown.places:
        return empty(title, texts, texts("network.none"), note)
    longest = max(spot.waiting for spot in [*data.a.places, *data.b.places])
    (west, east), (south, north) = _range(data.cities[:, 0]), _range(data.cities[:, 1])
    plain: Option = {"show": False}
    made = option(
        title,
        texts,
        note,
        tooltip={"trigger": "item", "formatter": "{b}"},
        legend=[*_legend(shown, texts), *([texts("map.zone")] if data.zone else [])],
        named=False,
        xAxis=axis(texts("network.longitude"), min=west, max=east, **plain),
        yAxis=axis(texts("network.latitude"), vertical=True, min=south, max=north, **plain),
    )
    made["series"] = [
        _backdrop(data),
        *_zone(data, texts, (east - west) / 60),
        *_flows(shown, texts, data),
        *_symbols(shown, texts, longest, (east - west) / 70),
        _names(data, texts),
    ]
    return made


def tiers(data: NetworkData, texts: Texts, side: Side) -> Option:
    """Return the referrals between tiers of hospitals as a sankey."""
    names = [texts.name("tier", tier.label) for tier in Tier]
    colours = dict(zip(names, TIER_COLOURS, strict=True))
    shown = _side(data, side)
    counts = texts(
        "network.followed",
        followed=format_number(shown.followed),
        sent=format_number(shown.sent),
        own=format_number(shown.own),
    )
    note = f"{_counted(data, texts)} {counts}"
    title = _title(data, texts, side, "network.tiers")
    return sankey(title, texts, note, names, names, shown.tiers, colours)


def provinces(data: NetworkData, texts: Texts, side: Side) -> Option:
    """Return the referrals from one province to another as a sankey."""
    apart = 1.0 - np.eye(len(data.provinces))
    both = (data.a.provinces + data.b.provinces) * apart
    table = _side(data, side).provinces
    within = float(np.trace(table))
    names = [texts.pick(*name) for name in data.provinces]
    senders, receivers, table = largest(names, table * apart, texts("network.others"), both)
    told = dict.fromkeys([*senders[:-1], *receivers[:-1]])
    colours = {name: PROVINCE_COLOURS[i % len(PROVINCE_COLOURS)] for i, name in enumerate(told)}
    note = f"{_counted(data, texts)} {texts('network.within', within=format_number(within))}"
    title = _title(data, texts, side, "network.provinces")
    return sankey(title, texts, note, senders, receivers, table, colours)


def _side(data: NetworkData, side: Side) -> NetworkSide:
    return data.a if side == "a" else data.b


def _title(data: NetworkData, texts: Texts, side: Side, key: str) -> str:
    return f"{texts(key)} · {side_name(data.scene, side, texts, TITLE_NAME)}"


def _counted(data: NetworkData, texts: Texts) -> str:
    return texts("network.counted", where=place(data.scene, texts), months=data.months)


def _legend(side: NetworkSide, texts: Texts) -> list[str]:
    """Return the names of the tiers that are on the map, and of the flows."""
    there = {spot.tier for spot in side.places}
    tiers = [texts.name("tier", tier.label) for tier in reversed(Tier) if tier in there]
    return [*tiers, *(_kind_name(kind, texts) for kind in KIND_COLOURS)]


def _range(degrees: np.ndarray) -> tuple[float, float]:
    """Return the ends of an axis with a margin, round numbers of degrees, also around one place."""
    low, high = float(degrees.min()), float(degrees.max())
    step = 5 if high - low > 20 else 1
    margin = max((high - low) / 40, LEAST_MARGIN)
    return step * math.floor((low - margin) / step), step * math.ceil((high + margin) / step)


def _backdrop(data: NetworkData) -> Option:
    """Return the cities as pale dots, which show the country's shape."""
    dots = [[round(float(lon), 2), round(float(lat), 2)] for lon, lat in data.cities]
    return {
        "type": "scatter",
        "data": dots,
        "symbolSize": 3,
        "silent": True,
        "z": 1,
        "itemStyle": {"color": PALE},
        "tooltip": {"show": False},
    }


def _zone(data: NetworkData, texts: Texts, margin: float) -> list[Option]:
    """Return the outline of the special zone, province by province."""
    if not data.zone:
        return []
    corners = [outline(places, margin) for places in data.zone]
    lines = [{"coords": [[round(float(x), 2) for x in at] for at in one]} for one in corners]
    return [
        {
            "type": "lines",
            "coordinateSystem": "cartesian2d",
            "polyline": True,
            "name": texts("map.zone"),
            "data": lines,
            "silent": True,
            "z": 2,
            "color": INK,
            "lineStyle": {"color": INK, "width": 1.5, "type": "dashed", "opacity": 0.9},
        }
    ]


def _flows(side: NetworkSide, texts: Texts, data: NetworkData) -> list[Option]:
    """Return the largest flows, a series for each direction, thicker for more persons."""
    most = max((flow.persons for flow in [*data.a.flows, *data.b.flows]), default=1.0)
    made = []
    for kind, colour in KIND_COLOURS.items():
        lines = [
            {
                "name": texts(
                    "network.flow_own" if kind == OWN else "network.flow",
                    start=texts.pick(flow.names[0], flow.names_zh[0]),
                    end=texts.pick(flow.names[1], flow.names_zh[1]),
                    persons=format_number(flow.persons),
                ),
                "coords": [[round(float(x), 2) for x in at] for at in (flow.start, flow.end)],
                "lineStyle": {"width": round(0.5 + 3.5 * flow.persons / most, 1)},
            }
            for flow in side.flows
            if flow.kind == kind
        ]
        made.append(
            {
                "type": "lines",
                "coordinateSystem": "cartesian2d",
                "data": lines,
                "z": 2,
                "name": _kind_name(kind, texts),
                "color": colour,
                "symbol": ["none", "arrow"],
                "symbolSize": 6,
                "lineStyle": {
                    "color": colour,
                    "opacity": 0.55,
                    "curveness": 0.3 if kind == OWN else 0.15,
                },
            }
        )
    return made


def _kind_name(kind: int, texts: Texts) -> str:
    return texts("network.own" if kind == OWN else f"kind.{PathKind(kind).label}")


def _names(data: NetworkData, texts: Texts) -> Option:
    """Return the provinces' names, each in the middle of its cities."""
    points = [
        {"name": texts.pick(*data.provinces[row]), "value": [round(x, 2) for x in at]}
        for row, at in data.middles.items()
    ]
    return {
        "type": "scatter",
        "data": points,
        "symbolSize": 1,
        "silent": True,
        "z": 20,
        "color": INK,
        "label": {"show": True, "formatter": "{b}", "fontSize": 9, "color": INK,
                  "textBorderColor": "#ffffff", "textBorderWidth": 2},
        "labelLayout": {"hideOverlap": True},
    }  # fmt: skip


def _symbols(side: NetworkSide, texts: Texts, longest: float, step: float) -> list[Option]:
    """Return the hospitals, a series for each tier, lower tiers beneath."""
    beside: dict[tuple[float, float], int] = {}
    made = []
    for tier in reversed(Tier):
        symbols: list[Option] = []
        for spot in (one for one in side.places if one.tier == tier):
            at = spot.lon, spot.lat
            rank = beside[at] = beside.get(at, -1) + 1
            size = LARGEST * math.sqrt(spot.waiting / longest) if longest else 0.0
            away = step * math.sqrt(rank)
            symbols.append(
                {
                    "name": _format_place(spot, texts),
                    "key": spot.key,
                    "value": [
                        round(float(at[0]) + away * math.cos(GOLDEN * rank), 2),
                        round(float(at[1]) + away * math.sin(GOLDEN * rank), 2),
                    ],
                    "symbolSize": round(max(size, SMALLEST_SIZE), 1),
                }
            )
        if symbols:
            made.append(
                {
                    "type": "scatter",
                    "data": symbols,
                    "z": 3 + int(tier),
                    "name": texts.name("tier", tier.label),
                    "color": TIER_COLOURS[tier],
                    "itemStyle": {"opacity": 0.8, "borderColor": "#ffffff", "borderWidth": 0.5},
                }
            )
    return made


def _format_place(spot: Spot, texts: Texts) -> str:
    """Return what is said of a hospital when it is pointed at."""
    name = texts.pick(spot.name, spot.zh)
    if spot.hospitals > 1 or spot.tier == Tier.MEMBER:
        name = f"{name} ({texts('network.members', n=spot.hospitals)})"
    return texts(
        "network.queue",
        name=name,
        waiting=format_number(spot.waiting),
        wait=format_number(spot.wait, 1),
    )


ROWS = tuple(
    Row((Panel(draw, "a", height), Panel(draw, "b", height)))
    for draw, height in ((hospitals, 520), (tiers, 360), (provinces, 420))
)
"""The charts of the tab: A beside B."""
