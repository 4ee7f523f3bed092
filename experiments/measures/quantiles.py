"""Quantiles over patients and consultations: of a skewed burden the mean tells little."""

from collections.abc import Callable, Iterator

import numpy as np

from experiments.measures.declaration import (
    DISEASE,
    PEOPLE,
    QUANTILE,
    TIER,
    Measure,
    Text,
    Unit,
    parted,
    within,
)
from experiments.measures.estimators import Estimates, Estimator, Indicator, column, everyone
from experiments.measures.indicators import found, patient_years
from experiments.measures.run_view import Groups, RunTables, SearchesOf
from experiments.measures.units import (
    HOSPITALS,
    KM,
    LABELS,
    MONTHS,
    QALYS_PER_PATIENT,
    VISITS,
    YUAN_PER_PATIENT_YEAR,
)

TABLE = "quantiles"
PARTS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99)
"""Which quantiles the table tells."""
TOLD_OF = tuple(within(by, QUANTILE) for by in ("all", "zone", "income_quintile", "sex"))
HALF = 0.5
"""Of a whole number: as far it reaches down and up where numbers are spread out."""

Quantiles = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""Gives the quantiles of numbers at some parts: arrays of shape (n,) and (m,), to (m,)."""


def smooth(values: np.ndarray, parts: np.ndarray) -> np.ndarray:
    """Return quantiles of real numbers: type 7 of Hyndman & Fan 1996, The American Statistician 50.

    Args:
        values: Of shape (n,), n above 0.
        parts: Parts of them, 0-1, of shape (m,).
    """
    return np.quantile(values, parts)


def counted(counts: np.ndarray, parts: np.ndarray) -> np.ndarray:
    """Return quantiles of whole numbers, each spread evenly over the half below and above it.

    The percentile of grouped data, L + (p n - F) / f for groups of width 1 from L = k - 1/2 on
    (Yule & Kendall 1950, An Introduction to the Theory of Statistics, ch. 6). Without it the runs
    would differ by whole numbers or not at all. Never below 0.

    Args:
        counts: How many there are of 0, 1, 2, ..., of shape (k,), some above 0.
        parts: Parts of them, 0-1, of shape (m,).
    """
    total = np.concatenate([[0.0], np.cumsum(counts)])
    wanted = np.asarray(parts) * total[-1]
    k = np.clip(np.searchsorted(total, wanted, side="left") - 1, 0, len(counts) - 1)
    k = np.where(counts[k] > 0, k, np.flatnonzero(counts)[0])
    return np.maximum(k - HALF + (wanted - total[k]) / counts[k], 0.0)


def of_whole(values: np.ndarray, parts: np.ndarray) -> np.ndarray:
    """Return quantiles of whole numbers, as `counted` does."""
    return counted(np.bincount(values.astype(np.int64)), parts)


def of_patients(of: Indicator, among: Indicator, quantiles: Quantiles, *parts: float) -> Estimator:
    """Return the estimator of quantiles of a number over patients.

    Args:
        of: The number.
        among: Of whom.
        quantiles: How quantiles are taken.
        parts: One, for a measure of everyone and of groups; or those of the table.
    """

    def estimate(run: RunTables, by: str) -> Estimates | None:
        groups = run.groups(parted(by)[0] if len(parts) > 1 else by)
        if groups is None:
            return None
        chosen = np.flatnonzero(run.kept(among))
        values = run.kept(of)[chosen]
        rows = Groups(groups.codes[chosen], groups.names).rows()
        found = [quantiles(values[r], np.array(parts)) if len(r) else np.full(len(parts), np.nan)
                 for r in rows]  # fmt: skip
        return by_part(groups.names, found, [float(len(r)) for r in rows], parts)

    return estimate


def of_waits(*parts: float) -> Estimator:
    """Return the estimator of quantiles of waits over consultations; `parts` as `of_patients`."""

    def estimate(run: RunTables, by: str) -> Estimates | None:
        kind = parted(by)[0] if len(parts) > 1 else by
        found = waited(run, kind)
        if found is None:
            return None
        names, counts = found
        seen = counts.sum(axis=1)
        values = [counted(row, np.array(parts)) if n else np.full(len(parts), np.nan)
                  for row, n in zip(counts, seen, strict=True)]  # fmt: skip
        return by_part(names, values, seen, parts)

    return estimate


def waited(run: RunTables, by: str) -> tuple[list[str], np.ndarray] | None:
    """Return the consultations of each group by whole months waited, shape (groups, months)."""
    groups = run.groups_of("waits", by)
    if groups is None:
        return None
    table = run.tables["waits"]
    months = table["months"].to_numpy(np.int64)
    size = int(months.max()) + 1
    codes = groups.codes * size + months
    there = groups.codes >= 0
    counts = np.bincount(codes[there], table["visits"].to_numpy(float)[there],
                         len(groups.names) * size)  # fmt: skip
    return groups.names, counts.reshape(len(groups.names), size)


def of_delays(run: RunTables, by: str) -> Estimates | None:
    """Estimate when so large a part of all who fall ill is diagnosed, infinite if it never is.

    The quantile of a cumulative incidence: the first month in which it is reached (Peng & Fine
    2009, Journal of the American Statistical Association 104:1440-1453).
    """
    kind = parted(by)[0]
    searches = run.searches_by(kind)
    if searches is None:
        return None
    values = [_reached(one) if one else np.full(len(PARTS), np.nan) for one in searches]
    sizes = [float(len(one)) if one else 0.0 for one in searches]
    return by_part(run.grouped(kind).names, values, sizes, PARTS)


def _reached(searches: SearchesOf) -> np.ndarray:
    curve = searches.diagnosed
    at = np.searchsorted(curve.incidence, np.array(PARTS) - ROUNDING)
    return np.append(curve.times, np.inf)[at]


ROUNDING = 1e-9
"""By so little a share that is reached exactly may seem below."""


def by_part(
    names: list[str], values: list[np.ndarray], persons: list[float] | np.ndarray,
    parts: tuple[float, ...],
) -> Estimates:  # fmt: skip
    """Return estimates by group and quantile; with one quantile by group alone."""
    if len(parts) > 1:
        alone = names == ["all"]
        names = [f"{part:g}" if alone else f"{name} {part:g}" for name in names for part in parts]
    people = np.repeat(np.asarray(persons, float), len(parts))
    return Estimates(names, np.concatenate([np.zeros(0), *values]), people, people)


def _yearly_out_of_pocket(run: RunTables) -> np.ndarray:
    """Return what each household pays for care in a year lived with the disease, yuan."""
    years = patient_years(run)
    return run["paid_household"] / np.where(years > 0.0, years, np.inf)


def _lived(run: RunTables) -> np.ndarray:
    """Return who has lived with the disease for some time in the scenario."""
    return patient_years(run) > 0.0


OVER_PATIENTS: tuple[tuple[str, Text, Unit, Indicator, Indicator, Quantiles], ...] = (
    ("qalys", Text("Quality-adjusted life years, with the rest of life as it stands",
                   "质量调整生命年（含按现状计的余生）"),
     QALYS_PER_PATIENT, column("qalys"), everyone, smooth),
    ("out_of_pocket", Text("Paid by the household for care in a year with the disease",
                           "患病期间家庭每年自付的医疗费用"),
     YUAN_PER_PATIENT_YEAR, _yearly_out_of_pocket, _lived, smooth),
    ("km", Text("Way of those diagnosed, since the first symptoms", "确诊者自发病以来的路程"),
     KM, column("km"), found, smooth),
    ("visits", Text("Consultations of those diagnosed", "确诊者的就诊次数"),
     VISITS, column("visits"), found, of_whole),
    ("hospitals", Text("Hospitals seen before diagnosis", "确诊前就诊的医院数"),
     HOSPITALS, column("hospitals_seen"), found, of_whole),
    ("misdiagnoses", Text("Wrong labels before diagnosis", "确诊前被误诊的次数"),
     LABELS, column("misdiagnoses"), found, of_whole),
)  # fmt: skip
"""Of what there are quantiles over patients: name, label, unit, the number, of whom, and how."""


def quantiles(years: int) -> Iterator[Measure]:
    """Yield quantiles: a few in the summary, more in the table."""
    yield Measure(
        "qalys_p10",
        label=Text("Quality-adjusted life years that nine in ten patients have at least",
                   "十分之九的患者至少达到的质量调整生命年"),
        short=Text("QALYs, 10th percentile", "QALY第10百分位"),
        unit=QALYS_PER_PATIENT, better="higher", by=PEOPLE,
        estimator=of_patients(column("qalys"), everyone, smooth, 0.1),
    )  # fmt: skip
    yield Measure(
        "out_of_pocket_p90",
        label=Text("Paid by the household for care in a year with the disease: nine in ten pay no "
                   "more", "患病期间家庭每年自付的医疗费用：十分之九的患者不超过此数"),
        short=Text("Paid by households, 90th percentile", "家庭自付第90百分位"),
        unit=YUAN_PER_PATIENT_YEAR, better="lower", by=(*PEOPLE, DISEASE),
        estimator=of_patients(_yearly_out_of_pocket, _lived, smooth, 0.9),
    )  # fmt: skip
    yield Measure(
        "wait_p90",
        label=Text("Wait for a consultation: nine in ten of those seen waited no longer",
                   "候诊时间：十分之九的就诊者不超过此数"),
        short=Text("Wait, 90th percentile", "候诊时间第90百分位"),
        unit=MONTHS, better="lower", by=("all", "zone", "province", TIER), estimator=of_waits(0.9),
    )  # fmt: skip
    for name, label, unit, of, among, how in OVER_PATIENTS:
        yield Measure(
            f"{name}_quantile", label=label, short=label, unit=unit, better="neither",
            estimator=of_patients(of, among, how, *PARTS), by=TOLD_OF, table=TABLE,
        )  # fmt: skip
    label = Text("Months from onset until so large a part of all who fall ill is diagnosed",
                 "发病者中达到该比例确诊所需的月数")  # fmt: skip
    yield Measure(
        "delay_quantile", label=label, short=label, unit=MONTHS, better="neither",
        estimator=of_delays, by=TOLD_OF, table=TABLE,
    )  # fmt: skip
    label = Text("Wait for a consultation", "候诊时间")
    yield Measure(
        "wait_quantile", label=label, short=label, unit=MONTHS, better="neither",
        estimator=of_waits(*PARTS), by=tuple(within(by, QUANTILE) for by in ("all", "zone", TIER)),
        table=TABLE,
    )  # fmt: skip
