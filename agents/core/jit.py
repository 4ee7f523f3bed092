"""Rules are plain Python functions about one agent, compiled for all of them.

``@rule`` marks a function that other rules call. ``@kernel`` marks the few that Python calls, about
one per phase of the month; what is compiled for them is kept on disk in a folder named after
everything that it was made from, because numba's own cache does not see a change in a rule that
a kernel calls from another module.

Set ``NUMBA_DISABLE_JIT=1`` for the whole process to run the same rules as plain Python, for a
debugger or for teaching; ``RARECARE_CACHE`` to choose the folder.
"""

import hashlib
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


def _cache_folder() -> str | None:
    """Return the first folder that can be written, or None: then nothing is kept."""
    bases = [
        Path.home() / ".cache" / "rarecare",
        Path(tempfile.gettempdir()) / f"rarecare-{os.getuid() if hasattr(os, 'getuid') else 'u'}",
    ]
    if chosen := os.environ.get("RARECARE_CACHE"):
        bases.insert(0, Path(chosen))
    name = _fingerprint()
    for base in bases:
        folder = base / VERSIONS / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
            _delete_old_versions(folder)
            return str(folder)
        except OSError:
            continue
    return None


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
    """Compile a rule that other rules call, into each of them.

    Inlining matters: the state is handed over by value, two hundred words at every call.
    """
    return numba.njit(forceinline=True, **_INNER)(function)


def rule_noinline(function: F) -> F:
    """Compile a rule that is called from many places and seldom runs, as a function of its own."""
    return numba.njit(**_INNER)(function)


def kernel(function: F) -> F:
    """Compile a rule that Python calls, and keep the result on disk."""
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = FOLDER or ""
    try:
        return numba.njit(cache=FOLDER is not None, **_OUTER)(function)
    finally:
        numba.config.CACHE_DIR = before
