"""Who wins and who loses: each group's health and money, from runs paired by seed."""

import numpy as np
import pandas as pd

from experiments.decision.evidence import (
    EFFECTS,
    HOUSEHOLDS,
    LIFE,
    Evidence,
    Result,
    cost_measure,
    evidence,
)
from experiments.measures import Better
from experiments.reporting.claims import FALSE, verdict
from experiments.reporting.statistics import adjusted, difference

VERDICTS = {"better": "gains", "worse": "loses"}
"""Words for what is claimed of a group; others are kept as `reporting.claims.verdict` has them."""


def winners(result: Result | Evidence, horizon: str = LIFE) -> pd.DataFrame:
    """Return what each group gains and loses beside the baseline.

    The same people live the same luck under every policy of a pair of runs, so that differences are
    the policies' alone. Whatever groups the runs tell of are in it.

    Args:
        result: A comparison, or its folder.
        horizon: "life" or "scenario".

    Returns:
        A row per policy, measure ("health", QALYs; "households", yuan that their households bear),
        kind of group and group: the `difference` per patient with `low` and `high`, `gaining`, the
        share of the pairs in which the group is better off, and `verdict`: gains, loses, not clear
        or too few. What is claimed is adjusted by Holm for the rows of the table.
    """
    found = evidence(result)
    parts = []
    for policy in range(1, len(found.policies)):
        for name, measure, sign in (
            ("health", EFFECTS[horizon], 1.0), ("households", cost_measure(HOUSEHOLDS, horizon),
                                                -1.0),
        ):  # fmt: skip
            for by in found.kinds(measure):
                parts.append(_of(found, policy, name, measure, by, sign))
    table = pd.concat(parts, ignore_index=True)
    p_values = adjusted(table.pop("p_value").to_numpy(float))
    better: dict[str, Better] = {"health": "higher", "households": "lower"}
    told = [
        verdict(better[row.measure], row.difference, bool(p <= FALSE), row.too_few)
        for row, p in zip(table.itertuples(index=False), p_values, strict=True)
    ]
    table["verdict"] = [VERDICTS.get(one, one) for one in told]
    return table.drop(columns="too_few")


def _of(
    found: Evidence, policy: int, name: str, measure: str, by: str, sign: float
) -> pd.DataFrame:
    """Return the differences of one policy by one kind of group."""
    groups, values = found.totals(measure, by)
    counted, patients = found.patients(by)
    sizes = patients[:, [counted.index(group) for group in groups]]
    with np.errstate(divide="ignore", invalid="ignore"):
        each = values / sizes
    own, base = each[policy], each[0]
    there = np.isfinite(own - base)
    own, base = (np.where(there, one, np.nan) for one in (own, base))
    gap = difference(own, base, persons=found.scale * sizes[0].mean(axis=1)).interval
    with np.errstate(invalid="ignore"):
        gaining = ((own - base) * sign > 0.0).sum(axis=1) / np.maximum(there.sum(axis=1), 1)
    return pd.DataFrame({
        "policy": found.policies[policy], "measure": name, "by": by, "group": groups,
        "patients": sizes[0].mean(axis=1), "difference": gap.mean, "low": gap.low,
        "high": gap.high, "gaining": gaining, "p_value": gap.p_value, "too_few": gap.too_few,
    })  # fmt: skip
