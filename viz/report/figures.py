"""The figures of a report: drawn for its page, and on sheets of their own in the folder."""

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from abm.world import World
from experiments.running.files import make_folder, remove_figures, write_bytes, write_figure
from experiments.running.manifest import FIGURES, REPORTS
from viz.charts.style import Option, titled
from viz.comparison.results import Results
from viz.i18n.texts import Texts
from viz.report.frame import PIXELS, framed
from viz.report.raster import has_letters, png
from viz.report.svg import Pen, named, pen
from viz.worlds import chinese_policies

LONGEST_NAME = 60
"""Characters of a file's name that a policy's or measure's takes."""
WIDE = 440
"""Pixels for which a chart of the page is laid out: two stand beside each other."""


class Figure(NamedTuple):
    """A chart of a report.

    Attributes:
        name: Name of its file, without ending.
        section: The heading it stands under.
        option: What ECharts draws.
        height: Pixels that it needs.
    """

    name: str
    section: str
    option: Option
    height: int


Made = Callable[[Texts, Pen], tuple[Sequence[Figure], Sequence[str]]]
"""Makes the figures of a folder in a language, and what stands below each."""


def on_page(pen: Pen, figures: Iterable[Figure]) -> dict[str, str]:
    """Return the pictures of a page by the names of the figures, which stand there once."""
    return {
        one.name: named(_fluid(pen.draw(one.option, WIDE, one.height)), titled(one.option)[0])
        for one in figures
    }


def _write(
    folder: Path, pen: Pen, figures: Sequence[Figure], foot: Sequence[str], language: str
) -> list[str]:
    """Write each figure on a sheet of its own, as SVG and as PNG; return the files' names.

    PNGs are left out where this machine has no font for the language.

    Args:
        folder: Where they go.
        pen: What draws.
        figures: The figures.
        foot: What stands below each.
        language: "en" or "zh".
    """
    names = []
    for one in figures:
        name = one.name if language == "en" else f"{one.name}.{language}"
        sheet = framed(pen, one.option, one.height, foot)
        write_figure(folder / f"{name}.svg", sheet)
        if has_letters(language):
            write_bytes(folder / f"{name}.png", png(sheet, *PIXELS))
        names.append(name)
    return names


def write_sheets(folder: Path, world: World | None, made: Made) -> None:
    """Write the sheets of a folder anew, in both languages; what an earlier report left goes.

    Args:
        folder: The folder of results.
        world: Its world.
        made: Called for each language: returns the figures, and what stands below each.
    """
    there, names = make_folder(folder / FIGURES), []
    with pen() as drawing:
        for language in REPORTS:
            figures, below = made(Texts(language, world), drawing)
            names += _write(there, drawing, figures, below, language)
    remove_figures(there, but=names)


def called(policy: str, results: Results, texts: Texts) -> str:
    """Return what a policy is called in a language, where its results do not say.

    Args:
        policy: Its name.
        results: What was found with it.
        texts: Texts of the language.
    """
    zh, _ = chinese_policies(texts.world).get(policy, ("", ""))
    return texts.pick(results.titles.get(policy, policy), zh)


def slug(name: str) -> str:
    """Return a name that is good for a file; long ones that differ at the end stay apart."""
    short = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "policy"
    if len(short) <= LONGEST_NAME:
        return short
    return f"{short[: LONGEST_NAME - 7]}-{hashlib.sha256(name.encode()).hexdigest()[:6]}"


def _fluid(svg: str) -> str:
    """Return a picture that is made as wide as its place, by its own proportions."""
    start, rest = svg.split(">", 1)
    size = {key: re.search(rf'{key}="([\d.]+)"', start) for key in ("width", "height")}
    wide, high = (found[1] if found else "0" for found in size.values())
    kept = re.sub(r' (width|height|viewBox)="[^"]*"', "", start)
    return f'{kept} viewBox="0 0 {wide} {high}">{rest}'
