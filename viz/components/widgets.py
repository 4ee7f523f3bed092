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


@solara.component_vue("access.vue")
def Access(skip_words: str, remove_words: str) -> None:
    """Let keyboards skip to what is shown, fingers zoom, and screen readers know each control.

    Args:
        skip_words: The words of the link that skips bar and sidebar.
        remove_words: What the button does that takes a choice away.
    """


@solara.component_vue("address.vue")
def Address(place: dict, event_back: Callable[[str], None]) -> None:
    """Keep the browser's address at what is shown, so that a reload restores it.

    Args:
        place: The `query` of the link to what is shown, the page's `language`, and `visit`, of
            which a new number makes a new entry in the browser's history. In one, so that they
            come together.
        event_back: Called with the query that the browser goes back or forward to.
    """


@solara.component_vue("timeline.vue")
def TimeSlider(
    month: int,
    horizon: int,
    label: str,
    words: str,
    disabled: bool,
    marks: list[dict],
    years: list[dict],
    event_go: Callable[[int], None],
    event_jump: Callable[[int], None],
) -> None:
    """Show the months as a slider with marks; arrows, Home and End work as on any slider.

    Args:
        month: The month shown.
        horizon: The last month.
        label: The slider's name for screen readers.
        words: The month in words, for them.
        disabled: Whether it cannot be moved.
        marks: Each with `month`, `kind` and `text`.
        years: Each with `month` and `text`, below the slider.
        event_go: Called with the month while the slider is moved.
        event_jump: Called with the month of a mark that is clicked.
    """


@solara.component_vue("about.vue")
def About(label: str, lines: list[str]) -> None:
    """Show an (i) that tells what something is.

    Args:
        label: What it asks, for screen readers.
        lines: What it tells.
    """


@solara.component_vue("pictures.vue")
def Pictures(caption: dict) -> None:
    """Let every chart and map of the page be saved as a picture with a caption.

    Args:
        caption: What `viz.takeaway.caption.Caption.plain` returns.
    """


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
