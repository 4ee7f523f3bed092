"""The Equity tab: gaps between groups, curves, indices, and who gains and who loses."""

from dataclasses import replace

import solara

from viz.i18n.texts import Texts
from viz.session import Session, Snapshot
from viz.tabs.equity.charts import ROWS
from viz.tabs.equity.data import KINDS
from viz.tabs.parts import Charts, Choose


@solara.component
def EquityTab(session: Session, snapshot: Snapshot, texts: Texts) -> None:
    """Show who gains and who loses, by a kind of group of choice, and the gaps between groups."""
    by = solara.use_reactive(KINDS[0])
    data = snapshot.data
    kinds = [kind for kind in KINDS if kind in data.winners]
    shown = by.value if by.value in kinds else KINDS[0]
    with solara.Div(classes=["rc-choices"]):
        Choose(
            texts("equity.by"), {kind: texts(f"equity.by.{kind}") for kind in kinds}, shown, by.set
        )
    Charts(ROWS, replace(data, by=shown), texts)
