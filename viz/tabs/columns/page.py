"""The Columns tab: up to four policies beside each other, and their lines."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import solara

from abm import policy_names
from abm.model import MOST_YEARS
from viz.cards.charts import card_text
from viz.cards.data import Card, on_cards
from viz.components.widgets import About
from viz.doubt.batch import PagePairs
from viz.doubt.spreads import doubted
from viz.editor.picker import PolicyPicker
from viz.explain.words import of_indicator
from viz.i18n.texts import Texts
from viz.session import Session, Snapshot
from viz.tabs.columns import charts
from viz.tabs.columns.data import Column, ColumnsData
from viz.tabs.parts import Charts
from viz.view_state import MORE, PolicySpec, ViewState

STYLE = Path(__file__).parent / "columns.css"


@solara.component
def ColumnsTab(session: Session, snapshot: Snapshot, texts: Texts) -> None:
    """Show the policies, a table of their indicators, and their lines over time."""
    data: ColumnsData = snapshot.data
    solara.Style(STYLE)
    with solara.Div(classes=["rc-panel"]):
        solara.Text(texts("columns.about"), classes=["rc-hint"])
        _Further(session, texts)
        _Table(_with_doubt(session, snapshot), texts)
    Charts(charts.ROWS, data, texts)


@solara.component
def _Further(session: Session, texts: Texts) -> None:
    """Choose and edit the policies beside A and B, which stand in the sidebar."""
    view = session.view.value
    with solara.Div(classes=["rc-columns-pick"]):
        for side in (side for side in MORE if side in view.policies):
            with solara.Div().key(side):
                PolicyPicker(session, side, texts)
                solara.Button(
                    texts("columns.remove", side=side.upper()),
                    icon_name="mdi-close",
                    text=True,
                    small=True,
                    on_click=lambda side=side: session.set(**without(view, side)),
                )
        free = [side for side in MORE if side not in view.policies]
        if free:
            solara.Button(
                texts("columns.add"),
                icon_name="mdi-plus",
                outlined=True,
                color="primary",
                on_click=lambda: session.set(**{free[0]: another(view)}),
                classes=["rc-columns-add"],
            )


def another(view: ViewState) -> PolicySpec:
    """Return a policy that is not among the columns yet, one that the world compares first."""
    shown = {spec.policy for spec in view.policies.values()}
    names = [*view.world.about.compared, *policy_names(view.world)]
    return PolicySpec(next((name for name in names if name not in shown), view.b.policy))


def without(view: ViewState, side: str) -> dict[str, PolicySpec | None]:
    """Return what changes when a column goes: those after it move up."""
    left = [spec for one, spec in view.policies.items() if one in MORE and one != side]
    return dict(zip(MORE, (*left, *(None for _ in MORE)), strict=False))


def _with_doubt(session: Session, snapshot: Snapshot) -> ColumnsData:
    """Return what the tab shows with what pairs with other seeds have found of it so far."""
    data: ColumnsData = snapshot.data
    others = len(data.columns) - 1

    def with_doubt(column: Column, pairs: PagePairs, side: int) -> Column:
        cards = doubted(column.cards, pairs.found.value, pairs.doubt.value, snapshot.month,
                        snapshot.view.province, side, others)  # fmt: skip
        return replace(column, cards=cards)

    a, b, *more = data.columns
    further = [with_doubt(one, session.columns, side) for side, one in enumerate(more, start=1)]
    return replace(data, columns=(a, with_doubt(b, session.pairs, 1), *further))


@solara.component
def _Table(data: ColumnsData, texts: Texts) -> None:
    """Show every indicator under every policy, with its difference from A."""
    head = [solara.v.Html(tag="th", children=[texts("columns.what")], attributes={"scope": "col"})]
    head += [
        solara.v.Html(
            tag="th",
            children=[charts.column_name(one, texts, 60)],
            class_=f"rc-side-{one.side}",
            attributes={"scope": "col"},
        )
        for one in data.columns
    ]
    listed = {one.name: one for one in on_cards(MOST_YEARS)}
    body = []
    for number, card in enumerate(data.columns[0].cards):
        title = card_text(card, texts).title
        values = [one.cards[number].b for one in data.columns]
        about = About(
            label=texts("explain.open", name=title),
            lines=of_indicator(listed[card.key], card.unit, texts),
        )
        cells = [
            solara.v.Html(tag="th", children=[title, " ", about], attributes={"scope": "row"}),
            *(_cell(one.side, one.cards[number], texts, values) for one in data.columns),
        ]
        body.append(solara.v.Html(tag="tr", children=cells))
    with solara.Div(classes=["rc-columns-scroll"], attributes={"tabindex": "0", "role": "region",
                    "aria-label": texts("columns.table")}):  # fmt: skip
        solara.v.Html(
            tag="table",
            class_="rc-columns-table",
            children=[
                solara.v.Html(tag="thead", children=[solara.v.Html(tag="tr", children=head)]),
                solara.v.Html(tag="tbody", children=body),
            ],
        )


def _cell(side: str, card: Card, texts: Texts, values: list[float | None]) -> solara.Element:
    """Return the value of an indicator under a policy, and how it differs from A's."""
    text = card_text(card, texts, side.upper(), values)
    unit = solara.v.Html(tag="small", children=[text.unit])
    children = [solara.v.Html(tag="div", children=[text.b, " ", unit], class_="rc-value")]
    if side != "a":
        told: Mapping[str, str] = {
            text.difference: "",
            text.interval: "",
            text.verdict: text.colour,
        }
        children += [
            solara.v.Html(
                tag="div", children=[words], class_="rc-verdict",
                style_=f"color: {colour}" if colour else "",
            )
            for words, colour in told.items()
            if words
        ]  # fmt: skip
    return solara.v.Html(tag="td", children=children)
