"""The design of a batch, checked before anything is run or written."""

import hashlib
import json
import operator
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from abm.calendar import label
from abm.errors import UserError, unknown
from abm.model import MOST_YEARS
from abm.policy import Policy, load_policy, read_policy
from abm.policy.coverage import zone_of
from abm.policy.files import setting_text, split_levers, split_name
from abm.policy.paths import PREFIX, by_path
from abm.world import DEFAULT, World, load_world
from experiments.measures.run_view import RANKINGS

CHANGED = "none: tables of the world were changed in Python, or in its folder since they were read"
"""Stands in a command's place where no command makes the same again."""
IN_PYTHON = "none: policy {name} was made in Python; this manifest holds it whole, as a TOML file"
"""The same, for a policy that no name or path loads."""
PRICE = "cost_per_displaced_qaly"
"""The parameter of a world that is what a QALY costs that others lose, and the threshold of a
decision if none is given: yuan per QALY."""
MOST_RUNS = 100_000
MOST_SEED = 2**62
REPEATED = 2**61
"""Added to the seed of a run, round MOST_SEED, gives that which lives its set once more."""
OF_WORLD = "parameters."
"""Before the name of a parameter of the world where levers are set by path."""
SETS, BEST = "sets", "best"
"""Another parameter set in each run; or everywhere the values of parameters.csv."""

Settings = Mapping[str, Any]


@dataclass(frozen=True)
class Setting:
    """What all runs of a batch have in common.

    Attributes:
        world: The world, with the provinces whose people are simulated.
        scale: Simulated patients per real one.
        years: Length of the scenario.
        zone: Cities of the special zone for which the comparison asks, or None.
        pooled: Whether undetailed rare diseases load the hospitals too.
        ranked_by: Which income ranks people: the household's per "head", or the "household"'s.
    """

    world: World
    scale: float
    years: int
    zone: tuple[str, ...] | None = None
    pooled: bool = False
    ranked_by: str = RANKINGS[0]

    @cached_property
    def world_is(self) -> str:
        """The world's checksum, taken once."""
        return self.world.checksum

    @cached_property
    def tables_are(self) -> str:
        """The checksum of the world's tables, whatever its parameters; taken once."""
        table = self.world.parameter_table
        written = dict(zip(table["name"], table["value"].tolist(), strict=True))
        return replace(self.world, parameters=written).checksum

    def living_with(self, world: World, **others: Any) -> "Setting":
        """Return the same in a world that has the same tables, and other parameters.

        Args:
            world: The world.
            others: What else is otherwise, by its name.
        """
        other = replace(self, world=world, **others)
        vars(other)["tables_are"] = self.tables_are
        return other

    def depends_on(self) -> dict[str, Any]:
        """Return everything that a run depends on besides policy, seed and code."""
        return {
            "world": self.tables_are,
            "parameters": {name: float(v) for name, v in self.world.parameters.items()},
            "provinces": sorted(self.world.inhabited),
            "scale": self.scale,
            "years": self.years,
            "zone": self.zone and sorted(self.zone),
            "pooled": self.pooled,
            "ranked_by": self.ranked_by,
        }


@dataclass(frozen=True)
class Design:
    """Policies to be compared, on what, and with which seeds.

    Attributes:
        policies: By name, the baseline first; with the settings that concern them.
        references: How to load each, as it was given; empty for one made in Python that no
            reference loads.
        setting: What all runs have in common.
        seeds: One per paired run.
        settings: Levers set on top of the policies.
        sets: The world's parameter set that each seed lives with; empty if all live with the
            setting's own values.
        repeats: Further seeds: the first of the sets once more, with other luck, by which luck is
            told from what is not known. They count in no mean.
    """

    policies: dict[str, Policy]
    references: dict[str, str]
    setting: Setting
    seeds: tuple[int, ...]
    settings: dict[str, Any]
    sets: tuple[int, ...] = ()
    repeats: tuple[int, ...] = ()

    def only(self, seeds: Sequence[int]) -> "Design":
        """Return the same design with the first of its seeds alone, and nothing repeated."""
        return replace(self, seeds=tuple(seeds), sets=self.sets[: len(seeds)], repeats=())

    def setting_of(self, seed: int) -> Setting:
        """Return what a seed's runs have in common: the setting, with that seed's parameters."""
        return self.run_settings[seed]

    @cached_property
    def run_settings(self) -> dict[int, Setting]:
        """The setting of every seed, repeats included."""
        if not self.sets:
            return dict.fromkeys(self.seeds, self.setting)
        world = self.setting.world
        worlds = {number: self.setting.living_with(world.with_set(number))
                  for number in dict.fromkeys(self.sets)}  # fmt: skip
        first = zip(self.seeds, self.sets, strict=True)
        again = zip(self.repeats, self.sets, strict=False)
        return {seed: worlds[number] for seed, number in (*first, *again)}

    @property
    def prices(self) -> tuple[float, float]:
        """Lowest and highest cost of a QALY that others lose with which runs live, yuan."""
        found = [one.world.parameters[PRICE] for one in self.run_settings.values()]
        return min(found), max(found)

    @property
    def lived(self) -> pd.DataFrame:
        """The parameter sets that runs live with: by number, a column per parameter in them."""
        names = list(self.setting.world.parameter_sets)
        rows = {
            number: [self.run_settings[seed].world.parameters[name] for name in names]
            for seed, number in zip(self.seeds, self.sets, strict=False)
        }
        found = pd.DataFrame.from_dict(rows, orient="index", columns=names, dtype=float)
        return found.rename_axis("set")

    @property
    def last_month(self) -> int:
        """The scenario's last month, from January 2019 = 0."""
        return self.setting.world.date(12 * self.setting.years - 1)

    def idle(self, policies: Mapping[str, Policy] | None = None) -> list[str]:
        """Return lines on levers that are set and cannot act in the scenario, by policy.

        Args:
            policies: Other policies than the design's own.
        """
        world, last = self.setting.world, self.last_month
        return [
            f"{policy.name}: {line}"
            for policy in (policies or self.policies).values()
            for line in (*policy.idle(world), policy.too_late(last), *policy.late_layers(last))
            if line
        ]

    @cached_property
    def scope(self) -> dict[str, Any]:
        """Whose people are simulated, which places each policy's zone holds, and what was set.

        Plain data, as the manifest keeps it: what every heading, sentence and figure goes by.
        """
        world, about = self.setting.world, self.setting.world.about
        zones = {name: self._zone_of(policy) for name, policy in self.policies.items()}
        return {
            "country": about.name,
            "country_zh": about.name_zh or about.name,
            "first_year": world.first_year,
            "last_year": world.year_of(12 * self.setting.years - 1),
            "provinces": list(world.inhabited),
            "without": [
                name for name in world.provinces["province"] if name not in world.inhabited
            ],
            "everywhere": len(world.inhabited) == len(world.provinces),
            "zones": {name: zone for name, zone in zones.items() if zone},
            "variants": self._variants(),
            "set": {path: setting_text(value) for path, value in self.settings.items()},
            "parameters": world.changed_parameters,
            "parameter_set": world.set_number,
            "parameter_sets": len(set(self.sets)),
        }

    def _variants(self) -> dict[str, dict[str, Any]]:
        """Return of each policy with levers set in it alone: of what, and each lever's values.

        A lever is told as path, values in the other policy by date, and value in this one.
        """
        found = {}
        for name, reference in self.references.items():
            base, set_here = split_levers(split_name(reference)[1])
            if set_here:
                other = read_policy(base, self.setting.world)
                levers: dict[str, list[Any]] = {}
                for one in self.policies[name].difference(other):
                    if not one.over and _sets(set_here, one.path):
                        old, new = one.words
                        before = levers.get(one.path, [one.path, []])[1]
                        levers[one.path] = [one.path, list(dict.fromkeys([*before, old])), new]
                found[name] = {"of": other.name, "levers": list(levers.values())}
        return found

    def turns_of(self, policy: Policy) -> list[int]:
        """Return the scenario's first month, and those in which a policy's levers may change."""
        first = self.setting.world.first_month
        return [month for month in sorted({first, *policy.timeline.turns})
                if first <= month <= self.last_month]  # fmt: skip

    def _zone_of(self, policy: Policy) -> dict[str, Any]:
        """Return the places of a policy's zone in the scenario and since when; empty for none."""
        world = self.setting.world
        inside, borders, begins = np.zeros(len(world.cities), bool), True, ""
        for month in self.turns_of(policy):
            levers = policy.levers_at(month)
            if levers.zone.exists:
                rules = levers.zone.inside.model_dump(exclude_unset=True)
                if rules or any(layer.where == "zone" for _, layer in levers.layers):
                    begins = begins or label(month)
                borders &= not levers.zone.sectoral
                inside |= zone_of(levers, world)
        if not begins:
            return {}
        places = places_of(world, inside) if borders else []
        return {"places": places, "borders": borders, "from": begins}

    @property
    def key(self) -> str:
        """Return a short name of the design that more runs do not change."""
        policies = [policy.canonical() for policy in self.policies.values()]
        first = {**self.setting_of(self.seeds[0]).depends_on(), "seed": self.seeds[0]}
        return digest({**first, "policies": policies, "sets": self.sets_are})[:8]

    @property
    def sets_are(self) -> str:
        """Hash of the parameter sets that runs are given from, empty if all live with one."""
        sets = self.setting.world.parameter_sets
        return digest({"sets": sets.to_json(double_precision=15)})[:16] if self.sets else ""

    def parameters_again(self, single: bool) -> list[str]:
        """Return the words of a command that say with which parameters its runs live.

        Args:
            single: Whether the command makes one run, which lives with the world's own values.
        """
        world = self.setting.world
        if world.set_number:
            return ["--parameters", str(world.set_number)]
        if world.sets_from and self.sets:
            return ["--parameters", world.sets_from]
        if single or self.sets or not world.sets:
            return []
        return ["--parameters", BEST]

    def again(self) -> str:
        """Return the command that makes the same again, with every option; or why none does."""
        if self.setting.world.is_changed:
            return CHANGED
        for name, reference in self.references.items():
            if not reference:
                return IN_PYTHON.format(name=name)
        first, *others = self.references.values()
        setting = self.setting
        words = ["rarecare", "run", first]
        if others:
            words = ["rarecare", "compare", *others, "--baseline", first,
                     "--runs", str(len(self.seeds))]  # fmt: skip
        words += ["--world", setting.world.source, "--scale", repr(setting.scale),
                  "--years", str(setting.years), "--seed", str(self.seeds[0])]  # fmt: skip
        if len(setting.world.inhabited) < len(setting.world.provinces):
            words += ["--provinces", ",".join(setting.world.inhabited)]
        for path, value in self.settings.items():
            words += ["--set", f"{path}={setting_text(value)}"]
        words += self.parameters_again(single=not others)
        for name, number in setting.world.changed_parameters.items():
            words += ["--set", f"{OF_WORLD}{name}={number!r}"]
        if setting.pooled:
            words.append("--pooled")
        if setting.ranked_by != RANKINGS[0]:
            words += ["--rank-by", setting.ranked_by]
        return shlex.join(words)


def split_settings(settings: Settings) -> tuple[dict[str, Any], dict[str, float]]:
    """Return the levers among settings, and the parameters of the world.

    Raises:
        UserError: If a parameter is set to no number.
    """
    levers, values = {}, {}
    for path, value in settings.items():
        if not path.startswith(OF_WORLD):
            levers[path] = value
            continue
        try:
            values[path.removeprefix(OF_WORLD)] = float(value)
        except (TypeError, ValueError):
            raise UserError(f"{path}: {value!r}, expected a number") from None
    return levers, values


def sets_of(world: World, seeds: Sequence[int], parameters: str) -> tuple[int, ...]:
    """Return which parameter set each seed lives with, by its number; empty if all live with one.

    Raises:
        UserError: If `parameters` is neither "sets" nor "best".
    """
    if parameters not in (SETS, BEST):
        raise unknown("choice of parameters", parameters, (SETS, BEST))
    if parameters == BEST or world.set_number or not world.sets:
        return ()
    return tuple(1 + (seed - 1) % world.sets for seed in seeds)


def chosen(world: World, named: str, words: Sequence[str], where: str) -> World:
    """Return a world with one of its parameter sets, if one is named, or with those of a file.

    Args:
        world: The world.
        named: The number of a set, the path of a file, or one of the words.
        words: What else it can be; a file only if "sets" is among them.
        where: What asked for it, for an error.

    Raises:
        UserError: If it is none of these, or there is no such set.
    """
    if named in words:
        return world
    if SETS in words and Path(named).suffix in (".csv", ".parquet"):
        return world.with_sets(named)
    if not named.isdecimal():
        known = f", or the number of a set, 1 to {world.sets}" if world.sets else ""
        raise UserError(f"{where} {named}: expected {' or '.join(words)}{known}")
    return world.with_set(int(named))


def make_design(
    policies: Sequence[str | Path | Policy],
    *,
    baseline: str | Path | Policy | None = None,
    runs: int = 1,
    scale: float,
    years: int,
    world: str | Path | World = DEFAULT,
    seed: int = 1,
    provinces: Iterable[str] | None = None,
    settings: Settings | None = None,
    pooled: bool = False,
    ranked_by: str = RANKINGS[0],
    parameters: str = SETS,
    least: int = 1,
) -> Design:
    """Return a design, checked.

    Args:
        policies: Names, paths, names joined by "+", or policies.
        baseline: The policy that the others are compared with; the first by default.
        runs: Number of seeds.
        scale: Simulated patients per real one.
        years: Length of the scenario.
        world: Name or path of a world, or a world.
        seed: The first seed; the others follow it.
        provinces: Provinces whose people are simulated; all by default.
        settings: Levers set on top of the policies, and parameters of the world as
            "parameters.NAME". A lever that belongs to a benefit layer or to the special zone is set
            only in the policies that have it, if any has.
        pooled: Whether undetailed rare diseases load the hospitals too.
        ranked_by: Which income ranks people: the household's per "head", or the "household"'s.
        parameters: "sets": each run lives with another of the world's parameter sets, if it has
            any and no set has been chosen in the world; "best": all with the world's own values.
        least: Number of policies needed.

    Raises:
        UserError: For anything the user can put right.
    """
    runs = whole("runs", runs, 1, MOST_RUNS)
    years = whole("years", years, 1, MOST_YEARS)
    seed = whole("seed", seed, 0, MOST_SEED)
    if not (isinstance(scale, int | float | np.number) and 0.0 < scale <= 1.0):
        raise UserError(f"scale: expected a number above 0 and at most 1 (everyone), got {scale}")
    given = [policies] if isinstance(policies, str | Path | Policy) else list(policies)
    first = [] if baseline is None else [baseline]
    place = world if isinstance(world, World) else load_world(world)
    found = _by_name([*first, *given], place, repeated=first)
    if len(found) < least:
        raise UserError(f"{len(found)} policy given; expected at least {least} different ones")
    if provinces is not None:
        place = place.only(provinces)
    settings, values = split_settings(settings or {})
    place = place.with_parameters(values) if values else place
    settings = by_path(settings)
    ready = set_in({name: policy for name, (policy, _) in found.items()}, settings, place)
    references = {name: reference for name, (_, reference) in found.items()}
    if ranked_by not in RANKINGS:
        raise unknown("ranking", ranked_by, RANKINGS)
    zone = zone_asked(ready.values(), place)
    setting = Setting(place, float(scale), years, zone, bool(pooled), ranked_by)
    seeds = range(seed, seed + runs)
    sets = sets_of(place, seeds, parameters)
    repeats = tuple((REPEATED + one) % MOST_SEED for one in seeds[: runs // 2]) if sets else ()
    return Design(ready, references, setting, tuple(seeds), settings, sets, repeats)


def set_in(policies: Mapping[str, Policy], settings: Settings, world: World) -> dict[str, Policy]:
    """Return policies with levers set in those that they concern, checked.

    Args:
        policies: By name.
        settings: Levers by path, without parameters of the world.
        world: Whose places, diseases and network lists there are.

    Raises:
        UserError: For an unknown lever or layer, a wrong value, or a contradiction.
    """
    _check_layers(settings, policies.values())
    return {
        name: load_policy(policy, _concerning(policy, settings, policies.values()), world=world)
        for name, policy in policies.items()
    }


def places_of(world: World, inside: np.ndarray) -> list[str]:
    """Return the provinces all of whose cities are inside, and the other cities that are.

    Args:
        world: The world.
        inside: Whether each city is, of shape (cities,).
    """
    cities = world.cities
    whole = [name for name in world.provinces["province"]
             if inside[(cities["province"] == name).to_numpy()].all()]  # fmt: skip
    others = cities[inside & ~cities["province"].isin(whole).to_numpy()]["city"]
    return [*whole, *others]


def digest(facts: Mapping[str, Any]) -> str:
    """Return the SHA-256 of plain data, hexadecimal."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def whole(name: str, value: Any, low: int, high: int) -> int:
    """Return a whole number within bounds.

    Raises:
        UserError: If it is not one.
    """
    try:
        number = operator.index(value)
    except TypeError:
        number = low - 1
    if not low <= number <= high:
        raise UserError(f"{name}: expected a whole number from {low} to {high}, got {value}")
    return number


def _by_name(
    given: list[str | Path | Policy], world: World, repeated: list[str | Path | Policy]
) -> dict[str, tuple[Policy, str]]:
    """Return the policies by name, with how to load them; the baseline may be named twice."""
    found: dict[str, tuple[Policy, str]] = {}
    for one in given:
        policy = read_policy(one, world)
        reference = _loads(one, world) if isinstance(one, Policy) else str(one)
        if policy.name not in found:
            found[policy.name] = policy, reference
        elif found[policy.name][0] != policy:
            raise UserError(f"two different policies are named {policy.name!r}; rename one")
        elif not repeated or policy.name != next(iter(found)):
            raise UserError(f"policy {policy.name!r} is given twice; expected different policies")
    return found


def _loads(policy: Policy, world: World) -> str:
    """Return a reference that loads a policy in a world, empty if none does."""
    for reference in filter(None, (policy.origin, policy.name)):
        try:
            if load_policy(reference, world=world) == policy:
                return reference
        except UserError:
            continue
    return ""


def _concerning(policy: Policy, settings: Settings, policies: Iterable[Policy]) -> Settings:
    """Return the settings that concern a policy, as one of several."""
    policies = list(policies)
    return {
        path: value
        for path, value in settings.items()
        if _takes(policy, path) or not any(_takes(other, path) for other in policies)
    }


def _takes(policy: Policy, path: str) -> bool:
    """Return whether a policy has the layer or the zone to which a lever belongs."""
    written = policy.timeline.written.values()
    group, _, rest = path.partition("@")[0].partition(".")
    if group == "benefits":
        return rest.partition(".")[0] in policy.layers()
    if group == "zone":
        return any(_has_places(levers) if rest in ("provinces", "cities") else levers.zone.exists
                   for levers in written)  # fmt: skip
    return True


def _sets(levers: Iterable[str], path: str) -> bool:
    """Return whether levers, by path as a user writes them, are at a path or below it."""
    return any(f"{lever.removeprefix(PREFIX)}.".startswith(f"{path}.") for lever in levers)


def _check_layers(settings: Settings, policies: Iterable[Policy]) -> None:
    """Refuse a lever of a benefit layer that no policy has and the settings do not make."""
    known = sorted(set().union(*(policy.layers() for policy in policies)))
    for path in settings:
        group, _, rest = path.partition(".")
        name = rest.partition(".")[0]
        made = {f"benefits.{name}.payer", f"benefits.{name}.brackets"} <= settings.keys()
        if group == "benefits" and name and name not in known and not made:
            raise UserError(
                f"{unknown('layer', name, known)}; 'rarecare policies NAME' names those of a policy"
            )


def _has_places(levers: Any) -> bool:
    return levers.zone.exists and not levers.zone.sectoral


def zone_asked(policies: Iterable[Policy], world: World) -> tuple[str, ...] | None:
    """Return the cities that lie in some policy's geographic zone at some time, or None."""
    inside = np.zeros(len(world.cities), bool)
    for policy in policies:
        for month in policy.timeline.turns:
            levers = policy.levers_at(month)
            if _has_places(levers):
                inside |= zone_of(levers, world)
    return tuple(world.cities["city"][inside]) if inside.any() else None
