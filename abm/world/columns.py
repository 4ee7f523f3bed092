"""What one column of a table holds: declared once, used to check fields and to document them."""

import math
import re
from dataclasses import dataclass
from typing import Any

from abm.calendar import month_of
from abm.errors import UserError

TAGS = ("SEEN", "KNOWN", "CALC", "GUESS")
# Larger whole numbers are not exact as floating point.
LARGEST = 2**53

POINT_ZERO = r"(?<=\d)\.0*$"
"""What spreadsheets add to a whole number in a column in which another field is empty."""
_INTEGER = re.compile(r"[+-]?\d+(\.0*)?")
_REAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


@dataclass(frozen=True)
class Column:
    """What one column of a table holds.

    Attributes:
        name: Its header.
        kind: "text", "integer", "real", "month" (YYYY-MM, read as months from January 2019) or
            "choice".
        meaning: What it says, for people.
        unit: Its unit, empty where it has none.
        low: The smallest valid number.
        high: The largest valid number.
        above: The valid numbers are strictly above this one.
        choices: The valid texts of a choice.
        optional: Whether a field may be empty: NaN for numbers and months, "" for texts.
        unique: Whether no two rows may say the same.
        of: "table.column" in which every value must occur.
    """

    name: str
    kind: str
    meaning: str
    unit: str = ""
    low: float = -math.inf
    high: float = math.inf
    above: float = -math.inf
    choices: tuple[str, ...] = ()
    optional: bool = False
    unique: bool = False
    of: str = ""

    @property
    def expected(self) -> str:
        """What a field must be, in words."""
        if self.kind == "text":
            return "a name"
        if self.kind == "choice":
            return f"one of {', '.join(self.choices)}"
        if self.kind == "month":
            return "a month as YYYY-MM, 1900-01 to 2100-12"
        noun = "a whole number" if self.kind == "integer" else "a number"
        if self.above > -math.inf:
            return f"{noun} above {self.above:g}" + self._at_most(" and at most ")
        if self.low > -math.inf and self.high < math.inf:
            return f"{noun} from {self.low:g} to {self.high:g}"
        return f"{noun} of at least {self.low:g}" if self.low > -math.inf else noun

    def _at_most(self, words: str) -> str:
        return f"{words}{self.high:g}" if self.high < math.inf else ""

    def convert(self, field: str) -> str | int | float | None:
        """Return the value of a field that is not empty, or None if the column cannot hold it."""
        if self.kind == "text":
            return field
        if self.kind == "choice":
            return field if field in self.choices else None
        if self.kind == "month":
            return self._within(_month(field))
        if self.kind == "integer":
            return self._within(_whole(field))
        return self._within(float(field) if _REAL.fullmatch(field) else None)

    def fault(self, field: str) -> str:
        """Say what is wrong with a field that cannot be converted."""
        if self.kind in ("choice", "month"):
            return repr(field)
        if not _REAL.fullmatch(field):
            comma = "," in field and _REAL.fullmatch(field.replace(",", ""))
            hint = " (a point, not a comma, begins the decimals; nothing parts thousands)"
            return f"{field!r} is not a number{hint if comma else ''}"
        if float(field) < 0 and max(self.low, self.above) >= 0:
            return f"{field} is negative"
        return field

    def holds(self, value: float) -> bool:
        """Return whether the column can hold a number."""
        fits = self._within(value) is not None
        return fits and (self.kind != "integer" or value == int(value))

    def _within(self, value: int | float | None) -> int | float | None:
        if value is None or abs(value) > LARGEST:
            return None
        return value if self.low <= value <= self.high and value > self.above else None


def _whole(field: str) -> int | None:
    """Return a whole number; a spreadsheet may have written 2019 as 2019.0."""
    if not _INTEGER.fullmatch(field):
        return None
    found = float(field)
    return int(found) if abs(found) <= LARGEST else None


def _month(field: str) -> int | None:
    try:
        return month_of(field)
    except UserError:
        return None


def text(name: str, meaning: str, **limits: Any) -> Column:
    """Return a column of names."""
    return Column(name, "text", meaning, **limits)


def whole(name: str, meaning: str, unit: str = "", low: float = 0, **limits: Any) -> Column:
    """Return a column of whole numbers, by default not negative."""
    return Column(name, "integer", meaning, unit, low=low, **limits)


def real(name: str, meaning: str, unit: str = "", low: float = 0, **limits: Any) -> Column:
    """Return a column of numbers, by default not negative."""
    return Column(name, "real", meaning, unit, low=low, **limits)


def share(name: str, meaning: str, **limits: Any) -> Column:
    """Return a column of shares between 0 and 1."""
    return Column(name, "real", meaning, "share", low=0, high=1, **limits)


def flag(name: str, meaning: str) -> Column:
    """Return a column of yes (1) and no (0)."""
    return Column(name, "integer", meaning, low=0, high=1)


def month(name: str, meaning: str, **limits: Any) -> Column:
    """Return a column of months."""
    low, high = month_of("1900-01"), month_of("2100-12")
    return Column(name, "month", meaning, "YYYY-MM", low=low, high=high, **limits)


def choice(name: str, meaning: str, *choices: str, **limits: Any) -> Column:
    """Return a column of one of several words."""
    return Column(name, "choice", meaning, choices=choices, **limits)


def provenance() -> tuple[Column, Column]:
    """Return the two columns that every table has: how well a row is known, and from where."""
    return (
        choice("tag", "how well the row is known: its least sure figure", *TAGS),
        text("source", "where it is from; 'assumption: ...' where nobody published it"),
    )
