"""Many runs of a world's record, each with its own seed and world, side by side on processes."""

import tempfile
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from abm import World
from abm.errors import UserError
from abm.policy import load_policy
from abm.world import DEFAULT, load_world
from experiments.design import SETS, Setting
from experiments.running.files import make_folder
from experiments.running.manifest import RUN_FILES
from experiments.running.run_cache import code_fingerprint
from experiments.running.runner import Progress, Task, task_results
from experiments.validation.kept import SIMULATED_BY, facts_of, read_simulated, write_simulated
from experiments.validation.simulate import ALL, Simulated, simulate, targets_of
from experiments.validation.table import validation_table
from experiments.validation.worlds import worlds_of_runs

FEWEST, MOST = 2, 10_000
"""Runs of a validation: never one seed."""


class Validation(NamedTuple):
    """What a validation has found.

    Attributes:
        table: One row per target (`experiments.validation.table.validation_table`).
        runs: One row per run: its seed, and the value of each target.
        told: Lines on surveys' groups without or with few respondents, with how many runs.
        failed: Lines on runs that have failed.
        must: The targets that every parameter set has to meet.
        meet_all: How many of the runs meet all of these.
        kept: Runs that were there already.
    """

    table: pd.DataFrame
    runs: pd.DataFrame
    told: list[str]
    failed: list[str]
    must: tuple[str, ...] = ()
    meet_all: int = 0
    kept: int = 0


def validate(
    world: str | Path | World = DEFAULT,
    *,
    runs: int = 8,
    scale: float = 0.05,
    seed: int = 1,
    use: str = ALL,
    parameters: str = SETS,
    workers: int | None = None,
    out: str | Path | None = None,
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
        out: Folder in which every finished run is kept at once, and not done again if it is there;
            by default nothing is kept.
        progress: Called with the runs done, all runs and a few words.

    Raises:
        UserError: For too few runs, a scale or use that cannot be, a world without such targets, or
            a folder that cannot be written.
        RuntimeError: If no run has ended well.
    """
    world = world if isinstance(world, World) else load_world(world)
    if not FEWEST <= runs <= MOST:
        raise UserError(f"runs {runs}: expected a whole number from {FEWEST} to {MOST}")
    if not 0.0 < scale <= 1.0:
        raise UserError(f"scale {scale}: expected above 0 and at most 1")
    if targets_of(world, use).empty:
        raise UserError(f"world {world.name}: no targets of use {use!r} in its targets.csv")
    seeds = range(seed, seed + runs)
    places = worlds_of_runs(world, seeds, parameters)
    with ExitStack() as stack:
        folder = out or stack.enter_context(tempfile.TemporaryDirectory(prefix="rarecare-"))
        runs_kept = make_folder(make_folder(folder) / RUN_FILES)
        facts = {one: facts_of(place, one, scale, use)
                 for one, place in zip(seeds, places, strict=True)}  # fmt: skip
        there = {one: read_simulated(runs_kept, facts[one]) for one in seeds}
        found = {one: kept for one, kept in there.items() if kept is not None}
        record = {"record": load_policy(world.about.base, world=world)}
        code = code_fingerprint(SIMULATED_BY)
        tasks = [Task(one, record, Setting(place, scale, years=1), str(runs_kept), code)
                 for one, place in zip(seeds, places, strict=True) if one not in found]  # fmt: skip
        kept, failed = len(found), list[str]()

        def pulse(message: str = "") -> None:
            if progress is not None:
                progress(len(found) + len(failed), runs, message)

        pulse()
        with closing(task_results(tasks, workers, None, pulse, partial(_run, use=use))) as ended:
            for task, result in ended:
                if isinstance(result, UserError):
                    raise result
                if isinstance(result, BaseException):
                    failed.append(f"seed {task.seed}: {type(result).__name__}: {result}")
                else:
                    write_simulated(runs_kept, facts[task.seed], result)
                    found[task.seed] = result
                pulse()
    if not found:
        raise RuntimeError(f"no run has ended well; {failed[0]}")
    return _summed_up(world, found, failed)._replace(kept=kept)


def _run(task: Task, use: str) -> Simulated:
    """Do one run, in a process of its own.

    Raises:
        RuntimeError: If this process has other sources than the one that keeps the batch.
    """
    if task.code != code_fingerprint(SIMULATED_BY):
        raise RuntimeError("the worker has other sources than those the batch was started with")
    return simulate(task.setting.world, task.seed, task.setting.scale, use)


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
