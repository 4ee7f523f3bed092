"""How a measure is worked out in every group at once: shares, totals, search curves, accounts."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from agents.codes import PAYER_OF, Fund, Payer
from experiments.measures.run_view import Groups, RunTables, SearchesOf

Indicator = Callable[[RunTables], np.ndarray]
"""One number per patient, of shape (n,)."""
Statistic = Callable[[SearchesOf], float]
"""A number from the searches of a group."""
Scalar = Callable[[RunTables], float]
"""One number for a whole run."""
OfBooks = Callable[[pd.DataFrame], np.ndarray]
"""One number per row of the ledger: of the year of one fund of one pool."""
PAYER_OF_FUND = {fund.label: Payer.names()[int(PAYER_OF[fund])] for fund in Fund}
"""Who pays from a kind of fund, by their names."""


class Estimates(NamedTuple):
    """A measure in every group of one kind.

    Attributes:
        groups: Names of the groups.
        values: The measure, NaN where it is not defined.
        weights: Simulated persons, or other units, that each value rests on.
        persons: Simulated persons that each value rests on; None if all of the group.
    """

    groups: list[str]
    values: np.ndarray
    weights: np.ndarray
    persons: np.ndarray | None = None


Estimator = Callable[[RunTables, str], Estimates | None]
"""Works a measure out by one kind of group; None where the tables cannot tell."""


def column(name: str) -> Indicator:
    """Return the patients' column of that name."""
    return lambda run: run[name]


def added(*names: str) -> Indicator:
    """Return the sum of patients' columns."""
    return lambda run: np.sum([run[name] for name in names], axis=0, dtype=float)


def ratio(of: Indicator, over: Indicator) -> Estimator:
    """Return the estimator of a ratio of two sums over the patients of a group."""

    def estimate(run: RunTables, by: str) -> Estimates | None:
        groups = run.groups(by)
        if groups is None:
            return None
        each = run.kept(over)
        below = groups.totals(each)
        values = divided(groups.totals(run.kept(of)), below)
        persons = below if each.dtype == bool else groups.totals(each != 0)
        return Estimates(groups.names, values, below, persons)

    return estimate


def mean(of: Indicator, among: Indicator | None = None) -> Estimator:
    """Return the estimator of a mean over the patients of a group, or over some of them."""
    chosen = among or everyone
    return ratio(lambda run: of(run) * chosen(run), chosen)


def of_years(kind: str) -> Estimator:
    """Return the estimator of the share of the years judged that are of a kind ("hardship_years").

    The years of onset and of death count as one each.
    """
    return ratio(column(kind), column("observed_years"))


def total(of: Indicator, *, yearly: bool = False) -> Estimator:
    """Return the estimator of a sum over the patients of a group, at full scale.

    Args:
        of: What is added up.
        yearly: Per year of the scenario, not over all of it.
    """

    def estimate(run: RunTables, by: str) -> Estimates | None:
        groups = run.groups(by)
        if groups is None:
            return None
        sums = groups.totals(run.kept(of)) / run.scale / (run.years if yearly else 1)
        return Estimates(groups.names, sums, groups.sizes)

    return estimate


def search(statistic: Statistic) -> Estimator:
    """Return the estimator of a statistic of the searches that began in the scenario."""

    def estimate(run: RunTables, by: str) -> Estimates | None:
        found = run.searches_by(by)
        if found is None:
            return None
        values = np.array([statistic(one) if one else np.nan for one in found])
        searches = np.array([float(len(one)) if one else 0.0 for one in found])
        return Estimates(run.grouped(by).names, values, searches, searches)

    return estimate


def account(table: str, of: str, *, yearly: bool = False) -> Estimator:
    """Return the estimator of a sum over a table by province, at full scale.

    Args:
        table: Name of the table.
        of: Column that is added up.
        yearly: Per year of the scenario, not over all of it.
    """

    def estimate(run: RunTables, by: str) -> Estimates | None:
        groups = run.groups_of(table, by)
        if groups is None:
            return None
        frame = run.tables[table]
        sums = groups.totals(frame[of]) / run.scale / (run.years if yearly else 1)
        return Estimates(groups.names, sums, groups.sizes)

    return estimate


def stock_over_flow(stock: str, flow: str) -> Estimator:
    """Return the estimator of a mean stay in months by Little's law: stocks over the flow out."""

    def estimate(run: RunTables, by: str) -> Estimates | None:
        groups = run.groups_of("months", by)
        if groups is None:
            return None
        months = run.tables["months"]
        out = groups.totals(months[flow])
        return Estimates(groups.names, divided(groups.totals(months[stock]), out), out)

    return estimate


def per_head(estimator: Estimator) -> Estimator:
    """Return the estimator of a sum divided by the inhabitants of the group."""

    def estimate(run: RunTables, by: str) -> Estimates | None:
        found, people = estimator(run, by), run.inhabitants(by)
        if found is None or people is None:
            return None
        heads = np.array([people[group] for group in found.groups])
        return Estimates(found.groups, divided(found.values, heads), heads)

    return estimate


def less(estimator: Estimator, taken: Estimator) -> Estimator:
    """Return the estimator of the difference of two, over the groups that both know."""

    def estimate(run: RunTables, by: str) -> Estimates | None:
        gained, lost = estimator(run, by), taken(run, by)
        if gained is None or lost is None:
            return None
        away = dict(zip(lost.groups, lost.values, strict=True))
        values = gained.values - [away.get(group, 0.0) for group in gained.groups]
        return Estimates(gained.groups, values, gained.weights)

    return estimate


def plus(*estimators: Estimator) -> Estimator:
    """Return the estimator of the sum of several, over the groups of the first."""

    def estimate(run: RunTables, by: str) -> Estimates | None:
        found = [estimator(run, by) for estimator in estimators]
        known = [one for one in found if one is not None]
        if len(known) < len(found):
            return None
        sums = [dict(zip(one.groups, one.values, strict=True)) for one in known]
        values = [sum(one.get(group, 0.0) for one in sums) for group in known[0].groups]
        return known[0]._replace(values=np.array(values))

    return estimate


def payers(names: tuple[str, ...]) -> Estimator:
    """Return the estimator of yearly spending by payer, at full scale."""

    def estimate(run: RunTables, by: str) -> Estimates:
        paid = np.array([run[f"paid_{name}"].sum() for name in names])
        people = np.full(len(names), float(len(run["patient"])))
        return Estimates(list(names), paid / run.scale / run.years, people, people)

    return estimate


def pools_share(of: OfBooks, among: OfBooks) -> Estimator:
    """Return the estimator of a share of the pools' yearly books, of everyone or by payer.

    Args:
        of: What is divided.
        among: By what.
    """
    above, below = pools(of), pools(among)

    def estimate(run: RunTables, by: str) -> Estimates | None:
        whole, part = below(run, by), above(run, by)
        if whole is None or part is None:
            return None
        return part._replace(values=divided(part.values, whole.values))

    return estimate


def pools(of: OfBooks, *, money: bool = False) -> Estimator:
    """Return the estimator of a sum over the pools' yearly books, of everyone or by payer.

    Args:
        of: What is added up.
        money: Per year of the scenario and at full scale. Pools are as many at any scale.
    """

    def estimate(run: RunTables, by: str) -> Estimates | None:
        books = run.tables["ledger"]
        if books.empty:
            return None
        groups = Groups(np.zeros(len(books), np.int64), ["all"])
        if by == "payer":
            payer = books["fund"].map(PAYER_OF_FUND).astype("category")
            groups = Groups(payer.cat.codes.to_numpy(), payer.cat.categories)
        sums = groups.totals(of(books)) / (run.scale * run.years if money else 1.0)
        people = np.full(len(groups.names), float(len(run["patient"])))
        return Estimates(groups.names, sums, groups.totals(np.ones(len(books))), people)

    return estimate


def single(number: Scalar) -> Estimator:
    """Return the estimator of one number for the whole run; NaN if there is nobody to measure."""

    def estimate(run: RunTables, by: str) -> Estimates:
        people = float(len(run["patient"]))
        value = number(run) if people else np.nan
        return Estimates(["all"], np.array([value]), np.array([people]))

    return estimate


def everyone(run: RunTables) -> np.ndarray:
    """Return one for each patient."""
    return np.ones(len(run["patient"]))


def divided(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """Return a quotient, NaN over zero."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(below > 0, above / below, np.nan)
