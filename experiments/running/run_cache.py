"""A run's measures as one small file, named by the hash of all that it depends on."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from abm.policy import Policy
from abm.world import World

COLUMNS = ("measure", "by", "group", "value", "weight")
ABOUT = b"rarecare"

_ROOT = Path(__file__).resolve().parents[2]
_MEASURED_BY = ("agents", "abm", "experiments/measures")


@dataclass(frozen=True)
class Setting:
    """What all runs of a batch have in common.

    Attributes:
        world: The world, with the provinces whose people are simulated.
        scale: Simulated patients per real one.
        years: Length of the scenario.
        zone: Cities of the special zone for which the comparison asks, or None.
        pooled: Whether undetailed rare diseases load the hospitals too.
    """

    world: World
    scale: float
    years: int
    zone: tuple[str, ...] | None = None
    pooled: bool = False

    def depends_on(self) -> dict[str, Any]:
        """Return everything that a run depends on besides policy, seed and code."""
        return {
            "world": self.world.checksum,
            "provinces": sorted(self.world.inhabited),
            "scale": self.scale,
            "years": self.years,
            "zone": self.zone and sorted(self.zone),
            "pooled": self.pooled,
        }


def run_file_name(setting: Setting, policy: Policy, seed: int) -> str:
    """Return the name, without folder, of the file of a run."""
    return digest({**setting.depends_on(), "policy": policy.canonical(), "seed": seed,
                   "version": version(), "code": code_fingerprint()}) + ".parquet"  # fmt: skip


def digest(facts: Mapping[str, Any]) -> str:
    """Return the SHA-256 of plain data, hexadecimal."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def version() -> str:
    """Return the version of the installed package, "unknown" if it is not installed."""
    try:
        return metadata.version("rarecare")
    except metadata.PackageNotFoundError:
        return "unknown"


@cache
def code_fingerprint() -> str:
    """Return a hash of the sources on which a run's measures depend."""
    files = [file for package in _MEASURED_BY for file in (_ROOT / package).rglob("*.py")]
    key = hashlib.sha256()
    for file in sorted(files):
        key.update(str(file.relative_to(_ROOT)).encode() + b"\0" + file.read_bytes())
    return key.hexdigest()[:16]


def write_run(path: Path, measured: pd.DataFrame, about: Mapping[str, Any]) -> None:
    """Write a run's measures under a temporary name, then rename.

    Args:
        path: The file.
        measured: Columns `COLUMNS`.
        about: What the run was, kept in the file's metadata.
    """
    table = pa.Table.from_pandas(measured[list(COLUMNS)], preserve_index=False)
    table = table.replace_schema_metadata({**(table.schema.metadata or {}),
                                           ABOUT: json.dumps(about).encode()})  # fmt: skip
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        pq.write_table(table, temporary)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def read_run(path: Path) -> pd.DataFrame | None:
    """Return a run's measures, or None if there is no such file or it cannot be read."""
    try:
        return pq.read_table(path, columns=list(COLUMNS)).to_pandas()
    except (OSError, pa.ArrowException, KeyError):
        return None


def is_run_file(path: Path) -> bool:
    """Return whether a run's file is there and whole."""
    frame = read_run(path)
    return frame is not None and list(frame.columns) == list(COLUMNS)


def clear_temporary(folder: Path) -> None:
    """Remove what killed processes have left half-written in a folder of run files."""
    for file in folder.glob(".*.tmp"):
        file.unlink(missing_ok=True)
