"""Lines and tables of plain text for a screen of so many columns, in both languages."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rich.text import Text

from experiments.reporting.wrapping import columns, words, wrapped

INDENT = 2


class Cell(NamedTuple):
    """A cell of a table.

    Attributes:
        text: What it says.
        style: How it looks where there are colours.
    """

    text: str
    style: str = ""


def heading(text: str, width: int) -> list[Text]:
    """Return a heading's lines, with an empty line before it."""
    return [Text(""), *(Text(line, style="bold") for line in wrapped(text, width))]


def paragraph(text: str, width: int, *, bullet: str = "", style: str = "") -> list[Text]:
    """Return a text in lines; those after a bullet stand further in.

    Args:
        text: The text.
        width: Columns of a line.
        bullet: What the first line begins with.
        style: How it looks where there are colours.
    """
    indent = " " * columns(bullet)
    lines = wrapped(text, width - len(indent))
    return [Text(f"{indent if n else bullet}{line}", style=style) for n, line in enumerate(lines)]


def table(
    heads: Sequence[str], rows: Iterable[tuple[str, Sequence[Cell]]], width: int
) -> list[Text]:
    """Return a table's lines: a name on the left, cells on the right; long heads are broken.

    Args:
        heads: What stands over each column of cells.
        rows: Name and cells; a row without cells is a heading within the table.
        width: Columns of a line.
    """
    rows = list(rows)
    cells = max((columns(c.text) for _, row in rows for c in row), default=0)
    longest = max(columns(word) for head in heads for word in words(head))
    names = max((columns(name) for name, row in rows if row), default=0)
    each = max(cells, longest, 12) + 1
    each = min(max(each, min(each + 2, (width - names) // len(heads))), (width - 8) // len(heads))
    left = min(names, width - each * len(heads))
    broken = [wrapped(head, each - 1) for head in heads]
    deep = max(map(len, broken))
    lines = []
    for n in range(deep):
        parts = [head[n - deep + len(head)] if n >= deep - len(head) else "" for head in broken]
        lines.append(Text((" " * left + "".join(_right(p, each) for p in parts)).rstrip()))
    for name, row in rows:
        line = Text(f"{shortened(name, left if row else width)}", style="" if row else "bold")
        line.append(" " * max(left - line.cell_len, 0))
        for cell in row:
            line.append(_right(cell.text, each), style=cell.style)
        line.rstrip()
        lines.append(line)
    return lines


def shortened(text: str, width: int) -> str:
    """Return a text of at most so many columns, its middle left out where it is longer."""
    if columns(text) <= width:
        return text
    head, tail = text[: len(text) // 2], text[len(text) // 2 :]
    while columns(f"{head}..{tail}") > width and (head or tail):
        head, tail = (head[:-1], tail) if columns(head) >= columns(tail) else (head, tail[1:])
    return f"{head}..{tail}"


def _right(text: str, width: int) -> str:
    return " " * max(width - columns(text), 0) + text
