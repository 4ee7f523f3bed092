"""A larger world is treated like a small one, up to limits that are refused by name and number."""

import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from abm import RareCareModel, UserError, load_policy, load_world
from abm.engine.burn_in import Cohorts
from abm.setup.epidemiology import disease_rows
from abm.setup.referral_network import referral_paths
from agents.codes import PathKind, Payer, Tier
from agents.core import bitset
from agents.core.limits import DISEASES, IDENTITIES, LAYERS, LINES
from agents.core.parameters import DECLARED
from agents.core.record import NEVER
from agents.records.hospital import HospitalRow
from tests.support import policy_texts
from tests.support.big import write_big_world
from tests.support.plain import agents as plain

pytestmark = pytest.mark.slow

DRUGS, GROUPS = 256, 64
PAYERS = ("basic", "critical_illness", "medical_assistance", "commercial")


def names_by_group(world):
    """Return the names of the diseases of each layer: every 64th."""
    return [list(world.diseases["disease"])[group::GROUPS] for group in range(GROUPS)]


def payer_of(group):
    """Return the one payer of a group of diseases."""
    return PAYERS[group % len(PAYERS)]


@pytest.fixture(scope="module")
def china():
    return load_world()


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A world with 261 diseases and 256 drugs."""
    return load_world(write_big_world(tmp_path_factory.mktemp("big") / "many", DRUGS + 5))


@pytest.fixture(scope="module")
def model(world, tmp_path_factory):
    """A year under a policy of 64 layers, each for a 64th of the diseases.

    All drugs have been sold for ten years, so that some hospital stocks each of those looked at.
    """
    layers = "\n".join(
        f"benefits.g{g:02}.payer = '{payer_of(g)}'\n"
        f"benefits.g{g:02}.brackets = [{{up_to = 'inf', rate = 0.9}}]\n"
        f"benefits.g{g:02}.base = 'all_oop'\n"
        f"benefits.g{g:02}.diseases = {names}"
        for g, names in enumerate(names_by_group(world))
    )
    text = policy_texts.change("2009-01", f"access.launch_forward = 240\n{layers}")
    policy = policy_texts.write(tmp_path_factory.mktemp("policy"), "many-layers", text)
    return RareCareModel(
        policy=str(policy), world=world, scale=0.004, years=1, burn_in=10, rng=0
    ).run()


def test_all_diseases_drugs_and_layers_are_there(model):
    state = model.state
    assert (len(state.diseases), len(state.drugs), len(state.layers)) == (261, 256, 64)
    assert set(state.patients["disease"]) >= {20, 200, 260}


def test_every_layer_covers_its_diseases_and_no_others(model):
    for group, layer in enumerate(model.state.layers):
        assert bitset.members(layer.diseases) == list(range(group, 261, GROUPS))
        assert bitset.members(layer.schemes) == [0, 1]
        assert bitset.members(layer.responses) == [0, 1, 2, 3]
    for held in model.state.cities["layers"]:
        assert bitset.members(held) == list(range(GROUPS))
    assert not model.state.cities["zone_layers"].any()


def test_every_drug_is_stocked_where_it_should_be(model):
    """Against the rule asked of one hospital and one drug at a time, in the last January."""
    state, params, levers = model.state, model.state.params[0], model.state.levers[0]
    chosen = [
        *range(0, len(state.hospitals), 60),
        *np.flatnonzero(state.hospitals["tier"] >= 3)[:9],
    ]
    seen = np.zeros(DRUGS, bool)
    for h in chosen:
        hospital = state.hospitals[h]
        expected = [
            d for d, drug in enumerate(state.drugs)
            if plain.manufacturer.on_market(drug, 0, levers)
            and plain.manufacturer.supplies(hospital, int(h), drug, d, params, levers, 0, 0)
        ]  # fmt: skip
        assert bitset.members(hospital.stocked) == expected
        seen[expected] = True
    assert seen[[20, 62, 63, 64, 200, 255]].all()
    assert seen.mean() > 0.9


def test_a_city_and_a_province_have_what_their_hospitals_stock(model):
    state = model.state
    for place, rows in (("city", state.cities), ("province", state.provinces)):
        for i, row in enumerate(rows):
            inside = state.hospitals["stocked"][state.hospitals[place] == i]
            assert (np.bitwise_or.reduce(inside, axis=0) == row.stocked).all()


def test_every_bill_is_paid_by_the_layer_of_its_disease(model):
    """By its payer and no other; of 64 layers nearly all have a bill to pay, the 61st too."""
    accounts = model.state.accounts[: model.state.counters[0].accounts]
    accounts = accounts[accounts["billed"] > 0.0]
    group = model.state.patients["disease"][accounts["patient"]] % GROUPS
    paid = accounts["paid"][:, [Payer[name.upper()] for name in PAYERS]]
    own = np.arange(len(PAYERS)) == (group % len(PAYERS))[:, None]
    assert (paid[~own] == 0.0).all()
    by_group = np.bincount(group, paid.sum(axis=1), minlength=GROUPS)
    billed = np.bincount(group, accounts["billed"], minlength=GROUPS) > 0.0
    assert (by_group[billed] > 0.0).all()
    assert billed[60]
    assert billed.mean() > 0.9


@pytest.mark.parametrize("disease", [62, 63, 64, 200, 255, 256, 260])
def test_patients_of_any_disease_are_treated(model, disease):
    rows = model.state.patients[model.state.patients["disease"] == disease]
    assert len(rows) > 0
    found = model.outcomes()["patients"]
    name = model.world.diseases["disease"].iloc[disease]
    assert (found["disease"] == name).sum() == (rows["onset"] < model.steps).sum()
    if len(rows) > 100:
        assert (rows["treated"] < NEVER).any()


def test_the_most_diseases_load_and_one_more_is_refused(tmp_path):
    assert len(load_world(write_big_world(tmp_path / "full", DISEASES)).diseases) == 1024
    with pytest.raises(UserError) as refusal:
        load_world(write_big_world(tmp_path / "over", DISEASES + 1))
    assert str(refusal.value) == "diseases.csv: 1,025 diseases, expected at most 1,024"


@pytest.mark.parametrize(
    ("table", "rows", "words"),
    [
        ("drugs", 1025, "drugs.csv: 1,025 drugs, expected at most 1,024"),
        ("provinces", 32_001, "provinces.csv: 32,001 provinces, expected at most 32,000"),
        ("cities", 32_001, "cities.csv: 32,001 cities, expected at most 32,000"),
        ("hospitals", 40_000, "hospitals.csv: 40,000 hospitals, expected at most 32,000"),
        ("charities", 32_001, "charities.csv: 32,001 charities, expected at most 32,000"),
    ],
)
def test_more_rows_than_there_is_room_for_are_refused(table, rows, words, china):
    found = getattr(china, table)
    many = pd.concat([found] * (1 + rows // len(found)), ignore_index=True).iloc[:rows]
    with pytest.raises(UserError, match=re.escape(words)):
        replace(china, **{table: many})
    assert len(getattr(replace(china, **{table: many.iloc[:1000]}), table)) == 1000


@pytest.mark.parametrize(
    ("name", "value"),
    [("watch_period", 601.0), ("wrong_treatment_spell", 900.0), ("consultation_price", 2e9),
     ("genetic_test_price", 2e9), ("fixed_trip_cost", 3e9), ("cost_per_km", 11.0),
     ("detour_ratio", 4.0)],
)  # fmt: skip
def test_months_and_money_that_no_patient_has_room_for_are_refused(name, value, china):
    with pytest.raises(UserError, match=rf"parameters.csv, {name}: .*, expected a .*number from"):
        replace(china, parameters={**china.parameters, name: value})


def test_an_income_that_no_household_has_room_for_is_refused(tmp_path):
    folder = write_big_world(tmp_path / "rich", 44)
    path = folder / "cities.csv"
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    table.loc[0, "income_per_head"] = "50000000"
    table.to_csv(path, index=False)
    with pytest.raises(UserError, match=r"cities.csv, row 2, column income_per_head: 50000000, "):
        load_world(folder)


def test_more_lists_of_network_hospitals_than_there_are_numbers_for_are_refused(china):
    many = pd.concat([china.network.iloc[:1].assign(list=str(i)) for i in range(256)])
    with pytest.raises(UserError) as refusal:
        replace(china, network=many)
    assert str(refusal.value) == (
        "network.csv: 256 lists of network hospitals, expected at most 255"
    )
    assert len(replace(china, network=many.iloc[:255]).network_lists) == 255


@pytest.mark.parametrize(
    ("tier", "role", "most", "where"),
    [("tertiary", "none", 64, "city Beijing"), ("member", "member", 32, "province Beijing")],
)
def test_more_hospitals_of_one_kind_than_a_place_has_room_for_are_refused(
    tier, role, most, where, china
):
    hospitals = china.hospitals
    alike = (hospitals["tier"] == tier) & (hospitals["role"] == role)
    own = hospitals[alike & (hospitals["city"] == "Beijing")]
    many = pd.concat([hospitals, *[own.iloc[:1]] * most])
    with pytest.raises(
        UserError, match=rf"hospitals.csv, {where}: \d+ .*, expected at most {most}"
    ):
        RareCareModel(world=replace(china, hospitals=many), scale=0.001, years=1, burn_in=1, rng=0)


def test_more_people_than_there_are_numbers_for_are_refused(china):
    common = replace(china, diseases=china.diseases.assign(prevalence_per_100k=20_000.0))
    with pytest.raises(UserError, match=r"world 'china' at scale 1: [\d,]+ people fall ill, "):
        Cohorts(common, disease_rows(common), 1.0, 0, 12, False)
    few = Cohorts(common, disease_rows(common), 0.001, 0, 12, False)
    assert few.people(few.first, few.last) < IDENTITIES


def test_more_referral_paths_than_there_is_room_for_are_refused(china):
    """Eight thousand tertiary hospitals with four hospitals of the network: five paths each."""
    rows = HospitalRow.array(8_100)
    rows["tier"], rows["rank"] = Tier.TERTIARY, 1
    rows["tier"][:4], rows["rank"][:4] = Tier.MEMBER, 2
    rows["role"][:4] = [1, 1, 1, 2]
    with pytest.raises(UserError, match=r"hospitals.csv: 40,[\d,]+ referral paths between hosp"):
        referral_paths(rows, np.zeros((1, 1)), china.parameters)


def test_paths_of_more_than_ten_thousand_hospitals_are_kept_apart(china):
    """Hospital 0 refers to hospital 10,002, and hospital 1 to hospital 2."""
    rows = HospitalRow.array(10_003)
    rows["tier"], rows["rank"] = Tier.TERTIARY, 1
    rows["province"] = 1
    rows["city"] = 2
    rows["tier"][:2], rows["rank"][:2] = Tier.COUNTY, 0
    rows["city"][[0, 10_002]], rows["city"][[1, 2]] = 0, 1
    paths = referral_paths(rows, 100.0 * (1.0 - np.eye(3)), china.parameters)
    found = list(zip(paths.start.tolist(), paths.to.tolist(), paths.kind.tolist(), strict=True))
    assert found == [(0, 10_002, PathKind.UP), (1, 2, PathKind.UP)]


@pytest.fixture
def layered(tmp_path, china):
    """Return a function that loads a policy of n layers; values may depend on a layer's number."""

    def load(n, **values):
        lines = []
        for i in range(n):
            own = {"payer": "commercial", "brackets": [{"up_to": "inf", "rate": 0.01}]}
            own["beside"] = "on-top"
            own |= {name: value(i) if callable(value) else value for name, value in values.items()}
            lines += [f"benefits.n{i:03}.{name} = {toml(value)}" for name, value in own.items()]
        text = policy_texts.change("2019-01", "\n".join(lines))
        path = policy_texts.write(tmp_path, f"layers-{n}", text)
        return load_policy(str(path), world=china)

    return load


def by_turns(*values):
    """Return a value that depends on a layer's number."""
    return lambda i: values[i % len(values)]


def toml(value):
    """Return a value as TOML writes it."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} = {toml(each)}" for name, each in value.items()) + "}"
    return json.dumps(value) if not isinstance(value, list) else f"[{', '.join(map(toml, value))}]"


def test_more_layers_on_one_bill_than_it_has_lines_are_refused(layered):
    assert len(layered(LINES).levers_at(0).layers) == LINES
    with pytest.raises(UserError) as refusal:
        layered(LINES + 1)
    assert str(refusal.value) == (
        f"policy 'layers-{LINES + 1}', from 2019-01: {LINES + 1} benefit layers can meet one bill "
        f"(insured in Beijing, SMA_I: {', '.join(f'n{i:03}' for i in range(LINES + 1))}), expected "
        f"at most {LINES}"
    )


@pytest.mark.parametrize("where", ["all", ["Zhejiang", "Shanghai"]])
def test_only_the_layers_that_meet_are_counted_and_named(layered, where):
    """Of forty layers every other is for Shanghai or another place as well."""
    with pytest.raises(UserError, match=r"20 benefit layers can meet one bill \(insured in ") as no:
        layered(40, where=by_turns(["Beijing"], where, ["Tianjin"], where),
                schemes=by_turns(["employee"], ["resident"]))  # fmt: skip
    assert all((f"n{i:03}" in str(no.value)) == (i % 2 == 1) for i in range(40))


APART = {
    "by disease": lambda world: {"diseases": by_turns(*([d] for d in world.drugs["disease"]))},
    "by place": lambda world: {"where": by_turns(*([city] for city in world.cities["city"]))},
    "by price": lambda world: {
        "cost_above": lambda i: 1000.0 * i, "cost_below": lambda i: 1000.0 * (i + 1)
    },
    "inactive": lambda world: {"active": False},
    "by date": lambda world: {
        "start": lambda i: f"{2019 + i % 15}-01", "end": lambda i: f"{2020 + i % 15}-01"
    },
    "by scheme and listing": lambda world: {
        "schemes": by_turns(["employee"], ["resident"]),
        "drug": by_turns("listed", "listed", "unlisted", "unlisted"),
        "base": "all_oop",
    },
}  # fmt: skip


@pytest.mark.parametrize("how", APART)
def test_layers_that_never_meet_are_not_refused(how, layered, china):
    layered(30, **APART[how](china))


def test_more_layers_than_a_set_has_room_for_are_refused(layered, china):
    apart = APART["by place"](china)
    assert len(layered(LAYERS, **apart).levers_at(0).layers) == 256
    with pytest.raises(UserError) as refusal:
        layered(LAYERS + 1, **apart)
    assert str(refusal.value) == (
        "policy 'layers-257', from 2019-01: 257 benefit layers pay at once, expected at most 256"
    )


PEOPLING = (
    "income_sd_urban", "income_sd_rural", "urban_rural_income_ratio", "income_deflator_to_start",
    "hazard_log_ratio", "mortality_at_birth", "mortality_growth_per_year",
)  # fmt: skip
"""Parameters from which equations are solved when a world is peopled."""


@pytest.mark.parametrize("name", PEOPLING)
@pytest.mark.parametrize("end", ["low", "high"])
def test_a_world_at_the_bounds_of_its_parameters_can_be_peopled(name, end):
    island, declared = load_world("island"), DECLARED[name]
    value = max(declared.low, declared.above + 1e-6) if end == "low" else declared.high
    world = replace(island, parameters={**island.parameters, name: value})
    model = RareCareModel(policy="base", world=world, scale=0.0005, years=1, burn_in=1, rng=0)
    assert len(model.run().state.patients)
