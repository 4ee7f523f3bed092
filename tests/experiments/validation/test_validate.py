"""Targets simulated, and `rarecare validate`: what they yield, refuse and write."""

import json

import numpy as np
import pandas as pd
import pytest

from abm import RareCareModel, UserError, load_world
from abm.world.measured import ASKED, RECORDED
from experiments import cli
from experiments.validation import simulated_targets, validate, worlds_of_runs
from experiments.validation.answers import ANSWERS
from experiments.validation.record import RECORDS
from experiments.validation.simulate import Simulated, simulate
from experiments.validation.surveys import respondents
from experiments.validation.table import NOBODY, table_at_start, validation_table
from tests.support.worlds import copy_of, write_sets

SMALL = ["validate", "--world", "island", "--scale", "0.02", "--runs", "2", "--workers", "1"]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_measure_of_a_table_is_worked_out():
    assert ANSWERS.keys() == ASKED.keys()
    assert RECORDS.keys() == RECORDED.keys()


def test_the_table_says_what_is_met_and_why_not():
    """Three runs by hand: inside, outside with its reason, nobody, and one run alone."""
    world = load_world("china")
    rows = {"km": [500.0, 600.0, 700.0], "hae_median": [1.0, 2.0, 3.0],
            "gaucher_delay": [np.nan] * 3, "als_median": [14.0, np.nan, np.nan]}  # fmt: skip
    found = [
        Simulated(pd.Series({name: values[k] for name, values in rows.items()}),
                  pd.Series(dict.fromkeys(rows, 100.0)), ())
        for k in range(3)
    ]  # fmt: skip
    table = validation_table(world, found)
    promised = {"target", "label", "unit", "published", "low", "high", "simulated",
                "simulated_low", "simulated_high", "met", "source", "note"}  # fmt: skip
    assert promised <= set(table)
    table = table.set_index("target")
    assert list(table["met"]) == [True, False, False, False]
    assert table.loc["km", "simulated"] == 600.0
    assert table.loc["km", "simulated_low"] < 600.0 < table.loc["km", "simulated_high"]
    assert list(table["inside"]) == [2, 0, 0, 1]
    assert table.loc["km", "note"] == ""
    assert table.loc["hae_median", "note"]
    assert table.loc["gaucher_delay", "note"] == NOBODY
    assert "only one" in table.loc["als_median", "note"]
    assert "adults alive, asked 2018-12" in table.loc["km", "how"]


def test_each_run_has_another_parameter_set_if_there_are_any(tmp_path):
    folder = copy_of("island", tmp_path / "fitted")
    write_sets(folder, "set,rest_from_search\n1,20\n2,30\n")
    fitted = load_world(folder)
    months = [one.parameters["rest_from_search"] for one in worlds_of_runs(fitted, range(1, 4))]
    assert months == [20, 30, 20]
    chosen = fitted.with_set(2)
    assert worlds_of_runs(chosen, range(1, 4)) == [chosen] * 3


@pytest.mark.parametrize("runs", [0, 1])
def test_one_run_is_never_enough(runs):
    with pytest.raises(UserError, match=f"runs {runs}: expected a whole number from 2"):
        validate(load_world("island"), runs=runs)


def test_a_use_that_is_none_is_refused():
    with pytest.raises(UserError, match="use 'fits': expected one of fit, check, all"):
        simulated_targets(load_world("island"), 1, 0.02, "fits")


@pytest.mark.slow
def test_targets_come_in_the_tables_order_and_those_for_fitting_are_the_same_alone():
    world = load_world("island")
    whole = simulated_targets(world, 3, 0.02)
    assert list(whole.index) == list(world.targets["target"])
    assert whole.dtype == float
    fit = simulated_targets(world, 3, 0.02, "fit")
    assert list(fit.index) == ["delay_adults", "hospitals"]
    # Fewer years are lived, but for the years before the scenario, which these are asked about.
    assert fit.equals(whole[fit.index])
    assert not fit.equals(simulated_targets(world, 4, 0.02, "fit"))


@pytest.mark.slow
def test_a_frame_with_nobody_gives_nan_and_is_told(tmp_path):
    folder = copy_of("island", tmp_path / "mine")
    surveys = pd.read_csv(folder / "surveys.csv")
    surveys["who"], surveys["share_children"] = "children", np.nan
    surveys["diagnosed_within"] = 0.001
    surveys.to_csv(folder / "surveys.csv", index=False)
    found = simulate(load_world(folder), 1, 0.001)
    assert found.values[["delay_adults", "hospitals", "kelp_median"]].isna().all()
    assert "kelp: nobody could answer" in found.told


@pytest.mark.slow
def test_only_those_answer_who_could():
    model = RareCareModel(world="island", scale=0.05, years=1, rng=1)
    world = model.world
    everyone = next(world.surveys.itertuples(index=False))._replace(who="all")
    asked = {who: respondents(model.state, world, 0, everyone._replace(who=who))
             for who in ("all", "adults", "children")}  # fmt: skip
    assert len(asked["all"]) == len(asked["adults"]) + len(asked["children"])
    assert not asked["adults"]["child"].any()
    assert asked["children"]["child"].all()
    rows = model.state.patients
    assert len(asked["all"]) == ((rows["diagnosed"] < 0) & (rows["onset"] < 0)).sum()
    recent = respondents(model.state, world, 0, everyone._replace(diagnosed_within=2.0))
    assert len(recent) == ((rows["diagnosed"] < 0) & (rows["diagnosed"] >= -24)).sum()


@pytest.mark.slow
def test_one_model_tells_what_was_asked_before_its_scenario():
    table = table_at_start(RareCareModel(world="island", scale=0.02, years=1, rng=3))
    assert list(table["name"]) == ["delay_adults", "hospitals"]
    alone = simulated_targets(load_world("island"), 3, 0.02, "fit")
    assert list(table["simulated"]) == list(alone)


@pytest.mark.slow
def test_validate_prints_every_target_and_writes_tables(capsys, here):
    assert cli.run([*SMALL, "--full"]) == 0
    told = capsys.readouterr().out
    world = load_world("island")
    for label in world.targets["label"]:
        assert label in told
    assert told.count("measured: ") == len(world.targets)
    assert "of 4 met over 2 runs" in told
    (file,) = here.glob("runs/*/validation.csv")
    assert len(pd.read_csv(file)) == len(world.targets)
    assert list(pd.read_csv(file.with_name("runs.csv"))["seed"]) == [1, 2]


@pytest.mark.slow
def test_validate_prints_json_and_nothing_else(capsys, here):
    assert cli.run([*SMALL, "--use", "fit", "--json", "--out", "there"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["target"] for row in rows] == ["delay_adults", "hospitals"]
    assert (here / "there" / "validation.csv").is_file()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("more", "line"),
    [
        (["--runs", "1"], "runs 1: expected a whole number from 2"),
        (["--use", "all of it"], "use 'all of it': expected one of fit, check, all"),
        (["--scale", "2"], "scale 2.0: expected above 0 and at most 1"),
        (["--workers", "0"], "workers: expected a whole number from 1"),
    ],
)
def test_mistakes_are_told_in_a_line(capsys, more, line):
    assert cli.run([*SMALL, *more]) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert line in error
    assert error.count("\n") == 1
