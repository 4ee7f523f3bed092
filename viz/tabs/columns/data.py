"""The columns: the cards and courses of every policy, each compared with A."""

from dataclasses import dataclass

import numpy as np

from viz.cards.data import Card, compared
from viz.reading.courses import SERIES, courses, of_place
from viz.reading.scene import Scene, province_index, scene
from viz.twin_models import Twins
from viz.view_state import ViewState


@dataclass(frozen=True)
class Column:
    """One policy.

    Attributes:
        side: Its letter, such as "a".
        policy: Its name.
        edited: Whether levers are set on top of it.
        cards: The indicators under A and under it; of A itself, A twice.
        series: Values by month, at full scale; NaN where not defined yet.
    """

    side: str
    policy: str
    edited: bool
    cards: tuple[Card, ...]
    series: dict[str, np.ndarray]


@dataclass(frozen=True)
class ColumnsData:
    """What the columns show.

    Attributes:
        scene: Whose data these are.
        columns: The policies, A first.
    """

    scene: Scene
    columns: tuple[Column, ...]


def read(twins: Twins, view: ViewState) -> ColumnsData:
    """Return what the columns show of the month lived last."""
    twins.follow(view.more, view.world, -1)
    row = province_index(twins.a, view.province)
    columns = []
    for side, model in twins.lived(view).items():
        spec, found = view.policies[side], courses(model)
        columns.append(
            Column(
                side,
                spec.policy,
                bool(spec.settings),
                compared(twins.a, model, view.province, twins.zone),
                {key: of_place(found[key], row) for key in SERIES},
            )
        )
    return ColumnsData(scene(twins, view), tuple(columns))
