"""Drawing charts to SVG without a browser: ECharts in a JavaScript engine of its own."""

import html
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from abm.errors import UserError
from viz.assets import PACKAGE, asset
from viz.charts.style import Option, titled

if TYPE_CHECKING:
    from py_mini_racer import MiniRacer

ECHARTS = "echarts@5.4.0/dist/echarts.min.js"
WIDTH = 720
"""Pixels."""

_START = "var self = this, global = this, process = {env: {}};"
_DRAW = """(function (option, width, height) {
    const chart = echarts.init(null, null, {renderer: 'svg', ssr: true, width, height});
    chart.setOption(option);
    const drawn = chart.renderToSVGString();
    chart.dispose();
    return drawn;
})"""


class Pen:
    """What draws charts, one after the other; each has its own names of parts.

    Args:
        engine: A JavaScript engine with ECharts.
    """

    def __init__(self, engine: "MiniRacer"):
        self._engine = engine

    def draw(self, made: Option, width: int, height: int) -> str:
        """Return a chart as SVG.

        Args:
            made: What ECharts draws.
            width: Of the picture, pixels.
            height: The same.
        """
        still = json.dumps(_still(made), allow_nan=False)
        return str(self._engine.eval(f"{_DRAW}({still}, {width}, {height})"))


def script() -> str:
    """Return the source of ECharts, which comes with `solara-assets`.

    Raises:
        UserError: If it is not installed.
    """
    file = asset(ECHARTS)
    if file is None:
        raise UserError(f"ECharts is not there; pip install {PACKAGE}")
    return file.read_text(encoding="utf-8")


def drawn(charts: Mapping[str, tuple[Option, int]], width: int = WIDTH) -> dict[str, str]:
    """Return charts as SVG, by name, each with its title for screen readers.

    Args:
        charts: Options with the heights of their pictures, pixels.
        width: Width of the pictures, pixels.

    Raises:
        UserError: If ECharts is not installed.
    """
    with pen() as drawing:
        return {
            name: named(drawing.draw(made, width, height), titled(made)[0])
            for name, (made, height) in charts.items()
        }


@contextmanager
def pen() -> Iterator[Pen]:
    """Yield what draws charts.

    Raises:
        UserError: If ECharts is not installed.
    """
    from py_mini_racer import MiniRacer

    with MiniRacer() as engine:
        engine.eval(_START)
        engine.eval(script())
        yield Pen(engine)


def named(svg: str, title: str) -> str:
    """Return a picture with a title for screen readers."""
    name = html.escape(" ".join(title.split()))
    start, rest = svg.split(">", 1)
    return f'{start} role="img" aria-label="{name}"><title>{name}</title>{rest}'


def _still(made: Option) -> Option:
    """Return an option without what needs a page: buttons, and descriptions in its tree."""
    parts = {key: part for key, part in made.items() if key not in ("toolbox", "tooltip")}
    return {**parts, "aria": {"enabled": False}}
