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

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from abm.policy import Policy
from experiments.design import Setting

COLUMNS = ("measure", "by", "group", "value", "weight", "persons")
KEYS = 3
"""Of the columns these are texts, the others numbers."""
ABOUT, CONTENT = b"rarecare", b"rarecare content"
"""Where a file says what it is of, and by what hash its content is known."""
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


def run_file_names(
    policies: Mapping[str, Policy], settings: Mapping[int, Setting]
) -> dict[tuple[str, int], str]:
    """Return the names, without folder, of the files of every policy's run with every seed.

    Args:
        policies: The policies by name.
        settings: What all runs of a seed have in common, by seed.
    """
    levers = {name: policy.canonical() for name, policy in policies.items()}
    return {
        (name, seed): file_name(facts_of(setting, levers[name], seed))
        for seed, setting in settings.items()
        for name in policies
    }


def file_name(facts: Mapping[str, Any]) -> str:
    """Return the name, without folder, of the file of a run that depends on these facts."""
    return named_by(told(facts))


def told(facts: Mapping[str, Any]) -> bytes:
    """Return what a run depends on as its file tells it: the same bytes for the same facts."""
    return json.dumps(facts, sort_keys=True).encode()


def named_by(about: bytes) -> str:
    """Return the name of the file that tells this of itself."""
    return hashlib.sha256(about).hexdigest() + SUFFIX


@cache
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
    about = told(facts)
    path = folder / named_by(about)
    table = pa.Table.from_pandas(measured[list(COLUMNS)], preserve_index=False)
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), ABOUT: about,
                                           CONTENT: content_of(table)})  # fmt: skip
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


class BrokenRunError(RuntimeError):
    """The file of a finished run has gone, or is not what its name says.

    Args:
        file: Where it should be.
        policy: Name of its policy.
        seed: Its seed.
    """

    def __init__(self, file: Path, policy: str, seed: int):
        super().__init__(f"{file}: a finished run's file is gone or broken; the same command "
                         "makes it again")  # fmt: skip
        self.file, self.policy, self.seed = file, policy, seed


def read_runs(files: Mapping[tuple[str, int], Path]) -> pd.DataFrame:
    """Return the measures of runs, one below the other, after columns policy and seed.

    They become a data frame together: to make one of each takes thirty times as long.

    Args:
        files: File of each run, by policy and seed.

    Raises:
        BrokenRunError: If a file has gone or is broken.
    """
    tables = []
    for (policy, seed), file in files.items():
        table = read_run_table(file)
        if table is None:
            raise BrokenRunError(file, policy, seed)
        tables.append(table)
    rows = [len(table) for table in tables]
    found = pa.concat_tables(tables).to_pandas() if tables else pd.DataFrame(columns=COLUMNS)
    found.insert(0, "policy", np.repeat(np.array([name for name, _ in files], object), rows))
    found.insert(1, "seed", np.repeat(np.array([seed for _, seed in files], np.int64), rows))
    return found


def read_run_table(path: Path) -> pa.Table | None:
    """Return a run's measures as a table of Arrow; None as in `read_run`.

    A file is named by the hash of what its metadata say, and holds the hash of its content; one
    that was overwritten with another run's content, cut short, or changed on the disk is not
    believed. (Parquet's own checksums leave out its headers and its footer.)
    """
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            table = file.read(columns=list(COLUMNS), use_threads=False)
        about = table.schema.metadata
        whole = (table.column_names == list(COLUMNS) and named_by(about[ABOUT]) == path.name
                 and content_of(table) == about[CONTENT])  # fmt: skip
    except Exception:  # whatever a changed file makes its reader raise
        return None
    return table if whole else None


def content_of(table: pa.Table) -> bytes:
    """Return the hash of a run's measures, hexadecimal.

    Args:
        table: Columns `COLUMNS`.
    """
    key = hashlib.sha256(" ".join(str(table[name].type) for name in COLUMNS).encode())
    for name in COLUMNS[:KEYS]:
        texts = table[name].combine_chunks().cast(pa.large_string())
        _, ends, letters = texts.buffers()
        at = np.frombuffer(ends, np.int64, len(texts) + 1, 8 * texts.offset)
        key.update(np.diff(at).tobytes())
        key.update(memoryview(letters or b"")[at[0] : at[-1]])
    for name in COLUMNS[KEYS:]:
        key.update(table[name].to_numpy().astype(np.float64).tobytes())
    return key.hexdigest().encode()


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
