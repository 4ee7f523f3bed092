"""Measures by what people ask, each worked out by hand on a few patients, moves and pools."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given as cases
from hypothesis import strategies as st
from lifelines import AalenJohansenFitter

from experiments.measures import measure_run, measures
from experiments.measures.curves import points
from experiments.measures.quantiles import PARTS, counted, smooth
from tests.support.made_up import flows, patients, run, tiers, waits

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def few():
    """Two found, one of them at the first hospital; two of another disease are not."""
    return run(patients(
        {"onset": 0.0, "diagnosed": 12.0, "diagnosed_city": "a1", "hospitals_seen": 1,
         "sex": "female", "disease": "X", "qalys": 4.0, "paid_household": 500.0, "km": 10,
         "visits": 2, "eligible_months": 60, "treated_months": 30},
        {"onset": 0.0, "diagnosed": 36.0, "diagnosed_city": "b1", "hospitals_seen": 3,
         "sex": "female", "disease": "X", "qalys": 3.0, "km": 90, "visits": 8, "misdiagnoses": 2,
         "eligible_months": 30},
        {"onset": 0.0, "city": "b1", "hospitals_seen": 4, "sex": "male", "disease": "Y",
         "qalys": 2.0, "eligible_months": 0},
        {"onset": 0.0, "city": "b1", "died": 24.0, "sex": "male", "disease": "Y", "qalys": 1.0,
         "eligible_months": 0},
        {"onset": 1.0, "diagnosed": 1.0, "diagnosed_city": "a1", "hospitals_seen": 0,
         "sex": "male", "disease": "X", "qalys": 5.0, "eligible_months": 10,
         "treated_months": 10},
    ))  # fmt: skip


@pytest.fixture(scope="module")
def found(few):
    return measure_run(few).set_index(["measure", "by", "group"])["value"]


def test_by_sex_and_by_disease(found):
    assert found["qalys", "sex", "female"] == 3.5
    assert found["qalys", "sex", "male"] == pytest.approx(8 / 3)
    assert found["qalys", "disease", "X"] == 4.0
    assert found["qalys", "disease", "Y"] == 1.5
    assert found["diagnosed_within_5y", "disease", "Y"] == 0.0
    assert found["time_treated", "disease", "X"] == pytest.approx(40 / 100)


def test_the_share_found_at_the_first_hospital_leaves_out_screening_at_birth(found):
    assert found["diagnosed_first_hospital", "all", "all"] == 0.5
    assert found["diagnosed_first_hospital", "disease", "X"] == 0.5


def test_first_visits_past_the_county_and_out_of_the_province(found):
    assert found["bypassed_county", "all", "all"] == pytest.approx(4 / 10)
    assert found["bypassed_county", "province", "A"] == pytest.approx(3 / 9)
    assert found["bypassed_county", "zone", "outside"] == 1.0
    assert found["first_away", "all", "all"] == pytest.approx(1 / 10)


def test_moves_by_way(found):
    """Ten moves in five years at a scale of 0.1; one is handed back after the diagnosis."""
    assert found["moves", "all", "all"] == pytest.approx(10 / 0.1 / 5)
    assert found["moves", "province", "A"] == pytest.approx(7 / 0.1 / 5)
    ways = {"referred up": 4, "referred down": 1, "own_way up": 2, "own_way across": 3}
    for way, persons in ways.items():
        assert found["moves", "way", way] == pytest.approx(persons / 0.1 / 5), way
        assert found["moves_share", "way", way] == pytest.approx(persons / 10), way
    assert found["moves_share", "way"].sum() == pytest.approx(1.0)
    assert found["moves_unreferred", "all", "all"] == pytest.approx(5 / 9)
    assert found["moves_unreferred", "province", "A"] == pytest.approx(2 / 6)
    assert found["moves_away", "all", "all"] == pytest.approx(2 / 9)
    assert found["referrals_followed", "all", "all"] == pytest.approx(4 / 8)


def test_every_move_is_in_one_cell_of_the_matrices(found):
    told = found[[name.startswith("flow_") for name in found.index.get_level_values("measure")]]
    everybody = flows()["persons"].sum() / 0.1 / 5
    for between in ("provinces", "tiers"):
        assert told.xs(between, level="by").sum() == pytest.approx(everybody)
    assert found["flow_own_way", "provinces", "A to B"] == pytest.approx(2 / 0.1 / 5)
    assert found["flow_first", "provinces", "B to A"] == pytest.approx(1 / 0.1 / 5)
    assert found["flow_referred", "tiers", "county to tertiary"] == pytest.approx(4 / 0.1 / 5)
    assert found["flow_first", "tiers", "home to county"] == pytest.approx(6 / 0.1 / 5)


def test_waits_and_their_90th_percentile(found):
    """Of 0, 1, 2, 3 months there are 5, 4, 10, 1: the 18th of 20 lies 9/10 into the third."""
    assert found["wait_seen", "all", "all"] == pytest.approx((4 + 20 + 3) / 20)
    assert found["wait_seen", "tier", "lead"] == pytest.approx((3 + 20) / 11)
    assert found["wait_p90", "all", "all"] == pytest.approx(1.5 + 0.9)
    assert found["wait_p90", "province", "A"] == pytest.approx(0.5 + 4 / 4)
    assert found["wait_quantile", "quantile", "0.9"] == found["wait_p90", "all", "all"]
    assert found["wait_quantile", "tier quantile", "lead 0.5"] == pytest.approx(1.5 + 5.5 / 10)


def test_use_by_tier(found):
    assert found["visits", "tier", "lead"] == pytest.approx(60 / 0.1 / 5)
    assert found["slots_used", "tier", "lead"] == pytest.approx(60 / 70)
    assert found["slots_used", "all", "all"] == pytest.approx(110 / 170)
    assert waits()["visits"].sum() == 20
    assert tiers()["visits"].sum() == 110


def test_curves_by_hand(found):
    """Of five one is found at once, one of four after 12 months, one of two after 36; one dies."""

    def at(name, months):
        return found[f"curve_{name}", "month", str(months)]

    assert [at("diagnosed", m) for m in (9, 12, 33, 36, 60)] == pytest.approx(
        [0.2, 0.4, 0.4, 0.6, 0.6]
    )
    assert [at("died", m) for m in (21, 24, 60)] == pytest.approx([0.0, 0.2, 0.2])
    assert [at("undiagnosed", m) for m in (12, 24, 36)] == pytest.approx([0.6, 0.4, 0.2])
    assert found["curve_diagnosed", "sex month", "female 60"] == 1.0
    assert found["delay_quantile", "quantile", "0.5"] == 36.0
    assert math.isinf(found["delay_quantile", "quantile", "0.75"])


searches = st.lists(
    st.tuples(st.integers(0, 58), st.integers(1, 60), st.sampled_from(["found", "dead", "open"])),
    min_size=1, max_size=25,
)  # fmt: skip


@cases(searches)
def test_curves_are_those_of_lifelines(lives):
    """Aalen-Johansen as another library has it; times are made distinct for it, in their order."""
    people = [
        {"onset": float(onset),
         **({"diagnosed": float(min(onset + time, 60)), "diagnosed_city": "a1"}
            if end == "found" and onset + time < 60 else {}),
         **({"died": float(onset + time)} if end == "dead" and onset + time < 60 else {})}
        for onset, time, end in lives
    ]  # fmt: skip
    view = run(patients(*people))
    _, time, end = view.search
    values = measure_run(view).set_index(["measure", "by", "group"])["value"]
    fitter = AalenJohansenFitter(calculate_variance=False)
    # Events of a month before those censored in it; jitter far below a month keeps the order.
    apart = time + 1e-6 * np.argsort(np.argsort(np.where(end == 0, 1, 0), kind="stable"))
    fitter.fit(apart, end, event_of_interest=1)
    curve = fitter.cumulative_density_.iloc[:, 0]
    for month in points(60):
        expected = curve[curve.index <= month + 0.5]
        expected = float(expected.iloc[-1]) if len(expected) else 0.0
        assert values["curve_diagnosed", "month", str(month)] == pytest.approx(expected, abs=1e-9)


def test_the_states_of_a_curve_add_up_to_everybody(few):
    rows = measure_run(few)
    rows = rows[rows["measure"].str.startswith("curve_")]
    sums = rows.groupby(["by", "group"])["value"].sum()
    assert len(sums) > 50
    assert sums.to_numpy() == pytest.approx(1.0)


def test_points_of_curves_end_with_the_scenario():
    assert list(points(24)) == [3, 6, 9, 12, 15, 18, 21, 24]
    assert list(points(84))[-4:] == [57, 60, 72, 84]


def test_quantiles_over_patients(found):
    """QALYs 1 to 5: the 10th percentile lies 0.4 of the way from the first to the second."""
    assert found["qalys_p10", "all", "all"] == pytest.approx(1.4)
    assert found["qalys_quantile", "quantile", "0.75"] == 4.0
    # 500 yuan in five years, and four who pay nothing: 0.6 of the way from 0 to 100.
    assert found["out_of_pocket_p90", "all", "all"] == pytest.approx(60.0)
    assert found["km_quantile", "quantile", "0.5"] == 10.0  # of 0, 10 and 90
    assert found["visits_quantile", "sex quantile", "female 0.5"] == pytest.approx(2.5)


@cases(st.lists(st.integers(0, 40), min_size=1, max_size=60), st.sampled_from(PARTS))
def test_a_quantile_of_whole_numbers_is_near_the_number_that_stands_there(values, part):
    """Within half of the smallest number that so large a part does not exceed."""
    inverse = np.quantile(values, part, method="inverted_cdf")
    found = counted(np.bincount(values), np.array([part]))[0]
    assert max(inverse - 0.5, 0.0) - 1e-9 <= found <= inverse + 0.5 + 1e-9
    assert smooth(np.array(values, float), np.array([part]))[0] == np.quantile(values, part)


@cases(st.lists(st.integers(0, 40), min_size=2, max_size=60))
def test_quantiles_of_whole_numbers_rise_and_move_with_them(values):
    rising = counted(np.bincount(values), np.array(PARTS))
    assert (np.diff(rising) >= -1e-12).all()
    moved = counted(np.bincount(np.array(values) + 3), np.array(PARTS))
    assert moved[rising > 0.0] == pytest.approx(rising[rising > 0.0] + 3)


def books(**more):
    """Return the yearly books of two pools of one kind: one is empty in 2021, one never."""
    frame = pd.DataFrame({
        "year": [2019, 2020, 2021, 2022] * 2, "pool": ["a"] * 4 + ["b"] * 4,
        "fund": "special_fund", "rationed": [0.0, 0.0, 5.0, 9.0, 0.0, 0.004, 0.0, 0.0],
        "unpaid_other": 0.0, "refused_months": 0.0, "closing": 1.0, "paid_programmes": 0.0,
        "paid_rare": [10.0, 20.0, 30.0, 40.0] * 2, "paid": [10.0, 20.0, 30.0, 40.0] * 2,
    })  # fmt: skip
    return frame.assign(**more)


def test_a_pool_that_nobody_has_set_up_is_none_that_could_run_dry():
    """Books have a line for each province's special fund, though no policy raises money for it."""
    empty = books(pool="c", rationed=0.0, closing=0.0, paid=0.0, paid_rare=0.0)
    told = []
    for more in ([], [empty]):
        view = run(patients({}, {}))
        view.tables["ledger"] = pd.concat([books(), *more], ignore_index=True)
        found = measure_run(view).set_index(["measure", "by", "group"])["value"]
        told.append(found[["pools_dry", "years_before_dry", "first_dry_year"]].to_dict())
    assert told[0] == told[1]
    view.tables["ledger"] = empty
    assert "pools_dry" not in set(measure_run(view)["measure"])


def test_pools_that_run_dry_and_when():
    """Less than a cent is rounding. Two of eight years lie after the first pool has run dry."""
    view = run(patients({}, {}))
    view.tables["ledger"] = books()
    found = measure_run(view).set_index(["measure", "by", "group"])["value"]
    assert found["pools_dry", "payer", "special_fund"] == 0.5
    assert found["years_before_dry", "payer", "special_fund"] == pytest.approx(6 / 8)
    assert found["first_dry_year", "payer", "special_fund"] == 2021
    # Years of 20, 40, 60 and 80 yuan of the simulated part: 0.85 of the way to the last.
    assert found["bad_year", "payer", "special_fund"] == pytest.approx((60 + 0.85 * 20) / 0.1)
    assert found["year_payments", "payer year", "special_fund 2022"] == pytest.approx(80 / 0.1)


def test_a_pool_that_never_runs_dry_has_no_year():
    view = run(patients({}, {}))
    view.tables["ledger"] = books(rationed=0.0)
    found = measure_run(view).set_index(["measure", "by", "group"])["value"]
    assert found["pools_dry", "all", "all"] == 0.0
    assert found["years_before_dry", "all", "all"] == 1.0
    assert math.isinf(found["first_dry_year", "all", "all"])


def test_a_pool_that_leaves_others_unpaid_has_run_dry():
    view = run(patients({}, {}))
    view.tables["ledger"] = books(rationed=0.0, unpaid_other=[0.0] * 7 + [1.0])
    found = measure_run(view).set_index(["measure", "by", "group"])["value"]
    assert found["first_dry_year", "all", "all"] == 2022


def test_every_measure_of_a_table_names_one_that_is_written():
    from experiments.reporting.tables import NAMES

    told = {one.table for one in measures() if one.table}
    assert told < set(NAMES)
