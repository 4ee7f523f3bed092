"""One run, and what all targets come to in it."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from abm import RareCareModel, UserError, World
from abm.world.measured import ASKED, USES
from agents.state import State
from experiments.validation.answers import ANSWERS
from experiments.validation.record import RECORDS, YEAR, Kept, months_of, steps_after
from experiments.validation.surveys import effective_number, respondents, weigh

COPIED = ("patients", "hospitals", "drugs", "accounts", "funds", "levers")
"""The parts of the state that measures look at and that change."""
EVENTFUL = ("users_begun", "users_after")
"""Measures that need every patient's events."""
DELAYS = ("mean_delay", "median_delay")
"""Answers in months, or in years where their unit says so."""
ALL = "all"


class Simulated(NamedTuple):
    """What targets come to in one run.

    Attributes:
        values: By target, in the table's order; NaN where nobody could answer.
        persons: How many equally weighted respondents the answers are worth; NaN of the record.
        told: Lines that name surveys' groups without or with few respondents.
    """

    values: pd.Series
    persons: pd.Series
    told: tuple[str, ...]


def simulated_targets(world: World, seed: int, scale: float, use: str = ALL) -> pd.Series:
    """Return what the targets of a world come to in one run of its record.

    Args:
        world: The world, with the parameters to be tried.
        seed: Seed of all draws.
        scale: Simulated patients per real one, above 0 and at most 1.
        use: "fit" or "check" for the targets of that use only, and only as many years as they
            need; "all" for all.

    Returns:
        Values by target, in the table's order; NaN where nobody could answer.

    Raises:
        UserError: For a scale, seed or use that cannot be.
    """
    return simulate(world, seed, scale, use).values


def simulate(world: World, seed: int, scale: float, use: str = ALL) -> Simulated:
    """Return what `simulated_targets` does, with the respondents behind it.

    Args:
        world: The world, with the parameters to be tried.
        seed: Seed of all draws.
        scale: Simulated patients per real one.
        use: "fit", "check" or "all".

    Raises:
        UserError: For a scale, seed or use that cannot be.
    """
    targets = targets_of(world, use)
    steps = sorted({step for row in rows_of(targets) for step in _steps(row, world)})
    years = max(1, -(-max(steps, default=0) // YEAR))
    follow = 1.0 if targets["measure"].isin(EVENTFUL).any() else 0.0
    model = RareCareModel(world=world, scale=scale, years=years, rng=seed, follow=follow)
    moments: dict[int, State] = {}
    for step in steps:
        while model.steps < step:
            model.step()
        moments[step] = _copied(model.state)
    return measured(targets, Kept(world, scale, moments))


def targets_of(world: World, use: str) -> pd.DataFrame:
    """Return a world's targets of a use.

    Args:
        world: The world.
        use: "fit", "check" or "all".

    Raises:
        UserError: If that is none of them.
    """
    if use not in (*USES, ALL):
        raise UserError(f"use {use!r}: expected one of {', '.join((*USES, ALL))}")
    targets = world.targets
    return targets if use == ALL else targets[targets["use"] == use]


def measured(targets: pd.DataFrame, kept: Kept) -> Simulated:
    """Return what targets come to.

    Args:
        targets: Rows of the world's `targets`.
        kept: What is kept of a run: every moment that they look at.
    """
    samples = {row.survey: _sample(row, kept) for row in rows_of(kept.world.surveys)
               if row.survey in set(targets["survey"])}  # fmt: skip
    values, persons = {}, {}
    for row in rows_of(targets):
        if row.measure in RECORDS:
            values[row.target] = RECORDS[row.measure].measured(kept, row)
            persons[row.target] = np.nan
            continue
        people, weights, _ = samples[row.survey]
        answer = np.nan if people.empty else ANSWERS[row.measure].measured(people, weights, row.of)
        in_years = row.measure in DELAYS and row.unit == "years"
        values[row.target] = answer / YEAR if in_years else answer
        persons[row.target] = effective_number(weights)
    told = dict.fromkeys(line for _, _, lines in samples.values() for line in lines)
    return Simulated(pd.Series(values, dtype=float), pd.Series(persons, dtype=float), tuple(told))


def at_start(model: RareCareModel) -> pd.Series:
    """Return what the targets asked before the scenario come to in a model at its first month.

    Args:
        model: A model in whose scenario no month has been lived.
    """
    world = model.world
    then = world.surveys.loc[world.surveys["asked"] < 0, "survey"]
    targets = world.targets[world.targets["survey"].isin(then)]
    return measured(targets, Kept(world, model.scale, {0: model.state})).values


def rows_of(table: pd.DataFrame) -> Iterable[Any]:
    """Return the rows of a table, their columns as attributes."""
    return table.itertuples(index=False)


def _sample(survey: Any, kept: Kept) -> tuple[pd.DataFrame, np.ndarray, list[str]]:
    """Return a survey's respondents, their weights, and what is to be told of them."""
    month = steps_after(survey.asked)
    people = respondents(kept.moments[month], kept.world, month, survey)
    return people, *weigh(people, kept.world, survey)


def _steps(row: Any, world: World) -> list[int]:
    """Return the months lived at which a target looks at the state."""
    if row.measure in ASKED:
        asked = world.surveys.set_index("survey")["asked"]
        return [steps_after(asked[row.survey])]
    return [steps_after(month) for month in months_of(row)]


def _copied(state: State) -> State:
    """Return a state whose changing parts stay as they are now."""
    return state._replace(**{name: getattr(state, name).copy() for name in COPIED})
