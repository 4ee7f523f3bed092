"""Checked reading of CSV tables whose columns are declared.

Every refusal names the file, the row (its line in the file, the header being line 1), the column,
what stands there and what was expected.
"""

import csv
import io
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from abm.errors import MOST_CHARACTERS, UserError, unknown
from abm.text_files import text_of
from abm.world.columns import POINT_ZERO, Column

PARQUET = ".parquet"


@dataclass(frozen=True)
class Rows:
    """A table as read, with where each row stands.

    Attributes:
        file: The file's name.
        frame: One row per line, columns converted.
        lines: The line in the file of each row.
        fields: The text of each field, by column.
    """

    file: str
    frame: pd.DataFrame
    lines: list[int]
    fields: dict[str, tuple[str, ...]]

    def refuse(self, row: int, column: str, expected: str) -> UserError:
        """Return the error for a field that does not fit the others.

        Args:
            row: Position in the frame.
            column: Name of the column.
            expected: What was expected instead.
        """
        found = self.fields[column][row] or "an empty field"
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
            raise self.refuse(int(wrong[0]), column, words)


def refusal(file: str, line: int, column: str, found: str, expected: str) -> UserError:
    """Return the error for a field of a table."""
    found = found if len(found) <= MOST_CHARACTERS else f"{found[:MOST_CHARACTERS]}..."
    return UserError(f"{file}, row {line}, column {column}: {found}, expected {expected}")


def read_table(
    path: Path,
    columns: Iterable[Column],
    may_be_empty: bool = False,
    may_lack: Iterable[Column] = (),
) -> Rows:
    """Read a CSV table and check every field on its own.

    Args:
        path: The file, one header row; fields are separated by commas, or by semicolons or tabs
            where those separate the columns of the header. One that ends in .parquet is Parquet.
        columns: What it must hold; the order of columns in the file is free.
        may_be_empty: Whether there may be no rows under the header.
        may_lack: What else it may hold, in columns any of which may be missing.

    Raises:
        UserError: If the file cannot be read, a column is missing or unknown, a row is too short
            or too long, or a field is not what its column says.
    """
    needed, others = tuple(columns), tuple(may_lack)
    names = [c.name for c in (*needed, *others)]
    header, records, lines = _records(path, names)
    _check_header(path.name, header, names, [c.name for c in needed])
    if not records and not may_be_empty:
        raise UserError(f"{path.name}: no rows under the header, expected at least one")
    fields = {name: tuple(record[i] for record in records) for i, name in enumerate(header)}
    there = (*needed, *(c for c in others if c.name in fields))
    data = {c.name: _convert(path.name, lines, c, fields[c.name]) for c in there}
    return Rows(path.name, pd.DataFrame(data), lines, fields)


def check_references(tables: Mapping[str, Rows], columns: Mapping[str, Iterable[Column]]) -> None:
    """Check every column that refers to another table.

    A name such as "2019" that a spreadsheet has taken for a number and written as "2019.0" is put
    right where the one is known and the other is not.

    Raises:
        UserError: If a name does not occur there; the nearest that does is suggested.
    """
    for table, rows in tables.items():
        for column in columns[table]:
            if not column.of:
                continue
            other, key = column.of.split(".")
            known = tables[other].frame[key]
            values = rows.frame[column.name]
            whole = values.str.replace(POINT_ZERO, "", regex=True)
            values = values.where(values.isin(known) | ~whole.isin(known), whole)
            rows.frame[column.name] = values
            for i in np.flatnonzero(values.ne("") & ~values.isin(known)):
                error = unknown(key, values.iloc[i], dict.fromkeys(known))
                raise UserError(f"{rows.file}, row {rows.lines[i]}, column {column.name}: {error}")


def _text(path: Path) -> str:
    """Return the text of a table."""
    try:
        return text_of(path, path.name)
    except FileNotFoundError:
        raise UserError(f"{path.name}: not in {path.parent}, expected there") from None
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror})") from None


def _records(
    path: Path, names: Iterable[str]
) -> tuple[list[str], list[list[str]], list[int]]:  # fmt: skip
    """Return the header, the rows and the line on which each row ends.

    Rows and columns at the end in which nothing stands, as spreadsheets leave them, are none.
    """
    if path.suffix == PARQUET:
        return _records_of_parquet(path)
    records, lines = [], []
    text = _text(path)
    reader = csv.reader(
        io.StringIO(text, newline=""), strict=True, delimiter=_separator(text, names)
    )
    try:
        header = _without_blank_end(_stripped(next(reader, [])))
        for record in reader:
            fields = _stripped(record)
            if not any(fields):
                continue
            if len(fields) > len(header):
                fields = fields[: len(header)] + _without_blank_end(fields[len(header) :])
            if len(fields) != len(header):
                raise UserError(
                    f"{path.name}, row {reader.line_num}: {len(fields)} fields, expected "
                    f"{len(header)} as in the header (last column read: "
                    f"{header[min(len(fields), len(header)) - 1]})"
                )
            records.append(fields)
            lines.append(reader.line_num)
    except csv.Error as error:
        raise UserError(f"{path.name}, row {reader.line_num}: {error}, expected CSV") from None
    return header, records, lines


def _records_of_parquet(path: Path) -> tuple[list[str], list[list[str]], list[int]]:
    """Return the same of a Parquet file, whose first row is told as row 2, as under a header."""
    try:
        frame = pd.read_parquet(path)
    except (OSError, ValueError) as error:  # pyarrow's errors are among them
        raise UserError(f"{path.name}: {error or 'unreadable'}, expected a Parquet file") from None
    texts = [["" if pd.isna(value) else str(value) for value in frame[name]] for name in frame]
    records = [list(row) for row in zip(*texts, strict=True)]
    return [str(name) for name in frame], records, [n + 2 for n in range(len(records))]


SEPARATORS = ",;\t"
"""What may stand between fields; names of columns hold none of them."""


def _separator(text: str, names: Iterable[str]) -> str:
    """Return what separates the columns of the header: that which leaves most of their names."""
    line = text.partition("\n")[0].replace('"', "")
    known = set(names)
    return max(SEPARATORS, key=lambda mark: len(known & set(_stripped(line.split(mark)))))


def _stripped(record: Iterable[str]) -> list[str]:
    return [field.strip() for field in record]


def _without_blank_end(fields: list[str]) -> list[str]:
    """Return fields without the empty ones at the end."""
    while fields and not fields[-1]:
        fields = fields[:-1]
    return fields


def _check_header(file: str, header: list[str], names: list[str], needed: list[str]) -> None:
    if not header:
        raise UserError(f"{file}: empty, expected a header with {', '.join(needed)}")
    for i, name in enumerate(header):
        if name in header[:i]:
            raise UserError(f"{file}, row 1, column {name}: given twice, expected once")
        if name not in names:
            raise UserError(f"{file}, row 1: {unknown('column', name, names)}")
    for name in needed:
        if name not in header:
            raise UserError(f"{file}, row 1, column {name}: missing from the header")


def _convert(file: str, lines: list[int], column: Column, fields: Iterable[str]) -> np.ndarray:
    """Return the fields of a column as an array, each checked."""
    values: list[Any] = []
    seen: dict[Any, int] = {}
    for line, field in zip(lines, fields, strict=True):
        if field == "":
            if not column.optional:
                raise refusal(file, line, column.name, "an empty field", column.expected)
            values.append("" if column.kind in ("text", "choice") else math.nan)
            continue
        value = column.convert(field)
        if value is None:
            raise refusal(file, line, column.name, column.fault(field), column.expected)
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
