"""Decisions from a comparison whose answers are known, and from the folder in which it is saved."""

import numpy as np
import pandas as pd
import pytest

from abm.errors import UserError
from experiments import decision
from experiments.design import PRICE
from experiments.reporting.answer import price
from experiments.reporting.texts import Words
from tests.experiments.decision.made_up_runs import (
    PATIENTS,
    SCALE,
    TELLS,
    TELLS_NOTHING,
    Made,
    compared,
)
from tests.experiments.decision.normal_samples import worth_of_normal

EVERYONE = 5 * PATIENTS / SCALE
GAIN = 0.03 * EVERYONE
"""QALYs gained by all patients of the made-up policy."""


@pytest.fixture
def plain(tmp_path):
    """A policy that costs each patient 1,000 yuan more and gains 0.03 QALYs."""
    return compared(tmp_path, Made(luck=10.0))


def test_cost_effectiveness_is_what_was_put_in(plain):
    table = decision.cost_effectiveness(plain, threshold=50_000.0).set_index("policy")
    zone = table.loc["zone"]
    assert zone["effect_difference"] == pytest.approx(GAIN)
    assert zone["cost_difference"] == pytest.approx(1000.0 * EVERYONE, rel=0.02)
    assert zone["icer"] == pytest.approx(zone["cost_difference"] / GAIN)
    assert zone["icer_low"] < 1000.0 / 0.03 < zone["icer_high"]
    for end in ("", "_low", "_high"):
        other = {"": "", "_low": "_high", "_high": "_low"}[end]
        net = 50_000.0 * GAIN - zone[f"cost_difference{other}"]
        assert zone[f"nmb_difference{end}"] == pytest.approx(net)
        assert zone[f"nhb_difference{end}"] == pytest.approx(net / 50_000.0)
    net = 50_000.0 * table["effect"] - table["cost"]
    assert table["nmb"].to_numpy() == pytest.approx(net.to_numpy())
    assert zone["probability"] == 1.0
    assert table.loc["uniform", "status"] == "on the frontier"
    assert zone["patients"] == EVERYONE
    assert zone["position"] == "more health for more money"


def test_the_default_threshold_is_the_worlds_price(plain):
    written = plain.design.setting.world.parameters["cost_per_displaced_qaly"]
    assert decision.cost_effectiveness(plain)["threshold"].tolist() == [written] * 2


def test_the_plane_and_the_curve_are_of_the_same_runs(plain):
    points = decision.plane(plain)
    assert len(points) == 16
    ratio = points["cost"] / points["effect"]
    below, above = ratio.min() * 0.999, ratio.max() * 1.001
    curve = decision.acceptability(plain, [below, above]).set_index(["policy", "threshold"])
    assert curve.loc[("zone", below), "probability"] == 0.0
    assert curve.loc[("zone", above), "probability"] == 1.0
    assert curve["frontier"].tolist() == [True, False, False, True]
    middle = decision.acceptability(plain, [float(ratio.median())])
    assert middle["probability"].sum() == pytest.approx(1.0)


def test_luck_is_taken_out_of_the_curve(tmp_path):
    """With luck ten times what is unknown, the better policy wins few more runs than the other."""
    made = compared(tmp_path, Made(cost=950.0, slope=20.0, luck=200.0), runs=40)
    row = decision.acceptability(made, [1000.0 / 0.03]).set_index("policy").loc["zone"]
    assert row["probability"] < 0.8
    assert row["without_luck"] > row["probability"]


def test_what_a_parameter_is_worth_has_its_closed_form(tmp_path):
    """The cost is linear in a normal parameter, so the unit normal loss says what it is worth."""
    made = compared(tmp_path, Made(cost=1000.0, slope=400.0), runs=40)
    threshold = 1000.0 / 0.03  # the policies are equal in the mean
    told = decision.evppi(made, threshold).set_index("parameters")
    exact = worth_of_normal(0.0, 400.0) * EVERYONE
    assert told.loc[TELLS, "country"] == pytest.approx(exact, rel=1e-6)
    assert told.loc[TELLS, "per_patient"] == pytest.approx(exact / EVERYONE, rel=1e-6)
    assert told.loc[TELLS, "told"]
    assert not told.loc[TELLS_NOTHING, "told"]
    whole = decision.evpi(made, threshold).iloc[0]
    assert whole["country"] == pytest.approx(exact, rel=1e-6)
    both = decision.evppi(made, threshold, parameters={"both": [TELLS, TELLS_NOTHING]})
    assert both["parameters"].tolist() == ["both"]
    assert both["country"].iloc[0] == pytest.approx(exact, rel=1e-3)


def test_luck_of_seeds_is_not_worth_knowing(tmp_path):
    made = compared(tmp_path, Made(cost=900.0, luck=400.0), runs=40)
    whole = decision.evpi(made, 1000.0 / 0.03).iloc[0]
    assert whole["with_luck"] > 1.5 * whole["country"]
    assert whole["low"] == 0.0
    assert not decision.evppi(made, 1000.0 / 0.03)["told"].any()


@pytest.mark.slow
def test_a_saved_comparison_says_the_same(tmp_path):
    made = compared(tmp_path, Made(slope=300.0, luck=100.0))
    folder = made.save(tmp_path / "kept")
    for ask in (decision.cost_effectiveness, decision.acceptability, decision.evpi, decision.evppi,
                decision.budget_impact, decision.winners, decision.plane):  # fmt: skip
        pd.testing.assert_frame_equal(ask(made), ask(folder))
    own, kept = (decision.distributional(one) for one in (made, folder))
    pd.testing.assert_frame_equal(own.welfare, kept.welfare)


def test_who_gains_and_who_bears(plain):
    price = plain.design.setting.world.parameters["cost_per_displaced_qaly"]
    found = decision.distributional(plain, threshold=2.0 * price)
    groups = found.groups.set_index("group")
    gained = np.array([0.05, 0.04, 0.03, 0.02, 0.01]) * PATIENTS / SCALE
    assert groups["gained"].to_numpy() == pytest.approx(gained)
    assert groups["share_borne"].to_numpy() == pytest.approx([0.1, 0.1, 0.2, 0.2, 0.4])
    cost = decision.cost_effectiveness(plain)["cost_difference"].iloc[1]
    assert groups["borne"].sum() == pytest.approx(cost / (2.0 * price))
    assert groups["net"].to_numpy() == pytest.approx(gained - groups["borne"].to_numpy())


@pytest.mark.parametrize(
    ("bears", "parts"),
    [("equal", [0.2] * 5), ({"1": 1, "2": 0, "3": 0, "4": 0, "5": 3}, [0.25, 0, 0, 0, 0.75])],
)
def test_who_bears_the_cost_can_be_switched_and_the_whole_stays(plain, bears, parts):
    accounts, other = (decision.distributional(plain, bears=one).groups for one in (None, bears))
    assert other["share_borne"].to_numpy() == pytest.approx(parts)
    assert other["net"].sum() == pytest.approx(accounts["net"].sum())


def test_equity_counts_for_who_minds_it(plain):
    found = decision.distributional(plain, bears="equal", aversion=[0.0, 2.0])
    welfare = found.welfare.set_index(["policy", "index", "aversion"])
    zone = welfare.loc["zone"]
    assert zone.loc[("atkinson", 0.0), "equity"] == pytest.approx(0.0, abs=1e-12)
    # The poorest gain most, so that whoever minds inequality is the happier.
    assert zone.loc[("atkinson", 2.0), "equity"] > 0.0
    assert zone.loc[("kolm", 2.0), "equity"] > 0.0
    both = (zone["mean"] + zone["equity"]).to_numpy()
    assert zone["difference"].to_numpy() == pytest.approx(both, abs=1e-12)
    net = found.groups["net"].sum()
    plane = found.plane[found.plane["policy"] == "zone"]
    assert plane["net_health"].to_numpy() == pytest.approx(np.full(4, net))


def test_where_aversion_turns_the_ranking(tmp_path):
    """The poor gain and the rich bear more than that: above some aversion it is worth it."""
    made = compared(tmp_path, Made(cost=1100.0, qalys=(0.08, 0, 0, 0, 0)))
    rich = {"1": 0, "2": 0, "3": 0, "4": 0, "5": 1}
    found = decision.distributional(made, bears=rich, aversion={"atkinson": [0, 10]})
    row = found.turning.iloc[0]
    assert row["better_below"] == "uniform"
    (at,) = row["aversions"]
    levels = [decision.distributional(made, bears=rich, aversion={"atkinson": [at + by]}).welfare
              for by in (-0.01, 0.01)]  # fmt: skip
    below, above = (one.set_index("policy").loc["zone", "difference"] for one in levels)
    assert below < 0.0 < above


def test_places_without_inhabitants_are_told_with_patients_in_their_stead(plain):
    found = decision.distributional(plain, by="residence")
    assert "patients standing for inhabitants" in found.bears
    assert found.groups["share_borne"].to_numpy() == pytest.approx([0.5, 0.5])


def test_the_budget_of_each_year_and_payer(plain):
    table = decision.budget_impact(plain).set_index(["policy", "year", "payer"])
    row = table.loc[("zone", 2022, "all")]
    assert row["paid"] == pytest.approx(3900.0 + 8.5)  # the seeds 1 to 16 are in it
    assert row["difference"] == pytest.approx(900.0)
    assert row["uptake"] == pytest.approx(150.0 / 400.0)
    assert row["per_treated"] == pytest.approx(1800.0 / 150.0)  # of drugs, not of all that is paid
    assert table.loc[("zone", 2023, "basic"), "difference"] == pytest.approx(900.0)
    assert table.loc[("zone", 2023, "special_fund"), "difference"] == pytest.approx(0.0)
    assert np.isnan(table.loc[("uniform", 2021, "all"), "difference"])


def test_winners_and_losers_are_told_by_every_kind_of_group(plain):
    table = decision.winners(plain)
    assert set(table["by"]) == {"all", "income_quintile", "residence"}
    rows = table.set_index(["measure", "by", "group"])
    assert rows.loc[("health", "income_quintile", "1"), "difference"] == pytest.approx(0.05)
    assert rows.loc[("households", "all", "all"), "verdict"] == "loses"
    assert rows.loc[("households", "all", "all"), "gaining"] == 0.0


def test_runs_that_some_policy_lacks_are_left_out(plain):
    kept = plain.runs[(plain.runs["policy"] != "zone") | (plain.runs["seed"] != 3)]
    found = decision.evidence(type(plain)(plain.design, kept))
    assert 3 not in found.seeds
    assert len(found.seeds) == 15
    assert list(found.repeats) == found.seeds[: len(found.repeats)]
    assert decision.evpi(found)["repeats"].iloc[0] == 7


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda r: decision.cost_effectiveness(r, threshold=0.0), "threshold: 0.0, expected"),
        (lambda r: decision.cost_effectiveness(r, threshold="many"), "threshold: many, expected"),
        (lambda r: decision.cost_effectiveness(r, perspective="payer"), "did you mean 'payers'"),
        (lambda r: decision.cost_effectiveness(r, horizon="lives"), "unknown horizon"),
        (lambda r: decision.acceptability(r, []), "thresholds: expected"),
        (lambda r: decision.evppi(r, parameters=["genetic_test"]), "did you mean"),
        (lambda r: decision.evppi(r, parameters=[]), "parameters: none given"),
        (lambda r: decision.distributional(r, by="fifth"), "unknown kind of group"),
        (lambda r: decision.distributional(r, bears="rich"), "unknown way to bear"),
        (lambda r: decision.distributional(r, bears={"1": 1}), "nothing for 2"),
        (lambda r: decision.distributional(r, bears={"6": 1}), "unknown group '6'"),
        (lambda r: decision.distributional(r, by="residence", bears="accounts"), "not told by"),
        (lambda r: decision.distributional(r, aversion=[-1]), "aversion: expected"),
        (lambda r: decision.distributional(r, aversion={"gini": [1]}), "unknown index"),
    ],
)  # fmt: skip
def test_mistakes_are_one_clear_line(plain, ask, words):
    with pytest.raises(UserError, match=words) as caught:
        ask(plain)
    assert "\n" not in str(caught.value)


def test_without_parameter_sets_data_have_no_worth_that_could_be_told(tmp_path):
    made = compared(tmp_path, Made(luck=10.0), sets=False)
    for ask in (decision.evpi, decision.evppi):
        with pytest.raises(UserError, match="all runs live with the same parameters"):
            ask(made)


def test_too_few_runs_to_tell_parameters_apart(tmp_path):
    made = compared(tmp_path, Made(slope=100.0), runs=8)
    with pytest.raises(UserError, match="8 paired runs, expected at least 16"):
        decision.evppi(made)


def test_an_outcome_without_a_number_is_one_line(plain):
    runs = plain.runs.copy()
    runs.loc[(runs["measure"] == "cost_payers_life") & (runs["seed"] == 2), "value"] = np.nan
    with pytest.raises(UserError, match="'cost_payers_life': undefined in 1 of 16 runs"):
        decision.cost_effectiveness(type(plain)(plain.design, runs))


def test_a_report_says_with_which_prices_of_health_its_runs_live(plain, tmp_path):
    """What is displaced is paid over the price of each run's own set, not over the written one."""
    words = Words("en")
    prices = [setting.world.parameters[PRICE] for setting in plain.design.run_settings.values()]
    told = price(plain.design, words)
    assert f"{min(prices):,.0f} to {max(prices):,.0f}" in told["sets"]
    alone = compared(tmp_path, Made(), runs=2, sets=False)
    assert price(alone.design, words)["sets"] == ""
