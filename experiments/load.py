"""A comparison, a sweep or a search back from the folder in which it was saved."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from abm.errors import UserError
from abm.policy import Policy, load_policy
from abm.text_files import path_of
from abm.world import World, load_world
from experiments.compare import Comparison
from experiments.design import BEST, SETS, Design, Settings, make_design
from experiments.running.manifest import COMPARISON, FILE, holds_search, holds_sweep, read_manifest
from experiments.running.run_cache import BrokenRunError, code_fingerprint, read_runs, version
from experiments.running.runner import RunStatus
from experiments.searching.search import FRONT, Search, read_search
from experiments.sweeping.dataset import DATASET
from experiments.sweeping.sweep import Sweep, read_sweep


def load(
    folder: str | Path, world: str | Path | World | None = None
) -> Comparison | Search | Sweep:
    """Return the comparison, sweep or search that a folder holds, as it was when it was saved.

    Nothing is run: intervals, claims and sentences are worked out again from the runs' files.

    Args:
        folder: What `Comparison.save` or `rarecare compare`, `Sweep.save` or `rarecare sweep`,
            `Search.save` or `rarecare search` has written.
        world: The world that was compared in, if it cannot be read again: one with tables changed
            in Python, or whose folder has moved. By default the one that the manifest names.

    Raises:
        UserError: If it is no folder of such results, if it was made by another version
            of the program, or if its world or a run's file is no longer what it was.
    """
    where = path_of(folder)
    if holds_sweep(where):
        found = read_sweep(where)
        _check_version(where, found.manifest, f"{DATASET}/")
        return found
    if holds_search(where):
        searched = read_search(where)
        _check_version(where, searched.manifest, FRONT)
        return searched
    told = read_manifest(where, COMPARISON)
    _check_version(where, told, "summary.csv")
    try:
        design = _design(where, told, world)
        return Comparison(
            design, runs_of(where, told), tuple(RunStatus(**one) for one in told["failed"]),
            len(told["runs"]), float(told["duration_seconds"]),
        )  # fmt: skip
    except (KeyError, TypeError, AttributeError) as error:
        raise UserError(f"folder {folder}: {FILE} is not as it was written ({error!r}), expected "
                        "that of a finished comparison") from error  # fmt: skip


def _check_version(folder: Path, told: Mapping[str, Any], readable: str) -> None:
    """Refuse what other rules have made: it would be told in words that are not its own."""
    made = told.get("versions", {})
    here = {"rarecare": version(), "code": code_fingerprint()}
    if any(made.get(name) != value for name, value in here.items()):
        raise UserError(
            f"folder {folder}: made by rarecare {made.get('rarecare', 'of old')} with the rules "
            f"{made.get('code', 'of then')}, expected {here['rarecare']} with {here['code']}; its "
            f"{readable} can be read{_anew(told)}"
        )


def _anew(told: Mapping[str, Any]) -> str:
    """Return words on the command that makes a comparison anew, none if no command does."""
    again = str(told.get("again", ""))
    return f", and {again} makes it anew" if again.startswith("rarecare") else ""


def _design(folder: Path, told: Mapping[str, Any], world: str | Path | World | None) -> Design:
    """Return what was compared, made again and checked against what the manifest says."""
    place = _world(told, world)
    if place.checksum != told["world"]["checksum"]:
        raise UserError(
            f"folder {folder}: world {place.source} is not what it was when it was compared in, "
            "expected the same tables and parameters; load(folder, world=...) takes that of then"
        )
    for made in (_as_given, _as_written):
        try:
            design = made(told, place)
        except UserError:
            continue  # a policy's file has gone, or is no longer one
        if _is_that(design, told):
            return design
    raise UserError(
        f"folder {folder}: {FILE} contradicts itself, expected the policies, seeds and parameter "
        "sets that the runs have lived with"
    )


def _world(told: Mapping[str, Any], world: str | Path | World | None) -> World:
    """Return the world that was lived in, with its parameters, its sets and its people."""
    about, scope = told["world"], told["scope"]
    asked = about["source"] if world is None else world
    place = asked if isinstance(asked, World) else load_world(asked)
    if about["sets_from"] and place.sets_from != about["sets_from"]:
        place = place.with_sets(about["sets_from"])
    place = place.with_parameters(scope["parameters"]) if scope["parameters"] else place
    return place.with_set(scope["parameter_set"]).only(about["provinces"])


def _as_given(told: Mapping[str, Any], place: World) -> Design:
    """Return the design with its policies loaded by the references by which they were given."""
    references = [one["given_as"] or one["name"] for one in told["policies"]]
    return _made(told, references, place, told["scope"]["set"])


def _as_written(told: Mapping[str, Any], place: World) -> Design:
    """Return the design with its policies as the manifest holds them in full, settings too."""
    found: list[str | Path | Policy] = []
    with tempfile.TemporaryDirectory(prefix="rarecare-") as spare:
        for number, one in enumerate(told["policies"]):
            file = Path(spare) / f"{number}.toml"
            file.write_text(one["toml"], encoding="utf-8")
            policy = load_policy(file, world=place)
            found.append(replace(policy, name=one["name"], title=one["title"], origin=None))
    references = {one["name"]: one["given_as"] for one in told["policies"]}
    design = _made(told, found, place, {})
    return replace(design, settings=told["scope"]["set"], references=references)


def _made(
    told: Mapping[str, Any],
    policies: Sequence[str | Path | Policy],
    place: World,
    settings: Settings,
) -> Design:
    asked = told["parameters"]
    return make_design(
        policies, runs=len(told["seeds"]), scale=asked["scale"], years=asked["years"], world=place,
        seed=told["seeds"][0], settings=settings, pooled=asked["pooled"],
        ranked_by=asked["ranked_by"], parameters=SETS if asked["parameter_sets"] else BEST,
    )  # fmt: skip


def _is_that(design: Design, told: Mapping[str, Any]) -> bool:
    """Return whether a design is the one that was run: what a policy holds, not how it is put."""
    policies = design.policies
    return (
        list(policies) == [one["name"] for one in told["policies"]]
        and all(
            policy.canonical() == one["levers"] or policy.to_toml(whole=True) == one["toml"]
            for policy, one in zip(policies.values(), told["policies"], strict=True)
        )
        and design.sets_are == told["parameters"]["parameter_sets_are"]
        and [*design.seeds, *design.repeats] == [*told["seeds"], *told["repeats"]]
    )


def runs_of(folder: Path, told: Mapping[str, Any]) -> pd.DataFrame:
    """Return the measures of all runs of a comparison, one below the other.

    Args:
        folder: Its folder.
        told: Its manifest.

    Raises:
        UserError: If a file has gone or is broken.
    """
    files = {(one["policy"], one["seed"]): folder / one["file"] for one in told["runs"]}
    try:
        return read_runs(files)
    except BrokenRunError as error:
        raise UserError(
            f"{error.file}: gone or broken, expected the run of {error.policy} with "
            f"seed {error.seed}{_anew(told)}"
        ) from None
