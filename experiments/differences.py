"""Two saved comparisons beside each other: what other policies, or another version, have changed.

Runs of the same seed in the same world are the same people with the same random numbers, so their
differences are paired, in one folder or in two. Under other rules, or with other tables of the
world, they may be other people: the pairs then hang together less, and `correlation` says how much.
"""

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from abm.errors import UserError, unknown
from abm.text_files import path_of
from experiments.compare import Comparison
from experiments.load import runs_of
from experiments.measures import measures
from experiments.reporting.statistics import interval
from experiments.reporting.values import Values, arranged
from experiments.running.manifest import COMPARISON, manifest, read_manifest

FEWEST = 2
"""Pairs of which there is a difference with an interval."""
SAME = {"years": "years", "scale": "scale", "pooled": "undetailed diseases", "ranked_by": "ranking"}
"""Parameters of a comparison that must be the same, with their names."""


class Saved(NamedTuple):
    """A comparison as its manifest tells of it.

    Attributes:
        name: What it is called in a refusal.
        told: The manifest.
        runs: Every run's measures.
    """

    name: str
    told: Mapping[str, Any]
    runs: pd.DataFrame

    @property
    def policies(self) -> list[str]:
        """Names of its policies, the baseline first."""
        return [one["name"] for one in self.told["policies"]]

    @property
    def sets(self) -> dict[int, Any]:
        """The parameter set that each seed lives with: of which sets, and its number."""
        about = self.told["parameters"]
        sets, which = about["parameter_sets"], about["parameter_sets_are"]
        alone = about["parameter_set"]
        return {seed: (which, sets.get(str(seed), alone)) for seed in self.told["seeds"]}


def differences(
    first: str | Path | Comparison,
    second: str | Path | Comparison,
    pairs: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Return the values of a second comparison less those of a first, paired by seed.

    They may have other policies, or be made by another version of the program or in another world:
    what both versions measure is compared. Intervals are of 95 %, each by itself.

    Args:
        first: A comparison, or the folder of one.
        second: Another.
        pairs: Which policy of the second is compared with which of the first, by name. By default
            those of the same name; if there is none, all with the baseline of the first.

    Returns:
        One row per measure, kind of group, group and pair of policies: measure, label, unit,
        better, by, group, policy, than (the policy of the first), mean, mean_than, difference,
        low, high, p_value, correlation, pairs, too_few.

    Raises:
        UserError: If they have other horizons, scales or people, or fewer than two seeds with the
            same parameters in common.
    """
    one, other = _saved(first), _saved(second)
    seeds = _common_seeds(one, other)
    asked = _pairs(one, other, pairs)
    known = _measures(one, other)
    if one.told["parameters"]["zone"] != other.told["parameters"]["zone"]:
        warnings.warn(f"{one.name} and {other.name} have other zones: values inside and outside "
                      "one are left out", stacklevel=2)  # fmt: skip
        one, other = (each._replace(runs=each.runs[each.runs["by"] != "zone"])
                      for each in (one, other))  # fmt: skip
    parts = []
    for policy, than in asked.items():
        runs = [_of(other, policy, "second", known), _of(one, than, "first", known)]
        listed = [m for m in measures() if m.name in known]
        parts.append(_table(arranged(pd.concat(runs), ["second", "first"], seeds, listed), policy,
                            than))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _saved(found: str | Path | Comparison) -> Saved:
    """Return a comparison with what its manifest tells."""
    if isinstance(found, Comparison):
        told = manifest(found.design, command=None, again="", runs={}, seconds=found.seconds)
        return Saved("the comparison", told, found.runs)
    where = path_of(found)
    told = read_manifest(where, COMPARISON)
    return Saved(str(found), told, runs_of(where, told))


def _common_seeds(one: Saved, other: Saved) -> list[int]:
    """Return the seeds that both have lived with the same parameters.

    Raises:
        UserError: If the runs of a seed are not the same people.
    """
    for name, words in SAME.items():
        values = [each.told["parameters"][name] for each in (one, other)]
        if values[0] != values[1]:
            raise UserError(f"{one.name} and {other.name}: {words} {values[0]} and {values[1]}, "
                            "expected the same")  # fmt: skip
    names = [each.told["world"]["name"] for each in (one, other)]
    if names[0] != names[1]:
        raise UserError(f"{one.name} and {other.name}: worlds {names[0]} and {names[1]}, expected "
                        "the same")  # fmt: skip
    people = [each.told["world"]["provinces"] for each in (one, other)]
    if sorted(people[0]) != sorted(people[1]):
        raise UserError(f"{one.name} and {other.name}: the people of other provinces; expected the "
                        "same")  # fmt: skip
    lived = other.sets
    seeds = [seed for seed, number in one.sets.items() if lived.get(seed) == number]
    if len(seeds) < FEWEST:
        both = len(set(one.sets) & set(lived))
        raise UserError(
            f"{one.name} and {other.name}: {both} seeds in common, {len(seeds)} of them with the "
            f"same parameter set; expected at least {FEWEST}"
        )
    return seeds


def _pairs(one: Saved, other: Saved, asked: Mapping[str, str] | None) -> dict[str, str]:
    """Return which policy of the second is compared with which of the first."""
    if asked is None:
        same = {name: name for name in other.policies if name in one.policies}
        return same or dict.fromkeys(other.policies, one.policies[0])
    for policy, than in asked.items():
        for name, saved in ((policy, other), (than, one)):
            if name not in saved.policies:
                raise UserError(f"{saved.name}: {unknown('policy', name, saved.policies)}")
    return dict(asked)


def _measures(one: Saved, other: Saved) -> set[str]:
    """Return the measures that both have, and that this version knows."""
    known = {each.name for each in measures() if not each.table} & set(one.runs["measure"])
    known &= set(other.runs["measure"])
    if not known:
        raise UserError(f"{one.name} and {other.name}: no measure in common that is known here")
    return known


def _of(saved: Saved, policy: str, name: str, known: set[str]) -> pd.DataFrame:
    """Return a policy's runs under another name: its measures that are known, and groups too."""
    bys = {one.name: one.by for one in measures()}
    rows = saved.runs[(saved.runs["policy"] == policy) & saved.runs["measure"].isin(known)]
    there = [by in bys[measure] for measure, by in zip(rows["measure"], rows["by"], strict=True)]
    return rows[there].assign(policy=name)


def _table(values: Values, policy: str, than: str) -> pd.DataFrame:
    """Return the differences between two policies, one row per measured group."""
    found = values.difference("second", "first")
    gap = found.interval
    means = [interval(values.of(name)).mean for name in ("second", "first")]
    facts = {one.name: (one.label.en, one.unit.name, one.better) for one in measures()}
    frame = values.keys.copy()
    told = [facts[name] for name in frame["measure"]]
    for number, name in enumerate(("label", "unit", "better"), start=1):
        frame.insert(number, name, [one[number - 1] for one in told])
    frame = frame.assign(
        policy=policy, than=than, mean=means[0], mean_than=means[1], difference=gap.mean,
        low=gap.low, high=gap.high, p_value=gap.p_value, correlation=found.correlation,
        pairs=gap.runs, too_few=gap.too_few,
    )  # fmt: skip
    return frame[np.isfinite(frame["mean"]) | np.isfinite(frame["mean_than"])].reset_index(
        drop=True
    )
