"""A search by a stand-in for the model: what it asks, keeps, writes and refuses."""

import json
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from abm import load_policy, load_world
from abm.errors import UserError
from experiments import load, search
from experiments.searching.goal import read_goal
from experiments.searching.problem import make_problem
from experiments.searching.search import NothingFoundError
from tests.support.light import light

SLOTS, RATE = "network.slots", "benefits.zone-fund.brackets.1.rate"
ASKED = {
    "policy": "zone", "baseline": "uniform", "world": "island", "scale": 0.01, "years": 4,
    "runs": 3, "check_runs": 2, "evaluations": 8, "generation": 4,
    "levers": {SLOTS: {"from": 1.0, "to": 2.0}},
    "objectives": [{"outcome": "qalys"}, {"outcome": "treated", "aim": "minimise"}],
}  # fmt: skip
"""The stand-in's measures are all 10 times the slots, so that one has what the other pays for."""


@pytest.fixture
def ran():
    with light() as ran:
        yield ran


def test_every_candidate_lives_with_the_same_seeds_and_the_front_with_new_ones(ran):
    found = search(**ASKED)
    assert len(found.candidates) == 1 + 8
    assert len(found.front) == 8
    assert {seed for _, seed in ran} == {1, 2, 3, 4, 5}
    policies = 1 + 1 + 8
    assert len(ran) == policies * (3 + 2)
    assert found.manifest["seeds"] == [1, 2, 3]
    assert found.manifest["search"]["check_seeds"] == [4, 5]


def test_values_are_paired_with_the_baseline_whose_levers_are_its_own(ran):
    """The stand-in's luck is the same under both policies of a seed, and is taken off."""
    table = search(**ASKED).candidates
    found = table[table["point"] > 0]
    np.testing.assert_allclose(found["qalys_difference"], 10.0 * (found[SLOTS] - 1.0), atol=1e-9)
    assert found[SLOTS].between(1.0, 2.0).all()
    assert found["on_front"].all()


def test_a_level_is_no_difference(ran):
    asked = ASKED | {"objectives": [{"outcome": "qalys", "of": "level"}]}
    found = search(**asked)
    assert len(found.front) == 1
    row = found.front.iloc[0]
    assert row[SLOTS] == found.candidates[SLOTS].max()
    luck = np.mean([0.01 * np.random.default_rng(seed).normal() for seed in (1, 2, 3)])
    price = load_world("island").parameters["genetic_test_price"] / 1e6
    assert row["qalys"] == pytest.approx(10.0 * row[SLOTS] + price + luck, abs=1e-3)
    assert row["qalys_low"] < row["qalys"] < row["qalys_high"]


def test_constraints_hold_on_the_front(ran):
    asked = ASKED | {"constraints": [{"outcome": "treated", "at_most": 4.0, "at_least": 1.0}]}
    front = search(**asked).front
    assert len(front)
    assert front["treated_difference"].between(1.0, 4.0).all()
    assert front["meets_constraints_again"].all()


def test_nothing_is_written_where_no_candidate_meets_the_constraints(ran, tmp_path):
    asked = ASKED | {"constraints": [{"outcome": "treated", "at_least": 50.0}]}
    with pytest.raises(
        NothingFoundError, match=r"none of the 8 candidates has .*; the nearest has"
    ):
        search(**asked, out=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["runs"]


def test_policies_of_the_front_are_files_that_load_as_what_was_run(ran, tmp_path):
    levers = {SLOTS: [1.0, 2.0], RATE: [0.5, 0.8], "zone.provinces": [["Leeward"], ["Windward"]]}
    asked = ASKED | {"levers": levers, "out": tmp_path / "kept"}
    found = search(**asked)
    problem = make_problem(read_goal(None, **{k: v for k, v in asked.items() if k != "out"}))
    world = load_world("island")
    for path, row in zip(found.policies, found.front.to_dict("records"), strict=True):
        policy = load_policy(path, world=world)
        assert policy.name == row["policy"] == path.stem
        values = {SLOTS: row[SLOTS], RATE: row[RATE], "zone.provinces": [row["zone.provinces"]]}
        assert policy.canonical() == problem.policy(values).canonical()
        late = policy.levers_at(policy.timeline.turns[-1])
        assert late.benefits["zone-fund"].brackets[0].rate == row[RATE]
        assert late.benefits["zone-fund"].brackets[1].rate == 0.9
        assert policy.parent == "zone"
    assert "found by rarecare search" in found.policies[0].read_text()


def test_the_written_goal_makes_the_same_again(ran, tmp_path):
    levers = {"network": {"slots": {"from": 1, "to": 2}}, "zone.outsiders": ["travel", "none"],
              "access.review_months_saved": [0, 6], RATE: [0.5, 0.8]}  # fmt: skip
    constraints = [{"outcome": "treated", "at_most": 8.0},
                   {"levers": {SLOTS: 1, RATE: 1.5}, "at_least": 1.5}]  # fmt: skip
    first = search(**ASKED | {"levers": levers, "constraints": constraints,
                              "settings": {"network.remote": 0.5}}, out=tmp_path / "a")  # fmt: skip
    goal = tmp_path / "a" / "goal.toml"
    assert tomllib.loads(goal.read_text())["settings"] == {"network.remote": 0.5}
    second = search(goal, out=tmp_path / "b")
    pd.testing.assert_frame_equal(first.candidates, second.candidates)
    pd.testing.assert_frame_equal(first.front, second.front)
    assert first.manifest["again"] == f"rarecare search {goal}"


def test_an_interrupted_search_goes_on_and_ends_the_same(ran, tmp_path):
    """Nothing that was run is run again, wherever it is stopped."""
    whole = search(**ASKED, out=tmp_path / "whole")
    del ran[:]

    def stop_after(most):
        def progress(done, total, message):
            if done >= most:
                raise KeyboardInterrupt

        return progress

    for most in (4, 9, 7):
        with pytest.raises(KeyboardInterrupt):
            search(**ASKED, out=tmp_path / "broken", progress=stop_after(most))
    again = search(**ASKED, out=tmp_path / "broken")
    for name in ("front.csv", "candidates.csv", "goal.toml"):
        assert (tmp_path / "broken" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    assert again.sentences() == whole.sentences()
    del ran[:]
    search(**ASKED, out=tmp_path / "broken")
    assert ran == []


def test_a_search_is_saved_and_loaded(ran, tmp_path):
    found = search(**ASKED)
    found.save(tmp_path / "kept")
    again = load(tmp_path / "kept")
    pd.testing.assert_frame_equal(again.front, found.front)
    assert again.sentences() == found.sentences()
    assert all(path.exists() for path in again.policies)
    about = json.loads((tmp_path / "kept" / "manifest.json").read_text())
    assert about["kind"] == "search"
    assert about["again"] == f"rarecare search {tmp_path / 'kept' / 'goal.toml'}"


def test_the_answer_comes_first_and_luck_is_told(ran):
    sentences = search(**ASKED).sentences()
    assert sentences[0].startswith("Of the 8 variants of zone that were tried, 8 are on the front")
    assert any("winner's curse" in one for one in sentences)
    assert any("new runs" in one for one in sentences[1:3])


def test_a_second_search_in_a_folder_leaves_no_policy_of_the_first(ran, tmp_path):
    search(**ASKED, out=tmp_path)
    (tmp_path / "policies" / "mine.toml").write_text("my own")
    found = search(**ASKED | {"evaluations": 3}, out=tmp_path)
    names = {path.name for path in (tmp_path / "policies").iterdir()}
    assert names == {path.name for path in found.policies} | {"mine.toml"}


def test_a_policy_can_be_its_own_baseline(ran):
    found = search(**ASKED | {"policy": "uniform"})
    assert found.candidates.loc[0, "qalys_difference"] == 0.0
    assert len(found.front) == 8


BAD = {
    "no policy": ({"policy": ""}, "policy: missing"),
    "an unknown policy": ({"policy": "zoen"}, "did you mean 'zone'"),
    "an unknown entry": ({"objectivs": []}, "did you mean 'objectives'"),
    "no lever": ({"levers": {}}, "levers: none; expected one or more"),
    "an unknown lever": ({"levers": {"network.slotz": [1, 2]}}, "unknown lever 'network.slotz'"),
    "a layer it has not": (
        {"levers": {"benefits.zone-fnd.payer_cap": [1, 2]}}, "did you mean 'zone-fund'"
    ),
    "a parameter": ({"levers": {"parameters.genetic_test_price": [1, 2]}}, "nobody can choose"),
    "upside down": ({"levers": {SLOTS: {"from": 2, "to": 1}}}, "from 2 to 1; expected from below"),
    "beyond the lever's own": (
        {"levers": {"network.remote": [0.5, 1.5]}}, "expected a number from 0 to 1, got 1.5"
    ),
    "a rate beyond": ({"levers": {RATE: [0.5, 1.5]}}, "rate is 1.5, expected a number from 0 to 1"),
    "a rate that is not there": (
        {"levers": {"benefits.zone-fund.brackets.3.rate": [0.5, 0.6]}}, "did you mean '2.rate'"
    ),
    "an unknown choice": ({"levers": {"zone.outsiders": ["travel", "fly"]}}, "got 'fly'"),
    "one value": ({"levers": {"zone.outsiders": ["travel"]}}, "levers: zone.outsiders: expected"),
    "an unknown place": (
        {"levers": {"zone.provinces": [["Leeward"], ["Leewards"]]}}, "zone.provinces = Leewards: "
    ),
    "set and chosen": ({"settings": {SLOTS: 1.5}}, "network.slots: chosen, and set"),
    "set in the reference": ({"policy": "zone:network.slots=1.5"}, "network.slots: chosen, and"),
    "a contradiction": (
        {"levers": {"benefits.zone-fund.order": [1, 5]}, "settings": {"zone.sectoral": True}},
        "zone",
    ),
    "a zone's lever without a zone": (
        {"policy": "uniform", "levers": {"zone.inside.network.slots": [1, 2]}}, "zone"
    ),
    "no objective": ({"objectives": []}, "objectives: none; expected one or more"),
    "an unknown outcome": ({"objectives": [{"outcome": "qaly"}]}, "did you mean 'qalys'"),
    "an unknown kind of group": ({"objectives": [{"outcome": "qalys:zon:inside"}]}, "'zone'"),
    "an unknown group": (
        {"objectives": [{"outcome": "qalys:zone:insid"}]}, "did you mean 'inside'"
    ),
    "no aim": ({"objectives": [{"outcome": "spending"}]}, "aim: expected maximise or minimise"),
    "a wrong aim": ({"objectives": [{"outcome": "qalys", "aim": "max"}]}, "got 'max'"),
    "a wrong kind": ({"objectives": [{"outcome": "qalys", "of": "ratio"}]}, "got 'ratio'"),
    "twice": ({"objectives": [{"outcome": "qalys"}, {"outcome": "qalys"}]}, "is there twice"),
    "undefined": ({"objectives": [{"outcome": "median_delay"}], "seed": 2, "runs": 1},
                  "median_delay_difference: undefined in each of the 1 runs of zone"),
    "not measured": ({"objectives": [{"outcome": "deaths"}]}, "deaths"),
    "an empty constraint": ({"constraints": [{"outcome": "qalys"}]}, "expected at_most or"),
    "impossible": ({"constraints": [{"outcome": "qalys", "at_most": 1, "at_least": 2}]},
                   "nothing is both"),
    "impossible together": (
        {"constraints": [{"outcome": "qalys", "at_most": 1}, {"outcome": "qalys", "at_least": 2}]},
        "nothing is both",
    ),
    "impossible levers": (
        {"constraints": [{"levers": {SLOTS: 1}, "at_most": 0.5}]}, "no values within the levers'"
    ),
    "no such lever": ({"constraints": [{"levers": {"network.slot": 1}, "at_most": 2}]},
                      "did you mean 'network.slots'"),
    "an optimiser": ({"optimiser": "nsga3"}, "did you mean 'nsga2'"),
    "no evaluations": ({"evaluations": 0}, "evaluations: expected a whole number from 1"),
    "no check": ({"check_runs": 0}, "check_runs: expected a whole number from 1"),
}  # fmt: skip


@pytest.mark.parametrize(("other", "told"), BAD.values(), ids=BAD)
def test_a_mistake_is_one_line_and_nothing_is_half_written(ran, tmp_path, other, told):
    with pytest.raises(UserError) as caught:
        search(**ASKED | other, out=tmp_path / "kept")
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
    there = {path.name for path in Path(tmp_path).rglob("*") if path.suffix != ".parquet"}
    assert there <= {"kept", "runs"}
