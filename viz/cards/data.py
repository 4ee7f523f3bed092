"""The indicator cards: a number under A and under B, and which is better."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from abm import RareCareModel
from abm.measures import survival
from agents.codes import UNDIAGNOSED, Fund, Stage
from experiments.measures import Better, Listed, Place, Text, Unit, listed
from viz.reading.people import PeopleSoFar, people
from viz.reading.scene import province_index
from viz.reading.spread import NO_DOUBT, Doubt, Spread
from viz.reading.stocks import RATIONED, STOCKS, UNDIAGNOSED_SHARE
from viz.twin_models import Twins
from viz.view_state import ViewState

Number = Callable[[PeopleSoFar], float | None]
"""A number of some people, None where it is not defined yet."""


@dataclass(frozen=True)
class Card:
    """An indicator under both policies.

    Attributes:
        key: Name.
        label: What it is.
        unit: Unit of its values.
        a: Value under A, None where it is not defined yet.
        b: Value under B.
        better: Which direction is better.
        digits: Digits to show behind the point.
        country: Whether it is the whole country's whatever province is looked at.
        n: A number in its label, such as the months that it looks at.
        spread: The difference over pairs with other seeds, None where it is not known.
        doubt: How many pairs have been lived.
        without: The side, "A" or "B", that has nothing of which this could be told, if one has not.
    """

    key: str
    label: Text
    unit: Unit
    a: float | None
    b: float | None
    better: Better
    digits: int = 1
    country: bool = False
    n: int = 0
    without: str = ""
    spread: Spread | None = None
    doubt: Doubt = NO_DOUBT


def time_limit(model: RareCareModel) -> int:
    """Return how many months after onset the card of the time to diagnosis looks at."""
    return max(1, min(60, model.horizon, model.steps))


def on_cards(years: int) -> tuple[Listed, ...]:
    """Return what has a card in a scenario of so many years, in its order."""
    return listed(Place.CARDS, years, besides=STOCKS)


def read(twins: Twins, view: ViewState) -> tuple[Card, ...]:
    """Return the cards of the month lived last.

    The measures are those of `experiments.measures`, of the months lived so far; at the horizon
    they are those of a batch run with this seed.
    """
    return compared(twins.a, twins.b, view.province, twins.zone)


def compared(
    a_model: RareCareModel, b_model: RareCareModel, province: str, zone: tuple[str, ...] | None
) -> tuple[Card, ...]:
    """Return the cards of two models of the same people in the same month.

    Args:
        a_model: The model that the other is compared with.
        b_model: The other.
        province: The province looked at; empty for the whole country.
        zone: Cities of the special zone, None for none.
    """
    models = a_model, b_model
    sides = [people(model, province, zone) for model in models]
    limit = time_limit(a_model)

    own: dict[str, Number] = {
        UNDIAGNOSED_SHARE.name: _undiagnosed,
        RATIONED.name: lambda people: rationed(people.model),
        "time_undiagnosed": partial(_undiagnosed_months, limit),  # its limit grows with the months
    }
    cards = []
    for one in on_cards(a_model.years):
        here, number = one.at(Place.CARDS), own.get(one.name) or partial(_measured, one.name)
        a, b = (_number(number, people) for people in sides)
        cards.append(
            Card(
                one.name,
                here.label,
                here.unit,
                a,
                b,
                one.better,
                here.digits,
                country=one is RATIONED,
                n=limit,
                without=_without_fund(models) if one is RATIONED else "",
            )
        )
    return tuple(cards)


def _without_fund(models: tuple[RareCareModel, RareCareModel]) -> str:
    """Return the side that has no special fund where the other has one: it cannot refuse."""
    there = [_has_fund(model) for model in models]
    return "" if there[0] == there[1] else "AB"[there.index(False)]


def _has_fund(model: RareCareModel) -> bool:
    funds = model.state.funds
    special = funds[funds["kind"] == Fund.SPECIAL_FUND]
    return bool(((special["serves"] == 1) | (special["balance"] != 0.0)).any())


def _measured(name: str, people: PeopleSoFar) -> float | None:
    return people.measured(name).get("all")


def _number(number: Number, people: PeopleSoFar) -> float | None:
    value = number(people) if len(people) else None
    return float(value) if value is not None and np.isfinite(value) else None


def _undiagnosed(people: PeopleSoFar) -> float | None:
    """Return the share of living patients without a diagnosis."""
    row = province_index(people.model, people.province)
    stocks = people.model.state.provinces["stocks"]
    stocks = stocks.sum(axis=0) if row is None else stocks[row]
    alive = stocks[Stage.SEEKING : Stage.DEAD].sum()
    return stocks[list(UNDIAGNOSED)].sum() / alive if alive else None


def _undiagnosed_months(limit: int, people: PeopleSoFar) -> float | None:
    """Return the mean months lived without a diagnosis, up to a limit, of those who fell ill."""
    _, time, end = people.search
    return survival.restricted_mean(time, end > 0, horizon=limit) if len(time) else None


def rationed(model: RareCareModel) -> float:
    """Return what funds have refused to pay so far for want of money, yuan at full scale."""
    past = sum(funds["rationed"].sum() for _, funds in model.records.ledger)
    # At a year's end the books of that year are still open in the state.
    now = model.state.funds["rationed"].sum() if model.steps % 12 else 0.0
    return float(past + now) / model.scale
