"""What a budget impact analysis asks for, year by year: who could be treated, who is, who pays.

As the good practice of ISPOR has it (Sullivan et al. 2014, Value in Health 17:5-14): money of the
year in which it changes hands, undiscounted, and the patients behind it. The years are those of the
calendar.
"""

from collections.abc import Iterator

import numpy as np

from experiments.measures.declaration import Measure, Text
from experiments.measures.estimators import Estimates, Estimator
from experiments.measures.run_view import RunTables
from experiments.measures.units import PATIENT_YEARS, YUAN_A_YEAR

YEAR = "year"
"""The kind of group: a year."""
PROGRAMMES = "programmes"
PAYERS = {
    "basic": Text("basic insurance", "基本医保"),
    "critical_illness": Text("critical illness insurance", "大病保险"),
    "medical_assistance": Text("medical assistance", "医疗救助"),
    "special_fund": Text("special funds", "专项基金"),
    "commercial": Text("commercial insurance", "商业保险"),
    "charity": Text("charities", "慈善"),
    "donation": Text("donated medicine", "赠药"),
    "household": Text("households", "家庭"),
    PROGRAMMES: Text("basic insurance and fiscal money for programmes", "项目经费（基金与财政）"),
}  # fmt: skip
"""Who pays: those who pay bills, by the names of `agents.codes.Payer`; and for programmes the basic
funds, with the fiscal money that passes through them."""


def budget(years: int) -> Iterator[Measure]:
    """Yield the patients and the money of each year."""
    yield Measure(
        "eligible_by_year",
        label=Text("Ill with a drug on the market", "患病且有上市药物的患者"),
        short=Text("Eligible for treatment", "可治疗患者"),
        unit=PATIENT_YEARS, better="neither", estimator=_eligible, by=(YEAR,),
    )  # fmt: skip
    for name, label, zh, estimator in (
        ("diagnosed", "Diagnosed, with a drug on the market", "已确诊且有上市药物的患者",
         _diagnosed),
        ("treated", "On treatment", "在治患者", _patient_years("treated")),
    ):  # fmt: skip
        yield Measure(
            f"{name}_by_year", label=Text(label, zh), short=Text(label, zh), unit=PATIENT_YEARS,
            better="higher", estimator=estimator, by=(YEAR,),
        )  # fmt: skip
    yield Measure(
        "budget",
        label=Text("Paid for patients with rare diseases and for programmes, undiscounted",
                   "罕见病患者费用与项目费用（未贴现）"),
        short=Text("Paid in a year", "年度支出"),
        unit=YUAN_A_YEAR, better="neither", estimator=_paid(*PAYERS), by=(YEAR,),
    )  # fmt: skip
    yield Measure(
        "budget_drugs",
        label=Text("Billed for drugs, undiscounted", "药品账单（未贴现）"),
        short=Text("Billed for drugs in a year", "年度药品账单"),
        unit=YUAN_A_YEAR, better="neither", estimator=_for_drugs, by=(YEAR,),
    )  # fmt: skip
    for name, who in PAYERS.items():
        yield Measure(
            f"budget_{name}",
            label=Text(f"Paid by {who.en}, undiscounted", f"{who.zh}支出（未贴现）"),
            short=Text(f"Paid in a year, {who.en}", f"年度支出：{who.zh}"),
            in_sentence=f"what {who.en} pay in a year",
            unit=YUAN_A_YEAR, better="neither", estimator=_paid(name), by=(YEAR,),
        )  # fmt: skip


def _eligible(run: RunTables, by: str) -> Estimates | None:
    """Estimate the patient-years lived with a drug on the market."""
    return _lived(run, run.ends - run["eligible_months"])


def _diagnosed(run: RunTables, by: str) -> Estimates | None:
    """Estimate those of them that are lived with a diagnosis."""
    found = np.nan_to_num(run["diagnosed"], nan=np.inf)
    return _lived(run, np.maximum(run.ends - run["eligible_months"], found))


def _lived(run: RunTables, begun: np.ndarray) -> Estimates | None:
    """Estimate the patient-years lived in each year from the month in which each patient begins."""
    years = _years(run)
    if not years:
        return None
    lived = [np.clip(np.minimum(run.ends, 12 * (n + 1)) - np.maximum(begun, 12 * n), 0, 12).sum()
             for n in range(len(years))]  # fmt: skip
    return _by_year(run, years, np.array(lived) / 12.0)


def _for_drugs(run: RunTables, by: str) -> Estimates | None:
    """Estimate what is billed for drugs in each year."""
    years = _years(run)
    if not years:
        return None
    return _by_year(run, years, _in_years(run, "drugs", "billed", years))


def _patient_years(stock: str) -> Estimator:
    """Return the estimator of the patient-years spent in a stock of the monthly series."""

    def estimate(run: RunTables, by: str) -> Estimates | None:
        years = _years(run)
        return _by_year(run, years, _summed(run, stock) / 12.0) if years else None

    return estimate


def _paid(*payers: str) -> Estimator:
    """Return the estimator of what some payers pay in each year."""

    def estimate(run: RunTables, by: str) -> Estimates | None:
        years = _years(run)
        if not years:
            return None
        paid = [_for_programmes(run, years) if name == PROGRAMMES else _summed(run, f"paid_{name}")
                for name in payers]  # fmt: skip
        return _by_year(run, years, np.sum(paid, axis=0))

    return estimate


def _summed(run: RunTables, column: str) -> np.ndarray:
    """Return the sum of a column of the monthly series in each year."""
    months = run.tables["months"]
    return np.bincount(months["month"].to_numpy(np.int64) // 12, months[column].to_numpy(float))


def _for_programmes(run: RunTables, years: list[str]) -> np.ndarray:
    """Return what the ledger tells of programmes in each year."""
    return _in_years(run, "ledger", "paid_programmes", years)


def _in_years(run: RunTables, table: str, column: str, years: list[str]) -> np.ndarray:
    """Return the sum of a column of a table by year in each of some years."""
    books = run.tables[table]
    sums = books.groupby("year")[column].sum() if len(books) else {}
    return np.array([sums.get(int(one), 0.0) for one in years])


def _years(run: RunTables) -> list[str]:
    """Return the calendar years of the months lived, the last as far as it has come."""
    months = run.tables["months"]["month"]
    lived = int(months.max()) + 1 if len(months) else 0
    return [str(run.world.year_of(month)) for month in range(0, lived, 12)]


def _by_year(run: RunTables, groups: list[str], values: np.ndarray) -> Estimates:
    """Return sums by year at full scale; all patients of the run are behind each."""
    people = np.full(len(groups), float(len(run["patient"])))
    return Estimates(groups, values / run.scale, people, people)
