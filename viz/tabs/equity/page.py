"""The Equity tab: gaps between groups, curves, indices, and who gains and who loses."""

from collections.abc import Mapping
from dataclasses import replace

import solara

from viz.doubt.groups import cell
from viz.doubt.spreads import group_spreads, number_spreads
from viz.i18n.texts import Texts
from viz.reading.fairness import CONCENTRATION, KINDS, LORENZ, THRESHOLDS, shares
from viz.reading.spread import Spread
from viz.session import Session, Snapshot
from viz.tabs.equity.charts import ROWS
from viz.tabs.equity.data import EquityData
from viz.tabs.parts import Charts, Choose


@solara.component
def EquityTab(session: Session, snapshot: Snapshot, texts: Texts) -> None:
    """Show who gains and who loses, by a kind of group of choice, and the gaps between groups."""
    by = solara.use_reactive(KINDS[0])
    data = snapshot.data
    kinds = [kind for kind in KINDS if kind in data.winners]
    shown = replace(data, by=by.value if by.value in kinds else KINDS[0])
    with solara.Div(classes=["rc-choices"]):
        Choose(
            texts("equity.by"),
            {kind: texts(f"equity.by.{kind}") for kind in kinds},
            shown.by,
            by.set,
        )
    Charts(ROWS, replace(shown, spreads=_spreads(session, snapshot.month, shown)), texts)


def _spreads(session: Session, month: int, data: EquityData) -> dict[str, Mapping[str, Spread]]:
    """Return what pairs with other seeds have found of each chart; none of a single province."""
    pairs, whole = session.pairs.found.value, session.pairs.doubt.value.whole
    if data.scene.province:
        return {}
    made: dict[str, Mapping[str, Spread]] = {}
    for kind in KINDS:
        rows = {
            (f"share.{share}", cell(kind, group)): f"{share} {group}"
            for share in shares(data.scene.horizon // 12)
            for group in data.groups[kind]
        }
        found = group_spreads(pairs, month, list(rows), whole)
        made[f"equiplot {kind}"] = {rows[row]: spread for row, spread in found.items()}
    groups = {cell(data.by, name): name for name in data.groups[data.by]} | {
        cell("all", "all"): "all"
    }
    for key in THRESHOLDS:
        found = group_spreads(pairs, month, [(f"won.{key}", one) for one in groups], whole)
        made[f"winners {key}"] = {groups[one]: spread for (_, one), spread in found.items()}
    names = [f"lorenz.{key}" for key in LORENZ] + [f"theil.{key}" for key in LORENZ]
    names += [f"concentration.{key}" for key in CONCENTRATION]
    made["index"] = number_spreads(pairs, month, names, whole)
    return made
