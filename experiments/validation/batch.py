"""Many runs of a world's record, each with its own seed and world, side by side on processes."""

import os
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from abm import World, precompile
from abm.errors import UserError
from abm.policy import load_policy
from abm.world import DEFAULT, load_world
from experiments.design import SETS, Setting
from experiments.running.executors import results_of_processes
from experiments.running.runner import Progress, compile_rules, is_compiled
from experiments.validation.simulate import ALL, Simulated, simulate, targets_of
from experiments.validation.table import validation_table
from experiments.validation.worlds import worlds_of_runs

FEWEST, MOST = 2, 10_000
"""Runs of a validation: never one seed."""


class Task(NamedTuple):
    """One run.

    Attributes:
        world: The world that is lived in.
        seed: Seed of all draws.
        scale: Simulated patients per real one.
        use: Which targets: "fit", "check" or "all".
    """

    world: World
    seed: int
    scale: float
    use: str


class Validation(NamedTuple):
    """What a validation has found.

    Attributes:
        table: One row per target (`experiments.validation.table.validation_table`).
        runs: One row per run: its seed, and the value of each target.
        told: Lines on surveys' groups without or with few respondents, with how many runs.
        failed: Lines on runs that have failed.
        must: The targets that every parameter set has to meet.
        meet_all: How many of the runs meet all of these.
    """

    table: pd.DataFrame
    runs: pd.DataFrame
    told: list[str]
    failed: list[str]
    must: tuple[str, ...] = ()
    meet_all: int = 0


def validate(
    world: str | Path | World = DEFAULT,
    *,
    runs: int = 8,
    scale: float = 0.05,
    seed: int = 1,
    use: str = ALL,
    parameters: str = SETS,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Validation:
    """Compare every target of a world with its runs.

    Args:
        world: Name or path of a world, or a world. If it has parameter sets, and none has been
            chosen, each run lives with another.
        runs: Number of runs, at least 2.
        scale: Simulated patients per real one.
        seed: Seed of the first run; the others follow it.
        use: "fit", "check" or "all" targets.
        parameters: "sets": each run with another parameter set; "best": all with the world's own
            values.
        workers: Number of processes; as many as there are cores, by default.
        progress: Called with the runs done, all runs and a few words.

    Raises:
        UserError: For too few runs, a use that cannot be, or a world without such targets.
        RuntimeError: If no run has ended well.
    """
    world = world if isinstance(world, World) else load_world(world)
    if not FEWEST <= runs <= MOST:
        raise UserError(f"runs {runs}: expected a whole number from {FEWEST} to {MOST}")
    if targets_of(world, use).empty:
        raise UserError(f"world {world.name}: no targets of use {use!r} in its targets.csv")
    seeds = range(seed, seed + runs)
    places = worlds_of_runs(world, seeds, parameters)
    tasks = [Task(place, one, scale, use) for one, place in zip(seeds, places, strict=True)]
    tell = progress or (lambda *_: None)
    found: dict[int, Simulated] = {}
    failed: list[str] = []
    pulse: Callable[[], None] = lambda: tell(len(found) + len(failed), runs, "")  # noqa: E731
    prepare = None
    if not is_compiled():
        tell(0, runs, "compiling the rules (once)")
        precompile.start()
        record = load_policy(world.about.base, world=world)
        prepare = partial(compile_rules, Setting(world, scale, 1), record)
    count = min(workers or os.cpu_count() or 1, runs)
    ended = results_of_processes(_run, tasks, count, prepare, pulse)
    with closing(ended):  # type: ignore[type-var] # a generator, declared as what it yields
        for task, result in ended:
            if isinstance(result, UserError):
                raise result
            if isinstance(result, BaseException):
                failed.append(f"seed {task.seed}: {type(result).__name__}: {result}")
            else:
                found[task.seed] = result
            pulse()
    if not found:
        raise RuntimeError(f"no run has ended well; {failed[0]}")
    return _summed_up(world, found, failed)


def _run(task: Task) -> Simulated:
    """Do one run, in a process of its own."""
    return simulate(task.world, task.seed, task.scale, task.use)


def _summed_up(world: World, found: dict[int, Simulated], failed: list[str]) -> Validation:
    """Return the table, the runs by seed, and how often each line was told."""
    seeds = sorted(found)
    ended = [found[seed] for seed in seeds]
    runs = pd.DataFrame([run.values for run in ended])
    runs.insert(0, "seed", seeds)
    lines = pd.Series([line.replace("none of", "0 of") for run in ended for line in run.told])
    groups = lines.str.replace(r": \d+ of", ": few of", regex=True) if len(lines) else lines
    counts = groups.value_counts(sort=False) if len(lines) else {}
    told = [f"{line} (in {count} of {len(ended)} runs)" for line, count in dict(counts).items()]
    must = world.targets[world.targets["must"].eq(1)].set_index("target")
    must = must.loc[[name for name in must.index if name in runs]]
    inside = runs[list(must.index)].ge(must["low"]) & runs[list(must.index)].le(must["high"])
    meet_all = int(inside.all(axis=1).sum()) if len(must) else 0
    return Validation(validation_table(world, ended), runs, told, failed, tuple(must.index),
                      meet_all)  # fmt: skip
