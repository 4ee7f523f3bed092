"""The Network tab: hospitals by geography with flows, and who is referred where."""

import solara

from viz.components.widgets import Chart
from viz.i18n.texts import Words
from viz.session import Frame, Session
from viz.tabs.network import charts
from viz.tabs.parts import Grid


@solara.component
def Network(session: Session, frame: Frame, words: Words) -> None:
    """Show the network under A beside that under B, then the referrals as flows."""
    for chart, height in ((charts.hospitals, 520), (charts.tiers, 360), (charts.provinces, 420)):
        with Grid():
            for side in ("a", "b"):
                Chart(chart(frame.data, words, side), height)
