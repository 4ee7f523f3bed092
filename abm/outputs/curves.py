"""What has become of searches by months from the first symptoms: curves in which death competes.

By Aalen and Johansen 1978, Scandinavian Journal of Statistics 5:141-150
(`abm.measures.survival.cumulative_incidence`): who is undiagnosed when the observation ends is
censored, and who dies undiagnosed cannot be diagnosed any more.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from abm.measures.survival import CumulativeIncidence, cumulative_incidence
from abm.outputs.patient_columns import PatientColumns
from abm.outputs.view import View

BY = ("residence", "sex", "scheme", "income_quintile", "age_group", "response_class", "province",
      "disease")  # fmt: skip
"""The kinds of groups that have curves, besides everyone."""


class Searches(NamedTuple):
    """The searches that began in the months lived.

    Attributes:
        rows: Rows of the patients.
        time: Months from onset to the diagnosis, to death or to the end of the observation.
        end: What ended each: 0 the end of the observation, 1 the diagnosis, 2 death without one.
    """

    rows: np.ndarray
    time: np.ndarray
    end: np.ndarray


def searches(onset: np.ndarray, diagnosed: np.ndarray, died: np.ndarray, horizon: int) -> Searches:
    """Return the searches that began in the scenario.

    Args:
        onset: Month of onset of each patient, of shape (n,).
        diagnosed: Month of the diagnosis, NaN without one.
        died: Month of death, NaN for the living.
        horizon: Months observed.
    """
    rows = np.flatnonzero((onset >= 0) & (onset < horizon))
    onset, diagnosed, died = onset[rows], diagnosed[rows], died[rows]
    found, dead = ~np.isnan(diagnosed), ~np.isnan(died)
    until = np.where(found, diagnosed, np.where(dead, died, horizon))
    return Searches(rows, np.maximum(until - onset, 0.0),
                    np.where(found, 1, np.where(dead, 2, 0)))  # fmt: skip


def at_months(curve: CumulativeIncidence, months: np.ndarray) -> np.ndarray:
    """Return the shares undiagnosed, diagnosed, and dead without a diagnosis by months from onset.

    Args:
        curve: Of the diagnosis.
        months: Months from onset, of shape (m,).

    Returns:
        Shape (3, m); the three add up to 1.
    """
    at = np.searchsorted(curve.times, months, side="right") - 1
    return np.array([curve.survival[at], curve.incidence[at], curve.competing[at]])


def curves(model: View) -> pd.DataFrame:
    """One row per kind of group, group and month from onset: shares undiagnosed, diagnosed, died.

    Of those who fell ill in the scenario. `died` is without a diagnosis.
    """
    people = PatientColumns(model.state, model.world, model.steps)
    onset, diagnosed, died = (people[name].to_numpy(float)
                              for name in ("onset", "diagnosed", "died"))  # fmt: skip
    found = searches(onset, diagnosed, died, model.steps)
    months = np.arange(model.steps + 1)
    parts = [
        pd.DataFrame(at_months(cumulative_incidence(found.time[rows], found.end[rows]), months).T,
                     columns=["undiagnosed", "diagnosed", "died"])
        .assign(by=by, group=group, month=months, searches=len(rows))
        for by, group, rows in _groups(people, found.rows)
    ]  # fmt: skip
    columns = ["by", "group", "month", "undiagnosed", "diagnosed", "died", "searches"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def _groups(people: PatientColumns, rows: np.ndarray) -> Iterator[tuple[str, str, np.ndarray]]:
    """Yield the groups that have members: kind, name, and which of the rows are theirs."""
    if len(rows):
        yield "all", "all", np.arange(len(rows))
    for by in BY:
        column = people[by].iloc[rows].astype("category")
        for code, name in enumerate(column.cat.categories):
            members = np.flatnonzero(column.cat.codes.to_numpy() == code)
            if len(members):
                yield by, str(name), members
