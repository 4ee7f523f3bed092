"""The overview: how many are where over time, and how the provinces fare."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from viz.reading.courses import SERIES, by_province, courses, of_place
from viz.reading.people import people
from viz.reading.scene import Scene, province_index, province_names, scene
from viz.reading.spread import Band, Spread
from viz.twin_models import Twins
from viz.view_state import ViewState


@dataclass(frozen=True)
class OverviewData:
    """What the overview shows.

    Attributes:
        scene: Whose data these are.
        series: Values under A and under B by month, at full scale; NaN where not defined yet.
        provinces: The provinces' names, English and Chinese.
        maps: Values under A and under B by province for each indicator; NaN where there are none.
        bands: Intervals of the differences in the series, over pairs with other seeds.
        spreads: Those of the provinces' differences in the map that is shown.
    """

    scene: Scene
    series: dict[str, tuple[np.ndarray, np.ndarray]]
    provinces: list[tuple[str, str]]
    maps: dict[str, tuple[np.ndarray, np.ndarray]]
    bands: Mapping[str, Band | None] = field(default_factory=dict)
    spreads: Mapping[str, Spread] = field(default_factory=dict)


def read(twins: Twins, view: ViewState) -> OverviewData:
    """Return what the overview shows of the month lived last."""
    row = province_index(twins.a, view.province)
    series_a, series_b = courses(twins.a), courses(twins.b)
    maps_a, maps_b = (by_province(people(m, zone=twins.zone)) for m in (twins.a, twins.b))
    return OverviewData(
        scene(twins, view),
        {key: (of_place(series_a[key], row), of_place(series_b[key], row)) for key in SERIES},
        province_names(twins.a),
        {key: (maps_a[key], maps_b[key]) for key in maps_a},
    )
