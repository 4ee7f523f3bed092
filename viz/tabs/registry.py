"""The tabs of the page, each declared once, in the order in which they stand.

What else has to know the tabs takes them from here: the bar, the open tab, the data that a session
reads, the names that a link may hold, the tests of the charts. The name of a tab is the text
`tab.<name>`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import parse_qs

import solara

from viz.charts.layout import Row
from viz.i18n.texts import Texts
from viz.session import Reader, Session, Snapshot
from viz.tabs.about import data as about_data
from viz.tabs.about.page import AboutTab
from viz.tabs.answer import charts as answer_charts
from viz.tabs.answer import data as answer_data
from viz.tabs.answer.page import AnswerTab
from viz.tabs.columns import charts as columns_charts
from viz.tabs.columns import data as columns_data
from viz.tabs.columns.page import ColumnsTab
from viz.tabs.equity import charts as equity_charts
from viz.tabs.equity import data as equity_data
from viz.tabs.equity.page import EquityTab
from viz.tabs.experiments.page import ExperimentsTab
from viz.tabs.flows import charts as flows_charts
from viz.tabs.flows import data as flows_data
from viz.tabs.flows.page import FlowsTab
from viz.tabs.journeys import charts as journeys_charts
from viz.tabs.journeys import data as journeys_data
from viz.tabs.journeys.page import JourneysTab
from viz.tabs.money import charts as money_charts
from viz.tabs.money import data as money_data
from viz.tabs.money.page import MoneyTab
from viz.tabs.network import charts as network_charts
from viz.tabs.network import data as network_data
from viz.tabs.network.page import NetworkTab
from viz.tabs.overview import charts as overview_charts
from viz.tabs.overview import data as overview_data
from viz.tabs.overview.page import OverviewTab
from viz.tabs.why import charts as why_charts
from viz.tabs.why import data as why_data
from viz.tabs.why.page import WhyTab
from viz.view_state import ViewState


@dataclass(frozen=True)
class Tab:
    """A tab of the page.

    Attributes:
        name: Its name in links, in the style sheet, and in the key of its text.
        component: Shows it.
        read: Reads what it shows off the two models; None for a tab that shows no model.
        rows: Every chart that it can show of that.
        rests: Whether it shows something without any model.
        more: Whether it shows further policies beside A and B.
    """

    name: str
    component: Callable[[Session, Snapshot | None, Texts], solara.Element]
    read: Reader | None = None
    rows: tuple[Row, ...] = ()
    rests: bool = False
    more: bool = False


TABS = {
    tab.name: tab
    for tab in (
        Tab("answer", AnswerTab, answer_data.read, answer_charts.ROWS, rests=True),
        Tab("overview", OverviewTab, overview_data.read, overview_charts.ROWS),
        Tab("columns", ColumnsTab, columns_data.read, columns_charts.ROWS, more=True),
        Tab("network", NetworkTab, network_data.read, network_charts.ROWS),
        Tab("flows", FlowsTab, flows_data.read, flows_charts.ROWS),
        Tab("equity", EquityTab, equity_data.read, equity_charts.ROWS),
        Tab("why", WhyTab, why_data.read, why_charts.ROWS),
        Tab("journeys", JourneysTab, journeys_data.read, journeys_charts.ROWS),
        Tab("money", MoneyTab, money_data.read, money_charts.ROWS),
        Tab("experiments", ExperimentsTab),
        Tab("about", AboutTab, about_data.read),
    )
}
READERS = {name: tab.read for name, tab in TABS.items() if tab.read is not None}
"""How the data of each tab are read; what a `Session` is given."""
RESTING = tuple(name for name, tab in TABS.items() if tab.rests)
"""The tabs for which no models are made as long as no month is asked for."""

WITH_MORE = tuple(name for name, tab in TABS.items() if tab.more)
"""The tabs for which models of further policies are lived."""


def opening(query: str) -> tuple[ViewState, list[str]]:
    """Return what a page shows of a link at first, and what in the link was not understood.

    A bare address opens the finished comparison, if the world has one; a link that names no tab
    opens the overview.

    Args:
        query: The query string of the link.
    """
    view, complaints = ViewState.from_query(query, TABS)
    bare = set(parse_qs(query.lstrip("?"))) <= {"language"}
    if bare and answer_data.story_of(view.world) is not None:
        view = replace(view, tab="answer")
    return view, complaints
