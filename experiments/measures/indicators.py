"""What the measures look at: a number per patient, a statistic of searches, a number per run."""

from collections.abc import Callable
from functools import wraps

import numpy as np
import pandas as pd

from abm.measures import inequity, survival
from abm.measures.between_groups import PER_CENT
from agents.insurer import CENT
from experiments.measures.estimators import (
    Indicator,
    OfBooks,
    Scalar,
    Statistic,
    divided,
    search,
)
from experiments.measures.run_view import RunTables, SearchesOf

KOLM_AVERSION = 0.15
"""Aversion to absolute inequality, per QALY: the median of 244 people in England, of years in full
health over a life (Robson et al. 2017, Health Economics 26:1328-1334). Zero would count none."""


DECADE = 10
"""Years of which late years are told."""


def happened(event: str) -> Indicator:
    """Return to whom an event has ever happened ("diagnosed", "treated")."""
    return lambda run: ~np.isnan(run[event])


def elsewhere(place: str) -> Indicator:
    """Return who was diagnosed outside the own "city" or "province"; also who was not."""

    def indicator(run: RunTables) -> np.ndarray:
        patients = run.tables["patients"]
        home = patients[place]
        return (home != patients[f"diagnosed_{place}"].astype(home.dtype)).to_numpy()

    return indicator


def refused(books: pd.DataFrame) -> np.ndarray:
    """Return what pools refused of claims for rare-disease drugs for want of money, yuan."""
    return books["rationed"].to_numpy(float)


def claimed(books: pd.DataFrame) -> np.ndarray:
    """Return what was claimed of pools for rare-disease drugs, paid or refused, yuan."""
    return books["paid_rare"].to_numpy(float) + refused(books)


def lately(what: OfBooks) -> OfBooks:
    """Return what the books tell of the scenario's last ten years, 0 for the years before."""

    def of_late(books: pd.DataFrame) -> np.ndarray:
        return np.where(books["year"] > books["year"].max() - DECADE, what(books), 0.0)

    return of_late


def unpaid(books: pd.DataFrame) -> np.ndarray:
    """Return what pools owed for all other patients and could not pay, yuan."""
    return books["unpaid_other"].to_numpy(float)


def refused_years(books: pd.DataFrame) -> np.ndarray:
    """Return the patient-years without a drug for want of the pools' money."""
    return books["refused_months"].to_numpy(float) / 12.0


def cannot_pay(what: OfBooks) -> OfBooks:
    """Return in which years of a pool anything was left unpaid, cents apart."""
    return lambda books: (what(books) > CENT).astype(float)


def owed_to_hospitals(books: pd.DataFrame) -> np.ndarray:
    """Return what empty pools owe when the last year closes, yuan."""
    last = books["year"] == books["year"].max()
    return np.where(last, np.maximum(0.0, -books["closing"]), 0.0)


def alive(run: RunTables) -> np.ndarray:
    """Return who is alive at the end."""
    return np.isnan(run["died"])


def treatable(run: RunTables) -> np.ndarray:
    """Return for whom a drug was on the market while alive in the scenario."""
    return run["treatable"].astype(bool)


def on_treatment(run: RunTables) -> np.ndarray:
    """Return who is under treatment at the end."""
    return run["stage"] == "treated"


def found(run: RunTables) -> np.ndarray:
    """Return who was diagnosed in the scenario."""
    return run["diagnosed"] >= 0  # NaN, never diagnosed, is not


def found_by_a_hospital(run: RunTables) -> np.ndarray:
    """Return who was diagnosed in the scenario after a visit: not by screening at birth."""
    return found(run) & (run["hospitals_seen"] > 0)


def found_at_first(run: RunTables) -> np.ndarray:
    """Return who was diagnosed in the scenario having been to one hospital alone."""
    return found(run) & (run["hospitals_seen"] == 1)


def backlog(run: RunTables) -> np.ndarray:
    """Return who was ill and undiagnosed when the scenario began."""
    return (run["onset"] < 0) & ~(run["diagnosed"] < 0)


def patient_years(run: RunTables) -> np.ndarray:
    """Return the years lived with the disease in the scenario."""
    return (run.ends - np.maximum(run["onset"], 0.0)) / 12.0


def lived_undiagnosed(months: int) -> Statistic:
    """Return the mean time up to so many months that is lived without a diagnosis.

    The diagnosis ends it and so does death; only the horizon censors.
    """
    return lambda searches: survival.restricted_mean(searches.lived, horizon=months)


def restricted_mean(months: int) -> Statistic:
    """Return the net mean time to diagnosis up to so many months: as if nobody died before it."""
    return lambda searches: survival.restricted_mean(searches.net, horizon=months)


def median(searches: SearchesOf) -> float:
    """Return the net median time to diagnosis, infinite where it is not reached.

    As if nobody died before it.
    """
    return survival.median(searches.net)


def incidence(months: int) -> Statistic:
    """Return the share diagnosed within so many months, death without a diagnosis competing."""
    return lambda searches: float(searches.diagnosed.at(months))


def treated_gap(run: RunTables) -> float:
    """Return the share ever treated in the richest fifth less that in the poorest."""
    groups = run.grouped("income_quintile")
    treated = groups.totals(treatable(run) & happened("treated")(run))
    return _gap(groups.names, divided(treated, groups.totals(treatable(run))))


def diagnosed_gap(run: RunTables) -> float:
    """Return the share diagnosed within five years in the richest fifth less the poorest."""
    rows = search(incidence(round(12 * min(5, run.years))))(run, "income_quintile")
    return _gap(rows.groups, rows.values) if rows else np.nan


def _gap(groups: list[str], values: np.ndarray) -> float:
    value = dict(zip(groups, values, strict=True))
    return float(value.get("5", np.nan) - value.get("1", np.nan))


def _of_treatable(index: Callable[[np.ndarray, RunTables, np.ndarray], float]) -> Scalar:
    """Return an index of ever being treated among the treatable; undefined without any.

    Args:
        index: Of who was treated, 0 or 1; of the run; of who is treatable, among all its patients.
    """

    @wraps(index)
    def scalar(run: RunTables) -> float:
        chosen = treatable(run)
        if not chosen.any():
            return np.nan
        return index(happened("treated")(run)[chosen].astype(float), run, chosen)

    return scalar


@_of_treatable
def treated_concentration(treated: np.ndarray, run: RunTables, chosen: np.ndarray) -> float:
    """Return Erreygers' index of ever being treated, by the run's ranking of incomes."""
    return inequity.concentration_index(treated, rank_by=run.rank[chosen], correction="erreygers")


@_of_treatable
def treated_between_provinces(treated: np.ndarray, run: RunTables, chosen: np.ndarray) -> float:
    """Return the part of Theil's index of ever being treated that lies between provinces."""
    return inequity.theil(treated, groups=run.grouped("province").codes[chosen]).between


def concentration(column: str) -> Scalar:
    """Return the plain concentration index of a column by the run's ranking of incomes."""
    return lambda run: inequity.concentration_index(run[column], rank_by=run.rank)


def qalys_slope(run: RunTables) -> float:
    """Return the QALYs fitted at the top of the incomes less those at the bottom."""
    return inequity.slope_index(run["qalys"], rank_by=run.rank)


def qalys_gini(run: RunTables) -> float:
    """Return the Gini coefficient of QALYs."""
    return inequity.gini(run["qalys"])


def qalys_between_provinces(run: RunTables) -> float:
    """Return the part of Theil's index of QALYs that lies between provinces."""
    return _qalys_theil(run).between


def qalys_within_provinces(run: RunTables) -> float:
    """Return the part of Theil's index of QALYs that lies within provinces."""
    return _qalys_theil(run).within


def _qalys_theil(run: RunTables) -> inequity.Decomposition:
    return inequity.theil(run["qalys"], groups=run.grouped("province").codes)


def catastrophic_concentration(run: RunTables) -> float:
    """Return Erreygers' index by income of years with catastrophic spending, weighted by years."""
    seen = run["observed_years"] > 0
    if not seen.any():
        return np.nan
    years = run["observed_years"][seen].astype(float)
    share = np.minimum(run["catastrophic_years"][seen] / years, 1.0)
    return inequity.concentration_index(
        share, rank_by=run.rank[seen], weights=years, correction="erreygers"
    )


@_of_treatable
def treated_slope(treated: np.ndarray, run: RunTables, chosen: np.ndarray) -> float:
    """Return the slope index of ever being treated by the ranking of incomes, by logit."""
    return inequity.slope_index(treated, rank_by=run.rank[chosen], link="logit")


@_of_treatable
def treated_relative(treated: np.ndarray, run: RunTables, chosen: np.ndarray) -> float:
    """Return the relative index of ever being treated by the ranking of incomes, by logit."""
    return inequity.relative_index(treated, rank_by=run.rank[chosen], link="logit")


def treated_deviation(run: RunTables) -> float:
    """Return the standard deviation between provinces of the share ever treated."""
    return _between(inequity.between_group_standard_deviation)(run)


def treated_disparity(run: RunTables) -> float:
    """Return the index of disparity between provinces of the share ever treated, as a share."""
    return _between(inequity.index_of_disparity)(run) / PER_CENT


def treated_attributable(run: RunTables) -> float:
    """Return by how much more would be treated if all provinces did as the best does."""
    return _between(inequity.population_attributable_risk)(run)


def _between(measure: Callable[[np.ndarray, np.ndarray], float]) -> Scalar:
    """Return a measure of the provinces' shares ever treated, by their treatable patients."""

    def number(run: RunTables) -> float:
        groups = run.grouped("province")
        sizes = groups.totals(treatable(run))
        there = sizes > 0
        if not there.any():
            return np.nan
        treated = groups.totals(treatable(run) & happened("treated")(run))
        return measure(treated[there] / sizes[there], sizes[there])

    return number


def qalys_kolm(run: RunTables) -> float:
    """Return Kolm's index of QALYs."""
    return inequity.kolm(run["qalys"], KOLM_AVERSION)


def qalys_equivalent(run: RunTables) -> float:
    """Return the QALYs that, given to every patient, would be as good by Kolm as what they have."""
    return inequity.kolm_equivalent(run["qalys"], KOLM_AVERSION)
