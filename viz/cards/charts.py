"""An indicator card in words."""

from collections.abc import Sequence
from math import isfinite
from typing import NamedTuple

from experiments.reporting.formatting import format_number, scale
from viz.cards.data import Card
from viz.charts.style import BETTER, GREY, WORSE
from viz.i18n.texts import Count, Texts


class CardText(NamedTuple):
    """What a card says.

    Attributes:
        title: What is measured.
        unit: Its unit.
        a: Value under A.
        b: Value under B.
        difference: B less A with its sign and unit.
        interval: The same over pairs with other seeds and parameter sets, or empty.
        verdict: "better under B", "worse under B", "unclear", "no difference", or empty.
        colour: Colour of the verdict.
    """

    title: str
    unit: str
    a: str
    b: str
    difference: str
    interval: str
    verdict: str
    colour: str


def card_text(
    card: Card, texts: Texts, side: str = "B", beside: Sequence[float | None] = ()
) -> CardText:
    """Return what a card says.

    Args:
        card: The card.
        texts: Texts of the language.
        side: The letter of the policy that is compared with A.
        beside: Further values of the indicator, which are written in the same unit.
    """
    title = texts.pick(*card.label).format(n=Count(card.n))
    if card.country:
        title = f"{title} ({texts('chart.country')})"
    every = (card.a, card.b, *beside)
    values = [None if v is None else v * card.unit.factor for v in every]
    by = scale(values, texts.pick(*card.unit.text), texts.language)
    decimals = card.digits if by.divisor == 1 else 1
    factor = card.unit.factor / by.divisor
    a, b = (None if v is None else round(v * factor, decimals) for v in (card.a, card.b))
    # Of the numbers as shown: 20.5 and 20.0 with a difference of 0.6 would look like a mistake.
    difference = None if a is None or b is None else round(b - a, decimals)
    unit = texts.pick(*card.unit.difference) if card.unit.difference else by.unit
    verdict, colour = _verdict(card, difference, texts, side)
    return CardText(
        title,
        by.unit,
        format_number(a, decimals),
        format_number(b, decimals),
        "" if difference is None else f"{format_number(difference, decimals, sign=True)} {unit}",
        _interval(card, factor, decimals, texts),
        verdict,
        colour,
    )


def _interval(card: Card, factor: float, decimals: int, texts: Texts) -> str:
    """Return the interval of the difference over pairs with other seeds, empty if there is none."""
    if card.spread is None or not isfinite(card.spread.low):
        return ""
    mean, low, high = (
        format_number(value * factor, decimals, sign=True) for value in card.spread[:3]
    )
    return texts("card.interval", mean=mean, low=low, high=high, pairs=card.doubt.done)


def _verdict(card: Card, shown: float | None, texts: Texts, side: str) -> tuple[str, str]:
    """Return whether the other side is better: only where pairs with other seeds bear it out."""
    if shown is None:
        return texts("card.undefined"), GREY
    if shown == 0:
        return texts("card.same"), GREY
    if card.without:
        return texts("card.without", side="A" if card.without == "A" else side), GREY
    if card.better == "neither":
        return "", GREY
    if not card.doubt.total or card.doubt.error:
        return texts("card.one_pair"), GREY
    if not card.doubt.whole:
        return texts("card.so_far", done=card.doubt.done, total=card.doubt.total), GREY
    if card.spread is None or not card.spread.claimed:
        return texts("card.unclear"), GREY
    better = (card.spread.mean > 0) == (card.better == "higher")
    key, colour = ("card.better", BETTER) if better else ("card.worse", WORSE)
    return texts(key, side=side), colour
