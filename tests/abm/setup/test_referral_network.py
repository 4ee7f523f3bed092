"""The collaboration network: members beyond the list, and what joining opens."""

from functools import cache

import numpy as np
import pytest

from abm import load_world
from abm.policy.levers import Levers
from abm.setup.apply_policy import apply_policy
from abm.setup.initial_state import build
from agents.codes import PathKind, Rank, Role


@cache
def country():
    """Return China without people, before any policy, and its setup."""
    return build(load_world(), 0.001, 0, False)


def under(zone=None, **network):
    """Return the state with levers of the network in force."""
    state, setup = country()
    levers = Levers.model_validate({"network": network, **({"zone": zone} if zone else {})})
    return apply_policy(state.copy(), levers, setup), setup


def members(state):
    """Return the members by province."""
    return np.bincount(state.hospitals["province"][state.hospitals["network"] == 1], minlength=31)


@pytest.mark.parametrize("number", [0, 1, 5, 1000])
def test_as_many_tertiary_hospitals_join_as_the_policy_says_while_there_are_any(number):
    before, _ = under(members="2019")
    after, _ = under(members="2019", members_added=number)
    rows = before.hospitals
    off = (rows["rank"] == Rank.TERTIARY) & (rows["network"] == 0)
    there = np.bincount(rows["province"][off], minlength=31)
    assert (members(after) - members(before) == np.minimum(there, number)).all()
    assert (after.hospitals["network"] >= rows["network"]).all()


def test_the_largest_of_a_province_join_first():
    state, setup = under(members="2019", members_added=2)
    rows = state.hospitals
    people = setup.world.cities["population"].to_numpy()[rows["city"]]
    off = (rows["rank"] == Rank.TERTIARY) & ~((rows["joined"] == 1) & (rows["role"] != Role.NONE))
    for province in range(31):
        here = off & (rows["province"] == province)
        joins, stays = here & (rows["network"] == 1), here & (rows["network"] == 0)
        if stays.any():
            size = setup.slots * 1e6 + people
            assert size[joins].min() >= size[stays].max()


def test_a_zone_adds_members_of_its_own():
    zone = {"provinces": ["Gansu", "Guizhou"], "inside": {"network": {"members_added": 3}}}
    before, setup = under(members="2019")
    after, _ = under(zone, members="2019")
    names = setup.world.provinces["province"]
    gained = dict(zip(names, members(after) - members(before), strict=True))
    assert {name for name, more in gained.items() if more} == {"Gansu", "Guizhou"}
    assert gained["Gansu"] == gained["Guizhou"] == 3


def test_without_a_network_nobody_joins():
    state, _ = under(members="none", members_added=5)
    assert not state.hospitals["network"].any()


def test_who_joins_is_taught_by_the_lead_and_gets_follow_up_back_and_nothing_else_changes():
    before, setup = under(members="2019")
    after, _ = under(members="2019", members_added=1)
    rows, paths = after.hospitals, setup.paths
    new = np.flatnonzero(rows["network"] > before.hospitals["network"])
    newly_open = np.flatnonzero(after.edges["open"] > before.edges["open"])
    assert (paths.kind[newly_open] != PathKind.UP).all()
    assert set(newly_open) == {
        e
        for e in np.flatnonzero(paths.kind != PathKind.UP)
        if {paths.start[e], paths.to[e]} & set(new)
        and rows["network"][paths.start[e]]
        and rows["network"][paths.to[e]]
    }
    for h in new:
        lead = rows["mentor"][h]
        assert rows["role"][lead] == Role.LEAD
        assert rows["province"][lead] == rows["province"][h]
        down = (paths.start == lead) & (paths.to == h) & (paths.kind == PathKind.DOWN)
        assert (after.edges["open"][down] == 1).all()
        assert down.sum() == 1
    for name in set(rows.dtype.names) - {"network", "willing"}:
        assert (rows[name] == before.hospitals[name]).all(), name
    for name in ("cities", "provinces", "funds", "drugs", "diseases"):
        assert (getattr(after, name) == getattr(before, name)).all(), name
