"""Numbers as people read them: few digits, thousands apart, in millions or in 亿, with a unit."""

import math
from collections.abc import Iterable
from functools import partial
from typing import NamedTuple

from experiments.measures import Unit
from experiments.reporting.texts import Words

ENGLISH = Words()
MAGNITUDES = {
    "en": ((1e9, "billion "), (1e6, "million "), (1e3, "thousand ")),
    "zh": ((1e8, "亿"), (1e4, "万")),
}
"""By language what amounts are divided by, and what stands before the unit then."""
THOUSAND = 1e3
"""From here on, three digits of a difference are written: no sample of guesses deserves more."""
MINUS = "−"
"""A true minus, as charts have it."""
SMALL = 0.5
"""Below this, numbers are read in a smaller unit if there is one."""


class Scale(NamedTuple):
    """What amounts are divided by to be read, and the unit then.

    Attributes:
        divisor: At least 1.
        unit: "million yuan".
    """

    divisor: float
    unit: str

    def of(self, value: float | None) -> float | None:
        """Return an amount in this unit, rounded, or None if there is none."""
        return None if value is None else rounded(value / self.divisor)


class Notation(NamedTuple):
    """How numbers of a unit and size are written in tables and sentences.

    Attributes:
        divisor: What numbers are divided by.
        value: The unit of a value ("%", "billion yuan a year"), empty for none.
        difference: The unit of a difference ("points").
    """

    divisor: float
    value: str
    difference: str


def scale(values: Iterable[float | None], unit: str, language: str) -> Scale:
    """Return the unit in which the largest of some amounts has few digits.

    Args:
        values: Amounts; None is passed over.
        unit: The unit itself, "yuan".
        language: "en" or "zh".
    """
    largest = max((abs(v) for v in values if v is not None and math.isfinite(v)), default=0.0)
    divisor, name = _magnitude(largest / 2.0, MAGNITUDES[language])
    return Scale(divisor, f"{name}{unit}")


def notation(unit: Unit, size: float, language: str = "en") -> Notation:
    """Return how to write numbers of a unit and size in tables and sentences.

    Args:
        unit: Their unit.
        size: The largest of them, in the unit.
        language: "en" or "zh".
    """
    if unit.small is not None and size < SMALL:
        unit = unit.small
    value, difference = unit.text.zh, (unit.difference or unit.text).zh
    if language == "en":
        value, difference = unit.brief or (unit.text.en, (unit.difference or unit.text).en)
    divisor, name = _magnitude(size * unit.factor, MAGNITUDES[language][:2])
    return Notation(divisor / unit.factor, f"{name}{value}", f"{name}{difference}")


def currency_in(currency: str, words: Words) -> str:
    """Return what a world's currency is called in a language, as far as its name is known."""
    return words("unit.yuan") if currency == "yuan" else currency


def rounded(value: float | None, digits: int = 4) -> float | None:
    """Return a number with so many significant digits, None where it is not finite."""
    if value is None or not math.isfinite(value):
        return None
    return float(f"{value:.{digits}g}")


def format_number(value: float | None, decimals: int = 0, *, sign: bool = False) -> str:
    """Return a number as charts write it: thousands apart, a dash for none, a true minus."""
    if value is None or not math.isfinite(value):
        return "–"
    return _grouped(value, decimals, sign=sign and round(value, decimals) != 0.0).replace(
        "-", MINUS
    )


def format_value(value: float, how: Notation, words: Words = ENGLISH) -> str:
    """Return a value without its unit."""
    if math.isnan(value):
        return words("number.undefined")
    if math.isinf(value):
        return words("number.not_reached")
    shown = value / how.divisor
    return _grouped(shown, _decimals(abs(shown), 3))


def format_difference(
    difference: float, low: float, high: float, how: Notation, size: float,
    words: Words = ENGLISH,
) -> str:  # fmt: skip
    """Return a difference with its interval, without the unit: "-3.71 [-4.12, -3.30]".

    Args:
        difference: The difference.
        low: Lower end of its interval, NaN if there is none.
        high: Upper end.
        how: How to write all three.
        size: The largest difference beside it, of which three digits are shown; one whose interval
            leaves out 0 has a digit at least.
        words: The texts of the language.
    """
    decimals = _decimals(size / how.divisor, 3)
    if low * high > 0.0:  # none that is told apart from 0 is written as 0
        decimals = max(decimals, _decimals(abs(difference) / how.divisor, 1))
    middle, *ends = _parts(difference, low, high, how, decimals, words)
    return f"{middle} [{', '.join(ends)}]" if ends else middle


def signed(value: float, decimals: int) -> str:
    """Return a number with its sign, "+<0.01" if it is too near to 0 for so many decimals."""
    if value != 0.0 and round(value, decimals) == 0.0:
        return f"{'+' if value > 0.0 else '-'}<{10.0**-decimals:,.{max(decimals, 0)}f}"
    return _grouped(value, decimals, sign=True)


def describe_difference(
    difference: float, low: float, high: float, unit: Unit, words: Words = ENGLISH
) -> str:
    """Return a difference with its interval and unit: "-3.71 months (-4.12 to -3.30)"."""
    how = notation(unit, abs(difference), words.language)
    decimals = _decimals(abs(difference) / how.divisor, 3)
    spread = (high - low) / 2.0 / how.divisor
    if spread > 0.0:  # show the interval, but not many more digits than tell the difference
        finer = min(_decimals(spread, 1), decimals + 1)
        decimals = min(_decimals(spread, 2), max(decimals, finer))
    if decimals == 0 and abs(difference) / how.divisor >= THOUSAND:
        decimals = 2 - math.floor(math.log10(abs(difference) / how.divisor))
    middle, *ends = _parts(difference, low, high, how, decimals, words)
    return _with_interval(middle, ends, how.difference, words)


def describe_value(mean: float, low: float, high: float, unit: Unit, words: Words = ENGLISH) -> str:
    """Return a mean with its interval and unit: "52.1 % (50.3 to 54.0)"."""
    how = notation(unit, abs(mean), words.language)
    middle, *ends = (format_value(x, how, words) for x in (mean, low, high))
    return _with_interval(middle, [] if math.isnan(low) else ends, how.value, words)


def _with_interval(middle: str, ends: list[str], unit: str, words: Words) -> str:
    """Return a number with its unit and, in brackets, between what it lies, if that is known."""
    told = f"{middle} {unit}".rstrip()
    return words("number.interval", told=told, low=ends[0], high=ends[1]) if ends else told


def _magnitude(size: float, magnitudes: tuple[tuple[float, str], ...]) -> tuple[float, str]:
    """Return the largest magnitude that a size reaches, with its name; 1 if it reaches none."""
    return next(((divisor, name) for divisor, name in magnitudes if size >= divisor), (1.0, ""))


def _parts(
    difference: float, low: float, high: float, how: Notation, decimals: int, words: Words
) -> list[str]:
    """Return a difference and the ends of its interval, if it has one."""
    if not math.isfinite(difference):
        return [words("number.undefined")]
    write = signed if low * high > 0.0 else partial(_grouped, sign=True)
    shown = [write(x / how.divisor, decimals) for x in (difference, low, high)]
    return shown[:1] if math.isnan(low) else shown


def _decimals(size: float, significant: int) -> int:
    """Return the decimals that show so many significant digits, from 0 to 5."""
    if not 0.0 < size < math.inf:
        return 0
    return min(5, max(0, significant - 1 - math.floor(math.log10(size))))


def _grouped(value: float, decimals: int, *, sign: bool = False) -> str:
    rounded = round(value, decimals) + 0.0  # no negative zero
    return f"{rounded:{'+' if sign else ''},.{max(decimals, 0)}f}"
