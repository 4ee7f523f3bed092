"""Numbers as people read them: rounded, with thousands apart, in millions or in 亿."""

import math
from collections.abc import Iterable
from typing import NamedTuple

from viz.i18n.texts import Words

STEPS = {
    "en": ((1e9, "billion"), (1e6, "million"), (1e3, "thousand")),
    "zh": ((1e8, "hundred_million"), (1e4, "ten_thousand")),
}


class Scale(NamedTuple):
    """What amounts are divided by to be read, and the unit's words then.

    Attributes:
        divisor: At least 1.
        unit: "million yuan".
    """

    divisor: float
    unit: str

    def of(self, value: float | None) -> float | None:
        """Return an amount in this unit, rounded, or None if there is none."""
        return None if value is None else rounded(value / self.divisor)


def scale(values: Iterable[float | None], unit: str, words: Words) -> Scale:
    """Return the unit in which the largest of some amounts has few digits.

    Args:
        values: Amounts; None is passed over.
        unit: Words of the unit itself, "yuan".
        words: Texts of the language.
    """
    largest = max((abs(v) for v in values if v is not None and math.isfinite(v)), default=0.0)
    for divisor, name in STEPS[words.language]:
        if largest >= 2 * divisor:
            many = words(f"number.{name}")
            return Scale(divisor, f"{many} {unit}" if words.language == "en" else f"{many}{unit}")
    return Scale(1.0, unit)


def rounded(value: float | None, digits: int = 4) -> float | None:
    """Return a number with so many significant digits, None where it is not finite."""
    if value is None or not math.isfinite(value):
        return None
    return float(f"{value:.{digits}g}")


def told(value: float | None, decimals: int = 0, *, sign: bool = False) -> str:
    """Return a number in words: thousands apart, a dash for none, a true minus."""
    if value is None or not math.isfinite(value):
        return "–"
    value = round(value, decimals) + 0.0
    text = f"{value:{'+' if sign and value else ''},.{decimals}f}"
    return text.replace("-", "−")
