"""The Network tab: hospitals by geography with flows, and who is referred where."""

import solara

from viz.i18n.texts import Texts
from viz.session import Session, Snapshot
from viz.tabs.network.charts import ROWS
from viz.tabs.parts import Charts


@solara.component
def NetworkTab(session: Session, snapshot: Snapshot, texts: Texts) -> None:
    """Show the network under A beside that under B, then the referrals as flows.

    A click on a hospital shows its patients' ways.
    """

    def pick(event: dict) -> None:
        if event.get("key"):
            session.set(tab="flows", hospital=event["key"])

    Charts(ROWS, snapshot.data, texts, pick)
