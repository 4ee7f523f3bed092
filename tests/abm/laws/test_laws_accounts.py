"""What people live through and what it costs is counted once, whole, and over the same time."""

import pytest

from abm import RareCareModel

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
        model = RareCareModel(policy="uniform-national", settings=settings, scale=0.004, years=4)
        people = model.run().outcomes()["patients"]
        under[name] = people[people["onset"] > 0]  # others were refused before it was free
    assert under["free"]["forgone_months"].sum() == 0 < under["paid"]["forgone_months"].sum()
    assert under["free"]["treated_months"].sum() > under["paid"]["treated_months"].sum()
