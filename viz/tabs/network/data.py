"""The network tab: hospitals with their queues on the map, and who is referred where."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from abm import RareCareModel
from agents.codes import PathKind, Tier
from viz.reading.moves import KINDS, Moves, moves_by_year
from viz.reading.names import city_names, hospital_names
from viz.reading.scene import Scene, province_index, province_names, scene
from viz.twin_models import Twins
from viz.view_state import ViewState

OWN = len(PathKind)
"""The kind of moves on one's own way, beside the directions of referrals."""
MOST_FLOWS = 40
"""So many flows can be told apart on a map."""


@dataclass(frozen=True)
class Spot:
    """A hospital, or the hospitals of one tier in a city, on the map.

    Attributes:
        key: The hospital's name; empty where it stands for several.
        name: English name, of the hospital or of the city.
        zh: Chinese name.
        hospitals: How many hospitals it stands for.
        tier: Number of the tier, as in `agents.codes.Tier`.
        lon: Longitude, degrees.
        lat: Latitude, degrees.
        waiting: Patients in the queue, persons at full scale.
        wait: Expected wait for a consultation, months.
    """

    key: str
    name: str
    zh: str
    hospitals: int
    tier: int
    lon: float
    lat: float
    waiting: float
    wait: float


@dataclass(frozen=True)
class Moved:
    """Moves from one city to another.

    Attributes:
        names: English names of the two cities.
        names_zh: Chinese names.
        start: Longitude and latitude of the one, degrees.
        end: Those of the other.
        kind: Direction of the path, as in `agents.codes.PathKind`, or `OWN`.
        persons: Moves a year at full scale.
    """

    names: tuple[str, str]
    names_zh: tuple[str, str]
    start: tuple[float, float]
    end: tuple[float, float]
    kind: int
    persons: float


@dataclass(frozen=True)
class NetworkSide:
    """The network under one policy.

    Attributes:
        places: Hospitals.
        flows: The largest flows between cities.
        tiers: Referrals from tier to tier, persons a year at full scale, shape (6, 6).
        provinces: Referrals from province to province, shape (provinces, provinces).
        followed: Referrals that the patient followed, persons a year at full scale.
        own: Moves to another hospital unreferred, a year at full scale.
    """

    places: list[Spot]
    flows: list[Moved]
    tiers: np.ndarray
    provinces: np.ndarray
    followed: float
    own: float

    @property
    def sent(self) -> float:
        """Referrals, persons a year at full scale."""
        return float(self.tiers.sum())


@dataclass(frozen=True)
class NetworkData:
    """What the network tab shows.

    Attributes:
        scene: Whose data these are.
        a: The network under A.
        b: The network under B.
        provinces: The provinces' names, English and Chinese.
        middles: Longitude and latitude of the middle of each province's cities on the map; of
            those that are not on it, none. By the province's row.
        cities: Longitude and latitude of the cities on the map, shape (n, 2).
        zone: Of each province in the special zone, those of its cities that are, likewise.
        months: The referrals are those of so many last months.
    """

    scene: Scene
    a: NetworkSide
    b: NetworkSide
    provinces: list[tuple[str, str]]
    middles: dict[int, tuple[float, float]]
    cities: np.ndarray
    zone: list[np.ndarray]
    months: int


def read(twins: Twins, view: ViewState) -> NetworkData:
    """Return what the network tab shows of the month lived last."""
    row = province_index(twins.a, view.province)
    cities = twins.a.world.cities[["lon", "lat"]].to_numpy(float)
    if row is not None:
        cities = cities[twins.a.state.cities["province"] == row]
    return NetworkData(
        scene(twins, view),
        _side(twins.a, row),
        _side(twins.b, row),
        province_names(twins.a),
        _middles(twins.a, row),
        cities,
        _zone(twins, row),
        window(twins.a.steps),
    )


def _zone(twins: Twins, row: int | None) -> list[np.ndarray]:
    """Return the places of the zone's cities by province, of a province or of all."""
    table, province = twins.a.world.cities, twins.a.state.cities["province"]
    inside = table["city"].isin(twins.zone or ()).to_numpy()
    inside &= True if row is None else province == row
    at = table[["lon", "lat"]].to_numpy(float)
    return [at[inside & (province == one)] for one in np.unique(province[inside])]


def _middles(model: RareCareModel, row: int | None) -> dict[int, tuple[float, float]]:
    """Return where the provinces' names stand: in the middle of the hospitals' cities."""
    province = model.state.cities["province"]
    at = model.world.cities[["lon", "lat"]].to_numpy(float)
    rows = range(len(model.state.provinces)) if row is None else (row,)
    middles = {one: at[province == one].mean(axis=0) for one in rows}
    return {one: (float(lon), float(lat)) for one, (lon, lat) in middles.items()}


def window(steps: int) -> int:
    """Return over how many last months referrals are counted: the last full year and what follows.

    The books of a year are opened in January, so that the last so many months are not known.
    """
    return steps if steps < 12 else 12 + steps % 12


def _side(model: RareCareModel, row: int | None) -> NetworkSide:
    """Return the network of a model, of a province or of all."""
    paths, hospitals = model.setup.paths, model.state.hospitals
    province = hospitals["province"].astype(int)
    yearly = 12.0 / max(1, window(model.steps)) / model.scale
    sent, followed = (yearly * _of_paths(model, field) for field in ("sent", "followed"))
    own = _own_way(model)
    touched = np.ones(len(sent), bool)
    if row is not None:
        touched = (province[paths.start] == row) | (province[paths.to] == row)
        mine = (province[own.start] == row) | (province[own.to] == row)
        own = Moves(*(part[mine] for part in own))
    used = np.flatnonzero(touched & (sent > 0))
    start, to = paths.start[used], paths.to[used]
    tier = hospitals["tier"].astype(int)
    gone = np.flatnonzero(touched & (followed > 0))
    ways = (
        np.concatenate([paths.start[gone], own.start]),
        np.concatenate([paths.to[gone], own.to]),
        np.concatenate([paths.kind[gone], np.full(len(own.start), OWN)]).astype(np.int64),
        np.concatenate([followed[gone], own.times * yearly]),
    )
    return NetworkSide(
        list(_places(model, row)),
        _flows(model, *ways),
        _table(tier[start], tier[to], sent[used], len(Tier)),
        _table(province[start], province[to], sent[used], len(model.state.provinces)),
        float(followed[touched].sum()),
        float(own.times.sum()) * yearly,
    )


def _table(start: np.ndarray, to: np.ndarray, persons: np.ndarray, size: int) -> np.ndarray:
    """Return persons by where they come from and where they go, shape (size, size)."""
    return np.bincount(start * size + to, persons, size * size).reshape(size, size)


def _of_paths(model: RareCareModel, field: str) -> np.ndarray:
    """Return the patients "sent" or "followed" along each path in the window."""
    counted = model.state.edges[field].astype(float)
    if model.records.referrals:
        counted += model.records.referrals[-1][1][field]
    return counted


def _own_way(model: RareCareModel) -> Moves:
    """Return the moves on one's own way in the window."""
    years = moves_by_year(model)[-2 if model.steps > 12 and model.steps % 12 else -1 :]
    parts = [np.concatenate(part) for part in zip(*(moves for _, moves in years), strict=True)]
    if not parts:
        return Moves(*np.zeros((4, 0), np.int64))
    own = parts[2] == KINDS.index("own")
    return Moves(*(part[own] for part in parts))


def _flows(
    model: RareCareModel, start: np.ndarray, to: np.ndarray, kind: np.ndarray, persons: np.ndarray
) -> list[Moved]:
    """Return the largest flows between different cities."""
    city = model.state.hospitals["city"].astype(np.int64)
    start, to = city[start], city[to]
    apart = start != to
    key = ((start * len(model.state.cities) + to) * (OWN + 1) + kind)[apart]
    keys, place = np.unique(key, return_inverse=True)
    persons = np.bincount(place, persons[apart], len(keys))
    names = city_names(model)
    at = model.world.cities[["lon", "lat"]].to_numpy(float)
    made = []
    for k in np.argsort(-persons, kind="stable")[:MOST_FLOWS]:
        between, direction = divmod(int(keys[k]), OWN + 1)
        i, j = divmod(between, len(model.state.cities))
        made.append(
            Moved(
                (names[i][0], names[j][0]),
                (names[i][1], names[j][1]),
                tuple(at[i]),
                tuple(at[j]),
                direction,
                float(persons[k]),
            )
        )
    return made


def _places(model: RareCareModel, row: int | None) -> Iterator[Spot]:
    """Yield the hospitals on the map.

    In the whole country the leads and centres, and each city's members as one; in a province all.
    """
    hospitals, names = model.state.hospitals, hospital_names(model)
    cities = city_names(model)
    at = model.world.cities[["lon", "lat"]].to_numpy(float)
    for h in _shown(hospitals, row):
        place, (name, name_zh) = hospitals[h], names[h]
        lon, lat = at[place["city"]]
        yield Spot(
            name,
            name,
            name_zh,
            1,
            int(place["tier"]),
            lon,
            lat,
            float(place["waiting"]) / model.scale,
            float(place["wait"]),
        )
    if row is not None:
        return
    members = np.flatnonzero((hospitals["network"] == 1) & (hospitals["tier"] == Tier.MEMBER))
    for city in np.unique(hospitals["city"][members]):
        here = hospitals[members[hospitals["city"][members] == city]]
        (name, name_zh), (lon, lat) = cities[city], at[city]
        waiting, slots = float(here["waiting"].sum()), float(here["slots"].sum())
        yield Spot(
            "",
            name,
            name_zh,
            len(here),
            int(Tier.MEMBER),
            lon,
            lat,
            waiting / model.scale,
            float(here["wait"] @ here["slots"]) / slots if slots else 0.0,
        )


def _shown(hospitals: np.ndarray, row: int | None) -> np.ndarray:
    """Return which hospitals are shown one by one."""
    if row is None:
        return np.flatnonzero((hospitals["network"] == 1) & (hospitals["tier"] > Tier.MEMBER))
    return np.flatnonzero(hospitals["province"] == row)
