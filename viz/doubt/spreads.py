"""Intervals of what is on the screen, from pairs with other seeds and parameter sets.

Claims are those of the reports: 95 % intervals over pairs, widened where they are skewed; what is
shown together is claimed together (Holm), so that a screen in twenty claims anything by luck.
"""

from collections.abc import Sequence

import numpy as np

from experiments.reporting.statistics import LEVEL, adjusted, difference
from viz.doubt.pairs import APART, EVERYONE, Pair
from viz.reading.courses import of_place
from viz.reading.spread import Band, Spread

FEWEST = 3
"""Pairs below which no interval is shown."""
BAND_APART = 3
"""Months between two points of a band."""


def card_spreads(
    pairs: Sequence[Pair],
    month: int,
    place: str = "",
    whole: bool = False,
    side: int = 1,
    beside: int = 1,
) -> dict[str, Spread]:
    """Return the spread of each card's difference.

    Args:
        pairs: The pairs that have been lived.
        month: The month on the screen; the nearest look of the pairs is taken.
        place: A province, "inside" or "outside"; empty for the whole country.
        whole: Whether these are all pairs, so that something may be claimed.
        side: Which side is compared with the first.
        beside: How many comparisons are shown together, this one among them.
    """
    place = place or EVERYONE
    look = _look(pairs, month)
    if look is None or place not in pairs[0].places:
        return {}
    at = pairs[0].places.index(place)
    names = list(pairs[0].cards)
    a, b = (
        np.array([[pair.cards[name][one, look, at] for pair in pairs] for name in names], float)
        for one in (0, side)
    )
    persons = np.full(len(names), min(pair.persons[look, at] for pair in pairs))
    return dict(zip(names, _spreads(a, b, persons, whole, beside), strict=True))


def map_spreads(
    pairs: Sequence[Pair], month: int, key: str, whole: bool = False
) -> dict[str, Spread]:
    """Return the spread of each province's difference in an indicator of the maps.

    Args:
        pairs: The pairs that have been lived.
        month: The month on the screen.
        key: The indicator.
        whole: Whether these are all pairs.
    """
    look = _look(pairs, month)
    if look is None or key not in pairs[0].maps:
        return {}
    a, b = (np.array([pair.maps[key][side, look] for pair in pairs], float).T for side in (0, 1))
    many = a.shape[0]
    persons = np.min([pair.persons[look, 1 : 1 + many] for pair in pairs], axis=0)
    names = pairs[0].places[1 : 1 + many]
    return dict(zip(names, _spreads(a, b, persons, whole), strict=True))


def band(pairs: Sequence[Pair], key: str, row: int | None, upto: int) -> Band | None:
    """Return the interval of the difference in what is followed by month, each month for itself.

    Args:
        pairs: The pairs that have been lived.
        key: One of `viz.reading.courses.SERIES`.
        row: Row of a province, None for the whole country.
        upto: Months on the screen.

    Returns:
        None where there are too few pairs or months.
    """
    if len(pairs) < FEWEST or upto < BAND_APART:
        return None
    months = np.arange(BAND_APART - 1, upto, BAND_APART)
    a, b = (
        np.array([of_place(pair.courses[key][side], row)[months] for pair in pairs], float).T
        for side in (0, 1)
    )
    found = difference(b, a).interval
    return Band(months, found.low, found.high)


def _look(pairs: Sequence[Pair], month: int) -> int | None:
    """Return the look nearest to a month, None where there is none or are too few pairs."""
    if len(pairs) < FEWEST or month < APART // 2:
        return None
    return int(np.abs(pairs[0].months - month).argmin())


def _spreads(
    a: np.ndarray, b: np.ndarray, persons: np.ndarray, whole: bool, beside: int = 1
) -> list[Spread]:
    """Return a spread for each row of values by pair, one of several such tables beside others."""
    found = difference(b, a, persons=persons).interval
    sure = beside * adjusted(found.p_value) <= 1.0 - LEVEL
    return [
        Spread(float(mean), float(low), float(high), bool(claimed) and whole)
        for mean, low, high, claimed in zip(found.mean, found.low, found.high, sure, strict=True)
    ]
