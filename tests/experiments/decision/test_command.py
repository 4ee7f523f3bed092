"""`rarecare decide` from what is typed to what is in the folder."""

import json

import pandas as pd
import pytest

from experiments import cli
from experiments.decision.analysis import analyse
from experiments.decision.sentences import Teller
from tests.experiments.decision.made_up_runs import TELLS, Made, compared

pytestmark = pytest.mark.slow

EQUAL = 1000.0 / 0.03
"""Threshold at which the made-up policies are equal in the mean."""


@pytest.fixture
def folder(tmp_path):
    """A saved comparison in which one parameter decides which policy is better."""
    return compared(tmp_path, Made(slope=400.0, luck=20.0), runs=40).save(tmp_path / "zone")


def test_the_answer_comes_first_and_the_tables_are_kept(folder, capsys):
    assert cli.run(["decide", str(folder), "--threshold", str(EQUAL)]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert told.startswith(f"The data worth collecting first are those on {TELLS}, worth")
    assert "At 33,333 yuan a QALY zone may or may not be worth its money: beside" in told
    assert "a QALY gained" in told
    written = {file.name for file in (folder / "decision").iterdir()}
    assert {"cost_effectiveness.csv", "evppi.csv", "groups.csv", "welfare.csv", "turning.csv",
            "budget_impact.csv", "budget_scenarios.csv", "winners.csv", "acceptability.csv",
            "plane.csv", "evpi.csv", "equity_plane.csv", "decision.json"} == written  # fmt: skip
    kept = pd.read_csv(folder / "decision" / "cost_effectiveness.csv")
    assert kept["policy"].tolist() == ["uniform", "zone"]


def test_columns_are_explained_and_rows_of_nothing_left_out(folder, capsys):
    assert cli.run(["decide", str(folder), "--threshold", str(EQUAL)]) == 0
    told = capsys.readouterr().out
    assert all(f"{column}:" in told for column in ("by luck", "chance", "best in", "among all"))
    table = pd.read_csv(folder / "decision" / "evppi.csv")
    shown = told.split("What data would be worth")[1].split("Beside")[0]
    for row in table.to_dict("records"):
        assert (f"\n{row['parameters']} " in shown) == (row["country"] > 0.0)
    none = int((table["country"] == 0.0).sum())
    assert (f"{none} other parameters are worth nothing" in shown) == (none > 0)


def test_more_than_all_together_is_called_too_much(tmp_path):
    tables = analyse(compared(tmp_path, Made(slope=400.0, luck=20.0), runs=40), EQUAL).tables
    assert "than all together" not in " ".join(Teller(tables, {}, {}, "yuan").data())
    tables["evpi"]["country"] = 0.5 * tables["evppi"]["country"].max()
    assert "than all together" in " ".join(Teller(tables, {}, {}, "yuan").data())


def test_as_data(folder, capsys):
    assert cli.run(["decide", str(folder), "--json", "--perspective", "society",
                    "--group", f"tests={TELLS}"]) == 0  # fmt: skip
    told = json.loads(capsys.readouterr().out)
    assert told["perspective"] == "society"
    assert told["tables"]["evppi"][0]["parameters"] == "tests"
    assert any(one.startswith("At ") for one in told["sentences"])


def test_in_chinese_and_with_a_scenario_of_ones_own(folder, capsys):
    words = ["--language", "zh", "--scenario", "cheaper=unit_cost:0.5,uptake:1.5"]
    assert cli.run(["decide", str(folder), "--threshold", str(EQUAL), *words]) == 0
    told = "".join(capsys.readouterr().out.split())
    assert told.startswith(f"最值得先收集的数据是：{TELLS}，值")
    assert "cheaper" in told
    kept = json.loads((folder / "decision" / "decision.json").read_text(encoding="utf-8"))
    for language in ("en", "zh"):
        said = kept["in_words"][language]
        assert len(said["sentences"]) == len(kept["sentences"])
        assert said["titles"]["zone"] in said["title"]
    table = pd.read_csv(folder / "decision" / "budget_scenarios.csv").set_index("scenario")
    drugs = table["paid"] - table["besides"]  # what is paid besides drugs stays as it is
    assert drugs["cheaper"].tolist() == pytest.approx([0.75 * x for x in drugs["simulated"]])
    assert table.loc["cheaper", "besides"].tolist() == table.loc["simulated", "besides"].tolist()
    assert 0.0 < drugs["simulated"].min() < table.loc["simulated", "paid"].min()


def test_without_parameter_sets_the_rest_is_told(tmp_path, capsys):
    made = compared(tmp_path, Made(luck=20.0), sets=False)
    folder = made.save(tmp_path / "zone")
    assert cli.run(["decide", str(folder)]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "all runs live with the same parameters" in told
    assert not (folder / "decision" / "evppi.csv").exists()
    assert (folder / "decision" / "cost_effectiveness.csv").exists()


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--threshold", "-1"], "threshold: -1.0, expected a number above 0"),
        (["--perspective", "insurers"], "unknown perspective 'insurers'"),
        (["--group", "tests"], "--group tests: expected NAME=parameter,parameter"),
        (["--group", "tests=nothing"], "unknown parameter that differs between the runs"),
        (["--bears", "rich"], "unknown way to bear the opportunity cost"),
        (["--scenario", "a=price:0.5"], "unknown factor of scenario a 'price'"),
        (["--scenario", "a=uptake:-1"], "scenario a: uptake: -1.0, expected a number above 0"),
        (["--scenario", "a=uptake"], "--scenario a=uptake: uptake, expected NAME=factor:times"),
        (["--scenario", "simulated=uptake:2"], "scenario simulated: is there already"),
        (["--language", "fr"], "unknown language 'fr'"),
    ],
)
def test_mistakes_are_one_line_and_nothing_is_written(folder, capsys, words, line):
    assert cli.run(["decide", str(folder), *words]) == 2
    told = capsys.readouterr().err
    assert line in told
    assert told.count("\n") == 1
    assert not (folder / "decision").exists()


def test_a_folder_without_a_comparison(tmp_path, capsys):
    assert cli.run(["decide", str(tmp_path)]) == 2
    assert "holds no comparison" in capsys.readouterr().err


def test_a_folder_of_another_version_is_refused(folder, capsys):
    about = json.loads((folder / "manifest.json").read_text())
    about["versions"]["code"] = "0123456789abcdef"
    (folder / "manifest.json").write_text(json.dumps(about))
    assert cli.run(["decide", str(folder)]) == 2
    error = capsys.readouterr().err
    assert "holds a comparison by another version (rules 0123456789abcdef" in error
    assert error.count("\n") == 1
    assert not (folder / "decision").exists()


def test_a_file_that_is_gone_is_named(folder, capsys):
    next((folder / "runs").iterdir()).unlink()
    assert cli.run(["decide", str(folder)]) == 2
    assert "gone or broken, expected the run of" in capsys.readouterr().err
