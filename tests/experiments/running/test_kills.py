"""Ten random kills in a row change nothing: workers, the command, the scheduler of a cluster."""

import random
import subprocess
from pathlib import Path

import pytest

from experiments import cli
from experiments.running.run_cache import is_run_file
from tests.support import dask_cluster
from tests.support.commands import command, ended, finished, kill, kill_worker
from tests.support.waiting import wait_until

pytestmark = pytest.mark.slow

KILLS = 10
SEEDS = 20
"""Runs enough that there is always something to be killed."""
ASKED = ["compare", "uniform", "zone", "--world", "island", "--scale", "0.005", "--years", "1",
         "--runs", str(SEEDS)]  # fmt: skip


def content(folder: Path) -> dict[str, bytes]:
    """Return what a comparison's folder says, to the last bit: its summary, and every run."""
    runs = list((folder / "runs").iterdir())
    assert all(is_run_file(file) for file in runs)
    assert not list(folder.rglob(".*"))
    return {file.name: file.read_bytes() for file in (folder / "summary.csv", *runs)}


@pytest.fixture
def unbroken(tmp_path, in_this_process, capsys):
    """What a batch yields that nothing happened to."""
    assert cli.run([*ASKED, "--out", str(tmp_path / "unbroken")]) == 0
    capsys.readouterr()
    return content(tmp_path / "unbroken")


def killed(folder: Path, begin, kills: list[str], strike) -> int:
    """Kill what does a batch, again and again, each time after a further run.

    Args:
        folder: Where the batch's results go.
        begin: Starts the command; called again whenever it has ended.
        kills: What is killed, in turn.
        strike: Called with what is killed, and the command, where that is not the command.

    Returns:
        How many kills met a batch that was running.
    """
    process: subprocess.Popen | None = None
    met = 0
    for what in kills:
        if process is None or process.poll() is not None:
            if process is not None:
                assert "Traceback" not in process.communicate()[1]
            process = begin()
        before = finished(folder)
        wait_until(lambda: finished(folder) > before or process.poll() is not None, "a run")  # noqa: B023
        met += process.poll() is None
        if what == "command":
            kill(process)
        else:
            strike(what, process)
    kill(process)
    return met


def drawn(*what: str) -> list[str]:
    """Return ten kills in a random order, of all kinds."""
    kills = [what[n % len(what)] for n in range(KILLS)]
    random.Random(11).shuffle(kills)
    return kills


def test_processes(tmp_path, unbroken):
    folder = tmp_path / "broken"
    asked = [*ASKED, "--out", str(folder), "--workers", "2"]
    dice = random.Random(12)
    met = killed(folder, lambda: command(*asked), drawn("worker", "worker", "command"),
                 lambda _, process: kill_worker(process.pid, dice.randrange(2)))  # fmt: skip
    assert met == KILLS
    assert not (folder / "summary.csv").exists()
    ended(command(*asked))
    assert content(folder) == unbroken


def test_a_cluster(tmp_path, unbroken):
    folder = tmp_path / "broken"
    dice = random.Random(13)
    with dask_cluster.running(tmp_path / "dask") as cluster:

        def begin():
            return command(*ASKED, "--out", str(folder), "--cluster", cluster.address)

        def strike(what: str, process: subprocess.Popen) -> None:
            if what == "worker":
                cluster.kill_worker(dice.randrange(2))
                return
            cluster.kill_scheduler()
            told = ended(process, 1).splitlines()[-1]
            assert "has gone" in told or "does not answer" in told  # as soon as one asks, or later
            assert told.endswith("the same command goes on from there")
            cluster.start()

        met = killed(folder, begin, drawn("worker", "worker", "command", "scheduler"), strike)
        assert met == KILLS
        assert not (folder / "summary.csv").exists()
        ended(begin())
    assert content(folder) == unbroken
