"""What is followed by month, and what the maps of the provinces show, off one model."""

import numpy as np

from abm import RareCareModel
from agents.codes import UNDIAGNOSED, Flow, Stage
from experiments.measures import Listed, Place, listed
from viz.reading.people import PeopleSoFar
from viz.reading.stocks import STOCKS, UNDIAGNOSED_SHARE

SERIES = (
    "undiagnosed",
    "waiting",
    "treated",
    "interrupted",
    "registered",
    "diagnoses",
    "deaths",
    "paid_household",
)
"""What is followed by month: stocks at the month's end, then flows over twelve months."""
FLOWS = {"diagnoses": Flow.DIAGNOSES, "deaths": Flow.DEATHS, "paid_household": Flow.PAID_HOUSEHOLD}
SMOOTHED = 12
"""Months over which flows are added up."""


def on_maps(years: int) -> dict[str, Listed]:
    """Return what the maps can show in a scenario of so many years, by name."""
    return {one.name: one for one in listed(Place.MAPS, years, besides=STOCKS)}


def courses(model: RareCareModel) -> dict[str, np.ndarray]:
    """Return what is followed by month and province, at full scale, each (months, provinces).

    NaN where a sum over twelve months is not known yet.
    """
    records = model.records
    if not records.flows:
        return {key: np.zeros((0, len(model.state.provinces))) for key in SERIES}
    stocks, flows = np.array(records.stocks), np.array(records.flows)
    made = {
        "undiagnosed": stocks[:, :, list(UNDIAGNOSED)].sum(axis=2),
        "waiting": stocks[:, :, Stage.WAITING],
        "treated": stocks[:, :, Stage.TREATED],
        "interrupted": stocks[:, :, Stage.INTERRUPTED],
        "registered": np.array(records.registered),
        **{key: _over_a_year(flows[:, :, flow]) for key, flow in FLOWS.items()},
    }
    return {key: values / model.scale for key, values in made.items()}


def of_place(values: np.ndarray, row: int | None) -> np.ndarray:
    """Return a province's values by month, or the sum over all of shape (months, provinces)."""
    return values.sum(axis=1) if row is None else values[:, row]


def _over_a_year(flow: np.ndarray) -> np.ndarray:
    """Return the sums over the twelve months up to each month, NaN in the first eleven."""
    upto = np.vstack([np.zeros((1, flow.shape[1])), np.cumsum(flow, axis=0)])
    known = upto[SMOOTHED:] - upto[:-SMOOTHED]
    unknown = np.full((min(len(flow), SMOOTHED - 1), flow.shape[1]), np.nan)
    return np.vstack([unknown, known])


def by_province(everyone: PeopleSoFar) -> dict[str, np.ndarray]:
    """Return each indicator of the maps by province, NaN where there is none.

    Args:
        everyone: All people of a model.
    """
    model = everyone.model
    names = list(model.world.provinces["province"])
    stocks = model.state.provinces["stocks"]
    alive = stocks[:, Stage.SEEKING : Stage.DEAD].sum(axis=1)
    undiagnosed = stocks[:, list(UNDIAGNOSED)].sum(axis=1)
    share = np.where(alive > 0, undiagnosed / np.maximum(alive, 1), np.nan)
    made = {UNDIAGNOSED_SHARE.name: share}
    for key in on_maps(model.years):
        if key not in made:
            found = everyone.measured(key, "province") if len(everyone) else {}
            made[key] = np.array([found.get(name, np.nan) for name in names], float)
    return made
