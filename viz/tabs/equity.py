"""The Equity tab: gaps between groups, curves, indices, and who gains and who loses."""

import solara

from viz.charts import equity as charts
from viz.charts.winners import WINNERS, winners
from viz.frames.equity import CONCENTRATION, KINDS, LORENZ
from viz.session import Frame, Session
from viz.tabs.parts import Grid
from viz.widgets import Chart
from viz.words import Words


@solara.component
def Equity(session: Session, frame: Frame, words: Words):
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
