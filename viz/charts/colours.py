"""Colour scales for values: even to the eye, told apart by the colour-blind."""

from collections.abc import Sequence

SEQUENTIAL = (
    "#fde725",
    "#addc30",
    "#5ec962",
    "#28ae80",
    "#21918c",
    "#2c728e",
    "#3b528b",
    "#472d7b",
    "#440154",
)
"""Viridis, from light for little to dark for much."""
DIVERGING = (
    "#8c510a",
    "#bf812d",
    "#dfc27d",
    "#f6e8c3",
    "#f5f5f5",
    "#c7eae5",
    "#80cdc1",
    "#35978f",
    "#01665e",
)
"""Brown for worse, white for no difference, green-blue for better (ColorBrewer's BrBG)."""
NO_DATA = "#d9d9d9"


def colour(share: float, stops: Sequence[str]) -> str:
    """Return the colour at a place of a scale, linear between its stops.

    Args:
        share: Place on the scale from 0 to 1; beyond, the end's colour.
        stops: The scale's colours, "#rrggbb", evenly spaced.
    """
    place = min(max(share, 0.0), 1.0) * (len(stops) - 1)
    low = min(int(place), len(stops) - 2)
    mixed = (
        round(a + (b - a) * (place - low))
        for a, b in zip(_channels(stops[low]), _channels(stops[low + 1]), strict=True)
    )
    return "#" + "".join(f"{c:02x}" for c in mixed)


def ink(fill: str) -> str:
    """Return black or white, whichever stands out more on a colour (WCAG contrast)."""
    linear = [
        c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4
        for c in (channel / 255 for channel in _channels(fill))
    ]
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if (light + 0.05) / 0.05 > 1.05 / (light + 0.05) else "#ffffff"


def _channels(code: str) -> tuple[int, int, int]:
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)
