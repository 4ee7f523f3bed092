"""The measures of many runs as one block of numbers."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from abm.measures.weights import Floats
from experiments.measures import Measure
from experiments.reporting.parameter_spread import Range, from_parameters, range_of_sets
from experiments.reporting.statistics import PairedDifference, difference

KEY = ["measure", "by", "group"]
NAMED = 5
"""Measures that are named at most where some runs lack them."""


class Values(NamedTuple):
    """The runs' measures as one block of numbers.

    Attributes:
        keys: One row per measured group: measure, by, group.
        policies: Names of the policies.
        seeds: Seeds.
        block: Values of shape (policies, keys, seeds), NaN where a run has none.
        persons: Simulated persons in a run that each rests on, the mean over the runs that have
            it, of shape (policies, keys); NaN where unknown.
    """

    keys: pd.DataFrame
    policies: list[str]
    seeds: list[int]
    block: Floats
    persons: Floats

    def of_measures(self, names: Sequence[str]) -> "Values":
        """Return the rows of some measures."""
        chosen = self.keys["measure"].isin(names).to_numpy()
        keys = self.keys[chosen].reset_index(drop=True)
        return self._replace(
            keys=keys, block=self.block[:, chosen], persons=self.persons[:, chosen]
        )

    def counting_none(self, names: Sequence[str]) -> "Values":
        """Return the same where a run that does not tell of a group has counted nobody in it.

        Args:
            names: The measures of which that is so.
        """
        lived = ~np.isnan(self.block).all(axis=1, keepdims=True)
        counted = self.keys["measure"].isin(names).to_numpy()[:, None]
        nobody = np.isnan(self.block) & lived & counted
        return self._replace(block=np.where(nobody, 0.0, self.block))

    def of(self, policy: str) -> Floats:
        """Return a policy's values, of shape (keys, seeds)."""
        return self.block[self.policies.index(policy)]

    def difference(self, policy: str, other: str) -> PairedDifference:
        """Return a policy's values less another's, paired by seed."""
        persons = np.fmin(*(self.persons[self.policies.index(name)] for name in (policy, other)))
        return difference(self.of(policy), self.of(other), persons=persons)


def from_sets(
    values: Values, repeated: Values | None, policy: str, other: str | None = None
) -> tuple[Floats, Range]:
    """Return which part of a policy's variance comes from parameters, and how far sets differ.

    Args:
        values: The runs' measures.
        repeated: The first runs' sets once more; without them nothing can be told: NaN.
        policy: Name of the policy.
        other: Of its difference from this policy; of its own values if None.

    Returns:
        Per row, 0-1, and between which values nine in ten sets lie, luck taken off.
    """
    if repeated is None:
        nothing = np.full(len(values.keys), np.nan)
        return nothing, Range(nothing, nothing)
    once, again = _of(values, policy, other), _of(repeated, policy, other)
    return from_parameters(once, again), range_of_sets(once, again)


def _of(values: Values, policy: str, other: str | None) -> Floats:
    """Return a policy's values, or their differences from another's; of shape (keys, seeds)."""
    if other is None:
        return values.of(policy)
    with np.errstate(invalid="ignore"):  # an infinite value less another
        return values.of(policy) - values.of(other)


def arranged(
    runs: pd.DataFrame, policies: Sequence[str], seeds: Sequence[int], measures: Sequence[Measure]
) -> Values:
    """Arrange the runs' measures as a block.

    Args:
        runs: Columns policy, seed, measure, by, group, value; persons if they are known. Those of
            other seeds only add their groups, so that blocks of the same runs have the same rows.
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
    row = {name: n for n, name in enumerate(policies)}
    place = {seed: n for n, seed in enumerate(seeds)}
    asked = runs["seed"].isin(place).to_numpy()
    runs, at = runs[asked], at[asked]
    cells = runs["policy"].map(row).to_numpy(), at, runs["seed"].map(place).to_numpy()
    block, persons = (np.full((len(policies), len(keys), len(seeds)), np.nan) for _ in range(2))
    block[cells] = runs["value"]
    persons[cells] = runs.get("persons", np.nan)
    return Values(keys, list(policies), list(seeds), block, _mean(persons))


def told_undefined(values: Values) -> str:
    """Return a line on measures of everyone that are undefined in some runs, if there are any.

    Runs that have failed, which have no values at all, are told elsewhere.
    """
    everyone = values.keys[["by", "group"]].eq("all").all(axis=1).to_numpy()
    missing = np.isnan(values.block)
    ended = np.asarray(~missing.all(axis=1))  # by policy and seed
    lost = (missing & ended[:, None, :]).sum(axis=(0, 2))
    total = int(ended.sum())
    some = np.flatnonzero(everyone & (lost > 0) & (lost < total))
    if not len(some):
        return ""
    names = [f"{values.keys['measure'][row]} (in {lost[row]:,} of {total:,})" for row in some]
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return (f"undefined in some runs, which count in none of their means: "
            f"{', '.join(names[:NAMED])}{more}")  # fmt: skip


def _mean(block: Floats) -> Floats:
    """Return the mean over the runs that have a value, NaN where none has."""
    there = ~np.isnan(block)
    with np.errstate(invalid="ignore"):
        return np.where(there, block, 0.0).sum(axis=-1) / there.sum(axis=-1)
