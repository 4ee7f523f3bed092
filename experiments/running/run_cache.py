"""A run's measures as one small file, named by the hash of all that it depends on."""

import hashlib
import json
import os
import platform
import re
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from abm.policy import Policy
from experiments.design import Setting, digest

COLUMNS = ("measure", "by", "group", "value", "weight", "persons")
ABOUT = b"rarecare"
SUFFIX = ".parquet"
STALE = 24 * 3600.0
"""Seconds after which a half-written file of another machine is nobody's any more."""

_ROOT = Path(__file__).resolve().parents[2]
MEASURED_BY = ("agents", "abm", "experiments/measures", "experiments/running/branches.py")
"""Sources on which the measures of a run depend: packages, and a module."""


def run_facts(setting: Setting, policy: Policy, seed: int) -> dict[str, Any]:
    """Return all that a run depends on, as plain data."""
    return facts_of(setting, policy.canonical(), seed)


def facts_of(setting: Setting, levers: Any, seed: int) -> dict[str, Any]:
    """Return all that a run depends on, as plain data.

    Args:
        setting: What the runs of its batch have in common.
        levers: Its policy, as plain data (`Policy.canonical`).
        seed: Its seed.
    """
    return {**setting.depends_on(), "policy": levers, "seed": seed,
            "version": version(), "code": code_fingerprint()}  # fmt: skip


def run_file_name(setting: Setting, policy: Policy, seed: int) -> str:
    """Return the name, without folder, of the file of a run."""
    return file_name(run_facts(setting, policy, seed))


def file_name(facts: Mapping[str, Any]) -> str:
    """Return the name, without folder, of the file of a run that depends on these facts."""
    return digest(facts) + SUFFIX


def version() -> str:
    """Return the version of the installed package, "unknown" if it is not installed."""
    try:
        return metadata.version("rarecare")
    except metadata.PackageNotFoundError:
        return "unknown"


def measuring_sources(parts: tuple[str, ...] = MEASURED_BY) -> list[Path]:
    """Return the files of sources on which a run's measures depend.

    Args:
        parts: Packages and modules, as paths from the project's folder.
    """
    found: set[Path] = set()
    for part in parts:
        path = _ROOT / part
        found.update([path] if path.suffix else path.rglob("*.py"))
    return sorted(found)


@cache
def code_fingerprint(parts: tuple[str, ...] = MEASURED_BY) -> str:
    """Return a hash of the sources on which a run's measures depend.

    Args:
        parts: Packages and modules, as paths from the project's folder.
    """
    key = hashlib.sha256()
    for file in measuring_sources(parts):
        key.update(str(file.relative_to(_ROOT)).encode() + b"\0" + file.read_bytes())
    return key.hexdigest()[:16]


def write_run(folder: Path, measured: pd.DataFrame, facts: Mapping[str, Any]) -> None:
    """Write a run's measures under a temporary name, then rename.

    Args:
        folder: Where; the file is named by the facts.
        measured: Columns `COLUMNS`.
        facts: What the run was (`run_facts`), kept in the file's metadata.
    """
    path = folder / file_name(facts)
    table = pa.Table.from_pandas(measured[list(COLUMNS)], preserve_index=False)
    table = table.replace_schema_metadata({**(table.schema.metadata or {}),
                                           ABOUT: json.dumps(facts).encode()})  # fmt: skip
    temporary = path.with_name(f".{path.name}.{here()}.{os.getpid()}.tmp")
    try:
        pq.write_table(table, temporary, write_page_checksum=True)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def read_run(path: Path) -> pd.DataFrame | None:
    """Return a run's measures; None if there is no such file, or it is not the run of its name."""
    table = read_run_table(path)
    return None if table is None else table.to_pandas()


def read_run_table(path: Path) -> pa.Table | None:
    """Return a run's measures as a table of Arrow; None as in `read_run`.

    A file is named by the hash of what its metadata say; one that was overwritten with another
    run's content, cut short, or changed on the disk is not believed.
    """
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            table = file.read(columns=list(COLUMNS), use_threads=False)
        about = json.loads((table.schema.metadata or {})[ABOUT])
        whole = table.column_names == list(COLUMNS) and file_name(about) == path.name
    except (OSError, pa.ArrowException, KeyError, ValueError):
        return None
    return table if whole else None


def is_run_file(path: Path) -> bool:
    """Return whether a run's file is there and whole."""
    return path.exists() and read_run_table(path) is not None


def clear_temporary(folder: Path) -> None:
    """Remove what killed processes have left half-written in a folder of run files.

    What a process that lives is writing stays, another batch's too.
    """
    for file in folder.glob(".*.tmp"):
        with suppress(OSError):
            machine, process = file.name.removesuffix(".tmp").split(".")[-2:]
            if machine == here() and process.isdigit():
                gone = not _lives(int(process))
            else:
                gone = time.time() - file.stat().st_mtime > STALE
            if gone:
                file.unlink()


def here() -> str:
    """Return this machine's name, fit for a part of a file's name."""
    return re.sub(r"[^A-Za-z0-9-]", "-", platform.node()) or "here"


def _lives(process: int) -> bool:
    """Return whether a process of this machine lives; another user's does too."""
    try:
        os.kill(process, 0)
    except OSError as error:
        return not isinstance(error, ProcessLookupError)
    return True
