"""A run of a validation as one small file, named by the hash of all that it depends on."""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from abm.policy import load_policy
from abm.world import World
from experiments.design import digest
from experiments.running.files import write_json
from experiments.running.run_cache import code_fingerprint
from experiments.validation.simulate import Simulated

SIMULATED_BY = ("agents", "abm", "experiments/validation")
"""Sources on which a simulated target depends."""
COMPARED = ("label", "published", "low", "high", "error", "discrepancy", "scale", "must", "tag",
            "source", "why")  # fmt: skip
"""Columns of `targets` and `surveys` that say with what figures are compared, and how that is told:
no run depends on them."""


def facts_of(world: World, seed: int, scale: float, use: str) -> dict[str, Any]:
    """Return all that the figures of a run depend on, as plain data.

    Args:
        world: The world that is lived in.
        seed: Seed of all draws.
        scale: Simulated patients per real one.
        use: Which targets: "fit", "check" or "all".
    """
    tables = (world.surveys, world.targets)
    asked = [table.drop(columns=[c for c in COMPARED if c in table]).to_csv() for table in tables]
    return {
        "world": world.checksum, "provinces": sorted(world.inhabited), "asked": asked,
        "record": load_policy(world.about.base, world=world).canonical(), "seed": seed,
        "scale": scale, "use": use, "code": code_fingerprint(SIMULATED_BY),
    }  # fmt: skip


def write_simulated(folder: Path, facts: Mapping[str, Any], found: Simulated) -> None:
    """Keep what a run has come to.

    Args:
        folder: Where; it must exist.
        facts: All that it depends on.
        found: Its figures.
    """
    write_json(folder / f"{digest(facts)}.json", {
        "facts": facts, "values": _plain(found.values), "persons": _plain(found.persons),
        "told": list(found.told),
    })  # fmt: skip


def read_simulated(folder: Path, facts: Mapping[str, Any]) -> Simulated | None:
    """Return what a run has come to; None if it is not kept, or its file is not what was written.

    Args:
        folder: Where runs are kept.
        facts: All that it depends on.
    """
    try:
        content = json.loads((folder / f"{digest(facts)}.json").read_text(encoding="utf-8"))
        if digest(content["facts"]) != digest(facts):
            return None
        return Simulated(_numbers(content["values"]), _numbers(content["persons"]),
                         tuple(content["told"]))  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _plain(numbers: pd.Series) -> dict[str, float | str]:
    """Return numbers by name as JSON can hold them, to the last digit."""
    pairs = ((str(name), float(value)) for name, value in numbers.items())
    return {name: value if math.isfinite(value) else str(value) for name, value in pairs}


def _numbers(content: Mapping[str, float | str]) -> pd.Series:
    return pd.Series({name: float(value) for name, value in content.items()}, dtype=float)
