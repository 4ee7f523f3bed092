"""From the measures of many runs to one table of means, intervals and paired differences."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from experiments.measures import Measure
from experiments.reporting.statistics import PairedDifference, difference, interval

KEY = ["measure", "by", "group"]
COLUMNS = (
    "measure", "label", "unit", "better", "by", "group", "policy", "mean", "low", "high",
    "baseline", "difference", "difference_low", "difference_high", "probability_better",
    "correlation", "runs",
)  # fmt: skip


class Values(NamedTuple):
    """The runs' measures as one block of numbers.

    Attributes:
        keys: One row per measured group: measure, by, group.
        policies: Names of the policies.
        seeds: Seeds.
        block: Values of shape (policies, keys, seeds), NaN where a run has none.
    """

    keys: pd.DataFrame
    policies: list[str]
    seeds: list[int]
    block: np.ndarray

    def of(self, policy: str) -> np.ndarray:
        """Return a policy's values, of shape (keys, seeds)."""
        return self.block[self.policies.index(policy)]

    def difference(self, policy: str, other: str) -> PairedDifference:
        """Return a policy's values less another's, paired by seed."""
        return difference(self.of(policy), self.of(other))


def arranged(
    runs: pd.DataFrame, policies: Sequence[str], seeds: Sequence[int], measures: Sequence[Measure]
) -> Values:
    """Arrange the runs' measures as a block.

    Args:
        runs: Columns policy, seed, measure, by, group, value.
        policies: Names of the policies, in the order wanted.
        seeds: Seeds, in the order wanted.
        measures: The measures, in the order wanted.
    """
    keys = runs[KEY].drop_duplicates()
    rank = {one.name: n for n, one in enumerate(measures)}
    bys = {one.name: one.by for one in measures}
    order = pd.DataFrame({
        "measure": [rank[name] for name in keys["measure"]],
        "by": [bys[m].index(by) for m, by in zip(keys["measure"], keys["by"], strict=True)],
        "seen": np.arange(len(keys)),
    })  # fmt: skip
    keys = keys.iloc[order.sort_values(["measure", "by", "seen"]).index].reset_index(drop=True)
    at = pd.MultiIndex.from_frame(keys).get_indexer(pd.MultiIndex.from_frame(runs[KEY]))
    block = np.full((len(policies), len(keys), len(seeds)), np.nan)
    row = {name: n for n, name in enumerate(policies)}
    place = {seed: n for n, seed in enumerate(seeds)}
    block[runs["policy"].map(row).to_numpy(), at, runs["seed"].map(place).to_numpy()] = runs[
        "value"
    ]
    return Values(keys, list(policies), list(seeds), block)


def summarise(values: Values, baseline: str, measures: Sequence[Measure]) -> pd.DataFrame:
    """Return one row per measure, kind of group, group and policy: columns `COLUMNS`.

    Args:
        values: The runs' measures.
        baseline: Name of the policy that the others are compared with; its own differences are
            NaN.
        measures: The measures.
    """
    facts = pd.DataFrame(
        [(one.name, one.label.en, one.unit.name, one.better) for one in measures],
        columns=["measure", "label", "unit", "better"],
    )
    keys = values.keys.merge(facts, on="measure", how="left", sort=False)
    parts = [_of_policy(values, keys, policy, baseline) for policy in values.policies]
    table = pd.concat(parts, keys=range(len(parts)), names=["nth", "row"])
    table = table.sort_index(level=["row", "nth"], kind="stable").reset_index(drop=True)
    return table[list(COLUMNS)]


def _of_policy(values: Values, keys: pd.DataFrame, policy: str, baseline: str) -> pd.DataFrame:
    own = interval(values.of(policy))
    frame = keys.assign(
        policy=policy, mean=own.mean, low=own.low, high=own.high, baseline=baseline,
        difference=np.nan, difference_low=np.nan, difference_high=np.nan,
        probability_better=np.nan, correlation=np.nan, runs=own.runs,
    )  # fmt: skip
    if policy != baseline:
        gap = values.difference(policy, baseline)
        better = frame["better"].to_numpy()
        likely = np.where(better == "higher", gap.positive, 1.0 - gap.positive)
        frame["difference"], frame["difference_low"] = gap.interval.mean, gap.interval.low
        frame["difference_high"] = gap.interval.high
        frame["probability_better"] = np.where(better == "neither", np.nan, likely)
        frame["correlation"] = gap.correlation
    return frame
