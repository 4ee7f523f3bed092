"""Each study runs and answers its question in a sentence with intervals; its figure is kept."""

import html
import importlib
import re
from dataclasses import replace
from pathlib import Path

import pytest

from abm.errors import UserError
from experiments import load
from experiments.studies import load_study, study_names
from experiments.studies.searched import SearchStudy
from viz.command import run

ROOT = Path(__file__).resolve().parents[2]
INTERVAL = re.compile(r"\([+-]?[\d.,]+[^()]* to [+-]?[\d.,]+[^()]*\)|too few|nobody is there")


SEARCHED = [name for name in study_names() if isinstance(load_study(name), SearchStudy)]
COMPARED = [name for name in study_names() if name not in SEARCHED]


@pytest.mark.slow
@pytest.mark.parametrize("name", COMPARED)
def test_a_study_answers(in_this_process, name, tmp_path, capsys):
    alone = load_study(name).provinces is not None
    words = ["study", name, "--scale", "0.02" if alone else "0.001", "--years", "2"]
    assert run([*words, "--runs", "2", "--out", str(tmp_path / name)]) == 0
    said = " ".join(capsys.readouterr().out.split())
    question = load_study(name).question
    assert question.endswith("?")
    assert said.startswith(question)
    assert INTERVAL.search(said)
    figure = tmp_path / name / "figures" / "study.svg"
    assert figure.read_text(encoding="utf-8").startswith("<svg")
    report = (tmp_path / name / "report.html").read_text(encoding="utf-8")
    assert html.escape(question) in report


@pytest.mark.slow
@pytest.mark.parametrize("name", SEARCHED)
def test_a_search_answers(in_this_process, name, tmp_path, capsys, monkeypatch):
    """How many were tried, how often the answer is on the front, and the figure are there."""
    study = load_study(name)
    light = replace(study, goal={**study.goal, "evaluations": 3, "generation": 3})
    monkeypatch.setattr(importlib.import_module(f"experiments.studies.{name.replace('-', '_')}"),
                        "STUDY", light)  # fmt: skip
    words = ["study", name, "--scale", "0.001", "--years", "2", "--runs", "2"]
    assert run([*words, "--out", str(tmp_path / name)]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert said.startswith(f"{study.question} Of 3 zones that were tried")
    assert INTERVAL.search(said)
    assert re.search(
        r"on the front of these in \d of 4, each with other people, luck and parameters", said
    )
    assert "winner's curse" in said
    assert "no forecast" in said
    for end in ("svg", "png", "zh.svg"):
        assert (tmp_path / name / "figures" / f"study.{end}").exists()
    kept = load(tmp_path / name)
    assert kept.manifest["study"]["question"] == study.question
    assert kept.manifest["study"]["answer"] in said


def test_all_are_listed(capsys):
    assert run(["study"]) == 0
    listed = capsys.readouterr().out
    assert [line.split()[0] for line in listed.splitlines()] == study_names()


def test_an_unknown_study_is_refused_by_name():
    with pytest.raises(UserError, match="unknown study 'who-pay'; did you mean 'who-pays'"):
        load_study("who-pay")


def test_levers_parameters_and_seed_are_set_as_elsewhere():
    settings = {"network.slots": "1.5", "parameters.genetic_test_price": "3000"}
    design = load_study("who-pays").design(0.01, 5, 2, seed=4, settings=settings)
    assert design.seeds == (4, 5)
    assert design.setting.world.parameters["genetic_test_price"] == 3000.0
    assert all(one.levers_at(24).network.slots == 1.5 for one in design.policies.values())
    assert "--set parameters.genetic_test_price=3000.0" in design.again()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--set", "parameters.genetic_test_prize=1"], "did you mean 'genetic_test_price'"),
        (["--parameters", "bast"], "--parameters bast: expected sets or best"),
        (["--parameters", "100000"], "parameter set 100000: unknown, expected 0"),
    ],
)
def test_a_mistake_in_what_is_set_is_told_in_a_line(words, message, capsys):
    assert run(["study", "who-pays", *words]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("name", study_names())
def test_the_document_shows_each_with_its_figure(name):
    page = (ROOT / "docs" / "studies.md").read_text(encoding="utf-8")
    study = load_study(name)
    assert f"## {study.question}\n\n`rarecare study {name}" in page
    assert all(f"`{policy}`" in page for policy in study.policies)
    assert (ROOT / "docs" / "studies" / f"{name}.svg").exists()
