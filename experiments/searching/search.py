"""Policies on the front between objectives: searched, and looked at once more with new runs."""

import time
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from abm.errors import UserError
from abm.text_files import path_of
from experiments.compare import check_workers
from experiments.running.files import (
    alone_in,
    copy_file,
    make_folder,
    remove_figures,
    write_csv,
    write_json,
    write_text,
)
from experiments.running.manifest import (
    FIGURES,
    FILE,
    RUN_FILES,
    SEARCH,
    again_by,
    again_from,
    check_folder,
    finished,
    manifest,
    opened,
)
from experiments.running.runner import Progress, RunStatus
from experiments.searching.aims import Bound
from experiments.searching.exploring import Tried, explore
from experiments.searching.front import judged, ordered
from experiments.searching.goal import read_goal
from experiments.searching.problem import Problem, make_problem
from experiments.searching.sentences import sentences
from experiments.searching.simulating import Account, Simulator
from experiments.searching.tables import Twice, candidates_table, front_table
from experiments.searching.written import (
    GOAL,
    POLICIES,
    compare_options,
    goal_text,
    named_policy,
    policy_names,
    policy_text,
)

FRONT, TRIED = "front.csv", "candidates.csv"
OURS = (FRONT, TRIED, GOAL, POLICIES)
"""What a search writes beside its manifest and its runs."""


class NothingFoundError(RuntimeError):
    """No candidate meets the constraints."""


@dataclass(frozen=True, repr=False)
class Search:
    """What a search has found, as its folder holds it.

    Attributes:
        folder: Where it is; a temporary one if none was asked for, until `save`.
        manifest: What was asked, with what, what it says, and how to ask it again.
        failed: The runs that failed, with their errors.
    """

    folder: Path
    manifest: dict[str, Any]
    failed: tuple[RunStatus, ...] = ()
    _home: Any = field(default=None, compare=False)

    def __repr__(self) -> str:
        """Say what was found."""
        about = self.manifest["search"]
        return (f"<Search: {about['front']} of {about['candidates']} variants of "
                f"{about['policy']} on the front between "
                f"{', '.join(one['column'] for one in about['objectives'])}>")  # fmt: skip

    @cached_property
    def front(self) -> pd.DataFrame:
        """One row per point of the front, the best in the first objective first."""
        return pd.read_csv(self.folder / FRONT)

    @cached_property
    def candidates(self) -> pd.DataFrame:
        """One row per candidate that was tried; point 0 is the policy as it is written."""
        return pd.read_csv(self.folder / TRIED)

    @property
    def policies(self) -> list[Path]:
        """Files of the front's policies, in the order of `front`."""
        return [self.folder / POLICIES / f"{name}.toml" for name in self.front["policy"]]

    def sentences(self) -> list[str]:
        """Return what it says, the answer first."""
        return list(self.manifest["search"]["sentences"])

    def save(self, folder: str | Path, command: str | None = None) -> Path:
        """Write all of it to a folder: tables, policies, goal, manifest and run files.

        Args:
            folder: Made if it is not there; an earlier search in it is replaced.
            command: What was typed, for the manifest.

        Raises:
            UserError: If it cannot be written, or holds something else.
        """
        check_folder(path_of(folder), SEARCH, OURS)
        place = make_folder(folder)
        about = {**self.manifest, "command": command or self.manifest["command"]}
        if place.resolve() != self.folder.resolve():
            self._copy_to(place)
            if str(about["again"]).startswith("rarecare"):
                about["again"] = again_from(SEARCH, place / GOAL)
        write_json(place / FILE, about)
        return place

    def _copy_to(self, place: Path) -> None:
        """Copy tables, policies, goal, figures and run files, each whole or not at all."""
        clear(place)
        try:
            for file in sorted(self.folder.rglob("*")):
                to = place / file.relative_to(self.folder)
                if file.is_dir():
                    to.mkdir(exist_ok=True)
                elif file.name != FILE and not (to.exists() and to.parent.name == RUN_FILES):
                    copy_file(file, to)
        except OSError as error:
            raise UserError(f"folder {place}: cannot be written ({error.strerror})") from None


def clear(folder: Path) -> None:
    """Remove policies and figures that an earlier search has left in a folder, but no others."""
    for file in (folder / POLICIES).glob("*-found-*.toml"):
        file.unlink(missing_ok=True)
    remove_figures(folder / FIGURES)


def read_search(folder: str | Path) -> Search:
    """Return the search that a folder holds; nothing is run.

    Args:
        folder: What `Search.save` or `rarecare search` has written.

    Raises:
        UserError: If it holds no finished search.
    """
    return Search(*finished(folder, SEARCH, OURS))


def search(
    goal: str | Path | Mapping[str, Any] | None = None,
    *,
    workers: int | None = None,
    executor: Executor | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
    **asked: Any,
) -> Search:
    """Find the variants of a policy that no other one tried beats in all objectives.

    >>> from experiments import search
    >>> found = search(policy="special-zone", objectives=[{"outcome": "qalys"},
    ...                {"outcome": "cost_payers", "aim": "minimise"}],
    ...                levers={"zone.inside.network.slots": {"from": 1, "to": 2}})
    >>> found.front

    Args:
        goal: The path of a TOML file (docs/search.md), or its entries.
        workers: Number of processes; as many as there are cores, by default.
        executor: Any `concurrent.futures` executor (a Dask cluster's, say) instead of processes.
            Its workers must see the folder `out`.
        out: Folder of results, in which every finished run is kept at once, and not run again if
            it is there. By default a temporary one, until `Search.save`.
        progress: Called with the runs done, all runs as far as is known, and a few words.
        asked: Entries that hold instead of the goal's own, or make it:
            `experiments.searching.goal.Goal` names them.

    Raises:
        UserError: For anything the user can put right.
        RuntimeError: If no run has finished, or no candidate meets the constraints.
    """
    problem = make_problem(read_goal(goal, **asked))
    return run_problem(problem, workers=workers, executor=executor, out=out, progress=progress)


def run_problem(
    problem: Problem,
    *,
    workers: int | None = None,
    executor: Executor | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
) -> Search:
    """Search; the arguments are those of `search`."""
    begun = time.perf_counter()
    check_workers(workers)
    folder, runs, home = opened(out, SEARCH, OURS)
    account = Account(runs_of(problem), progress)
    simulators = [Simulator(problem, design, runs, account, workers, executor)
                  for design in (problem.design, problem.check)]  # fmt: skip
    twice = _twice(problem, *simulators)
    failed = tuple(status for one in simulators for status in one.failed)
    with alone_in(folder):
        _write(problem, twice, folder)
        about = _manifest(problem, twice, failed, time.perf_counter() - begun, folder)
        write_json(folder / FILE, about)
    return Search(folder, about, failed, home)


def runs_of(problem: Problem) -> int:
    """Return how many runs there will be, but for those of the front, which come later."""
    candidates = int(min(problem.goal.evaluations, problem.space.size))
    return (candidates + 2) * len(problem.design.seeds) + 2 * len(problem.check.seeds)


def _twice(problem: Problem, first: Simulator, again: Simulator) -> Twice:
    """Search, and look at the front once more with the new seeds.

    Raises:
        UserError: For an outcome that is undefined.
        NothingFoundError: If no candidate meets the constraints.
        RuntimeError: If no run has finished.
    """
    written = first([{}])
    if first.failed and np.isnan(written).all():
        raise RuntimeError(f"no run has finished; the first error: {first.failed[0].error}")
    first.check_outcomes(written)
    tried = explore(problem.ask, first)
    found = judged(problem.aims, tried.values)
    front = ordered(found)
    if not front:
        raise NothingFoundError(_nothing(problem, tried))
    first.account.total += len(front) * len(problem.check.seeds)
    values = again([{}, *(tried.candidates[row] for row in front)])
    return Twice(tried, found, front, values[1:], judged(problem.aims, values[1:]), written,
                 values[:1])  # fmt: skip


def _nothing(problem: Problem, tried: Tried) -> str:
    """Return why no candidate is on the front, with what came nearest."""
    if not tried.candidates:
        reasons = f" ({next(iter(tried.refused))})" if tried.refused else ""
        return f"no values of the levers meet the constraints on levers{reasons}"
    aims = problem.aims
    means = {one: of.mean(axis=1) for one, of in aims.by_quantity(tried.values).items()}
    for one in aims.bounds:
        if not (one.excess(means[one.quantity]) <= 0.0).any():
            return (f"none of the {len(tried.candidates)} candidates has {one.words}; the nearest "
                    f"has {one.quantity.said(_nearest(one, means[one.quantity]))}")  # fmt: skip
    every = " together" if aims.bounds else ""
    return (f"none of the {len(tried.candidates)} candidates has all outcomes defined"
            f"{' and meets the constraints' + every if aims.bounds else ''}")  # fmt: skip


def _nearest(bound: Bound, means: Any) -> float:
    excess = bound.excess(means)
    there = np.isfinite(excess)
    return float(means[there][excess[there].argmin()]) if there.any() else float("nan")


def _write(problem: Problem, twice: Twice, folder: Path) -> None:
    """Write tables, policies and goal."""
    names = policy_names(problem, len(twice.front))
    clear(folder)
    place = make_folder(folder / POLICIES)
    for name, row in zip(names, twice.front, strict=True):
        policy = named_policy(problem, twice.tried.candidates[row], name)
        write_text(place / f"{name}.toml", policy_text(policy))
    write_csv(folder / TRIED, candidates_table(problem.space, problem.aims, twice))
    write_csv(folder / FRONT, front_table(problem.space, problem.aims, twice, names))
    write_text(folder / GOAL, goal_text(problem))


def _manifest(
    problem: Problem, twice: Twice, failed: tuple[RunStatus, ...], seconds: float, folder: Path
) -> dict[str, Any]:
    """Return the manifest of a search, as plain data."""
    about = manifest(
        problem.design, command=None, again=again_by(problem.design, SEARCH, folder / GOAL),
        runs={}, failed=failed, seconds=seconds,
    )  # fmt: skip
    about["versions"]["optuna"] = metadata.version("optuna")
    names = policy_names(problem, len(twice.front))
    aims, sets = problem.aims, bool(problem.design.sets)
    return about | {
        "kind": SEARCH, "run_files": RUN_FILES,
        "search": {
            "policy": problem.written.name, "optimiser": problem.goal.optimiser,
            "search_seed": problem.goal.search_seed, "candidates": len(twice.tried.candidates),
            "all_there_are": twice.tried.complete, "front": len(twice.front),
            "check_seeds": list(problem.check.seeds),
            "levers": [one.path for one in problem.space.dimensions],
            "objectives": [
                {"column": one.quantity.column, "outcome": one.quantity.outcome.name,
                 "measure": one.quantity.outcome.measure.name, "aim": one.aim,
                 "difference": one.quantity.paired, "unit": one.quantity.unit}
                for one in aims.objectives
            ],
            "constraints": [one.words for one in aims.bounds],
            "bounds": [one.as_data() for one in aims.bounds],
            "refused": twice.tried.refused,
            "compare": compare_options(problem),
            "sentences": sentences(aims, twice, names, problem.written.name, problem.baseline,
                                   sets),
        },
    }  # fmt: skip
