"""Writing results: whole or not at all."""

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pandas as pd

from abm.errors import UserError
from abm.text_files import path_of

if sys.platform != "win32":
    import fcntl

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


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Let no other command write results to a folder meanwhile; wait until none does.

    Without it, the files of two that end at the same time could be some of one, some of the other.

    Args:
        folder: A folder of results. It is locked itself, so that nothing is left behind; on Windows
            and where a file system knows no locks, it is not.
    """
    if sys.platform == "win32":
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def copy_file(file: Path, to: Path) -> None:
    """Copy a file, whole or not at all.

    Raises:
        OSError: If it cannot be written.
    """
    temporary = to.with_name(f".{to.name}.{os.getpid()}.tmp")
    try:
        shutil.copyfile(file, temporary)
        os.replace(temporary, to)
    finally:
        temporary.unlink(missing_ok=True)


def write_json(path: Path, content: Any) -> None:
    """Write plain data as JSON."""
    _write(path, lambda file: file.write_text(
        json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8"
    ))  # fmt: skip


def write_text(path: Path, text: str) -> None:
    """Write a text."""
    _write(path, lambda file: file.write_text(text, encoding="utf-8"))


def write_bytes(path: Path, content: bytes) -> None:
    """Write what is no text, such as a picture of dots."""
    _write(path, lambda file: file.write_bytes(content))


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

    A picture of dots (PNG) goes with the drawing (SVG) of its name.

    Args:
        folder: Where they are; it need not exist.
        but: Names of those that stay, without ending.
    """
    for file in folder.glob("*.svg"):
        if file.stem not in but and file.read_bytes().rstrip().endswith(DRAWN.encode()):
            file.unlink(missing_ok=True)
            file.with_name(f"{file.stem}.png").unlink(missing_ok=True)


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
