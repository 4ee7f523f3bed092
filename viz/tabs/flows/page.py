"""The Flows tab: who moves from where to where, with a picker of provinces and of a hospital."""

import solara

from viz.i18n.texts import Texts
from viz.reading.names import hospital_zh
from viz.session import Session, Snapshot
from viz.tabs.flows.charts import ROWS
from viz.tabs.flows.data import PERIODS, WAYS
from viz.tabs.parts import Charts, Choose, province_names
from viz.view_state import ViewState
from viz.worlds import chinese_names


@solara.component
def FlowsTab(session: Session, snapshot: Snapshot, texts: Texts) -> None:
    """Show the ways of people on the maps, the largest of them, by year, and of one hospital."""
    view = session.view.value
    with solara.Div(classes=["rc-choices"]):
        Choose(
            texts("flows.which"),
            {way: texts(f"flows.{way}") for way in WAYS},
            view.way or WAYS[0],
            lambda way: session.set(way="" if way == WAYS[0] else way),
        )
        Choose(
            texts("flows.when"),
            {period: texts(f"flows.period_{period}") for period in PERIODS},
            view.period or PERIODS[0],
            lambda period: session.set(period="" if period == PERIODS[0] else period),
        )
        anywhere = {"": texts("flows.any"), **province_names(texts)}
        Choose(texts("flows.origin"), anywhere, view.origin, lambda name: session.set(origin=name))
        Choose(texts("flows.goal"), anywhere, view.goal, lambda name: session.set(goal=name))
        solara.v.Autocomplete(
            label=texts("flows.hospital"),
            items=hospitals(view, texts),
            v_model=view.hospital or None,
            on_v_model=lambda name: session.set(hospital=name or ""),
            dense=True,
            outlined=True,
            hide_details=True,
            clearable=True,
            class_="rc-choose rc-choose-hospital",
        )
    solara.Text(texts("flows.what"), classes=["rc-hint"])
    Charts(ROWS, snapshot.data, texts)


def hospitals(view: ViewState, texts: Texts) -> list[dict[str, str]]:
    """Return the hospitals that can be chosen: those of the network, and a chosen province's."""
    table, names = view.world.hospitals, chinese_names(view.world)
    chosen = {view.province, view.origin, view.goal}
    offered = table[(table["role"] != "none") | table["province"].isin(chosen)
                    | (table["hospital"] == view.hospital)]  # fmt: skip
    return [{"text": texts.pick(name, hospital_zh(name, names)), "value": name}
            for name in offered["hospital"]]  # fmt: skip
