"""Many runs, by seed: every policy of a seed starts from the same people on the same day.

A task is one seed. The years before the scenario are lived once and each policy branches off from
them. Every run leaves one file; a run whose file is there is not run again, so an interrupted batch
goes on where it stopped. What a run yields depends on its own seed and policy only, not on the
number of workers, nor on what else was run.
"""

import json
import os
import time
import traceback
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import NamedTuple

from mesa.agent import Agent

from abm import RareCareModel
from abm.outputs import tables as outcomes
from abm.policy import Policy
from agents.core import jit
from experiments.measures import measure_run
from experiments.measures.run_view import RunTables
from experiments.running.executors import answers, answers_of_processes
from experiments.running.run_cache import (
    Setting,
    clear_temporary,
    code_fingerprint,
    is_run_file,
    run_file_name,
    write_run,
)

MEASURED = ("patients", "months", "financing")
"""The tables that measures look at; the others need not be made."""

Progress = Callable[[int, int, str], None]
"""Called with the runs done, all runs, and a few words: after every run, and twice a second while
own processes are waited for. What it raises ends the batch; finished runs are kept."""


class Outcome(NamedTuple):
    """What became of one run.

    Attributes:
        policy: Name of the policy.
        seed: Its seed.
        error: What went wrong, or an empty text.
    """

    policy: str
    seed: int
    error: str = ""


@dataclass(frozen=True)
class Task:
    """One seed, with the policies still to be run.

    Attributes:
        seed: Seed of all draws.
        policies: Policies by the name under which they are compared.
        setting: What all runs have in common.
        folder: Where the files go.
        code: Hash of the sources with which the batch was started.
    """

    seed: int
    policies: Mapping[str, Policy]
    setting: Setting
    folder: str
    code: str = field(default_factory=code_fingerprint)


@dataclass
class Batch:
    """What a batch has left.

    Attributes:
        files: File of each finished run, by policy and seed.
        failed: The runs that failed.
        kept: Runs that were there already.
    """

    files: dict[tuple[str, int], Path] = field(default_factory=dict)
    failed: list[Outcome] = field(default_factory=list)
    kept: int = 0


def run_batch(
    policies: Mapping[str, Policy],
    seeds: Sequence[int],
    setting: Setting,
    folder: str | Path,
    *,
    workers: int | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Batch:
    """Run every policy with every seed, but for what has been run before.

    Args:
        policies: Policies by the name under which they are compared.
        seeds: Seeds; the same for every policy.
        setting: What all runs have in common.
        folder: Folder of the run files; it must exist, and be shared with the executor's workers.
        workers: Number of own processes; as many as there are cores, by default.
        executor: Any `concurrent.futures` executor, in place of own processes.
        progress: Told after every finished run, and that it is still running.

    Returns:
        The files, and what failed: a run that fails does not stop the others.
    """
    folder = Path(folder).resolve()
    clear_temporary(folder)
    batch, tasks = Batch(), []
    for seed in seeds:
        missing = {}
        for name, policy in policies.items():
            path = folder / run_file_name(setting, policy, seed)
            batch.files[name, seed] = path
            if not is_run_file(path):
                missing[name] = policy
        if missing:
            tasks.append(Task(seed, missing, setting, str(folder)))
    total = len(seeds) * len(policies)
    done = batch.kept = total - sum(len(task.policies) for task in tasks)
    words = ""

    def tell(new: str | None = None) -> None:
        nonlocal words
        words = words if new is None else new
        if progress is not None:
            progress(done, total, words)

    tell()
    try:
        with closing(_answers(tasks, workers, executor, tell)) as ended:
            for task, answer in ended:
                if isinstance(answer, BaseException):
                    answer = [Outcome(name, task.seed, _words(answer)) for name in task.policies]
                batch.failed += [outcome for outcome in answer if outcome.error]
                done += len(answer)
                tell("")
    finally:
        clear_temporary(folder)
    for outcome in batch.failed:
        del batch.files[outcome.policy, outcome.seed]
    return batch


def _answers(
    tasks: list[Task], workers: int | None, executor: Executor | None,
    tell: Callable[..., None],
) -> Generator[tuple[Task, list[Outcome] | BaseException], None, None]:  # fmt: skip
    """Yield each task with what came of it."""
    if executor is not None:
        yield from answers(run_seed, tasks, executor)
    elif tasks:
        prepare = None
        if not is_compiled():
            tell("compiling the rules (once)")
            prepare = partial(compile_rules, tasks[0])
        workers = min(workers or os.cpu_count() or 1, len(tasks))
        yield from answers_of_processes(run_seed, tasks, workers, prepare, tell)


def run_seed(task: Task) -> list[Outcome]:
    """Run all policies of a task and write their files; return what became of each.

    Raises:
        RuntimeError: If this process has other sources than the one that keeps the batch.
    """
    if task.code != code_fingerprint():
        raise RuntimeError("the worker has other sources than those the batch was started with")
    together: dict[str, list[str]] = {}
    for name, policy in task.policies.items():
        history = _history(policy, task.setting.world.first_month)
        together.setdefault(history, []).append(name)
    return [outcome for names in together.values() for outcome in _run_branches(task, names)]


def _run_branches(task: Task, names: list[str]) -> Iterator[Outcome]:
    """Live the common past once, then each policy's future."""
    first, *others = names
    try:
        trunk = _build(task, task.policies[first])
    except Exception as error:
        yield from (Outcome(name, task.seed, _words(error)) for name in names)
        return
    for name in others:
        yield _run(task, name, partial(trunk.branch, task.policies[name]))
    yield _run(task, first, lambda: trunk)


def _build(task: Task, policy: Policy) -> RareCareModel:
    setting = task.setting
    return RareCareModel(
        policy=policy, world=setting.world, scale=setting.scale, years=setting.years,
        rng=task.seed, pooled=setting.pooled, follow=0.0,
    )  # fmt: skip


def _run(task: Task, name: str, model_of: Callable[[], RareCareModel]) -> Outcome:
    """Live one future, measure it and write its file."""
    setting, policy, begun = task.setting, task.policies[name], time.perf_counter()
    try:
        model = model_of().run()
        tables = {table: getattr(outcomes, table)(model) for table in MEASURED}
        run = RunTables(tables, setting.world, setting.scale, setting.years, setting.zone)
        measured = measure_run(run)
        _forget(model)
        about = {
            **setting.depends_on(), "policy": name, "seed": task.seed,
            "seconds": round(time.perf_counter() - begun, 2),
        }  # fmt: skip
        path = Path(task.folder) / run_file_name(setting, policy, task.seed)
        write_run(path, measured, about)
    except Exception as error:
        return Outcome(name, task.seed, _words(error))
    return Outcome(name, task.seed)


def _history(policy: Policy, first: int) -> str:
    """Return a text that is the same for policies with the same levers before a first month."""
    turns = sorted({min(policy.timeline.turns), first - 1, *policy.change_months()})
    before = [month for month in turns if month < first]
    return json.dumps([(m, policy.levers_at(m).model_dump(mode="json")) for m in before])


def _forget(model: RareCareModel) -> None:
    """Let a model go that Mesa 3.3 would keep for ever in a table of its agents' numbers."""
    getattr(Agent, "_ids", {}).pop(model, None)


def _words(error: BaseException) -> str:
    """Return an error in one line, with the place in the code where it arose."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {' '.join(str(error).split())}{place}"


def compile_rules(task: Task) -> None:
    """Compile every rule by running a tiny model, so that the workers need not each do it."""
    tiny = Setting(task.setting.world, scale=1e-4, years=1, pooled=task.setting.pooled)
    model = _build(Task(0, {}, tiny, ""), next(iter(task.policies.values())))
    model.run().outcomes()
    marker = _marker()
    if marker is not None:
        marker.touch()


def is_compiled() -> bool:
    """Return whether the compiled rules are on disk, or compiling beforehand would not help."""
    marker = _marker()
    return marker is None or marker.exists()


def _marker() -> Path | None:
    """Return the file that says that all rules were compiled, or None where none are kept."""
    return None if jit.FOLDER is None else Path(jit.FOLDER) / "all-compiled"
