"""What a finished comparison, or its folder, holds for a decision: runs, parameter sets, prices."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from abm.errors import UserError, unknown
from abm.measures.weights import Floats
from abm.text_files import path_of
from experiments.compare import Comparison
from experiments.design import PRICE
from experiments.measures.registry import PERSPECTIVES
from experiments.reporting.texts import LANGUAGES, Words
from experiments.reporting.titles import titles
from experiments.running.manifest import COMPARISON, FILE, LIVED, check_version, holds_comparison
from experiments.running.run_cache import BrokenRunError, read_runs

Result = Comparison | str | Path
"""A comparison, or a folder in which one was saved."""

PAYERS, HOUSEHOLDS, SOCIETY = (name for name, *_ in PERSPECTIVES)
LIFE, SCENARIO = "life", "scenario"
"""Patients' whole lives, or the scenario alone."""
EFFECTS = {LIFE: "qalys", SCENARIO: "qalys_scenario"}
DISPLACED = {LIFE: "displaced_qalys", SCENARIO: "displaced_qalys_scenario"}
ALL = "all"


class Totals(NamedTuple):
    """A measure in every group of a kind, at full scale.

    Attributes:
        groups: Names of the groups.
        values: Of shape (policies, groups, seeds); 0 where a run has nobody in the group.
    """

    groups: list[str]
    values: Floats


@dataclass(frozen=True, repr=False)
class Evidence:
    """What the runs of a comparison say.

    Attributes:
        policies: Names of the policies, the baseline first.
        seeds: Seeds of the paired runs that every policy has finished, those repeated first.
        repeats: Seeds of the runs that live the set of the seed beside them once more, by seed.
        runs: All runs' measures: policy, seed, measure, by, group, value, weight, persons.
        sets: The parameters that differ between runs: a row per seed in `seeds`; without columns
            where all live with the same.
        prices: Cost per QALY displaced with which each of `seeds` lives, yuan.
        threshold: What a QALY is worth if nobody says otherwise: the world's written price, yuan.
        scale: Simulated patients per real one.
        years: Length of the scenario.
        currency: Of all money.
        titles: What each policy is called, by language and name, as far as that is known.
    """

    policies: list[str]
    seeds: list[int]
    repeats: dict[int, int]
    runs: pd.DataFrame
    sets: pd.DataFrame
    prices: Floats
    threshold: float
    scale: float
    years: int
    currency: str
    titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Say what it is of."""
        return f"<Evidence: {', '.join(self.policies)}; {len(self.seeds)} paired runs>"

    def totals(self, measure: str, by: str = ALL, *, again: bool = False) -> Totals:
        """Return a measure at full scale, what is told per patient multiplied by the patients.

        Args:
            measure: Name of the measure.
            by: Kind of group.
            again: Of the runs that were repeated, in the order of `repeats`.

        Raises:
            UserError: If the runs do not tell it so, or it is undefined in some.
        """
        rows = self._rows(measure, by)
        values = rows["value"]
        if measure in EFFECTS.values():
            values = values * rows["weight"] / self.scale
        return self._arranged(rows, values, again)

    def patients(self, by: str = ALL) -> Totals:
        """Return the patients who live in the scenario, at full scale."""
        rows = self._rows(EFFECTS[LIFE], by)
        return self._arranged(rows, rows["weight"] / self.scale, False)

    def heads(self, by: str) -> dict[str, float]:
        """Return the inhabitants of each group, empty if the runs do not tell."""
        if ("contributed_per_head", by) not in self._places:
            return {}
        rows = self._rows("contributed_per_head", by).drop_duplicates("group")
        return dict(zip(rows["group"], rows["weight"].astype(float), strict=True))

    def kinds(self, measure: str) -> list[str]:
        """Return by which kinds of groups a measure is told."""
        return [by for name, by in self._places if name == measure]

    @cached_property
    def _places(self) -> dict[tuple[str, str], np.ndarray]:
        """Where the rows of each measure by each kind of group are."""
        groups = self.runs.groupby(["measure", "by"], sort=False, observed=True)
        return {(str(measure), str(by)): rows for (measure, by), rows in groups.indices.items()}

    def _rows(self, measure: str, by: str) -> pd.DataFrame:
        if not (kinds := self.kinds(measure)):
            raise UserError(
                f"measure {measure!r}: not among what the runs hold, expected from this version; "
                "make the comparison again"
            )
        if by not in kinds:
            raise unknown("kind of group", by, kinds)
        return self.runs.iloc[self._places[measure, by]]

    def _arranged(self, rows: pd.DataFrame, values: pd.Series, again: bool) -> Totals:
        """Return values by policy, group and seed."""
        seeds = [self.repeats[seed] for seed in self.repeats] if again else self.seeds
        groups = list(dict.fromkeys(rows["group"]))
        places = [
            pd.Index(names).get_indexer(rows[column])
            for names, column in ((self.policies, "policy"), (groups, "group"), (seeds, "seed"))
        ]
        there = np.all([place >= 0 for place in places], axis=0)
        found = np.zeros((len(self.policies), len(groups), len(seeds)))
        found[tuple(place[there] for place in places)] = values.to_numpy(float)[there]
        if not np.isfinite(found).all():
            name, bad = rows["measure"].iloc[0], (~np.isfinite(found)).any(axis=(0, 1)).sum()
            raise UserError(
                f"measure {name!r}: undefined in {bad} of {len(seeds)} runs, expected a number in "
                "each; a larger --scale has more patients"
            )
        return Totals(groups, found)


def evidence(result: Result | Evidence) -> Evidence:
    """Return what a comparison holds for a decision.

    Args:
        result: A comparison, or the folder in which it was saved.

    Raises:
        UserError: If it is no comparison, or one by another version, files of runs are gone, or
            fewer than two pairs are left.
    """
    if isinstance(result, Evidence):
        return result
    found = _of_comparison(result) if isinstance(result, Comparison) else _of_folder(result)
    if len(found.seeds) < 2:
        raise UserError(
            f"{len(found.seeds)} paired run finished by every policy, expected at least 2"
        )
    return found


def check_perspective(name: str) -> str:
    """Return the name of a perspective.

    Raises:
        UserError: If there is no such perspective.
    """
    known = (PAYERS, HOUSEHOLDS, SOCIETY)
    if name not in known:
        raise unknown("perspective", name, known)
    return name


def check_threshold(given: Any, found: Evidence) -> float:
    """Return what a QALY is worth, the world's own price if none is given.

    Raises:
        UserError: If it is no number above 0.
    """
    if given is None:
        return found.threshold
    try:
        number = float(given)
    except (TypeError, ValueError):
        number = np.nan
    if not 0.0 < number < np.inf:
        raise UserError(f"threshold: {given}, expected a number above 0, {found.currency} per QALY")
    return number


def check_horizon(name: str) -> str:
    """Return the name of a horizon.

    Raises:
        UserError: If there is no such horizon.
    """
    if name not in EFFECTS:
        raise unknown("horizon", name, EFFECTS)
    return name


def cost_measure(perspective: str, horizon: str) -> str:
    """Return the measure of the costs of a perspective over a horizon."""
    base = f"cost_{check_perspective(perspective)}"
    return f"{base}_life" if check_horizon(horizon) == LIFE else base


def _of_comparison(result: Comparison) -> Evidence:
    design = result.design
    lived = design.lived
    numbers = dict(zip(design.seeds, design.sets, strict=False))
    parameters = {seed: one.world.parameters for seed, one in design.run_settings.items()}
    world = design.setting.world
    return _assembled(
        result.policies, list(design.seeds), list(design.repeats), result.runs, lived, numbers,
        {seed: parameters[seed][PRICE] for seed in design.seeds}, world.parameters[PRICE],
        design.setting.scale, design.setting.years, world.about.currency,
        {language: titles(design, Words(language)) for language in LANGUAGES},
    )  # fmt: skip


def _of_folder(folder: str | Path) -> Evidence:
    """Return what a saved comparison holds.

    Raises:
        UserError: If the folder holds none, or not all that its manifest names.
    """
    path = path_of(folder)
    if not holds_comparison(path):
        raise UserError(f"folder {folder}: holds no comparison; expected one that 'rarecare "
                        "compare' has made")  # fmt: skip
    check_version(path, COMPARISON)
    about = json.loads((path / FILE).read_text(encoding="utf-8"))
    try:
        settings, world = about["parameters"], about["world"]
        numbers = {int(seed): int(n) for seed, n in settings["parameter_sets"].items()}
        lived = _lived(path, numbers)
        written = float(settings["world"][PRICE])
        prices = {seed: _price(lived, numbers.get(seed), written) for seed in about["seeds"]}
        return _assembled(
            [one["name"] for one in about["policies"]], about["seeds"], about["repeats"],
            _shards(path, about["runs"]), lived, numbers, prices, written, settings["scale"],
            settings["years"], world["currency"],
            {language: told["titles"] for language, told in about.get("in_words", {}).items()},
        )  # fmt: skip
    except KeyError as error:
        raise UserError(
            f"{path / FILE}: says nothing of {error}, expected from this version; make the "
            "comparison again"
        ) from None


def _lived(path: Path, numbers: Mapping[int, int]) -> pd.DataFrame:
    """Return the parameter sets that a folder's runs live with, by number."""
    if not numbers:
        return pd.DataFrame()
    file = path / LIVED
    try:
        found = pd.read_csv(file, float_precision="round_trip").set_index("set")
    except (OSError, ValueError, KeyError):
        raise UserError(f"{file}: cannot be read, expected the parameter sets of the runs; make "
                        "the comparison again") from None  # fmt: skip
    if missing := sorted(set(numbers.values()) - set(found.index)):
        raise UserError(f"{file}: lacks set {missing[0]}, expected every set of the runs")
    return found


def _price(lived: pd.DataFrame, number: int | None, written: float) -> float:
    """Return the cost per QALY displaced in a run."""
    return float(lived.loc[number, PRICE]) if number and PRICE in lived else written


def _shards(path: Path, named: list[dict[str, Any]]) -> pd.DataFrame:
    """Return the measures of all runs that a manifest names.

    Raises:
        UserError: If a file is gone or is not what its name says.
    """
    files = {(one["policy"], int(one["seed"])): path / one["file"] for one in named}
    try:
        return read_runs(files)
    except BrokenRunError as error:
        raise UserError(
            f"{error.file}: gone or broken, expected the run of {error.policy} with seed "
            f"{error.seed}; the command in {FILE} makes it again"
        ) from None


def _assembled(
    policies: list[str], seeds: list[int], repeats: list[int], runs: pd.DataFrame,
    lived: pd.DataFrame, numbers: Mapping[int, int], prices: Mapping[int, float], written: float,
    scale: float, years: int, currency: str, called: Mapping[str, Mapping[str, str]],
) -> Evidence:  # fmt: skip
    """Return the evidence of those runs that every policy has finished."""
    pairs = runs.drop_duplicates(["policy", "seed"]).groupby("seed")["policy"].nunique()
    whole = set(pairs.index[pairs == len(policies)])
    again = {seed: repeat for seed, repeat in zip(seeds, repeats, strict=False)
             if seed in whole and repeat in whole}  # fmt: skip
    kept = [*again, *(seed for seed in seeds if seed in whole and seed not in again)]
    sets = lived.loc[[numbers[seed] for seed in kept]].set_axis(kept) if numbers else lived
    differing = [name for name in sets if sets[name].nunique() > 1]
    varied = sets.loc[:, differing] if numbers else pd.DataFrame(index=kept)
    return Evidence(
        policies, kept, again, runs, varied,
        np.array([prices[seed] for seed in kept]), written, scale, years, currency, called,
    )  # fmt: skip
