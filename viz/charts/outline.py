"""The outline around places on a map: the convex hull, a little wider than they are."""

import numpy as np

CORNERS = 12
"""Points into which each place is widened."""


def outline(places: np.ndarray, margin: float) -> np.ndarray:
    """Return the corners of the convex hull of circles around places, the first one last again.

    Andrew's monotone chain (1979, Information Processing Letters 9:216-219).

    Args:
        places: Of shape (n, 2), n at least 1.
        margin: Radius of the circles.

    Returns:
        Corners in the order of the outline, of shape (m, 2).
    """
    angle = 2 * np.pi * np.arange(CORNERS) / CORNERS
    circle = margin * np.column_stack([np.cos(angle), np.sin(angle)])
    points = sorted({tuple(point) for point in (places[:, None, :] + circle).reshape(-1, 2)})
    lower, upper = _chain(points), _chain(points[::-1])
    return np.array([*lower[:-1], *upper[:-1], lower[0]])


def _chain(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the points from first to last that turn left only."""
    kept: list[tuple[float, float]] = []
    for point in points:
        while len(kept) > 1 and _turn(kept[-2], kept[-1], point) <= 0:
            kept.pop()
        kept.append(point)
    return kept


def _turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    """Return above 0 for a turn to the left at b, below 0 for one to the right."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
