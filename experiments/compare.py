"""Paired comparison of policies: the same people with the same random numbers under each."""

import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import pandas as pd

from abm.policy import Policy
from abm.text_files import path_of
from abm.world import DEFAULT, World
from experiments.design import MOST_RUNS, SETS, Design, Settings, make_design, whole
from experiments.measures import Measure, measures
from experiments.measures.run_view import RANKINGS
from experiments.reporting.checklists import Item, page
from experiments.reporting.contrasts import Contrasts
from experiments.reporting.in_words import in_words
from experiments.reporting.narrative import Narrative, narrate
from experiments.reporting.summary import summarise
from experiments.reporting.tables import tables_of
from experiments.reporting.texts import Words
from experiments.reporting.values import Values, arranged, told_undefined
from experiments.running.files import (
    make_folder,
    remove_figures,
    write_csv,
    write_json,
    write_tables,
    write_text,
)
from experiments.running.manifest import (
    CHECKLISTS,
    COMPARISON,
    FIGURES,
    FILE,
    LIVED,
    REPORTS,
    RUN_FILES,
    check_folder,
    holds_comparison,
    manifest,
)
from experiments.running.run_cache import read_runs, run_facts, run_file_names, write_run
from experiments.running.runner import BatchResult, Progress, RunStatus, run_batch
from experiments.until import MOST, Stopping, Wanted, read_widths, run_until

SCALE = 0.02
"""Default scale: about 23,000 patients alive at a time; at 0.01 small queues wait much longer."""
RUNS = 8
"""Default number of paired runs."""
YEARS = 15
"""Default length of the scenario."""
MOST_WORKERS = 10_000


@dataclass(frozen=True, repr=False)
class Comparison:
    """What a comparison has found.

    Attributes:
        design: What is compared, on what, with which seeds.
        runs: Every run's measures: columns policy, seed, measure, by, group, value, weight,
            persons.
        failed: The runs that failed, with their errors.
        kept: Runs that were there from an earlier batch.
        seconds: How long it took.
        stopping: What ended the runs, if it was the width of intervals.
    """

    design: Design
    runs: pd.DataFrame
    failed: tuple[RunStatus, ...] = ()
    kept: int = 0
    seconds: float = 0.0
    stopping: Stopping | None = None

    def __repr__(self) -> str:
        """Say what is compared."""
        setting = self.design.setting
        return (
            f"<Comparison: {', '.join(self.policies[1:])} with {self.baseline}; "
            f"{len(self.design.seeds)} paired runs, scale {setting.scale:g}, {setting.years} years>"
        )

    @property
    def policies(self) -> list[str]:
        """Names of the policies, the baseline first."""
        return list(self.design.policies)

    @property
    def baseline(self) -> str:
        """Name of the policy that the others are compared with."""
        return self.policies[0]

    @cached_property
    def values(self) -> Values:
        """The runs' measures, those of `summary`, as one block of numbers."""
        return self._arranged(self.design.seeds)

    @cached_property
    def repeated(self) -> Values | None:
        """The measures of the runs that live the first parameter sets once more, if there are."""
        return self._arranged(self.design.repeats) if self.design.repeats else None

    def _arranged(self, seeds: Sequence[int], in_tables: bool = False) -> Values:
        """Return the measures of some seeds' runs as one block, every block with the same rows."""
        told = [one for one in self._measures if bool(one.table) == in_tables]
        rows = self.runs["measure"].isin([one.name for one in told])
        return arranged(self.runs[rows], self.policies, seeds, told)

    @property
    def _measures(self) -> tuple[Measure, ...]:
        """The measures of a scenario as long as this one."""
        return measures(self.design.setting.years)

    @cached_property
    def summary(self) -> pd.DataFrame:
        """One row per measure, kind of group, group and policy, the baseline's first.

        Intervals are of 95 %, and empty where there are too few runs or persons for one
        (`too_few`). `difference` is paired by seed with the policy named in `baseline`; `claim`
        says what is claimed of it, corrected for how many differences are told.
        `probability_better` is 1 less the one-sided p-value; `from_parameters` is the part of the
        variance between runs that comes from parameters. docs/results.md has all columns.
        """
        return summarise(
            self.values, self.baseline, self._measures, self.design.scope, self.repeated,
        )  # fmt: skip

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """What is no single number: curves, flows, quantiles, funds, diseases.

        Columns as in docs/results.md. Intervals are of 95 %, each by itself.
        """
        return tables_of(
            self._arranged(self.design.seeds, in_tables=True), self.baseline, self._measures,
            self.summary, self.design.setting.world.diseases,
        )  # fmt: skip

    @property
    def undefined(self) -> str:
        """A line on measures that are undefined in some runs; empty if there are none."""
        return told_undefined(self.values)

    @cached_property
    def contrasts(self) -> Contrasts:
        """The paired differences between its policies."""
        return Contrasts(self.values, self.design.setting.years, self.repeated)

    @cached_property
    def narrative(self) -> Narrative:
        """What it says, in sentences."""
        return narrate(self.contrasts, self.design)

    def save(
        self,
        folder: str | Path,
        command: str | None = None,
        study: Mapping[str, str] | None = None,
    ) -> Path:
        """Write a results folder: `manifest.json`, `summary.csv`, tables and a file per run.

        Args:
            folder: Made if it is not there; files of the same name are replaced, and the report
                and figures that an earlier comparison has left are removed.
            command: What was typed, for the manifest.
            study: The question that it answers, with its answer and figure, if it is a study.

        Raises:
            UserError: If it cannot be written, or holds a single run.
        """
        check_folder(path_of(folder), COMPARISON)
        folder = make_folder(folder)
        if holds_comparison(folder):
            for left in (*REPORTS.values(), LIVED):
                (folder / left).unlink(missing_ok=True)
            remove_figures(folder / FIGURES)
        kept, design = make_folder(folder / RUN_FILES), self.design
        names = run_file_names(design.policies, design.run_settings)
        there, files = {file.name for file in kept.iterdir()}, {}
        rows_of = self.runs.groupby(["policy", "seed"]).indices
        for name, seed in self.runs[["policy", "seed"]].drop_duplicates().itertuples(index=False):
            file = names[name, int(seed)]
            files[name, int(seed)] = f"{RUN_FILES}/{file}"
            if file not in there:
                facts = run_facts(design.setting_of(int(seed)), design.policies[name], int(seed))
                write_run(kept, self.runs.iloc[rows_of[name, seed]], facts)
        write_csv(folder / "summary.csv", self.summary)
        write_tables(folder, self.tables)
        if design.sets:
            write_csv(folder / LIVED, design.lived.reset_index())
        about = manifest(
            design, command=command, again=design.again(), runs=files, failed=self.failed,
            seconds=self.seconds,
        )  # fmt: skip
        told: dict[str, Any] = {"study": dict(study)} if study else {}
        told |= {"stopping": self.stopping._asdict()} if self.stopping else {}
        said = in_words(self.contrasts, design)
        write_json(folder / FILE, about | self.narrative._asdict() | told | {"in_words": said})
        for language, name in CHECKLISTS.items():
            found = [Item(**one) for one in said[language]["checklists"]]
            write_text(folder / name, page(found, Words(language)))
        return folder


def compare(
    policies: Sequence[str | Path | Policy],
    *,
    baseline: str | Path | Policy | None = None,
    runs: int | None = None,
    scale: float = SCALE,
    years: int = YEARS,
    world: str | Path | World = DEFAULT,
    seed: int = 1,
    provinces: Iterable[str] | None = None,
    settings: Settings | None = None,
    pooled: bool = False,
    ranked_by: str = RANKINGS[0],
    parameters: str = SETS,
    until_width: Mapping[str, float] | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Compare policies on the same people with the same random numbers.

    Args:
        policies: Names, paths of TOML files, names joined by "+", or policies.
        baseline: The policy that the others are compared with; the first by default.
        runs: Number of paired runs, each with its own seed: 8 by default; with `until_width`, how
            many there may be, 200 by default.
        scale: Simulated patients per real one, above 0 and at most 1.
        years: Length of the scenario.
        world: Name or path of a world, or a world.
        seed: The first seed; the others follow it.
        provinces: Provinces whose people are simulated; all by default.
        settings: Levers set on top of the policies, by path, and parameters of the world as
            "parameters.NAME". A lever that belongs to a benefit layer or to the special zone is set
            only in the policies that have it, if any has.
        pooled: Whether undetailed rare diseases load the hospitals too.
        ranked_by: Which income ranks people in fifths, gaps and indices: the household's per
            "head", with the fifths of the population, or the "household"'s, with the patients'.
        parameters: "sets": each pair of runs lives with another of the world's parameter sets, and
            half of them once more with other luck; "best": all with the values of parameters.csv.
        until_width: Run pairs until the 95 % interval of every policy's difference from the
            baseline is so narrow: width by measure, in its unit ({"time_undiagnosed": 0.5}), or by
            measure in a group ("treated:zone:inside").
        workers: Number of processes; as many as there are cores, by default.
        executor: Any `concurrent.futures` executor (a Dask cluster's, say) instead of processes.
            Its workers must see the folder `out`.
        out: Folder of results, in which every finished run is kept at once, and not run again if
            it is there. By default nothing is kept until `Comparison.save`.
        progress: Called with the runs done, all runs, and a few words.

    A lever that is set and cannot act is warned of.

    Raises:
        UserError: For anything the user can put right, before anything is run or written.
        RuntimeError: If no run has finished.
    """
    wanted = None if until_width is None else read_widths(until_width, years)
    pairs = pairs_of(runs, wanted)

    def design_of(pairs: int) -> Design:
        return make_design(
            policies, baseline=baseline, runs=pairs, scale=scale, years=years, world=world,
            seed=seed, provinces=provinces, settings=settings, pooled=pooled, ranked_by=ranked_by,
            parameters=parameters, least=2,
        )  # fmt: skip

    design = design_of(pairs)
    for policy in design.policies.values():
        policy.warn_of_idle(design.setting.world)
        policy.warn_of_late(design.last_month)
    with ExitStack() as stack:
        if wanted is not None:  # what the first looks have run is not run again
            out = out or stack.enter_context(tempfile.TemporaryDirectory(prefix="rarecare-"))
        run = partial(run_design, workers=workers, executor=executor, out=out, progress=progress)
        if wanted is None:
            return run(design)
        return compare_until(wanted, pairs, lambda some: run(design_of(some)))


def pairs_of(runs: int | None, wanted: Sequence[Wanted] | None) -> int:
    """Return the number of paired runs: as many as are asked for, or as there may be.

    Args:
        runs: What was asked for, if anything.
        wanted: How narrow intervals are to be, if that ends the runs.
    """
    if runs is None:
        return RUNS if wanted is None else MOST
    return runs if wanted is None else whole("runs", runs, 2, MOST_RUNS)


def compare_until(wanted: list[Wanted], most: int, run: Callable[[int], Comparison]) -> Comparison:
    """Return a comparison of as many pairs as intervals need to be so narrow.

    Args:
        wanted: How narrow they are to be.
        most: Pairs at most.
        run: Compares so many pairs, running those that have not been run before.
    """
    parts: list[Comparison] = []

    def look(pairs: int) -> Comparison:
        parts.append(run(pairs))
        return parts[-1]

    found, stopping = run_until(wanted, most, look)
    seconds = sum(one.seconds for one in parts)
    return replace(found, kept=parts[0].kept, seconds=seconds, stopping=stopping)


def run_design(
    design: Design,
    *,
    workers: int | None = None,
    executor: Executor | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Run a design; the arguments are those of `compare`."""
    begun = time.perf_counter()
    check_workers(workers)
    with ExitStack() as stack:
        if out is not None:
            check_folder(path_of(out), COMPARISON)
        folder = out or stack.enter_context(tempfile.TemporaryDirectory(prefix="rarecare-"))
        kept = make_folder(make_folder(folder) / RUN_FILES)
        batch = run_batch(
            design.policies, design.run_settings, kept, workers=workers,
            executor=executor, progress=progress,
        )  # fmt: skip
        seconds = time.perf_counter() - begun
        return Comparison(design, _gathered(batch), tuple(batch.failed), batch.kept, seconds)


def check_workers(workers: int | None) -> None:
    """Refuse what is not a number of processes.

    Raises:
        UserError: If it is neither None nor a whole number above 0.
    """
    if workers is not None:
        whole("workers", workers, 1, MOST_WORKERS)


def _gathered(batch: BatchResult) -> pd.DataFrame:
    """Return the measures of all finished runs, one below the other."""
    if not batch.files:
        raise RuntimeError(f"no run has finished; the first error: {batch.failed[0].error}")
    return read_runs(batch.files)
