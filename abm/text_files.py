"""Text files of any origin: what editors and spreadsheets leave of them.

A file may begin with a byte-order mark, be UTF-16 (Excel's "Unicode text"), and end its lines as on
any system. What cannot be told without doubt (encodings without a mark) is refused.
"""

import codecs
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from abm.errors import UserError

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Marks at the beginning of a text, and what is encoded how after them."""
DEEPEST = 20
"""Tables and lists within each other that a TOML file may have; a policy needs seven."""


def text_of(path: Path, where: str) -> str:
    """Return the text of a file, its lines ended by a line feed.

    Args:
        path: The file.
        where: What a refusal calls it.

    Raises:
        OSError: If it cannot be read.
        UserError: If it is no text, naming its first line that is none.
    """
    return decoded(path.read_bytes(), where)


def decoded(content: bytes, where: str) -> str:
    """Return a text from its bytes, its lines ended by a line feed.

    Args:
        content: The bytes.
        where: What a refusal calls them.

    Raises:
        UserError: If they are no text in UTF-8, nor in another Unicode encoding with its mark.
    """
    mark, encoding = next((m for m in MARKS if content.startswith(m[0])), (b"", "utf-8"))
    try:
        text = content[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        line = _lines(content[: len(mark) + error.start])
        hint = _hint(content) if encoding == "utf-8" else ""
        name = encoding.upper().removesuffix("-LE").removesuffix("-BE")
        raise UserError(
            f"{where}, row {line}: not {name} text, expected {'UTF-8' if hint else name}{hint}"
        ) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise UserError(
            f"{where}, row {line}: a character of value 0, expected UTF-8 text (UTF-16 needs its "
            "mark)"
        )
    return text


def _lines(content: bytes) -> int:
    """Return the number of the line on which some bytes end."""
    return content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n") + 1


def _hint(content: bytes) -> str:
    """Say how a text in another encoding is made UTF-8."""
    try:
        content.decode("gb18030")
    except UnicodeDecodeError:
        return '; save it as UTF-8 (in Excel: "CSV UTF-8")'
    return '; it may be GB 18030 or GBK: save it as UTF-8 (in Excel: "CSV UTF-8")'


def toml_of(text: str, where: str) -> dict[str, Any]:
    """Return the tables of a TOML text.

    Args:
        text: The text.
        where: What a refusal calls it.

    Raises:
        UserError: If it is not TOML, or is nested deeper than anything here needs.
    """
    try:
        table = tomllib.loads(text)
    except RecursionError:
        raise _too_deep(where) from None
    except ValueError as error:
        raise UserError(f"{where}: not valid TOML: {error}") from None
    layer: list[Any] = [table]
    for _ in range(DEEPEST):
        layer = [inner for one in layer for inner in _inside(one)]
    if layer:
        raise _too_deep(where)
    return table


def _too_deep(where: str) -> UserError:
    return UserError(
        f"{where}: nested too deeply, expected at most {DEEPEST} tables or lists within each other"
    )


def _inside(value: Any) -> list[Any]:
    """Return what a table or a list holds."""
    if isinstance(value, Mapping):
        return list(value.values())
    return list(value) if isinstance(value, list) else []


def path_of(text: str | Path) -> Path:
    """Return a path, "~" being the home of the user where there is one."""
    return Path(os.path.expanduser(text))


def names_in(text: str) -> list[str]:
    """Return the names in a text, between which commas stand, Western or Chinese ones."""
    return [name.strip() for name in re.split("[,，、]", text) if name.strip()]
