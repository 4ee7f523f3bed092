"""The browser view: one page, two countries under two policies.

``rarecare view`` serves it; `viz.server` says with what settings.
"""

from collections.abc import Callable
from pathlib import Path

import solara
from solara.lab import use_task

from viz.components.widgets import Access, Address, Pictures
from viz.doubt.settings import settings
from viz.i18n.texts import Texts
from viz.release_memory import give_back_soon
from viz.session import Session
from viz.shell.panels import Cards, Filters, Notices, TabBar, TabContent
from viz.shell.sidebar import Sidebar
from viz.shell.timeline import Timeline
from viz.shell.tour import Tour
from viz.tabs.registry import READERS, RESTING, TABS, WITH_MORE, opening
from viz.takeaway.caption import caption
from viz.view_state import ViewState

STYLE = Path(__file__).parent / "style.css"


@solara.component
def Layout(children: list[solara.Element] | None = None) -> None:
    """Put the page into the window as it is, without Solara's own bars."""
    solara.Div(children=children or [], classes=["rc-app"])


@solara.component
def Page() -> None:
    """Show the whole page."""
    router = solara.use_router()
    session, complaints = solara.use_memo(lambda: _opened(router.search or ""), [])
    solara.use_effect(lambda: lambda: _leave(session), [])
    texts = session.view.value.texts
    drawer: solara.Reactive[bool | None] = solara.use_reactive(None)
    solara.Style(STYLE)
    solara.Title(texts("shell.title", country=texts.country))
    Access(skip_words=texts("shell.skip"), remove_words=texts("shell.remove"))
    Worker(session)
    Location(session)
    with solara.v.NavigationDrawer(
        app=True,
        clipped=True,
        width=320,
        v_model=drawer.value,
        on_v_model=drawer.set,
        mobile_break_point=960,
        disable_route_watcher=True,
    ):
        Sidebar(session, texts)
    _Bar(session, texts, lambda: drawer.set(not drawer.value))
    with solara.v.Content(), solara.Div(classes=["rc-main"], attributes={"id": "rc-shown"}):
        Timeline(session, texts)
        Notices(session, texts, complaints)
        Cards(session, texts)
        Filters(session, texts)
        TabBar(session, texts)
        TabContent(session, texts)
        if session.snapshot.value is not None:
            Pictures(caption=caption(session.snapshot.value, texts).plain())
    Tour(session, texts)


@solara.component
def _Bar(session: Session, texts: Texts, toggle: Callable[[], None]) -> None:
    """Show the bar at the top: menu, title, language."""
    other = "zh" if texts.language == "en" else "en"
    with solara.v.AppBar(
        app=True, clipped_left=True, dense=True, flat=True, dark=True, color="#28405c"
    ):
        menu = solara.v.AppBarNavIcon(attributes={"aria-label": texts("shell.menu")})
        solara.v.use_event(menu, "click", lambda *_: toggle())
        with solara.v.ToolbarTitle(), solara.v.Html(tag="h1", class_="rc-title"):
            solara.Text(texts("shell.title", country=texts.country), classes=["rc-title-long"])
            solara.Text(texts("shell.title_short"), classes=["rc-title-short"])
        solara.v.Spacer()
        solara.Button(
            texts("shell.other_language"),
            text=True,
            on_click=lambda: session.set(language=other),
            attributes={"lang": "zh" if other == "zh" else "en"},
        )


@solara.component
def Worker(session: Session) -> None:
    """Run the session's worker whenever something is wished for."""
    task = use_task(
        lambda: session.work(lambda: task.is_current()), dependencies=[session.wish.value]
    )


@solara.component
def Location(session: Session) -> None:
    """Keep the address at what is shown, so that a reload restores it; once a year while playing.

    Browsers refuse addresses that change many times a second.
    """
    written = solara.use_ref(("", -1))
    snapshot = session.snapshot.value
    year = -1 if snapshot is None else snapshot.month // 12
    if (
        not written.current[0]
        or not session.playing.value
        or session.rests
        or year != written.current[1]
    ):
        written.current = session.link(), year
    Address(
        place={
            "query": written.current[0],
            "language": session.view.value.language,
            "visit": session.visit,
        },
        event_back=lambda query: session.restore(ViewState.from_query(query, TABS)[0]),
    )


def _leave(session: Session) -> None:
    session.close()
    give_back_soon()


def _opened(query: str) -> tuple[Session, list[str]]:
    view, complaints = opening(query)
    session = Session(READERS, view, pairs=settings.pairs, resting=RESTING, with_more=WITH_MORE)
    return session, complaints
