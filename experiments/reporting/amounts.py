"""Differences as the screen tells them: two digits, a unit, a mark; English or Chinese."""

import math
from collections.abc import Iterable

from experiments.reporting.contrasts import Contrast
from experiments.reporting.formatting import SMALL, Scale, scale, signed
from experiments.reporting.layout import Cell
from experiments.reporting.texts import Words

STYLES = {
    "better": "green", "worse": "red", "different": "bold", "not clear": "dim", "too few": "dim",
}  # fmt: skip

CELL_DECIMALS, MOST_DECIMALS = 2, 6
"""Decimals that a cell of a table has room for, and that a sentence shows."""


def unit_of(found: Iterable[Contrast | None], words: Words) -> Scale:
    """Return the unit in which differences of a measure are read, and what to divide them by."""
    there = [one for one in found if one is not None]
    if not there:
        return Scale(1.0, "")
    sizes = [abs(one.mean) for one in there if math.isfinite(one.mean)]
    unit = there[0].measure.unit
    if unit.small is not None and max(sizes, default=0.0) < SMALL:
        unit = unit.small
    text = words.pick(*(unit.difference or unit.text))
    if unit.factor == 100.0:
        text = words("unit.points")
    elif unit.factor == 1000.0:
        text = words("unit.per_1000")
    made = scale([size * unit.factor for size in sizes], text, words.language)
    return Scale(made.divisor / unit.factor, made.unit)


def amount(one: Contrast, unit: Scale, words: Words) -> str:
    """Return a difference with its unit and interval, for a sentence."""
    decimals = _decimals(one.mean / unit.divisor, MOST_DECIMALS)
    mean, low, high = (
        _written(x / unit.divisor, decimals, one.clear) for x in (one.mean, one.low, one.high)
    )
    if math.isnan(one.low):
        return words("screen.value", mean=mean, unit=unit.unit)
    return words("screen.range", mean=mean, low=low, high=high, unit=unit.unit)


def ends(one: Contrast, unit: Scale, words: Words) -> str:
    """Return between which values a difference lies from one parameter set to another."""
    low, high = (x / unit.divisor for x in (one.sets_low, one.sets_high))
    decimals = _decimals(max(abs(low), abs(high)), MOST_DECIMALS)
    return words("screen.ends", low=_written(low, decimals, False),
                 high=_written(high, decimals, False), unit=unit.unit)  # fmt: skip


def cell(one: Contrast | None, unit: Scale | None, words: Words) -> Cell:
    """Return a difference with what is claimed of it, for a table."""
    if one is None:
        return Cell("")
    unit = unit or unit_of([one], words)
    size = one.mean / unit.divisor
    number = _written(size, _decimals(size, CELL_DECIMALS), one.clear)
    return Cell(f"{number} {words(f'claim.{one.verdict}')}", STYLES[one.verdict])


def _decimals(value: float, most: int) -> int:
    """Return the decimals that show two significant digits of a number, at most so many."""
    if not math.isfinite(value) or value == 0.0:
        return 0
    return min(most, 1 - math.floor(math.log10(abs(value)) + 1e-9))


def _written(value: float, decimals: int, clear: bool) -> str:
    """Return a number with its sign, rounded; negative decimals round to tens and hundreds.

    Args:
        value: The number.
        decimals: How many.
        clear: Whether it is claimed to be other than 0, so that it must not be written as 0.
    """
    if not math.isfinite(value):
        return "-"
    if clear and round(value, decimals) == 0.0:
        return signed(value, decimals)
    rounded = round(value, decimals) + 0.0  # no negative zero
    return f"{rounded:+,.{max(decimals, 0)}f}"
