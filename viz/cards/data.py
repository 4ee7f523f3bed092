"""The indicator cards: a number under A and under B, and which is better."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from abm import RareCareModel
from abm.measures import survival
from agents.codes import UNDIAGNOSED, Stage
from experiments.measures import Better
from viz.reading.people import People, people
from viz.reading.scene import TwoModels, province_index
from viz.view_state import Choice

Indicator = Callable[[People], float | None]
"""A number of some people, None where it is not defined yet."""


@dataclass(frozen=True)
class Card:
    """An indicator under both policies.

    Attributes:
        key: Name; `card.<key>` in the words says what it is.
        unit: Its unit, `unit.<unit>` in the words; "percent" of values from 0 to 1.
        a: Value under A, None where it is not defined yet.
        b: Value under B.
        better: Which direction is better.
        decimals: Digits to show behind the point.
        country: Whether it is the whole country's whatever province is looked at.
        n: A number in its words, such as the months that it looks at.
    """

    key: str
    unit: str
    a: float | None
    b: float | None
    better: Better
    decimals: int = 1
    country: bool = False
    n: int = 0


def read(pair: TwoModels, choice: Choice) -> tuple[Card, ...]:
    """Return the cards of the month lived last.

    The measures are those of `experiments.measures`, of the months lived so far; at the horizon
    they are those of a batch run with this seed.
    """
    sides = [people(model, choice.province) for model in (pair.a, pair.b)]
    limit = max(1, min(60, pair.a.horizon, pair.a.steps))

    def card(key: str, unit: str, better: Better, number: Indicator, **more: Any) -> Card:
        a, b = (_number(number, people) for people in sides)
        return Card(key, unit, a, b, better, **more)

    def measured(name: str) -> Indicator:
        return lambda people: people.measured(name).get("all")

    return (
        card("undiagnosed", "percent", "lower", _undiagnosed),
        card("time_undiagnosed", "months", "lower", partial(_undiagnosed_months, limit), n=limit),
        card("treated", "percent", "higher", measured("treated")),
        card("treated_gap", "points", "lower", measured("treated_gap")),
        card("catastrophic", "percent", "lower", measured("catastrophic")),
        card("out_of_pocket_share", "percent", "lower", measured("out_of_pocket_share")),
        card("qalys", "qalys_per_patient", "higher", measured("qalys"), decimals=3),
        card("rationed", "yuan", "lower", lambda p: rationed(p.model), decimals=0, country=True),
        card("displaced_qalys", "qalys", "lower", measured("displaced_qalys"), decimals=0),
    )


def _number(number: Indicator, people: People) -> float | None:
    value = number(people) if len(people) else None
    return float(value) if value is not None and np.isfinite(value) else None


def _undiagnosed(people: People) -> float | None:
    """Return the share of living patients without a diagnosis."""
    row = province_index(people.model, people.province)
    stocks = people.model.state.provinces["stocks"]
    stocks = stocks.sum(axis=0) if row is None else stocks[row]
    alive = stocks[Stage.SEEKING : Stage.DEAD].sum()
    return stocks[list(UNDIAGNOSED)].sum() / alive if alive else None


def _undiagnosed_months(limit: int, people: People) -> float | None:
    """Return the mean months without a diagnosis, up to a limit, of those who fell ill."""
    _, time, end = people.search
    return survival.restricted_mean(time, end == 1, horizon=limit) if len(time) else None


def rationed(model: RareCareModel) -> float:
    """Return what funds have refused to pay so far for want of money, yuan at full scale."""
    past = sum(funds["rationed"].sum() for _, funds in model.records.ledger)
    # At a year's end the books of that year are still open in the state.
    now = model.state.funds["rationed"].sum() if model.steps % 12 else 0.0
    return float(past + now) / model.scale
