"""Parameter sets that were fitted with other rules are told of, once, and only where they count."""

import json

import pytest

from abm import load_world
from experiments import cli
from experiments.calibration import record
from experiments.commands import fitted
from experiments.commands.fitted import say_if_fitted_otherwise
from experiments.running.run_cache import code_fingerprint
from experiments.validation.kept import SIMULATED_BY
from tests.support.runs_here import runs_here
from tests.support.worlds import copy_of, write_sets

SETS = "set,rest_from_search\n1,20\n2,30\n"
LINE = "were fitted with other rules (version 0123456789abcdef, now "


def write_record(folder, **content):
    (folder / fitted.RECORD).write_text(json.dumps(content), encoding="utf-8")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The island with two sets, whose record says that other rules made them."""
    monkeypatch.chdir(tmp_path)
    place = copy_of("island", tmp_path / "mine")
    write_sets(place, SETS)
    write_record(place, versions={"code": "0123456789abcdef"})
    return place


def told(world, sets, capsys):
    say_if_fitted_otherwise(world, sets)
    out, error = capsys.readouterr()
    assert out == ""
    return error


def test_the_record_is_the_one_that_a_fit_writes():
    assert fitted.RECORD == record.RECORD


def test_sets_of_other_rules_are_told_of_in_a_line(folder, capsys):
    world = load_world(folder)
    error = told(world, True, capsys)
    assert f"the parameter sets of mine {LINE}{code_fingerprint(SIMULATED_BY)})" in error
    assert f"rarecare calibrate --world {folder} --install fits them again" in error
    assert error.count("\n") == 1
    assert LINE in told(world.with_set(2), False, capsys)
    assert told(world, False, capsys) == ""  # nothing lives with them


def test_sets_of_these_rules_or_without_a_record_are_not(folder, capsys):
    write_record(folder, versions={"code": code_fingerprint(SIMULATED_BY)})
    assert told(load_world(folder), True, capsys) == ""
    for broken in ({}, {"versions": None}, []):
        (folder / fitted.RECORD).write_text(json.dumps(broken))
        assert told(load_world(folder), True, capsys) == ""
    (folder / fitted.RECORD).write_text("{")
    assert told(load_world(folder), True, capsys) == ""
    (folder / fitted.RECORD).unlink()
    assert told(load_world(folder), True, capsys) == ""


def test_a_file_of_sets_has_the_record_beside_it(folder, tmp_path, capsys):
    fit = tmp_path / "fit"
    fit.mkdir()
    (fit / "sets.csv").write_text(SETS)
    world = load_world("island").with_sets(fit / "sets.csv")
    assert told(world, True, capsys) == ""
    write_record(fit, versions={"code": "0123456789abcdef"})
    error = told(world, True, capsys)
    assert f"sets.csv {LINE}" in error
    assert "rarecare calibrate --world island fits them again" in error


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "lines"),
    [
        (["compare", "zone"], 1),
        (["compare", "zone", "--parameters", "best"], 0),
        (["run", "zone"], 0),
        (["run", "zone", "--parameters", "2"], 1),
    ],
)
def test_a_command_says_so_once(folder, capsys, words, lines):
    small = ["--world", str(folder), "--scale", "0.01", "--years", "1"]
    runs = ["--runs", "2"] if words[0] == "compare" else []
    with runs_here():
        assert cli.run([*words, *small, *runs]) == 0
    assert capsys.readouterr().err.count("were fitted with other rules") == lines
