"""Parts of the page around the tabs: notices, cards, filters, the tabs themselves."""

import solara

from abm.model import MOST_YEARS
from viz.cards.charts import card_text
from viz.cards.data import Card, on_cards
from viz.components.widgets import About
from viz.doubt.spreads import doubted
from viz.explain.words import of_indicator
from viz.i18n.texts import Texts
from viz.reading.spread import Doubt
from viz.session import Session
from viz.tabs.parts import province_names
from viz.tabs.registry import TABS


@solara.component
def Notices(session: Session, texts: Texts, complaints: list[str]) -> None:
    """Show what went wrong, and what in the link was not understood, one line each."""
    closed = solara.use_reactive(False)
    if session.error.value:
        solara.v.Alert(
            type="error",
            dense=True,
            outlined=True,
            class_="rc-error",
            children=[session.error.value],
        )
    if complaints and not closed.value:
        with solara.v.Alert(type="warning", dense=True, outlined=True, class_="rc-complaints"):
            solara.Text(texts("shell.link_not_understood"))
            for line in complaints:
                solara.Div(children=[solara.Text(line)])
            solara.Button(texts("shell.dismiss"), text=True, on_click=lambda: closed.set(True))
    if session.snapshot.value is None and not session.error.value and not session.rests:
        with solara.Div(classes=["rc-waiting"], attributes={"role": "status"}):
            solara.Text(texts(f"shell.{session.stage.value}"))
            solara.ProgressLinear(True)


@solara.component
def Cards(session: Session, texts: Texts) -> None:
    """Show the indicators under A and B, with what is better; a tab of columns has them itself."""
    snapshot, tab = session.snapshot.value, TABS[session.view.value.tab]
    if tab.rests:
        return
    if tab.more:
        DoubtLine(session.pairs.doubt.value, texts)
        return
    if snapshot is None:
        with solara.Div(classes=["rc-cards"]):
            for _ in on_cards(session.view.value.years):
                solara.v.SkeletonLoader(type="card-heading", class_="rc-card")
        return
    doubt, pairs = session.pairs.doubt.value, session.pairs.found.value
    with solara.Div(classes=["rc-cards"], attributes={"role": "list"}):
        for card in doubted(snapshot.cards, pairs, doubt, snapshot.month, snapshot.view.province):
            IndicatorCard(card, texts)
    DoubtLine(doubt, texts)


@solara.component
def IndicatorCard(card: Card, texts: Texts) -> None:
    """Show one indicator: A, B, their difference, and in words which is better."""
    text = card_text(card, texts)
    with solara.Div(classes=["rc-card"], attributes={"role": "listitem"}):
        with solara.Div(classes=["rc-card-head"]):
            solara.Text(text.title, classes=["rc-card-title"])
            one = next((one for one in on_cards(MOST_YEARS) if one.name == card.key), None)
            if one is not None:
                About(
                    label=texts("explain.open", name=text.title),
                    lines=of_indicator(one, card.unit, texts),
                )
        with solara.Div(classes=["rc-card-values"]):
            solara.Text(text.a, classes=["rc-a"])
            solara.Text("→", classes=["rc-arrow"])
            solara.Text(text.b, classes=["rc-b"])
            solara.Text(text.unit, classes=["rc-unit"])
        solara.Text(text.difference, classes=["rc-verdict"])
        if text.interval:
            solara.Text(text.interval, classes=["rc-verdict", "rc-interval"])
        solara.Text(text.verdict, classes=["rc-verdict"], style={"color": text.colour})


@solara.component
def DoubtLine(doubt: Doubt, texts: Texts) -> None:
    """Say how many pairs with other seeds there are, and what is claimed of them."""
    with solara.Div(classes=["rc-doubt"], attributes={"role": "status"}):
        if doubt.total and not doubt.error and not doubt.whole:
            solara.v.ProgressCircular(
                value=100 * doubt.done / doubt.total, size=14, width=3, rotate=-90, color="primary"
            )
        solara.Text(doubt_words(doubt, texts))


def doubt_words(doubt: Doubt, texts: Texts) -> str:
    """Return how much is known of what is luck, in a sentence."""
    if doubt.error:
        return texts("doubt.failed", error=doubt.error)
    if not doubt.total:
        return texts("doubt.none")
    key = "doubt.whole" if doubt.whole else "doubt.going"
    return texts(key, done=doubt.done, total=doubt.total, scale=f"{doubt.scale:g}")


@solara.component
def Filters(session: Session, texts: Texts) -> None:
    """Show the province that everything is limited to, with a way back to the whole country."""
    if session.view.value.province and not TABS[session.view.value.tab].rests:
        _ProvinceChip(session, texts)


@solara.component
def _ProvinceChip(session: Session, texts: Texts) -> None:
    name = province_names(texts)[session.view.value.province]
    with solara.Div(classes=["rc-chip"]):
        solara.Text(texts("shell.only_province", province=name))
        solara.Button(
            icon_name="mdi-close",
            icon=True,
            small=True,
            on_click=lambda: session.set(province=""),
            attributes={"aria-label": texts("shell.whole_country")},
        )


@solara.component
def TabBar(session: Session, texts: Texts) -> None:
    """Show the names of the tabs."""
    names = list(TABS)
    with solara.v.Tabs(
        v_model=names.index(session.view.value.tab),
        on_v_model=lambda index: session.set(tab=names[index]),
        show_arrows=True,
        class_="rc-tabs",
    ):
        for name in names:
            solara.v.Tab(children=[texts(f"tab.{name}")])


@solara.component
def TabContent(session: Session, texts: Texts) -> None:
    """Show the open tab, once its data have been read."""
    tab, snapshot = TABS[session.view.value.tab], session.snapshot.value
    shown = ["rc-tab", f"rc-{tab.name}"]
    with solara.Div(classes=shown, attributes={"role": "tabpanel"}).key(tab.name):
        if tab.rests or (snapshot is not None and (snapshot.tab == tab.name or not tab.read)):
            tab.component(session, snapshot, texts)
        else:
            solara.v.SkeletonLoader(type="image")
