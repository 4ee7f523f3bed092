"""The Why tab: the funnel to treatment of anyone or any group, and who pays instead."""

from dataclasses import replace

import solara

from viz.doubt.groups import cell
from viz.doubt.spreads import group_spreads
from viz.i18n.texts import Texts
from viz.reading.gates import GATES, KINDS, PAYERS
from viz.reading.spread import Spread
from viz.session import Session, Snapshot
from viz.tabs.labels import group_name
from viz.tabs.parts import Charts, Choose, ChooseWhom
from viz.tabs.why.charts import ROWS, who
from viz.tabs.why.data import WhyData
from viz.tabs.why.words import sentences


@solara.component
def WhyTab(session: Session, snapshot: Snapshot, texts: Texts) -> None:
    """Show at which gate people of a group of choice stop, in charts and in sentences."""
    chosen = solara.use_reactive("all all")
    data: WhyData = snapshot.data
    by, _, group = chosen.value.partition(" ")
    if group not in data.groups.get(by, ()):
        by, group = KINDS[0], "all"
    shown = replace(data, by=by, group=group)
    shown = replace(shown, spreads=_spreads(session, snapshot.month, shown))
    groups = {
        f"{kind} {name}": group_name(kind, name, texts)
        for kind in data.groups
        for name in data.groups[kind]
    }
    with solara.Div(classes=["rc-choices"]):
        Choose(texts("why.group"), groups, f"{by} {group}", chosen.set)
        ChooseWhom(session, texts)
    with solara.Div(classes=["rc-panel", "rc-text", "rc-why-words"]):
        solara.v.Html(tag="h2", children=[texts("why.in_words", who=who(shown, texts))])
        lines = [solara.v.Html(tag="li", children=[line]) for line in sentences(shown, texts)]
        solara.v.Html(tag="ul", children=lines)
        solara.Text(texts("why.caveat"), classes=["rc-hint"])
    Charts(ROWS, shown, texts)


def _spreads(session: Session, month: int, data: WhyData) -> dict[str, Spread]:
    """Return what pairs with other seeds have found of the group, chart by chart.

    They know of no single disease or province.
    """
    if data.scene.province or data.disease[0]:
        return {}
    pairs, whole, group = (
        session.pairs.found.value,
        session.pairs.doubt.value.whole,
        cell(data.by, data.group),
    )
    stops = [*(f"stop.{gate}" for gate in GATES[1:]), "gate.treated"]
    made: dict[str, Spread] = {}
    for names in (stops, [f"payer.{name}" for name in PAYERS]):
        found = group_spreads(pairs, month, [(name, group) for name in names], whole)
        made |= {name: spread for (name, _), spread in found.items()}
    return made
