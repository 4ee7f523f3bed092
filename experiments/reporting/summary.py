"""From the measures of many runs to one table of means, intervals and paired differences."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from experiments.measures import Measure
from experiments.reporting import scope
from experiments.reporting.claims import Pair, paired, verdicts
from experiments.reporting.statistics import interval, notes
from experiments.reporting.texts import Words
from experiments.reporting.values import Values, from_sets

COLUMNS = (
    "measure", "label", "unit", "better", "by", "group", "policy", "baseline", "too_few", "claim",
    "mean", "low", "high", "difference", "difference_low", "difference_high", "probability_better",
    "p_value", "p_adjusted", "correlation", "from_parameters", "sets_low", "sets_high", "runs",
    "pairs", "n", "note", "people", "zone", "set",
)  # fmt: skip
NUMBERS = COLUMNS[COLUMNS.index("mean") : COLUMNS.index("note")]
"""Those that hold numbers."""


def summarise(
    values: Values,
    baseline: str,
    measures: Sequence[Measure],
    about: Mapping[str, Any] | None = None,
    repeated: Values | None = None,
) -> pd.DataFrame:
    """Return one row per measure, kind of group, group and policy: columns `COLUMNS`.

    Args:
        values: The runs' measures.
        baseline: Name of the policy that the others are compared with; its own differences are
            NaN.
        measures: The measures.
        about: Whose people, which zones and what was set: `Design.scope`, if it is to be said.
        repeated: The first runs' parameter sets once more, if runs live with several.
    """
    facts = pd.DataFrame(
        [(one.name, one.label.en, one.unit.name, one.better) for one in measures],
        columns=["measure", "label", "unit", "better"],
    )
    keys = values.keys.merge(facts, on="measure", how="left", sort=False)
    pairs = paired(values)
    parts = [
        _of_policy(values, repeated, keys, policy, baseline, pairs.get((policy, baseline)))
        for policy in values.policies
    ]
    table = pd.concat(parts, keys=range(len(parts)), names=["nth", "row"])
    table = table.sort_index(level=["row", "nth"], kind="stable").reset_index(drop=True)
    told = _told(about)
    table["people"], table["set"] = told["people"], told["set"]
    table["zone"] = np.where(table["by"] == "zone", told["zone"], "")
    return table[list(COLUMNS)]


def _told(about: Mapping[str, Any] | None) -> dict[str, str]:
    """Return in words, for every row, what a table has to say that leaves its folder."""
    if about is None:
        return dict.fromkeys(("people", "zone", "set"), "")
    words = Words()
    return {
        "people": scope.people(about, words, str),
        "zone": "; ".join(scope.zones(about, words, str)),
        "set": scope.settings(about, words),
    }


def _of_policy(
    values: Values,
    repeated: Values | None,
    keys: pd.DataFrame,
    policy: str,
    baseline: str,
    pair: Pair | None,
) -> pd.DataFrame:
    other = baseline if pair is not None else None
    part, sets = from_sets(values, repeated, policy, other)
    own = interval(values.of(policy))
    frame = keys.assign(
        policy=policy, baseline=baseline, too_few="", claim="", mean=own.mean, low=own.low,
        high=own.high, difference=np.nan, difference_low=np.nan, difference_high=np.nan,
        probability_better=np.nan, p_value=np.nan, p_adjusted=np.nan, correlation=np.nan,
        from_parameters=part, sets_low=sets.low, sets_high=sets.high,
        runs=own.runs, pairs=np.nan, n=values.persons[values.policies.index(policy)],
        note=notes(own),
    )  # fmt: skip
    if pair is not None:
        gap, better = pair.difference.interval, frame["better"].to_numpy()
        likely = np.where(better == "higher", gap.positive, 1.0 - gap.positive)
        frame["difference"], frame["difference_low"] = gap.mean, gap.low
        frame["difference_high"] = gap.high
        frame["probability_better"] = np.where(better == "neither", np.nan, likely)
        frame["p_value"], frame["p_adjusted"] = gap.p_value, pair.p_adjusted
        frame["correlation"], frame["pairs"] = pair.difference.correlation, gap.runs
        frame["too_few"], frame["note"] = gap.too_few, notes(gap)
        frame["claim"] = verdicts(pair, better)
    frame.loc[frame["note"] != "", ["sets_low", "sets_high"]] = np.nan
    return frame
