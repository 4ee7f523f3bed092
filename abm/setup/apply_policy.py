"""Putting a policy into force: from levers by name to the arrays that the rules look at."""

import math

import numpy as np

from abm.policy.coverage import cities_of, diseases_of, zone_of
from abm.policy.levers import Layer, Levers
from abm.setup.initial_state import Setup
from abm.setup.referral_network import open_paths
from abm.world import World
from agents.codes import (
    PAYER_OF,
    Base,
    Catalogue,
    DrugFilter,
    Fund,
    ListingRule,
    NewbornPanel,
    Payer,
    PoolLevel,
    Rationing,
    Reporting,
    ResponseClass,
    Role,
    Scheme,
    Source,
)
from agents.core import bitset
from agents.core.limits import DISEASES, LAYERS
from agents.core.state import State
from agents.insurer import BRACKETS, LayerRow

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
    for row, these in zip(state.levers, (outside, inside), strict=True):
        _fill(row, these)
        row.network_list = lists.index(these.network.members)
        row.fund_donations = these.financing.donations * setup.scale


def _fill(row, levers: Levers) -> None:
    """Fill one row of rules."""
    network, registry, access = levers.network, levers.registry, levers.access
    for name in ("remote", "mentoring", "training_skill", "training_willingness", "slots",
                 "mentoring_reaches_counties"):  # fmt: skip
        setattr(row, name, getattr(network, name))
    for name in ("compliance", "voluntary_share", "claims_screening", "patient_cohort"):
        setattr(row, name, getattr(registry, name))
    for name in ("price_ceiling", "volume_guarantee", "dual_channel", "months_to_listing",
                 "launch_forward"):  # fmt: skip
        setattr(row, name, getattr(access, name))
    for name in ("per_head_levy", "surplus_share", "maternity_levy", "fiscal"):
        setattr(row, name, getattr(levers.financing, name))
    row.donations = levers.charity.donations
    for name in ("means_test", "donation_programmes", "patient_organisations"):
        setattr(row, name, getattr(levers.charity, name))
    row.grant_cap = min(levers.charity.grant_cap, FAR)
    row.genetic_covered = levers.testing.genetic_covered
    row.newborn_panel = NewbornPanel.of(levers.testing.newborn_panel)
    row.threshold[ResponseClass.HIGH] = access.threshold_high
    row.threshold[ResponseClass.MODERATE] = access.threshold_moderate
    row.threshold[ResponseClass.LOW] = access.threshold_low
    row.away_referred, row.away_unreferred = levers.away.cut_referred, levers.away.cut_unreferred
    row.rationing[:] = Rationing.of(levers.rationing.basic)  # of those without an own lever
    for payer, how in levers.rationing:
        row.rationing[Payer.of(payer)] = Rationing.of(how)
    row.reporting = Reporting.of(registry.reporting)
    row.listing = ListingRule.of(access.listing)
    row.catalogue = Catalogue.of(levers.definition.catalogue)
    row.two_way = network.referral != "free"
    row.gatekept = network.referral == "gatekept"
    row.outsiders_travel = levers.zone.outsiders == "travel"


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
    listed = (joined > 0) & (joined <= levers["network_list"][zone])
    hospitals["network"] = listed & (hospitals["role"] != Role.NONE)
    hospitals["slots"] = setup.slots * levers["slots"][zone]
    added = np.where(hospitals["network"], levers["training_willingness"][zone], 0.0)
    willing = setup.world.parameters["referral_probability"]
    hospitals["willing"] = np.minimum(1.0, willing + added)
    state.edges["open"] = open_paths(hospitals, setup.paths)


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
    return state._replace(layers=layers)


def _fill_layer(row, layer: Layer, levers: Levers, world: World) -> None:
    """Fill one layer's row."""
    ends = [min(b.up_to, FAR) for b in layer.brackets]
    rates = [b.rate for b in layer.brackets]
    row.up_to[:] = ends + [ends[-1]] * (BRACKETS - len(ends))
    row.rate[:] = rates + [0.0] * (BRACKETS - len(rates))
    row.deductible = layer.deductible
    row.deductible_share = layer.deductible_income_share
    row.poor_deductible = layer.poor_deductible_factor
    row.poor_bonus = layer.poor_rate_bonus
    row.payer_cap, row.patient_cap = min(layer.payer_cap, FAR), min(layer.patient_cap, FAR)
    row.pre_share, row.away_cut = layer.pre_share, layer.away_cut
    row.cost_above = layer.cost_above if layer.cost_above > 0 else -1.0
    row.cost_below = min(layer.cost_below, FAR)
    row.diseases = bitset.of(np.flatnonzero(diseases_of(layer, levers, world)), DISEASES)
    row.schemes = bitset.of((Scheme.of(s) for s in layer.schemes), len(Scheme))
    row.responses = bitset.of((ResponseClass.of(r) for r in layer.response), len(ResponseClass))
    row.payer = Payer.of(layer.payer)
    row.base = Base.of(layer.base)
    row.drug_filter = DrugFilter.of(layer.drug)
    row.poor_only, row.enrolled_only = layer.poor_only, layer.enrolled_only


def _set_pools(state: State, levers: Levers, setup: Setup) -> None:
    """Say which fund carries each city, and merge or divide money and people accordingly.

    What leaves a pool goes to the pool that takes its people over, in proportion to the people.
    Commercial cover is always a city's own product.
    """
    pools, zone = setup.pools, state.cities["zone"] == 1
    province = state.cities["province"]
    before = state.cities["fund"].T.copy()
    first = {(k, v): i for i, (k, v) in reversed(list(enumerate(zip(pools.kind, pools.level,
                                                                    strict=True))))}  # fmt: skip
    for kind in Fund:
        lever = Payer.names()[PAYER_OF[kind]]
        level = PoolLevel.of(getattr(levers.financing.pooling, lever, PoolLevel.CITY.label))
        start = first[kind, level]
        own = {PoolLevel.CITY: np.arange(len(zone)), PoolLevel.PROVINCE: province}
        offset = own.get(level, np.zeros(len(zone), int))
        state.cities["fund"][:, kind] = start + offset
    after = state.cities["fund"].T
    moved = after != before
    if moved.any():
        _move_people(state, before, moved, setup.heads)
    state.funds["used"] = 0
    state.funds["used"][after.ravel()] = 1
    payer = PAYER_OF[state.funds["kind"]]
    state.funds["ration"] = state.levers["rationing"][0][payer]
    special = state.funds["kind"] == Fund.SPECIAL_FUND
    state.funds["reserve"] = np.where(special, levers.financing.reserve_ratio, 0.0)


def _move_people(state: State, before: np.ndarray, moved: np.ndarray, heads: np.ndarray) -> None:
    """Move cities from one pool to another with their share of its balance."""
    funds = state.funds
    share = np.zeros(before.shape)
    relative = np.zeros(before.shape)
    for kind, city in np.argwhere(moved):
        old = before[kind, city]
        whole = funds["heads"][old]
        share[kind, city] = heads[kind, city] / whole * funds["balance"][old] if whole > 0 else 0.0
        relative[kind, city] = funds["relative"][old]
    for kind, city in np.argwhere(moved):
        old, new, n = before[kind, city], state.cities["fund"][city, kind], heads[kind, city]
        funds["heads"][old] -= n
        funds["balance"][old] -= share[kind, city]
        funds["income"][old, Source.TRANSFERS] -= share[kind, city]
        total = funds["heads"][new] + n
        if total > 0:
            mean = funds["relative"][new] * funds["heads"][new] + relative[kind, city] * n
            funds["relative"][new] = mean / total
        funds["heads"][new] = total
        funds["balance"][new] += share[kind, city]
        funds["income"][new, Source.TRANSFERS] += share[kind, city]


def _benefit_factor(levers: Levers, world: World) -> np.ndarray:
    """Return by which each city's benefit rates are multiplied: (income ratio)^elasticity."""
    income = world.provinces.set_index("province")["income_per_head"]
    national = np.average(income, weights=world.provinces["population"])
    ratio = world.cities["province"].map(income).to_numpy() / national
    elasticity = levers.regional.income_elasticity
    return ratio**elasticity if not math.isclose(elasticity, 0.0) else np.ones(len(ratio))
