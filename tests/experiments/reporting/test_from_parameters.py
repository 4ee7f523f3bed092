"""How much of the spread between runs is not known, and how much is luck."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy.special import stdtrit

from abm.world import load_world
from experiments import compare
from experiments.design import MOST_SEED, make_design
from experiments.reporting.parameter_spread import from_parameters, range_of_sets
from experiments.reporting.screen import answer
from experiments.reporting.statistics import interval
from experiments.reporting.texts import Words
from tests.support.comparisons import compared
from tests.support.made_up import Inline
from tests.support.worlds import copy_of, write_sets

SETS = "set,difficulty_level\n1,0.2\n2,0.4\n3,0.6\n"


@pytest.mark.parametrize("part", [0.0, 0.5, 0.9])
def test_the_part_is_recovered_on_average(part):
    """20,000 tables of 40 sets, half lived twice; the mean of the estimates, clipped at 0 and 1."""
    draws, rows = np.random.default_rng(0), 20_000
    own = np.sqrt(part) * draws.standard_normal((rows, 40))
    luck = np.sqrt(1.0 - part)
    values = own + luck * draws.standard_normal((rows, 40))
    again = own[:, :20] + luck * draws.standard_normal((rows, 20))
    found = from_parameters(values, again)
    assert abs(np.median(found) - part) < 0.05


def test_equal_repeats_leave_nothing_to_luck():
    values = np.array([[1.0, 2.0, 4.0, 7.0]])
    assert from_parameters(values, values[:, :2]) == 1.0


@pytest.mark.parametrize("values", [[[1.0, 1.0, 1.0]], [[np.nan] * 3]])
def test_without_a_spread_nothing_is_told(values):
    values = np.array(values)
    assert np.isnan(from_parameters(values, values[:, :2])).all()


def test_one_repeat_tells_nothing():
    assert np.isnan(from_parameters(np.array([[1.0, 2.0, 3.0]]), np.array([[2.0]])))


def drawn(part, sets, rows=4000):
    """Return runs of many sets, the first half of them once more, and what the sets truly do.

    Sets and luck are normal; `part` of the variance, which is 1, is that of the sets.
    """
    draws = np.random.default_rng([sets, int(100 * part)])
    true = np.sqrt(part) * draws.standard_normal((rows, sets + 1))
    luck = np.sqrt(1.0 - part) * draws.standard_normal((2, rows, sets))
    values = true[:, :-1] + luck[0]
    return values, true[:, : sets // 2] + luck[1][:, : sets // 2], true[:, -1]


@pytest.mark.parametrize("sets", [4, 8, 40])
@pytest.mark.parametrize("part", [0.0, 0.1, 0.3, 0.5, 0.8, 1.0])
def test_the_range_holds_nine_in_ten_sets_that_were_not_lived(part, sets):
    """Of 4,000 tables; four standard deviations of a share of 90 % are 1.9 points."""
    values, again, new = drawn(part, sets)
    found = range_of_sets(values, again)
    held = np.mean((found.low <= new) & (new <= found.high))
    assert held > 0.9 - 0.019
    if part > 0.75:
        assert held < 0.96


@pytest.mark.parametrize("part", [0.3, 0.6, 1.0])
def test_with_many_runs_it_is_the_range_of_the_sets_and_of_nothing_else(part):
    values, again, _ = drawn(part, 2000, rows=200)
    found = range_of_sets(values, again)
    reach = np.median(found.high - found.low) / 2.0
    assert reach == pytest.approx(1.645 * np.sqrt(part), rel=0.05)


def test_more_runs_narrow_the_mean_and_not_the_range():
    few, many = (drawn(0.8, sets) for sets in (8, 200))
    width = [
        np.median(high - low) for low, high in (range_of_sets(*one[:2]) for one in (few, many))
    ]
    means = [np.median(interval(one[0]).high - interval(one[0]).low) for one in (few, many)]
    assert width[1] > 0.7 * width[0]
    assert means[1] < 0.2 * means[0]


def test_without_luck_it_is_the_prediction_interval_of_t():
    values = np.array([[1.0, 2.0, 4.0, 7.0, 11.0]])
    found = range_of_sets(values, values[:, :2])
    reach = stdtrit(4, 0.95) * values.std(ddof=1) * np.sqrt(1.2)
    assert (found.low, found.high) == (pytest.approx(5.0 - reach), pytest.approx(5.0 + reach))


@pytest.mark.parametrize("values", [[[1.0, 1.0, 1.0]], [[np.nan] * 3]])
def test_a_range_that_cannot_be_told_is_not(values):
    values = np.array(values)
    assert np.isnan(range_of_sets(values, values[:, :2])).all()
    assert np.isnan(range_of_sets(np.array([[1.0, 2.0, 3.0]]), np.array([[2.0]]))).all()


@pytest.fixture(scope="module")
def fitted(tmp_path_factory):
    folder = copy_of("china", tmp_path_factory.mktemp("worlds") / "fitted")
    write_sets(folder, SETS)
    return folder


def designed(world, **options):
    return make_design(["uniform-national"], scale=0.001, years=1, world=world, **options)


def difficulties(design):
    return [setting.world.parameters["difficulty_level"]
            for setting in design.run_settings.values()]  # fmt: skip


def test_each_pair_lives_with_another_set_and_half_of_them_twice(fitted):
    design = designed(fitted, runs=4, seed=2)
    assert design.sets == (2, 3, 1, 2)
    assert difficulties(design) == [0.4, 0.6, 0.2, 0.4, 0.4, 0.6]
    assert len(set(design.run_settings)) == 6
    assert max(design.repeats) <= MOST_SEED


def test_more_runs_go_on_with_the_same(fitted):
    few, more = designed(fitted, runs=4), designed(fitted, runs=8)
    assert few.key == more.key
    for seed in (*few.seeds, *few.repeats):
        assert few.setting_of(seed).depends_on() == more.setting_of(seed).depends_on()


def test_what_is_set_holds_in_every_set(fitted):
    design = designed(fitted, runs=3, settings={"parameters.difficulty_level": "0.9"})
    assert set(difficulties(design)) == {0.9}


def test_best_and_a_chosen_set_are_for_all_runs(fitted):
    best = designed(fitted, runs=3, parameters="best")
    assert (best.sets, best.repeats) == ((), ())
    assert "--parameters best" in best.again() or "rarecare run" in best.again()
    one = designed(best.setting.world.with_set(2), runs=3)
    assert set(difficulties(one)) == {0.4}


def test_the_range_is_told_of_health_on_the_screen_and_in_the_report(fitted):
    asked = {"world": fitted, "runs": 8, "scale": 0.01, "years": 5}
    design = make_design(["uniform-national", "special-zone"], **asked)
    effect = {("special-zone", "qalys", "all"): 0.02}
    found = compared(effect, design=design, spread=0.05)
    one = found.contrasts.contrast("special-zone", "uniform-national", "qalys", "all", "all")
    assert one.sets_low < one.low < one.mean < one.high < one.sets_high
    lines = answer(found.contrasts, design, Words(), 80, "The rest.")
    shown = " ".join(" ".join(line.plain for line in lines).split())
    told = f"in {one.other_sign} of 8 pairs it has the other sign"
    assert "special-zone, health: -" in shown
    assert f"the other sign in {one.other_sign} of 8 pairs" in shown
    said = found.narrative.findings["special-zone compared with uniform-national"][-1]
    assert said.startswith("Between parameter sets. ")
    assert told in said
    rows = found.summary.set_index(["measure", "by", "group", "policy"])
    row = rows.loc["qalys", "all", "all", "special-zone"]
    assert (row["sets_low"], row["sets_high"]) == (one.sets_low, one.sets_high)
    turned = found.contrasts.contrast("uniform-national", "special-zone", "qalys", "all", "all")
    assert (turned.sets_low, turned.sets_high) == pytest.approx((-one.sets_high, -one.sets_low))


@pytest.mark.slow
def test_a_comparison_lives_with_sets_and_counts_no_repeat(tmp_path):
    folder = copy_of("island", tmp_path / "fitted")
    write_sets(folder, SETS)
    asked = {"world": folder, "scale": 0.02, "years": 2, "executor": Inline()}
    found = compare(["uniform", "zone"], runs=4, **asked)
    assert sorted(set(found.runs["seed"])) == sorted(found.design.run_settings)
    assert (found.values.seeds, len(found.repeated.seeds)) == ([1, 2, 3, 4], 2)
    assert found.summary["pairs"].max() == 4
    told = found.summary["from_parameters"].dropna()
    assert len(told)
    assert told.between(0.0, 1.0).all()
    ranged = found.summary.dropna(subset="sets_low")
    assert len(ranged)
    assert (ranged["sets_low"] < ranged["sets_high"]).all()
    assert (ranged["note"] == "").all()
    best = compare(["uniform", "zone"], runs=2, parameters="best", **asked)
    assert best.summary[["from_parameters", "sets_low", "sets_high"]].isna().all().all()
    assert not best.runs.equals(found.runs[found.runs["seed"] <= 2])
    found.save(tmp_path / "out")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["parameters"]["parameter_sets"] == {"1": 1, "2": 2, "3": 3, "4": 1}
    assert len(manifest["runs"]) == 2 * 6
    one = load_world(folder).with_set(2)
    alone = compare(["uniform", "zone"], runs=2, **asked | {"world": one})
    two = [run[run["seed"] == 2].reset_index(drop=True) for run in (alone.runs, found.runs)]
    pd.testing.assert_frame_equal(*two)
