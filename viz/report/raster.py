"""Pictures as PNG, by a renderer of its own that needs no browser."""

from functools import cache

from viz.charts.style import FONT

PROBES = {"en": "AB", "zh": "中国"}
"""Two characters of each language that no font draws alike."""


def png(svg: str, width: int, height: int) -> bytes:
    """Return a picture as PNG, on white.

    Args:
        svg: The picture.
        width: Pixels.
        height: The same.
    """
    from resvg_py import svg_to_bytes

    return svg_to_bytes(svg_string=svg, width=width, height=height, background="white")


@cache
def has_letters(language: str) -> bool:
    """Return whether this machine has a font that can write a language.

    A character that no font has is left out of a picture, so that two of them look alike.
    """
    one, other = (_letter(letter) for letter in PROBES[language])
    return one != other


def _letter(letter: str) -> bytes:
    text = f'<text x="4" y="24" font-size="24" font-family="{FONT}">{letter}</text>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32">{text}</svg>'
    return png(svg, 32, 32)
