"""Incremental cost-effectiveness of a comparison's policies, by perspective."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from abm.errors import UserError
from abm.measures.weights import Floats
from experiments.decision import net_benefit
from experiments.decision.evidence import (
    EFFECTS,
    LIFE,
    PAYERS,
    Evidence,
    Result,
    check_threshold,
    cost_measure,
    evidence,
)
from experiments.decision.information import without_luck
from experiments.reporting.statistics import Interval, difference, interval

UP_TO, STEPS = 4.0, 40
"""How many times the threshold the curve goes to by default, and in how many steps."""


def cost_effectiveness(
    result: Result | Evidence,
    perspective: str = PAYERS,
    threshold: float | None = None,
    horizon: str = LIFE,
) -> pd.DataFrame:
    """Return costs, effects and net benefit of each policy, in all and beside the baseline.

    Args:
        result: A comparison, or its folder.
        perspective: Whose costs count: "payers", "households" or "society".
        threshold: What a QALY is worth, yuan; the world's cost per QALY displaced by default.
        horizon: "life": patients' whole lives; "scenario": the scenario alone.

    Returns:
        A row per policy, the baseline first: `cost` (yuan), `effect` (QALYs), `nmb` and `nhb` (net
        benefit in yuan and QALYs), each a mean over runs at full scale with `_low` and `_high`
        (95 %), and less the baseline's, paired, in `_difference`, `_difference_low`,
        `_difference_high`; `icer`, yuan per QALY beside the baseline, with its ends by Fieller;
        `position` in the plane; `status` among all policies and `icer_frontier` beside the next
        cheaper one on the frontier; `probability` that it has the largest net benefit; `too_few`,
        why `nmb_difference` has no interval; `patients`, `pairs`, `threshold`, `perspective`.

    Raises:
        UserError: For anything the user can put right.
    """
    found = evidence(result)
    worth = check_threshold(threshold, found)
    cost, effect = costs_and_effects(found, perspective, horizon)
    table = pd.DataFrame({"policy": found.policies, "baseline": found.policies[0]})
    amounts = {
        "cost": cost, "effect": effect,
        "nmb": net_benefit.net_monetary(cost, effect, worth),
        "nhb": net_benefit.net_health(cost, effect, worth),
    }  # fmt: skip
    for name, values in amounts.items():
        level, gap = interval(values.T), _beside_first(values)
        table[name], table[f"{name}_low"], table[f"{name}_high"] = level.mean, level.low, level.high
        for column, numbers in zip(("", "_low", "_high"), (gap.mean, gap.low, gap.high),
                                   strict=True):  # fmt: skip
            table[f"{name}_difference{column}"] = numbers
        table["too_few"] = gap.too_few
    table[["icer", "icer_low", "icer_high"]] = _ratios(cost, effect)
    gaps = zip(table["cost_difference"], table["effect_difference"], strict=True)
    table["position"] = [_position(*gap) for gap in gaps]
    among = net_benefit.frontier(cost.mean(axis=0), effect.mean(axis=0))
    table["status"], table["icer_frontier"] = among.status, among.ratio
    best = net_benefit.acceptability(cost, effect, np.array([worth]))
    table["probability"] = best.probability[0]
    table.loc[0, [name for name in table if "difference" in name]] = np.nan
    table.loc[0, ["too_few", "position"]] = ""
    table["patients"] = found.patients().values[0].mean()
    return table.assign(pairs=len(found.seeds), threshold=worth, perspective=perspective,
                        horizon=horizon)  # fmt: skip


def plane(
    result: Result | Evidence, perspective: str = PAYERS, horizon: str = LIFE
) -> pd.DataFrame:
    """Return the points of the cost-effectiveness plane: differences from the baseline by run.

    Returns:
        Columns policy, seed, effect (QALYs) and cost (yuan), at full scale.
    """
    found = evidence(result)
    cost, effect = (values - values[:, :1] for values in
                    costs_and_effects(found, perspective, horizon))  # fmt: skip
    others = found.policies[1:]
    return pd.DataFrame({
        "policy": np.repeat(others, len(found.seeds)),
        "seed": np.tile(found.seeds, len(others)),
        "effect": effect[:, 1:].T.ravel(), "cost": cost[:, 1:].T.ravel(),
    })  # fmt: skip


def acceptability(
    result: Result | Evidence,
    thresholds: Sequence[float] | None = None,
    perspective: str = PAYERS,
    horizon: str = LIFE,
) -> pd.DataFrame:
    """Return how often each policy is best, by what a QALY is worth.

    Runs differ by luck as well as by parameters: a small scale makes a choice look less certain
    than what is not known of the world makes it.

    Args:
        result: A comparison, or its folder.
        thresholds: What a QALY is worth, yuan; from 0 to four times the world's price by default.
        perspective: Whose costs count.
        horizon: "life" or "scenario".

    Returns:
        A row per threshold and policy: threshold, policy, `probability`, the share of the runs;
        `without_luck`, the same with luck taken out, as far as parameter sets are lived twice; and
        `frontier`, whether its mean net benefit is the largest there.

    Raises:
        UserError: For no threshold, or one below 0.
    """
    found = evidence(result)
    asked = thresholds
    if asked is None:
        asked = list(np.linspace(0.0, UP_TO * found.threshold, STEPS + 1))
    points = np.asarray(list(asked), float)
    if not len(points) or not (np.isfinite(points) & (points >= 0.0)).all():
        raise UserError("thresholds: expected numbers of at least 0, one or more")
    cost, effect = costs_and_effects(found, perspective, horizon)
    curve = net_benefit.acceptability(cost, effect, points)
    count = len(found.policies)
    known = np.full(curve.probability.shape, np.nan)
    if not found.sets.columns.empty and len(found.repeats) >= 2:
        again = costs_and_effects(found, perspective, horizon, again=True)
        known = np.array([_best(without_luck(*(net_benefit.net_monetary(*one, worth)
                                               for one in ((cost, effect), again))))
                          for worth in points])  # fmt: skip
    return pd.DataFrame({
        "threshold": np.repeat(points, count),
        "policy": np.tile(found.policies, len(points)),
        "probability": curve.probability.ravel(), "without_luck": known.ravel(),
        "frontier": (np.arange(count) == curve.frontier[:, None]).ravel(),
    })  # fmt: skip


def costs_and_effects(
    found: Evidence, perspective: str, horizon: str, *, again: bool = False
) -> tuple[Floats, Floats]:
    """Return costs (yuan) and effects (QALYs) at full scale, of shape (runs, policies) each."""
    cost = found.totals(cost_measure(perspective, horizon), again=again)
    effect = found.totals(EFFECTS[horizon], again=again)
    return cost.values[:, 0].T, effect.values[:, 0].T


def _best(benefit: Floats) -> Floats:
    """Return the share of the runs in which each policy has the largest net benefit."""
    return np.asarray((benefit == benefit.max(axis=1, keepdims=True)).mean(axis=0))


def _beside_first(values: Floats) -> Interval:
    """Return the differences of each column from the first, with intervals."""
    first = np.broadcast_to(values[:, :1], values.shape)
    return difference(values.T, first.T).interval


def _ratios(cost: Floats, effect: Floats) -> list[tuple[float, float, float]]:
    """Return each policy's ratio of differences from the first, with its interval."""
    found = [(np.nan, np.nan, np.nan)]
    for n in range(1, cost.shape[1]):
        above, below = cost[:, n] - cost[:, 0], effect[:, n] - effect[:, 0]
        ratio = above.mean() / below.mean() if below.mean() else np.nan
        found.append((float(ratio), *net_benefit.ratio_interval(above, below)))
    return found


def _position(cost: float, effect: float) -> str:
    """Return the quadrant of the plane in words; a ratio means little in two of them."""
    more, dearer = effect > 0.0, cost > 0.0
    if more and not dearer:
        return "more health for less money: dominates the baseline"
    if not more and dearer:
        return "less health for more money: dominated by the baseline"
    return "more health for more money" if more else "less health for less money"
