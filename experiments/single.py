"""One run: its tables, its measures and the story of one patient."""

import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from abm import RareCareModel
from abm.text_files import path_of
from agents.core.record import NEVER
from experiments.design import Design
from experiments.measures import measure_run, measures
from experiments.measures.run_view import RunTables
from experiments.reporting.summary import summarise
from experiments.reporting.tables import tables_of
from experiments.reporting.values import Values, arranged
from experiments.running.files import (
    make_folder,
    write_csv,
    write_json,
    write_parquet,
    write_tables,
)
from experiments.running.manifest import FILE, RUN, check_folder, manifest
from experiments.running.runner import Progress


@dataclass(frozen=True, repr=False)
class SingleRun:
    """What one run has found.

    Attributes:
        design: What was run.
        tables: The run's tables.
        story: What happened to one patient, in words.
        seconds: How long it took.
    """

    design: Design
    tables: dict[str, pd.DataFrame]
    story: str
    seconds: float

    def __repr__(self) -> str:
        """Say what was run."""
        setting = self.design.setting
        return f"<SingleRun: {self.policy}, scale {setting.scale:g}, {setting.years} years>"

    @property
    def policy(self) -> str:
        """Name of the policy."""
        return next(iter(self.design.policies))

    @cached_property
    def summary(self) -> pd.DataFrame:
        """One row per measure, kind of group and group; without intervals, as it is one run."""
        told = measures(self.design.setting.years)
        return summarise(self._values(in_tables=False), self.policy, told, self.design.scope)

    @cached_property
    def in_tables(self) -> dict[str, pd.DataFrame]:
        """What is no single number, as `Comparison.tables` has it; without intervals."""
        setting = self.design.setting
        return tables_of(self._values(in_tables=True), self.policy, measures(setting.years),
                         self.summary, setting.world.diseases)  # fmt: skip

    @cached_property
    def _measured(self) -> pd.DataFrame:
        """All that is measured of the run."""
        setting = self.design.setting
        run = RunTables(self.tables, setting.world, setting.scale, setting.years, setting.zone,
                        setting.ranked_by)  # fmt: skip
        return measure_run(run).assign(policy=self.policy, seed=self.design.seeds[0])

    def _values(self, in_tables: bool) -> Values:
        """Return what is measured as a block: what the summary tells, or what tables do."""
        told = [one for one in measures(self.design.setting.years) if bool(one.table) == in_tables]
        rows = self._measured["measure"].isin([one.name for one in told])
        return arranged(self._measured[rows], [self.policy], self.design.seeds[:1], told)

    def save(self, folder: str | Path, command: str | None = None) -> Path:
        """Write a folder: a Parquet file per table, `summary.csv` and `manifest.json`.

        Args:
            folder: Made if it is not there; files of the same name are replaced.
            command: What was typed, for the manifest.

        Raises:
            UserError: If it cannot be written, or holds a comparison.
        """
        check_folder(path_of(folder), RUN)
        folder = make_folder(folder)
        for name, table in self.tables.items():
            write_parquet(folder / f"{name}.parquet", table)
        write_csv(folder / "summary.csv", self.summary)
        write_tables(folder, self.in_tables)
        files = {(self.policy, self.design.seeds[0]): "patients.parquet"}
        write_json(folder / FILE, manifest(
            self.design, command=command, again=self.design.again(), runs=files,
            seconds=self.seconds,
        ))  # fmt: skip
        return folder


def run_one(design: Design, progress: Progress | None = None) -> SingleRun:
    """Run the first policy of a design with its first seed.

    Args:
        design: What is run.
        progress: Called with the months done, all months, and a few words.
    """
    begun, setting = time.perf_counter(), design.setting
    tell = progress or (lambda *_: None)
    tell(0, 12 * setting.years, f"the years before {setting.world.first_year}")
    model = RareCareModel(
        policy=next(iter(design.policies.values())), world=setting.world, scale=setting.scale,
        years=setting.years, rng=design.seeds[0], pooled=setting.pooled,
    )  # fmt: skip
    while model.steps < model.horizon:
        model.step()
        tell(model.steps, model.horizon, setting.world.label(model.steps - 1))
    return SingleRun(design, model.outcomes(), _story(model), time.perf_counter() - begun)


def _story(model: RareCareModel) -> str:
    """Tell of a followed patient with a diagnosis, a treatment and many consultations, up to ten.

    Somebody whose search began in the scenario, so that it was lived under its rules.
    """
    rows = model.state.patients
    lived = (rows["followed"] == 1) & (rows["onset"] >= 0) & (rows["onset"] < model.steps)
    if not lived.any():
        return "Nobody fell ill in this small world."
    ended = (rows["diagnosed"] < NEVER).astype(int) + (rows["treated"] < NEVER)
    richness = np.minimum(rows["visits"], 10) + 10 * ended
    return model.tell(int(np.argmax(np.where(lived, richness, -1))))
