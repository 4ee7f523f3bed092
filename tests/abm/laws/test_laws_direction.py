"""Direction: what a lever can only do one way, at fixed behaviour."""

import dataclasses
from itertools import pairwise

import numpy as np
import pytest

from abm import RareCareModel
from agents.codes import Stage
from agents.core.record import NEVER

pytestmark = pytest.mark.slow

BASE = "uniform-national"
CLEAR = 50.0
"""A skill with which every case is recognised, in logits."""


def with_parameters(world, **values):
    """Return a world with some parameters replaced."""
    assert values.keys() <= world.parameters.keys()
    return dataclasses.replace(world, parameters={**world.parameters, **values})


@pytest.fixture(scope="module")
def clear_sighted(world):
    """A world whose every hospital recognises every case: one visit, whenever it takes place.

    Nor does the choice of a hospital depend on queues, so more slots change nothing but waits.
    """
    skills = ("county", "tertiary", "member", "provincial_lead", "national_centre")
    always = dataclasses.replace(world, diseases=world.diseases.assign(known_since=1900))
    return with_parameters(
        always, **{f"skill_{name}": CLEAR for name in skills}, specialty_fit_sd=0.0,
        specialty_fit_sd_below_lead=0.0, skill_loss_per_centre_rank=0.0, learning_per_case=0.0,
        congestion_disutility=0.0, assay_at_county=1.0, diagnosis_without_test=1.0,
    )  # fmt: skip


@pytest.fixture(scope="module")
def crowded(clear_sighted):
    """A model of that world with fewer slots than its patients need, at the start."""
    few = clear_sighted.parameters["detailed_slots_share"] / 6
    world = with_parameters(clear_sighted, detailed_slots_share=few)
    return RareCareModel(policy=BASE, world=world, scale=0.01, years=4, rng=2)


def waits(model):
    """Return the mean months that patients of the scenario spend in a queue, by patient seen.

    Who is left in a queue at the end of the first month is not counted: of a hospital of a
    hundredth of a slot a thousand times as many do not see in a month what twenty years have left.
    """
    waiting = model.outcomes()["months"].groupby("month")["waiting"].sum().iloc[1:]
    return waiting.sum() / (model.state.patients["first_visit"] < NEVER).sum()


def test_unlimited_skill_decides_at_the_first_examination(clear_sighted):
    model = RareCareModel(policy=BASE, world=clear_sighted, scale=0.01, years=4, rng=2).run()
    rows = model.state.patients
    seen = rows["first_visit"] < NEVER
    assert seen.sum() > 1000
    assert (rows["diagnosed"][seen] == rows["first_visit"][seen]).all()
    assert (rows["visits"][seen] == 1).all()
    assert not rows["misdiagnoses"].any()
    assert not np.isin(rows["stage"], [Stage.MISLABELLED, Stage.WATCHED]).any()


def test_more_slots_never_lengthen_the_wait_at_fixed_hospital_choice(crowded):
    found = [waits(crowded.branch(BASE, {"network.slots": factor}).run())
             for factor in (1.0, 1.5, 2.0, 4.0, 1000.0)]  # fmt: skip
    assert found[0] > 1.0
    assert found == sorted(found, reverse=True)
    assert found[-1] == 0.0


def test_with_unlimited_slots_nobody_is_seen_later_than_with_few(crowded):
    few, many = (crowded.branch(BASE, {"network.slots": factor}).run().state.patients
                 for factor in (1.0, 1000.0))  # fmt: skip
    assert (many["first_visit"] <= few["first_visit"]).all()
    assert (many["first_visit"] < few["first_visit"]).sum() > 100
    assert not (many["stage"] == Stage.WAITING).any()


# ---- money ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wealthy(world):
    """A model in which everybody can pay every bill, and no fund is ever short: fixed uptake.

    Nobody needs more than the drug: what is had of other treatment depends on what that leaves.
    """
    rich = with_parameters(
        world, supportive_cost_mild=0.0, supportive_cost_per_severity=0.0,
        savings_ratio=1e6, savings_sd=0.0, employee_balance_per_head=1e7,
        resident_balance_per_head=1e7, critical_illness_income_per_head=1e6,
        assistance_income_per_head=1e6, commercial_premium=1e6,
    )  # fmt: skip
    return RareCareModel(policy=BASE, world=rich, scale=0.004, years=5, rng=2)


def accounts(model):
    return model.run().outcomes()["patients"]


@pytest.mark.parametrize(
    ("low", "high"),
    [
        ({}, {"benefits.basic-resident.brackets": [{"up_to": "inf", "rate": 0.9}]}),
        ({}, {"benefits.basic-employee.deductible": 0.0, "benefits.basic-employee.pre_share": 0.0}),
        ({}, {"benefits.critical-illness.brackets": [{"up_to": "inf", "rate": 0.8}]}),
        (
            {"benefits.medical-assistance.payer_cap": 1000.0},
            {"benefits.medical-assistance.payer_cap": "inf"},
        ),
        ({}, {"benefits.basic-resident.patient_cap": 20000.0}),
        ({"away.cut_unreferred": 0.5}, {"away.cut_unreferred": 0.0}),
    ],
)
def test_more_reimbursement_never_raises_what_anybody_pays_at_fixed_uptake(wealthy, low, high):
    before, after = (accounts(wealthy.branch(BASE, settings)) for settings in (low, high))
    for fixed in ("treated", "interrupted", "diagnosed", "died", "billed"):
        assert before[fixed].equals(after[fixed]), fixed
    assert before["interrupted"].isna().all() or (before["interrupted"].dropna() < 0).all()
    assert (after["paid_household"] <= before["paid_household"] + 0.01).all()
    assert after["paid_household"].sum() < before["paid_household"].sum()


def test_nobody_who_can_pay_goes_without_a_drug_within_reach(wealthy):
    rows = accounts(wealthy.branch(BASE))
    assert (rows["stage"] == "treated").sum() > 100
    assert not (rows["interrupted"] >= 0).any()


@pytest.mark.parametrize("policy", ["zhejiang", "as-happened"])
def test_a_special_fund_pays_no_more_than_it_has(policy, tables):
    """With a levy of next to nothing it pays next to nothing, whatever is claimed."""
    found = tables(policy, (("financing.per_head_levy", 1e-9),), scale=0.004)
    assert found["patients"]["paid_special_fund"].sum() < 1.0
    fund = found["ledger"].query("fund == 'special_fund'")
    assert (fund["paid"] <= fund["opening"] + fund["income"] + 1e-9).all()
    assert fund["rationed"].sum() > 100_000.0
    assert tables(policy, scale=0.004)["patients"]["paid_special_fund"].sum() > 100_000.0


def test_foundations_without_donations_grant_nothing(tables):
    assert tables("as-happened", (("charity.donations", 0.0),),
                  scale=0.004)["patients"]["paid_charity"].sum() == 0.0  # fmt: skip
    assert tables("as-happened", scale=0.004)["patients"]["paid_charity"].sum() > 0.0


def test_foundations_never_grant_more_than_they_raise(ran):
    for factor in (1.0, 3.0):
        model = RareCareModel(settings={"charity.donations": factor}, scale=0.004, years=2, rng=1)
        most = model.state.charities["budget"] * factor
        while model.steps < model.horizon:
            model.step()
            assert (model.state.charities["granted"] <= most + 1e-6).all()
            assert (model.state.charities["left"] >= -1e-6).all()


def test_without_donation_programmes_no_vials_are_given(tables):
    without = tables("as-happened", (("charity.donation_programmes", False),), scale=0.02)
    assert without["patients"]["paid_donation"].sum() == 0.0
    assert tables("as-happened", scale=0.02)["patients"]["paid_donation"].sum() > 0.0


def test_without_listing_no_drug_comes_onto_the_list(tables):
    found = tables("as-happened", (("access.listing", "none"),), scale=0.004)["drugs"]
    listed = found.pivot(index="year", columns="drug", values="listed")
    assert (listed == listed.iloc[0]).all(axis=None)
    freely = tables("as-happened", scale=0.004)["drugs"]
    assert freely.query("year == 2024")["listed"].sum() > listed.iloc[-1].sum()


# ---- network and registry ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def alone(ran):
    return ran("no-network", scale=0.004)


def test_without_a_network_no_path_is_open_across_or_down(alone):
    kinds = {kind for _, _, kind in alone.network.edges(data="kind")}
    assert kinds == {"up"}
    assert not any(inside for _, inside in alone.network.nodes(data="network"))


def test_without_a_network_nobody_is_referred_within_it(tables):
    without = tables("no-network", scale=0.004)["referrals"]
    assert set(without["kind"]) <= {"up", "self"}
    among = tables("uniform-national", scale=0.004)["referrals"]
    assert {"across", "down"} <= set(among.query("year > 2019")["kind"])


def test_without_a_network_no_hospital_is_in_it_or_learns_from_it(alone, tables):
    hospitals = tables("no-network", scale=0.004)["hospitals"]
    assert not hospitals["network"].any()
    members = tables("uniform-national", scale=0.004)["hospitals"]
    late = members.query("year == 2024")
    assert late["network"].sum() > 400


def test_stricter_reporting_registers_everybody_who_was_registered_and_more(ran, world):
    """Nothing else depends on the registers where no fund plans and reporting takes no time."""
    world = with_parameters(world, reporting_slots=0.0)
    stricter = (
        (("registry.compliance", 0.2),),
        (("registry.compliance", 0.8),),
        (("registry.compliance", 0.8), ("registry.reporting", "mandatory")),
    )
    rows = [
        ran("uniform-national", settings, scale=0.004, world=world).state.patients
        for settings in stricter
    ]
    for fewer, more in pairwise(rows):
        assert (fewer["diagnosed"] == more["diagnosed"]).all()
        known, also = fewer["registered"] < NEVER, more["registered"] < NEVER
        assert not (known & ~also).any()
        assert also.sum() > known.sum()


def test_a_wider_newborn_panel_finds_the_newborn_sooner(ran):
    rows = {panel: ran("uniform-national", (("testing.newborn_panel", panel),), years=4)
            .state.patients for panel in ("none", "in_place", "possible")}  # fmt: skip
    born = rows["none"]["onset"] >= 0
    found = {panel: (r["diagnosed"] == r["onset"]) & (r["visits"] == 0) & born
             for panel, r in rows.items()}  # fmt: skip
    assert not found["none"].any()
    assert not (found["in_place"] & ~found["possible"]).any()
    assert 0 < found["in_place"].sum() < found["possible"].sum()
