"""How many layers can meet one bill: what is worked out is what the rules of billing do."""

import math
from functools import cache
from itertools import product

import numpy as np
import pytest
from hypothesis import given as cases
from hypothesis import settings
from hypothesis import strategies as st

from abm import load_policy, load_world
from abm.errors import UserError
from abm.policy.benefits import Bracket, Layer
from abm.policy.coverage import check_paid_once, most_on_one_bill, zone_of
from abm.policy.levers import Definition, Levers, Zone
from abm.setup.apply_policy import _set_layers
from abm.setup.initial_state import build
from agents.codes import Access, Outsiders
from agents.records.bill import BillRow
from tests.support.hamlet import patients
from tests.support.plain import agents as plain

CITIES = ("Shanghai", "Hangzhou", "Nanjing", "Beijing")
PLACES = ("all", "zone", ("Shanghai",), ("Zhejiang",), ("Nanjing", "Beijing"))
PRICES = (0.0, 50_000.0, 100_000.0, float("inf"))
WAYS = (range(3), (0, 1), (40_000.0, 50_001.0, 100_000.0, 1e7))
"""Schemes, not listed or listed, and yearly prices."""


@cache
def country():
    """Return China, and its state without people."""
    world = load_world()
    return world, build(world, 0.001, 0, False)[0]


def one_of_each_kind():
    """Return treatable diseases, one of each response class and catalogue."""
    world = load_world()
    known = world.diseases.set_index("disease").loc[world.drugs["disease"]]
    return tuple(known.groupby(["response_class", "catalogue"]).head(1).index)


NAMED = one_of_each_kind()
a_layer = st.builds(
    Layer,
    payer=st.sampled_from(("basic", "commercial")),
    brackets=st.just((Bracket(up_to=float("inf"), rate=0.1),)),
    schemes=st.sampled_from((("employee",), ("resident",), ("employee", "resident"), ("none",))),
    diseases=st.sampled_from(("all", "catalogue", NAMED[:1], NAMED[1:3])),
    response=st.sampled_from((("high",), ("moderate", "low"), ("high", "moderate", "low", "none"))),
    drug=st.sampled_from(("listed", "unlisted", "any")),
    where=st.sampled_from(PLACES),
    poor_only=st.booleans(),
    enrolled_only=st.booleans(),
    cost_above=st.sampled_from(PRICES[:2]),
    cost_below=st.sampled_from(PRICES[2:]),
)


def most_met(state, world, cities, diseases):
    """Return how many layers a bill meets at most by the rules of billing; the patient is poor."""
    city_row = {name: i for i, name in enumerate(world.cities["city"])}
    disease_row = {name: i for i, name in enumerate(world.diseases["disease"])}
    row, bill = patients(1)[0], BillRow.array(1)[0]
    row.poor = row.enrolled = 1
    bill.hospital = int(np.argmax(state.cities["zone"][state.hospitals["city"]]))
    bill.access = Access.FAR
    most = 0
    for city, name in product(cities, diseases):
        row.city = row.insured = city_row[city]
        row.disease = disease_row[name]
        held = [layer for k, layer in enumerate(state.layers)
                if plain.billing.holds_here(state, k, row, bill)]  # fmt: skip
        its = state.drugs[state.drugs["disease"] == row.disease].copy()
        for drug, (row.scheme, listed, price) in product(its, product(*WAYS)):
            drug.listed, drug.price = listed, price
            met = sum(plain.insurer.covers(layer, row, drug) for layer in held)
            most = max(most, met)
    return most


@pytest.mark.slow
@settings(max_examples=40)
@cases(
    st.lists(a_layer, min_size=1, max_size=6),
    st.sampled_from(("none", "move", "travel")),
    st.sampled_from(("first", "all")),
)
def test_the_most_layers_on_one_bill_are_found(found, outsiders, catalogue):
    world, state = country()
    levers = Levers(
        benefits={f"layer-{i}": layer for i, layer in enumerate(found)},
        zone=Zone(provinces=("Shanghai",), outsiders=outsiders),
        definition=Definition(catalogue=catalogue),
    )
    state.cities["zone"] = zone_of(levers, world)
    state.levers["outsiders"] = Outsiders.of(outsiders)
    state = _set_layers(state, levers, world)
    worst = most_on_one_bill(levers, world)
    assert len(worst.layers) == most_met(state, world, CITIES, NAMED)
    assert set(worst.layers) <= set(levers.benefits)
    if worst.layers:
        assert len(worst.layers) == most_met(state, world, [worst.city], [worst.disease])


@pytest.mark.slow
@settings(max_examples=60)
@cases(
    st.lists(a_layer, min_size=2, max_size=3),
    st.sampled_from(("none", "move", "travel")),
    st.sampled_from(("alone", "otherwise", "on-top")),
)
def test_layers_of_one_payer_that_can_meet_are_refused_unless_they_say_how(
    found, outsiders, beside
):
    """Whatever else differs: whom they are for, where, for which drugs at which prices."""
    world, _ = country()
    named = {
        f"layer-{i}": layer.model_copy(update={"payer": "basic", "beside": beside})
        for i, layer in enumerate(found)
    }
    levers = Levers(
        benefits=named, zone=Zone(provinces=("Shanghai",), outsiders=outsiders),
        definition=Definition(catalogue="first"),
    )  # fmt: skip
    if beside == "alone" and len(most_on_one_bill(levers, world).layers) > 1:
        with pytest.raises(UserError, match="both paid by 'basic' and can meet one bill"):
            check_paid_once("here", levers, world)
    else:
        check_paid_once("here", levers, world)
    apart = {name: layer.model_copy(update={"payer": payer, "beside": "alone"})
             for (name, layer), payer in zip(named.items(), ("basic", "commercial", "special_fund"),
                                             strict=False)}  # fmt: skip
    check_paid_once("here", levers.model_copy(update={"benefits": apart}), world)


@pytest.mark.parametrize(
    ("policy", "earlier", "later"),
    [
        ("zhejiang+jiangsu", "jiangsu-scheme", "zhejiang-scheme"),
        ("surplus-share+special-zone-national", "rare-disease-fund", "zone-fund"),
    ],
)
def test_combined_policies_that_would_pay_twice_are_refused_by_name(world, policy, earlier, later):
    names = f"benefits.{earlier} and benefits.{later} are both paid by 'special_fund'"
    with pytest.raises(UserError, match=names):
        load_policy(policy, world=world)
    load_policy(policy, {f"benefits.{later}.beside": "otherwise"}, world=world)


OTHERWISE = {
    "active": False, "payer": "basic", "schemes": ("resident",), "diseases": ("HAE",),
    "response": ("high",), "drug": "listed", "where": ("Jiangsu",), "poor_only": True,
    "enrolled_only": True, "local": True, "kept": True, "start": "2020-01", "end": "2021-01",
    "base": "all_oop", "pre_share": 0.2, "deductible": 1000.0, "deductible_income_share": 0.5,
    "poor_deductible_factor": 0.5, "poor_rate_bonus": 0.05, "beside": "on-top",
    "brackets": (Bracket(up_to=math.inf, rate=0.5),), "payer_cap": 1e5, "patient_cap": 1e5,
    "away_cut": 0.1, "cost_above": 1e5, "cost_below": 1e6,
}  # fmt: skip
"""Another value of everything that a layer says, but for its place in the sequence."""


def test_all_that_a_layer_says_is_told_in_words():
    assert OTHERWISE.keys() | {"order"} == Layer.model_fields.keys()
    usual = Layer()
    for name, value in OTHERWISE.items():
        assert usual.model_copy(update={name: value}).in_words() != usual.in_words(), name
