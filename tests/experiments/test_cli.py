import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from abm import load_policy, load_world
from experiments import cli
from tests.support import policy_texts
from tests.support.waiting import LONG, wait_until

pytestmark = pytest.mark.slow

SMALL = ["--world", "island", "--scale", "0.01", "--years", "4", "--workers", "1"]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_policies_are_listed(capsys):
    assert cli.run(["policies"]) == 0
    told = capsys.readouterr().out
    assert "special-zone  " in told
    assert cli.run(["policies", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert {"name": "uniform-national", "title": "One set of rules for every province",
            "extends": "as-happened"} in listed  # fmt: skip


def test_a_world_has_its_own_policies_and_its_own_comparison(in_this_process, capsys):
    assert cli.run(["policies", "--world", "island"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == [
        "base", "uniform", "zone",
    ]  # fmt: skip
    assert cli.run(["compare", *SMALL, "--runs", "2", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["baseline"], found["policies"]) == ("uniform", ["uniform", "zone"])
    rows = pd.DataFrame(found["summary"]).set_index(["policy", "measure", "by", "group"])
    assert rows.loc[("zone", "treated", "zone", "inside"), "difference"] > 0.05
    manifest = json.loads((Path(found["folder"]) / "manifest.json").read_text())
    assert manifest["world"]["name"] == "island"
    assert "--world island" in manifest["again"]


def test_a_policy_is_told_with_its_sources_and_difference(capsys):
    assert cli.run(["policies", "special-zone"]) == 0
    told = capsys.readouterr().out
    for words in (
        "Differs from uniform-national",
        "zone.provinces",
        "Beijing seminar",
        "Sources",
        "Benefit layers it has (levers such as",
        "basic-resident",
        "zone-fund",
    ):
        assert words in told
    assert cli.run(["policies", "special-zone+mandatory-registry", "--json"]) == 0
    assert "zone.provinces" in json.dumps(json.loads(capsys.readouterr().out)["difference"])


@pytest.mark.parametrize("names", ["Jiangsu,Anhui", "江苏省，安徽省", "江苏、 Anhui"])
def test_provinces_are_named_in_both_languages_with_either_comma(names):
    assert load_world().only(cli.names_of(names)).inhabited == ("Jiangsu", "Anhui")


def test_a_zone_s_provinces_may_stand_between_chinese_commas():
    policy = load_policy("special-zone", {"zone.provinces": "Jiangsu，Anhui"})
    assert policy.levers_at(100).zone.provinces == ("Jiangsu", "Anhui")


def test_only_what_works_is_offered(capsys):
    assert cli.run([]) == 0
    told = capsys.readouterr().out
    assert "compare" in told
    assert "sweep" in told
    for later in ("sensitivity", "view"):
        assert later not in told


def test_a_lever_that_cannot_act_is_named(capsys, tmp_path):
    levers = ["--set", "access.months_to_listing=12", "--set", "financing.per_head_levy=3.0"]
    assert cli.run(["run", "uniform", *SMALL[:6], *levers]) == 0
    said = capsys.readouterr().err
    assert "access.months_to_listing cannot act: it acts only if access.listing is" in said
    assert "financing.per_head_levy cannot act" in said
    assert cli.run(["policies", "special-zone"]) == 0
    assert "cannot act" not in capsys.readouterr().out
    text = policy_texts.change("2019-01", "access.months_to_listing = 12")
    path = policy_texts.write(tmp_path, "idle", text, "uniform-national")
    assert cli.run(["policies", str(path)]) == 0
    assert "Set, but cannot act:" in capsys.readouterr().out


BAD = {
    "a command": (["comapre"], "compare"),
    "an option": (["compare", "--yeras", "3"], "--year"),
    "a policy": (["compare", "special-zoen"], "'special-zone'"),
    "a policy file": (["run", "./nowhere.toml"], "no such file"),
    "a combination": (["run", "special-zone+special-zone-national"], "contradict"),
    "a baseline": (["compare", "--baseline", "uniform"], "uniform-national"),
    "a province": (["compare", "--provinces", "Jiangsu,Shandnog"], "'Shandong'"),
    "no province": (["compare", "--provinces", ","], "province"),
    "a world": (["run", "as-happened", "--world", "atlantis"], "china"),
    "a lever": (["compare", "--set", "network.slot=2"], "'network.slots'"),
    "a lever's value": (["compare", "--set", "network.slots=lots"], "network.slots"),
    "a lever that is no number": (["compare", "--set", "network.slots=nan"], "network.slots"),
    "a setting without value": (["compare", "--set", "network.slots"], "path=value"),
    "a setting twice": (["compare", *["--set", "network.slots=2"] * 2], "twice"),
    "a contradiction": (["run", "as-happened", "--set", "network.members=none"], "network"),
    "no years": (["compare", "--years", "0"], "years"),
    "negative years": (["run", "as-happened", "--years", "-3"], "years"),
    "years that are no number": (["compare", "--years", "two"], "--years"),
    "too small a scale": (["compare", "--scale", "0"], "scale"),
    "too large a scale": (["run", "as-happened", "--scale", "1.5"], "scale"),
    "no scale": (["compare", "--scale", "nan"], "scale"),
    "no runs": (["compare", "--runs", "0"], "runs"),
    "a seed": (["compare", "--seed", "-1"], "seed"),
    "no workers": (["compare", "--workers", "0"], "workers"),
    "one policy twice": (["compare", "as-happened", "as-happened"], "twice"),
    "nothing to compare with": (["compare", "uniform-national"], "at least 2"),
    "a folder that is a file": (["compare", "--out", "file/results"], "file/results"),
    "the same for a run": (["run", "as-happened", "--out", "file"], "file"),
    "nobody answers": (["compare", "--cluster", "tcp://127.0.0.1:9"], "--cluster"),
}


@pytest.mark.parametrize(("arguments", "words"), BAD.values(), ids=BAD.keys())
def test_a_mistake_is_one_line_and_leaves_nothing(arguments, words, here, capsys):
    (here / "file").write_text("not a folder")
    assert cli.run(arguments) == 2
    told = capsys.readouterr()
    assert words in told.err
    assert told.err.count("\n") == 1
    assert told.err.startswith("rarecare: ")
    assert not told.out
    assert [path.name for path in here.iterdir()] == ["file"]


def test_a_folder_that_cannot_be_written(here, capsys, monkeypatch):
    def refused(**options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("experiments.running.files.tempfile.TemporaryFile", refused)
    assert cli.run(["compare", "--out", "closed"]) == 2
    told = capsys.readouterr().err
    assert told == (
        "rarecare: folder closed: cannot be written (permission denied); choose another\n"
    )


def test_a_policy_with_an_unknown_column_is_refused(here, capsys):
    file = here / "mine.toml"
    file.write_text('name = "mine"\ntitle = "x"\nsummary = "x"\nextends = "as-happened"\n'
                    '[[changes]]\nfrom = "2020-01"\nsource = "assumption: x"\n'
                    "[changes.set.netwrok]\nslots = 2.0\n")  # fmt: skip
    assert cli.run(["run", str(file)]) == 2
    told = capsys.readouterr().err
    assert "mine.toml" in told
    assert "'network." in told


def test_one_run_writes_its_tables_and_tells_of_a_patient(here, capsys):
    assert cli.run(["run", "special-zone", "--scale", "0.001", "--years", "2", "--out", "one"]) == 0
    told = capsys.readouterr()
    assert "first symptoms" in told.out
    names = {
        "patients",
        "months",
        "ledger",
        "referrals",
        "hospitals",
        "drugs",
        "financing",
        "costs",
        "triggers",
        "flows",
        "waits",
        "tiers",
        "curves",
    }
    files = {path.name for path in Path("one").iterdir()}
    others = {"summary.csv", "manifest.json", "tables"}
    assert files == {f"{name}.parquet" for name in names} | others
    tables = {path.stem for path in Path("one/tables").iterdir()}
    assert tables == {"curves", "flows", "quantiles", "funds", "diseases"}
    patients = pd.read_parquet("one/patients.parquet")
    manifest = json.loads(Path("one/manifest.json").read_text())
    assert len(patients) > 100
    assert manifest["command"].startswith("rarecare run special-zone --scale 0.001")
    assert manifest["again"].startswith("rarecare run special-zone ")


def hear_interrupts() -> None:
    """Undo what a shell does to what it starts in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def command(*arguments: str, **options) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "experiments", *arguments], text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=hear_interrupts, **options,
    )  # fmt: skip


def test_interrupted_it_keeps_what_is_done_and_goes_on_from_there(here, in_this_process, capsys):
    asked = ["compare", *SMALL, "--runs", "200", "--out", "results", "--json"]
    runs = here / "results" / "runs"
    process = command(*asked)
    wait_until(lambda: list(runs.glob("*.parquet")) or process.poll() is not None, "a first run")
    assert process.poll() is None, process.stderr.read()
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all processes
    out, err = process.communicate(timeout=LONG)
    assert process.returncode == 130, err
    assert "goes on from there" in err.splitlines()[-1]
    assert "Traceback" not in err
    assert not out
    kept = {path.name: path.stat().st_mtime_ns for path in runs.iterdir()}
    assert 0 < len(kept) < 400
    assert all(name.endswith(".parquet") for name in kept)
    assert not (here / "results" / "summary.csv").exists()

    asked[asked.index("200")] = "4"
    assert cli.run(asked) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["policies"] == ["uniform", "zone"]
    assert "Which policy is better for whom" in told["findings"]
    assert {row["runs"] for row in told["summary"] if row["measure"] == "qalys"} == {4}
    after = {path.name: path.stat().st_mtime_ns for path in runs.iterdir()}
    assert kept.items() <= after.items()
    assert {path.name for path in (here / "results").iterdir()} == {
        "runs", "summary.csv", "manifest.json", "tables", "checklists.md", "checklists.zh.md"
    }  # fmt: skip


def test_a_failed_run_is_told_and_the_status_is_1(monkeypatch, capsys):
    from experiments.running import runner
    from tests.support.made_up import Inline

    def failing(task):
        if task.seed == 2:
            raise ZeroDivisionError("of all things")
        return runner.run_seed(task)

    results = runner.results
    monkeypatch.setattr(
        runner, "task_results",
        lambda tasks, workers, executor, report: results(failing, tasks, Inline()),
    )  # fmt: skip
    assert cli.run(["compare", *SMALL, "--runs", "3", "--json"]) == 1
    told = capsys.readouterr()
    assert "zone, seed 2, failed and is left out: ZeroDivisionError" in told.err
    found = json.loads(told.out)
    assert len(found["failed"]) == 2
    assert {row["runs"] for row in found["summary"] if row["measure"] == "qalys"} == {2}


def test_pictures_are_added_to_a_comparison_and_may_fail(in_this_process, here, capsys):
    asked = ["compare", *SMALL, "--runs", "1", "--out", "one"]
    seen = []
    assert cli.run(asked, illustrate=lambda folder, world: seen.append(folder)) == 0
    assert [folder.name for folder in seen] == ["one"]
    assert "report.html" in capsys.readouterr().out

    def broken(folder, world):
        raise ValueError("no pencil")

    assert cli.run(asked, illustrate=broken) == 1
    told = capsys.readouterr()
    assert told.err.endswith("rarecare: figures and report.html were not made: no pencil\n")
    assert "report.html" not in told.out
    assert cli.run(asked) == 0
    assert "report.html" not in capsys.readouterr().out
