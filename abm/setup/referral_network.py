"""Hospitals, the distances to them, and the collaboration network of referral paths.

The paths of all lists of the network are laid down at once; which of them are open depends on the
list in force, so that a path keeps its number when hospitals join.
"""

from dataclasses import dataclass

import networkx as nx
import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import expit, logit

from abm.world import World
from abm.world.limits import at_most
from agents.codes import PathKind, Rank, Role, Specialty, Tier
from agents.core.jit import kernel
from agents.core.limits import ROWS
from agents.core.random_numbers import Decision, normal
from agents.core.record import LONG_AGO, Rows
from agents.records.hospital import EdgeRow, HospitalRow

EARTH_RADIUS_KM = 6371.0
TINY = 1e-9
PATHS = ("tertiary", "city_members", "near_members", "centres", "near_leads")
"""Referral paths whose number is a parameter."""


@kernel
def _strengths(seed: int, drawn: np.ndarray) -> None:
    """Draw each hospital's own strengths and weaknesses by specialty, standard normal."""
    for h in range(drawn.shape[0]):
        for s in range(drawn.shape[1]):
            drawn[h, s] = normal(seed, h, Decision.STRENGTH, s)


@kernel
def _inclinations(seed: int, drawn: np.ndarray) -> None:
    """Draw how each hospital's willingness to refer differs from others', standard normal."""
    for h in range(len(drawn)):
        drawn[h] = normal(seed, h, Decision.WILLINGNESS, 0)


def hospital_rows(world: World, seed: int) -> Rows[HospitalRow]:
    """Return the hospitals' records, one row per row of `hospitals.csv`, slots at scale 1."""
    table, params = world.hospitals, world.parameters
    rows = HospitalRow.array(len(table))
    city_of = {c: i for i, c in enumerate(world.cities["city"])}
    province_of = {p: i for i, p in enumerate(world.provinces["province"])}
    rows["city"] = [city_of[c] for c in table["city"]]
    rows["province"] = [province_of[p] for p in table["province"]]
    rows["tier"] = tier = np.array([Tier.of(t) for t in table["tier"]])
    rows["rank"] = np.array([t.rank for t in sorted(Tier)])[tier]
    rows["role"] = [Role.of(r) for r in table["role"]]
    lists = ("", *world.network_lists)
    rows["joined"] = [lists.index(name) for name in table["joined"]]
    rows["slots"] = table["slots"]
    rows["skill"] = _skills(rows, table["centre_rank"].to_numpy(), params, seed)
    rows["inclined"] = _inclined(rows["rank"], params, seed)
    rows["load"] = params["usual_load"]
    rows["researches"] = _leading(world, rows, params["research_hospitals"])
    rows["mentor"] = -1
    rows["renewed"] = LONG_AGO
    return rows


def by_size(world: World, city: np.ndarray) -> np.ndarray:
    """Return the hospitals' numbers, the largest first: by slots, then by their city's people."""
    people = world.cities["population"].to_numpy(float)[city]
    return np.lexsort((-people, -world.hospitals["slots"].to_numpy(float)))


def _leading(world: World, rows: np.ndarray, number: float) -> np.ndarray:
    """Return which hospitals are the leading ones: so many, by tier, then the largest first."""
    order = by_size(world, rows["city"])
    order = order[np.argsort(-rows["tier"][order].astype(int), kind="stable")]
    leads = np.zeros(len(rows), np.uint8)
    leads[order[: int(number)]] = 1
    return leads


def _inclined(rank: np.ndarray, params: dict, seed: int) -> np.ndarray:
    """Return hospitals' own willingness to refer, logits: its mean over all is the parameter."""
    drawn = np.zeros(len(rank))
    _inclinations(seed, drawn)
    differs = params["willingness_sd"] * drawn + params["willingness_per_rank"] * rank
    wanted = np.clip(params["referral_probability"], TINY, 1.0 - TINY)
    ends = logit(wanted) - differs.max(), logit(wanted) - differs.min()
    if ends[0] == ends[1]:
        return ends[0] + differs
    return differs + brentq(lambda middle: expit(middle + differs).mean() - wanted, *ends)


def _skills(rows: np.ndarray, centre_rank: np.ndarray, params: dict, seed: int) -> np.ndarray:
    """Return skill by hospital and specialty, logits: the tier's level and own strengths."""
    levels = np.zeros(len(Tier))
    levels[Tier.COUNTY] = params["skill_county"]
    levels[Tier.TERTIARY] = params["skill_tertiary"]
    levels[Tier.MEMBER] = params["skill_member"]
    levels[Tier.LEAD] = params["skill_provincial_lead"]
    levels[[Tier.CENTRE, Tier.NATIONAL]] = params["skill_national_centre"]
    level = levels[rows["tier"]]
    level -= params["skill_loss_per_centre_rank"] * np.nan_to_num(centre_rank - 1.0)
    spread = np.zeros(len(Rank))
    spread[[Rank.TERTIARY, Rank.MEMBER]] = params["specialty_fit_sd_below_lead"]
    spread[Rank.LEAD] = params["specialty_fit_sd"]
    drawn = np.zeros((len(rows), len(Specialty)))
    _strengths(seed, drawn)
    return level[:, None] + spread[rows["rank"]][:, None] * drawn


def distances(world: World) -> np.ndarray:
    """Return the way between cities, km: great circle times a detour; 0 within a city."""
    lat, lon = np.radians(world.cities["lat"]), np.radians(world.cities["lon"])
    lat, lon = lat.to_numpy(), lon.to_numpy()
    a = np.sin((lat[:, None] - lat) / 2) ** 2
    a = a + np.cos(lat[:, None]) * np.cos(lat) * np.sin((lon[:, None] - lon) / 2) ** 2
    arc = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(a, 0, 1)))
    return arc * world.parameters["detour_ratio"]


@dataclass(frozen=True)
class Paths:
    """Referral paths: shape (E,) each, sorted by the hospital they start from."""

    start: np.ndarray
    to: np.ndarray
    kind: np.ndarray

    def rows(self) -> Rows[EdgeRow]:
        """Return the paths' records."""
        rows = EdgeRow.array(len(self.to))
        rows["to"], rows["kind"] = self.to, self.kind
        return rows


def referral_paths(rows: np.ndarray, km: np.ndarray, params: dict[str, float]) -> Paths:
    """Lay down the referral paths between hospitals.

    Up: county to some of its city's tertiary and network hospitals and to the provincial lead;
    tertiary to the province's nearest network hospitals and the lead; member to the lead; lead to
    the national lead and the nearest centres elsewhere. Across: to the nearest other leads, and
    between members. Down: every lead to the members that it mentors, and to hospitals that a policy
    may add to them, for follow-up.

    Args:
        rows: The hospitals.
        km: The way between cities, km.
        params: How many of each, `paths_to_...`.
    """
    most = {name: int(params[f"paths_to_{name}"]) for name in PATHS}
    centres = np.flatnonzero(rows["tier"] >= Tier.CENTRE)
    national = np.flatnonzero(rows["role"] == Role.NATIONAL)
    leads = np.flatnonzero(rows["role"] == Role.LEAD)
    paths: set[tuple[int, int, int]] = set()

    def add(start: int, ends: np.ndarray, kind: PathKind) -> None:
        paths.update((start, int(end), int(kind)) for end in ends if end != start)

    for h, row in enumerate(rows):
        near = km[row.city, rows["city"]]
        same = np.flatnonzero(rows["province"] == row.province)
        network = same[rows["role"][same] != Role.NONE]
        lead = network[rows["role"][network] == Role.LEAD][:1]
        members = network[np.argsort(near[network], kind="stable")]
        if row.rank == Rank.COUNTY:
            tertiary = same[(rows["tier"][same] == Tier.TERTIARY) & (near[same] == 0)]
            add(h, tertiary[: most["tertiary"]], PathKind.UP)
            add(h, members[near[members] == 0][: most["city_members"]], PathKind.UP)
            add(h, lead, PathKind.UP)
        elif row.role == Role.NATIONAL:
            add(h, leads, PathKind.DOWN)
        elif row.role == Role.LEAD:
            elsewhere = centres[rows["province"][centres] != row.province]
            nearest = elsewhere[np.argsort(near[elsewhere], kind="stable")]
            add(h, nearest[: most["centres"]], PathKind.UP)
            add(h, national, PathKind.UP)
            others = leads[np.argsort(near[leads], kind="stable")]
            add(h, others[1:][: most["near_leads"]], PathKind.ACROSS)
            add(h, members[rows["role"][members] == Role.MEMBER], PathKind.DOWN)
            add(h, same[may_join(rows[same])], PathKind.DOWN)
        else:
            kind = PathKind.ACROSS if row.role == Role.MEMBER else PathKind.UP
            add(h, members[: most["near_members"]], kind)
            add(h, lead, PathKind.UP)
            if row.tier == Tier.CENTRE:
                add(h, national, PathKind.UP)
    ordered = np.array(sorted(paths), np.int64)
    _, first = np.unique(ordered[:, 0] * len(rows) + ordered[:, 1], return_index=True)
    ordered = ordered[np.sort(first)]
    at_most("hospitals.csv", len(ordered), "referral paths between hospitals", ROWS)
    return Paths(ordered[:, 0], ordered[:, 1], ordered[:, 2])


def wire(rows: np.ndarray, paths: Paths) -> None:
    """Tell each hospital where its paths stand and who mentors it."""
    number = np.bincount(paths.start, minlength=len(rows))
    rows["edges"] = number
    rows["first_edge"] = np.cumsum(number) - number
    national = np.flatnonzero(rows["role"] == Role.NATIONAL)[0]
    for province in np.unique(rows["province"]):
        here = np.flatnonzero(rows["province"] == province)
        leads = here[rows["role"][here] == Role.LEAD]
        rows["mentor"][here] = leads[0] if len(leads) else national
        rows["mentor"][leads] = national
    rows["mentor"][national] = -1


def may_join(rows: np.ndarray) -> np.ndarray:
    """Return which hospitals are tertiary ones that no list names; a policy may add them."""
    return (rows["rank"] == Rank.TERTIARY) & (rows["role"] == Role.NONE)


def further_members(
    rows: np.ndarray, listed: np.ndarray, wanted: np.ndarray, zone: np.ndarray, largest: np.ndarray
) -> np.ndarray:
    """Return which hospitals a policy adds to the network beside its list.

    In each province, inside and outside the zone by themselves, these are the largest tertiary
    hospitals that the list in force does not name.

    Args:
        rows: The hospitals.
        listed: Which of them the list names.
        wanted: How many join where each of them is.
        zone: Whether each is in the zone, 0 or 1.
        largest: Their numbers, the largest first (`by_size`).
    """
    joins = np.zeros(len(rows), bool)
    off = largest[(rows["rank"][largest] == Rank.TERTIARY) & ~listed[largest]]
    place = pd.DataFrame({"province": rows["province"][off], "zone": zone[off]})
    joins[off] = place.groupby(["province", "zone"]).cumcount() < wanted[off]
    return joins


def open_paths(rows: np.ndarray, paths: Paths) -> np.ndarray:
    """Return which paths are open: paths across and down need both ends in the network."""
    both = (rows["network"][paths.start] == 1) & (rows["network"][paths.to] == 1)
    return np.where(paths.kind == PathKind.UP, 1, both).astype(np.uint8)


def centres_by_specialty(rows: np.ndarray) -> np.ndarray:
    """Return the two strongest nationally known centres, -1 for none, shape (specialties, 2)."""
    centres = np.flatnonzero(rows["tier"] >= Tier.CENTRE)
    order = np.argsort(-rows["skill"][centres], axis=0, kind="stable")
    best = np.full((2, len(Specialty)), -1, np.int32)
    best[: len(centres)] = centres[order[:2]]
    return best.T


def nearest_centres(rows: np.ndarray, km: np.ndarray, home: np.ndarray) -> np.ndarray:
    """Return the nationally known centre nearest to each city in another province, -1 for none.

    Args:
        rows: The hospitals' records.
        km: Ways between cities, shape (cities, cities).
        home: Province of each city.
    """
    centres = np.flatnonzero(rows["tier"] >= Tier.CENTRE)
    if not len(centres):
        return np.full(len(km), -1)
    elsewhere = home[:, None] != rows["province"][centres]
    way = np.where(elsewhere, km[:, rows["city"][centres]], np.inf)
    nearest = centres[way.argmin(axis=1)]
    return np.where(np.isfinite(way.min(axis=1)), nearest, -1)


def as_graph(rows: np.ndarray, names: list[str], paths: Paths, is_open: np.ndarray) -> nx.DiGraph:
    """Return the collaboration network in force as a graph.

    Nodes are hospital names with `tier`, `city`, `province` and `network`; edges are open referral
    paths with `kind` (up, across, down), and mentoring ties that follow no path with `kind`
    "mentors". `mentors` tells of each edge whether it leads from a mentor to whom it teaches.
    """
    graph = nx.DiGraph()
    frame = pd.DataFrame({"tier": [Tier.names()[t] for t in rows["tier"]],
                          "city": rows["city"], "province": rows["province"],
                          "network": rows["network"] == 1}, index=names)  # fmt: skip
    graph.add_nodes_from((name, row.to_dict()) for name, row in frame.iterrows())
    for start, end, kind, ok in zip(paths.start, paths.to, paths.kind, is_open, strict=True):
        if ok:
            kind_name = PathKind(kind).label
            graph.add_edge(names[start], names[end], kind=kind_name, mentors=False)
    for h in np.flatnonzero((rows["network"] == 1) & (rows["mentor"] >= 0)):
        mentor, member = names[rows["mentor"][h]], names[h]
        if not graph.has_edge(mentor, member):
            graph.add_edge(mentor, member, kind="mentors")
        graph.edges[mentor, member]["mentors"] = True
    return graph
