"""The Experiments tab as people use it."""

import csv
import os
import shutil
from io import StringIO
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.folders import compared
from tests.support.pages import check_charts, open_tab
from tests.support.waiting import wait_until
from viz.i18n.policies import policy_title
from viz.i18n.texts import Texts

TINY = "?scale=0.001&years=1&tab=experiments"
ISLAND = "?world=island&scale=0.01&years=1&tab=experiments"
LONG = 600_000
"""Milliseconds for a batch on a busy machine."""
NATIONAL = policy_title("special-zone-national", Texts("en"))


@pytest.fixture
def runs(server):
    """The server's folder of results."""
    folder = server.log.parent / "runs"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def view(shared_view):
    """The module's page with the Experiments tab open."""
    return shared_view(TINY)


def workers(server) -> int:
    """Return how many worker processes of the server run."""
    found = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((process / "stat").read_text().rsplit(")", 1)[1].split()[1])
            found += (
                parent == server.process.pid and "spawn_main" in (process / "cmdline").read_text()
            )
        except OSError:
            continue
    return found


def start(view, runs: str) -> None:
    view.locator(".rc-batch-runs input").fill(runs)
    view.locator(".rc-batch-start").click()


def choose(view, label: str, option: str) -> None:
    view.locator(".rc-choose", has_text=label).locator(".v-select__slot").click()
    view.get_by_role("option", name=option, exact=True).click()


def test_a_batch_runs_and_tells_differences_with_intervals(open_view):
    view = open_view(f"{ISLAND}&seed=11&scale=0.05")
    start(view, "3")
    expect(view.locator(".rc-past-title")).to_contain_text("3 paired runs", timeout=LONG)
    check_charts(view, 5)
    table = view.get_by_role("region", name="Everyone")
    expect(table).to_contain_text("Ever treated")
    expect(table.locator("th")).to_have_count(5)
    verdicts = set(table.locator("tbody td:nth-child(5)").all_inner_texts())
    assert verdicts & {"better", "worse", "not clear"}
    assert verdicts <= {"better", "worse", "different", "not clear", ""}
    view.get_by_text("In words (English)").click()
    expect(view.locator(".rc-past-words")).to_contain_text("All with a rare disease")
    choose(view, "Measure", "Ever treated")
    choose(view, "By", "province")
    view.wait_for_timeout(500)
    check_charts(view, 5)
    with view.expect_download() as waiting:
        view.get_by_text("Summary (CSV)").click()
    rows = list(csv.DictReader(StringIO(Path(waiting.value.path()).read_text())))
    assert {row["policy"] for row in rows} == {"uniform", "zone"}
    with view.expect_download() as waiting:
        view.get_by_text("Report (HTML)").click()
    assert Path(waiting.value.path()).read_text().startswith("<!doctype html>")


def test_a_batch_goes_on_while_another_tab_is_looked_at_and_can_be_ended(open_view, server):
    view = open_view(f"{ISLAND}&seed=100&scale=0.06&years=40")
    start(view, "30")
    view.locator(".rc-batch-cancel").wait_for()
    open_tab(view, "Overview")
    open_tab(view, "Experiments")
    view.wait_for_function(
        "parseInt(document.querySelector('.rc-batch-progress').innerText) >= 6", timeout=LONG
    )
    view.locator(".rc-batch-cancel").click()
    expect(view.locator(".rc-batch-progress")).to_contain_text("Cancelled")
    expect(view.locator(".rc-past-title")).to_contain_text("paired runs")
    assert workers(server) == 0


def test_a_closed_page_ends_its_batch(view, open_view, server, runs):
    """Another page is open meanwhile, and stays."""
    before = set(runs.iterdir())
    closed = open_view(f"{ISLAND}&seed=200&scale=0.06&years=40")
    start(closed, "30")
    closed.locator(".rc-batch-cancel").wait_for()
    wait_until(lambda: workers(server) > 0, "the start of a worker")
    with closed.expect_event("close"):
        closed.close(run_before_unload=True)
    wait_until(lambda: workers(server) == 0, "the end of the workers")
    done = [file for one in set(runs.iterdir()) - before for file in one.glob("runs/*.parquet")]
    assert len(done) < 60, "the batch went on without its page"


SILLY = {
    "runs": (("", "1", "31", "many"), "2 to 30"),
    "scale": (("0", "nan", "1e9", "<b>"), "0.001"),
    "years": (("", "-1", "1.5", "9" * 30), "1 to 40"),
}
"""Nothing comes first: in a complaint that stands there already it could not be seen."""


def test_silly_input_is_told_and_runs_nothing(view):
    for field, (typed, refusal) in SILLY.items():
        box = view.locator(f".rc-batch-{field} input")
        good = box.input_value()
        for text in typed:
            box.fill(text)
            view.locator(".rc-batch-start").click()
            expect(view.locator(".rc-batch-refused")).to_contain_text(refusal)
            expect(view.locator(".rc-batch-refused")).to_contain_text(text[:20])
            expect(view.locator(".rc-batch-cancel")).to_have_count(0)
        box.fill(good)


def test_equal_policies_are_not_compared(open_view):
    view = open_view(f"{ISLAND}&a=zone&b=zone")
    view.locator(".rc-batch-start").click()
    expect(view.locator(".rc-batch-refused")).to_contain_text("twice")


def look_again(view) -> None:
    """Let the page look which folders there are."""
    view.get_by_role("button", name="Look again").click()
    view.wait_for_timeout(1000)  # nothing tells that it has looked


def pick_new_folder(view, name: str) -> None:
    look_again(view)
    pick_folder(view, name)


def pick_folder(view, name: str) -> None:
    view.locator(".rc-past-folder input").first.fill(name)
    view.get_by_role("option", name=name, exact=True).click()


def test_earlier_results_of_three_policies_are_shown(view, runs):
    shutil.copytree(compared(), runs / "earlier", dirs_exist_ok=True)
    pick_new_folder(view, "earlier")
    expect(view.locator(".rc-past-title")).to_contain_text(NATIONAL)
    check_charts(view, 5)
    choose(view, "Policy", NATIONAL)
    view.wait_for_timeout(500)
    check_charts(view, 5)
    view.get_by_text("How it was made").click()
    expect(view.locator(".rc-past pre")).to_contain_text("rarecare compare")


def test_a_broken_folder_is_told_in_one_line(view, runs):
    shutil.copytree(compared(), runs / "broken", dirs_exist_ok=True)
    (runs / "broken" / "summary.csv").write_text("nothing")
    pick_new_folder(view, "broken")
    expect(view.locator(".rc-past-wrong")).to_contain_text("broken: summary.csv cannot be read")


def test_looking_again_finds_a_new_folder(view, runs):
    shutil.copytree(compared(), runs / "new", dirs_exist_ok=True)
    pick_new_folder(view, "new")
    expect(view.locator(".rc-past-title")).to_contain_text("3 paired runs")


def test_a_folder_that_has_gone_is_told(view, runs):
    shutil.copytree(compared(), runs / "gone", dirs_exist_ok=True)
    look_again(view)
    view.locator(".rc-past-folder input").first.fill("gone")
    option = view.get_by_role("option", name="gone", exact=True)
    option.wait_for()
    shutil.rmtree(runs / "gone")
    option.click()
    expect(view.locator(".rc-past-wrong")).to_contain_text("unknown results folder")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_on_a_phone_results_fit(open_view, runs, language):
    shutil.copytree(compared(), runs / "earlier", dirs_exist_ok=True)
    os.utime(runs / "earlier" / "manifest.json")
    view = open_view(f"{ISLAND}&language={language}", viewport={"width": 390, "height": 844})
    view.locator(".rc-past-folder input").first.fill("earlier")
    view.get_by_role("option", name="earlier", exact=True).click()
    view.locator(".rc-past-title").wait_for()
    check_charts(view, 5)
    assert view.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
