"""The Overview tab: maps of the provinces, and how many are where, month by month."""

from dataclasses import replace

import solara

from experiments.measures import Place
from viz.components.widgets import About, TileMap
from viz.doubt.spreads import band, map_spreads
from viz.explain.words import of_indicator
from viz.i18n.texts import Texts
from viz.reading.courses import on_maps
from viz.session import Session, Snapshot
from viz.tabs.overview import charts
from viz.tabs.overview.data import OverviewData
from viz.tabs.parts import Charts, Choose, Grid


@solara.component
def OverviewTab(session: Session, snapshot: Snapshot, texts: Texts) -> None:
    """Show three maps, under A, under B, and the difference, and the lines over time."""
    chosen = session.view.value.map
    indicators = on_maps(snapshot.data.scene.horizon // 12)
    key = chosen if chosen in indicators else next(iter(indicators))

    def pick(province: str) -> None:
        session.set(province="" if province == session.view.value.province else province)

    with solara.Div(classes=["rc-map-choice"]):
        Choose(
            texts("shell.map"),
            {name: texts.pick(*one.at(Place.MAPS).label) for name, one in indicators.items()},
            key,
            lambda name: session.set(map=name),
        )
        label = texts.pick(*indicators[key].at(Place.MAPS).label)
        About(
            label=texts("explain.open", name=label),
            lines=of_indicator(indicators[key], indicators[key].at(Place.MAPS).unit, texts),
        )
        solara.Text(texts("shell.map_hint"), classes=["rc-hint"])
    data = _with_doubt(session, snapshot, key)
    with Grid(narrow=300):
        for which in ("a", "b", "difference"):
            made = charts.tiles(data, texts, key, which)
            TileMap(map={**made, "what": label}, event_pick=pick)
    Charts(charts.ROWS, data, texts)


def _with_doubt(session: Session, snapshot: Snapshot, key: str) -> OverviewData:
    """Return what the tab shows with what pairs with other seeds have found of it so far."""
    pairs, whole, data = session.pairs.found.value, session.pairs.doubt.value.whole, snapshot.data
    names = [name for name, _ in data.provinces]
    row = names.index(data.scene.province) if data.scene.province else None
    return replace(
        data,
        bands={name: band(pairs, name, row, snapshot.month) for name in data.series},
        spreads=map_spreads(pairs, snapshot.month, key, whole),
    )
