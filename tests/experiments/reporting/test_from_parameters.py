"""How much of the spread between runs is not known, and how much is luck."""

import json

import numpy as np
import pandas as pd
import pytest

from abm.world import load_world
from experiments import compare
from experiments.design import MOST_SEED, make_design
from experiments.reporting.statistics import from_parameters
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
    best = compare(["uniform", "zone"], runs=2, parameters="best", **asked)
    assert best.summary["from_parameters"].isna().all()
    assert not best.runs.equals(found.runs[found.runs["seed"] <= 2])
    found.save(tmp_path / "out")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["parameters"]["parameter_sets"] == {"1": 1, "2": 2, "3": 3, "4": 1}
    assert len(manifest["runs"]) == 2 * 6
    one = load_world(folder).with_set(2)
    alone = compare(["uniform", "zone"], runs=2, **asked | {"world": one})
    two = [run[run["seed"] == 2].reset_index(drop=True) for run in (alone.runs, found.runs)]
    pd.testing.assert_frame_equal(*two)
