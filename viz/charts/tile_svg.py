"""A map of tiles as an SVG picture, for files that have no page around them."""

from html import escape
from typing import Any

SIZE, GAP = 47, 50


def tile_svg(tile_map: dict[str, Any]) -> str:
    """Return a map of tiles as SVG, with its title and scale.

    Args:
        tile_map: What `viz.tabs.overview.charts.tiles` returns.
    """
    wide, high = tile_map["columns"] * GAP, tile_map["rows"] * GAP
    legend = tile_map["legend"]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" '
        f'viewBox="-2 -26 {wide + 1} {high + 64}" aria-label="{escape(tile_map["title"])}">',
        f'<text x="0" y="-8" font-size="13" font-weight="600">{escape(tile_map["title"])}</text>',
    ]
    for tile in tile_map["tiles"]:
        x, y = tile["column"] * GAP, tile["row"] * GAP
        stroke = f' stroke="#111" stroke-width="2.5" stroke-dasharray="{_dashes(tile)}"'
        parts.append(
            f'<g transform="translate({x},{y})"><title>{escape(tile["full"])}</title>'
            f'<rect width="{SIZE}" height="{SIZE}" rx="5" fill="{tile["fill"]}"'
            f"{stroke if tile.get('zone') else ''}/>"
            f'<text x="23.5" y="21" text-anchor="middle" font-size="14" fill="{tile["ink"]}">'
            f"{escape(tile['name'])}</text>"
            f'<text x="23.5" y="38" text-anchor="middle" font-size="13" fill="{tile["ink"]}">'
            f"{escape(tile['text'])}</text></g>"
        )
    for i, fill in enumerate(legend["stops"]):
        parts.append(f'<rect x="{i * 20}" y="{high + 6}" width="20" height="8" fill="{fill}"/>')
    low = " · ".join(filter(None, (legend["low"], legend.get("low_words"))))
    high_end = " · ".join(filter(None, (f"{legend['high']} {legend['unit']}",
                                        legend.get("high_words"))))  # fmt: skip
    parts.append(
        f'<text x="0" y="{high + 30}" font-size="12">{escape(f"{low} … {high_end}")}</text>'
    )
    return "".join((*parts, "</svg>"))


def _dashes(tile: dict[str, Any]) -> str:
    return "5 4" if tile.get("zone") == "part" else "none"
