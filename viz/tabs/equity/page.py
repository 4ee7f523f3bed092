"""The Equity tab: gaps between groups, curves, indices, and who gains and who loses."""

import solara

from viz.i18n.texts import Texts
from viz.session import Session, Snapshot
from viz.tabs.equity.charts import ROWS
from viz.tabs.parts import Charts


@solara.component
def EquityTab(session: Session, snapshot: Snapshot, texts: Texts) -> None:
    """Show winners and losers first, then gaps between groups, then curves and indices."""
    Charts(ROWS, snapshot.data, texts)
