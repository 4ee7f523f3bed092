"""What basic data would be worth to whoever has to choose between a comparison's policies."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from abm.errors import UserError, unknown
from abm.measures.weights import Floats
from experiments.alike import alike, merged
from experiments.calibration.priors import CONVENTIONS
from experiments.decision.cost_effectiveness import costs_and_effects
from experiments.decision.evidence import (
    LIFE,
    PAYERS,
    Evidence,
    Result,
    check_threshold,
    evidence,
)
from experiments.decision.information import SHUFFLES, Worth, partial, perfect, perfect_worth
from experiments.decision.net_benefit import net_monetary

Groups = Mapping[str, Sequence[str]] | Sequence[str | Sequence[str]]
"""Parameters, single or in groups; groups may be given names."""

NO_SETS = (
    "all runs live with the same parameters, so they cannot say what better data would be worth; "
    "expected a comparison in a world with parameter sets (rarecare calibrate makes them, rarecare "
    "compare --parameters FILE reads them)"
)
NOT_TOLD_APART = "luck is not taken out: fewer than two parameter sets are lived twice"
FEWEST_RUNS = 16
"""Pairs of runs below which parameters are not told apart: with eight, not even one that makes most
of the difference is named, and intervals are too narrow (`tools/information_coverage.py`)."""
FALSE = 0.05
"""Chance that any parameter is named though none tells anything."""


def evpi(
    result: Result | Evidence,
    threshold: float | None = None,
    perspective: str = PAYERS,
    horizon: str = LIFE,
) -> pd.DataFrame:
    """Return what it would be worth to know all parameters before choosing a policy.

    Args:
        result: A comparison, or its folder.
        threshold: What a QALY is worth, yuan; the world's price by default.
        perspective: Whose costs count.
        horizon: "life" or "scenario".

    Returns:
        One row: `country`, yuan for all patients of the scenario, with `low` and `high`, and
        `per_patient`; `with_luck`, what knowing the luck of a run too would seem worth; `best`, the
        policy to choose as things are known; `patients`, `runs`, of which `distinct` live with sets
        that do not all but repeat another; `repeats`, `threshold`, and a
        `note` where luck could not be taken out.

    Raises:
        UserError: If all runs live with the same parameters, and for what the user can put right.
    """
    found = evidence(result)
    benefit, again, worth = _benefits(found, threshold, perspective, horizon)
    naive = float(perfect(benefit))
    told = Worth(naive, np.nan, np.nan)
    if len(again) >= 2:
        told = perfect_worth(benefit, again)
    patients = float(found.patients().values[0].mean())
    return pd.DataFrame([{
        "country": told.value, "low": told.low, "high": told.high,
        "per_patient": told.value / patients, "with_luck": naive,
        "best": found.policies[int(benefit.mean(axis=0).argmax())], "patients": patients,
        "runs": len(benefit), "distinct": int(alike(found.sets.to_numpy(float)).max()) + 1,
        "repeats": len(again), "threshold": worth,
        "note": "" if len(again) >= 2 else NOT_TOLD_APART,
    }])  # fmt: skip


def evppi(
    result: Result | Evidence,
    threshold: float | None = None,
    parameters: Groups | None = None,
    perspective: str = PAYERS,
    horizon: str = LIFE,
) -> pd.DataFrame:
    """Return what it would be worth to know each parameter, or group, before choosing a policy.

    Args:
        result: A comparison, or its folder.
        threshold: What a QALY is worth, yuan; the world's price by default.
        parameters: Names; several together, as a list of them or by a name of their own, are one
            group. By default each parameter that differs between the runs, by itself.
        perspective: Whose costs count.
        horizon: "life" or "scenario".

    Returns:
        A row per parameter or group, those that are told first, the most valuable of them before
        others: `parameters`, `country`, yuan for all patients of the scenario, with `low` and
        `high`, and `per_patient`; `bias` and `by_luck`, by how much the estimate is too high in the
        mean, and what parameters that tell nothing would seem worth; `foretold`, which part of the
        net benefit's spread they foretell of runs left out; `chance`, how often the best of such as
        tell nothing would foretell as much; `told`, whether that is at most 5 %; `convention`,
        whether it is chosen and not found out, as the discount rate is; `runs`, `threshold`.

    Raises:
        UserError: If all runs live with the same parameters, there are fewer than 16 or fewer sets
            that differ, or a parameter is unknown or the same in all runs.
    """
    found = evidence(result)
    benefit, _, worth = _benefits(found, threshold, perspective, horizon)
    groups = _groups(found, parameters)
    if len(benefit) < FEWEST_RUNS:
        raise UserError(f"{len(benefit)} paired runs, expected at least {FEWEST_RUNS} to tell "
                        "parameters apart; --runs makes more")  # fmt: skip
    labels = alike(found.sets.to_numpy(float))
    distinct = int(labels.max()) + 1
    if distinct < FEWEST_RUNS:
        raise UserError(f"{distinct} of {len(benefit)} parameter sets differ, the others all but "
                        f"repeat them; expected at least {FEWEST_RUNS} to tell parameters apart; "
                        "--runs makes more")  # fmt: skip
    values = [found.sets.loc[:, list(names)].to_numpy(float) for names in groups.values()]
    worths = tests = partial(benefit, values, shuffles=SHUFFLES if distinct == len(benefit) else 0)
    if distinct < len(benefit):
        tests = partial(merged(benefit, labels), [merged(one, labels) for one in values])
    patients = float(found.patients().values[0].mean())
    table = pd.DataFrame([
        {"parameters": name, "country": one.worth.value, "low": one.worth.low,
         "high": one.worth.high, "per_patient": one.worth.value / patients, "bias": one.bias,
         "by_luck": test.by_luck, "foretold": test.foretold, "chance": test.chance,
         "told": test.chance <= FALSE, "convention": CONVENTIONS.issuperset(groups[name])}
        for name, one, test in zip(groups, worths, tests, strict=True)
    ])  # fmt: skip
    table = table.assign(runs=len(benefit), threshold=worth)
    return table.sort_values(["told", "country"], ascending=False, kind="stable", ignore_index=True)


def _benefits(
    found: Evidence, threshold: float | None, perspective: str, horizon: str
) -> tuple[Floats, Floats, float]:
    """Return net benefit by run and policy, that of the repeats, and the threshold.

    Raises:
        UserError: If all runs live with the same parameters.
    """
    worth = check_threshold(threshold, found)
    once = net_monetary(*costs_and_effects(found, perspective, horizon), worth)
    if found.sets.columns.empty:
        raise UserError(NO_SETS)
    again = net_monetary(*costs_and_effects(found, perspective, horizon, again=True), worth)
    return once, again, worth


def _groups(found: Evidence, asked: Groups | None) -> dict[str, list[str]]:
    """Return the parameters of each group that is asked for, by its name.

    Raises:
        UserError: For a parameter that no run varies, or an empty list.
    """
    known = list(found.sets)
    if asked is None:
        return {name: [name] for name in known}
    if isinstance(asked, str):
        asked = [asked]
    if isinstance(asked, Mapping):
        groups = {name: _listed(names) for name, names in asked.items()}
    else:
        groups = {", ".join(_listed(one)): _listed(one) for one in asked}
    if not groups or not all(groups.values()):
        raise UserError("parameters: none given; expected names, or groups of names")
    for name in (name for names in groups.values() for name in names):
        if name not in known:
            raise unknown("parameter that differs between the runs", name, known)
    return groups


def _listed(names: str | Sequence[str]) -> list[str]:
    return [names] if isinstance(names, str) else list(names)
