"""Who goes where in the care network, how long it takes there, and how far it is used; by year."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from abm.outputs.view import View
from agents.codes import FromHome, PathKind, Tier

REFERRED, OWN_WAY = "referred", "own_way"
"""Kinds of moves: sent by a hospital or by a search of claims, or not."""
HOME = "home"
"""Stands for the tier of the hospital that a patient leaves, where the way begins at home."""
WAYS = ("up", "across", "down", "first", "invited")
"""Ways of moves: the direction between two hospitals; to the first hospital; and to where a search
of claims has sent the patient."""
UP, ACROSS, DOWN, FIRST, INVITED = range(len(WAYS))
ALONG = {PathKind.UP: UP, PathKind.ACROSS: ACROSS, PathKind.DOWN: DOWN}


class _Moves(NamedTuple):
    """Moves of a year, arrays of one entry per way that was gone.

    Attributes:
        start: Hospital that is left, -1 for none.
        home: Province where the way begins.
        to: Hospital that is gone to.
        way: Number of the way in `WAYS`.
        referred: Whether the patient was sent.
        persons: Simulated patients.
    """

    start: np.ndarray
    home: np.ndarray
    to: np.ndarray
    way: np.ndarray
    referred: np.ndarray
    persons: np.ndarray


def flows(model: View) -> pd.DataFrame:
    """One row per year, two provinces, two tiers, kind and way: patients who went to a hospital.

    From the province and tier of the hospital that they left, or from home: to the first hospital,
    or invited by a search of claims. Referrals that were followed go up, across or down a path;
    down are those handed back for follow-up after the diagnosis. On their own way patients go up
    or down where the other hospital's rank is another. Who comes back to the same hospital goes
    nowhere.
    """
    provinces = list(model.world.provinces["province"])
    tiers = [*Tier.names(), HOME]
    parts = [_added(year, moves, model, len(provinces)) for year, moves in _moves(model)]
    table = np.concatenate(parts) if parts else np.zeros((0, 8), np.int64)
    return pd.DataFrame({
        "year": table[:, 0],
        "from_province": pd.Categorical.from_codes(table[:, 1], provinces),
        "to_province": pd.Categorical.from_codes(table[:, 2], provinces),
        "from_tier": pd.Categorical.from_codes(table[:, 3], tiers),
        "to_tier": pd.Categorical.from_codes(table[:, 4], tiers),
        "kind": pd.Categorical.from_codes(table[:, 5], [OWN_WAY, REFERRED]),
        "way": pd.Categorical.from_codes(table[:, 6], list(WAYS)),
        "persons": table[:, 7],
    })  # fmt: skip


def _moves(model: View) -> Iterator[tuple[int, _Moves]]:
    """Yield the moves of each year."""
    paths, hospitals = model.setup.paths, model.state.hospitals
    province, rank = hospitals["province"].astype(np.int64), hospitals["rank"].astype(int)
    along = np.full(len(PathKind), -1)
    along[list(ALONG)] = list(ALONG.values())
    for year, sent in model.records.to_date(model.state, model.steps).referrals:
        e = np.flatnonzero(sent["followed"])
        start, to = np.divmod(sent["own"].astype(np.int64), len(hospitals))
        moved = start != to
        start, to, times = start[moved], to[moved], sent["times"][moved]
        steps = np.sign(rank[to] - rank[start])
        why, goal = np.divmod(sent["home"].astype(np.int64), len(hospitals))
        why, home = np.divmod(why, len(model.state.provinces))
        yield year, _Moves(
            np.concatenate([paths.start[e], start, np.full(len(goal), -1)]),
            np.concatenate([province[paths.start[e]], province[start], home]),
            np.concatenate([paths.to[e], to, goal]),
            np.concatenate([
                along[paths.kind[e]], np.select([steps > 0, steps < 0], [UP, DOWN], ACROSS),
                np.where(why == FromHome.FIRST, FIRST, INVITED),
            ]),
            np.concatenate([np.ones(len(e)), np.zeros(len(start)), why == FromHome.INVITED]),
            np.concatenate([sent["followed"][e], times, sent["from_home"]]),
        )  # fmt: skip


def _added(year: int, moves: _Moves, model: View, provinces: int) -> np.ndarray:
    """Return the moves of a year added up, one row of codes each, the persons last."""
    tier = np.append(model.state.hospitals["tier"].astype(np.int64), len(Tier))  # -1: home
    to = model.state.hospitals["province"].astype(np.int64)[moves.to]
    sizes = (provinces, provinces, len(Tier) + 1, len(Tier) + 1, 2, len(WAYS))
    codes = (moves.home, to, tier[moves.start], tier[moves.to], moves.referred.astype(int),
             moves.way)  # fmt: skip
    keys, place = np.unique(np.ravel_multi_index(codes, sizes), return_inverse=True)
    persons = np.bincount(place, moves.persons, len(keys)).astype(np.int64)
    return np.column_stack([np.full(len(keys), year), *np.unravel_index(keys, sizes), persons])


def waits(model: View) -> pd.DataFrame:
    """One row per year, home province, tier of the hospital and whole months waited: consultations.

    Of those who were seen in the year, however long ago they joined the queue. The last number of
    months, one less than `agents.core.limits.WAITS`, also holds all that are longer.
    """
    books = model.records.to_date(model.state, model.steps).waited
    if not books:
        return pd.DataFrame({"year": [], "province": [], "tier": [], "months": [], "visits": []})
    counts = np.array([waited for _, waited in books])
    years = np.array([year for year, _ in books])
    at = np.nonzero(counts)
    provinces = list(model.world.provinces["province"])
    return pd.DataFrame({
        "year": years[at[0]],
        "province": pd.Categorical.from_codes(at[1], provinces),
        "tier": pd.Categorical.from_codes(at[2], list(Tier.names())),
        "months": at[3],
        "visits": counts[at],
    })  # fmt: skip


def tiers(model: View) -> pd.DataFrame:
    """One row per year, province and tier: its hospitals, their slots, visits and diagnoses.

    The province is the hospitals'; slots are those of the months lived; waiting are the patients in
    their queues at the end.
    """
    provinces, parts = list(model.world.provinces["province"]), []
    size = len(provinces) * len(Tier)
    for n, (year, rows) in enumerate(model.records.to_date(model.state, model.steps).hospitals):
        key = rows["province"].astype(np.int64) * len(Tier) + rows["tier"]
        slots = rows["slots"] * float(min(12, model.steps - 12 * n))
        sums = [
            np.bincount(key, of, size)
            for of in (np.ones(len(key)), slots, rows["seen"], rows["found"], rows["waiting"])
        ]
        parts.append(np.column_stack([np.full(size, year), np.arange(size), *sums]))
    table = np.concatenate(parts) if parts else np.zeros((0, 7))
    table = table[table[:, 2] > 0]
    province, tier = np.divmod(table[:, 1].astype(np.int64), len(Tier))
    return pd.DataFrame({
        "year": table[:, 0].astype(np.int64),
        "province": pd.Categorical.from_codes(province, provinces),
        "tier": pd.Categorical.from_codes(tier, list(Tier.names())),
        "hospitals": table[:, 2].astype(np.int64), "slots": table[:, 3],
        "visits": table[:, 4].astype(np.int64), "diagnoses": table[:, 5].astype(np.int64),
        "waiting": table[:, 6].astype(np.int64),
    })  # fmt: skip
