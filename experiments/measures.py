"""What a run is judged by: a list of measures, each in every group that it can be told for.

Time to diagnosis is that of people who fall ill in the scenario; who is still undiagnosed is
censored, never dropped. Numbers told "among those diagnosed" look at different people under
different policies: one that finds the long-delayed seems the worse for it, so read them beside
the time to diagnosis. Money and counts "at full scale" are those of the real population.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import Literal

import numpy as np
import pandas as pd

from abm import inequity, survival
from experiments.recipes import (
    Recipe,
    account,
    column,
    divided,
    mean,
    payers,
    per_head,
    ratio,
    search,
    single,
    stock_over_flow,
    total,
)
from experiments.recipes import less as minus
from experiments.tables import Run

ALL = ("all",)
PLACES = ("all", "zone", "province")
MONEY = ("all", "zone", "income_quintile", "province")
PEOPLE = (*MONEY, "residence", "scheme", "age_group", "response_class")

PAYERS = (
    "basic", "critical_illness", "medical_assistance", "special_fund", "commercial", "charity",
    "donation", "household",
)  # fmt: skip

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
        f"Time without a diagnosis in the first {_in_years(horizon)} after onset",
        "months", "lower", search(partial(_restricted_mean, months=12 * horizon)),
    )  # fmt: skip
    yield Measure(
        "median_delay", "Median time from onset to diagnosis", "months", "lower", search(_median)
    )
    for limit in (1, 5):
        if limit <= years:
            yield Measure(
                f"diagnosed_within_{limit}y", f"Diagnosed within {_in_years(limit)} of onset",
                "share", "higher", search(partial(_incidence, months=12 * limit)),
            )  # fmt: skip
    yield Measure(
        "backlog_diagnosed", "Diagnosed among those ill and undiagnosed in January 2019", "share",
        "higher", ratio(lambda run: run.found_in_scenario & (run["onset"] < 0), _backlog),
    )  # fmt: skip
    found = partial(mean, among=lambda run: run.found_in_scenario)
    for name, label, unit, quantity in (
        ("hospitals_before", "Hospitals seen before diagnosis", "hospitals",
         column("hospitals_seen")),
        ("misdiagnoses_before", "Wrong labels before diagnosis", "labels", column("misdiagnoses")),
        ("diagnosed_away_city", "Diagnosed outside the home city", "share",
         partial(_elsewhere, place="city")),
        ("diagnosed_away_province", "Diagnosed outside the home province", "share",
         partial(_elsewhere, place="province")),
        ("diagnosis_km", "Way from home to the place of diagnosis", "km",
         lambda run: np.nan_to_num(run["diagnosis_km"])),
    ):  # fmt: skip
        yield Measure(name, label, unit, "lower", found(quantity))
    yield Measure(
        "mean_wait", "Wait for a consultation", "months", "lower",
        stock_over_flow("waiting", "visits"), PLACES,
    )  # fmt: skip
    yield Measure(
        "registered", "Registered among those diagnosed", "share", "higher",
        mean(partial(_happened, name="registered"), partial(_happened, name="diagnosed")),
    )  # fmt: skip


def _treatment() -> Iterator[Measure]:
    yield Measure(
        "treated", "Ever treated among those with a drug on the market", "share", "higher",
        mean(partial(_happened, name="treated"), column("treatable")),
    )  # fmt: skip
    yield Measure(
        "on_treatment", "On treatment at the end among those alive with a drug on the market",
        "share", "higher",
        mean(lambda run: run["stage"] == "treated", lambda run: run["treatable"] & _alive(run)),
    )  # fmt: skip


def _burden() -> Iterator[Measure]:
    yield Measure(
        "out_of_pocket_share", "Paid by the household (donated vials left out)", "share", "lower",
        ratio(column("paid_household"), lambda run: run["billed"] - run["paid_donation"]),
    )  # fmt: skip
    yield Measure(
        "out_of_pocket", "Paid by the household for care", "yuan per patient-year", "lower",
        ratio(column("paid_household"), lambda run: run.patient_years),
    )  # fmt: skip
    for name, label in (
        ("catastrophic", "Years with catastrophic spending"),
        ("impoverished", "Years made poor by spending"),
    ):
        yield Measure(
            name, label, "share", "lower", ratio(column(f"{name}_years"), column("observed_years"))
        )


def _health() -> Iterator[Measure]:
    yield Measure("qalys", "QALYs per patient", "QALYs", "higher", mean(column("qalys")))
    yield Measure(
        "deaths", "Deaths", "persons at full scale", "lower", total(lambda run: ~_alive(run))
    )


def _others() -> Iterator[Measure]:
    """Yield what it costs, and whom."""
    contributed = account("financing", "contributed", yearly=True)
    displaced = account("financing", "qalys_displaced", discounted=True)
    yield Measure(
        "spending", "Spending on rare diseases", "yuan a year at full scale", "neither",
        total(column("billed"), yearly=True), MONEY,
    )  # fmt: skip
    yield Measure(
        "paid", "Spending by payer", "yuan a year at full scale", "neither", payers(PAYERS),
        ("payer",),
    )  # fmt: skip
    yield Measure(
        "contributed", "Taken from all insured people for rare diseases",
        "yuan a year at full scale", "lower", contributed, MONEY,
    )  # fmt: skip
    yield Measure(
        "contributed_per_head", "Taken from all insured people for rare diseases",
        "yuan per inhabitant and year", "lower", per_head(contributed), PLACES,
    )  # fmt: skip
    yield Measure(
        "displaced_qalys", "Health displaced among other insured people",
        "QALYs at full scale", "lower", displaced, MONEY,
    )  # fmt: skip
    yield Measure(
        "net_qalys", "Patients' QALYs less those displaced among other insured people",
        "QALYs at full scale", "higher", minus(total(column("qalys")), displaced), MONEY,
    )  # fmt: skip


def _inequity() -> Iterator[Measure]:
    """Yield inequality: one number for the whole country."""
    for name, label, unit, better, statistic in (
        ("treated_gap", "Treated: richest less poorest fifth", "share", "lower", _treated_gap),
        ("diagnosed_gap", "Diagnosed within the horizon of five years: richest less poorest fifth",
         "share", "lower", _diagnosed_gap),
        ("treated_concentration", "Treated: concentration index by income (Erreygers)", "index",
         "lower", _treated_concentration),
        ("treated_between_provinces", "Treated: Theil index between provinces", "nats", "lower",
         _treated_theil),
        ("qalys_concentration", "QALYs: concentration index by income", "index", "lower",
         lambda run: inequity.concentration_index(run["qalys"], rank_by=run["income"])),
        ("qalys_slope", "QALYs: slope index from poorest to richest", "QALYs", "lower",
         lambda run: inequity.slope_index(run["qalys"], rank_by=run["income"])),
        ("qalys_gini", "QALYs: Gini coefficient", "index", "lower",
         lambda run: inequity.gini(run["qalys"])),
        ("qalys_between_provinces", "QALYs: Theil index between provinces", "nats", "lower",
         lambda run: _theil(run).between),
        ("qalys_within_provinces", "QALYs: Theil index within provinces", "nats", "lower",
         lambda run: _theil(run).within),
        ("out_of_pocket_concentration", "Paid by households: concentration index by income",
         "index", "neither",
         lambda run: inequity.concentration_index(run["paid_household"], rank_by=run["income"])),
        ("catastrophic_concentration",
         "Catastrophic years: concentration index by income (below 0: among the poor)", "index",
         "higher", _catastrophic_concentration),
    ):  # fmt: skip
        yield Measure(name, label, unit, better, single(statistic), ALL)


def _in_years(number: int) -> str:
    return "year" if number == 1 else f"{number} years"


def _restricted_mean(time: np.ndarray, end: np.ndarray, *, months: int) -> float:
    return survival.restricted_mean(time, end == 1, horizon=months)


def _median(time: np.ndarray, end: np.ndarray) -> float:
    return survival.median(time, end == 1)


def _incidence(time: np.ndarray, end: np.ndarray, *, months: int) -> float:
    return survival.cumulative_incidence(time, end).at(months)


def _backlog(run: Run) -> np.ndarray:
    """Tell who was ill and undiagnosed when the scenario began."""
    return (run["onset"] < 0) & ~(run["diagnosed"] < 0)


def _alive(run: Run) -> np.ndarray:
    return np.isnan(run["died"])


def _happened(run: Run, *, name: str) -> np.ndarray:
    return ~np.isnan(run[name])


def _elsewhere(run: Run, *, place: str) -> np.ndarray:
    """Tell who was diagnosed outside the home city or province."""
    patients = run.tables["patients"]
    home = patients[place]
    return (home != patients[f"diagnosed_{place}"].astype(home.dtype)).to_numpy()


def _treated_gap(run: Run) -> float:
    groups = run.groups("income_quintile")
    people = groups.totals(run["treatable"])
    treated = groups.totals(run["treatable"] & _happened(run, name="treated"))
    return _gap(groups.names, divided(treated, people))


def _diagnosed_gap(run: Run) -> float:
    months = 12 * min(5, run.years)
    rows = search(partial(_incidence, months=months))(run, "income_quintile")
    return _gap(rows.groups, rows.values)


def _gap(groups: list[str], values: np.ndarray) -> float:
    """Return the richest fifth's value less the poorest's."""
    value = dict(zip(groups, values, strict=True))
    return float(value.get("5", np.nan) - value.get("1", np.nan))


def _treated_concentration(run: Run) -> float:
    chosen = run["treatable"].astype(bool)
    if not chosen.any():
        return np.nan
    treated = _happened(run, name="treated")[chosen].astype(float)
    return inequity.concentration_index(
        treated, rank_by=run["income"][chosen], correction="erreygers"
    )


def _treated_theil(run: Run) -> float:
    chosen = run["treatable"].astype(bool)
    if not chosen.any():
        return np.nan
    treated = _happened(run, name="treated")[chosen].astype(float)
    return inequity.theil(treated, groups=run.groups("province").codes[chosen]).between


def _theil(run: Run) -> inequity.Decomposition:
    return inequity.theil(run["qalys"], groups=run.groups("province").codes)


def _catastrophic_concentration(run: Run) -> float:
    seen = run["observed_years"] > 0
    if not seen.any():
        return np.nan
    years = run["observed_years"][seen].astype(float)
    share = np.minimum(run["catastrophic_years"][seen] / years, 1.0)
    return inequity.concentration_index(
        share, rank_by=run["income"][seen], weights=years, correction="erreygers"
    )
