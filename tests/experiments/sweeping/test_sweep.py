"""A sweep is every point under every policy with the same seeds; its folder gives it back."""

import json
import re
import tomllib
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow.dataset as pads
import pytest

from abm import load_world
from abm.errors import UserError
from experiments import load, sweep
from experiments.running import runner
from experiments.sweeping import dataset
from experiments.sweeping.asked import read_asked
from experiments.sweeping.plan import make_plan
from tests.support import light as stand_in
from tests.support.light import UNDEFINED, light

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "sweep.md"
PRICE = "parameters.genetic_test_price"
SLOTS = "levers.network.slots"
ASKED = {
    "policies": ["uniform", "zone"], "world": "island", "scale": 0.01, "years": 4, "runs": 3,
    "factors": {SLOTS: [1.0, 2.0], PRICE: {"from": 2000, "to": 4000, "steps": 3}},
    "measures": ["treated", "qalys"], "groups": ["all", "income_quintile"],
}  # fmt: skip


@pytest.fixture
def ran():
    with light() as ran:
        yield ran


def everyone(table, measure="treated"):
    return table[(table["measure"] == measure) & (table["by"] == "all")]


def test_every_point_is_run_under_every_policy_with_the_same_seeds(ran):
    found = sweep(**ASKED)
    rows = everyone(found.table)
    assert len(rows) == 6 * 2 * 3
    assert not rows.duplicated(["point", "policy", "seed"]).any()
    assert rows.groupby(["point", "policy"], observed=True)["seed"].apply(set).eq({1, 2, 3}).all()
    assert list(found.table.columns) == ["point", SLOTS, PRICE, "policy", "seed", "set", "measure",
                                         "by", "group", "value", "persons"]  # fmt: skip
    assert set(found.table["by"]) == {"all", "income_quintile"}
    assert set(found.table["measure"]) == {"treated", "qalys"}
    assert len(ran) == len(set(ran)) == 36


def test_values_are_those_of_their_point(ran):
    found = everyone(sweep(**ASKED).table)
    luck = {seed: 0.01 * np.random.default_rng(seed).normal() for seed in (1, 2, 3)}
    expected = 10.0 * found[SLOTS] + found[PRICE] / 1e6 + found["seed"].map(luck)
    np.testing.assert_allclose(found["value"], expected, rtol=1e-12)


def test_what_no_point_changes_is_run_once(ran):
    """A lever of the zone does not concern the policy without one."""
    asked = ASKED | {"factors": {"zone.outsiders": ["travel", "none"]}}
    found = sweep(**asked)
    assert len(ran) == (1 + 2) * 3
    assert len(everyone(found.table)) == 2 * 2 * 3
    assert found.points["levers.zone.outsiders"].tolist() == ["travel", "none"]


@pytest.mark.slow
def test_the_written_design_makes_the_same_again(ran, tmp_path):
    factors = {SLOTS: [1.25, 2.0], "zone.outsiders": ["travel", "none"],
               "network.mentoring_reaches_counties": [True, False],
               "zone.provinces": [["Leeward"], ["Windward"]],
               PRICE: [0.1 + 0.2, 2000]}  # fmt: skip
    first = sweep(
        **ASKED | {"factors": factors, "settings": {"parameters.rest_from_search": 30}},
        out=tmp_path / "a",
    )
    count = len(ran)
    second = sweep(tmp_path / "a" / "design.toml", out=tmp_path / "a")
    assert len(ran) == count
    assert second.kept == count
    pd.testing.assert_frame_equal(first.table, second.table)
    assert str(tmp_path / "a" / "design.toml") in first.manifest["again"]


def test_a_folder_gives_the_sweep_back_wherever_it_was_saved(ran, tmp_path):
    found = sweep(**ASKED)
    found.save(tmp_path / "kept", "rarecare sweep mine.toml")
    table = found.table
    del found
    again = load(tmp_path / "kept")
    pd.testing.assert_frame_equal(again.table, table)
    assert again.policies == ["uniform", "zone"]
    assert again.manifest["command"] == "rarecare sweep mine.toml"
    assert "6 points of levers.network.slots, parameters.genetic_test_price" in repr(again)
    assert len(again.read(pads.field("measure") == "treated")) == len(table) // 2
    assert len(again.points) == 6
    assert not list((tmp_path / "kept").glob(".*"))


@pytest.mark.slow
def test_a_sweep_grows_and_goes_on_where_it_stopped(ran, tmp_path, monkeypatch):
    def interrupted(setting, policies, seed):
        for number, found in enumerate(stand_in.measured(setting, policies, seed)):
            if seed == 2 and number == 1:
                raise KeyboardInterrupt
            yield found

    with monkeypatch.context() as patch:
        patch.setattr(runner, "measured_branches", interrupted)
        with pytest.raises(KeyboardInterrupt):
            sweep(**ASKED, out=tmp_path)
    kept = len(list((tmp_path / "runs").glob("*.parquet")))
    assert 0 < kept < 36
    assert [path.name for path in tmp_path.iterdir()] == ["runs"]
    found = sweep(**ASKED, out=tmp_path)
    assert found.kept == kept
    assert len(ran) == len(set(ran)) == 36 - kept
    pd.testing.assert_frame_equal(sweep(**ASKED).table, found.table)
    more = sweep(**ASKED | {"runs": 4}, out=tmp_path)
    assert more.kept == 36
    assert set(more.table["seed"]) == {1, 2, 3, 4}


def test_a_broken_or_changed_file_of_a_run_is_run_again(ran, tmp_path):
    first = sweep(**ASKED, out=tmp_path).table
    cut, gone, flipped = sorted((tmp_path / "runs").glob("*.parquet"))[:3]
    cut.write_bytes(cut.read_bytes()[:500])
    gone.unlink()
    content = bytearray(flipped.read_bytes())
    content[200] ^= 0xFF
    flipped.write_bytes(bytes(content))
    again = sweep(**ASKED, out=tmp_path)
    assert again.kept == 33
    pd.testing.assert_frame_equal(again.table, first)


def test_a_policy_s_file_that_has_changed_is_another_policy(ran, tmp_path):
    file = tmp_path / "mine.toml"
    text = (
        'name = "mine"\ntitle = "x"\nsummary = "x"\nextends = "zone"\n[[changes]]\n'
        'from = "2022-12"\nsource = "assumption: x"\n[changes.set.network]\nslots = {}\n'
    )
    asked = ASKED | {"policies": ["uniform", str(file)], "factors": {PRICE: [2000, 3000]}}
    found = []
    for slots in (1.5, 3.0):
        file.write_text(text.format(slots))
        done = sweep(**asked, out=tmp_path / "out")
        found.append(everyone(done.table).groupby("policy", observed=True)["value"].mean())
    assert done.kept == 6
    assert found[1]["mine"] - found[0]["mine"] == pytest.approx(15.0)
    assert found[1]["uniform"] == found[0]["uniform"]


def test_a_run_that_fails_is_left_out_and_told(ran, tmp_path, monkeypatch):
    def failing(setting, policies, seed):
        for name, frame in stand_in.measured(setting, policies, seed):
            wrong = seed == 2 and name == "point 3, zone"
            yield name, ZeroDivisionError("of all things") if wrong else frame

    monkeypatch.setattr(runner, "measured_branches", failing)
    found = sweep(**ASKED, out=tmp_path)
    (failed,) = found.failed
    assert (failed.policy, failed.seed) == ("point 3, zone", 2)
    assert "of all things" in failed.error
    assert len(everyone(found.table)) == 35
    assert load(tmp_path).failed == found.failed


def test_what_is_undefined_in_some_runs_is_told_and_empty(ran):
    found = sweep(**ASKED | {"measures": [UNDEFINED, "treated"], "groups": ["all"]})
    (line,) = found.told
    assert line == (f"{UNDEFINED} is undefined in 12 of 36 runs, and empty there; the first: "
                    "point 1, uniform, seed 2")  # fmt: skip
    rows = found.table[found.table["measure"] == UNDEFINED]
    assert rows["value"].isna().sum() == 12


def test_each_seed_lives_with_its_parameter_set_at_every_point(ran, tmp_path):
    sets = tmp_path / "sets.csv"
    sets.write_text("set,rest_from_search\n1,24\n2,30\n")
    found = sweep(**ASKED | {"parameters": str(sets), "runs": 4})
    rows = everyone(found.table)
    assert dict(zip(rows["seed"], rows["set"], strict=True)) == {1: 1, 2: 2, 3: 1, 4: 2}


def test_points_of_a_table_are_run(ran):
    table = pd.DataFrame({"point": [5, 6], SLOTS: [1.0, np.nan], PRICE: [np.nan, 2000.0]})
    asked = {name: value for name, value in ASKED.items() if name != "factors"}
    found = sweep(**asked, table=table)
    assert set(found.table["point"]) == {5, 6}
    assert found.table[found.table["point"] == 6][SLOTS].isna().all()


def in_the_document(language: str, word: str, folder: Path) -> str:
    """Return a block of docs/sweep.md that has a word, asked of a folder of the island."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```", PAGE.read_text("utf-8"), re.M | re.S)
    (block,) = [one for one in blocks if word in one]
    block = block.replace("special-zone", "zone").replace("uniform-national", "uniform")
    return block.replace("runs/mine", str(folder))


def test_the_queries_of_the_document_give_the_paired_differences(ran, tmp_path):
    """The stand-in's policies differ by nothing."""
    asked = ASKED | {"factors": {SLOTS: [1.0, 2.0], PRICE: [2, 3]}}
    found = sweep(**asked, out=tmp_path)
    space: dict = {}
    exec(in_the_document("python", "read_parquet", tmp_path).replace("gap.agg", "told = gap.agg"),
         space)  # fmt: skip
    told = space["told"]
    assert told.index.tolist() == [1.0, 2.0]
    np.testing.assert_allclose(told["mean"], 0.0, atol=1e-12)
    assert told["count"].tolist() == [6, 6]
    rows = duckdb.sql(in_the_document("sql", "JOIN", tmp_path)).fetchall()
    assert [(slots, pairs) for slots, _, pairs in rows] == [(1.0, 6), (2.0, 6)]
    np.testing.assert_allclose([gap for _, gap, _ in rows], 0.0, atol=1e-12)
    dearest = f"""SELECT policy, max(value) FROM '{tmp_path}/dataset/**/*.parquet'
                  WHERE measure = 'treated' AND "by" = 'all' GROUP BY policy ORDER BY policy"""
    top = everyone(found.table).groupby("policy", observed=True)["value"].max()
    assert duckdb.sql(dearest).fetchall() == list(top.items())


def test_the_design_of_the_document_is_one(world):
    text = in_the_document("toml", "policies", Path())
    asked = tomllib.loads(text)
    plan = make_plan(read_asked({**asked, "policies": ["uniform-national", "special-zone"],
                                 "world": world}))  # fmt: skip
    assert len(plan.points) == 3 * 2 * 5


def test_a_full_disk_ends_it_in_a_line_and_the_rest_goes_on_later(ran, tmp_path, monkeypatch):
    """Runs that cannot be kept are not begun."""
    write = runner.write_run

    def full(folder, measured, facts):
        if facts["seed"] == 3:
            raise OSError(28, "No space left on device")
        write(folder, measured, facts)

    with monkeypatch.context() as patch:
        patch.setattr(runner, "write_run", full)
        with pytest.raises(UserError, match=r"a run cannot be written \(No space left on device\)"):
            sweep(**ASKED, out=tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"runs"}
    kept = len(list((tmp_path / "runs").iterdir()))
    again = sweep(**ASKED, out=tmp_path)
    assert (again.kept, again.failed) == (kept, ())
    assert kept + len([one for one in ran if one[1] == 3]) >= 36


def test_names_of_policies_may_be_anything(ran, tmp_path):
    asked = ASKED | {"policies": ["uniform", "zone:network.remote=0.5"]}
    found = sweep(**asked, out=tmp_path)
    assert set(found.table["policy"]) == {"uniform", "zone[network.remote=0.5]"}
    told = pads.dataset(tmp_path / "dataset", partitioning="hive").to_table(["policy"])
    assert set(told["policy"].to_pylist()) == set(found.table["policy"])
    names = f"SELECT DISTINCT policy FROM read_parquet('{tmp_path}/dataset/**/*.parquet')"
    assert {one for (one,) in duckdb.sql(names).fetchall()} == set(found.table["policy"])


BAD = {
    "an unknown entry": ({"polcies": []}, "unknown entry 'polcies'; did you mean 'policies'"),
    "no policies": ({"policies": []}, "policies: none"),
    "an unknown policy": ({"policies": ["zoen"]}, "'zone'"),
    "an unknown lever": ({"factors": {"network.slot": [1]}}, "'network.slots'"),
    "an unknown kind": ({"kind": "grd"}, "did you mean 'grid'"),
    "an unknown measure": ({"measures": ["treted"]}, "did you mean 'treated'"),
    "no measures": ({"measures": []}, "measures: none"),
    "an unknown kind of group": ({"groups": ["provinces"]}, "did you mean 'province'"),
    "a lever that cannot be": ({"factors": {SLOTS: [1, -1]}}, "point 2 (levers.network.slots = -1"),
    "a parameter that cannot be": ({"factors": {PRICE: [1, -1]}}, "point 2 (parameters.genetic_"),
    "a lever of a layer that is not": ({"factors": {"benefits.zone-found.payer_cap": [1, 2]}},
                                       "unknown layer 'zone-found'"),
    "a factor that is set": ({"settings": {"network.slots": 2}}, "a factor, and set at"),
    "a table and factors": ({"table": "mine.csv"}, "either a table or factors"),
    "a table that is none": ({"kind": "table"}, "expected a table with"),
    "factors that are none": ({"factors": [1, 2]}, "factors: expected a table [factors]"),
    "a policy by itself": ({"policies": 3}, "policies: expected a list"),
    "no years": ({"years": 0}, "years: expected a whole number"),
    "parameters": ({"parameters": "bset"}, "parameters bset: expected sets or best"),
    "no workers": ({"workers": 0}, "workers"),
    "runs that are no number": ({"runs": "four"}, "runs: expected a whole number"),
    "a world that is none": ({"world": 3}, "world: expected the name or the folder of a world"),
    "a table that is a number": ({"table": 3}, "table: expected the path of a CSV file, got 3"),
    "yes": ({"pooled": "yes"}, "pooled: expected true or false, got 'yes'"),
    "a seed of the sample": ({"kind": "sobol", "points": 8, "design_seed": "x",
                              "factors": {SLOTS: [1, 2]}}, "design_seed: expected a whole number"),
}  # fmt: skip


@pytest.mark.parametrize(("changed", "words"), BAD.values(), ids=BAD)
def test_a_mistake_is_one_line_and_leaves_nothing(ran, tmp_path, changed, words):
    with pytest.raises(UserError) as told:
        sweep(**{**ASKED, **changed}, out=tmp_path / "out")
    assert words in str(told.value)
    assert "\n" not in str(told.value)
    assert not ran
    assert not (tmp_path / "out").exists()


def test_a_folder_of_something_else_is_left_alone(ran, tmp_path):
    theirs = tmp_path / "points.csv"
    theirs.write_text("mine")
    with pytest.raises(UserError, match=r"its points.csv is not rarecare's"):
        sweep(**ASKED, out=tmp_path)
    assert list(tmp_path.iterdir()) == [theirs]


def test_a_sweep_of_another_version_is_refused(ran, tmp_path):
    sweep(**ASKED, out=tmp_path)
    manifest = tmp_path / "manifest.json"
    told = json.loads(manifest.read_text())
    told["versions"]["code"] = "another"
    manifest.write_text(json.dumps(told))
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(UserError, match=r"made by rarecare .* with the rules another"):
        load(tmp_path)
    with pytest.raises(UserError, match="a sweep by another version"):
        sweep(**ASKED, out=tmp_path)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_dataset_is_whole_or_not_there(ran, tmp_path, monkeypatch):
    sweep(**ASKED, out=tmp_path)
    before = {path: path.read_bytes() for path in (tmp_path / "dataset").rglob("*.parquet")}

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(dataset, "_write_policy", full)
    with pytest.raises(UserError, match=r"cannot be written .No space left on device"):
        sweep(**ASKED | {"runs": 4}, out=tmp_path)
    assert before == {path: path.read_bytes() for path in (tmp_path / "dataset").rglob("*.parquet")}
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_a_design_s_file_may_name_what_lies_beside_it(ran, tmp_path, monkeypatch):
    (tmp_path / "designs").mkdir()
    (tmp_path / "designs" / "mine.csv").write_text(f"{SLOTS}\n1\n3\n")
    (tmp_path / "designs" / "mine.toml").write_text(
        'name = "mine"\ntitle = "x"\nsummary = "x"\nextends = "zone"\n'
    )
    file = tmp_path / "designs" / "sweep.toml"
    file.write_text('policies = ["uniform", "mine.toml"]\nworld = "island"\nscale = 0.01\n'
                    'years = 3\ntable = "mine.csv"\nmeasures = "treated"\n')  # fmt: skip
    monkeypatch.chdir(tmp_path)
    found = sweep("designs/sweep.toml", runs=2)
    assert found.policies == ["uniform", "mine"]
    assert found.points[SLOTS].tolist() == [1.0, 3.0]
    with pytest.raises(UserError, match=r"design nowhere.toml: no such file"):
        sweep("nowhere.toml")


def test_a_changed_world_is_told_where_the_command_stands(ran):
    island = load_world("island")
    island.diseases["prevalence_per_100k"] *= 2.0
    assert sweep(**ASKED | {"world": island}).manifest["again"].startswith("none: tables")


def test_the_example_is_a_design():
    assert len(make_plan(read_asked(ROOT / "examples" / "sweep.toml")).points) == 6
