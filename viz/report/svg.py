"""Drawing charts to SVG without a browser: ECharts in a JavaScript engine of its own."""

import html
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from abm.errors import UserError
from viz.assets import PACKAGE, asset
from viz.charts.style import Option

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
    """Return charts as SVG, by name.

    Args:
        charts: Options with the heights of their pictures, pixels.
        width: Width of the pictures, pixels.

    Raises:
        UserError: If ECharts is not installed.
    """
    with _engine() as engine:
        return {
            name: _named(_draw(engine, _still(made), width, height), made)
            for name, (made, height) in charts.items()
        }


def _draw(engine: "MiniRacer", made: Option, width: int, height: int) -> str:
    return str(engine.eval(f"{_DRAW}({json.dumps(made, allow_nan=False)}, {width}, {height})"))


def _still(made: Option) -> Option:
    """Return an option without what needs a page: buttons, and descriptions in its tree."""
    parts = {key: part for key, part in made.items() if key not in ("toolbox", "tooltip")}
    return {**parts, "aria": {"enabled": False}}


def _named(svg: str, made: Option) -> str:
    """Return a picture with its title for screen readers, on a white ground."""
    name = html.escape(" ".join(made["title"]["text"].split()))
    start, rest = svg.split(">", 1)
    return f'{start} role="img" aria-label="{name}"><title>{name}</title>{rest}'


@contextmanager
def _engine() -> "Iterator[MiniRacer]":
    """Yield a JavaScript engine with ECharts."""
    from py_mini_racer import MiniRacer

    with MiniRacer() as engine:
        engine.eval(_START)
        engine.eval(script())
        yield engine
