"""Distributional cost-effectiveness: who gains health, who bears what it costs, what equity adds.

After Cookson, Griffin, Norheim and Culyer (eds) 2020, "Distributional Cost-Effectiveness Analysis",
Oxford University Press. The health that the money would have brought others is lost somewhere;
where, is an assumption (`bears`) that can be switched.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd

from abm.errors import UserError, unknown
from abm.measures.weights import Floats
from experiments.decision.evidence import (
    DISPLACED,
    EFFECTS,
    LIFE,
    Evidence,
    Result,
    check_horizon,
    check_threshold,
    evidence,
)
from experiments.decision.welfare import ATKINSON, INDICES, KOLM, change, equivalent, shares
from experiments.decision.welfare import turning_points as points_of
from experiments.reporting.formatting import ENGLISH
from experiments.reporting.statistics import interval
from experiments.reporting.texts import Words

ACCOUNTS, EQUAL = "accounts", "equal"
"""Others' health is lost where the model's accounts say the money comes from; or to everyone alike.
"""
HEADS, PATIENTS, GIVEN = "heads", "patients", "given"
BORNE_BY = (ACCOUNTS, HEADS, PATIENTS, GIVEN)
"""Whose loss is told: by the accounts; alike, by inhabitants or by patients; or as is given."""
AVERSION = {ATKINSON: (0.0, 0.5, 1.0, 2.0, 5.0, 10.95, 15.0, 20.0),
            KOLM: (0.0, 0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5)}  # fmt: skip
"""Aversion to inequality that is looked at by default, from none to about twice or more the medians
of 244 people in England, 10.95 and 0.15 (Robson et al. 2017, Health Economics 26:1328-1334)."""

Bears = str | Mapping[str, float]


@dataclass(frozen=True)
class Distribution:
    """Who gains and who bears, and what a society that minds inequality makes of it.

    Attributes:
        groups: A row per policy and group: health `gained`, `borne` (the opportunity cost) and
            `net`, QALYs at full scale less the baseline's, each with `_low` and `_high`; `net` per
            thousand of the group's `patients` in `net_per_1000`; its `share_borne`.
        welfare: A row per policy, index and aversion: `ede`, the equally distributed equivalent of
            health per head, QALYs; its `difference` from the baseline's; of that `mean`, what
            efficiency gives, and `equity`, the net equity benefit; each with its interval.
        plane: A row per policy, index and aversion: `net_health` and `equity_impact`, QALYs at full
            scale, with intervals: the two axes of the equity-impact plane.
        turning: A row per pair of policies and index: the `aversions` between which the ranking
            turns round, `better_below` the first of them and at all, `most` that was looked at.
        by: The kind of group.
        borne_by: Who bears the opportunity cost: `BORNE_BY`.
        health_of: Whose health is distributed: "own" for the patients', or "given".
    """

    groups: pd.DataFrame
    welfare: pd.DataFrame
    plane: pd.DataFrame
    turning: pd.DataFrame
    by: str
    borne_by: str
    health_of: str

    @property
    def bears(self) -> str:
        """Who bears the opportunity cost, in words."""
        return self.bears_in(ENGLISH)

    @property
    def health(self) -> str:
        """Whose health is distributed, in words."""
        return ENGLISH(f"decide.health.{self.health_of}")

    def bears_in(self, words: Words) -> str:
        """Return who bears the opportunity cost in a language."""
        return words(f"decide.bears.{self.borne_by}", by=self.by)


class _Effects(NamedTuple):
    """Health gained and borne beside the baseline, of shape (policies, groups, seeds) each.

    Attributes:
        names: Names of the groups.
        gained: QALYs that patients gain.
        borne: QALYs that others lose.
        before: Health of a head under the baseline, of shape (groups, seeds).
        people: Heads behind it, of shape (groups,).
        patients: Patients, of shape (groups,).
    """

    names: list[str]
    gained: Floats
    borne: Floats
    before: Floats
    people: Floats
    patients: Floats


def distributional(
    result: Result | Evidence,
    by: str = "income_quintile",
    threshold: float | None = None,
    aversion: Sequence[float] | Mapping[str, Sequence[float]] | None = None,
    bears: Bears | None = None,
    health: Mapping[str, float] | None = None,
    people: Mapping[str, float] | None = None,
    horizon: str = LIFE,
) -> Distribution:
    """Return who gains health, who bears its cost, and what it is worth by aversion to inequality.

    Args:
        result: A comparison, or its folder.
        by: Kind of group: "income_quintile", "province", "residence", or any by which QALYs are
            told.
        threshold: What it costs to bring a QALY elsewhere, yuan; the world's price by default.
        aversion: To inequality, for both indices, or by "atkinson" and "kolm".
        bears: Who loses the health that the money would have brought: "accounts", where the model
            says the money comes from; "equal", everyone alike; or a share for each group. By
            default the accounts where they tell, else everyone alike.
        health: Health of a head in each group, QALYs, whose inequality counts. By default that of
            the patients themselves, standing for the general population's, which is not in the
            model.
        people: Heads in each group who have that health; the inhabitants by default, the patients
            where inhabitants are not told by such groups.
        horizon: "life" or "scenario".

    Raises:
        UserError: For anything the user can put right.
    """
    found = evidence(result)
    worth = check_threshold(threshold, found)
    ranges = _ranges(aversion)
    names, given = _gained(found, by, check_horizon(horizon))
    part, told = _borne_by(found, by, names, bears, horizon)
    whole = found.totals(DISPLACED[horizon]).values[:, 0] * found.prices / worth
    effects = _effects(found, by, names, given, part * whole[:, None], health, people)
    groups = _groups(found, effects)
    welfare = _welfare(found, effects, ranges)
    plane = welfare[["policy", "index", "aversion"]].copy()
    for axis, column in (("net_health", "mean"), ("equity_impact", "equity")):
        for end in ("", "_low", "_high"):
            plane[axis + end] = welfare[column + end] * effects.people.sum()
    turning = _turning(found, effects, ranges)
    return Distribution(groups, welfare, plane, turning, by, told, "given" if health else "own")


def _gained(found: Evidence, by: str, horizon: str) -> tuple[list[str], Floats]:
    """Return the groups in their order, and patients' QALYs in each."""
    names, values = found.totals(EFFECTS[horizon], by)
    order = sorted(range(len(names)), key=lambda n: names[n]) if by == "income_quintile" else None
    if order is not None:
        return [names[n] for n in order], values[:, order]
    return names, values


def _borne_by(
    found: Evidence, by: str, names: list[str], bears: Bears | None, horizon: str
) -> tuple[Floats, str]:
    """Return which part of the opportunity cost each group bears, and whose it is (`BORNE_BY`).

    Returns:
        Of shape (policies, groups, seeds) or what broadcasts to it.
    """
    measure = DISPLACED[horizon]
    told = by in found.kinds(measure)
    if bears is None:
        bears = ACCOUNTS if told else EQUAL
    if isinstance(bears, Mapping):
        return _part(bears, names, "bears"), GIVEN
    if bears == ACCOUNTS:
        if not told:
            raise UserError(f"bears: {ACCOUNTS!r} is not told by {by}; expected {EQUAL!r}, or a "
                            "share for each group")  # fmt: skip
        groups, values = found.totals(measure, by)
        values = values[:, [groups.index(name) for name in names]]
        whole = values.sum(axis=1, keepdims=True)
        return values / np.where(whole > 0.0, whole, 1.0), ACCOUNTS
    if bears != EQUAL:
        raise unknown("way to bear the opportunity cost", bears, (ACCOUNTS, EQUAL))
    heads = found.heads(by)
    if set(names) <= set(heads):
        return _part(heads, names, "inhabitants"), HEADS
    counted = found.patients(by)
    by_patients = dict(zip(counted.groups, counted.values[0].mean(axis=1), strict=True))
    return _part(by_patients, names, "patients"), PATIENTS


def _part(given: Mapping[str, float], names: list[str], what: str) -> Floats:
    """Return shares by group, of shape (1, groups, 1)."""
    return shares(_by_name(given, names, what))[None, :, None]


def _by_name(given: Mapping[str, float], names: list[str], what: str) -> Floats:
    """Return numbers in the order of the groups.

    Raises:
        UserError: If a group is missing, unknown, or no number of at least 0.
    """
    given = {str(name): value for name, value in given.items()}
    for name in given:
        if name not in names and what in ("bears", "health", "people"):
            raise unknown("group", name, names)
    if missing := [name for name in names if name not in given]:
        raise UserError(f"{what}: nothing for {missing[0]}, expected a number for each group")
    numbers = np.array([given[name] for name in names], float)
    if not (np.isfinite(numbers) & (numbers >= 0.0)).all() or not numbers.any():
        raise UserError(f"{what}: expected numbers of at least 0, not all 0")
    return numbers


def _effects(
    found: Evidence, by: str, names: list[str], qalys: Floats, borne: Floats,
    health: Mapping[str, float] | None, people: Mapping[str, float] | None,
) -> _Effects:  # fmt: skip
    """Return gains and burdens beside the baseline, with the health that they add to."""
    counted, sizes = found.patients(by)
    sizes = sizes[0, [counted.index(name) for name in names]]
    patients, heads = sizes.mean(axis=1), sizes.mean(axis=1)
    if people is not None:
        heads = _by_name(people, names, "people")
    elif set(names) <= set(lived := found.heads(by)):
        heads = np.array([lived[name] for name in names])
    if health is None:
        before = qalys[0] / np.where(sizes > 0.0, sizes, 1.0)
    else:
        before = np.broadcast_to(_by_name(health, names, "health")[:, None], qalys[0].shape)
    return _Effects(names, qalys - qalys[:1], borne - borne[:1], before, heads, patients)


def _groups(found: Evidence, effects: _Effects) -> pd.DataFrame:
    """Return gains, burdens and what is left of them by policy and group."""
    parts = []
    for n, policy in enumerate(found.policies[1:], 1):
        amounts = {"gained": effects.gained[n], "borne": effects.borne[n],
                   "net": effects.gained[n] - effects.borne[n]}  # fmt: skip
        table = pd.DataFrame({"policy": policy, "group": effects.names,
                              "patients": effects.patients})  # fmt: skip
        for name, values in amounts.items():
            told = interval(values)
            table[name], table[f"{name}_low"] = told.mean, told.low
            table[f"{name}_high"] = told.high
        lost = table["borne"].sum()
        table["share_borne"] = table["borne"] / lost if lost else np.nan
        table["net_per_1000"] = 1000.0 * table["net"] / table["patients"]
        parts.append(table)
    return pd.concat(parts, ignore_index=True)


def _welfare(
    found: Evidence, effects: _Effects, ranges: Mapping[str, Sequence[float]]
) -> pd.DataFrame:
    """Return equivalents by policy, index and aversion, with differences from the baseline."""
    rows = []
    for index, aversions in ranges.items():
        for aversion in aversions:
            each = [[change(effects.before[:, seed], _after(effects, n, seed), effects.people,
                            aversion, index) for seed in range(len(found.seeds))]
                    for n in range(len(found.policies))]  # fmt: skip
            base = np.array([equivalent(effects.before[:, seed], effects.people, aversion, index)
                             for seed in range(len(found.seeds))])  # fmt: skip
            for policy, changes in zip(found.policies, each, strict=True):
                told = interval(np.array(changes).T)  # ede, mean, equity
                rows.append({
                    "policy": policy, "index": index, "aversion": aversion,
                    "ede": base.mean() + told.mean[0], "difference": told.mean[0],
                    "low": told.low[0], "high": told.high[0], "mean": told.mean[1],
                    "mean_low": told.low[1], "mean_high": told.high[1], "equity": told.mean[2],
                    "equity_low": told.low[2], "equity_high": told.high[2],
                })  # fmt: skip
    return pd.DataFrame(rows)


def _after(effects: _Effects, policy: int, seed: int | slice) -> Floats:
    """Return health of a head under a policy, of shape (groups,)."""
    net = effects.gained[policy, :, seed] - effects.borne[policy, :, seed]
    return effects.before[:, seed] + (net.T / effects.people).T


def _turning(
    found: Evidence, effects: _Effects, ranges: Mapping[str, Sequence[float]]
) -> pd.DataFrame:
    """Return where the ranking of any two policies turns, by their mean health over runs."""
    means = [_after(effects, n, slice(None)).mean(axis=1) for n in range(len(found.policies))]
    rows = []
    for index, aversions in ranges.items():
        for (one, first), (other, second) in combinations(zip(found.policies, means, strict=True),
                                                          2):  # fmt: skip

            def gap(
                aversion: float, first: Floats = first, second: Floats = second, index: str = index
            ) -> float:
                return (equivalent(second, effects.people, aversion, index)
                        - equivalent(first, effects.people, aversion, index))  # fmt: skip

            start = gap(0.0)
            rows.append({
                "policy": other, "other": one, "index": index,
                "better_below": other if start > 0.0 else one if start < 0.0 else "neither",
                "aversions": points_of(gap, max(aversions)), "most": max(aversions),
            })  # fmt: skip
    return pd.DataFrame(rows)


def _ranges(
    asked: Sequence[float] | Mapping[str, Sequence[float]] | None,
) -> dict[str, tuple[float, ...]]:
    """Return the aversions that are looked at, by index.

    Raises:
        UserError: For an unknown index, none, or one below 0.
    """
    if asked is None:
        return dict(AVERSION)
    if not isinstance(asked, Mapping):
        asked = dict.fromkeys(INDICES, asked)
    found = {}
    for index, values in asked.items():
        if index not in INDICES:
            raise unknown("index of inequality", index, INDICES)
        numbers = np.asarray(list(values), float)
        if not len(numbers) or not (np.isfinite(numbers) & (numbers >= 0.0)).all():
            raise UserError("aversion: expected numbers of at least 0, one or more")
        found[index] = tuple(numbers)
    return found
