"""What the tabs share: a grid of panels, the charts in it, a selector, a table."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pandas as pd
import solara

from viz.charts.layout import Row
from viz.components.widgets import About, Chart, PlainTable
from viz.explain.words import of_chart
from viz.i18n.texts import Texts
from viz.session import Session


@solara.component
def Grid(children: list[solara.Element] | None = None, narrow: int = 420) -> None:
    """Put panels side by side where there is room, else below each other.

    Args:
        children: What goes into the panels.
        narrow: Narrowest panel that still has a neighbour, pixels.
    """
    columns = f"repeat(auto-fit, minmax(min(100%, {narrow}px), 1fr))"
    with solara.Div(classes=["rc-grid"], style={"grid-template-columns": columns}):
        for child in children or []:
            solara.Div(children=[child], classes=["rc-panel"])


@solara.component
def Charts(
    rows: Iterable[Row],
    data: Any,
    texts: Texts,
    on_click: Callable[[dict], None] = lambda event: None,
) -> None:
    """Show rows of charts.

    Args:
        rows: Of what a tab's `charts` module declares.
        data: What the tab shows.
        texts: Texts of the language.
        on_click: Called with what is clicked on any of them.
    """
    for row in rows:
        with Grid(narrow=row.narrow):
            for panel in row.panels:
                with solara.Div(classes=["rc-explained"]):
                    option = panel.option(data, texts)
                    Chart(option, panel.height, on_click)
                    lines = of_chart(panel.draw.__name__, panel.key, texts)
                    if lines:
                        title = option["title"]["text"].replace("\n", " ")
                        About(label=texts("explain.open", name=title), lines=lines)


@solara.component
def Choose(
    label: str, options: Mapping[str, str], value: str, on_value: Callable[[str], None]
) -> None:
    """Choose one of several things.

    Args:
        label: What is chosen.
        options: Texts by value.
        value: What is chosen now.
        on_value: Called with what is chosen.
    """
    items = [{"text": text, "value": key} for key, text in options.items()]
    solara.v.Select(
        label=label,
        items=items,
        v_model=value,
        on_v_model=on_value,
        dense=True,
        outlined=True,
        hide_details=True,
        class_="rc-choose",
    )


@solara.component
def ChooseWhom(session: Session, texts: Texts) -> None:
    """Choose a disease and a province, or all; another choice forgets the patient."""
    view, diseases = session.view.value, texts.world.diseases
    names = {"": texts("shell.all_diseases")} | {
        key: texts.pick(en, zh)
        for key, en, zh in zip(
            diseases["disease"], diseases["name"], diseases["name_zh"], strict=True
        )
    }
    with solara.Div(classes=["rc-whom"]):
        Choose(
            texts("shell.disease"),
            names,
            view.disease,
            lambda disease: session.set(disease=disease, patient=None),
        )
        Choose(
            texts("shell.province"),
            {"": texts("chart.country")} | province_names(texts),
            view.province,
            lambda province: session.set(province=province, patient=None),
        )


@solara.component
def Table(title: str, table: pd.DataFrame, tall: bool = False) -> None:
    """Show a table as it is.

    Args:
        title: Its name for screen readers.
        table: What to show; the column names are the head.
        tall: Whether it scrolls within a window of its own.
    """
    rows = [[str(cell) for cell in row] for row in table.itertuples(index=False)]
    PlainTable(title=title, head=[str(name) for name in table.columns], rows=rows, tall=tall)


def province_names(texts: Texts) -> dict[str, str]:
    """Return the provinces' names in the page's language, by name."""
    return {name: texts.place(name) for name in texts.world.provinces["province"]}
