"""What a run is judged by: a list of measures, each in every group that it can be told for.

Time to diagnosis is that of people who fall ill in the scenario; who is still undiagnosed is
censored, never dropped. Numbers told "among those diagnosed" look at different people under
different policies: one that finds the long-delayed seems the worse for it, so read them beside
the time to diagnosis. Money and counts "at full scale" are those of the real population.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
import pandas as pd

from agents.codes import Payer
from experiments.measures import indicators as of
from experiments.measures.estimators import (
    Number,
    Recipe,
    account,
    column,
    less,
    mean,
    payers,
    per_head,
    ratio,
    search,
    single,
    stock_over_flow,
    total,
)
from experiments.measures.run_view import Run

ALL = ("all",)
PLACES = ("all", "zone", "province")
MONEY = ("all", "zone", "income_quintile", "province")
PEOPLE = (*MONEY, "residence", "scheme", "age_group", "response_class")

Better = Literal["lower", "higher", "neither"]


@dataclass(frozen=True)
class Measure:
    """Something a run is judged by.

    Attributes:
        name: Short name, as in `summary.csv`.
        label: A few words.
        unit: Unit of its values; "share" means 0 to 1.
        better: Which direction is better.
        recipe: Works it out by one kind of group.
        by: The kinds of groups it is told for.
    """

    name: str
    label: str
    unit: str
    better: Better
    recipe: Recipe
    by: tuple[str, ...] = PEOPLE


def measure(run: Run) -> pd.DataFrame:
    """Return all measures of a run.

    Returns:
        One row per measure, kind of group and group that has members: columns measure, by, group,
        value (NaN where undefined, infinite for a median not reached) and weight.
    """
    parts = []
    for one in measures(run.years):
        for by in one.by:
            rows = one.recipe(run, by)
            if rows is not None:
                parts.append(pd.DataFrame({
                    "measure": one.name, "by": by, "group": rows.groups, "value": rows.values,
                    "weight": rows.weights,
                }))  # fmt: skip
    frame = pd.concat(parts, ignore_index=True)
    return frame[frame["weight"] > 0].reset_index(drop=True)


@cache
def measures(years: int) -> tuple[Measure, ...]:
    """Return the measures of a scenario of so many years."""
    return (*_diagnosis(years), *_treatment(), *_burden(), *_health(), *_others(), *_inequity())


def _diagnosis(years: int) -> Iterator[Measure]:
    horizon = min(5, years)
    yield Measure(
        "time_undiagnosed",
        f"Time without a diagnosis in the first {_count(horizon)} after onset",
        "months", "lower", search(of.restricted_mean(12 * horizon)),
    )  # fmt: skip
    yield Measure(
        "median_delay", "Median time from onset to diagnosis", "months", "lower", search(of.median)
    )
    for limit in (1, 5):
        if limit <= years:
            yield Measure(
                f"diagnosed_within_{limit}y",
                f"Diagnosed within {'a year' if limit == 1 else _count(limit)} of onset",
                "share", "higher", search(of.incidence(12 * limit)),
            )  # fmt: skip
    yield Measure(
        "backlog_diagnosed", "Diagnosed among those ill and undiagnosed in January 2019", "share",
        "higher", mean(of.found, of.backlog),
    )  # fmt: skip
    for name, label, unit, quantity in (
        ("hospitals_before", "Hospitals seen before diagnosis", "hospitals",
         column("hospitals_seen")),
        ("misdiagnoses_before", "Wrong labels before diagnosis", "labels", column("misdiagnoses")),
        ("diagnosed_away_city", "Diagnosed outside the home city", "share", of.elsewhere("city")),
        ("diagnosed_away_province", "Diagnosed outside the home province", "share",
         of.elsewhere("province")),
        ("diagnosis_km", "Way from home to the place of diagnosis", "km",
         lambda run: np.nan_to_num(run["diagnosis_km"])),
    ):  # fmt: skip
        yield Measure(name, label, unit, "lower", mean(quantity, of.found))
    yield Measure(
        "mean_wait", "Wait for a consultation", "months", "lower",
        stock_over_flow("waiting", "visits"), PLACES,
    )  # fmt: skip
    yield Measure(
        "registered", "Registered among those diagnosed", "share", "higher",
        mean(of.happened("registered"), of.happened("diagnosed")),
    )  # fmt: skip


def _treatment() -> Iterator[Measure]:
    yield Measure(
        "treated", "Ever treated among those with a drug on the market", "share", "higher",
        mean(of.happened("treated"), of.treatable),
    )  # fmt: skip
    yield Measure(
        "on_treatment", "On treatment at the end among those alive with a drug on the market",
        "share", "higher", mean(of.on_treatment, lambda run: of.treatable(run) & of.alive(run)),
    )  # fmt: skip


def _burden() -> Iterator[Measure]:
    yield Measure(
        "out_of_pocket_share", "Paid by the household (donated vials left out)", "share", "lower",
        ratio(column("paid_household"), lambda run: run["billed"] - run["paid_donation"]),
    )  # fmt: skip
    yield Measure(
        "out_of_pocket", "Paid by the household for care", "yuan per patient-year", "lower",
        ratio(column("paid_household"), of.patient_years),
    )  # fmt: skip
    for name, label in (
        ("catastrophic", "Years with catastrophic spending"),
        ("impoverished", "Years made poor by spending"),
    ):
        yield Measure(
            name, label, "share", "lower", ratio(column(f"{name}_years"), column("observed_years"))
        )


def _health() -> Iterator[Measure]:
    yield Measure(
        "qalys", "Quality-adjusted life years", "QALYs per patient", "higher",
        mean(column("qalys")),
    )  # fmt: skip
    yield Measure(
        "deaths", "Deaths", "persons at full scale", "lower", total(lambda run: ~of.alive(run))
    )


def _others() -> Iterator[Measure]:
    """Yield what it costs, and whom."""
    contributed = account("financing", "contributed", yearly=True)
    displaced = account("financing", "qalys_displaced")
    yield Measure(
        "spending", "Spending on rare diseases", "yuan a year at full scale", "neither",
        total(column("billed"), yearly=True), MONEY,
    )  # fmt: skip
    yield Measure(
        "paid", "Spending by payer", "yuan a year at full scale", "neither", payers(Payer.names()),
        ("payer",),
    )  # fmt: skip
    yield Measure(
        "contributed", "Taken from all insured people for rare diseases",
        "yuan a year at full scale", "lower", contributed, MONEY,
    )  # fmt: skip
    yield Measure(
        "contributed_per_head", "Taken from all insured people for rare diseases",
        "yuan per head and year", "lower", per_head(contributed), MONEY,
    )  # fmt: skip
    yield Measure(
        "displaced_qalys", "Health displaced among other insured people",
        "QALYs at full scale", "lower", displaced, MONEY,
    )  # fmt: skip
    yield Measure(
        "net_qalys", "Patients' QALYs less those displaced among other insured people",
        "QALYs at full scale", "higher", less(total(column("qalys")), displaced), MONEY,
    )  # fmt: skip


def _inequity() -> Iterator[Measure]:
    """Yield inequality: one number for all people."""
    numbers: tuple[tuple[str, str, str, Better, Number], ...] = (
        ("treated_gap", "Treated: richest less poorest fifth", "share", "lower", of.treated_gap),
        ("diagnosed_gap", "Diagnosed within five years: richest less poorest fifth", "share",
         "lower", of.diagnosed_gap),
        ("treated_concentration", "Treated: concentration index by income (Erreygers)", "index",
         "lower", of.treated_concentration),
        ("treated_between_provinces", "Treated: Theil index between provinces", "nats", "lower",
         of.treated_between_provinces),
        ("qalys_concentration", "QALYs: concentration index by income", "index", "lower",
         of.concentration("qalys")),
        ("qalys_slope", "QALYs: slope index from poorest to richest", "QALYs", "lower",
         of.qalys_slope),
        ("qalys_gini", "QALYs: Gini coefficient", "index", "lower", of.qalys_gini),
        ("qalys_between_provinces", "QALYs: Theil index between provinces", "nats", "lower",
         of.qalys_between_provinces),
        ("qalys_within_provinces", "QALYs: Theil index within provinces", "nats", "lower",
         of.qalys_within_provinces),
        ("out_of_pocket_concentration", "Paid by households: concentration index by income",
         "index", "neither", of.concentration("paid_household")),
        ("catastrophic_concentration",
         "Catastrophic years: concentration index by income (below 0: among the poor)", "index",
         "higher", of.catastrophic_concentration),
    )  # fmt: skip
    for name, label, unit, better, number in numbers:
        yield Measure(name, label, unit, better, single(number), ALL)


def _count(number: int) -> str:
    return "year" if number == 1 else f"{number} years"
