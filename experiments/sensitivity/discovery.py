"""Scenario discovery: the patient rule induction method (PRIM) of Friedman and Fisher (1999).

A box over all points is peeled: each step cuts a small share of the points away, from the side
where that raises the share of hits most. Of all boxes on the way the one with the best balance of
coverage and density is widened again where that does no harm (pasting), and limits that are not
needed are given up (Bryant and Lempert 2010, https://doi.org/10.1016/j.techfore.2009.08.002).

A box is fitted to its points, so its own density promises too much; `density_left_out` is that of
points that had no part in it.
"""

from typing import NamedTuple

import numpy as np

PEEL = 0.05
"""Share of a box's points that a step cuts away."""
LEAST = 0.05
"""Share of all points that a box must hold."""
PARTS = 5
"""Into so many parts points are split to leave each out in turn."""


class Box(NamedTuple):
    """A region of points.

    Attributes:
        low: Lower limits, minus infinity for none, of shape (factors,).
        high: Upper limits, infinite for none.
        coverage: Share of all hits that it holds.
        density: Share of its points that are hits.
        mass: Share of all points that it holds.
    """

    low: np.ndarray
    high: np.ndarray
    coverage: float
    density: float
    mass: float

    @property
    def limited(self) -> list[int]:
        """Return the factors that it limits, by number."""
        return [int(one) for one in
                np.flatnonzero(np.isfinite(self.low) | np.isfinite(self.high))]  # fmt: skip

    @property
    def balance(self) -> float:
        """Harmonic mean of coverage and density."""
        both = self.coverage + self.density
        return 2.0 * self.coverage * self.density / both if both else 0.0


def find_box(places: np.ndarray, hits: np.ndarray) -> Box:
    """Return the region in which hits lie.

    Args:
        places: Coordinates, of shape (points, factors).
        hits: Whether each point is one, of shape (points,); at least one is.
    """
    low = np.full(places.shape[1], -np.inf)
    box = _box(places, hits, low, -low)
    best = box
    while (smaller := _peeled(places, hits, box)) is not None:
        box = smaller
        best = max(best, box, key=lambda one: one.balance)
    return _without_needless(places, hits, _pasted(places, hits, best))


def inside(places: np.ndarray, box: Box) -> np.ndarray:
    """Return whether each point is in a box."""
    return _within(places, box.low, box.high)


def density_left_out(places: np.ndarray, hits: np.ndarray, bundles: np.ndarray) -> float:
    """Return the share of hits among points inside boxes that were found without them.

    A part of the points is left out, a box is sought in the others, and those left out that it
    holds are counted; so for each part.

    Args:
        places: Coordinates, of shape (points, factors).
        hits: Whether each point is one, of shape (points,).
        bundles: A number for each point; those with the same share coordinates, so that they are
            left out together.

    Returns:
        The share; NaN if no box holds a point that was left out.
    """
    held, found = 0, 0.0
    for part in range(PARTS):
        out = bundles % PARTS == part
        if hits[~out].any():
            new = out & inside(places, find_box(places[~out], hits[~out]))
            held += int(new.sum())
            found += float(hits[new].sum())
    return found / held if held else float("nan")


def _within(places: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    return np.all((places >= low) & (places <= high), axis=1)


def _box(places: np.ndarray, hits: np.ndarray, low: np.ndarray, high: np.ndarray) -> Box:
    held = _within(places, low, high)
    found = float(hits[held].sum())
    return Box(low, high, found / hits.sum(), found / max(held.sum(), 1), float(held.mean()))


def _peeled(places: np.ndarray, hits: np.ndarray, box: Box) -> Box | None:
    """Return the best of the boxes that are a step smaller; None if none is large enough."""
    held = inside(places, box)
    found: list[Box] = []
    for factor in range(places.shape[1]):
        values = places[held, factor]
        for side in (0, 1):
            end = _cut(values, side)
            if end is not None:
                limits = box.low.copy(), box.high.copy()
                limits[side][factor] = end
                found.append(_box(places, hits, *limits))
    enough = [one for one in found if LEAST <= one.mass < box.mass]
    return max(enough, key=lambda one: (one.density, one.mass), default=None)


def _cut(values: np.ndarray, side: int) -> float | None:
    """Return the limit that cuts a share of values away on a side; None if they are all alike."""
    edge = np.quantile(values, PEEL if side == 0 else 1.0 - PEEL)
    kept = values[values > edge] if side == 0 else values[values < edge]
    if not len(kept):
        return None
    return float(kept.min() if side == 0 else kept.max())


def _pasted(places: np.ndarray, hits: np.ndarray, box: Box) -> Box:
    """Return a box widened, a share of its points at a time, as long as its balance gains."""
    while True:
        wider = [one for factor in box.limited for side in (0, 1)
                 if (one := _wider(places, hits, box, factor, side)) is not None]  # fmt: skip
        best = max(wider, key=lambda one: one.balance, default=box)
        if best.balance <= box.balance:
            return box
        box = best


def _wider(places: np.ndarray, hits: np.ndarray, box: Box, factor: int, side: int) -> Box | None:
    """Return a box with one limit further out; None if it has none on that side."""
    limits = box.low.copy(), box.high.copy()
    if not np.isfinite(limits[side][factor]):
        return None
    end = limits[side][factor]
    limits[side][factor] = -np.inf if side == 0 else np.inf
    beyond = places[_within(places, *limits), factor]
    beyond = np.sort(beyond[beyond < end])[::-1] if side == 0 else np.sort(beyond[beyond > end])
    step = max(1, int(PEEL * inside(places, box).sum()))
    if len(beyond) > step:
        limits[side][factor] = beyond[step - 1]
    return _box(places, hits, *limits)


def _without_needless(places: np.ndarray, hits: np.ndarray, box: Box) -> Box:
    """Return a box without the limits whose loss costs no balance."""
    while True:
        free = []
        for factor in box.limited:
            for side in (0, 1):
                limits = box.low.copy(), box.high.copy()
                limits[side][factor] = -np.inf if side == 0 else np.inf
                if not np.array_equal(limits[side], (box.low, box.high)[side]):
                    free.append(_box(places, hits, *limits))
        best = max(free, key=lambda one: one.balance, default=None)
        if best is None or best.balance < box.balance:
            return box
        box = best
