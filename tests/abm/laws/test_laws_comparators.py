"""Other countries' rules do here what they are known for, and touch nothing before they begin."""

import numpy as np
import pytest

pytestmark = pytest.mark.slow

SCALE = 0.004
COMPARATORS = ("japan", "taiwan", "eu", "us", "australia")


@pytest.fixture
def lived(tables):
    """Return a function: the tables of six years under a policy."""
    return lambda policy: tables(policy, scale=SCALE)


def household_share(found):
    """Return the part of drug bills that households paid, donated vials left out."""
    people = found["patients"]
    paid = people["paid_household"].sum()
    return paid / (people["billed"].sum() - people["paid_donation"].sum())


@pytest.mark.parametrize("policy", COMPARATORS)
def test_before_2020_nobody_lives_otherwise(policy, lived):
    ours, base = (lived(name)["months"] for name in (policy, "uniform-national"))
    first = ours["month"] < 12
    for name in ("visits", "diagnoses", "billed", "paid_household", "deaths"):
        assert np.array_equal(ours[name][first], base[name][first])


@pytest.mark.parametrize("policy", COMPARATORS)
def test_chinas_own_layers_pay_nothing_from_2020_on(policy, lived):
    money = lived(policy)["months"]
    later = money[money["month"] >= 12]
    unused = ["paid_critical_illness", "paid_commercial"]
    unused += [] if policy == "us" else ["paid_medical_assistance"]
    assert later[unused].to_numpy().sum() == 0.0
    assert later["paid_basic"].sum() > 0.0


@pytest.mark.parametrize("policy", ["japan", "taiwan", "australia"])
def test_where_public_money_pays_for_rare_diseases_households_pay_less(policy, lived):
    assert household_share(lived(policy)) < household_share(lived("uniform-national"))
    assert lived(policy)["months"]["paid_special_fund"].sum() > 0.0


def test_without_a_national_list_nothing_is_listed_any_more(lived):
    """And prices stay what they were."""
    drugs = lived("us")["drugs"].set_index(["drug", "year"]).sort_index()
    for year in (2021, 2024):
        now, before = (drugs.xs(y, level="year") for y in (year, 2020))
        assert (now["listed"] == before["listed"]).all()


def test_where_all_approved_drugs_are_listed_more_are_than_in_fact(lived):
    listed = {name: (found := lived(name)["drugs"])[found["year"] == 2021]["listed"].sum()
              for name in ("japan", "uniform-national", "australia")}  # fmt: skip
    assert listed["japan"] > listed["uniform-national"] >= listed["australia"]
