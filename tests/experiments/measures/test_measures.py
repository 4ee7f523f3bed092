from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import optimize

from abm.errors import UserError
from agents.codes import Payer
from experiments.design import make_design
from experiments.measures import PEOPLE, budget, indicators, measure_run, measures, registry
from experiments.measures.declaration import ILL
from experiments.measures.run_view import RANKINGS
from experiments.measures.units import (
    PATIENT_YEARS,
    PERSONS,
    PERSONS_A_YEAR,
    QALYS_AT_FULL_SCALE,
    VISITS_A_YEAR,
    YUAN_A_YEAR,
    YUAN_AT_FULL_SCALE,
    YUAN_PER_HEAD,
)
from tests.support.made_up import patients, run

pytestmark = pytest.mark.slow

SCALED = (
    PATIENT_YEARS,
    PERSONS,
    PERSONS_A_YEAR,
    QALYS_AT_FULL_SCALE,
    VISITS_A_YEAR,
    YUAN_A_YEAR,
    YUAN_AT_FULL_SCALE,
    YUAN_PER_HEAD,
)
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


def test_time_to_diagnosis_counts_the_undiagnosed(four):
    found = measure_run(run(four))
    # Kaplan-Meier: 1 to month 12, 3/4 to 36 (one of four found), then 3/4 * 1/2 as one of two.
    assert value(found, "time_undiagnosed") == pytest.approx((12 + 36 + 60 + 24) / 4)
    assert value(found, "time_undiagnosed_net") == pytest.approx(12 + 0.75 * 24 + 0.375 * 24)
    assert value(found, "median_delay") == 36
    # Death competes: one of four in the first year, and 3/4 * 2/3 * 1/2 more by five years.
    assert value(found, "diagnosed_within_1y") == pytest.approx(0.25)
    assert value(found, "diagnosed_within_5y") == pytest.approx(0.5)


def test_nobody_lives_undiagnosed_after_death():
    """Deaths before the diagnosis shorten the time lived without one, and not the net time."""
    long = [{"onset": 0.0}] * 3
    early = patients(*long, {"onset": 0.0, "died": 6.0})
    late = patients(*long, {"onset": 0.0, "died": 54.0})
    lived = [value(measure_run(run(one)), "time_undiagnosed") for one in (early, late)]
    net = [value(measure_run(run(one)), "time_undiagnosed_net") for one in (early, late)]
    assert lived == [(3 * 60 + 6) / 4, (3 * 60 + 54) / 4]
    assert net == [60, 60]


BIG = {"income": 90_000, "household_size": 6, "treated": 3.0, "qalys": 3.0, "income_quintile": 1}
SMALL = {"income": 60_000, "household_size": 1, "income_quintile": 5}


def test_fifths_gaps_and_indices_rank_by_one_income():
    """A large household of a middling income is poor per head, and rich as a household."""
    told = {by: measure_run(run(patients(BIG, SMALL), ranked_by=by)) for by in RANKINGS}
    for name in ("treated_gap", "treated_concentration", "treated_slope", "qalys_concentration",
                 "qalys_slope"):  # fmt: skip
        assert value(told["head"], name) < 0 < value(told["household"], name), name
    ratio = {by: value(one, "treated_relative") for by, one in told.items()}
    assert ratio["head"] < 1 < ratio["household"]
    assert value(told["head"], "treated", "income_quintile", "1") == 1.0
    assert value(told["household"], "treated", "income_quintile", "5") == 1.0
    by_fifth = told["household"].query("by == 'income_quintile'")["measure"]
    assert not {"contributed", "displaced_qalys", "net_qalys"} & set(by_fifth)


def test_an_income_that_is_not_known_is_refused():
    with pytest.raises(UserError, match="unknown ranking 'heads'; did you mean 'head'"):
        make_design(["uniform-national"], scale=0.001, years=1, ranked_by="heads")


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
    assert value(found, "net_qalys") == pytest.approx((4 + 3 - 0.6 - 1.2) / 0.1)
    assert value(found, "net_qalys", "income_quintile", "1") == pytest.approx((1 - 1.5) / 0.1)


def test_costs_and_effects_end_together():
    """Within the scenario both end with it; for life both count what comes after."""
    people = patients(
        {"qalys": 9.0, "qalys_lived": 4.0, "social_after": 50.0, "households_after": 20.0,
         "carers_after": 6.0},
        {"qalys": 2.0, "qalys_lived": 2.0, "city": "b1", "commercial_after": 3.0},
    )  # fmt: skip
    found = measure_run(run(people, scale=1.0))
    told = {name: value(found, name) for name in found["measure"].unique()
            if name.startswith("cost_") or "qalys_scenario" in name}  # fmt: skip
    assert told == {
        "qalys_scenario": 3.0, "displaced_qalys_scenario": pytest.approx(0.6),
        "net_qalys_scenario": pytest.approx(6 - 0.6),
        "cost_payers": 113.0, "cost_payers_life": 166.0,
        "cost_households": 85.0, "cost_households_life": 111.0,
        "cost_society": 209.0, "cost_society_life": 288.0,
    }  # fmt: skip
    assert value(found, "net_qalys") == pytest.approx(11 - 0.6 - 1.2)
    assert value(found, "cost_payers_life", "province", "B") == 12.0 + 3.0


def test_pools_that_cannot_pay_are_told_with_whom_they_leave_unpaid(four):
    """Half a cent is rounding; what is owed to hospitals is what the last year closes with."""
    found = measure_run(run(four, scale=0.1, years=5))
    told = {
        name: [value(found, name), *(value(found, name, "payer", payer)
                                     for payer in ("basic", "special_fund"))]
        for name in ("pools_short", "pools_ruined", "refused", "unpaid_others",
                     "owed_to_hospitals", "refused_years")
    }  # fmt: skip
    assert told["pools_short"] == [3, 2, 1]
    assert told["pools_ruined"] == [1, 1, 0]
    assert told["refused_years"] == pytest.approx([15 / 6, 3 / 6, 12 / 6])
    assert told["refused"] == pytest.approx([321 / 0.5, 21 / 0.5, 300 / 0.5])
    assert told["unpaid_others"] == pytest.approx([7.001 / 0.5, 7.001 / 0.5, 0.0])
    assert told["owed_to_hospitals"] == pytest.approx([5 / 0.5, 4 / 0.5, 1 / 0.5])


def test_the_refused_share_is_of_what_is_paid_and_refused(four):
    found = measure_run(run(four, scale=0.1, years=5))
    for name in ("refused_share", "refused_share_late"):  # no year is more than ten years back
        assert value(found, name) == pytest.approx(321 / (321 + 199))
        assert value(found, name, "payer", "basic") == pytest.approx(21 / (21 + 99))
        assert value(found, name, "payer", "special_fund") == pytest.approx(300 / (300 + 100))


def test_late_is_the_last_ten_years():
    books = pd.DataFrame({"year": np.arange(2019, 2049), "rationed": 1.0})
    late = indicators.lately(indicators.refused)(books)
    assert list(books["year"][late > 0.0]) == list(range(2039, 2049))


def test_a_years_budget_is_of_the_money_that_changes_hands(four):
    """Eight payers pay 3 yuan in January, and there are programmes."""
    patients_of = four.assign(eligible_months=[60.0, 54.0, 0.0, 12.0],
                              diagnosed=[3.0, 0.0, 0.0, 0.0])  # fmt: skip
    found = measure_run(run(patients_of, scale=0.1))
    assert value(found, "budget", "year", "2019") == pytest.approx((8 * 3 + 50) / 0.1)
    assert value(found, "budget_charity", "year", "2019") == pytest.approx(3 / 0.1)
    assert value(found, "budget_programmes", "year", "2019") == pytest.approx(50 / 0.1)
    assert value(found, "budget_drugs", "year", "2019") == pytest.approx(4 / 0.1)
    # Of the eligible: the first from its fourth month on, the second all its half year; who is
    # known and has no drug is nobody to be treated.
    assert value(found, "diagnosed_by_year", "year", "2019") == pytest.approx((9 + 6) / 12 / 0.1)
    assert value(found, "treated_by_year", "year", "2019") == pytest.approx(6 / 12 / 0.1)
    assert budget.PAYERS.keys() == {*Payer.names(), budget.PROGRAMMES}
    # All of the year; from its seventh month on; never; and in the second year of two lived.
    assert value(found, "eligible_by_year", "year", "2019") == pytest.approx((1 + 0.5) / 0.1)


def test_before_the_first_month_is_over_no_year_has_a_budget(four):
    begun = run(four)
    begun.tables["months"] = pd.DataFrame(columns=["month", "province"])
    assert "budget" not in set(measure_run(begun)["measure"])


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
    told = {one.name: one.by for one in measures(5) if one.by in (PEOPLE, ILL)}
    weights = found[found["measure"].isin(told)].groupby(["measure", "by"])["weight"].sum()
    assert {"qalys", "treated", "out_of_pocket"} <= set(weights.index.unique("measure"))
    for name, sums in weights.groupby("measure"):
        assert len(sums) == len(told[name]), name
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
    assert not by_zone & {"contributed", "contributed_per_head", "mean_wait", "net_qalys",
                          "cost_payers", "cost_society_life"}  # fmt: skip


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


def test_measures_between_provinces_by_hand(four):
    """Treated are 1 of 2 with a drug in A, 0 of 1 in B: average 1/3."""
    found = measure_run(run(four))
    assert value(found, "treated_deviation") == pytest.approx(
        np.sqrt((2 * (1 / 2 - 1 / 3) ** 2 + (0 - 1 / 3) ** 2) / 3)
    )
    assert value(found, "treated_disparity") == pytest.approx((2 / 6 + 1 / 3) / 3 / (1 / 3))
    assert value(found, "treated_attributable") == pytest.approx(1 / 2 - 1 / 3)


def test_logit_indices_are_those_of_the_likeliest_curve():
    """Against a general optimiser, on ranks 1/8, 3/8, 5/8, 7/8."""
    treated = np.array([0, 1, 0, 1])
    found = measure_run(run(patients(*(
        {"income": 10_000 * (n + 1), **({"treated": 3.0} if one else {})}
        for n, one in enumerate(treated)
    ))))  # fmt: skip

    def unlikeliness(ab):
        level = ab[0] + ab[1] * np.array([1, 3, 5, 7]) / 8
        return (np.log1p(np.exp(level)) - treated * level).sum()

    a, b = optimize.minimize(unlikeliness, [0.0, 0.0], tol=1e-12).x
    bottom, top = (1 / (1 + np.exp(-x)) for x in (a, a + b))
    assert value(found, "treated_slope") == pytest.approx(top - bottom, rel=1e-4)
    assert value(found, "treated_relative") == pytest.approx(top / bottom, rel=1e-4)


def test_kolm_by_hand(four):
    found = measure_run(run(four))
    level = -np.log((np.exp(-0.15 * 4) + 3 * np.exp(-0.15)) / 4) / 0.15
    assert value(found, "qalys_equivalent") == pytest.approx(level)
    assert value(found, "qalys_kolm") == pytest.approx(7 / 4 - level)


def test_where_nobody_has_a_drug_treatment_has_no_inequality():
    found = measure_run(run(patients({"treatable": False}, {"treatable": False})))
    for name in ("treated_slope", "treated_relative", "treated_deviation", "treated_disparity",
                 "treated_attributable"):  # fmt: skip
        assert np.isnan(value(found, name))


def test_the_persons_behind_a_value_are_those_whom_it_counts(four):
    found = measure_run(run(four)).set_index(["measure", "by", "group"])["persons"]
    for name, persons in {
        "qalys": 4, "time_undiagnosed": 4, "treated": 3, "misdiagnoses_before": 2,
        "out_of_pocket_share": 1, "catastrophic": 4, "deaths": 4, "contributed": 4,
        "net_qalys": 4, "mean_wait": 4, "contributed_per_head": 4, "qalys_gini": 4,
    }.items():  # fmt: skip
        assert found[name, "all", "all"] == persons, name
    assert found["treated", "province", "B"] == 1
    assert found["contributed", "province", "A"] == found["mean_wait", "province", "A"] == 2
    assert found["contributed", "income_quintile", "5"] == 1
    assert found["paid", "payer", "basic"] == 4


def test_a_measure_that_fails_names_itself(four, monkeypatch):
    def fails(tables, by):
        return {}[by]

    broken = replace(measures()[0], name="broken", estimator=fails)
    monkeypatch.setattr(registry, "SECTIONS", (lambda years: iter([broken]),))
    with pytest.raises(RuntimeError, match="measure 'broken', by 'all', fails: KeyError"):
        measure_run(run(four))


def test_two_measures_of_one_name_are_refused(monkeypatch):
    monkeypatch.setattr(registry, "SECTIONS", (registry.health, registry.burden, registry.health))
    with pytest.raises(ValueError, match=r"each name once, got twice: .*qalys"):
        measures()
