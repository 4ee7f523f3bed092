"""Intervals of what is on the screen, from pairs with other seeds and parameter sets.

Claims are those of the reports: 95 % intervals over pairs, widened where they are skewed; what is
shown together is claimed together (Holm), so that a screen in twenty claims anything by luck.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from experiments.reporting.statistics import LEVEL, adjusted, difference
from viz.cards.data import Card
from viz.doubt.pairs import APART, EVERYONE, GROUPS_APART, Pair
from viz.reading.courses import of_place
from viz.reading.spread import Band, Doubt, Spread

Name = TypeVar("Name", bound=Hashable)
Cell = tuple[str, str]
"""A number, and the group of which it is told."""
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
    values = [[pair.cards[name][:, look, at] for pair in pairs] for name in names]
    persons = np.full(len(names), min(pair.persons[look, at] for pair in pairs))
    return _named(names, values, persons, whole, side, beside)


def doubted(
    cards: Iterable[Card],
    pairs: Sequence[Pair],
    doubt: Doubt,
    month: int,
    place: str = "",
    side: int = 1,
    beside: int = 1,
) -> tuple[Card, ...]:
    """Return cards with what pairs with other seeds have found of their differences so far.

    Args:
        cards: The cards.
        pairs: The pairs that have been lived.
        doubt: How many of them there are.
        month: The month on the screen.
        place: As for `card_spreads`, as the next two.
        side: Which side the cards compare with the first.
        beside: How many comparisons are shown together.
    """
    spreads = card_spreads(pairs, month, place, doubt.whole, side, beside)
    return tuple(replace(one, spread=spreads.get(one.key), doubt=doubt) for one in cards)


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
    many = pairs[0].maps[key].shape[2]
    values = [[pair.maps[key][:, look, row] for pair in pairs] for row in range(many)]
    persons = np.min([pair.persons[look, 1 : 1 + many] for pair in pairs], axis=0)
    return _named(pairs[0].places[1 : 1 + many], values, persons, whole)


def group_spreads(
    pairs: Sequence[Pair], month: int, rows: Sequence[Cell], whole: bool = False
) -> dict[Cell, Spread]:
    """Return the spread of differences in numbers of groups, claimed together.

    Args:
        pairs: The pairs that have been lived.
        month: The month on the screen.
        rows: Names of `viz.doubt.groups.of_groups` with a group of `viz.doubt.groups.cells` each.
        whole: Whether these are all pairs.
    """
    look = _year(pairs, month)
    known = [] if look is None else [
        row for row in rows if row[0] in pairs[0].groups and row[1] in pairs[0].cells
    ]  # fmt: skip
    if look is None or not known:
        return {}
    at = [pairs[0].cells.index(group) for _, group in known]
    values = [[pair.groups[name][:, look, n] for pair in pairs]
              for (name, _), n in zip(known, at, strict=True)]  # fmt: skip
    persons = np.min([pair.sizes[look, at] for pair in pairs], axis=0)
    return _named(known, values, persons, whole)


def number_spreads(
    pairs: Sequence[Pair], month: int, names: Sequence[str], whole: bool = False
) -> dict[str, Spread]:
    """Return the spread of differences in numbers of everyone, claimed together.

    Args:
        pairs: The pairs that have been lived.
        month: The month on the screen.
        names: Names of `viz.doubt.groups.of_all`.
        whole: Whether these are all pairs.
    """
    look = _year(pairs, month)
    known = [] if look is None else [name for name in names if name in pairs[0].numbers]
    if look is None or not known:
        return {}
    values = [[pair.numbers[name][:, look] for pair in pairs] for name in known]
    persons = np.full(len(known), min(pair.sizes[look, 0] for pair in pairs))
    return _named(known, values, persons, whole)


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


def _year(pairs: Sequence[Pair], month: int) -> int | None:
    """Return the look at groups nearest to a month, None where there is none or are too few."""
    if len(pairs) < FEWEST or month < GROUPS_APART // 2:
        return None
    nearest = (month + GROUPS_APART // 2) // GROUPS_APART
    return min(nearest, len(pairs[0].sizes)) - 1


def _named(
    names: Sequence[Name],
    values: Sequence[Sequence[np.ndarray]],
    persons: np.ndarray,
    whole: bool,
    side: int = 1,
    beside: int = 1,
) -> dict[Name, Spread]:
    """Return a spread for each name, from its values by pair and side.

    They are one of several such tables that are shown `beside` each other.
    """
    by_side = np.array(values, float)
    found = difference(by_side[:, :, side], by_side[:, :, 0], persons=persons).interval
    sure = beside * adjusted(found.p_value) <= 1.0 - LEVEL
    return {
        name: Spread(float(mean), float(low), float(high), bool(claimed) and whole)
        for name, mean, low, high, claimed in zip(
            names, found.mean, found.low, found.high, sure, strict=True
        )
    }
