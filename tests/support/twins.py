"""Twins of small models at some month, and every chart of every tab, for the tests."""

from collections.abc import Iterator
from functools import cache

from viz.charts.style import Option
from viz.i18n.texts import Texts
from viz.tabs.registry import TABS
from viz.twin_models import Twins
from viz.view_state import PolicySpec, ViewState

YEARS = 3
VIEW = ViewState(scale=0.005, years=YEARS, seed=3)
SAME = ViewState(b=PolicySpec("uniform-national"), scale=0.005, years=YEARS, seed=3)


@cache
def twins_at(month: int, view: ViewState = VIEW) -> Twins:
    """Return twins that have lived so many months; do not change them."""
    twins = Twins.build(view)
    for _ in range(month):
        twins.step()
    return twins


def charts(twins: Twins, view: ViewState, texts: Texts) -> Iterator[tuple[str, Option]]:
    """Yield every chart of every tab with a name."""
    for tab in TABS.values():
        if tab.rows and tab.read is not None:
            data = tab.read(twins, view)
            for row in tab.rows:
                for panel in row.panels:
                    yield f"{tab.name}: {panel.name}", panel.option(data, texts)
