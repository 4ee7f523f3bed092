"""The budget in scenarios: who is eligible, diagnosed and treated, and at what cost.

Good practice asks for plausible scenarios beside the expected budget (Sullivan et al. 2014, Value
in Health 17:5-14, section on uncertainty). Here what drugs cost is its four factors multiplied,

    paid = besides + eligible x diagnosed of the eligible x treated per diagnosed x drugs per
    treated year,

each summed over the scenario's years. What is paid besides (the search, older and supportive
treatment of everyone ill, programmes) does not hang on who is treated with a drug and stays as it
was simulated, whatever is moved. One factor at a time is moved, by the same part under every
policy: to its low and to its high end between the baseline's runs (parameter sets and luck), or as
the user says. The others stay, which is an assumption. All amounts are undiscounted.
"""

from collections.abc import Mapping
from math import isfinite

import numpy as np
import pandas as pd

from abm.errors import UserError, unknown
from abm.measures.weights import Floats
from experiments.decision.budget_impact import DRUGS, PATIENTS
from experiments.decision.evidence import Evidence, Result, evidence
from experiments.measures.budget import YEAR

ELIGIBLE, DIAGNOSED, UPTAKE, UNIT_COST = FACTORS = (
    "eligible", "diagnosed", "uptake", "unit_cost",
)  # fmt: skip
ENDS = {"low": 0.05, "high": 0.95}
"""Between which parts of the runs a factor is taken: nine in ten lie between them."""
SIMULATED = "simulated"
"""The scenario in which nothing is moved."""

Scenarios = Mapping[str, Mapping[str, float]]
"""Scenarios of the user: by name, what factors are multiplied by."""


def budget_scenarios(result: Result | Evidence, scenarios: Scenarios | None = None) -> pd.DataFrame:
    """Return what each policy's budget would be if one of its factors were lower or higher.

    Args:
        result: A comparison, or its folder.
        scenarios: More scenarios: by name, the numbers by which `eligible`, `diagnosed`, `uptake`
            or `unit_cost` are multiplied under every policy.

    Returns:
        A row per scenario and policy: `scenario` (simulated; a factor and low or high; or the
        user's name), `factor` and `end` where it moves one; `eligible`, `diagnosed`, `uptake`,
        `unit_cost`, what they come to (patient-years, per eligible, per diagnosed, drugs' money a
        treated year); what is paid `besides`; `paid`, the factors' product and that, all years
        together, and its `difference` from the baseline's in the same scenario.

    Raises:
        UserError: For an unknown factor, or one that is no number above 0.
    """
    found = evidence(result)
    own = checked(scenarios or {})
    totals = _totals(found)
    each = {name: values.mean(axis=1) for name, values in totals.items()}
    means, besides = _factors(each), each["paid"] - each[DRUGS]
    moved: list[tuple[str, str, str, dict[str, Floats]]] = [(SIMULATED, "", "", {})]
    for name, values in _factors(totals).items():
        for end, part in ENDS.items():
            times = np.quantile(values[0], part) / values[0].mean()
            moved.append((f"{name}_{end}", name, end, {name: means[name] * times}))
    for name, by in own.items():
        moved.append((name, "", "", {key: means[key] * number for key, number in by.items()}))
    tables = [_table(found, name, factor, end, {**means, **others}, besides)
              for name, factor, end, others in moved]  # fmt: skip
    return pd.concat(tables, ignore_index=True)


def checked(scenarios: Scenarios) -> dict[str, dict[str, float]]:
    """Return scenarios whose factors are known and above 0.

    Raises:
        UserError: If one is not, or a scenario goes by the name of a shipped one.
    """
    shipped = {SIMULATED, *(f"{name}_{end}" for name in FACTORS for end in ENDS)}
    found: dict[str, dict[str, float]] = {}
    for name, times in scenarios.items():
        if name in shipped:
            raise UserError(f"scenario {name}: is there already; choose another name")
        if not times:
            raise UserError(f"scenario {name}: moves nothing, expected one of {', '.join(FACTORS)}")
        found[name] = {}
        for factor, by in times.items():
            if factor not in FACTORS:
                raise unknown(f"factor of scenario {name}", factor, FACTORS)
            if not (isfinite(by) and by > 0.0):
                raise UserError(f"scenario {name}: {factor}: {by}, expected a number above 0")
            found[name][factor] = float(by)
    return found


def _totals(found: Evidence) -> dict[str, Floats]:
    """Return patient-years and money of all years together, each of shape (policies, runs).

    Raises:
        UserError: If in some run nobody is eligible, diagnosed or treated.
    """
    years, paid = found.totals("budget", YEAR)
    totals = {key: _all_years(found, name, years) for key, name in PATIENTS.items()}
    if not all((values > 0.0).all() for values in totals.values()):
        raise UserError("budget: in some run nobody is eligible, diagnosed or treated, expected "
                        "patients in each; a larger --scale has more")  # fmt: skip
    return {**totals, DRUGS: _all_years(found, DRUGS, years), "paid": paid.sum(axis=1)}


def _factors(totals: Mapping[str, Floats]) -> dict[str, Floats]:
    """Return the four factors whose product is what drugs cost."""
    eligible, diagnosed, treated = (totals[name] for name in PATIENTS)
    return {
        ELIGIBLE: eligible, DIAGNOSED: diagnosed / eligible, UPTAKE: treated / diagnosed,
        UNIT_COST: totals[DRUGS] / treated,
    }  # fmt: skip


def _all_years(found: Evidence, measure: str, years: list[str]) -> Floats:
    """Return a measure of all years together, of shape (policies, runs)."""
    groups, values = found.totals(measure, YEAR)
    return values[:, [groups.index(year) for year in years]].sum(axis=1)


def _table(
    found: Evidence, name: str, factor: str, end: str, factors: Mapping[str, Floats],
    besides: Floats,
) -> pd.DataFrame:  # fmt: skip
    """Return a scenario's rows; `besides` is what is paid apart from drugs, by policy."""
    paid = besides + np.prod([factors[one] for one in FACTORS], axis=0)
    table = pd.DataFrame({"scenario": name, "factor": factor, "end": end,
                          "policy": found.policies})  # fmt: skip
    for one in FACTORS:
        table[one] = factors[one]
    gap = paid - paid[0]
    gap[0] = np.nan
    return table.assign(besides=besides, paid=paid, difference=gap)
