"""The flows tab: who moves from province to province, and to and from one hospital."""

from dataclasses import dataclass

import numpy as np

from abm import RareCareModel
from viz.reading.moves import KINDS, between, moves_by_year
from viz.reading.names import hospital_names
from viz.reading.people import people
from viz.reading.scene import Scene, province_names, scene
from viz.twin_models import Twins
from viz.view_state import ViewState

WAYS = ("all", *KINDS, "home")
"""What can be shown: all moves between hospitals, those of a kind, or for those diagnosed the way
from the home province to the one of the diagnosis."""
PERIODS = ("all", "year")
"""Since the scenario began, or the last full year."""
NEIGHBOURS = 12
"""So many hospitals are told from which, and to which, people come and go."""


@dataclass(frozen=True)
class Neighbour:
    """A hospital from which people come, or to which they go.

    Attributes:
        names: Its English and Chinese names.
        persons: Moves under A and under B at full scale.
    """

    names: tuple[str, str]
    persons: tuple[float, float]


@dataclass(frozen=True)
class HospitalWays:
    """Where the patients of one hospital come from and go to.

    Attributes:
        names: Its English and Chinese names.
        comes: The hospitals that most come from.
        goes: The hospitals that most go to.
        others: What all other hospitals add up to, coming and going, each under A and B.
    """

    names: tuple[str, str]
    comes: tuple[Neighbour, ...]
    goes: tuple[Neighbour, ...]
    others: tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True)
class FlowsData:
    """What the flows tab shows.

    Attributes:
        scene: Whose data these are.
        provinces: The provinces' names, English and Chinese.
        way: One of `WAYS`.
        period: One of `PERIODS`.
        years: First and last year that are counted; None before the first month.
        part: How many months of the last of them have been lived.
        origin: Row of the province that people leave, None for any.
        goal: Row of the province that they go to, None for any.
        tables: From province to province under A and B by kind, at full scale, each of shape
            (kinds, provinces, provinces); ways from home to the diagnosis have one kind.
        courses: Of the chosen ways, per year under A and under B.
        hospital: The chosen hospital, the one that most go to if none is; None before any move.
    """

    scene: Scene
    provinces: list[tuple[str, str]]
    way: str
    period: str
    years: tuple[int, int] | None
    part: int
    origin: int | None
    goal: int | None
    tables: tuple[np.ndarray, np.ndarray]
    courses: tuple[dict[int, float], dict[int, float]]
    hospital: HospitalWays | None

    def chosen(self, side: int) -> np.ndarray:
        """Return the ways between different provinces that are chosen, by kind.

        Args:
            side: 0 for A, 1 for B.
        """
        return _chosen(self.tables[side], self.origin, self.goal)


def read(twins: Twins, view: ViewState) -> FlowsData:
    """Return what the flows tab shows of the month lived last."""
    names = [name for name, _ in province_names(twins.a)]
    way = view.way if view.way in WAYS else WAYS[0]
    period = view.period if view.period in PERIODS else PERIODS[0]
    origin = names.index(view.origin) if view.origin in names else None
    goal = names.index(view.goal) if view.goal in names else None
    by_year = [_by_year(model, way) for model in (twins.a, twins.b)]
    counted = _counted(list(by_year[0]), twins.a.steps, period)
    none = np.zeros((1 if way == "home" else len(KINDS), len(names), len(names)))
    tables = [sum((of[year] for year in counted), none) for of in by_year]
    courses = [
        {year: float(_chosen(table, origin, goal).sum()) for year, table in of.items()}
        for of in by_year
    ]
    return FlowsData(
        scene(twins, view),
        province_names(twins.a),
        way,
        period,
        (counted[0], counted[-1]) if counted else None,
        (twins.a.steps - 1) % 12 + 1 if counted and counted[-1] == max(by_year[0]) else 12,
        origin,
        goal,
        (tables[0], tables[1]),
        (courses[0], courses[1]),
        _hospital(twins, view.hospital, counted),
    )


def _chosen(table: np.ndarray, origin: int | None, goal: int | None) -> np.ndarray:
    """Return a table without ways within a province, and without those that are not chosen."""
    row = np.arange(table.shape[-1])
    kept = row[:, None] != row
    if origin is not None:
        kept = kept & (row[:, None] == origin)
    if goal is not None:
        kept = kept & (row == goal)
    return table * kept


def _counted(years: list[int], steps: int, period: str) -> list[int]:
    """Return the years that are counted: all, or the last full one, or the first while it lasts."""
    if period == "all" or len(years) < 2:
        return years
    return [years[-1] if steps % 12 == 0 else years[-2]]


def _by_year(model: RareCareModel, way: str) -> dict[int, np.ndarray]:
    """Return the ways from province to province of each year at full scale, by kind."""
    if way == "home":
        return _diagnosed(model)
    province = model.state.hospitals["province"].astype(np.int64)
    kept = np.array([way in ("all", kind) for kind in KINDS])[:, None, None]
    size = len(model.state.provinces)
    return {
        year: between(moves, province, size) * kept / model.scale
        for year, moves in moves_by_year(model)
    }


def _diagnosed(model: RareCareModel) -> dict[int, np.ndarray]:
    """Return persons diagnosed in each year by home province and the province of the diagnosis."""
    size, everyone = len(model.state.provinces), people(model)
    years = range(-(-model.steps // 12))
    if not len(everyone):
        return {model.world.year_of(12 * n): np.zeros((1, size, size)) for n in years}
    month = everyone["diagnosed"].astype(float)
    found = np.flatnonzero(month >= 0)
    home = np.asarray(everyone.columns.home_province)[found].astype(np.int64)
    city = everyone.columns.diagnosed_city[found].astype(np.int64)
    where = model.state.cities["province"].astype(np.int64)[city]
    year = (month[found] // 12).astype(np.int64)
    key = (year * size + home) * size + where
    table = np.bincount(key, minlength=len(years) * size * size).reshape(-1, 1, size, size)
    return {model.world.year_of(12 * n): table[n] / model.scale for n in years}


def _hospital(twins: Twins, name: str, years: list[int]) -> HospitalWays | None:
    """Return the neighbours of a hospital under A and under B.

    Of the one that most go to where none is chosen; None before anybody has gone anywhere.
    """
    size, names = len(twins.a.state.hospitals), hospital_names(twins.a)
    counted = [
        [moves for year, moves in moves_by_year(model) if year in years]
        for model in (twins.a, twins.b)
    ]
    if name in twins.a.hospital_names:
        row = twins.a.hospital_names.index(name)
    else:
        arriving = np.zeros(size)
        for moves in (*counted[0], *counted[1]):
            arriving += np.bincount(moves.to, moves.times, size)
        if not arriving.any():
            return None
        row = int(arriving.argmax())
    comes, goes = np.zeros((2, 2, size))
    for side, years_of in enumerate(counted):
        for moves in years_of:
            there, from_here = moves.to == row, moves.start == row
            comes[side] += np.bincount(moves.start[there], moves.times[there], size)
            goes[side] += np.bincount(moves.to[from_here], moves.times[from_here], size)
    comes, goes = comes / twins.a.scale, goes / twins.a.scale
    told = [_largest(persons, names) for persons in (comes, goes)]
    return HospitalWays(names[row], told[0][0], told[1][0], (told[0][1], told[1][1]))


def _largest(
    persons: np.ndarray, names: list[tuple[str, str]]
) -> tuple[tuple[Neighbour, ...], tuple[float, float]]:
    """Return the hospitals with most persons over both sides, and what the others add up to."""
    both = persons.sum(axis=0)
    most = np.argsort(-both, kind="stable")[:NEIGHBOURS]
    most = most[both[most] > 0]
    left = persons.sum(axis=1) - persons[:, most].sum(axis=1)
    found = tuple(Neighbour(names[i], (float(persons[0, i]), float(persons[1, i]))) for i in most)
    return found, (float(left[0]), float(left[1]))
