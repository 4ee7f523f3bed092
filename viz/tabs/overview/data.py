"""The overview: how many are where over time, and how the provinces fare."""

from dataclasses import dataclass

import numpy as np

from abm import RareCareModel
from agents.codes import UNDIAGNOSED, Flow, Stage
from experiments.measures import Listed, Place, listed
from viz.reading.people import people
from viz.reading.scene import Scene, province_index, province_names, scene
from viz.reading.stocks import STOCKS, UNDIAGNOSED_SHARE
from viz.twin_models import Twins
from viz.view_state import ViewState

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


@dataclass(frozen=True)
class OverviewData:
    """What the overview shows.

    Attributes:
        scene: Whose data these are.
        series: Values under A and under B by month, at full scale; NaN where not defined yet.
        provinces: The provinces' names, English and Chinese.
        maps: Values under A and under B by province for each indicator; NaN where there are none.
    """

    scene: Scene
    series: dict[str, tuple[np.ndarray, np.ndarray]]
    provinces: list[tuple[str, str]]
    maps: dict[str, tuple[np.ndarray, np.ndarray]]


def read(twins: Twins, view: ViewState) -> OverviewData:
    """Return what the overview shows of the month lived last."""
    row = province_index(twins.a, view.province)
    series_a, series_b = _series(twins.a, row), _series(twins.b, row)
    maps_a, maps_b = _maps(twins.a), _maps(twins.b)
    return OverviewData(
        scene(twins, view),
        {key: (series_a[key], series_b[key]) for key in SERIES},
        province_names(twins.a),
        {key: (maps_a[key], maps_b[key]) for key in maps_a},
    )


def indicators(years: int) -> dict[str, Listed]:
    """Return what the maps can show in a scenario of so many years, by name."""
    return {one.name: one for one in listed(Place.MAPS, years, besides=STOCKS)}


def _series(model: RareCareModel, row: int | None) -> dict[str, np.ndarray]:
    """Return what is followed by month, of a province or of all."""
    records = model.records
    if not records.flows:
        return {key: np.zeros(0) for key in SERIES}
    stocks, flows = _of(np.array(records.stocks), row), _of(np.array(records.flows), row)
    made = {
        "undiagnosed": stocks[:, list(UNDIAGNOSED)].sum(axis=1),
        "waiting": stocks[:, Stage.WAITING],
        "treated": stocks[:, Stage.TREATED],
        "interrupted": stocks[:, Stage.INTERRUPTED],
        "registered": _of(np.array(records.registered), row),
        **{key: _over_a_year(flows[:, flow]) for key, flow in FLOWS.items()},
    }
    return {key: values / model.scale for key, values in made.items()}


def _of(values: np.ndarray, row: int | None) -> np.ndarray:
    """Return a province's values, or the sum over all, of shape (months, provinces, ...)."""
    return values.sum(axis=1) if row is None else values[:, row]


def _over_a_year(flow: np.ndarray) -> np.ndarray:
    """Return the sum over the twelve months up to each month, NaN in the first eleven."""
    upto = np.cumsum(np.append(0.0, flow))
    known = upto[SMOOTHED:] - upto[:-SMOOTHED]
    return np.append(np.full(min(len(flow), SMOOTHED - 1), np.nan), known)


def _maps(model: RareCareModel) -> dict[str, np.ndarray]:
    """Return each indicator by province."""
    names = list(model.world.provinces["province"])
    stocks = model.state.provinces["stocks"]
    alive = stocks[:, Stage.SEEKING : Stage.DEAD].sum(axis=1)
    undiagnosed = stocks[:, list(UNDIAGNOSED)].sum(axis=1)
    share = np.where(alive > 0, undiagnosed / np.maximum(alive, 1), np.nan)
    made = {UNDIAGNOSED_SHARE.name: share}
    everyone = people(model)
    for key in indicators(model.years):
        if key not in made:
            found = everyone.measured(key, "province") if len(everyone) else {}
            made[key] = np.array([found.get(name, np.nan) for name in names], float)
    return made
