"""The Money tab: who pays, what the funds hold, when drugs are listed and at what price."""

import solara

from viz.i18n.texts import Texts
from viz.session import Session, Snapshot
from viz.tabs.money import charts
from viz.tabs.money.data import FUNDS
from viz.tabs.parts import Charts, Choose


@solara.component
def MoneyTab(session: Session, snapshot: Snapshot, texts: Texts) -> None:
    """Show the bills by payer, one kind of fund by month, and the drugs."""
    fund = solara.use_reactive(FUNDS[0])
    Charts(charts.BILLS, snapshot.data, texts)
    Choose(
        texts("shell.fund"),
        {kind: charts.fund_name(kind, texts) for kind in snapshot.data.funds},
        fund.value,
        fund.set,
    )
    Charts(charts.BY_FUND[fund.value], snapshot.data, texts)
    Charts(charts.DRUGS, snapshot.data, texts)
