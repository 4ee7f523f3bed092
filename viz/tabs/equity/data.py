"""The equity tab: who fares how, how unequal it is, and who wins and loses between A and B."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from abm.measures import inequity
from viz.reading.fairness import (
    CONCENTRATION,
    KINDS,
    LORENZ,
    CurveData,
    concentrations,
    lorenz,
    share_of,
    shares,
    theil,
    winners,
)
from viz.reading.people import people
from viz.reading.scene import Scene, scene
from viz.reading.spread import Spread
from viz.twin_models import Twins
from viz.view_state import ViewState


@dataclass(frozen=True)
class EquityData:
    """What the equity tab shows.

    Attributes:
        scene: Whose data these are.
        groups: Names of the groups of each kind, the worst-off first where they are ordered.
        shares: For each kind and measure the groups' values under A and B, NaN where undefined.
        lorenz: Lorenz curves by outcome under A and B; None where there is none of it.
        concentration: Concentration curves by income, likewise.
        theil: Theil's index by outcome under A and B, within and between provinces.
        winners: For each kind and outcome the patients better off, the same and worse off under B,
            at full scale, of shape (groups, 3).
        by: The kind by which winners are shown.
        spreads: Differences over pairs with other seeds, by the name of the chart, then by that of
            the row.
    """

    scene: Scene
    groups: dict[str, list[str]]
    shares: dict[str, dict[str, tuple[np.ndarray, np.ndarray]]]
    lorenz: dict[str, tuple[CurveData | None, CurveData | None]]
    concentration: dict[str, tuple[CurveData | None, CurveData | None]]
    theil: dict[str, tuple[inequity.Decomposition | None, inequity.Decomposition | None]]
    winners: dict[str, dict[str, np.ndarray]]
    by: str = KINDS[0]
    spreads: Mapping[str, Mapping[str, Spread]] = field(default_factory=dict)


def read(twins: Twins, view: ViewState) -> EquityData:
    """Return what the equity tab shows of the month lived last."""
    a, b = (people(model, view.province, twins.zone) for model in (twins.a, twins.b))
    ranked_a, ranked_b = concentrations(a), concentrations(b)
    return EquityData(
        scene(twins, view),
        {kind: groups.names if (groups := a.groups(kind)) else [] for kind in KINDS},
        {
            k: {s: (share_of(a, k, s), share_of(b, k, s)) for s in shares(twins.a.years)}
            for k in KINDS
        },
        {key: (lorenz(a, key), lorenz(b, key)) for key in LORENZ},
        {key: (ranked_a[key], ranked_b[key]) for key in CONCENTRATION},
        {key: (theil(a, key), theil(b, key)) for key in LORENZ},
        {kind: winners(a, b, kind) for kind in KINDS if a.groups(kind)},
    )
