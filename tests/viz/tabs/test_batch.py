"""A batch of the page: ended at any time it keeps what is done, and leaves nothing behind."""

import multiprocessing
import threading
from pathlib import Path

import pytest

from abm.errors import UserError
from abm.policy import load_policy
from experiments.design import make_design
from tests.support.waiting import LONG, wait_until
from viz.comparison.results import open_results, results_folders
from viz.tabs.experiments import batch as module
from viz.tabs.experiments.batch import MOST_BATCHES, PageBatch, design_of
from viz.view_state import PolicySpec
from viz.worlds import served_world

pytestmark = pytest.mark.slow

SIDES = (PolicySpec("uniform-national"), PolicySpec("special-zone"))
EDITED = PolicySpec("special-zone", (("network.slots", "2.0"), ("zone.provinces", '["Gansu"]')))


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def design(sides=SIDES, runs=30, scale=0.001, years=1, seed=1):
    return design_of(sides, runs=runs, scale=scale, years=years, seed=seed, world=served_world())


def test_cancelled_it_ends_at_once_keeps_what_is_done_and_goes_on_from_there():
    batch = PageBatch(design())
    wait_until(lambda: batch.progress.peek().done >= 6)
    batch.cancel()
    batch.join(LONG)
    ended = batch.progress.peek()
    assert ended.stage == "cancelled"
    assert multiprocessing.active_children() == []
    assert not [one for one in threading.enumerate() if "QueueManager" in one.name]
    kept = open_results(ended.folder)
    assert 2 <= kept.runs < 30
    assert kept.summary["runs"].max() == kept.runs
    assert (Path("runs") / ended.folder / "report.html").is_file()
    again = PageBatch(design(runs=kept.runs))
    again.join(LONG)
    assert again.progress.peek().stage == "done"
    assert len(list(Path("runs", ended.folder, "runs").glob("*.parquet"))) >= 2 * kept.runs


def test_cancelled_before_anything_is_done_it_leaves_no_results():
    batch = PageBatch(design(seed=500))
    batch.cancel()
    batch.join(LONG)
    assert batch.progress.peek().stage == "cancelled"
    assert results_folders() == []


def test_one_comparison_runs_once_at_a_time_and_few_in_all(monkeypatch):
    release = threading.Event()

    def wait_and_fail(*_, **__):
        release.wait(30)
        raise RuntimeError("nothing was run")

    monkeypatch.setattr(module, "run_design", wait_and_fail)
    running = [PageBatch(design(seed=seed)) for seed in range(MOST_BATCHES)]
    try:
        with pytest.raises(UserError, match="running already"):
            PageBatch(design(seed=0))
        with pytest.raises(UserError, match="try again"):
            PageBatch(design(seed=99))
    finally:
        release.set()
        for batch in running:
            batch.join(LONG)
    PageBatch(design(seed=99)).join(LONG)


def test_a_failure_is_told_and_gives_its_place_back(monkeypatch):
    monkeypatch.setattr(module, "run_design", lambda *_, **__: 1 / 0)
    monkeypatch.setattr(threading, "excepthook", lambda _: None)
    for _ in range(MOST_BATCHES + 1):
        batch = PageBatch(design())
        batch.join(LONG)
        assert batch.progress.peek().stage == "failed"
        assert "ZeroDivisionError" in batch.progress.peek().error


def test_an_edited_policy_is_kept_as_a_file_that_asks_the_same_again():
    found = design((SIDES[0], EDITED))
    name, policy = list(found.policies.items())[1]
    assert name.startswith("special-zone-edited-")
    file = Path("runs/policies") / f"{name}.toml"
    assert str(file) in found.again()
    levers = EDITED.load(served_world())
    for month in levers.timeline.turns:
        assert policy.levers_at(month) == levers.levers_at(month)
        assert load_policy(str(file)).levers_at(month) == levers.levers_at(month)
    again = make_design(list(found.references.values()), runs=30, scale=0.001, years=1, seed=1)
    assert again.key == found.key
    assert results_folders() == []


@pytest.mark.parametrize(
    "sides",
    [(SIDES[0], SIDES[0]), (PolicySpec("no-such-policy"), SIDES[0])],
    ids=["same", "unknown"],
)
def test_what_cannot_be_compared_is_refused(sides):
    with pytest.raises(UserError):
        design(sides)
