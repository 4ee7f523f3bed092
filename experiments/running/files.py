"""Writing results: whole or not at all."""

import json
import os
import tempfile
from collections.abc import Callable, Container, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from abm.errors import UserError
from abm.text_files import path_of

TABLES = "tables"
"""Where in a results folder the tables beside `summary.csv` are."""


def make_folder(folder: str | Path) -> Path:
    """Return a folder that can be written to, made if it is not there.

    Raises:
        UserError: If it cannot be made or written to.
    """
    if not str(folder) or str(folder).isspace():
        raise UserError("folder '': empty; expected the path of a folder")
    path = path_of(folder).absolute()
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            return path
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UserError(f"folder {folder}: cannot be written ({reason}); choose another") from None


def write_json(path: Path, content: Any) -> None:
    """Write plain data as JSON."""
    _write(path, lambda file: file.write_text(
        json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8"
    ))  # fmt: skip


def write_text(path: Path, text: str) -> None:
    """Write a text."""
    _write(path, lambda file: file.write_text(text, encoding="utf-8"))


def write_csv(path: Path, frame: pd.DataFrame) -> None:
    """Write a table as CSV."""
    _write(path, lambda file: frame.to_csv(file, index=False))


def write_tables(folder: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    """Write tables as CSV into a folder of their own, each by its name."""
    place = make_folder(folder / TABLES)
    for name, frame in tables.items():
        write_csv(place / f"{name}.csv", frame)


def write_parquet(path: Path, frame: pd.DataFrame) -> None:
    """Write a table as Parquet."""
    _write(path, lambda file: frame.to_parquet(file, index=False))


DRAWN = "<!-- drawn by rarecare -->"
"""Last line of a figure, by which it is known again."""


def write_figure(path: Path, picture: str) -> None:
    """Write a picture (SVG) that a later comparison may replace or remove."""
    write_text(path, f"{picture}\n{DRAWN}\n")


def remove_figures(folder: Path, but: Container[str] = ()) -> None:
    """Remove the figures that an earlier comparison has left, and nobody else's.

    Args:
        folder: Where they are; it need not exist.
        but: Names of those that stay, without ending.
    """
    for file in folder.glob("*.svg"):
        if file.stem not in but and file.read_bytes().rstrip().endswith(DRAWN.encode()):
            file.unlink(missing_ok=True)


def _write(path: Path, write: Callable[[Path], Any]) -> None:
    """Write under a temporary name, then rename.

    Raises:
        UserError: If it cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        write(temporary)
        os.replace(temporary, path)
    except OSError as error:
        raise UserError(f"{path}: cannot be written ({error.strerror or error})") from None
    finally:
        temporary.unlink(missing_ok=True)
