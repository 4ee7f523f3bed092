"""Texts in lines of so many columns, English and Chinese: on a screen and in a chart."""

import unicodedata

MARKS = ".,:;=_-/"
"""Behind which a long name is broken rather than elsewhere."""


def columns(text: str) -> int:
    """Return how many columns a text takes; a Chinese character takes two.

    So does what Chinese fonts draw wide, such as quotation marks.
    """
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def wrapped(text: str, width: int) -> list[str]:
    """Return a text in lines of at most so many columns, broken between words if possible.

    What is longer than a line, such as the name of a variant, is broken behind a mark or anywhere.
    """
    lines = [""]
    for piece in (part for whole in _pieces(text) for part in _cut(whole, width)):
        if lines[-1] and columns((lines[-1] + piece).rstrip()) > width:
            lines.append("")
        lines[-1] += piece
    return [line.strip() for line in lines]


def _pieces(text: str) -> list[str]:
    """Return what may not be broken: words with the space behind, and single Chinese characters."""
    pieces = [""]
    for c in text:
        wide = columns(c) == 2
        closing = unicodedata.category(c) in ("Po", "Pe", "Pf")
        last = pieces[-1][-1:]
        opened = last and unicodedata.category(last) in ("Ps", "Pi")
        if last and not closing and not opened and (wide or last == " " or _wide_end(last)):
            pieces.append("")
        pieces[-1] += c
    return pieces


def words(text: str) -> list[str]:
    """Return the parts of a text between which it may be broken."""
    return [piece.strip() for piece in _pieces(text)]


def _cut(piece: str, width: int) -> list[str]:
    """Return a piece in parts of at most so many columns."""
    parts = []
    while columns(piece.rstrip()) > width:
        end = next(n for n in range(len(piece), 0, -1) if columns(piece[:n]) <= width or n == 1)
        mark = max(piece.rfind(c, 0, end) for c in MARKS) + 1
        end = mark if mark > end // 2 else end
        parts.append(piece[:end])
        piece = piece[end:]
    return [*parts, piece]


def _wide_end(piece: str) -> bool:
    return columns(piece[-1]) == 2
