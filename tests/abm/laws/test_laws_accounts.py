"""What people live through and what it costs is counted once, whole, and over the same time."""

import numpy as np
import pytest

from abm import RareCareModel
from abm.outputs.paid_ahead import paid_ahead
from agents.codes import Bearer, Payer
from tests.support.same import assert_same

pytestmark = pytest.mark.slow


# ---- months ----------------------------------------------------------------------------------


def test_months_on_treatment_are_those_of_the_monthly_series(tables):
    for policy in ("uniform-national", "special-zone-national"):
        found = tables(policy)
        treated = found["patients"]["treated_months"].sum()
        assert treated == found["months"]["treated"].sum() > 0


def test_time_with_a_drug_on_the_market_is_on_treatment_without_it_for_its_cost_or_for_the_rest(
    tables,
):
    people = tables("uniform-national")["patients"]
    known = people["treated_months"] + people["forgone_months"]
    assert (known <= people["eligible_months"]).all()
    assert people["treatable"][people["eligible_months"] > 0].all()
    never = people["diagnosed"].isna()
    assert (people["forgone_months"][never] == 0).all()
    assert people["forgone_months"].sum() > 0


def test_the_poorer_go_without_the_more_so_that_paying_little_is_no_protection(tables):
    """By fifth of income: drugs for their cost, and older and supportive treatment."""
    people = tables("uniform-national")["patients"]
    sums = people.groupby("income_quintile").sum(numeric_only=True)
    needed = sums["supportive_forgone"] + sums["supportive_billed"]
    for forgone, of_all in (("forgone_months", sums["eligible_months"]),
                            ("supportive_forgone", needed)):  # fmt: skip
        share = (sums[forgone] / of_all).to_numpy()
        assert (np.diff(share) < 0.0).all(), forgone
    catastrophic = (sums["catastrophic_years"] / sums["observed_years"]).to_numpy()
    assert catastrophic[0] < catastrophic[1]  # as docs/model.md, 7.14, says
    assert (np.diff(catastrophic[1:]) < 0.0).all()


FREE = {
    "financing.fiscal": 1e6,
    **{f"benefits.all.{name}": value for name, value in {
        "payer": "special_fund", "order": 99, "drug": "any", "base": "all_oop",
        "schemes": ["employee", "resident", "none"], "brackets": [{"up_to": "inf", "rate": 1.0}],
    }.items()},
}  # fmt: skip


def test_care_that_costs_nothing_is_not_forgone_because_of_its_cost():
    under = {}
    for name, settings in {"paid": {}, "free": FREE}.items():
        model = RareCareModel(
            policy="uniform-national", settings=settings, scale=0.004, years=4, rng=0
        )
        people = model.run().outcomes()["patients"]
        under[name] = people[people["onset"] > 0]  # others were refused before it was free
    assert under["free"]["forgone_months"].sum() == 0 < under["paid"]["forgone_months"].sum()
    assert under["free"]["treated_months"].sum() > under["paid"]["treated_months"].sum()


# ---- costs -----------------------------------------------------------------------------------

BORNE_BY = {
    Bearer.SOCIAL: (Payer.BASIC, Payer.CRITICAL_ILLNESS, Payer.MEDICAL_ASSISTANCE,
                    Payer.SPECIAL_FUND),
    Bearer.COMMERCIAL: (Payer.COMMERCIAL,),
    Bearer.HOUSEHOLDS: (Payer.HOUSEHOLD,),
    Bearer.GIVERS: (Payer.CHARITY, Payer.DONATION),
}  # fmt: skip


def test_programmes_are_borne_by_those_whose_money_they_take(world):
    """Their costs fall on the fifths as what is taken for them does, and not in equal parts."""
    cheap, dear = (
        world.with_parameters({"discount_rate": 0.0, "newborn_panel_price": price})
        for price in (1.0, 100.0)
    )
    settings = {"testing.newborn_panel": "possible", "financing.programmes_from_basic": 1.0}
    runs = [
        RareCareModel(policy="uniform-national", settings=settings, world=one, scale=0.001,
                      years=1, burn_in=1, rng=1).run().outcomes()
        for one in (cheap, dear)
    ]  # fmt: skip
    by = "income_quintile"
    social, taken = (
        runs[1][table].groupby(by)[name].sum() - runs[0][table].groupby(by)[name].sum()
        for table, name in (("costs", "social"), ("financing", "contributed"))
    )
    assert social.to_numpy() == pytest.approx(taken.to_numpy(), rel=1e-6)
    assert social.max() > 1.01 * social.min() > 0.0


UNBILLED = dict.fromkeys(("registration_price", "mentoring_case_price", "training_price",
                          "remote_price", "slot_price"), 0.0)  # fmt: skip
"""Programmes are free."""


@pytest.mark.parametrize("months", [48, 42])
def test_without_discounting_what_is_borne_is_what_was_paid(world, months):
    """Every payer's yuan is borne by somebody, and trips by households, in the midst of a year too.

    With what had been paid before the start for months of it, without what is paid at the end for
    months to come.
    """
    flat = world.with_parameters({**UNBILLED, "discount_rate": 0.0})
    model = RareCareModel(policy="special-zone", world=flat, scale=0.004, years=4, rng=0)
    moved = paid_ahead(model.state, 0)
    while model.steps < months:
        model.step()
    found = model.outcomes()
    ahead = paid_ahead(model.state, model.steps)
    people, borne = found["patients"], found["costs"]
    after = people[[f"{bearer.label}_after" for bearer in Bearer]].sum().to_numpy()
    assert 0.0 < ahead.sum() < after.sum()
    moved -= ahead
    assert set(Payer) == {payer for payers in BORNE_BY.values() for payer in payers}
    for bearer, payers in BORNE_BY.items():
        paid = sum(people[f"paid_{payer.label}"] for payer in payers)
        if bearer is Bearer.HOUSEHOLDS:
            paid = paid + people["travel"]
        by = ["province", "income_quintile"]
        expected = paid.groupby([people[column] for column in by], observed=False).sum()
        told = borne.groupby(by, observed=False)[bearer.label].sum()
        expected = expected.reindex(told.index, fill_value=0.0)
        of_table = [list(world.provinces["province"]).index(place) for place, _ in told.index]
        fifth = [number - 1 for _, number in told.index]
        expected = expected.to_numpy(float) + moved[of_table, fifth, bearer]
        assert told.to_numpy() == pytest.approx(expected, rel=1e-6, abs=0.01), bearer
    assert borne["carers"].sum() > 0


@pytest.mark.parametrize("years", [1, 3])
def test_how_many_months_a_bill_is_for_decides_nothing(world, years):
    """Costs are those of the months in which QALYs are gained, not of months after the horizon.

    Drugs cost everyone nothing, so that the same people are on treatment; who dies leaves a part
    of a bill unused.
    """
    found = []
    for quarterly_above in (1.0, 1e9):
        one = world.with_parameters(
            {**UNBILLED, "discount_rate": 0.0, "quarterly_bill_above": quarterly_above,
             "supportive_cost_mild": 0.0, "supportive_cost_per_severity": 0.0}
        )  # fmt: skip
        model = RareCareModel(policy="uniform-national", settings=FREE, world=one, scale=0.002,
                              years=years, rng=0)  # fmt: skip
        tables = model.run().outcomes()
        people = tables["patients"]
        drugs = tables["costs"][[bearer.label for bearer in BORNE_BY]].to_numpy().sum()
        drugs -= people["travel"].sum() + model.state.patients["search_billed"].sum()
        found.append((drugs, people["treated_months"].sum()))
    (quarters, months), (whole, others) = found
    assert months == pytest.approx(others, rel=0.02)
    assert whole / others == pytest.approx(quarters / months, rel=0.04)


def test_nobody_dead_costs_anything_after_and_everybody_alive_does(tables):
    found = tables("special-zone-national")["patients"]
    after = found[[f"{bearer.label}_after" for bearer in Bearer]]
    dead = found["died"].notna()
    assert (after[dead] == 0).all(axis=None)
    assert (found["carers_after"][~dead] >= 0).all()
    on = found["stage"] == "treated"
    assert (after.loc[~on, ["commercial_after", "givers_after"]] == 0).all(axis=None)
    assert (after.loc[~dead, ["social_after", "households_after"]] >= 0).all(axis=None)
    drugs = after[on & (found["qalys"] > found["qalys_lived"] + 2)].drop(columns="carers_after")
    assert (drugs.sum(axis=1) > 0).all()
    assert (found["qalys"] >= found["qalys_lived"]).all()


LIVES_ON = {
    "levy": {"financing.per_head_levy": 400.0},
    "fiscal": {"financing.fiscal": 400.0},
    "donations": {"financing.donations": 5e11},
    "maternity": {"financing.maternity_levy": 3000.0},
}


def test_health_displaced_does_not_depend_on_what_the_money_is_called():
    """The same care paid by the same fund from a levy, from fiscal money, from donations."""
    found = {}
    for source, money in LIVES_ON.items():
        settings = {**FREE, "financing.fiscal": 0.0, "benefits.all.diseases": "catalogue", **money}
        settings["financing.pooling.basic"] = "nation"  # where no pool runs short
        model = RareCareModel(
            policy="uniform-national", settings=settings, scale=0.002, years=3, rng=0
        )
        tables = model.run().outcomes()
        books = tables["ledger"].query("fund != 'commercial'")  # a city's product can run short
        assert books["rationed"].sum() == 0, source
        found[source] = tables["financing"][["qalys_displaced", "qalys_displaced_after"]].sum()
    first = found["levy"]
    assert (first > 0).all()
    for source, displaced in found.items():
        np.testing.assert_allclose(displaced, first, rtol=1e-9, err_msg=source)


@pytest.mark.parametrize("policy", ["as-happened", "special-zone", "maternity-levy"])
def test_health_displaced_is_what_social_payers_spend_over_its_price(tables, world, policy):
    found, price = tables(policy), world.parameters["cost_per_displaced_qaly"]
    displaced, spent = found["financing"], found["costs"]["social"].sum()
    assert displaced["qalys_displaced"].sum() * price == pytest.approx(spent)
    ahead = found["patients"]["social_after"].sum()
    assert displaced["qalys_displaced_after"].sum() * price == pytest.approx(ahead)
    assert (displaced["qalys_displaced"] >= 0).all()


def test_a_year_that_is_not_over_is_told_so_far_and_telling_it_changes_nothing():
    """Its books close as those of whole years do, and its months are those of the series."""
    asked, unasked = (
        RareCareModel(policy="special-zone", scale=0.001, years=2, burn_in=2, rng=3)
        for _ in range(2)
    )
    for _ in range(18):
        asked.step()
    found = asked.outcomes()
    for name in ("ledger", "hospitals", "drugs", "referrals", "financing", "costs"):
        assert set(found[name]["year"]) == {2019, 2020}, name
    ledger = found["ledger"]
    balance = ledger["opening"] + ledger["income"] - ledger["paid"]
    assert ledger["closing"].to_numpy() == pytest.approx(balance.to_numpy(), abs=1e-3)
    half = found["months"].query("month >= 12").sum(numeric_only=True)
    this_year = {name: found[name].query("year == 2020") for name in ("hospitals", "costs")}
    assert this_year["hospitals"]["visits"].sum() == half["visits"]
    whole = found["hospitals"].query("year == 2019")
    used = [t["visits"].sum() / t["slots"].sum() / months
            for t, months in ((whole, 12), (this_year["hospitals"], 6))]  # fmt: skip
    told = [(t["utilisation"] * t["slots"]).sum() / t["slots"].sum()
            for t in (whole, this_year["hospitals"])]  # fmt: skip
    assert told == pytest.approx(used)
    assert this_year["costs"]["households"].sum() > 0
    assert_same(asked.run().outcomes(), unasked.run().outcomes())
