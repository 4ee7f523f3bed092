"""Numbers for people: as many digits as an interval justifies, with the unit in words."""

import math
from typing import NamedTuple

from experiments.measures import Unit

MILLION, BILLION = 1e6, 1e9
SMALL = 0.5
"""Below this, numbers are read in a smaller unit if there is one."""


class Written(NamedTuple):
    """How numbers of a unit and size are written.

    Attributes:
        divisor: What numbers are divided by.
        word: The unit of a value ("%", "billion yuan a year"), empty for none.
        step: The unit of a difference ("points").
    """

    divisor: float
    word: str
    step: str


def written(unit: Unit, size: float) -> Written:
    """Return how to write numbers of a unit and size in English tables and sentences."""
    if unit.small is not None and size < SMALL:
        unit = unit.small
    word, step = unit.brief or (unit.text.en, (unit.difference or unit.text).en)
    for divisor, name in ((BILLION, "billion"), (MILLION, "million")):
        if size * unit.factor >= divisor:
            return Written(divisor / unit.factor, f"{name} {word}", f"{name} {step}")
    return Written(1.0 / unit.factor, word, step)


def bare(value: float, unit: Written) -> str:
    """Return a value without its unit."""
    if math.isnan(value):
        return "undefined"
    if math.isinf(value):
        return "not reached"
    shown = value / unit.divisor
    return _grouped(shown, _decimals(abs(shown), 3))


def bare_change(difference: float, low: float, high: float, unit: Written, size: float) -> str:
    """Return a difference with its interval, without the unit: "-3.71 [-4.12, -3.30]".

    Args:
        difference: The difference.
        low: Lower end of its interval, NaN if there is none.
        high: Upper end.
        unit: How to write all three.
        size: The largest difference beside it, of which three digits are shown.
    """
    decimals = _decimals(size / unit.divisor, 3)
    middle, *ends = _parts(difference, low, high, unit, decimals)
    return f"{middle} [{', '.join(ends)}]" if ends else middle


def change(difference: float, low: float, high: float, unit: Unit) -> str:
    """Return a difference with its interval: "-3.71 months (-4.12 to -3.30)"."""
    found = written(unit, abs(difference))
    decimals = _decimals(abs(difference) / found.divisor, 3)
    spread = (high - low) / 2.0 / found.divisor
    if spread > 0.0:  # show the interval, but not many more digits than tell the difference
        finer = min(_decimals(spread, 1), decimals + 1)
        decimals = min(_decimals(spread, 2), max(decimals, finer))
    middle, *ends = _parts(difference, low, high, found, decimals)
    return " ".join(filter(None, (middle, found.step, f"({' to '.join(ends)})" if ends else "")))


def _parts(difference: float, low: float, high: float, unit: Written, decimals: int) -> list[str]:
    """Return a difference and the ends of its interval, if it has one."""
    if not math.isfinite(difference):
        return ["undefined"]
    shown = [_grouped(x / unit.divisor, decimals, sign=True) for x in (difference, low, high)]
    return shown[:1] if math.isnan(low) else shown


def _decimals(size: float, significant: int) -> int:
    """Return the decimals that show so many significant digits, from 0 to 5."""
    if not 0.0 < size < math.inf:
        return 0
    return min(5, max(0, significant - 1 - math.floor(math.log10(size))))


def _grouped(value: float, decimals: int, *, sign: bool = False) -> str:
    rounded = round(value, decimals) + 0.0  # no negative zero
    return f"{rounded:{'+' if sign else ''},.{decimals}f}"
