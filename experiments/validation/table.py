"""The table of validation: published, how measured, simulated over runs, band, met or not."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from abm import RareCareModel, World
from abm.world.mixes import PREVALENCE, ROOT
from experiments.reporting.statistics import interval
from experiments.validation.answers import ANSWERS
from experiments.validation.record import RECORDS
from experiments.validation.simulate import Simulated, at_start, rows_of

NOBODY = "in none of these runs is there anybody to be measured"
ALONE = "in only one of these runs is there anybody to be measured"
UNEXPLAINED = "not explained yet"
MIXES = {PREVALENCE: "", ROOT: "diseases by the root of their numbers"}


def validation_table(world: World, found: Sequence[Simulated]) -> pd.DataFrame:
    """Return one row per target that was simulated.

    Args:
        world: The world whose targets they are.
        found: What each run has come to.

    Returns:
        `target`, `label`, `unit`, `use`, `published`, its sampling `error` and `discrepancy`,
        `how` it is measured, `simulated` (mean over the runs with a value), its 95 % interval from
        `simulated_low` to `simulated_high` (NaN where the runs do not tell), `runs` with a value,
        the band from `low` to `high`, `inside` (runs inside it), whether the mean is (`met`; never
        by one run alone), the `persons` that the answers are worth, the `source`, and in `note`
        why it is missed.
    """
    values = pd.DataFrame([run.values for run in found])
    names = list(values.columns)
    targets = world.targets.set_index("target").loc[names]
    means = interval(values.T.to_numpy())
    low, high = targets["low"].to_numpy(), targets["high"].to_numpy()
    table = targets[["label", "unit", "use", "published", "error", "discrepancy"]].copy()
    table["how"] = [how(row, world) for row in rows_of(targets.reset_index())]
    table["simulated"] = means.mean
    table["simulated_low"], table["simulated_high"] = means.low, means.high
    table["runs"] = means.runs
    table["low"], table["high"] = low, high
    table["inside"] = ((values >= low) & (values <= high)).sum().to_numpy()
    table["met"] = (means.mean >= low) & (means.mean <= high) & (means.runs > 1)
    table["persons"] = pd.DataFrame([run.persons for run in found]).mean().to_numpy()
    why = targets["why"].replace("", UNEXPLAINED)
    why = np.select([means.runs == 0, means.runs == 1], [NOBODY, ALONE], why)
    table["source"], table["note"] = targets["source"], np.where(table["met"], "", why)
    return table.reset_index()


def how(row: Any, world: World) -> str:
    """Return in words how a target is measured.

    Args:
        row: A row of the world's `targets`.
        world: The world.
    """
    if row.measure in ANSWERS:
        surveys = world.surveys.set_index("survey")
        words = ANSWERS[row.measure].words.format(of=row.of)
        return f"{words}; {frame_of(surveys.loc[row.survey], world)}"
    months = {name: _label(getattr(row, name), world) for name in ("since", "until")}
    place = row.place or "the whole country"
    return RECORDS[row.measure].words.format(of=row.of.replace(";", ","), place=place, **months)


def frame_of(survey: Any, world: World) -> str:
    """Return in words who is asked by a survey, and to what they are weighted.

    Args:
        survey: A row of the world's `surveys`.
        world: The world.
    """
    who = "patients" if survey.who == "all" else survey.who
    parts = [f"diagnosed {who}{' alive' if survey.alive else ', also the dead'}, asked "
             f"{_label(survey.asked, world)}"]  # fmt: skip
    if not np.isnan(survey.diagnosed_within):
        parts.append(f"diagnosed in the {survey.diagnosed_within:g} years before")
    shares = (("share_children", "children"), ("share_rural", "rural"), ("share_men", "men"))
    parts += [f"{100 * survey[name]:.3g} % {words}" for name, words in shares
              if not np.isnan(survey[name])]  # fmt: skip
    parts.append(MIXES.get(survey.diseases, survey.diseases.replace(";", ",")))
    return ", ".join(filter(None, [*parts, f"n {survey.n:,} published"]))


def _label(month: float, world: World) -> str:
    return "" if np.isnan(month) else world.label(int(month))


def table_at_start(model: RareCareModel) -> pd.DataFrame:
    """Return what the targets asked before the scenario come to in one model at its first month.

    Args:
        model: A model in whose scenario no month has been lived.

    Returns:
        One row per target: its `name`, the `target` in words, the `published` figure with the band
        from `low` to `high`, the `simulated` one, and whether it is `met`.
    """
    simulated = at_start(model)
    targets = model.world.targets.set_index("target").loc[simulated.index]
    frame = targets[["label", "published", "low", "high"]].reset_index()
    frame.columns = ["name", "target", "published", "low", "high"]
    frame["simulated"] = simulated.to_numpy()
    frame["met"] = frame["simulated"].between(frame["low"], frame["high"])
    return frame
