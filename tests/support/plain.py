"""The rules of the agents as plain Python, beside the compiled ones, in the same process.

A compiled rule can only be called by another compiled rule. Here the `agents` package is imported
a second time with compilation switched off, so that a test can call any rule with any rows.
`tests/abm/laws/test_engines.py` shows that both engines give the same bytes.
"""

import importlib
import sys
from pathlib import Path
from types import SimpleNamespace

import numba

AGENTS = Path(__file__).resolve().parents[2] / "agents"
MODULES = (
    *("core.bitset", "core.parameters", "core.random_numbers", "core.record"),
    *sorted(path.stem for path in AGENTS.glob("*.py") if path.stem not in ("__init__", "codes")),
)
"""Those with rules."""


def _ours() -> dict:
    """Return the modules of the agents that are imported now."""
    return {k: m for k, m in sys.modules.items() if k == "agents" or k.startswith("agents.")}


def load() -> SimpleNamespace:
    """Return the modules of `agents` by name, their rules interpreted."""
    compiled, before = _ours(), numba.config.DISABLE_JIT
    for name in compiled:
        del sys.modules[name]
    numba.config.DISABLE_JIT = 1
    try:
        modules = {m: importlib.import_module(f"agents.{m}") for m in MODULES}
        return SimpleNamespace(**{m.rpartition(".")[2]: modules[m] for m in MODULES})
    finally:
        numba.config.DISABLE_JIT = before
        for name in _ours():
            del sys.modules[name]
        sys.modules.update(compiled)


agents = load()
