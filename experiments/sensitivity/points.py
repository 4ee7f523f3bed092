"""The model at many points: both policies of a pair with the same people and random numbers.

Each run is kept as a comparison keeps it, so that what was run once is not run again.
"""

import signal
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np

from abm.policy import Policy
from experiments.design import Setting
from experiments.running.run_cache import clear_temporary, read_run, run_file_name
from experiments.running.runner import Progress, RunStatus, Task, run_seed, task_results
from experiments.sensitivity.factors import Factor, centre, settled
from experiments.sensitivity.outcomes import Outcome

Evaluate = Callable[[np.ndarray, Sequence[int]], np.ndarray]
"""From points, of shape (points, factors), and a seed of each, to values of shape
(points, outcomes, 2): under the baseline and under the policy; NaN where undefined."""


def run_limited(task: Task, limit: float) -> list[RunStatus]:
    """Run both policies of a point; its process dies if that takes too long.

    Compiled rules hear no exception, so nothing milder would end what does not end by itself. The
    batch sees a process that died, tries the point once more, alone, and gives it up.

    Args:
        task: What is to be run.
        limit: Seconds of processor time.
    """
    if not hasattr(signal, "setitimer"):
        return run_seed(task)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, limit)
    try:
        return run_seed(task)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)


@dataclass
class Points:
    """Runs the model at points and remembers what it took.

    Attributes:
        factors: All factors.
        outcomes: What is looked at.
        setting: What all runs have in common but the world's parameters.
        policies: The two policies by name, the baseline first, as they are written.
        folder: Where runs are kept.
        workers: Number of processes; as many as there are cores, by default.
        progress: Called as `run_batch` does.
        limit: Seconds of processor time after which a point is given up, None for any; only for
            own processes.
        ran: Pairs that were run rather than found.
        seconds: How long that took.
        failed: What went wrong, by point's number of asking, each once.
    """

    factors: Sequence[Factor]
    outcomes: Sequence[Outcome]
    setting: Setting
    policies: Mapping[str, Policy]
    folder: Path
    workers: int | None = None
    progress: Progress | None = None
    limit: float | None = None
    ran: int = 0
    seconds: float = 0.0
    failed: dict[str, int] = field(default_factory=dict)

    def __call__(self, points: np.ndarray, seeds: Sequence[int]) -> np.ndarray:
        """Return the outcomes at points; see `Evaluate`."""
        clear_temporary(self.folder)
        home = centre(self.factors)
        pairs: dict[bytes, tuple[Setting, Mapping[str, Policy]]] = {}
        keys = []
        for point in points:
            place = np.array([  # what a factor is at is what counts: whole numbers have few
                written if factor.at(here) == factor.value else factor.place_of(factor.at(here))
                for factor, here, written in zip(self.factors, point, home, strict=True)
            ])  # fmt: skip
            keys.append(place.tobytes())
            if keys[-1] not in pairs:
                pair = settled(self.factors, place, self.setting.world, self.policies)
                pairs[keys[-1]] = self.setting.living_with(pair.world), pair.policies
        wanted = dict.fromkeys(zip(keys, seeds, strict=True))
        found = {}
        for key, seed in wanted:
            values = self._read(*pairs[key], seed)
            if values is not None:
                found[key, seed] = values
        missing = [one for one in wanted if one not in found]
        tasks = [
            Task(seed, pairs[key][1], pairs[key][0], str(self.folder)) for key, seed in missing
        ]
        self._run(tasks, len(wanted))
        for key, seed in missing:
            values = self._read(*pairs[key], seed)
            lost = np.full((len(self.outcomes), len(self.policies)), np.nan)
            found[key, seed] = lost if values is None else values
        return np.array([found[one] for one in zip(keys, seeds, strict=True)])

    def _read(
        self, setting: Setting, policies: Mapping[str, Policy], seed: int
    ) -> np.ndarray | None:
        """Return the outcomes, of shape (outcomes, 2); None if a run is missing."""
        columns = []
        for policy in policies.values():
            measured = read_run(self.folder / run_file_name(setting, policy, seed))
            if measured is None:
                return None
            columns.append([outcome.of(measured) for outcome in self.outcomes])
        values = np.array(columns).T
        return np.where(np.isfinite(values), values, np.nan)

    def _run(self, tasks: list[Task], total: int) -> None:
        """Run what is not there yet, and keep it."""
        begun, done = time.perf_counter(), total - len(tasks)
        message = ""

        def report(new: str | None = None) -> None:
            nonlocal message
            message = message if new is None else new
            if self.progress is not None:
                self.progress(done, total, message)

        report()
        work = partial(run_limited, limit=self.limit) if self.limit else None
        with closing(task_results(tasks, self.workers, None, report, work)) as ended:
            for _, result in ended:
                done += 1
                if isinstance(result, BaseException):
                    self._note(f"{type(result).__name__}: {result}")
                else:
                    for status in result:
                        if status.error:
                            self._note(status.error)
                report("")
        if tasks:
            self.ran += len(tasks)
            self.seconds += time.perf_counter() - begun

    def _note(self, error: str) -> None:
        self.failed[error] = self.failed.get(error, 0) + 1
