"""`rarecare search`: what it prints and writes, and that a kill changes nothing."""

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from experiments import cli, load
from experiments.searching.goal import read_goal
from experiments.searching.problem import make_problem
from tests.support.light import light
from tests.support.waiting import LONG, wait_until
from viz.command import run

ROOT = Path(__file__).parents[3]
GOAL = """
policy = "zone"
baseline = "uniform"
world = "island"
scale = 0.01
years = 3
runs = 2
check_runs = 2
evaluations = 6
generation = 3

[levers]
zone.inside.network.slots = { from = 1.0, to = 2.0 }
benefits.zone-fund.brackets.1.rate = { from = 0.3, to = 0.8 }

[[objectives]]
outcome = "qalys"
[[objectives]]
outcome = "cost_payers"
aim = "minimise"

[[constraints]]
outcome = "treated"
at_least = -0.5
"""
FILE = "goal.toml"


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path(FILE).write_text(GOAL.replace("cost_payers", "time_undiagnosed"))
    return tmp_path


def test_the_screen_answers_first_and_the_folder_holds_all(capsys):
    with light():
        assert cli.run(["search", FILE, "--out", "kept"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert told.startswith("Of the 6 variants of zone that were tried,")
    assert "rarecare compare kept/policies/*.toml --baseline uniform --runs 2" in told
    names = {path.name for path in Path("kept").iterdir()}
    assert names == {"candidates.csv", "front.csv", "goal.toml", "manifest.json", "policies",
                     "runs"}  # fmt: skip
    manifest = json.loads(Path("kept/manifest.json").read_text())
    assert manifest["command"] == f"rarecare search {FILE} --out kept"


def test_options_hold_instead_of_the_file_s(capsys):
    words = ["--runs", "3", "--check-runs", "1", "--evaluations", "4", "--seed", "5", "--set",
             "network.remote=0.5", "--parameters", "best", "--search-seed", "3"]  # fmt: skip
    with light():
        assert cli.run(["search", FILE, *words, "--out", "kept", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["candidates"], told["check_seeds"], told["search_seed"]) == (4, [8], 3)
    about = json.loads(Path("kept/manifest.json").read_text())
    assert about["seeds"] == [5, 6, 7]
    assert about["parameters"]["settings"] == {"network.remote": "0.5"}


BAD = {
    "no file": (["nowhere.toml"], "goal nowhere.toml: no such file or directory"),
    "a lever": ([FILE, "--set", "network.slot=2"], "'network.slots'"),
    "a chosen lever": ([FILE, "--set", "zone.inside.network.slots=2"], "chosen, and set"),
    "no runs": ([FILE, "--runs", "0"], "runs: expected a whole number"),
    "a cluster": ([FILE, "--cluster", "tcp://127.0.0.1:9"], "--cluster"),
}


@pytest.mark.parametrize(("words", "told"), BAD.values(), ids=BAD)
def test_a_mistake_is_one_line_and_leaves_nothing(here, capsys, words, told):
    assert cli.run(["search", *words]) == 2
    said = capsys.readouterr()
    assert told in said.err
    assert said.err.count("\n") == 1
    assert [path.name for path in here.iterdir()] == [FILE]


def test_constraints_that_nothing_meets_are_told_in_a_line(here, capsys):
    text = Path(FILE).read_text().replace("at_least = -0.5", "at_least = 90")
    Path(FILE).write_text(text)
    with light():
        assert cli.run(["search", FILE, "--out", "kept"]) == 1
    said = capsys.readouterr().err
    assert "none of the 6 candidates has treated at least" in said
    assert "kept keeps the runs" in said
    assert said.count("\n") == 1
    assert [path.name for path in (here / "kept").iterdir()] == ["runs"]


@pytest.mark.slow
def test_figures_say_what_they_show(capsys):
    with light():
        assert run(["search", FILE, "--out", "kept"]) == 0
    told = {
        "front": ("What searching", "seeds 1 to 2 chose", "3 to 4, which are new", "QALYs",
                  "months", "No forecast", "Constraints: Ever treated at least"),
        "front.zh": ("搜索", "种子 1 至 2", "约束", "不低于", "并非预测"),
    }  # fmt: skip
    for name, words in told.items():
        figure = Path(f"kept/figures/{name}.svg").read_text(encoding="utf-8")
        said = " ".join(re.sub("<[^>]*>", " ", figure).split())
        assert [one for one in words if one not in said] == []
    assert Path("kept/figures/front.png").exists()


@pytest.mark.slow
@pytest.mark.parametrize("text", ["docs", "search.toml"])
def test_the_documented_goals_can_be_searched(here, text):
    if text != "docs":
        goal = (ROOT / "examples" / text).read_text()
    else:
        goal = (ROOT / "docs" / "search.md").read_text().split("```toml\n")[1].split("```")[0]
    Path(FILE).write_text(goal)
    problem = make_problem(read_goal(FILE))
    assert len(problem.space.dimensions) >= 3
    assert not problem.told()[1:] or text == "search.toml"


def command(*words: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "experiments", "search", FILE, *words, "--workers", "1"], text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip


@pytest.mark.slow
def test_a_small_search_lives_a_kill_and_its_policies_can_be_compared(
    here, in_this_process, capsys
):
    """The tables of a search that was killed are those of one that was not."""
    Path(FILE).write_text(GOAL)
    assert cli.run(["search", FILE, "--out", "unbroken"]) == 0
    whole = load("unbroken")
    assert len(whole.candidates) == 7
    assert (whole.front["qalys_difference"] >= whole.front["qalys_difference"].min()).all()
    assert whole.front["cost_payers_difference"].is_monotonic_decreasing
    runs = here / "broken" / "runs"
    process = command("--out", "broken")
    wait_until(lambda: len(list(runs.glob("[!.]*"))) > 5 or process.poll() is not None, "runs")
    process.kill()
    process.wait()
    assert not (here / "broken" / "front.csv").exists()
    process = command("--out", "broken")
    _, told = process.communicate(timeout=LONG)
    assert process.returncode == 0, told
    again = load("broken")
    pd.testing.assert_frame_equal(again.front, whole.front)
    pd.testing.assert_frame_equal(again.candidates, whole.candidates)
    names = [str(path) for path in again.policies[:2]]
    words = ["--world", "island", "--baseline", "uniform", "--scale", "0.01", "--years", "3"]
    assert cli.run(["compare", *names, *words, "--runs", "2", "--seed", "3", "--out", "them"]) == 0
    table = load("them").summary
    rows = table[(table["measure"] == "qalys") & (table["by"] == "all")].set_index("policy")
    for row in again.front.head(2).to_dict("records"):
        assert rows.loc[row["policy"], "difference"] == pytest.approx(
            row["qalys_difference_again"], rel=1e-9
        )
