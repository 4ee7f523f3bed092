"""Pairs of small models at some month, and every chart of every tab, for the tests."""

from collections.abc import Iterator
from functools import cache

from viz.charts.style import Option
from viz.i18n.texts import Words
from viz.tabs.equity import charts as equity_charts
from viz.tabs.equity import data as equity_frame
from viz.tabs.equity import winners
from viz.tabs.journeys import charts as journeys_charts
from viz.tabs.journeys import data as journeys_frame
from viz.tabs.money import charts as money_charts
from viz.tabs.money import data as money_frame
from viz.tabs.network import charts as network_charts
from viz.tabs.network import data as network_frame
from viz.tabs.overview import charts as overview_charts
from viz.tabs.overview import data as overview_frame
from viz.twin_models import Pair
from viz.view_state import Choice, Side

YEARS = 3
CHOICE = Choice(scale=0.005, years=YEARS, seed=3)
SAME = Choice(b=Side("uniform-national"), scale=0.005, years=YEARS, seed=3)


@cache
def pair_at(month: int, choice: Choice = CHOICE) -> Pair:
    """Return a pair that has lived so many months; do not change it."""
    pair = Pair.build(choice)
    for _ in range(month):
        pair.step()
    return pair


def charts(pair: Pair, choice: Choice, words: Words) -> Iterator[tuple[str, Option]]:
    """Yield every chart of every tab with a name."""
    frame = overview_frame.read(pair, choice)
    for key in overview_charts.SERIES:
        yield f"line {key}", overview_charts.line(frame, words, key)
    frame = network_frame.read(pair, choice)
    for side in ("a", "b"):
        for chart in (network_charts.hospitals, network_charts.tiers, network_charts.provinces):
            yield f"network {chart.__name__} {side}", chart(frame, words, side)
    yield from _equity(pair, choice, words)
    frame = journeys_frame.read(pair, choice)
    yield "survival", journeys_charts.survival(frame, words)
    yield "timeline", journeys_charts.timeline(frame, words)
    frame = money_frame.read(pair, choice)
    for side in ("a", "b"):
        yield f"waterfall {side}", money_charts.waterfall(frame, words, side)
    for fund in money_charts.FUNDS:
        yield f"balances {fund}", money_charts.balances(frame, words, fund)
        yield f"refused {fund}", money_charts.refused(frame, words, fund)
    yield "drugs", money_charts.drugs(frame, words)


def _equity(pair: Pair, choice: Choice, words: Words) -> Iterator[tuple[str, Option]]:
    frame = equity_frame.read(pair, choice)
    for kind in equity_charts.KINDS:
        yield f"equiplot {kind}", equity_charts.equiplot(frame, words, kind)
    for key in equity_charts.LORENZ:
        yield f"lorenz {key}", equity_charts.lorenz(frame, words, key)
    for key in equity_charts.CONCENTRATION:
        yield f"concentration {key}", equity_charts.concentration(frame, words, key)
    yield "theil", equity_charts.theil(frame, words)
    for key in winners.WINNERS:
        yield f"winners {key}", winners.winners(frame, words, key)
