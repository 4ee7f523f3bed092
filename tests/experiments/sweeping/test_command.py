"""`rarecare sweep`: what it prints and writes, and that nothing that happens to it changes that."""

import json
import os
import signal
from pathlib import Path

import pandas as pd
import pytest

from experiments import cli, load
from tests.support.commands import command, ended, finished, workers_of
from tests.support.light import light
from tests.support.waiting import wait_until

DESIGN = """
policies = ["uniform", "zone"]
world = "island"
scale = {scale}
years = 4
runs = 3
measures = ["treated", "qalys"]
groups = ["all"]

[factors]
levers.network.slots = [1.0, 1.5, 2.0]
parameters.genetic_test_price = {{ from = 2000, to = 4000, steps = {steps} }}
"""
FILE = "design.toml"


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path(FILE).write_text(DESIGN.format(scale=0.01, steps=2))
    return tmp_path


def test_the_screen_says_where_policies_stand_and_the_folder_holds_all(capsys):
    with light():
        assert cli.run(["sweep", FILE, "--out", "kept"]) == 0
    told = capsys.readouterr()
    assert "6 points of levers.network.slots, parameters.genetic_test_price; 3 seeds" in told.out
    assert "zone less uniform" in told.out
    assert 'experiments.load("kept").table' in told.out
    names = {path.name for path in Path("kept").iterdir()}
    assert names == {"dataset", "design.toml", "manifest.json", "points.csv", "runs"}
    manifest = json.loads(Path("kept/manifest.json").read_text())
    assert manifest["command"] == f"rarecare sweep {FILE} --out kept"
    assert manifest["kind"] == "sweep"
    assert manifest["sweep"]["points"] == 6
    assert {path.name for path in Path("kept/dataset").iterdir()} == {"policy=uniform",
                                                                      "policy=zone"}  # fmt: skip


def test_options_hold_instead_of_the_file_s(capsys):
    words = ["--runs", "2", "--years", "3", "--seed", "5", "--scale", "0.02", "--provinces",
             "Leeward", "--parameters", "best", "--set", "network.remote=0.5"]  # fmt: skip
    with light():
        assert cli.run(["sweep", FILE, *words, "--out", "kept", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["seeds"] == [5, 6]
    assert told["rows"] == 6 * 2 * 2 * 2
    about = json.loads(Path("kept/manifest.json").read_text())
    assert (about["parameters"]["years"], about["parameters"]["scale"]) == (3, 0.02)
    assert about["parameters"]["settings"] == {"network.remote": "0.5"}
    assert about["world"]["provinces"] == ["Leeward"]


BAD = {
    "no file": (["nowhere.toml"], "design nowhere.toml: no such file or directory"),
    "a lever": ([FILE, "--set", "network.slot=2"], "'network.slots'"),
    "a factor": ([FILE, "--set", "network.slots=2"], "a factor, and set at every point"),
    "a world": ([FILE, "--world", "atlantis"], "china"),
    "no runs": ([FILE, "--runs", "0"], "runs: expected a whole number"),
    "a cluster": ([FILE, "--cluster", "tcp://127.0.0.1:9"], "--cluster"),
}


@pytest.mark.parametrize(("words", "told"), BAD.values(), ids=BAD)
def test_a_mistake_is_one_line_and_leaves_nothing(here, capsys, words, told):
    assert cli.run(["sweep", *words]) == 2
    said = capsys.readouterr()
    assert told in said.err
    assert said.err.count("\n") == 1
    assert [path.name for path in here.iterdir()] == [FILE]


def test_a_comparison_and_a_sweep_do_not_share_a_folder(capsys):
    with light():
        assert cli.run(["sweep", FILE, "--out", "kept"]) == 0
        asked = ["compare", "--world", "island", "--years", "4", "--runs", "1", "--out", "kept"]
        assert cli.run(asked) == 2
    assert "holds a sweep (rarecare sweep " in capsys.readouterr().err


@pytest.fixture
def unbroken(here, in_this_process, capsys):
    """The table of a sweep that nothing happened to."""
    Path(FILE).write_text(DESIGN.format(scale=0.005, steps=3))
    assert cli.run(["sweep", FILE, "--out", "unbroken"]) == 0
    capsys.readouterr()
    return load("unbroken").table


@pytest.mark.slow
def test_killed_workers_and_a_killed_parent_change_nothing(here, unbroken):
    """The parent is killed without a word, then a worker, then it is interrupted: all goes on."""
    folder = here / "broken"
    words = ("--out", "broken", "--workers", "1")
    process = command("sweep", FILE, *words)
    wait_until(lambda: finished(folder) or process.poll() is not None, "a first run")
    process.kill()
    process.wait()
    process = command("sweep", FILE, *words)
    begun = finished(folder)
    wait_until(lambda: finished(folder) > begun or process.poll() is not None, "a further run")
    for worker in workers_of(process.pid):
        os.kill(worker, signal.SIGKILL)
    begun = finished(folder)
    wait_until(lambda: finished(folder) > begun or process.poll() is not None, "a further run")
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)
        told = ended(process, 130)
        assert "goes on from there" in told.splitlines()[-1]
    assert not (folder / "dataset").exists()
    ended(command("sweep", FILE, *words))
    pd.testing.assert_frame_equal(load(folder).table, unbroken)
    assert not list(folder.rglob(".*"))


@pytest.mark.slow
def test_two_commands_with_one_folder_at_once_give_the_same(here, unbroken):
    both = [command("sweep", FILE, "--out", "both", "--workers", "1") for _ in range(2)]
    for process in both:
        ended(process)
    pd.testing.assert_frame_equal(load("both").table, unbroken)
    assert not list((here / "both").rglob(".*"))
