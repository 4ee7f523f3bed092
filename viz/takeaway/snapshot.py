"""One HTML file that holds every month of a page: opens anywhere, asks for nothing, has a slider.

Each chart's options of all months are kept as one compressed text, which is small since a month
differs little from the one before.
"""

import base64
import gzip
import html
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from string import Template
from typing import Any

from experiments.measures import Place
from viz.cards import data as cards_data
from viz.cards.charts import card_text
from viz.charts.tile_svg import tile_svg
from viz.reading.courses import on_maps
from viz.report.svg import script
from viz.session import Session, Snapshot
from viz.tabs.overview.charts import tiles
from viz.tabs.registry import TABS
from viz.takeaway.caption import caption
from viz.timeline import marks
from viz.timeline.marks import Mark
from viz.twin_models import Twins
from viz.view_state import ViewState

PAGE = Path(__file__).parent / "snapshot.html"


def months_of(session: Session, going_on: Callable[[float], bool]) -> str | None:
    """Return the file of a page, from the first month to the one shown; None if it was ended.

    Args:
        session: The page; it can go on meanwhile.
        going_on: Called with the share done so far; returns whether to go on.

    Raises:
        UserError: If ECharts is not installed.
    """
    view, last = session.view.value, session.month
    twins = session.beside()
    if twins is None:
        return None
    frames: list[dict[str, Any]] = []
    try:
        while True:
            frames.append(frame(twins, view))
            if twins.month >= last:
                break
            if not going_on(len(frames) / (last + 1)):
                return None
            twins.step()
        found = marks.read(twins, view)
        shown = Snapshot(twins.month, (), found, view.tab, None, view)
    finally:
        twins.rest()
    return page(frames, shown)


def frame(twins: Twins, view: ViewState) -> dict[str, Any]:
    """Return everything that the file shows of a month, as plain JSON.

    Args:
        twins: The two models in that month.
        view: Which tab, and what of it; a tab without charts stands for the overview.
    """
    texts = view.texts
    tab = TABS[view.tab] if TABS[view.tab].rows else TABS["overview"]
    made: dict[str, Any] = {
        "cards": [card_text(card, texts)._asdict() for card in cards_data.read(twins, view)],
    }
    if tab.read is None:
        return made
    data = tab.read(twins, view)
    if tab.name == "overview":
        indicators = on_maps(twins.a.years)
        key = view.map if view.map in indicators else next(iter(indicators))
        made["what"] = texts.pick(*indicators[key].at(Place.MAPS).label)
        for which in ("a", "b", "difference"):
            made[f"map {which}"] = tile_svg(tiles(data, texts, key, which))
    for row in tab.rows:
        for panel in row.panels:
            option = panel.option(data, texts)
            made[f"chart {panel.name}"] = {**option, "toolbox": {"show": False}}
    return made


def page(frames: list[dict[str, Any]], shown: Snapshot) -> str:
    """Return the file.

    Args:
        frames: What `frame` returned of every month, the first one first.
        shown: The last month.
    """
    view = shown.view
    texts = view.texts
    told = caption(shown, texts)
    parts = {key: _packed([one.get(key) for one in frames]) for key in frames[-1]}
    tab = TABS[view.tab] if TABS[view.tab].rows else TABS["overview"]
    return Template(PAGE.read_text(encoding="utf-8")).substitute(
        language=view.language,
        title=html.escape(texts("shell.title", country=texts.country)),
        head=html.escape(told.head),
        tab=html.escape(texts(f"tab.{tab.name}")),
        caption="".join(f"<p>{html.escape(line)}</p>" for line in told.lines),
        link=html.escape("?" + replace(view, month=shown.month).to_query()),
        month=html.escape(texts("shell.month_slider")),
        play=html.escape(texts("shell.play")),
        pause=html.escape(texts("shell.pause")),
        last=len(frames) - 1,
        heights=json.dumps({f"chart {p.name}": p.height for row in tab.rows for p in row.panels}),
        labels=json.dumps(
            [texts("caption.start"), *(view.world.label(m) for m in range(len(frames) - 1))]
        ),
        marks=json.dumps(list(_marks(shown.marks, len(frames))), ensure_ascii=False),
        parts=json.dumps(parts),
        script=script().replace("</script", "<\\/script"),
    )  # fmt: skip


def _marks(found: tuple[Mark, ...], months: int) -> Iterator[dict]:
    for one in found:
        if one.month < months:
            yield {"month": one.month, "kind": one.kind}


def _packed(values: list[Any]) -> str:
    """Return values as compressed JSON in letters."""
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode(), 9, mtime=0)).decode()
