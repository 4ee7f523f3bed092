"""Any levers and parameters over a design: every point under every policy, with the same seeds."""

import os
import shutil
import time
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.dataset as pads

from abm.errors import UserError
from abm.text_files import path_of
from experiments.compare import check_workers
from experiments.running.files import (
    alone_in,
    copy_file,
    make_folder,
    write_csv,
    write_json,
    write_text,
)
from experiments.running.manifest import (
    FILE,
    RUN_FILES,
    SWEEP,
    again_by,
    again_from,
    check_folder,
    finished,
    manifest,
    opened,
)
from experiments.running.runner import BatchResult, Progress, RunStatus, run_tasks
from experiments.sweeping.asked import read_asked
from experiments.sweeping.dataset import (
    DATASET,
    open_dataset,
    put_in_place,
    read_table,
    undefined,
    write_dataset,
)
from experiments.sweeping.plan import Plan, make_plan
from experiments.sweeping.points import POINT
from experiments.sweeping.written import DESIGN, POINTS, design_text

OURS = (POINTS, DESIGN)
"""Files that a sweep writes beside its manifest and its dataset."""


@dataclass(frozen=True, repr=False)
class Sweep:
    """What a sweep has found, as its folder holds it.

    Attributes:
        folder: Where it is; a temporary one if none was asked for, until `save`.
        manifest: What was asked, with what, and how to ask it again.
        failed: The runs that failed, with their errors.
        told: Lines on measures that are undefined in some runs.
        kept: Runs that were there from an earlier batch.
    """

    folder: Path
    manifest: dict[str, Any]
    failed: tuple[RunStatus, ...] = ()
    told: tuple[str, ...] = ()
    kept: int = 0
    _home: Any = field(default=None, compare=False)

    def __repr__(self) -> str:
        """Say what was run."""
        about = self.manifest["parameters"]
        return (
            f"<Sweep: {self.manifest['sweep']['points']:,} points of "
            f"{', '.join(self.factors)}; {', '.join(self.policies)}; {len(self.seeds)} seeds, "
            f"scale {about['scale']:g}, {about['years']} years>"
        )

    @property
    def policies(self) -> list[str]:
        """Names of the policies, the one that others are compared with first."""
        return [one["name"] for one in self.manifest["policies"]]

    @property
    def factors(self) -> list[str]:
        """Names of what is moved."""
        return list(self.manifest["sweep"]["factors"])

    @property
    def seeds(self) -> list[int]:
        """The seeds, the same at every point."""
        return list(self.manifest["seeds"])

    @cached_property
    def points(self) -> pd.DataFrame:
        """One row per point: its number, and the value of each factor."""
        kinds = dict.fromkeys(self.factors, object)
        frame = pd.read_csv(self.folder / POINTS, dtype=kinds, keep_default_na=False)
        types = open_dataset(self.folder).schema
        for name in self.factors:
            if str(types.field(name).type) == "double":
                frame[name] = pd.to_numeric(frame[name], errors="coerce")
        return frame

    @property
    def dataset(self) -> pads.Dataset:
        """All that is kept of the runs, of which nothing is read until it is asked for."""
        return open_dataset(self.folder)

    @cached_property
    def table(self) -> pd.DataFrame:
        """All that is kept of the runs: point, factors, policy, seed, set, measure, by, group, ...

        `value` is the measure's, in its unit (docs/measures.md), empty where it is undefined;
        `persons` are the simulated persons that it rests on.
        """
        return self.read()

    def read(self, filter: Any = None) -> pd.DataFrame:
        """Return some rows of `table`, without reading the others.

        Args:
            filter: Which, such as `pyarrow.dataset.field("measure") == "treated"`.
        """
        return read_table(self.dataset, self.policies, filter)

    def save(self, folder: str | Path, command: str | None = None) -> Path:
        """Write all of it to a folder: dataset, points, design, manifest and run files.

        Args:
            folder: Made if it is not there; an earlier sweep in it is replaced.
            command: What was typed, for the manifest.

        Raises:
            UserError: If it cannot be written, or holds something else.
        """
        check_folder(path_of(folder), SWEEP, OURS)
        place = make_folder(folder)
        about = {**self.manifest, "command": command or self.manifest["command"]}
        if place.resolve() != self.folder.resolve():
            self._copy_to(place)
            if str(about["again"]).startswith("rarecare"):
                about["again"] = again_from(SWEEP, place / DESIGN)
        write_json(place / FILE, about)
        return place

    def _copy_to(self, place: Path) -> None:
        """Copy dataset, points, design and run files."""
        temporary = place / f".{DATASET}.{os.getpid()}.tmp"
        try:
            runs = make_folder(place / RUN_FILES)
            for file in (self.folder / RUN_FILES).glob("*.parquet"):
                if not (runs / file.name).exists():
                    copy_file(file, runs / file.name)
            shutil.copytree(self.folder / DATASET, temporary)
            put_in_place(temporary, place / DATASET)
            for name in OURS:
                copy_file(self.folder / name, place / name)
        except OSError as error:
            raise UserError(f"folder {place}: cannot be written ({error.strerror})") from None
        finally:
            shutil.rmtree(temporary, ignore_errors=True)


def read_sweep(folder: str | Path) -> Sweep:
    """Return the sweep that a folder holds; nothing is run.

    Args:
        folder: What `Sweep.save` or `rarecare sweep` has written.

    Raises:
        UserError: If it holds no finished sweep.
    """
    held = finished(folder, SWEEP, (DATASET, *OURS))
    return Sweep(*held, tuple(undefined(open_dataset(held.folder))))


def sweep(
    design: str | Path | Mapping[str, Any] | None = None,
    *,
    workers: int | None = None,
    executor: Executor | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
    **asked: Any,
) -> Sweep:
    """Run policies over a design of levers and parameters, with the same seeds at every point.

    >>> from experiments import sweep
    >>> found = sweep(policies=["uniform-national", "special-zone"], runs=4,
    ...               factors={"levers.network.slots": [1.0, 1.5, 2.0]})
    >>> found.table.query("measure == 'treated' and by == 'all'")

    Args:
        design: The path of a TOML file (docs/sweep.md), or its entries.
        workers: Number of processes; as many as there are cores, by default.
        executor: Any `concurrent.futures` executor (a Dask cluster's, say) instead of processes.
            Its workers must see the folder `out`.
        out: Folder of results, in which every finished run is kept at once, and not run again if
            it is there. By default a temporary one, until `Sweep.save`.
        progress: Called with the runs done, all runs, and a few words.
        asked: Entries that hold instead of the design's own, or make it:
            `experiments.sweeping.asked.Asked` names them.

    Raises:
        UserError: For anything the user can put right, before anything is run or written.
        RuntimeError: If no run has finished.
    """
    plan = make_plan(read_asked(design, **asked))
    for policy in plan.base.policies.values():
        policy.warn_of_idle(plan.base.setting.world)
        policy.warn_of_late(plan.base.last_month)
    return run_plan(plan, workers=workers, executor=executor, out=out, progress=progress)


def run_plan(
    plan: Plan,
    *,
    workers: int | None = None,
    executor: Executor | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
    command: str | None = None,
) -> Sweep:
    """Run a plan; the arguments are those of `sweep`, and what was typed, for the manifest."""
    begun = time.perf_counter()
    check_workers(workers)
    folder, runs, home = opened(out, SWEEP, OURS)
    batch = run_tasks(plan.tasks(runs), workers=workers, executor=executor, progress=progress)
    if not batch.files:
        raise RuntimeError(f"no run has finished; the first error: {batch.failed[0].error}")
    with alone_in(folder):
        write_dataset(plan, batch, folder)
        write_csv(folder / POINTS, plan.table)
        write_text(folder / DESIGN, design_text(plan))
        about = _manifest(plan, batch, time.perf_counter() - begun, folder, command)
        write_json(folder / FILE, about)
        told = tuple(undefined(open_dataset(folder)))
    return Sweep(folder, about, tuple(batch.failed), told, batch.kept, home)


def _manifest(
    plan: Plan, batch: BatchResult, seconds: float, folder: Path, command: str | None
) -> dict[str, Any]:
    """Return the manifest of a sweep, as plain data."""
    about = manifest(
        plan.base, command=command, again=again_by(plan.base, SWEEP, folder / DESIGN), runs={},
        failed=batch.failed, seconds=seconds,
    )  # fmt: skip
    factors = [name for name in plan.table if name != POINT]
    return about | {
        "kind": SWEEP, "run_files": RUN_FILES,
        "sweep": {
            "kind": plan.asked.checked_kind(), "design_seed": plan.asked.design_seed,
            "points": len(plan.points), "factors": factors, "measures": list(plan.measures),
            "groups": list(plan.groups), "dataset": DATASET,
        },
    }  # fmt: skip
