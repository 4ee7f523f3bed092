"""Putting a policy into force: from levers by name to the arrays that the rules look at."""

import math
from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np

from abm.policy.benefits import Layer
from abm.policy.coverage import cities_of, diseases_of, zone_of
from abm.policy.declare import Group, codes_of, declared
from abm.policy.levers import INSIDE, Levers
from abm.setup.initial_state import Setup
from abm.setup.referral_network import by_size, further_members, open_paths
from abm.setup.risk_pools import Pools, city_funds
from abm.world import World
from agents.codes import Code, Fund, Payer, PoolLevel, Rationing, Role, Source
from agents.cooperation import renew_willingness
from agents.core import bitset
from agents.core.jit import kernel
from agents.core.limits import DISEASES, LAYERS
from agents.core.record import Record
from agents.records.insurance import BRACKETS, LayerRow
from agents.state import State

TAKEN_ALONG = ("balance", "accumulated", "missing", "raised", "due_quarterly", "due_yearly")
"""Money, what was short of it, and bills to come, which a fund takes over with the people."""
WHOM = ("schemes", "responses", "diseases")
"""Sets that say whom a layer is for: nobody, if one of them is empty."""
FAR = 1e18
"""Stands for no limit, in yuan."""


def apply_policy(state: State, levers: Levers, setup: Setup) -> State:
    """Return the state with the levers of a month in force.

    Its arrays are changed in place but for the benefit layers, which are as many as the policy has.

    Args:
        state: The world.
        levers: All levers of the month.
        setup: What does not change.
    """
    state.cities["zone"] = zone_of(levers, setup.world)
    _set_levers(state, levers, setup)
    _set_by_city(state, levers, setup.world)
    _set_network(state, setup)
    state = _set_layers(state, levers, setup.world)
    _set_pools(state, levers, setup)
    return state


def _set_levers(state: State, levers: Levers, setup: Setup) -> None:
    """Fill both rows of levers: outside and inside the zone, which may be the whole country."""
    inside, lists = levers.inside(), ("none", *setup.world.network_lists)
    outside = inside if state.cities["zone"].all() else levers
    simulated = state.params["simulated"][0]  # of amounts for the whole country
    for row, these in zip(state.levers, (outside, inside), strict=True):
        _copy(row, these, "levers")
        row.network_list = lists.index(these.network.members)
        row.fund_donations = these.financing.donations * simulated
        row.surplus_most = min(these.financing.surplus_most, FAR) * simulated
    state.levers["ahead_of_approval"][0] = 0  # a zone's privilege, wherever it is set


def _copy(row: Record, levers: Group, array: str) -> None:
    """Copy to a row all levers that land in its array as they are."""
    for read, field, at, codes in _copied(type(levers), array):
        value = _number(read(levers), codes)
        if at is None:
            row[field] = value
        else:
            row[field][at] = value


class _Copied(NamedTuple):
    """A lever that lands in the state as it is: how to read it, its field, its place, its codes."""

    read: Callable[[Group], Any]
    field: str
    at: Code | None
    codes: type[Code] | None


@cache
def _copied(group: type[Group], array: str) -> list[_Copied]:
    """Return the levers of a group that are copied to an array; a zone's own replace them."""
    found = []
    for path, lever in declared(group).items():
        if lever.copied and not path.startswith(INSIDE):
            there, _, field = lever.to[0].partition(".")
            if there == array:
                found.append(_Copied(attrgetter(path), field, lever.at, codes_of(group, path)))
    return found


def _number(value: Any, codes: type[Code] | None) -> Any:
    """Return a lever's value as rows have it: a code, a set of codes, a number that is finite."""
    if codes is None:
        return min(value, FAR)
    if isinstance(value, str):
        return codes.of(value)
    return bitset.of((codes.of(label) for label in value), len(codes))


def _set_by_city(state: State, levers: Levers, world: World) -> None:
    """Set by which benefit rates are multiplied, and how far patient organisations reach."""
    cities = state.cities
    cities["benefit_factor"] = _benefit_factor(levers, world)
    reach = world.parameters["organisation_reach"] * cities["urban"]
    cities["reach"] = reach * state.levers["patient_organisations"][cities["zone"]]


def _set_network(state: State, setup: Setup) -> None:
    """Let hospitals join or leave, open their paths, and set slots and willingness."""
    hospitals, levers = state.hospitals, state.levers
    joined = hospitals["joined"]
    zone = state.cities["zone"][hospitals["city"]]
    lists = levers["network_list"][zone]
    listed = (joined > 0) & (joined <= lists) & (hospitals["role"] != Role.NONE)
    wanted = np.where(lists > 0, levers["members_added"][zone], 0)
    largest = by_size(setup.world, hospitals["city"])
    hospitals["network"] = listed | further_members(hospitals, listed, wanted, zone, largest)
    hospitals["slots"] = setup.slots * levers["slots"][zone]
    added = np.maximum(0.0, hospitals["slots"] - setup.slots)
    state.cities["added_slots"] = np.bincount(hospitals["city"], added, len(state.cities))
    _renew_willingness(state)
    state.edges["open"] = open_paths(hospitals, setup.paths)


@kernel
def _renew_willingness(state: State) -> None:
    """Let every hospital's willingness to refer follow the levers in force."""
    for h in range(len(state.hospitals)):
        renew_willingness(state, state.hospitals[h], state.params[0])


def _set_layers(state: State, levers: Levers, world: World) -> State:
    """Return the state with the benefit layers in the order of payment, and where they hold."""
    layers = LayerRow.array(len(levers.layers))
    cities = state.cities
    cities["layers"] = cities["zone_layers"] = 0
    for k, (_, layer) in enumerate(levers.layers):
        _fill_layer(layers[k], layer, levers, world)
        here = cities_of(layer, cities["zone"] == 1, world)
        bitset.add_to_rows(cities["layers"], here, k)
        if layer.where == "zone":
            bitset.add_to_rows(cities["zone_layers"], here, k)
    special = np.flatnonzero(layers["payer"] == Payer.SPECIAL_FUND)
    cities["levied"] = (cities["layers"] & bitset.of(special, LAYERS)).any(axis=1)
    somebody = np.logical_and.reduce([layers[whom].any(axis=1) for whom in WHOM])
    sold = np.flatnonzero((layers["payer"] == Payer.COMMERCIAL) & somebody)
    cities["commercial"] = (cities["layers"] & bitset.of(sold, LAYERS)).any(axis=1)
    return state._replace(layers=layers)


def _fill_layer(row: LayerRow, layer: Layer, levers: Levers, world: World) -> None:
    """Fill one layer's row."""
    _copy(row, layer, "layers")
    ends = [min(b.up_to, FAR) for b in layer.brackets]
    rates = [b.rate for b in layer.brackets]
    row.up_to[:] = ends + [ends[-1]] * (BRACKETS - len(ends))
    row.rate[:] = rates + [0.0] * (BRACKETS - len(rates))
    row.of_catalogue = layer.diseases == "catalogue"
    row.diseases = bitset.of(np.flatnonzero(diseases_of(layer, levers, world)), DISEASES)


def _set_pools(state: State, levers: Levers, setup: Setup) -> None:
    """Say which fund carries each city, and merge or divide money and people accordingly.

    What leaves a pool goes to the pool that takes its people over, in proportion to the people.
    """
    pools, zone = setup.pools, state.cities["zone"] == 1
    province = state.cities["province"]
    before = state.cities["fund"].T.copy()
    first = {(k, v): i for i, (k, v) in reversed(list(enumerate(zip(pools.kind, pools.level,
                                                                    strict=True))))}  # fmt: skip
    for kind in Fund:
        start = first[kind, level := _pool_level(kind, levers)]
        own = {PoolLevel.CITY: np.arange(len(zone)), PoolLevel.PROVINCE: province}
        offset = own.get(level, np.zeros(len(zone), int))
        state.cities["fund"][:, kind] = start + offset
    after = state.cities["fund"].T
    moved = after != before
    if moved.any():
        _move_people(state, before, moved, state.cities["heads"].T)
        _set_differences(state, pools)
    state.funds["used"] = 0
    state.funds["used"][after.ravel()] = 1
    for kind in Fund:
        how = Rationing.of(getattr(levers.rationing, kind.rationed_by))
        state.funds["ration"][state.funds["kind"] == kind] = how
    state.funds["serves"] = 0
    state.funds["serves"][after[Fund.SPECIAL_FUND][state.cities["levied"] == 1]] = 1
    special = state.funds["kind"] == Fund.SPECIAL_FUND
    state.funds["reserve"] = np.where(special, levers.financing.reserve_ratio, 0.0)


def _pool_level(kind: Fund, levers: Levers) -> PoolLevel:
    """Return the level at which a kind of fund is pooled."""
    if kind.pooled_by is None:
        return PoolLevel.CITY
    return PoolLevel.of(getattr(levers.financing.pooling, kind.pooled_by))


def _move_people(state: State, before: np.ndarray, moved: np.ndarray, heads: np.ndarray) -> None:
    """Move cities from one pool to another with their share of its balance."""
    funds = state.funds
    old, new = before[moved], state.cities["fund"].T[moved]
    people, whole = heads[moved], funds["heads"][old]
    part = np.divide(people, whole, out=np.zeros(len(people)), where=whole > 0.0)
    transfers = funds["income"][:, Source.TRANSFERS]
    for amounts, leaves in (
        (transfers, part * funds["balance"][old]),
        (funds["heads"], people),
        *((funds[name], (part * funds[name][old].T).T) for name in TAKEN_ALONG),
    ):
        np.subtract.at(amounts, old, leaves)
        np.add.at(amounts, new, leaves)


def _set_differences(state: State, pools: Pools) -> None:
    """Let each pool receive and spend per head what its cities do, in the mean of their people."""
    fund, heads = state.cities["fund"].T, state.cities["heads"].T
    people = np.bincount(fund.ravel(), heads.ravel(), len(state.funds))
    own = city_funds(len(state.cities), pools).T
    for term, of_cities in (("relative", pools.income), ("spending", pools.spending)):
        total = np.bincount(fund.ravel(), (heads * of_cities[own]).ravel(), len(state.funds))
        one = np.ones(len(people))
        state.funds[term] = np.divide(total, people, out=one, where=people > 0.0)


def _benefit_factor(levers: Levers, world: World) -> np.ndarray:
    """Return by which each city's benefit rates are multiplied: (income ratio)^elasticity."""
    income = world.provinces.set_index("province")["income_per_head"]
    national = np.average(income, weights=world.provinces["population"])
    ratio = world.cities["province"].map(income).to_numpy() / national
    elasticity = levers.regional.income_elasticity
    return ratio**elasticity if not math.isclose(elasticity, 0.0) else np.ones(len(ratio))
