"""Many runs, by seed: every policy of a seed starts from the same people on the same day.

A task is one seed. The years before the scenario are lived once and each policy branches off from
them. Every run leaves one file; a run whose file is there is not run again, so an interrupted batch
goes on where it stopped. What a run yields depends on its own seed and policy only, not on the
number of workers, nor on what else was run.
"""

import os
import time
import traceback
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from abm import precompile
from abm.errors import UserError
from abm.policy import Policy
from agents.core import jit
from experiments.design import Setting
from experiments.running.branches import build, measured_branches
from experiments.running.executors import results, results_of_processes
from experiments.running.run_cache import (
    clear_temporary,
    code_fingerprint,
    is_run_file,
    run_facts,
    run_file_name,
    run_file_names,
    write_run,
)

LATE = 60.0
"""Seconds that the files of a network may be late."""

Progress = Callable[[int, int, str], None]
"""Called with the runs done, all runs, and a few words: after every run, and twice a second while
own processes are waited for. What it raises ends the batch; finished runs are kept."""


class RunStatus(NamedTuple):
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
        names: Names of the files by policy, where they are known already.
    """

    seed: int
    policies: Mapping[str, Policy]
    setting: Setting
    folder: str
    code: str = field(default_factory=code_fingerprint)
    names: Mapping[str, str] = field(default_factory=dict)

    def file_of(self, name: str) -> Path:
        """Return where the run of one of its policies is kept."""
        known = self.names.get(name)
        file = known or run_file_name(self.setting, self.policies[name], self.seed)
        return Path(self.folder) / file


@dataclass
class BatchResult:
    """What a batch has left.

    Attributes:
        files: File of each finished run, by policy and seed.
        failed: The runs that failed.
        kept: Runs that were there already.
    """

    files: dict[tuple[str, int], Path] = field(default_factory=dict)
    failed: list[RunStatus] = field(default_factory=list)
    kept: int = 0


def run_batch(
    policies: Mapping[str, Policy],
    settings: Mapping[int, Setting],
    folder: str | Path,
    *,
    workers: int | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> BatchResult:
    """Run every policy with every seed, but for what has been run before.

    Args:
        policies: Policies by the name under which they are compared.
        settings: What all runs of a seed have in common, by seed; seeds are the same for every
            policy.
        folder: Folder of the run files; it must exist, and be shared with the executor's workers.
        workers: Number of own processes; as many as there are cores, by default.
        executor: Any `concurrent.futures` executor, in place of own processes.
        progress: Called after every finished run, and that it is still running.

    Returns:
        The files, and what failed: a run that fails does not stop the others.

    Raises:
        UserError: If runs cannot be kept, or are kept elsewhere by an executor's workers.
    """
    where = str(Path(folder).resolve())
    names = run_file_names(policies, settings)
    tasks = [
        Task(seed, policies, setting, where, names={name: names[name, seed] for name in policies})
        for seed, setting in settings.items()
    ]
    return run_tasks(tasks, workers=workers, executor=executor, progress=progress)


def run_tasks(
    wanted: Iterable[Task],
    *,
    workers: int | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> BatchResult:
    """Do tasks, but for what has been run before; a run that two of them want is run once.

    Args:
        wanted: The tasks, all with one folder; no two runs have both the same name and seed.
        workers: Number of own processes; as many as there are cores, by default.
        executor: Any `concurrent.futures` executor, in place of own processes.
        progress: Called after every finished run, and that it is still running.

    Raises:
        UserError: If runs cannot be kept, or are kept elsewhere by an executor's workers.
    """
    batch, tasks = BatchResult(), []
    same: dict[Path, list[tuple[str, int]]] = {}
    for task in wanted:
        if not same:
            clear_temporary(Path(task.folder))
        missing = {}
        for name, policy in task.policies.items():
            path = task.file_of(name)
            batch.files[name, task.seed] = path
            first = path not in same
            same.setdefault(path, []).append((name, task.seed))
            if first and not is_run_file(path):
                missing[name] = policy
        if missing:
            tasks.append(replace(task, policies=missing))
    total = len(same)
    done = batch.kept = total - sum(len(task.policies) for task in tasks)
    message = ""

    def report(new: str | None = None) -> None:
        nonlocal message
        message = message if new is None else new
        if progress is not None:
            progress(done, total, message)

    report()
    try:
        with closing(task_results(tasks, workers, executor, report)) as ended:
            for task, result in ended:
                if isinstance(result, UserError):  # no room for what else is run
                    raise result
                if isinstance(result, BaseException):
                    error = _describe(result)
                    result = [RunStatus(name, task.seed, error) for name in task.policies]
                for status in result:
                    if status.error:
                        alike = same[batch.files[status.policy, status.seed]]
                        batch.failed += [RunStatus(*one, status.error) for one in alike]
                done += len(result)
                report("")
    finally:
        for folder in {task.folder for task in tasks}:
            clear_temporary(Path(folder))
    for status in batch.failed:
        del batch.files[status.policy, status.seed]
    if executor is not None:
        _check_shared(set(batch.files.values()))
    return batch


def _check_shared(files: set[Path]) -> None:
    """Refuse what the workers of an executor have kept in a folder of their own.

    Args:
        files: The files of finished runs. A network's file system may show them late.

    Raises:
        UserError: If they are not here after a while.
    """
    until = time.monotonic() + LATE
    while missing := files - {file for folder in {one.parent for one in files}
                              for file in folder.iterdir()}:  # fmt: skip
        if time.monotonic() > until:
            raise UserError(
                f"folder {next(iter(missing)).parent}: {len(missing)} finished runs are not in it; "
                "expected a folder that the executor's workers share under the same path"
            )
        time.sleep(1.0)


def task_results(
    tasks: list[Task], workers: int | None, executor: Executor | None,
    report: Callable[..., None], work: Callable[[Task], Any] | None = None,
) -> Generator[tuple[Task, Any], None, None]:  # fmt: skip
    """Yield each task with what came of it, or what went wrong.

    Args:
        tasks: What is to be done.
        workers: Number of own processes; as many as there are cores, by default.
        executor: Any `concurrent.futures` executor, in place of own processes.
        report: Called with what is being done, and without words that it is still being done.
        work: Does a task; `run_seed` by default.
    """
    work = work or run_seed
    if executor is not None:
        yield from results(work, tasks, executor, report)
    elif tasks:
        first = tasks[0]
        prepare = partial(compile_rules, first.setting, next(iter(first.policies.values())))
        yield from compiled_once(work, tasks, workers, prepare, report)


def compiled_once(
    work: Callable[[Any], Any], tasks: Sequence[Any], workers: int | None,
    prepare: Callable[[], Any] | None, report: Callable[..., None],
) -> Iterator[tuple[Any, Any]]:  # fmt: skip
    """Yield tasks with what came of each, done by own processes that share compiled rules.

    Args:
        work: Does a task.
        tasks: What is done.
        workers: Number of processes; as many as there are cores, by default.
        prepare: Compiles the rules, if that is to be done; None where none are needed.
        report: Called that it is done, and while waiting.
    """
    if prepare is not None and is_compiled():
        prepare = None
    if prepare is not None:
        report("compiling the rules (once)")
        precompile.start()
    workers = min(workers or os.cpu_count() or 1, len(tasks))
    return results_of_processes(work, tasks, workers, prepare, report)


def run_seed(task: Task) -> list[RunStatus]:
    """Run all policies of a task and write their files; return what became of each.

    Raises:
        RuntimeError: If this process has other sources than the one that keeps the batch.
    """
    if task.code != code_fingerprint():
        raise RuntimeError("the worker has other sources than those the batch was started with")
    # Another batch, or a process that died after it, may have done some by now.
    missing = {name: policy for name, policy in task.policies.items()
               if not is_run_file(task.file_of(name))}  # fmt: skip
    there = [RunStatus(name, task.seed) for name in task.policies if name not in missing]
    return there + [
        RunStatus(name, task.seed, _kept(task, name, found))
        for name, found in measured_branches(task.setting, missing, task.seed)
    ]


def _kept(task: Task, name: str, found: pd.DataFrame | Exception) -> str:
    """Write a run's file; return what went wrong with the run, or an empty text.

    Raises:
        UserError: If it cannot be written, as the next ones could not.
    """
    if isinstance(found, Exception):
        return _describe(found)
    facts = run_facts(task.setting, task.policies[name], task.seed)
    try:
        write_run(Path(task.folder), found, facts)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else error
        raise UserError(
            f"folder {task.folder}: a run cannot be written ({why}); those that are finished are "
            "kept, and the same command goes on from there"
        ) from None
    return ""


def _describe(error: BaseException) -> str:
    """Return an error in one line, with the place in the code where it arose."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {' '.join(str(error).split())}{place}"


def compile_rules(setting: Setting, policy: Policy) -> None:
    """Compile every rule by running a tiny model, so that the workers need not each do it.

    Args:
        setting: Setting of the runs to come; only its world and its pooling matter.
        policy: Any policy.
    """
    tiny = Setting(setting.world, scale=1e-4, years=1, pooled=setting.pooled)
    build(tiny, policy, 0).run().outcomes()
    marker = _marker()
    if marker is not None:
        with suppress(OSError):  # a full disk: the next process compiles what is not kept
            marker.touch()


def is_compiled() -> bool:
    """Return whether the compiled rules are on disk, or compiling beforehand would not help."""
    marker = _marker()
    return marker is None or marker.exists()


def _marker() -> Path | None:
    """Return the file that says that all rules were compiled, or None where none are kept."""
    return None if jit.FOLDER is None else Path(jit.FOLDER) / "all-compiled"
