"""Budget impact year by year, as ISPOR's good practice asks (Sullivan et al. 2014).

Who could be treated, who is diagnosed, who is treated and what each costs, undiscounted, by who
pays, beside the baseline. Value in Health 17:5-14.
"""

from itertools import product

import numpy as np
import pandas as pd

from abm.measures.weights import Floats
from experiments.decision.evidence import ALL, Evidence, Result, evidence
from experiments.measures.budget import PAYERS, YEAR
from experiments.reporting.statistics import difference, interval

PATIENTS = {"eligible": "eligible_by_year", "diagnosed": "diagnosed_by_year",
            "treated": "treated_by_year"}  # fmt: skip
"""Columns of patient-years, and their measures."""
DRUGS = "budget_drugs"
"""The measure of what drugs cost."""


def budget_impact(result: Result | Evidence) -> pd.DataFrame:
    """Return what each payer pays in each year under each policy, and for how many patients.

    Args:
        result: A comparison, or its folder.

    Returns:
        A row per policy, year and payer, "all" among them and "programmes" beside those who pay
        bills: `paid` (yuan, undiscounted, at full scale) with its `low` and `high`, and less the
        baseline's in `difference`, `difference_low`, `difference_high`. In the rows of all also
        the patient-years `eligible` (ill with a drug on the market), `diagnosed` (of them) and
        `treated`, `uptake` (treated of the eligible), `drugs`, the part of what is paid that is for
        drugs, and `per_treated`, that for a year of treatment. What is paid besides is for the
        search, for older and supportive treatment of everyone ill, and for programmes.

    Raises:
        UserError: If the comparison was made by a version that does not keep the years.
    """
    found = evidence(result)
    columns = {**PATIENTS, "drugs": DRUGS}
    parts = {column: found.totals(name, YEAR) for column, name in columns.items()}
    years, paid = found.totals("budget", YEAR)
    tables = [_table(found, years, ALL, paid)]
    for payer in PAYERS:
        names, own = found.totals(f"budget_{payer}", YEAR)
        tables.append(_table(found, years, payer, own[:, [names.index(year) for year in years]]))
    table = pd.concat(tables, ignore_index=True)
    whole = table["payer"] == ALL
    for column, totals in parts.items():
        places = [totals.groups.index(year) for year in years]
        table.loc[whole, column] = totals.values[:, places].mean(axis=2).ravel()
    table["uptake"] = table["treated"] / table["eligible"].where(table["eligible"] > 0.0)
    table["per_treated"] = table["drugs"] / table["treated"].where(table["treated"] > 0.0)
    order = {policy: n for n, policy in enumerate(found.policies)}
    return table.sort_values(
        ["policy", "year"], key=lambda one: one.map(order) if one.name == "policy" else one,
        kind="stable", ignore_index=True,
    )  # fmt: skip


def _table(found: Evidence, years: list[str], payer: str, values: Floats) -> pd.DataFrame:
    """Return what one payer pays, by policy and year."""
    table = pd.DataFrame(product(found.policies, map(int, years)), columns=["policy", "year"])
    flat, base = (one.reshape(-1, values.shape[2]) for one in
                  (values, np.broadcast_to(values[:1], values.shape)))  # fmt: skip
    level, gap = interval(flat), difference(flat, base).interval
    table["payer"] = payer
    table["paid"], table["low"], table["high"] = level.mean, level.low, level.high
    first = (table["policy"] == found.policies[0]).to_numpy()
    for column, numbers in (("difference", gap.mean), ("difference_low", gap.low),
                            ("difference_high", gap.high)):  # fmt: skip
        table[column] = np.where(first, np.nan, numbers)
    return table
