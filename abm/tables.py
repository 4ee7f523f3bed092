"""Checked reading of CSV tables: what each column must hold is declared once, beside its meaning.

Every refusal names the file, the row (its line in the file, the header being line 1), the column,
what stands there and what was expected.
"""

import csv
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from abm.calendar import month_of
from abm.errors import UserError, unknown

TAGS = ("SEEN", "KNOWN", "CALC", "GUESS")

_INTEGER = re.compile(r"[+-]?\d+")
_REAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


@dataclass(frozen=True)
class Column:
    """What one column of a table holds.

    Attributes:
        name: Its header.
        kind: "text", "integer", "real", "month" (YYYY-MM, read as months since January 2019) or
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
            return "a month as YYYY-MM"
        noun = "a whole number" if self.kind == "integer" else "a number"
        if self.above > -math.inf:
            return f"{noun} above {self.above:g}" + self._at_most(" and at most ")
        if self.low > -math.inf and self.high < math.inf:
            return f"{noun} from {self.low:g} to {self.high:g}"
        return f"{noun} of at least {self.low:g}" if self.low > -math.inf else noun

    def _at_most(self, words: str) -> str:
        return f"{words}{self.high:g}" if self.high < math.inf else ""


def text(name: str, meaning: str, **limits) -> Column:
    """Return a column of names."""
    return Column(name, "text", meaning, **limits)


def whole(name: str, meaning: str, unit: str = "", low: float = 0, **limits) -> Column:
    """Return a column of whole numbers, by default not negative."""
    return Column(name, "integer", meaning, unit, low=low, **limits)


def real(name: str, meaning: str, unit: str = "", low: float = 0, **limits) -> Column:
    """Return a column of numbers, by default not negative."""
    return Column(name, "real", meaning, unit, low=low, **limits)


def share(name: str, meaning: str, **limits) -> Column:
    """Return a column of shares between 0 and 1."""
    return Column(name, "real", meaning, "share", low=0, high=1, **limits)


def flag(name: str, meaning: str) -> Column:
    """Return a column of yes (1) and no (0)."""
    return Column(name, "integer", meaning, low=0, high=1)


def month(name: str, meaning: str, **limits) -> Column:
    """Return a column of months."""
    return Column(name, "month", meaning, "YYYY-MM", **limits)


def choice(name: str, meaning: str, *choices: str, **limits) -> Column:
    """Return a column of one of several words."""
    return Column(name, "choice", meaning, choices=choices, **limits)


def provenance() -> tuple[Column, Column]:
    """Return the two columns that every table has: how well a row is known, and from where."""
    return (
        choice("tag", "how well the row is known: its least sure figure", *TAGS),
        text("source", "where it is from; 'assumption: ...' where nobody published it"),
    )


@dataclass(frozen=True)
class Rows:
    """A table as read, with where each row stands.

    Attributes:
        file: The file's name.
        frame: One row per line, columns converted.
        lines: The line in the file of each row.
    """

    file: str
    frame: pd.DataFrame
    lines: list[int]

    def refuse(self, row: int, column: str, found: object, expected: str) -> UserError:
        """Return the error for a field.

        Args:
            row: Position in the frame.
            column: Name of the column.
            found: What stands there, or what is wrong with it.
            expected: What was expected instead.
        """
        return refusal(self.file, self.lines[row], column, found, expected)

    def require(
        self, valid: Iterable[bool], column: str, expected: Callable[[pd.Series], str] | str
    ) -> None:
        """Refuse the first row for which `valid` is false.

        Args:
            valid: One truth value per row.
            column: The column to name.
            expected: What was expected, or a function of the row that says it.

        Raises:
            UserError: If there is such a row.
        """
        wrong = np.flatnonzero(~np.asarray(valid, dtype=bool))
        if wrong.size:
            record = self.frame.iloc[int(wrong[0])]
            words = expected if isinstance(expected, str) else expected(record)
            raise self.refuse(int(wrong[0]), column, shown(record[column]), words)


def shown(value: object) -> str:
    """Return a value as an error shows it."""
    if isinstance(value, float | np.floating):
        return "an empty field" if math.isnan(value) else f"{value:.12g}"
    return repr(value) if isinstance(value, str) else str(value)


def refusal(file: str, line: int, column: str, found: object, expected: str) -> UserError:
    """Return the error for a field of a table."""
    return UserError(f"{file}, row {line}, column {column}: {found}, expected {expected}")


def read_table(path: Path, columns: Iterable[Column]) -> Rows:
    """Read a CSV table and check every field on its own.

    Args:
        path: The file, UTF-8, one header row.
        columns: What it must hold; the order of columns in the file is free.

    Raises:
        UserError: If the file cannot be read, a column is missing or unknown, a row is too short
            or too long, or a field is not what its column says.
    """
    columns = tuple(columns)
    header, records, lines = _records(path)
    _check_header(path.name, header, [c.name for c in columns])
    if not records:
        raise UserError(f"{path.name}: no rows under the header, expected at least one")
    fields = dict(zip(header, zip(*records, strict=True), strict=True))
    data = {c.name: _convert(path.name, lines, c, fields[c.name]) for c in columns}
    return Rows(path.name, pd.DataFrame(data), lines)


def check_references(tables: Mapping[str, Rows], columns: Mapping[str, Iterable[Column]]) -> None:
    """Check every column that refers to another table.

    Raises:
        UserError: If a name does not occur there; the nearest that does is suggested.
    """
    for table, rows in tables.items():
        for column in columns[table]:
            if not column.of:
                continue
            other, key = column.of.split(".")
            known = tables[other].frame[key]
            for i in np.flatnonzero(~rows.frame[column.name].isin(known)):
                error = unknown(key, rows.frame[column.name].iloc[i], known)
                raise UserError(f"{rows.file}, row {rows.lines[i]}, column {column.name}: {error}")


def _records(path: Path) -> tuple[list[str], list[list[str]], list[int]]:
    """Return the header, the rows and the line on which each row ends."""
    records, lines = [], []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = [name.strip() for name in next(reader, [])]
            for record in reader:
                if not record:
                    continue
                if len(record) != len(header):
                    raise UserError(
                        f"{path.name}, row {reader.line_num}: {len(record)} fields, expected "
                        f"{len(header)} as in the header (last column read: "
                        f"{header[min(len(record), len(header)) - 1]})"
                    )
                records.append([field.strip() for field in record])
                lines.append(reader.line_num)
    except FileNotFoundError:
        raise UserError(f"{path.name}: not in {path.parent}, expected there") from None
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise UserError(f"{path.name}: not UTF-8 text (byte {error.start})") from None
    except csv.Error as error:
        raise UserError(f"{path.name}, row {reader.line_num}: {error}, expected CSV") from None
    return header, records, lines


def _check_header(file: str, header: list[str], names: list[str]) -> None:
    if not header:
        raise UserError(f"{file}: empty, expected a header with {', '.join(names)}")
    for i, name in enumerate(header):
        if name in header[:i]:
            raise UserError(f"{file}, row 1, column {name}: given twice, expected once")
        if name not in names:
            raise UserError(f"{file}, row 1: {unknown('column', name, names)}")
    for name in names:
        if name not in header:
            raise UserError(f"{file}, row 1, column {name}: missing from the header")


def _convert(file: str, lines: list[int], column: Column, fields: Iterable[str]) -> np.ndarray:
    """Return the fields of a column as an array, each checked."""
    values, seen = [], {}
    for line, field in zip(lines, fields, strict=True):
        if field == "":
            if not column.optional:
                raise refusal(file, line, column.name, "an empty field", column.expected)
            values.append("" if column.kind in ("text", "choice") else math.nan)
            continue
        value = _value(column, field)
        if value is None:
            raise refusal(file, line, column.name, _fault(column, field), column.expected)
        if column.unique and value in seen:
            first = seen[value]
            raise refusal(
                file, line, column.name, f"{field} stands in row {first} too", "each only once"
            )
        seen[value] = line
        values.append(value)
    if column.kind in ("text", "choice"):
        return np.array(values, dtype=object)
    whole_column = column.kind in ("integer", "month") and not column.optional
    return np.array(values, dtype=np.int64 if whole_column else np.float64)


def _value(column: Column, field: str) -> str | int | float | None:
    """Return the converted field, or None if it is not what the column holds."""
    if column.kind == "text":
        return field
    if column.kind == "choice":
        return field if field in column.choices else None
    if column.kind == "month":
        try:
            return month_of(field)
        except UserError:
            return None
    if not (_INTEGER if column.kind == "integer" else _REAL).fullmatch(field):
        return None
    value = int(field) if column.kind == "integer" else float(field)
    within = column.low <= value <= column.high and value > column.above
    return value if within and math.isfinite(value) else None


def _fault(column: Column, field: str) -> str:
    """Say what is wrong with a field."""
    if column.kind in ("choice", "month"):
        return repr(field)
    if not _REAL.fullmatch(field):
        return f"{field!r} is not a number"
    if float(field) < 0 and max(column.low, column.above) >= 0:
        return f"{field} is negative"
    return field
