"""A validation keeps what has ended, goes on from there, and believes no file that is another's."""

import json
from contextlib import nullcontext

import numpy as np
import pandas as pd
import pytest

from abm import load_world
from experiments import cli, validate
from experiments.commands import validate as command
from experiments.running import runner
from experiments.validation import batch
from experiments.validation.kept import facts_of, read_simulated, write_simulated
from experiments.validation.simulate import Simulated, targets_of
from tests.support.runs_here import runs_here
from tests.support.worlds import copy_of, rewrite, write_sets

NAMES = list(load_world("island").targets["target"])


@pytest.fixture
def lived(monkeypatch):
    """Let runs be draws in place of the model, and return the seeds of those that were done."""
    done = []

    def simulated(world, seed, scale, use):
        done.append(seed)
        names = list(targets_of(world, use)["target"])
        values = pd.Series(np.random.default_rng(seed).normal(3.0, 1.0, len(names)), index=names)
        values.iloc[-1] = np.nan
        return Simulated(values, values * 0.0 + 1 / 3, (f"{names[0]}: 3 of 9 could answer",))

    monkeypatch.setattr(batch, "simulate", simulated)
    monkeypatch.setattr(runner, "is_compiled", lambda: True)
    with runs_here():
        yield done


def interrupted_after(count):
    """Return what is told of progress, and interrupts when so many runs have ended."""

    def progress(done, total, message):
        if done == count:
            raise KeyboardInterrupt

    return progress


def same(one, other):
    pd.testing.assert_frame_equal(one.table, other.table)
    pd.testing.assert_frame_equal(one.runs, other.runs)
    assert (one.told, one.must, one.meet_all) == (other.told, other.must, other.meet_all)


def test_an_interrupted_validation_goes_on_and_gives_the_same(lived, tmp_path):
    whole = validate("island", runs=5)
    assert (sorted(lived), whole.kept) == ([1, 2, 3, 4, 5], 0)
    lived.clear()
    with pytest.raises(KeyboardInterrupt):
        validate("island", runs=5, out=tmp_path, progress=interrupted_after(2))
    assert len(list((tmp_path / "runs").iterdir())) == 2
    (tmp_path / "runs" / ".half.json.1.tmp").write_text("{")  # as a killed process leaves it
    before = len(lived)
    found = validate("island", runs=5, out=tmp_path)
    assert (found.kept, len(lived) - before) == (2, 3)
    same(found, whole)
    lived.clear()
    more = validate("island", runs=6, out=tmp_path)
    assert (lived, more.kept) == ([6], 5)


def test_what_a_run_comes_to_is_kept_to_the_last_digit(tmp_path):
    values = pd.Series({"a": 0.1 + 0.2, "b": np.nan, "c": np.inf, "d": 1e-310})
    found = Simulated(values, values * 2.0, ("one", "two"))
    write_simulated(tmp_path, {"seed": 1}, found)
    again = read_simulated(tmp_path, {"seed": 1})
    assert again.values.equals(found.values)
    assert again.persons.equals(found.persons)
    assert again.told == found.told
    assert read_simulated(tmp_path, {"seed": 2}) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"facts": {"seed": 2}}', "null"])
def test_a_file_that_is_not_what_was_written_is_not_believed(text, tmp_path):
    write_simulated(tmp_path, {"seed": 1}, Simulated(pd.Series({"a": 1.0}), pd.Series(), ()))
    (file,) = tmp_path.iterdir()
    file.write_text(text)
    assert read_simulated(tmp_path, {"seed": 1}) is None


def test_a_run_is_another_where_what_is_simulated_differs_and_only_there(tmp_path):
    folder = copy_of("island", tmp_path / "mine")
    write_sets(folder, "set,rest_from_search\n1,20\n2,30\n")
    world = load_world(folder)
    first = facts_of(world, 1, 0.02, "all")
    others = [
        facts_of(world, 2, 0.02, "all"), facts_of(world, 1, 0.03, "all"),
        facts_of(world, 1, 0.02, "fit"), facts_of(world.with_set(2), 1, 0.02, "all"),
        facts_of(world.only(["Leeward"]), 1, 0.02, "all"),
    ]  # fmt: skip
    assert all(other != first for other in others)
    targets = pd.read_csv(folder / "targets.csv", keep_default_na=False, dtype=str)
    targets["why"] = "another reason"
    targets["high"] = "1000000"
    targets.to_csv(folder / "targets.csv", index=False)
    assert facts_of(load_world(folder), 1, 0.02, "all") == first
    assert rewrite(folder, "2020-12", "2020-11", "surveys.csv")
    assert facts_of(load_world(folder), 1, 0.02, "all") != first


def test_the_command_says_what_is_kept_and_goes_on(lived, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = ["validate", "--world", "island", "--runs", "3", "--out", "there", "--workers", "1"]
    shown = command.progress_of
    monkeypatch.setattr(command, "progress_of", lambda _: nullcontext(interrupted_after(2)))
    assert cli.run(words) == 130
    error = capsys.readouterr().err
    assert "2 finished runs are kept in there, and the same command goes on from there" in error
    assert not (tmp_path / "there" / "validation.csv").exists()
    monkeypatch.setattr(command, "progress_of", shown)
    lived.clear()
    assert cli.run([*words, "--json"]) == 0
    assert len(lived) == 1
    assert [row["target"] for row in json.loads(capsys.readouterr().out)] == NAMES
