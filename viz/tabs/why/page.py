"""The Why tab: the funnel to treatment of anyone or any group, and who pays instead."""

from dataclasses import replace

import solara

from viz.i18n.texts import Texts
from viz.session import Session, Snapshot
from viz.tabs.labels import group_name
from viz.tabs.parts import Charts, Choose, ChooseWhom
from viz.tabs.why.charts import ROWS, who
from viz.tabs.why.data import KINDS, WhyData
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
