"""The probability that funds run dry, when, and what a bad year costs them: over runs.

References:
    Clopper & Pearson 1934, Biometrika 26:404-413; Bonett & Price 2012, Journal of Educational and
    Behavioral Statistics 37:479-488.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import betaincinv, ndtri

from abm.measures.weights import Floats
from experiments.reporting.statistics import LEVEL
from experiments.reporting.values import Values

BAD = 0.95
"""Which quantile of a year's payments is told."""
QUANTILES = {"year_p10": 0.1, "year_median": 0.5, "year_p90": 0.9}
"""Of the first dry year over the runs."""
COLUMNS = (
    "payer", "policy", "baseline", "runs", "dry", "probability", "probability_low",
    "probability_high", "difference", "difference_low", "difference_high", "pairs", "earliest",
    *QUANTILES, "paid_p95", "paid_p95_difference", "years",
)  # fmt: skip


class Range(NamedTuple):
    """A number with the ends of its interval."""

    value: float
    low: float
    high: float


def probability(happened: int, runs: int) -> Range:
    """Return a probability with its exact interval (Clopper & Pearson 1934).

    Args:
        happened: Runs in which it has happened.
        runs: Runs, above 0.
    """
    tail = (1.0 - LEVEL) / 2.0
    low = betaincinv(happened, runs - happened + 1, tail) if happened else 0.0
    high = betaincinv(happened + 1, runs - happened, 1.0 - tail) if happened < runs else 1.0
    return Range(happened / runs, float(low), float(high))


def paired_probabilities(one: np.ndarray, other: np.ndarray) -> Range:
    """Return the difference of two paired probabilities, with its interval.

    The adjusted Wald interval of Bonett & Price 2012, which adds one pair to those in which it
    happened in the one alone, and one to those in the other alone.

    Args:
        one: Whether it has happened, by pair, of shape (n,), n above 0.
        other: The same in the other.
    """
    runs = len(one)
    alone, other_alone = (int((a & ~b).sum()) for a, b in ((one, other), (other, one)))
    p, q = ((count + 1) / (runs + 2) for count in (alone, other_alone))
    reach = ndtri(0.5 + LEVEL / 2.0) * np.sqrt((p + q - (p - q) ** 2) / (runs + 2))
    ends = np.clip([p - q - reach, p - q + reach], -1.0, 1.0)
    return Range((alone - other_alone) / runs, float(ends[0]), float(ends[1]))


def fund_risks(values: Values, baseline: str) -> pd.DataFrame:
    """Return of each payer and policy whether, when and how its pools run dry: columns `COLUMNS`.

    A payer has run dry in a run if the first of its pools has. Years are calendar years, infinite
    for runs in which none does: "earliest" and quantiles over the runs. `paid_p95` is the 95th
    percentile of what the payer pays for rare diseases in a year, over all years of all runs.

    Args:
        values: The measures `first_dry_year` and `year_payments`.
        baseline: Name of the policy that others are compared with.
    """
    keys = values.keys
    payers = keys.loc[keys["measure"] == "first_dry_year", "group"]
    rows = [_row(values, row, payer, policy, baseline)
            for row, payer in payers.items() for policy in values.policies]  # fmt: skip
    return pd.DataFrame([row for row in rows if row], columns=list(COLUMNS))


def _row(values: Values, row: int, payer: str, policy: str, baseline: str) -> dict[str, object]:
    """Return the row of a payer under a policy; nothing where no run has such a payer."""
    years = values.of(policy)[row]
    told = ~np.isnan(years)
    if not told.any():
        return {}
    dry = np.isfinite(years)
    found = probability(int(dry.sum()), int(told.sum()))
    paid, base = (_payments(values, payer, name) for name in (policy, baseline))
    bad = np.quantile(paid, BAD) if paid.size else np.nan
    made = {
        "payer": payer, "policy": policy, "baseline": baseline, "runs": int(told.sum()),
        "dry": int(dry.sum()), "probability": found.value, "probability_low": found.low,
        "probability_high": found.high, "earliest": years[told].min(), "paid_p95": bad,
        "years": paid.size,
        **{name: _quantile(years[told], part) for name, part in QUANTILES.items()},
    }  # fmt: skip
    before = values.of(baseline)[row]
    both = told & ~np.isnan(before)
    if policy != baseline and both.any():
        gap = paired_probabilities(dry[both], np.isfinite(before)[both])
        made |= {"difference": gap.value, "difference_low": gap.low, "difference_high": gap.high,
                 "pairs": int(both.sum())}  # fmt: skip
    if policy != baseline and base.size:
        made["paid_p95_difference"] = bad - np.quantile(base, BAD)
    return made


def _payments(values: Values, payer: str, policy: str) -> Floats:
    """Return what a payer pays in each year of each run, yuan at full scale."""
    keys = values.keys
    paid: dict[str, list[int]] = {}
    for row in np.flatnonzero(keys["measure"] == "year_payments"):
        who, _, year = keys["group"][row].rpartition(" ")
        if payer in ("all", who):
            paid.setdefault(year, []).append(int(row))
    years = [values.of(policy)[rows] for rows in paid.values()]
    lived = [np.where(np.isnan(rows).all(axis=0), np.nan, np.nansum(rows, axis=0))
             for rows in years]  # fmt: skip
    found = np.concatenate(lived) if lived else np.zeros(0)
    return found[~np.isnan(found)]


def _quantile(years: Floats, part: float) -> float:
    """Return the first year by which so large a part of the runs has run dry, else infinite."""
    return float(np.sort(years)[max(0, int(np.ceil(part * len(years) - 1e-9)) - 1)])
