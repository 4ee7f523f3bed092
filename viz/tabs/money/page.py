"""The Money tab: who pays, what the funds hold, when drugs are listed and at what price."""

import solara

from viz.components.widgets import Chart
from viz.i18n.texts import Words
from viz.session import Frame, Session
from viz.tabs.money import charts
from viz.tabs.parts import Choose, Grid


@solara.component
def Money(session: Session, frame: Frame, words: Words) -> None:
    """Show the bills by payer, one kind of fund by month, and the drugs."""
    fund = solara.use_reactive(charts.FUNDS[0])
    with Grid():
        for side in ("a", "b"):
            Chart(charts.waterfall(frame.data, words, side), 360)
    Choose(
        words("shell.fund"), {kind: words(f"fund.{kind}") for kind in frame.data.funds},
        fund.value, fund.set,
    )  # fmt: skip
    with Grid():
        Chart(charts.balances(frame.data, words, fund.value), 340)
        Chart(charts.refused(frame.data, words, fund.value), 340)
    with Grid():
        Chart(charts.drugs(frame.data, words), 620)
