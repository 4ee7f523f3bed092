"""The Equity tab: gaps between groups, curves, indices, and who gains and who loses."""

import solara

from viz.components.widgets import Chart
from viz.i18n.texts import Words
from viz.session import Frame, Session
from viz.tabs.equity import charts
from viz.tabs.equity.data import CONCENTRATION, KINDS, LORENZ
from viz.tabs.equity.winners import WINNERS, winners
from viz.tabs.parts import Grid


@solara.component
def Equity(session: Session, frame: Frame, words: Words) -> None:
    """Show winners and losers first, then gaps between groups, then curves and indices."""
    data = frame.data
    with Grid(narrow=320):
        for key in WINNERS:
            Chart(winners(data, words, key), 340)
    with Grid():
        for kind in KINDS:
            Chart(charts.equiplot(data, words, kind), 420)
        Chart(charts.theil(data, words), 420)
    with Grid(narrow=320):
        for key in LORENZ:
            Chart(charts.lorenz(data, words, key), 360)
        for key in CONCENTRATION:
            Chart(charts.concentration(data, words, key), 360)
