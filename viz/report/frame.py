"""A chart on a sheet for slides and papers: title above, what it rests on below.

Every sheet says by itself what it shows, of whom, from how many runs, and that it is no forecast.
"""

import html
from collections.abc import Sequence

from experiments.reporting.wrapping import wrapped
from viz.charts.style import FONT, INK, Option, titled, untitled
from viz.report.svg import Pen, named

WIDTH, HEIGHT = 1280, 720
"""Of a sheet, 16 to 9."""
PIXELS = (1920, 1080)
"""Of a sheet as PNG."""
EDGE = 44
CHART = 880
"""Pixels for which a chart is laid out, before it is made as wide as the sheet, if it is low."""
TITLE, NOTE, FOOT = 28, 14, 13
"""Sizes of letters."""
LINE = 1.35
"""Height of a line over that of its letters."""
COLUMN = 0.56
"""Width of a column of text over the size of its letters."""
GREY = "#595959"


def framed(pen: Pen, made: Option, height: int, foot: Sequence[str]) -> str:
    """Return a chart on a sheet as SVG.

    Args:
        pen: What draws.
        made: What ECharts draws, with its title and note.
        height: Pixels that it needs, with title and note, where it is as wide as on a page.
        foot: What stands below it, a line or more each.
    """
    title, note = titled(made)
    above, top = _written([(title, TITLE, INK, "bold"), (note, NOTE, GREY, "normal")], EDGE)
    below, end = _written([(text, FOOT, GREY, "normal") for text in foot], 0.0)
    wide, deep = WIDTH - 2 * EDGE, HEIGHT - EDGE / 2 - end - top - 12
    inner = untitled(made)
    needed = height - _shift(made, inner)
    tall = max(needed, CHART * deep / wide)
    across, down = round(tall * wide / deep), round(tall)
    chart = pen.draw(inner, across, down).split(">", 1)[1]
    # What an inner picture clips at its edge is drawn twice by resvg; a chart does not reach it.
    sheet = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>'
        f'<g font-family="{FONT}">{above}'
        f'<g transform="translate(0 {HEIGHT - EDGE / 2 - end:g})">{below}</g></g>'
        f'<svg x="{EDGE}" y="{top:g}" width="{wide}" height="{deep:g}" overflow="visible" '
        f'viewBox="0 0 {across} {down}">{chart}</svg>'
    )
    return named(sheet, title)


def _shift(made: Option, inner: Option) -> int:
    """Return by how much a chart without its title is lower."""
    before, after = (one.get("grid", {}).get("top", 0) for one in (made, inner))
    return int(before) - int(after)


def _written(texts: Sequence[tuple[str, int, str, str]], start: float) -> tuple[str, float]:
    """Return texts in lines across a sheet, and where the next line would begin."""
    parts, at = [], start
    for text, size, colour, weight in texts:
        for line in wrapped(text, int((WIDTH - 2 * EDGE) / (COLUMN * size))) if text else ():
            parts.append(
                f'<text x="{EDGE}" y="{at + size:g}" font-size="{size}" font-weight="{weight}" '
                f'fill="{colour}">{html.escape(line)}</text>'
            )
            at += LINE * size
    return "".join(parts), at
