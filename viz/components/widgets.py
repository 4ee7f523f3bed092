"""The page's own Vue components; none of them asks for anything from outside."""

from collections.abc import Callable
from typing import Any

import solara


@solara.component_vue("chart.vue")
def _Chart(option: dict, height: int, event_click: Callable[[dict], None]) -> None: ...


@solara.component_vue("tilemap.vue")
def TileMap(map: dict, event_pick: Callable[[str], None]) -> None:
    """Show provinces as tiles that can be picked by click, Enter or space.

    Args:
        map: What `viz.tabs.overview.charts.tiles` returns.
        event_pick: Called with the name of the province that is picked.
    """


@solara.component_vue("address.vue")
def Address(query: str, language: str) -> None:
    """Keep the browser's address at what is shown, so that a reload restores it."""


@solara.component_vue("copy.vue")
def Copy(text: str, label: str, copied: str) -> None:
    """Show a text with a button that copies it."""


@solara.component_vue("table.vue")
def PlainTable(title: str, head: list[str], rows: list[list[str]], tall: bool) -> None:
    """Show texts as a table."""


@solara.component
def Chart(
    option: dict[str, Any], height: int = 340, on_click: Callable[[dict], None] = lambda event: None
) -> None:
    """Draw an ECharts option.

    Args:
        option: Plain JSON data.
        height: Height, pixels.
        on_click: Called with the name and the series' name of what is clicked.
    """
    _Chart(option=option, height=height, event_click=on_click)
