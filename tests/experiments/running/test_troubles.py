"""A full disk, changed files, a folder that is not shared: the right numbers, or one clear line."""

import fcntl
import os
import random
import resource
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from abm import UserError
from experiments import cli, compare, load
from experiments.design import make_design
from experiments.measures import measures
from experiments.reporting.values import arranged, told_undefined
from experiments.running import runner
from experiments.running.files import alone_in
from experiments.running.run_cache import COLUMNS, read_run_table, run_facts, write_run
from experiments.running.runner import run_batch, run_seed
from tests.support.commands import command, ended, finished
from tests.support.light import light
from tests.support.made_up import Inline

SMALL = ["compare", "uniform", "zone", "--world", "island", "--scale", "0.005", "--years", "1",
         "--runs", "2"]  # fmt: skip
POLICY = """
name = "mine"
title = "Mine"
summary = "The zone with other slots."
extends = "zone"
[[changes]]
from = "2021-01"
source = "assumption: to be changed"
[changes.set.network]
slots = {slots}
"""


@pytest.fixture
def kept(tmp_path, island):
    """A run's file, with measures of which some are undefined."""
    design = make_design(["uniform"], world=island, scale=0.01, years=1, runs=1)
    facts = run_facts(design.setting, design.policies["uniform"], 1)
    number = np.random.default_rng(1).normal(size=60)
    frame = pd.DataFrame({
        "measure": ["treated", "qalys", "deaths"] * 20, "by": "all", "group": [*"abcdef"] * 10,
        "value": np.where(np.arange(60) % 7 == 0, np.nan, number), "weight": 1.0,
        "persons": np.abs(number),
    })  # fmt: skip
    write_run(tmp_path, frame, facts)
    (file,) = tmp_path.iterdir()
    return file


def test_no_flipped_bit_gives_a_wrong_number(kept):
    """Of any byte, in headers and footer too: the file is not believed, or says what it said."""
    content, known = kept.read_bytes(), read_run_table(kept).to_pydict()
    dice, refused = random.Random(1), 0
    for place in dice.sample(range(len(content)), 1500):
        changed = bytearray(content)
        changed[place] ^= 1 << dice.randrange(8)
        kept.write_bytes(changed)
        found = read_run_table(kept)
        refused += found is None
        assert found is None or repr(found.to_pydict()) == repr(known)
    assert refused > 500
    for size in dice.sample(range(len(content)), 50):
        kept.write_bytes(content[:size])
        assert read_run_table(kept) is None
    kept.write_bytes(content)
    assert read_run_table(kept).column_names == list(COLUMNS)


def room(size: int):
    """Return what lets no file of a process grow beyond a size, as where a disk is full."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


@pytest.mark.slow
def test_a_full_disk_is_one_line_and_with_room_it_goes_on(tmp_path, in_this_process, capsys):
    """No room for a run; room for the runs, not for the summary of them; room."""
    assert cli.run([*SMALL, "--out", str(tmp_path / "unbroken")]) == 0
    unbroken = (tmp_path / "unbroken" / "summary.csv").read_bytes()
    run = max(file.stat().st_size for file in (tmp_path / "unbroken" / "runs").iterdir())
    assert run < len(unbroken)
    folder = tmp_path / "full"
    asked = [*SMALL, "--out", str(folder)]

    def told(size: int) -> str:
        return ended(command(*asked, "--workers", "1", before=room(size)), 2).splitlines()[-1]

    assert "a run cannot be written (File too large); those that are finished" in told(run // 2)
    assert [path.name for path in folder.rglob("*")] == ["runs"]
    assert "summary.csv: cannot be written (File too large)" in told((run + len(unbroken)) // 2)
    assert finished(folder) == 4
    assert {path.name for path in folder.iterdir()} == {"runs"}
    assert cli.run(asked) == 0
    assert (folder / "summary.csv").read_bytes() == unbroken
    assert not list(folder.rglob(".*"))


def test_a_policy_changed_in_between_is_another_policy(tmp_path, monkeypatch):
    """What was run under the old one counts for nothing; the numbers are those of the new one."""
    monkeypatch.chdir(tmp_path)
    file = Path("mine.toml")
    asked = {"world": "island", "scale": 0.01, "years": 2, "runs": 3}
    with light() as ran:
        file.write_text(POLICY.format(slots=1.5))
        compare(["uniform", "mine.toml"], out="kept", **asked)
        file.write_text(POLICY.format(slots=2.5))
        ran.clear()
        found = compare(["uniform", "mine.toml"], out="kept", **asked)
        assert ran == [("mine", seed) for seed in found.design.seeds]
        fresh = compare(["uniform", "mine.toml"], out="fresh", **asked)
    pd.testing.assert_frame_equal(found.runs, fresh.runs)
    found.save("kept")
    assert load("kept").summary.equals(fresh.summary)


def test_workers_that_do_not_share_the_folder_are_told(tmp_path, island, monkeypatch):
    class Elsewhere(Inline):
        def submit(self, work, /, task):
            return super().submit(work, replace(task, folder=str(tmp_path / "theirs")))

    for name in ("ours", "theirs"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(runner, "LATE", 0.0)
    design = make_design(["uniform", "zone"], world=island, scale=0.01, years=1, runs=2)
    with light(), pytest.raises(UserError, match="ours: 4 finished runs are not in it; expected"):
        run_batch(design.policies, design.run_settings, tmp_path / "ours", executor=Elsewhere())
    assert not list((tmp_path / "ours").iterdir())


def test_a_folder_that_workers_do_not_have_is_told(tmp_path, island):
    class Nowhere(Inline):
        def submit(self, work, /, task):
            return super().submit(work, replace(task, folder=str(tmp_path / "nowhere")))

    design = make_design(["uniform", "zone"], world=island, scale=0.01, years=1, runs=2)
    told = r"nowhere: a run cannot be written \(No such file or directory\)"
    with light(), pytest.raises(UserError, match=told):
        run_batch(design.policies, design.run_settings, tmp_path, executor=Nowhere())


def test_what_is_undefined_in_some_runs_is_one_line():
    """Two policies and two seeds, of which one run has failed: three runs."""
    rows = [("a", 1, "treated", 1.0), ("a", 2, "treated", 2.0), ("b", 1, "treated", 3.0),
            ("a", 1, "median_delay", np.nan), ("a", 2, "median_delay", 2.0),
            ("b", 1, "median_delay", 3.0)]  # fmt: skip
    runs = pd.DataFrame(rows, columns=["policy", "seed", "measure", "value"])
    runs = runs.assign(by="all", group="all", persons=100.0)
    values = arranged(runs, ["a", "b"], [1, 2], measures(5))
    assert told_undefined(values) == (
        "undefined in some runs, which count in none of their means: median_delay (in 1 of 3)"
    )
    whole = arranged(runs[runs["measure"] == "treated"], ["a", "b"], [1, 2], measures(5))
    assert told_undefined(whole) == ""


def test_the_command_says_what_is_undefined_in_some_runs(tmp_path, capsys):
    """In the stand-in one measure is undefined in the runs of even seeds."""
    with light():
        assert cli.run([*SMALL, "--out", str(tmp_path / "kept")]) == 0
    (line,) = [line for line in capsys.readouterr().err.splitlines() if "undefined" in line]
    assert line.endswith("none of their means: median_delay (in 2 of 4)")


def test_results_are_written_by_one_command_at_a_time(tmp_path):
    """Who comes second waits: a lock without waiting is refused meanwhile, and had afterwards."""
    handle = os.open(tmp_path, os.O_RDONLY)
    try:
        with alone_in(tmp_path), pytest.raises(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    finally:
        os.close(handle)
    assert not list(tmp_path.iterdir())


def test_a_task_done_meanwhile_by_another_batch_is_not_done_again(tmp_path, island):
    with light() as ran:
        design = make_design(["uniform"], world=island, scale=0.01, years=1, runs=1)
        batch = run_batch(design.policies, design.run_settings, tmp_path)
        task = runner.Task(1, design.policies, design.setting_of(1), str(tmp_path))
        assert run_seed(task) == [("uniform", 1, "")]
    assert len(ran) == len(batch.files) == 1
