"""The model at many points: both policies of a pair with the same people and random numbers.

Each run is kept as a comparison keeps it, so that what was run once is not run again.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from abm.policy import Policy
from experiments.design import Setting
from experiments.running.run_cache import clear_temporary, read_run, run_file_name
from experiments.running.runner import Progress, Task, task_results
from experiments.sensitivity.factors import Factor, Pair, centre, settled
from experiments.sensitivity.outcomes import Outcome

Evaluate = Callable[[np.ndarray, Sequence[int]], np.ndarray]
"""From points, of shape (points, factors), and a seed of each, to values of shape
(points, outcomes, 2): under the baseline and under the policy; NaN where undefined."""


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
    ran: int = 0
    seconds: float = 0.0
    failed: dict[str, int] = field(default_factory=dict)

    def __call__(self, points: np.ndarray, seeds: Sequence[int]) -> np.ndarray:
        """Return the outcomes at points; see `Evaluate`."""
        clear_temporary(self.folder)
        home = centre(self.factors)
        pairs: dict[bytes, Pair] = {}
        keys = []
        for point in points:
            place = np.array([  # what a factor is at is what counts: whole numbers have few
                written if factor.at(here) == factor.value else factor.place_of(factor.at(here))
                for factor, here, written in zip(self.factors, point, home, strict=True)
            ])  # fmt: skip
            keys.append(place.tobytes())
            if keys[-1] not in pairs:
                pairs[keys[-1]] = settled(self.factors, place, self.setting.world, self.policies)
        wanted = dict.fromkeys(zip(keys, seeds, strict=True))
        found = {}
        for key, seed in wanted:
            values = self._read(pairs[key], seed)
            if values is not None:
                found[key, seed] = values
        missing = [one for one in wanted if one not in found]
        self._run([(pairs[key], seed) for key, seed in missing], len(wanted))
        for key, seed in missing:
            values = self._read(pairs[key], seed)
            lost = np.full((len(self.outcomes), len(self.policies)), np.nan)
            found[key, seed] = lost if values is None else values
        return np.array([found[one] for one in zip(keys, seeds, strict=True)])

    def _here(self, pair: Pair) -> Setting:
        return replace(self.setting, world=pair.world)

    def _read(self, pair: Pair, seed: int) -> np.ndarray | None:
        """Return the outcomes of a pair, of shape (outcomes, 2); None if a run is missing."""
        columns = []
        for policy in pair.policies.values():
            measured = read_run(self.folder / run_file_name(self._here(pair), policy, seed))
            if measured is None:
                return None
            columns.append([outcome.of(measured) for outcome in self.outcomes])
        values = np.array(columns).T
        return np.where(np.isfinite(values), values, np.nan)

    def _run(self, missing: Sequence[tuple[Pair, int]], total: int) -> None:
        """Run pairs, and keep them."""
        begun, done = time.perf_counter(), total - len(missing)
        tasks = [Task(seed, pair.policies, self._here(pair), str(self.folder))
                 for pair, seed in missing]  # fmt: skip
        message = ""

        def report(new: str | None = None) -> None:
            nonlocal message
            message = message if new is None else new
            if self.progress is not None:
                self.progress(done, total, message)

        report()
        with closing(task_results(tasks, self.workers, None, report)) as ended:
            for _, result in ended:
                done += 1
                if isinstance(result, BaseException):
                    self._note(f"{type(result).__name__}: {result}")
                else:
                    for status in result:
                        if status.error:
                            self._note(status.error)
                report("")
        if missing:
            self.ran += len(missing)
            self.seconds += time.perf_counter() - begun

    def _note(self, error: str) -> None:
        self.failed[error] = self.failed.get(error, 0) + 1
