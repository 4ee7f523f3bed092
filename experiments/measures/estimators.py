"""How a measure is worked out in every group at once: shares, totals, search curves, accounts."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from experiments.measures.run_view import Groups, Run

Quantity = Callable[[Run], np.ndarray]
"""One number per patient, of shape (n,)."""
Statistic = Callable[[np.ndarray, np.ndarray], float]
"""A number from searches: months from onset, and what ended them (0 the horizon, 1 the diagnosis,
2 death without one), of shape (n,) with n above 0."""
Number = Callable[[Run], float]
"""One number for a whole run."""


class Rows(NamedTuple):
    """A measure in every group of one kind.

    Attributes:
        groups: Names of the groups.
        values: The measure, NaN where it is not defined.
        weights: Simulated persons, or other units, that each value rests on.
    """

    groups: list[str]
    values: np.ndarray
    weights: np.ndarray


Recipe = Callable[[Run, str], Rows | None]
"""Works a measure out by one kind of group; None where the tables cannot tell."""


def column(name: str) -> Quantity:
    """Return the patients' column of that name."""
    return lambda run: run[name]


def ratio(of: Quantity, over: Quantity) -> Recipe:
    """Return the recipe of a ratio of two sums over the patients of a group."""

    def recipe(run: Run, by: str) -> Rows | None:
        groups = run.groups(by)
        if groups is None:
            return None
        below = groups.totals(over(run))
        return Rows(groups.names, divided(groups.totals(of(run)), below), below)

    return recipe


def mean(of: Quantity, among: Quantity | None = None) -> Recipe:
    """Return the recipe of a mean over the patients of a group, or over some of them."""
    chosen = among or everyone
    return ratio(lambda run: of(run) * chosen(run), chosen)


def total(of: Quantity, *, yearly: bool = False) -> Recipe:
    """Return the recipe of a sum over the patients of a group, at full scale.

    Args:
        of: What is added up.
        yearly: Per year of the scenario, not over all of it.
    """

    def recipe(run: Run, by: str) -> Rows | None:
        groups = run.groups(by)
        if groups is None:
            return None
        sums = groups.totals(of(run)) / run.scale / (run.years if yearly else 1)
        return Rows(groups.names, sums, groups.totals(everyone(run)))

    return recipe


def search(statistic: Statistic) -> Recipe:
    """Return the recipe of a statistic of the searches that began in the scenario."""

    def recipe(run: Run, by: str) -> Rows | None:
        groups = run.groups(by)
        if groups is None:
            return None
        chosen, time, end = run.search
        rows = Groups(groups.codes[chosen], groups.names).rows()
        values = [statistic(time[r], end[r]) if len(r) else np.nan for r in rows]
        return Rows(groups.names, np.array(values), np.array([float(len(r)) for r in rows]))

    return recipe


def account(table: str, of: str, *, yearly: bool = False) -> Recipe:
    """Return the recipe of a sum over a table by province, at full scale.

    Args:
        table: Name of the table.
        of: Column that is added up.
        yearly: Per year of the scenario, not over all of it.
    """

    def recipe(run: Run, by: str) -> Rows | None:
        groups = run.groups_of(table, by)
        if groups is None:
            return None
        frame = run.tables[table]
        sums = groups.totals(frame[of]) / run.scale / (run.years if yearly else 1)
        return Rows(groups.names, sums, groups.totals(np.ones(len(frame))))

    return recipe


def stock_over_flow(stock: str, flow: str) -> Recipe:
    """Return the recipe of a mean stay in months by Little's law: stocks over the flow out."""

    def recipe(run: Run, by: str) -> Rows | None:
        groups = run.groups_of("months", by)
        if groups is None:
            return None
        out = groups.totals(run.tables["months"][flow])
        return Rows(groups.names, divided(groups.totals(run.tables["months"][stock]), out), out)

    return recipe


def per_head(recipe: Recipe) -> Recipe:
    """Return the recipe of a sum divided by the inhabitants of the group."""

    def divided_by_people(run: Run, by: str) -> Rows | None:
        rows, people = recipe(run, by), run.inhabitants(by)
        if rows is None or people is None:
            return None
        heads = np.array([people[group] for group in rows.groups])
        return Rows(rows.groups, divided(rows.values, heads), heads)

    return divided_by_people


def less(recipe: Recipe, taken: Recipe) -> Recipe:
    """Return the recipe of the difference of two, over the groups that both know."""

    def recipe_of_difference(run: Run, by: str) -> Rows | None:
        gained, lost = recipe(run, by), taken(run, by)
        if gained is None or lost is None:
            return None
        away = dict(zip(lost.groups, lost.values, strict=True))
        values = gained.values - [away.get(group, 0.0) for group in gained.groups]
        return Rows(gained.groups, values, gained.weights)

    return recipe_of_difference


def payers(names: tuple[str, ...]) -> Recipe:
    """Return the recipe of yearly spending by payer, at full scale."""

    def recipe(run: Run, by: str) -> Rows:
        paid = np.array([run[f"paid_{name}"].sum() for name in names])
        people = float(len(run["patient"]))
        return Rows(list(names), paid / run.scale / run.years, np.full(len(names), people))

    return recipe


def single(number: Number) -> Recipe:
    """Return the recipe of one number for the whole run; NaN if there is nobody to measure."""

    def recipe(run: Run, by: str) -> Rows:
        people = float(len(run["patient"]))
        value = number(run) if people else np.nan
        return Rows(["all"], np.array([value]), np.array([people]))

    return recipe


def everyone(run: Run) -> np.ndarray:
    """Return one for each patient."""
    return np.ones(len(run["patient"]))


def divided(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """Return a quotient, NaN over zero."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(below > 0, above / below, np.nan)
