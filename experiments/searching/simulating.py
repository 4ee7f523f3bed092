"""What candidates come to: each lived with every seed, beside the baseline.

The people and the random numbers of a seed are the same for all candidates, and so is the parameter
set that it lives with. Each run is kept as soon as it has ended, and not run again.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from abm.errors import UserError, unknown
from abm.policy import Policy
from experiments.design import Design, zone_asked
from experiments.running.run_cache import read_run, run_file_name
from experiments.running.runner import Progress, RunStatus, Task, run_tasks
from experiments.searching.aims import Floats, Quantity
from experiments.searching.problem import Problem
from experiments.searching.space import Values

TOGETHER = 12
"""Runs of a task at most: they share the years before the scenario, and end together if a worker
dies."""
BASE = "baseline"
ZONE = "zone"
"""The kind of groups that needs to know where a zone is."""
Places = tuple[str, ...] | None


@dataclass
class Account:
    """Counts the runs of a search, of which only those that are run take time.

    Attributes:
        total: How many there will be, as far as is known.
        shown: Called with runs done, runs to be done, and a few words.
        ran: Runs that were run.
        kept: Runs that were there.
    """

    total: int
    shown: Progress | None = None
    ran: int = 0
    kept: int = 0

    def of_batch(self) -> "Progress":
        """Return what a batch tells of its progress."""
        before, known = self.ran, self.kept
        first: list[int] = []

        def progress(done: int, total: int, message: str) -> None:
            first.append(done)
            self.ran, self.kept = before + done - first[0], known + first[0]
            if self.shown is not None:
                self.shown(self.ran, max(self.total - self.kept, self.ran), message)

        return progress


@dataclass
class Simulator:
    """Lives candidates with the seeds of a design.

    Attributes:
        problem: The search.
        design: Whose seeds they are.
        folder: Where runs are kept.
        account: Counts them.
        workers: Number of own processes; as many as there are cores, by default.
        executor: Any `concurrent.futures` executor, in place of own processes.
        failed: The runs that failed, with their errors.
    """

    problem: Problem
    design: Design
    folder: Path
    account: Account
    workers: int | None = None
    executor: Executor | None = None
    failed: list[RunStatus] = field(default_factory=list)

    def __call__(self, candidates: Sequence[Values]) -> Floats:
        """Return what candidates come to; see `experiments.searching.exploring.Evaluate`."""
        policies = [self.problem.policy(values) for values in candidates]
        zones = [self._zone(policy) for policy in policies]
        light = {f"candidate {n}": replace(policy) for n, policy in enumerate(policies, start=1)}
        bases = {zone: f"{BASE} {n}" for n, zone in enumerate(dict.fromkeys(zones), start=1)}
        batch = run_tasks(
            self._tasks(light, zones, bases), workers=self.workers, executor=self.executor,
            progress=self.account.of_batch(),
        )  # fmt: skip
        self.failed += batch.failed
        aims, seeds = self.problem.aims, self.design.seeds
        found = np.full((len(policies), len(seeds), len(aims.quantities), 2), np.nan)
        for row, (name, zone) in enumerate(zip(light, zones, strict=True)):
            for column, seed in enumerate(seeds):
                for side, which in enumerate((name, bases[zone])):
                    path = batch.files.get((which, seed))
                    if path is not None:
                        found[row, column, :, side] = self._read(path)
        return found

    def _zone(self, policy: Policy) -> Places:
        """Return the cities by which inside and outside are told, if any outcome asks for it.

        Otherwise all candidates have a setting in common, and so the years before the scenario.
        """
        if all(one.by != ZONE for one in self.problem.aims.outcomes):
            return None
        return zone_asked([self._base, policy], self.problem.world)

    @property
    def _base(self) -> Policy:
        return next(iter(self.design.policies.values()))

    def _tasks(
        self, policies: Mapping[str, Policy], zones: Sequence[Places], bases: Mapping[Places, str]
    ) -> Iterator[Task]:
        """Yield the runs of candidates and baseline, those together that have a past in common."""
        together: dict[Places, dict[str, Policy]] = {
            zone: {name: self._base} for zone, name in bases.items()
        }
        for (name, policy), zone in zip(policies.items(), zones, strict=True):
            together[zone][name] = policy
        for seed, common in self.design.run_settings.items():
            for zone, some in together.items():
                setting = common.living_with(common.world, zone=zone)
                for first in range(0, len(some), TOGETHER):
                    part = dict(list(some.items())[first : first + TOGETHER])
                    yield Task(seed, part, setting, str(self.folder))

    def _read(self, path: Path) -> list[float]:
        """Return the outcomes of a run."""
        measured = read_run(path)
        if measured is None:
            path.unlink(missing_ok=True)
            raise RuntimeError(f"{path.name}: a finished run's file was broken, and is removed")
        return [outcome.of(measured) for outcome in self.problem.aims.outcomes]

    def check_outcomes(self, written: Floats) -> None:
        """Refuse outcomes that baseline and policy as they are written do not have.

        Args:
            written: What the policy as it is written comes to.

        Raises:
            UserError: For a group that is not there, or an outcome that is undefined in all runs.
        """
        for number, one in enumerate(self.problem.aims.quantities):
            if np.isfinite(one.of(written[:, :, number])).any() or self.failed:
                continue
            self._check_groups(one)
            raise UserError(
                f"{one.column}: undefined in each of the {len(self.design.seeds)} runs of "
                f"{self.problem.written.name}; expected an outcome with a finite value (a larger "
                "scale or more years may give it one)"
            )

    def _check_groups(self, one: Quantity) -> None:
        """Refuse a group that the first run of the policy as it is written does not have."""
        outcome, seed = one.outcome, self.design.seeds[0]
        written = self.problem.written
        common = self.design.run_settings[seed]
        setting = common.living_with(common.world, zone=self._zone(written))
        measured = read_run(self.folder / run_file_name(setting, written, seed))
        if measured is None:
            return
        rows = (measured["measure"] == outcome.measure.name) & (measured["by"] == outcome.by)
        groups = list(dict.fromkeys(measured.loc[rows, "group"].astype(str)))
        for group in filter(None, (outcome.group, outcome.less)):
            if group not in groups:
                raise UserError(
                    f"{outcome.name}: {unknown(f'group of {outcome.by}', group, groups)}"
                )
