"""What a budget impact analysis asks for, year by year: who could be treated, who is, who pays.

As the good practice of ISPOR has it (Sullivan et al. 2014, Value in Health 17:5-14): money of the
year in which it changes hands, undiscounted, and the patients behind it. The years are those of the
calendar.
"""

from collections.abc import Iterator

import numpy as np

from agents.codes import Payer
from experiments.measures.declaration import Measure, Text
from experiments.measures.estimators import Estimates, Estimator
from experiments.measures.run_view import RunTables
from experiments.measures.units import PATIENT_YEARS, YUAN_A_YEAR

YEAR, PAYER_YEAR = "year", "payer_year"
"""Kinds of groups: a year; a payer's year, as in "basic 2021"."""
PROGRAMMES = "programmes"
"""Who pays for programmes: the basic funds, with the fiscal money that passes through them."""


def budget(years: int) -> Iterator[Measure]:
    """Yield the patients and the money of each year."""
    yield Measure(
        "eligible_by_year",
        label=Text("Ill with a drug on the market", "患病且有上市药物的患者"),
        short=Text("Eligible for treatment", "可治疗患者"),
        unit=PATIENT_YEARS, better="neither", estimator=_eligible, by=(YEAR,),
    )  # fmt: skip
    for name, label, zh in (
        ("diagnosed", "Living with a diagnosis", "已确诊的在世患者"),
        ("treated", "On treatment", "在治患者"),
    ):
        yield Measure(
            f"{name}_by_year", label=Text(label, zh), short=Text(label, zh), unit=PATIENT_YEARS,
            better="higher", estimator=_patient_years(name), by=(YEAR,),
        )  # fmt: skip
    yield Measure(
        "budget",
        label=Text("Paid for patients with rare diseases and for programmes, undiscounted",
                   "罕见病患者费用与项目费用（未贴现）"),
        short=Text("Paid in a year", "年度支出"),
        unit=YUAN_A_YEAR, better="neither", estimator=_budget, by=(YEAR, PAYER_YEAR),
    )  # fmt: skip


def _eligible(run: RunTables, by: str) -> Estimates | None:
    """Estimate the patient-years lived with a drug on the market."""
    years = _years(run)
    if not years:
        return None
    ends, begun = run.ends, run.ends - run["eligible_months"]
    lived = [np.clip(np.minimum(ends, 12 * (n + 1)) - np.maximum(begun, 12 * n), 0.0, 12.0).sum()
             for n in range(len(years))]  # fmt: skip
    return _by_year(run, years, np.array(lived) / 12.0)


def _patient_years(stock: str) -> Estimator:
    """Return the estimator of the patient-years spent in a stock of the monthly series."""

    def estimate(run: RunTables, by: str) -> Estimates | None:
        months, years = run.tables["months"], _years(run)
        if not years:
            return None
        lived = np.bincount(months["month"] // 12, months[stock], minlength=len(years))
        return _by_year(run, years, lived / 12.0)

    return estimate


def _budget(run: RunTables, by: str) -> Estimates | None:
    """Estimate what is paid in each year, in all or by payer."""
    months, years = run.tables["months"], _years(run)
    if not years:
        return None
    year = months["month"].to_numpy(np.int64) // 12
    paid = {name: np.bincount(year, months[f"paid_{name}"], minlength=len(years))
            for name in Payer.names()}  # fmt: skip
    books = run.tables["ledger"]
    for_programmes = books.groupby("year")["paid_programmes"].sum() if len(books) else {}
    paid[PROGRAMMES] = np.array([for_programmes.get(int(one), 0.0) for one in years])
    if by == YEAR:
        return _by_year(run, years, np.sum(list(paid.values()), axis=0))
    groups = [f"{name} {one}" for name in paid for one in years]
    return _by_year(run, groups, np.concatenate(list(paid.values())))


def _years(run: RunTables) -> list[str]:
    """Return the calendar years of the months lived, the last as far as it has come."""
    months = run.tables["months"]["month"]
    lived = int(months.max()) + 1 if len(months) else 0
    return [str(run.world.year_of(month)) for month in range(0, lived, 12)]


def _by_year(run: RunTables, groups: list[str], values: np.ndarray) -> Estimates:
    """Return sums by year at full scale; all patients of the run are behind each."""
    people = np.full(len(groups), float(len(run["patient"])))
    return Estimates(groups, values / run.scale, people, people)
