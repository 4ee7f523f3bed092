"""The model, or what stands for it, run on many points; each run is kept and never done twice.

A run is a line of a file, named by the hash of all that it depends on: world, parameter values,
seed, scale and code. A line is appended as soon as its run has ended; one that a killed process has
left half-written is not read. So whatever ends a fit, the same command goes on from there and gives
the same.
"""

import json
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from abm.policy import load_policy
from abm.world import World
from experiments.calibration.figures import FIT
from experiments.calibration.priors import Prior, values_of
from experiments.design import Setting, digest
from experiments.running.executors import results
from experiments.running.run_cache import code_fingerprint
from experiments.running.runner import Progress, compile_rules, compiled_once
from experiments.running.stopping import StoppedError
from experiments.validation.kept import COMPARED, SIMULATED_BY
from experiments.validation.simulate import simulated_targets

FILE = "simulations.jsonl"
LIMIT, LIMIT_OF_SCALE = 60.0, 3000.0
"""Seconds of processor time that a simulation may take, and more per unit of scale: sixty times
what it does take, so that an end is put only to what would never end."""
BESIDE = 7
"""Key of the draws of parameters that a point does not name."""
MOST_FAILED = 0.1
"""Share of the runs of a batch that may fail."""


class Point(NamedTuple):
    """What is tried.

    Attributes:
        values: Parameter values by name.
        seed: Seed of all draws.
    """

    values: dict[str, float]
    seed: int


Outputs = dict[str, float]
"""Simulated figures by target; what is undefined is NaN."""


@dataclass(frozen=True)
class Simulator:
    """What is fitted: the model in a world, or a function in its place.

    Attributes:
        work: Gives the figures at a point; it can be sent to another process.
        facts: All that the figures depend on besides the point, as plain data.
        prepare: Called in one process before the others begin, or None.
        written: Parameter values that hold where a point names no others.
    """

    work: Callable[[Point], Outputs]
    facts: dict[str, Any]
    prepare: Callable[[], Any] | None = None
    written: Mapping[str, float] = field(default_factory=dict)


def model_of(world: World, scale: float) -> Simulator:
    """Return the model in a world.

    Args:
        world: The world; points change its parameters.
        scale: Simulated patients per real one.
    """
    code = code_fingerprint(SIMULATED_BY)
    table = world.parameter_table
    # Each run's own values are told with it: what a fit writes into parameters.csv changes no run.
    bare = world.with_parameters(dict(zip(table["name"], table["low"], strict=True)))
    record = load_policy(world.about.base, world=world).canonical()
    facts = {"world": bare.checksum, "provinces": sorted(world.inhabited), "scale": scale,
             "made": digest({"record": record, "asked": _asked(world)}), "code": code}  # fmt: skip
    setting = Setting(world, scale=scale, years=1)
    work = partial(_simulated, world, scale, code)
    return Simulator(work, facts, partial(_compile, setting), world.parameters)


def _asked(world: World) -> str:
    """Return the rows that say what is simulated, without what it is compared with, as text."""
    targets = world.targets[world.targets["use"] == FIT]
    surveys = world.surveys[world.surveys["survey"].isin(targets["survey"])]
    return "".join(
        table.drop(columns=list(COMPARED), errors="ignore").to_csv(index=False)
        for table in (surveys, targets)
    )


def _compile(setting: Setting) -> None:
    compile_rules(setting, load_policy(setting.world.about.base, world=setting.world))


def _simulated(world: World, scale: float, code: str, point: Point) -> Outputs:
    """Return the targets that are fitted to, at a point.

    Raises:
        RuntimeError: If this process has other sources than the one that keeps the batch.
    """
    if code != code_fingerprint(SIMULATED_BY):
        raise RuntimeError("the worker has other sources than those the fit was started with")
    tried = world.with_parameters(point.values)
    found = within(LIMIT + LIMIT_OF_SCALE * scale, simulated_targets, tried, point.seed, scale, FIT)
    return {str(name): float(value) for name, value in found.items()}


def within(seconds: float, work: Callable[..., Any], *given: Any) -> Any:
    """Return what a call gives; end this process if it takes too long and is one of a batch's own.

    Compiled rules cannot be interrupted otherwise. The batch sees that the process has died, tries
    the point once more, alone, and counts it as failed.

    Args:
        seconds: Processor time that it may take.
        work: What is called.
        given: What it is called with.
    """
    ours = multiprocessing.parent_process() is not None
    if not (ours and hasattr(signal, "setitimer") and _in_main_thread()):
        return work(*given)
    signal.signal(signal.SIGVTALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        return work(*given)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0.0)


def _in_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


class Store:
    """Runs that have been done, by the hash of all that each depends on.

    Args:
        path: The file, a line per run; it is made when the first run is added.
    """

    def __init__(self, path: Path):
        self.path = path
        self._rows: dict[str, Outputs] = {}
        if path.exists():
            for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
                self._read(line)

    def _read(self, line: str) -> None:
        """Take a line for what it says, unless it is not whole."""
        try:
            row = json.loads(line)
            if row["key"] == digest(row["facts"]):
                self._rows[row["key"]] = row["outputs"]
        except (ValueError, TypeError, KeyError):
            return

    def get(self, key: str) -> Outputs | None:
        """Return the figures of a run, None if it has not been done."""
        return self._rows.get(key)

    def add(self, facts: dict[str, Any], outputs: Outputs) -> None:
        """Keep a run.

        Args:
            facts: All that it depends on.
            outputs: Its figures.
        """
        key = digest(facts)
        line = json.dumps({"key": key, "facts": facts, "outputs": outputs}) + "\n"
        with self.path.open("a+b") as file:
            if file.tell() and not _ended(file):
                line = "\n" + line
            file.write(line.encode())
        self._rows[key] = outputs

    def __len__(self) -> int:
        return len(self._rows)


def _ended(file: Any) -> bool:
    """Return whether a file's last line is whole."""
    file.seek(-1, os.SEEK_END)
    return file.read(1) == b"\n"


@dataclass
class Runs:
    """Does runs, on processes or whatever executor there is, and keeps them.

    Attributes:
        simulator: What is run.
        store: Where runs are kept.
        workers: Number of own processes; as many as there are cores, by default.
        executor: Any `concurrent.futures` executor in place of own processes.
        progress: Called after every run, and that it is still running.
        until: Time (`time.monotonic`) at which no more runs are waited for.
        expected: Runs that the whole fit will take, as far as known.
        done: Runs done or found so far.
        failed: Errors of runs that failed.
        beside: Priors from which every run draws the parameters that its point does not name, by
            its seed: as no target tells of them, what they do counts as luck.
    """

    simulator: Simulator
    store: Store
    workers: int | None = None
    executor: Executor | None = None
    progress: Progress | None = None
    until: float = float("inf")
    expected: int = 0
    done: int = 0
    failed: list[str] = field(default_factory=list)
    beside: tuple[Prior, ...] = ()

    def completed(self, values: pd.DataFrame, seeds: Sequence[int]) -> pd.DataFrame:
        """Return points with what they do not name drawn from the priors beside them.

        Args:
            values: One row per point, a column per parameter.
            seeds: One per point.
        """
        drawn = [prior for prior in self.beside if prior.name not in values]
        if not drawn:
            return values
        scores = [np.random.default_rng([BESIDE, seed]).standard_normal(len(drawn))
                  for seed in seeds]  # fmt: skip
        others = values_of(drawn, np.array(scores))
        return pd.concat([values.reset_index(drop=True), others], axis=1)

    def outputs(self, values: pd.DataFrame, seeds: Sequence[int]) -> list[Outputs]:
        """Return the figures at points, one each, in their order; empty where a run failed.

        Args:
            values: One row per point, a column per parameter.
            seeds: One per point.

        Raises:
            StoppedError: If the time is over, or too many runs fail.
        """
        values = self.completed(values, seeds)
        points = [Point({str(k): float(v) for k, v in row.items()}, int(seed))
                  for row, seed in zip(values.to_dict("records"), seeds, strict=True)]  # fmt: skip
        keys = [digest(self._facts(point)) for point in points]
        missing = [p for p, key in zip(points, keys, strict=True) if self.store.get(key) is None]
        self.done += len(points) - len(missing)
        self.expected = max(self.expected, self.done + len(missing))
        failed: list[str] = []
        with closing(self._results(missing)) as ended:
            for point, found in ended:
                self.done += 1
                if isinstance(found, BaseException):
                    failed.append(f"{type(found).__name__}: {' '.join(str(found).split())}")
                    self._check(failed, len(points))
                else:
                    self.store.add(self._facts(point), found)
                self._pulse()
        self.failed += failed
        return [self.store.get(key) or {} for key in keys]

    def _facts(self, point: Point) -> dict[str, Any]:
        values = {**self.simulator.written, **point.values}
        return {**self.simulator.facts, "values": values, "seed": point.seed}

    def _results(self, points: list[Point]) -> Generator[tuple[Point, Any], None, None]:
        """Yield each point with its figures, or what went wrong."""
        self._pulse()
        work = self.simulator.work
        if self.executor is not None:
            yield from results(work, points, self.executor, self._pulse)
        elif points:
            prepare = self.simulator.prepare
            yield from compiled_once(work, points, self.workers, prepare, self._pulse)

    def _pulse(self, message: str = "") -> None:
        if self.progress is not None:
            self.progress(self.done, self.expected, message)
        if time.monotonic() > self.until:
            raise StoppedError("the time given by --hours is over")

    def _check(self, failed: list[str], count: int) -> None:
        if len(failed) > max(1.0, MOST_FAILED * count):
            raise StoppedError(f"{len(failed)} of {count} runs failed, the last with: {failed[-1]}")


def seeds_of(seed: int, stage: int, numbers: Iterable[int]) -> list[int]:
    """Return the seeds of a stage's runs, all different.

    Args:
        seed: Seed of the fit.
        stage: Number of the stage.
        numbers: Numbers of the runs in it.
    """
    return [int(np.random.SeedSequence([seed, stage, n]).generate_state(1, np.uint64)[0] >> 2)
            for n in numbers]  # fmt: skip
