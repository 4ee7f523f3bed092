"""Whether and when funds run dry, and how much a bad year costs them."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from agents.insurer import CENT
from experiments.measures.declaration import ALL, POOLS, Measure, Text
from experiments.measures.estimators import PAYER_OF_FUND, Estimates, Estimator
from experiments.measures.indicators import refused, unpaid
from experiments.measures.run_view import RunTables
from experiments.measures.units import CALENDAR_YEAR, SHARE, YUAN_A_YEAR

TABLE = "funds"
MONEY = ("closing", "paid", "rationed", "unpaid_other")
"""Columns of the ledger of which one is not 0 where there is a pool."""
BAD_YEAR = 0.95
"""Which quantile of a year's payments is told."""


def running_dry(years: int) -> Iterator[Measure]:
    """Yield whether pools run dry, when, and what a bad year costs."""
    yield Measure(
        "pools_dry",
        label=Text("Pools that have run dry by the end", "期末前曾耗尽的基金比例"),
        short=Text("Pools run dry", "曾耗尽的基金"),
        unit=SHARE, better="lower", by=POOLS, estimator=_over_pools(_share_dry),
    )  # fmt: skip
    yield Measure(
        "years_before_dry",
        label=Text("Years of pools before they first run dry, of all their years",
                   "基金首次耗尽之前的年数占其全部年数的比例"),
        short=Text("Years before running dry", "耗尽前年数占比"),
        unit=SHARE, better="higher", by=POOLS, estimator=_over_pools(_share_before),
    )  # fmt: skip
    yield Measure(
        "bad_year",
        label=Text("Paid for rare diseases in a bad year: 95th percentile of the scenario's years",
                   "较差年份的罕见病支出：情景期各年的第95百分位"),
        short=Text("Paid in a bad year", "较差年份支出"),
        unit=YUAN_A_YEAR, better="neither", by=POOLS, estimator=_bad_year,
    )  # fmt: skip
    yield Measure(
        "first_dry_year",
        label=Text("Year in which the first pool runs dry", "首个基金耗尽的年份"),
        short=Text("First dry year", "首次耗尽年份"),
        unit=CALENDAR_YEAR, better="higher", by=(*ALL, "payer"), table=TABLE,
        estimator=_over_pools(_first_year),
    )  # fmt: skip
    yield Measure(
        "year_payments",
        label=Text("Paid for rare diseases in a year", "年度罕见病支出"),
        short=Text("Paid in a year", "年度支出"),
        unit=YUAN_A_YEAR, better="neither", by=("payer year",), table=TABLE,
        estimator=_year_payments,
    )  # fmt: skip


class Pools(NamedTuple):
    """The pools of a run, one entry each.

    Attributes:
        payer: Who pays from it.
        years: Years for which it has a book.
        before: Those of them before it first runs dry.
        dry: The year in which it does, infinite if it never does.
    """

    payer: np.ndarray
    years: np.ndarray
    before: np.ndarray
    dry: np.ndarray


def _pools(run: RunTables) -> Pools | None:
    """Return the pools that there are; None before the first year has a book."""
    books = run.tables["ledger"]
    books = books[_there(books)]
    if books.empty:
        return None
    year = books["year"].to_numpy(float)
    (fund, funds), (pool, names) = (pd.factorize(books[one]) for one in ("fund", "pool"))
    pools, place = np.unique(fund * len(names) + pool, return_inverse=True)
    dry = np.full(len(pools), np.inf)
    empty = (refused(books) > CENT) | (unpaid(books) > CENT)
    np.minimum.at(dry, place[empty], year[empty])
    payer = np.array([PAYER_OF_FUND[one] for one in funds])[pools // len(names)]
    return Pools(payer, np.bincount(place), np.bincount(place, year < dry[place]), dry)


def _there(books: pd.DataFrame) -> np.ndarray:
    """Return in which years there is a pool at all: that holds, pays or is asked for anything.

    The books also have a line for every special fund for which no policy raises money, and for
    cities in which commercial insurance has no product: these cannot run dry.
    """
    if books.empty:
        return np.zeros(0, bool)
    return np.any([abs(books[one].to_numpy(float)) > CENT for one in MONEY], axis=0)


Summary = Callable[[Pools], float]
"""One number of some pools."""


def _over_pools(summary: Summary) -> Estimator:
    """Return the estimator of a number of pools, of all or by payer."""

    def estimate(run: RunTables, by: str) -> Estimates | None:
        pools = run.kept(_pools)
        if pools is None:
            return None
        among = {"all": np.ones(len(pools.dry), bool)}
        if by == "payer":
            among = {str(payer): pools.payer == payer for payer in np.unique(pools.payer)}
        values = [summary(Pools(*(of[chosen] for of in pools))) for chosen in among.values()]
        people = np.full(len(among), float(len(run["patient"])))
        sizes = np.array([float(chosen.sum()) for chosen in among.values()])
        return Estimates(list(among), np.array(values), sizes, people)

    return estimate


def _share_dry(pools: Pools) -> float:
    return float(np.isfinite(pools.dry).mean())


def _share_before(pools: Pools) -> float:
    return float(pools.before.sum() / pools.years.sum())


def _first_year(pools: Pools) -> float:
    return float(pools.dry.min())


def _paid(run: RunTables) -> pd.DataFrame | None:
    """Return what each payer's pools pay for rare diseases in each year, yuan at full scale.

    A row per payer, a column per year.
    """
    books = run.tables["ledger"]
    if books.empty:
        return None
    keys = [books["fund"].map(PAYER_OF_FUND).rename("payer"), books["year"]]
    return books["paid_rare"].groupby(keys).sum().unstack(fill_value=0.0) / run.scale


def _bad_year(run: RunTables, by: str) -> Estimates | None:
    paid = run.kept(_paid)
    if paid is None:
        return None
    if by == "all":
        paid = paid.sum().to_frame("all").T
    people = np.full(len(paid), float(len(run["patient"])))
    return Estimates(list(paid.index), np.quantile(paid.to_numpy(), BAD_YEAR, axis=1), people,
                     people)  # fmt: skip


def _year_payments(run: RunTables, by: str) -> Estimates | None:
    paid = run.kept(_paid)
    if paid is None:
        return None
    groups = [f"{payer} {year}" for payer in paid.index for year in paid.columns]
    people = np.full(len(groups), float(len(run["patient"])))
    return Estimates(groups, paid.to_numpy().ravel(), people, people)
