import numpy as np
import pandas as pd
import pytest

from experiments.measures import PEOPLE, measure_run, measures
from experiments.measures.units import PERSONS, QALYS_AT_FULL_SCALE, YUAN_A_YEAR, YUAN_PER_HEAD
from tests.support.made_up import patients, run

SCALED = (PERSONS, QALYS_AT_FULL_SCALE, YUAN_A_YEAR, YUAN_PER_HEAD)
"""Units of what is divided by the scale."""


def value(measured: pd.DataFrame, name: str, by: str = "all", group: str = "all") -> float:
    rows = measured.query("measure == @name and by == @by and group == @group")
    assert len(rows) == 1, f"{name} by {by}: {group} is told {len(rows)} times"
    return float(rows["value"].iloc[0])


@pytest.fixture
def four():
    """Found after a year; found after three; never found; died unfound after two years."""
    return patients(
        {"onset": 0.0, "diagnosed": 12.0, "diagnosed_city": "a1", "diagnosis_km": 0.0,
         "treated": 13.0, "stage": "treated", "billed": 100.0, "paid_donation": 20.0,
         "paid_basic": 60.0, "paid_household": 20.0, "qalys": 4.0, "catastrophic_years": 1},
        {"onset": 0.0, "diagnosed": 36.0, "diagnosed_city": "b1", "diagnosis_km": 300.0,
         "misdiagnoses": 2, "income_quintile": 5},
        {"onset": 0.0, "city": "b1", "misdiagnoses": 9, "income_quintile": 1},
        {"onset": 0.0, "city": "b1", "died": 24.0, "treatable": False},
    )  # fmt: skip


@pytest.mark.slow
def test_time_to_diagnosis_counts_the_undiagnosed(four):
    found = measure_run(run(four))
    # Kaplan-Meier: 1 to month 12, 3/4 to 36 (one of four found), then 3/4 * 1/2 as one of two.
    assert value(found, "time_undiagnosed") == pytest.approx(12 + 0.75 * 24 + 0.375 * 24)
    assert value(found, "median_delay") == 36
    # Death competes: one of four in the first year, and 3/4 * 2/3 * 1/2 more by five years.
    assert value(found, "diagnosed_within_1y") == pytest.approx(0.25)
    assert value(found, "diagnosed_within_5y") == pytest.approx(0.5)


def test_what_precedes_the_diagnosis_is_told_of_those_diagnosed(four):
    found = measure_run(run(four))
    assert value(found, "misdiagnoses_before") == 1.0
    assert value(found, "diagnosed_away_city") == 0.5
    assert value(found, "diagnosed_away_province") == 0.5
    assert value(found, "diagnosis_km") == 150.0


def test_the_backlog_is_who_was_ill_and_unfound_at_the_start():
    found = measure_run(run(patients(
        {"onset": -20.0, "diagnosed": -3.0, "diagnosed_city": "a1"},
        {"onset": -20.0, "diagnosed": 3.0, "diagnosed_city": "a1"},
        {"onset": -20.0}, {"onset": 2.0, "diagnosed": 4.0, "diagnosed_city": "a1"},
    )))  # fmt: skip
    assert value(found, "backlog_diagnosed") == 0.5


def test_treatment_is_told_of_those_with_a_drug(four):
    found = measure_run(run(four))
    assert value(found, "treated") == pytest.approx(1 / 3)
    assert value(found, "treated_gap") == 0.0  # neither the richest nor the poorest is treated


def test_donated_vials_are_no_spending(four):
    found = measure_run(run(four))
    assert value(found, "out_of_pocket_share") == pytest.approx(20 / 80)
    assert value(found, "catastrophic") == pytest.approx(1 / 20)
    years = 5 + 5 + 5 + 2
    assert value(found, "out_of_pocket") == pytest.approx(20 / years)


def test_totals_are_those_of_the_real_population(four):
    found = measure_run(run(four, scale=0.1))
    assert value(found, "deaths") == pytest.approx(10)
    assert value(found, "spending") == pytest.approx(100 / 0.1 / 5)
    assert value(found, "paid", "payer", "donation") == pytest.approx(20 / 0.1 / 5)
    assert value(found, "contributed") == pytest.approx(30 / 0.1 / 5)
    assert value(found, "contributed_per_head", "province", "A") == pytest.approx(20 / 1000)
    assert value(found, "net_qalys") == pytest.approx((4 + 3 - 0.6) / 0.1)
    assert value(found, "net_qalys", "income_quintile", "1") == pytest.approx((1 - 0.5) / 0.1)


def test_the_wait_is_that_of_littles_law(four):
    found = measure_run(run(four))
    assert value(found, "mean_wait", "province", "A") == 3.0
    assert value(found, "mean_wait") == 1.0


def test_shares_do_not_depend_on_the_scale_and_totals_do(four):
    small, large = measure_run(run(four, scale=0.1)), measure_run(run(four, scale=0.2))
    both = small.merge(large, on=["measure", "by", "group"], suffixes=("", "_large"))
    full = {one.name for one in measures(5) if one.unit in SCALED}
    told = both[both["value"].notna()]
    assert len(both) == len(small) == len(large)
    factor = np.where(told["measure"].isin(full), 2.0, 1.0)
    np.testing.assert_allclose(told["value"], told["value_large"] * factor)


def test_groups_of_a_kind_make_up_the_whole(four):
    found = measure_run(run(four))
    told = [one.name for one in measures(5) if one.by == PEOPLE]
    weights = found[found["measure"].isin(told)].groupby(["measure", "by"])["weight"].sum()
    assert {"qalys", "treated", "out_of_pocket"} <= set(weights.index.unique("measure"))
    for name, sums in weights.groupby("measure"):
        assert len(sums) == len(PEOPLE), name
        np.testing.assert_allclose(sums, sums.iloc[0], err_msg=name)


def test_the_order_of_rows_does_not_matter(four):
    mixed = four.sample(frac=1.0, random_state=3)
    pd.testing.assert_frame_equal(measure_run(run(four)), measure_run(run(mixed)))


def test_the_zone_is_the_same_whatever_the_policy_says(four):
    inside = measure_run(run(four, zone=["a1"]))
    assert value(inside, "deaths", "zone", "outside") == pytest.approx(10)
    assert value(inside, "qalys", "zone", "inside") == pytest.approx(2.5)


def test_without_a_zone_nothing_is_told_by_zone(four):
    assert "zone" not in set(measure_run(run(four, zone=None))["by"])


def test_accounts_by_province_are_not_told_of_half_a_province(four):
    found = measure_run(run(four, zone=["a1"]))
    by_zone = set(found[found["by"] == "zone"]["measure"])
    assert "qalys" in by_zone
    assert not by_zone & {"contributed", "contributed_per_head", "mean_wait", "net_qalys"}


def test_nobody_gives_no_number_and_no_error():
    found = measure_run(run(patients({}).iloc[:0]))
    assert "contributed" in set(found["measure"])
    assert found[found["measure"].isin(["qalys", "treated"])].empty


def test_names_are_told_once_and_directions_are_known():
    for years in (1, 4, 5, 40):
        told = measures(years)
        assert len({one.name for one in told}) == len(told)
        assert {one.better for one in told} == {"lower", "higher", "neither"}
    assert "diagnosed_within_5y" not in {one.name for one in measures(4)}
