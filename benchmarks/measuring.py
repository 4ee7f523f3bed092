"""What the benchmarks share: clocks on the phases of a month, and work done in its own process."""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from abm.engine import phases
from abm.setup import population

FIXED = (
    "collect",
    "learn_from_cases",
    "open_the_year",
    "pay_other_patients",
    "renew_notices",
    "review_catalogue",
    "stock_up",
    "update_list",
    "weigh_funds",
)
"""Phases of hospitals, funds and drugs, whose cost does not grow with the number of patients."""
ROOT = Path(__file__).resolve().parent.parent


class PhaseClock:
    """Adds up the CPU time spent in each phase of the month, and in populating a world.

    Attributes:
        seconds: CPU seconds by phase.
        overhead: CPU seconds spent handing arguments over, no part of the model.

    Args:
        handed_over: Called with a phase's arguments before it; returns what the phase is called
            with instead, and what to do afterwards.
    """

    def __init__(self, handed_over: Callable | None = None):
        self.seconds: Counter[str] = Counter()
        self.overhead = 0.0
        self._handed_over = handed_over
        self._originals = [
            (module, name, phase)
            for module in (phases, population)
            for name, phase in vars(module).items()
            if callable(phase)
            and not isinstance(phase, type)
            and not name.startswith("_")
            and getattr(phase, "__module__", "") == module.__name__
        ]

    def __enter__(self) -> "PhaseClock":
        for module, name, phase in self._originals:
            setattr(module, name, _Timed(self, name, phase))
        return self

    def __exit__(self, *_):
        for module, name, phase in self._originals:
            setattr(module, name, phase)

    def call(self, name: str, phase: Callable, arguments: tuple) -> Any:
        """Call a phase and time it."""
        start = time.process_time()
        done = None
        if self._handed_over is not None:
            arguments, done = self._handed_over(arguments)
        called = time.process_time()
        answer = phase(*arguments)
        returned = time.process_time()
        self.seconds[name] += returned - called
        if done is not None:
            done()
        self.overhead += called - start + time.process_time() - returned
        return answer


class _Timed:
    """A phase that is timed; in all else it is what it was."""

    def __init__(self, schedule: PhaseClock, name: str, phase: Callable):
        self._clock, self._name, self._phase = schedule, name, phase

    def __call__(self, *arguments):
        return self._clock.call(self._name, self._phase, arguments)

    def __getattr__(self, name: str):
        return getattr(self._phase, name)


def patients_part(seconds: Mapping[str, float]) -> float:
    """Return the CPU seconds of the phases whose cost grows with the number of patients."""
    return sum(spent for phase, spent in seconds.items() if phase not in FIXED)


def in_own_process(module: str, options: list[str], **environment: str) -> dict[str, Any]:
    """Run a module's worker in a fresh process and return what it printed as JSON on its last line.

    Args:
        module: Name of the module, for ``python -m``.
        options: Its arguments.
        **environment: Environment variables set for it.
    """
    done = subprocess.run(
        [sys.executable, "-m", module, *options],
        cwd=ROOT, env={**os.environ, **environment}, check=True, text=True, stdout=subprocess.PIPE,
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


def table(header: list[str], rows: list[list[str]]) -> str:
    """Return lines of columns, the first flush left and the others flush right."""
    cells = [header, *rows]
    widths = [max(len(row[k]) for row in cells) for k in range(len(header))]
    lines = []
    for row in cells:
        first, *others = (cell.ljust(w) if k == 0 else cell.rjust(w)
                          for k, (cell, w) in enumerate(zip(row, widths, strict=True)))  # fmt: skip
        lines.append("  ".join([first, *others]).rstrip())
    return "\n".join(lines)


def rows_in_memory(rows: np.ndarray) -> int:
    """Return how many rows are kept in memory for an array that may be a part of a longer one."""
    return len(rows) if rows.base is None else max(len(rows), len(rows.base))
