"""Who fares how, how unequal it is, and who wins and loses: shares, curves, indices, fates."""

from dataclasses import dataclass

import numpy as np

from abm.measures import inequity
from agents.codes import UNDIAGNOSED
from experiments.measures import Listed, Place, listed
from experiments.measures.estimators import divided
from viz.reading.people import PeopleSoFar
from viz.reading.stocks import STOCKS, UNDIAGNOSED_SHARE

KINDS = ("income_quintile", "zone", "residence", "region")
"""By what people are told apart; nobody by a zone where no policy has one with borders."""
LORENZ = ("paid_household", "qalys")
CONCENTRATION = ("paid_household", "qalys", "treated")
THRESHOLDS = {"qalys": 0.01, "diagnosed": 1.0, "paid_household": 1000.0}
"""From what difference on a patient counts as better or worse off: QALYs, months, yuan."""
POINTS = 51
"""Points of a drawn curve."""


@dataclass(frozen=True)
class CurveData:
    """A Lorenz or concentration curve with its index.

    Attributes:
        population: Cumulative share of people.
        share: Cumulative share of the outcome.
        index: Gini coefficient or concentration index; twice the area to the diagonal.
    """

    population: np.ndarray
    share: np.ndarray
    index: float


def shares(years: int) -> dict[str, Listed]:
    """Return what the equiplots show in a scenario of so many years, by name."""
    return {one.name: one for one in listed(Place.EQUIPLOTS, years, besides=STOCKS)}


def share_of(people: PeopleSoFar, kind: str, share: str) -> np.ndarray:
    """Return a share in every group, NaN in groups without members."""
    groups = people.groups(kind)
    if groups is None:
        return np.zeros(0)
    if share == UNDIAGNOSED_SHARE.name:
        alive = np.isnan(people["died"])
        undiagnosed = groups.totals(np.isin(people.raw("stage"), UNDIAGNOSED) & alive)
        return divided(undiagnosed, groups.totals(alive))
    found = people.measured(share, kind)
    return np.array([found.get(name, np.nan) for name in groups.names])


def lorenz(people: PeopleSoFar, key: str) -> CurveData | None:
    """Return the Lorenz curve of one of `LORENZ`, None if there is nothing of it."""
    # What is sorted already is sorted again in a third of the time.
    values = np.sort(people[key])
    if not values.any():
        return None
    return CurveData(*inequity.lorenz_curve(values, points=POINTS), inequity.gini(values))


def concentrations(people: PeopleSoFar) -> dict[str, CurveData | None]:
    """Return the concentration curves by income; treatment is that of the treatable."""
    income = people.rank
    order = np.argsort(income, kind="stable")
    about = order[people["treatable"][order]]
    outcomes = {
        "paid_household": (people["paid_household"][order], income[order]),
        "qalys": (people["qalys"][order], income[order]),
        "treated": ((~np.isnan(people["treated"][about])).astype(float), income[about]),
    }
    return {key: _concentration(*outcomes[key]) for key in CONCENTRATION}


def _concentration(values: np.ndarray, income: np.ndarray) -> CurveData | None:
    if not values.any():
        return None
    curve = inequity.concentration_curve(values, income, points=POINTS)
    return CurveData(*curve, inequity.concentration_index(values, income))


def theil(people: PeopleSoFar, key: str) -> inequity.Decomposition | None:
    """Return Theil's index within and between provinces, or a province's cities."""
    values = people[key]
    if not values.any():
        return None
    groups = people.raw("city") if people.province else people.grouped("province").codes
    return inequity.theil(values, groups=groups)


def winners(a: PeopleSoFar, b: PeopleSoFar, kind: str = KINDS[0]) -> dict[str, np.ndarray]:
    """Return how many are better off, the same and worse off under B, by group.

    The same patients are compared one by one. Who is diagnosed under one policy only is better off
    under it; who never is under either is the same.

    Args:
        a: The people under A.
        b: The people under B.
        kind: One of `KINDS`.

    Returns:
        For each outcome of `THRESHOLDS` persons at full scale, of shape (groups, 3).
    """
    _, at_a, at_b = np.intersect1d(
        a["patient"], b["patient"], assume_unique=True, return_indices=True
    )
    groups = a.grouped(kind)
    group, many = groups.codes[at_a], len(groups.names)
    made = {}
    for key, limit in THRESHOLDS.items():
        gain = b[key][at_b].astype(float) - a[key][at_a].astype(float)
        if key == "diagnosed":
            gain = _sooner(a[key][at_a], b[key][at_b])
        elif key == "paid_household":
            gain = -gain
        verdict = np.where(gain >= limit, 0, np.where(gain <= -limit, 2, 1))
        counts = np.bincount(group * 3 + verdict, minlength=3 * many)
        made[key] = counts.reshape(many, 3) / a.scale
    return made


def _sooner(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return by how many months the diagnosis comes sooner under B, infinite if only there."""
    never = np.nan_to_num(b, nan=np.inf), np.nan_to_num(a, nan=np.inf)
    with np.errstate(invalid="ignore"):
        return np.nan_to_num(never[1] - never[0], nan=0.0, posinf=np.inf, neginf=-np.inf)
