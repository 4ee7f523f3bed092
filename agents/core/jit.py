"""Rules are plain Python functions about one agent, compiled for all of them.

``@rule`` marks a function that other rules call. ``@kernel`` marks the few that Python calls, about
one per phase of the month; what is compiled for them is kept on disk in a folder named after
everything that it was made from, because numba's own cache does not see a change in a rule that
a kernel calls from another module.

Set ``NUMBA_DISABLE_JIT=1`` for the whole process to run the same rules as plain Python, for a
debugger or for teaching; ``RARECARE_CACHE`` to choose the folder.
"""

import hashlib
import multiprocessing
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numba
import numpy as np

from agents.core.compiled_cache import keep, tell
from agents.core.parts import PartCompiler, of_declared_types

INTERPRETED = bool(numba.config.DISABLE_JIT)
"""True where the rules run as plain Python."""

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS: dict[str, Any] = {"error_model": "numpy", "nogil": True}
_SOURCES = Path(__file__).resolve().parents[2]


def _fingerprint() -> str:
    """Return a hash of the rules' sources and of what compiles them."""
    key = hashlib.sha256(repr((numba.__version__, np.__version__, sys.version)).encode())
    for package in ("agents", "abm"):
        for file in sorted((_SOURCES / package).rglob("*.py")):
            key.update(str(file.relative_to(_SOURCES)).encode() + b"\0" + file.read_bytes())
    return key.hexdigest()[:16]


VERSIONS = "rarecare-rules"
"""Folder of our own within the cache; nothing outside it is ever deleted."""
NAME = re.compile(r"[0-9a-f]{16}")
KEPT = 8
"""Compiled versions of the sources that are kept; older ones are deleted."""


FREE = 200_000_000
"""Bytes that must be free where rules are to be kept; a version of them takes a third of it."""


def _cache_folder() -> str | None:
    """Return the first folder with room that can be written, or None: then nothing is kept."""
    name = _fingerprint()
    refused = ""
    for find in (_chosen, _at_home, _own_temporary):
        base: Path | str = "a folder for this user's files"
        try:
            base = find()
            folder = _usable(base / VERSIONS / name)
        except (OSError, RuntimeError, ValueError) as error:
            refused = refused or f"{base}: {getattr(error, 'strerror', None) or error}"
            continue
        if refused:
            _tell_once(
                f"rarecare: compiled rules are not kept in {refused}; {base} is used instead"
            )
        return str(folder)
    _tell_once(f"rarecare: compiled rules are not kept in {refused}; every process compiles them")
    return None


def _usable(folder: Path) -> Path:
    """Return a folder for one version of the rules, made if it is not there.

    Raises:
        OSError: If it cannot be written, or there is no room for what it lacks.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        pass
    _delete_old_versions(folder)
    held = sum(file.stat().st_size for file in folder.rglob("*.nbc"))
    if held + shutil.disk_usage(folder).free < FREE:
        raise OSError(f"less than {FREE // 2**20} MB are free")
    return folder


def _tell_once(line: str) -> None:
    """Say a line, unless the process that began this one has said it."""
    if multiprocessing.parent_process() is None:
        tell(line)


def _chosen() -> Path:
    """Return the folder that the user has named, else the usual one."""
    chosen = os.environ.get("RARECARE_CACHE")
    return Path(chosen).expanduser() if chosen else _at_home()


def _at_home() -> Path:
    """Return the usual folder.

    Raises:
        RuntimeError: If this user has no home.
    """
    return Path.home() / ".cache" / "rarecare"


def _own_temporary() -> Path:
    """Return a folder for temporary files that nobody else can write to.

    What is compiled is code that is run: what another user has put there is not.

    Raises:
        OSError: If there is none.
    """
    user = os.getuid() if hasattr(os, "getuid") else "u"
    folder = Path(tempfile.gettempdir()) / f"rarecare-{user}"
    folder.mkdir(mode=0o700, exist_ok=True)
    about = folder.lstat()
    if hasattr(os, "getuid") and (about.st_uid != user or about.st_mode & 0o022):
        raise PermissionError(f"{folder} is not this user's alone")
    return folder


def _delete_old_versions(folder: Path) -> None:
    """Delete the versions compiled longest ago, but for the newest few and this one."""
    others = [p for p in folder.parent.iterdir() if NAME.fullmatch(p.name) and p != folder]
    for old in sorted(others, key=lambda p: p.stat().st_mtime, reverse=True)[KEPT - 1 :]:
        shutil.rmtree(old, ignore_errors=True)


FOLDER = None if INTERPRETED else _cache_folder()
"""Where what is compiled is kept, or None."""


_OUTER = {"no_cfunc_wrapper": True, "_nrt": False, **_OPTIONS}
_INNER = {"no_cpython_wrapper": True, **_OUTER}


def rule(function: F) -> F:
    """Compile a rule that other rules call, into each of them."""
    compiled = numba.njit(forceinline=True, pipeline_class=PartCompiler, **_INNER)(function)
    return compiled if INTERPRETED else of_declared_types(compiled)


def rule_noinline(function: F) -> F:
    """Compile a rule that is called from many places and seldom runs, as a function of its own."""
    compiled = numba.njit(pipeline_class=PartCompiler, **_INNER)(function)
    return compiled if INTERPRETED else of_declared_types(compiled)


def kernel(function: F) -> F:
    """Compile a rule that Python calls, and keep the result on disk."""
    compiled = numba.njit(**_OUTER)(function)
    if FOLDER is not None:
        keep(compiled, FOLDER)
    return compiled
