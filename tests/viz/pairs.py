"""Pairs of small models at some month, and every chart of every tab, for the tests."""

from collections.abc import Iterator
from functools import cache

from viz.charts import equity, journeys, money, network, overview, winners
from viz.charts.style import Option
from viz.choice import Choice, Side
from viz.frames import equity as equity_frame
from viz.frames import journeys as journeys_frame
from viz.frames import money as money_frame
from viz.frames import network as network_frame
from viz.frames import overview as overview_frame
from viz.pair import Pair
from viz.words import Words

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
    for key in overview.SERIES:
        yield f"line {key}", overview.line(frame, words, key)
    frame = network_frame.read(pair, choice)
    for side in ("a", "b"):
        for chart in (network.hospitals, network.tiers, network.provinces):
            yield f"network {chart.__name__} {side}", chart(frame, words, side)
    yield from _equity(pair, choice, words)
    frame = journeys_frame.read(pair, choice)
    yield "survival", journeys.survival(frame, words)
    yield "timeline", journeys.timeline(frame, words)
    frame = money_frame.read(pair, choice)
    for side in ("a", "b"):
        yield f"waterfall {side}", money.waterfall(frame, words, side)
    for fund in money.FUNDS:
        yield f"balances {fund}", money.balances(frame, words, fund)
        yield f"refused {fund}", money.refused(frame, words, fund)
    yield "drugs", money.drugs(frame, words)


def _equity(pair: Pair, choice: Choice, words: Words) -> Iterator[tuple[str, Option]]:
    frame = equity_frame.read(pair, choice)
    for kind in equity.KINDS:
        yield f"equiplot {kind}", equity.equiplot(frame, words, kind)
    for key in equity.LORENZ:
        yield f"lorenz {key}", equity.lorenz(frame, words, key)
    for key in equity.CONCENTRATION:
        yield f"concentration {key}", equity.concentration(frame, words, key)
    yield "theil", equity.theil(frame, words)
    for key in winners.WINNERS:
        yield f"winners {key}", winners.winners(frame, words, key)
