"""A paired batch asked for on a page: it runs in processes of its own, and can be cancelled."""

import hashlib
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import solara
from solara.server.kernel_context import get_current_context

from abm.errors import UserError
from abm.policy import Policy
from abm.world import World
from experiments.compare import Comparison, run_design
from experiments.design import Design, make_design
from experiments.running.files import make_folder, write_text
from experiments.running.manifest import RUN_FILES
from experiments.running.run_cache import is_run_file, run_file_name
from viz.comparison.results import RUNS
from viz.editor.files import to_file
from viz.report.report import illustrate
from viz.view_state import PolicySpec

MOST_BATCHES = 2
"""Batches that run at a time, all pages together."""
FEWEST_RUNS, MOST_RUNS = 2, 30

_folders: set[Path] = set()
_lock = threading.Lock()


@dataclass(frozen=True)
class Progress:
    """How far a batch is.

    Attributes:
        stage: "running", "done", "cancelled" or "failed".
        done: Runs done.
        total: All runs.
        compiling: Whether the rules are being compiled first.
        folder: Name of the folder of results, once they are there.
        error: What went wrong, or an empty text.
    """

    stage: str
    done: int = 0
    total: int = 0
    compiling: bool = False
    folder: str = ""
    error: str = ""


class CancelledError(Exception):
    """The batch was cancelled; finished runs are kept."""


def design_of(
    specs: Sequence[PolicySpec],
    *,
    runs: int,
    scale: float,
    years: int,
    seed: int,
    world: World,
    root: Path = RUNS,
) -> Design:
    """Return the design of a batch, checked.

    An edited policy is written to a file in `root`, so that the command that asks the same again
    can name it.

    Args:
        specs: The policies, the baseline first.
        runs: Number of paired runs.
        scale: Simulated patients per real one.
        years: Length of the scenario.
        seed: The first seed.
        world: The country.
        root: Where results go.

    Raises:
        UserError: If anything is wrong.
    """
    policies: list[str | Policy] = []
    for spec in specs:
        policy = spec.load(world)
        policies.append(_kept(spec, policy, root) if spec.settings else policy)
    return make_design(
        policies, runs=runs, scale=scale, years=years, world=world, seed=seed, least=2
    )


def _kept(spec: PolicySpec, policy: Policy, root: Path) -> str:
    """Write an edited policy to a file that is named by what it holds; return its path."""
    key = hashlib.sha256(repr((spec.policy, spec.settings)).encode()).hexdigest()[:6]
    name = f"{spec.policy.replace('+', '-')}-edited-{key}"
    write_text(make_folder(root / "policies") / f"{name}.toml", to_file(policy, name, policy.title))
    return str(root / "policies" / f"{name}.toml")


class PageBatch:
    """One batch, in a thread that waits for its processes.

    Attributes:
        progress: How far it is.
        cancelling: Whether it has been asked to end.
    """

    def __init__(self, design: Design, root: Path = RUNS):
        """Start it.

        Raises:
            UserError: If too many batches are running, or one that writes to the same folder.
        """
        self._design = design
        self._folder = (root / f"compare-{design.key}").resolve()
        self._stop, self._page_closed = threading.Event(), threading.Event()
        total = len(design.run_settings) * len(design.policies)
        self.progress = solara.reactive(Progress("running", total=total))
        self.cancelling = solara.reactive(False)
        _reserve(self._folder)
        with suppress(RuntimeError):  # without a server nobody can close the page
            get_current_context().on_close(self._close)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def cancel(self) -> None:
        """End it within about a second; finished runs are kept."""
        self._stop.set()
        self.cancelling.value = True

    def join(self, seconds: float) -> None:
        """Wait for its end, at most so long."""
        self._thread.join(seconds)

    def _close(self) -> None:
        self._page_closed.set()
        self._stop.set()

    def _run(self) -> None:
        try:
            self._finish(run_design(self._design, out=self._folder, progress=self._pulse), "done")
        except CancelledError:
            self._keep()
        except (UserError, RuntimeError) as error:
            self._tell(stage="failed", error=str(error))
        except Exception as error:
            self._tell(stage="failed", error=f"{type(error).__name__}: {error}")
            raise
        finally:
            _release(self._folder)

    def _pulse(self, done: int, total: int, waiting_for: str) -> None:
        if self._stop.is_set():
            raise CancelledError
        self._tell(done=done, total=total, compiling=bool(waiting_for))

    def _keep(self) -> None:
        """Make results of the seeds that every policy has finished, if there are two or more."""
        policies, seeds = self._design.policies.values(), []
        for seed in self._design.seeds:
            setting = self._design.setting_of(seed)
            names = [run_file_name(setting, policy, seed) for policy in policies]
            if not all(is_run_file(self._folder / RUN_FILES / name) for name in names):
                break
            seeds.append(seed)
        if len(seeds) < FEWEST_RUNS:
            self._tell(stage="cancelled")
        else:
            design = self._design.only(seeds)
            self._finish(run_design(design, out=self._folder), "cancelled")

    def _finish(self, found: Comparison, stage: str) -> None:
        found.save(self._folder)
        illustrate(self._folder, self._design.setting.world)
        failed = [f"{one.policy}, seed {one.seed}: {one.error}" for one in found.failed]
        self._tell(stage=stage, folder=self._folder.name, error="; ".join(failed))

    def _tell(self, **parts: Any) -> None:
        new = replace(self.progress.peek(), **parts)
        if new != self.progress.peek() and not self._page_closed.is_set():
            self.progress.value = new


def _reserve(folder: Path) -> None:
    """Take one of the places for batches, and a folder.

    Raises:
        UserError: If there is none left, or another batch writes to the folder.
    """
    with _lock:
        if folder in _folders:
            raise UserError("this comparison is running already")
        if len(_folders) >= MOST_BATCHES:
            raise UserError(f"{MOST_BATCHES} batches are running; try again when one has ended")
        _folders.add(folder)


def _release(folder: Path) -> None:
    with _lock:
        _folders.discard(folder)
