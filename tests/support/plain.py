"""The rules of the agents as plain Python, beside the compiled ones, in the same process.

A compiled rule can only be called by another compiled rule. Here the `agents` package, and the
phases of a month with it, are imported a second time with compilation switched off, so that a test
can call any rule with any rows, and a few months of a hamlet need no compiling.
`tests/abm/laws/test_engines.py` shows that both engines give the same bytes.
"""

import importlib
import sys
from pathlib import Path
from types import SimpleNamespace

import numba

import abm.engine

AGENTS = Path(__file__).resolve().parents[2] / "agents"
MODULES = (
    *("core.bitset", "core.parameters", "core.random_numbers", "core.record"),
    *sorted(path.stem for path in AGENTS.glob("*.py") if path.stem not in ("__init__", "codes")),
)
"""Those with rules."""
PHASES = ("abm.engine.special_fund", "abm.engine.phases")
"""Modules of the month's phases, the one that Python calls last."""


def _ours() -> dict:
    """Return the modules of the agents and the phases that are imported now."""
    return {
        name: module
        for name, module in sys.modules.items()
        if name == "agents" or name.startswith("agents.") or name in PHASES
    }


def load() -> SimpleNamespace:
    """Return the modules of `agents` and `phases` by name, their rules interpreted."""
    compiled, before = _ours(), numba.config.DISABLE_JIT
    engine = dict(vars(abm.engine))
    for name in compiled:
        del sys.modules[name]
    numba.config.DISABLE_JIT = 1
    try:
        modules = {m: importlib.import_module(f"agents.{m}") for m in MODULES}
        *_, phases = (importlib.import_module(name) for name in PHASES)
        return SimpleNamespace(phases=phases, **{m.rpartition(".")[2]: modules[m] for m in MODULES})
    finally:
        numba.config.DISABLE_JIT = before
        for name in _ours():
            del sys.modules[name]
        sys.modules.update(compiled)
        vars(abm.engine).update(engine)


agents = load()
