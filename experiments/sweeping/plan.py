"""The runs of a sweep: every point under every policy with every seed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from abm.errors import UserError, unknown
from abm.policy import Policy
from abm.policy.paths import PREFIX
from abm.world import World, load_world
from experiments.design import (
    BEST,
    OF_WORLD,
    SETS,
    Design,
    Setting,
    chosen,
    digest,
    make_design,
    set_in,
    zone_asked,
)
from experiments.measures import Measure, Place, listed, measures
from experiments.measures.declaration import DISEASE
from experiments.measures.registry import PERSPECTIVES
from experiments.running.room import told_of_pools, told_of_size
from experiments.running.run_cache import facts_of, file_name
from experiments.running.runner import Task
from experiments.sweeping.asked import Asked
from experiments.sweeping.factors import full_name, text_of
from experiments.sweeping.points import TABLE, Points, laid, table_of, tabled

TOGETHER = 12
"""Runs of a task at most: they share the years before the scenario, and end together if a worker
dies."""
DEFAULT_PLACES = (Place.JUDGED_BY, Place.OTHERS_JUDGED_BY, Place.INEQUALITY, Place.CHANCES)
"""Where the measures are listed that are kept unless others are named, beside lifelong costs."""


class AtPoint(NamedTuple):
    """What holds at a point.

    Attributes:
        setting: What its runs have in common, whatever their seed.
        policies: The policies by name, with nothing worked out in them, so that many take little
            memory.
        files: Names of the files of its runs, by policy and seed.
    """

    setting: Setting
    policies: dict[str, Policy]
    files: dict[tuple[str, int], str]


@dataclass(frozen=True)
class Plan:
    """All runs of a sweep, checked before the first.

    Attributes:
        asked: What was asked for.
        base: What all points have in common.
        points: The value of each factor by the point's number.
        measures: The measures that are kept.
        groups: The kinds of groups that they are kept for.
    """

    asked: Asked
    base: Design
    points: Points
    measures: tuple[str, ...]
    groups: tuple[str, ...]

    @property
    def policies(self) -> list[str]:
        """Names of the policies, the one that others are compared with first."""
        return list(self.base.policies)

    @cached_property
    def table(self) -> pd.DataFrame:
        """The points: the column point, then one per factor."""
        return table_of(self.points)

    @cached_property
    def at(self) -> dict[int, AtPoint]:
        """What holds at each point.

        Raises:
            UserError: For a lever or a parameter that cannot have its value, naming the point.
        """
        alike: dict[str, list[int]] = {}
        for number, values in self.points.items():
            alike.setdefault(_key(_of(values, PREFIX)), []).append(number)
        found = dict(one for numbers in alike.values() for one in self._settled(numbers))
        return {number: found[number] for number in self.points}

    def _settled(self, numbers: list[int]) -> Iterator[tuple[int, AtPoint]]:
        """Yield what holds at points that have the same levers, which are set once."""
        base, world = self.base, self.base.setting.world
        settings = self._settings
        levers = _of(self.points[numbers[0]], PREFIX)
        with _told_at(numbers[0], self.points):
            policies = set_in(base.policies, levers, world) if levers else dict(base.policies)
        zone = zone_asked(policies.values(), world)
        canonical = {name: policy.canonical() for name, policy in policies.items()}
        light = {name: replace(policy) for name, policy in policies.items()}
        for number in numbers:
            parameters = _of(self.points[number], OF_WORLD)
            key = _key(parameters), zone
            if key not in settings:
                with _told_at(number, self.points):
                    place = world.with_parameters(parameters) if parameters else world
                settings[key] = base.setting.living_with(place, zone=zone)
            files = {
                (name, seed): file_name(facts_of(lived, canonical[name], seed))
                for seed in base.seeds
                for lived in [self.lived(settings[key], seed)]
                for name in policies
            }
            yield number, AtPoint(settings[key], light, files)

    @cached_property
    def _settings(self) -> dict[tuple[str, tuple[str, ...] | None], Setting]:
        """What points have in common that have the same parameters and zone, as it is found."""
        return {}

    def lived(self, setting: Setting, seed: int) -> Setting:
        """Return a point's setting with the parameter set that a seed lives with."""
        if not self.base.sets:
            return setting
        return setting.living_with(setting.world.with_set(self.set_of(seed)))

    @property
    def key(self) -> str:
        """Return a short name of the plan that more seeds do not change."""
        return digest({"base": self.base.key, "points": self.table.to_csv(index=False)})[:8]

    def told(self) -> list[str]:
        """Return lines on what is set and cannot act, and on what is too small or too large.

        Of the factors those are told that cannot act at the first point.
        """
        everywhere, first = self.base.idle(), next(iter(self.at))
        known = tuple(line.partition(": ")[2] for line in everywhere)
        here = [f"point {first}: {line}" for line in self.base.idle(self.at[first].policies)
                if not line.endswith(known)]  # fmt: skip
        return [*everywhere, *here, *told_of_size(self.base, 1), *told_of_pools(self.base)]

    def set_of(self, seed: int) -> int:
        """Return the parameter set that a seed lives with, 0 for the world's own values."""
        return self._sets.get(seed, self.base.setting.world.set_number)

    @cached_property
    def _sets(self) -> dict[int, int]:
        return dict(zip(self.base.seeds, self.base.sets, strict=False))

    def tasks(self, folder: Path) -> Iterator[Task]:
        """Yield the runs, those together that share the years before the scenario.

        Args:
            folder: Where run files are kept.
        """
        together: dict[int, list[int]] = {}
        for number, point in self.at.items():
            together.setdefault(id(point.setting), []).append(number)
        for numbers in together.values():
            setting = self.at[numbers[0]].setting
            runs = [(number, name) for number in numbers for name in self.policies]
            for seed in self.base.seeds:
                lived = self.lived(setting, seed)
                for first in range(0, len(runs), TOGETHER):
                    some = runs[first : first + TOGETHER]
                    yield Task(
                        seed, {run_name(*one): self.at[one[0]].policies[one[1]] for one in some},
                        lived, str(folder),
                        names={run_name(*one): self.at[one[0]].files[one[1], seed] for one in some},
                    )  # fmt: skip


@contextmanager
def _told_at(number: int, points: Points) -> Iterator[None]:
    """Say of what is wrong at which point it is."""
    try:
        yield
    except UserError as error:
        told = ", ".join(f"{name} = {text_of(value)}" for name, value in points[number].items())
        raise UserError(f"point {number} ({told}): {error}") from None


def run_name(point: int, policy: str) -> str:
    """Return the name of a point's runs under a policy, as a batch has it."""
    return f"point {point}, {policy}"


def make_plan(asked: Asked) -> Plan:
    """Return the runs of a sweep, everything checked.

    Raises:
        UserError: For anything the user can put right.
    """
    world = asked.world if isinstance(asked.world, World) else load_world(asked.world)
    world = chosen(world, str(asked.parameters), (SETS, BEST), "parameters")
    base = make_design(
        list(asked.policies), runs=asked.runs, scale=asked.scale, years=asked.years, world=world,
        seed=asked.seed, provinces=asked.provinces, settings=asked.settings, pooled=asked.pooled,
        ranked_by=asked.ranked_by, parameters=BEST if asked.parameters == BEST else SETS,
    )  # fmt: skip
    base = replace(base, repeats=())
    kind = asked.checked_kind()
    if kind == TABLE:
        table = asked.table
        if isinstance(table, str | Path) and asked.folder is not None:
            table = asked.folder / table
        points = tabled(table, base.setting.world)
    else:
        points = laid(kind, asked.factors, base.setting.world, asked.points, asked.design_seed)
    fixed = {full_name(name, world) for name in asked.settings}
    for name in table_of(points):
        if name in fixed:
            raise UserError(f"{name}: a factor, and set at every point; expected one of the two")
    kept = kept_measures(asked.measures, asked.years)
    plan = Plan(asked, base, points, tuple(one.name for one in kept), _groups(asked.groups, kept))
    plan.at  # noqa: B018 - what a point cannot be is told before anything is run
    return plan


def kept_measures(names: Any, years: int) -> list[Measure]:
    """Return the measures that are kept.

    By default those that patients and others are judged by, inequality, and costs over life.

    Args:
        names: Their names; None for the default.
        years: Length of the scenario.

    Raises:
        UserError: For an unknown measure, or none.
    """
    known = {one.name: one for one in measures(years)}
    if names is None:
        found = {one.name for place in DEFAULT_PLACES for one in listed(place, years)}
        found |= {f"cost_{whose[0]}_life" for whose in PERSPECTIVES}
        names = [name for name in known if name in found]
    for name in names:
        if name not in known:
            raise UserError(f"measures: {unknown('measure', str(name), known)}")
    if not len(names):
        raise UserError("measures: none; expected names of measures (docs/measures.md)")
    return [known[name] for name in dict.fromkeys(names)]


def _groups(names: Any, kept: list[Measure]) -> tuple[str, ...]:
    """Return the kinds of groups that measures are kept for: by default all but diseases.

    Raises:
        UserError: For a kind that none of the measures is told for, or none.
    """
    known = list(dict.fromkeys(by for one in kept for by in one.by))
    for name in known if names is None else names:
        if name not in known:
            raise UserError(f"groups: {unknown('kind of group', str(name), known)}")
    usual = [name for name in known if name != DISEASE]
    found = tuple(dict.fromkeys(usual if names is None else names))
    if not found:
        raise UserError(f"groups: none; expected some of {', '.join(known)}")
    return found


def _of(values: dict[str, Any], prefix: str) -> dict[str, Any]:
    """Return the values whose names begin so, without that."""
    return {name.removeprefix(prefix): value for name, value in values.items()
            if name.startswith(prefix)}  # fmt: skip


def _key(values: dict[str, Any]) -> str:
    """Return a text that is the same for the same values."""
    return repr(sorted((name, text_of(value)) for name, value in values.items()))
