"""One pair: the same people under two policies, or more, with another seed and parameter set."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from abm import RareCareModel
from abm.measures import survival
from abm.policy import Policy
from abm.world import World
from agents.codes import Fund
from experiments.design import SETS, sets_of, zone_asked
from experiments.measures import measures
from experiments.measures.run_view import INSIDE, OUTSIDE
from viz.cards.data import on_cards, rationed, time_limit
from viz.doubt.groups import cells, of_all, of_groups, sizes
from viz.reading.courses import by_province, courses
from viz.reading.fairness import share_of
from viz.reading.people import PeopleSoFar
from viz.reading.stocks import RATIONED, UNDIAGNOSED_SHARE

APART = 6
"""Months between two looks at the people."""
GROUPS_APART = 12
"""Months between two looks at groups, which take longer."""
OF_FUNDS = {f"{Fund.SPECIAL_FUND.label}.{what}": what for what in ("balance", "refused")}
"""What is followed by month of special funds, by its name among the courses."""
EVERYONE = "all"


@dataclass(frozen=True)
class PairTask:
    """What a pair is made of.

    Attributes:
        world: The country, with the parameter set that the pair lives with.
        policies: What its sides live under; the others are compared with the first.
        scale: Simulated patients per real one.
        years: Length of the scenario.
        seed: Seed of all draws.
    """

    world: World
    policies: tuple[Policy, ...]
    scale: float
    years: int
    seed: int


@dataclass(frozen=True)
class Pair:
    """What a pair found; the first axis of all arrays is the side, in the order of the task.

    Attributes:
        months: Months lived at each look, ascending, of shape (looks,).
        places: "all", the provinces, and "inside" and "outside" where there is a zone.
        cards: Value of each card, of shape (sides, looks, places); NaN where there is none.
        persons: Simulated persons behind them, of shape (looks, places).
        maps: Value of each map, of shape (sides, looks, provinces).
        courses: What is followed by month at full scale, of shape (sides, months, provinces); of
            the special fund (sides, months, 1).
        cells: Groups of all kinds, as `viz.doubt.groups.cells` has them.
        sizes: Simulated persons in each group, of shape (years, cells).
        groups: What is told of the groups under the first two, of shape (2, years, cells).
        numbers: What is told of everyone alone, of shape (2, years).
    """

    months: np.ndarray
    places: tuple[str, ...]
    cards: dict[str, np.ndarray]
    persons: np.ndarray
    maps: dict[str, np.ndarray]
    courses: dict[str, np.ndarray]
    cells: tuple[str, ...] = ()
    sizes: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)))
    groups: dict[str, np.ndarray] = field(default_factory=dict)
    numbers: dict[str, np.ndarray] = field(default_factory=dict)


def tasks_of(
    world: World, policies: tuple[Policy, ...], scale: float, years: int, seed: int, pairs: int
) -> list[PairTask]:
    """Return the tasks of pairs with the seeds after one, each with another parameter set.

    Args:
        world: The country.
        policies: What its sides live under.
        scale: Simulated patients per real one.
        years: Length of the scenario.
        seed: The seed of the pair on the screen.
        pairs: How many.
    """
    seeds = range(seed + 1, seed + 1 + pairs)
    sets = sets_of(world, seeds, SETS) or (0,) * pairs
    return [
        PairTask(world.with_set(number) if number else world, policies, scale, years, one)
        for one, number in zip(seeds, sets, strict=True)
    ]


def live(task: PairTask) -> Pair:
    """Live a pair up to its horizon, looking at its people now and then."""
    trunk = RareCareModel(
        policy=task.world.about.base,
        world=task.world,
        scale=task.scale,
        years=task.years,
        rng=task.seed,
        follow=0.0,
    )
    models = [trunk.branch(policy) for policy in task.policies]
    for model in models:
        model.records.follow_funds()
    sides = len(models)
    zone = zone_asked(task.policies, task.world)
    provinces = list(task.world.provinces["province"])
    places = (EVERYONE, *provinces, *((INSIDE, OUTSIDE) if zone else ()))
    looks = range(APART, 12 * task.years + 1, APART)
    cards = {one.name: _unknown(sides, len(looks), len(places)) for one in on_cards(task.years)}
    maps: dict[str, np.ndarray] = {}
    persons = np.zeros((len(looks), len(places)))
    told: list[Told] = []
    for look, month in enumerate(looks):
        both = []
        for side, model in enumerate(models):
            while model.steps < month:
                model.step()
            everyone = PeopleSoFar(model, zone=zone)
            both.append(everyone)
            here = _sizes(everyone)
            persons[look] = [here.get(place, 0.0) for place in places]
            for name, by_place in _cards(everyone):
                cards[name][side, look] = [by_place.get(place, np.nan) for place in places]
            for name, values in by_province(everyone).items():
                if name not in maps:
                    maps[name] = _unknown(sides, len(looks), len(provinces))
                maps[name][side, look] = values
        if month % GROUPS_APART == 0:
            told.append(_told(*both[:2]))
    found = [courses(model) | _fund(model) for model in models]
    series = {key: np.stack([one[key] for one in found]).astype(np.float32) for key in found[0]}
    return Pair(np.array(looks), places, cards, persons, maps, series, *_by_look(told))


class Told(NamedTuple):
    """What is told of groups and of everyone at one look; see `viz.doubt.groups`."""

    cells: tuple[str, ...]
    sizes: np.ndarray
    groups: dict[str, np.ndarray]
    numbers: dict[str, np.ndarray]


def _told(a: PeopleSoFar, b: PeopleSoFar) -> Told:
    alone = of_all(a), of_all(b)
    numbers = {name: np.array([side[name] for side in alone]) for name in alone[0]}
    return Told(cells(a), sizes(a), of_groups(a, b), numbers)


def _by_look(told: list[Told]) -> Told:
    """Return the same with an axis of looks behind that of the sides."""
    groups, numbers = (
        {name: np.stack([getattr(one, part)[name] for one in told], 1).astype(np.float32)
         for name in getattr(told[0], part)}
        for part in ("groups", "numbers")
    )  # fmt: skip
    return Told(told[0].cells, np.stack([one.sizes for one in told]), groups, numbers)


def _fund(model: RareCareModel) -> dict[str, np.ndarray]:
    """Return what special funds hold and refuse by month, of the whole country."""
    book = model.records.fund_book
    if book is None:
        return {}
    found = book.series(model.state, model.scale, Fund.SPECIAL_FUND)
    return {key: getattr(found, what)[:, None] for key, what in OF_FUNDS.items()}


def _unknown(sides: int, looks: int, many: int) -> np.ndarray:
    return np.full((sides, looks, many), np.nan, np.float32)


def _sizes(everyone: PeopleSoFar) -> dict[str, float]:
    """Return the simulated persons of each place."""
    found = {EVERYONE: float(len(everyone))}
    for kind in ("province", "zone"):
        groups = everyone.groups(kind)
        if groups is not None:
            found |= dict(zip(groups.names, groups.sizes.tolist(), strict=True))
    return found


def _cards(everyone: PeopleSoFar) -> Iterator[tuple[str, dict[str, float]]]:
    """Yield each card's values by place, as `viz.cards.data.read` has them of one."""
    model = everyone.model
    by = {one.name: one.by for one in measures(model.years)}
    for one in on_cards(model.years):
        if one is RATIONED:
            yield one.name, {EVERYONE: rationed(model)}
        elif one is UNDIAGNOSED_SHARE:
            yield one.name, _undiagnosed(everyone)
        elif one.name == "time_undiagnosed":
            yield one.name, _months_undiagnosed(everyone)
        else:
            found: dict[str, float] = {}
            for kind in {"all", "province", "zone"} & set(by[one.name]):
                if everyone.groups(kind) is not None:
                    found |= everyone.measured(one.name, kind)
            yield one.name, found


def _undiagnosed(everyone: PeopleSoFar) -> dict[str, float]:
    """Return the share of the living without a diagnosis by place."""
    found: dict[str, float] = {}
    for kind in ("all", "province", "zone"):
        groups = everyone.groups(kind)
        if groups is not None:
            share = share_of(everyone, kind, UNDIAGNOSED_SHARE.name)
            found |= dict(zip(groups.names, share.tolist(), strict=True))
    return found


def _months_undiagnosed(everyone: PeopleSoFar) -> dict[str, float]:
    """Return the mean months lived without a diagnosis, up to a limit, by place."""
    rows, time, end = everyone.search
    limit = time_limit(everyone.model)
    found: dict[str, float] = {}
    for kind in ("all", "province", "zone"):
        groups = everyone.groups(kind)
        if groups is None:
            continue
        code = groups.codes[rows]
        for number, name in enumerate(groups.names):
            here = code == number
            if here.any():
                found[name] = survival.restricted_mean(time[here], end[here] > 0, horizon=limit)
    return found
