"""The Money tab: who pays, what the funds hold, when drugs are listed and at what price."""

from dataclasses import replace

import solara

from viz.doubt.groups import BILLED
from viz.doubt.pairs import OF_FUNDS
from viz.doubt.spreads import band, number_spreads
from viz.i18n.texts import Texts
from viz.session import Session, Snapshot
from viz.tabs.money import charts
from viz.tabs.money.data import FUNDS, MoneyData
from viz.tabs.parts import Charts, Choose


@solara.component
def MoneyTab(session: Session, snapshot: Snapshot, texts: Texts) -> None:
    """Show the bills by payer, one kind of fund by month, and the drugs."""
    fund = solara.use_reactive(FUNDS[0])
    data = _with_doubt(session, snapshot)
    Charts(charts.BILLS, data, texts)
    Choose(
        texts("shell.fund"),
        {kind: charts.fund_name(kind, texts) for kind in data.funds},
        fund.value,
        fund.set,
    )
    Charts(charts.BY_FUND[fund.value], data, texts)
    Charts(charts.DRUGS, data, texts)


def _with_doubt(session: Session, snapshot: Snapshot) -> MoneyData:
    """Return what is shown with what pairs with other seeds have found; of the country alone."""
    data: MoneyData = snapshot.data
    if data.scene.province:
        return data
    pairs, whole, month = session.pairs.found.value, session.pairs.doubt.value.whole, snapshot.month
    names = {f"bill.{name}": name for name in BILLED}
    found = number_spreads(pairs, month, list(names), whole)
    bands = {key: band(pairs, key, None, month) for key in OF_FUNDS}
    spreads = {names[name]: spread for name, spread in found.items()}
    return replace(data, spreads=spreads, bands=bands)
