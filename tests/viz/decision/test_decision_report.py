"""The report and the figures of a decision, from what is typed to what is in the folder."""

import json
import re
import tempfile
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image

from experiments.running.manifest import REPORTS
from tests.experiments.decision.made_up_runs import TELLS, Made, compared
from tests.support.pages import barriers
from viz import command

pytestmark = pytest.mark.slow

EQUAL = 1000.0 / 0.03
"""Threshold at which the made-up policies are equal in the mean."""
FOOT = {
    "": ("40 paired runs", "No forecast", "Source: rarecare"),
    ".zh": ("40次配对运行", "并非预测", "来源：rarecare"),
}
"""What stands below every figure, by the end of its name."""
FIGURES = {"data-worth", "plane", "acceptability", "winners-health", "winners-households", "equity",
           "budget-zone", "scenarios-zone"}  # fmt: skip


@cache
def decided() -> Path:
    """Return the folder of a decision on made-up runs, made once for all tests."""
    folder = Path(tempfile.mkdtemp(prefix="rarecare-test-"))
    saved = compared(folder, Made(slope=400.0, luck=20.0), runs=40).save(folder / "zone")
    assert command.run(["decide", str(saved), "--threshold", str(EQUAL)]) == 0
    return saved / "decision"


def test_every_figure_is_there_and_says_what_it_rests_on():
    there = decided() / "figures"
    assert {file.stem for file in there.glob("*.png") if not file.stem.endswith(".zh")} == FIGURES
    for name in FIGURES:
        with Image.open(there / f"{name}.png") as picture:
            assert picture.size == (1920, 1080)
        for language, words in FOOT.items():
            svg = (there / f"{name}{language}.svg").read_text(encoding="utf-8")
            assert "NaN" not in svg
            told = " ".join("".join(node.itertext()) for node in ElementTree.fromstring(svg).iter())
            for one in words:
                assert one in told, (name, one)


@pytest.mark.parametrize("language", REPORTS)
def test_the_data_to_collect_first_stand_first(language):
    body = (decided() / REPORTS[language]).read_text(encoding="utf-8")
    kept = json.loads((decided() / "decision.json").read_text(encoding="utf-8"))
    told = kept["in_words"][language]
    first = re.search(r'<p class="answer">(.*?)</p>', body)[1]
    assert TELLS in first
    assert first == told["sentences"][0]
    assert not re.search(r"<script|<img|<link", body)
    assert told["titles"]["zone"] in body


def test_a_lone_page_keeps_nobody_out(new_context):
    for file in REPORTS.values():
        page = new_context().new_page()
        page.goto((decided() / file).as_uri())
        assert barriers(page) == []


def test_a_decision_that_cannot_be_drawn_is_told_in_a_line(tmp_path, capsys, monkeypatch):
    saved = compared(tmp_path, Made(luck=20.0), sets=False).save(tmp_path / "zone")
    monkeypatch.setattr("viz.report.svg.ECHARTS", "nowhere.js")
    assert command.run(["decide", str(saved)]) == 1
    printed = capsys.readouterr()
    assert printed.err.count("\n") == 1
    assert "report.html of the decision were not made: ECharts is not there" in printed.err
    assert (saved / "decision" / "cost_effectiveness.csv").is_file()
    assert not (saved / "decision" / "report.html").exists()


def test_without_parameter_sets_it_is_said_that_data_cannot_be_told(tmp_path):
    saved = compared(tmp_path, Made(luck=20.0), sets=False).save(tmp_path / "zone")
    assert command.run(["decide", str(saved)]) == 0
    body = (saved / "decision" / "report.html").read_text(encoding="utf-8")
    assert "all runs live with the same parameters" in body
    assert not (saved / "decision" / "figures" / "data-worth.svg").exists()
