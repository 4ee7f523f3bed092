import json
import shutil

import pytest

from abm.errors import UserError
from tests.support.folders import POLICIES, compared
from viz.comparison.results import open_results, read_results, results_folders

pytestmark = pytest.mark.slow


@pytest.fixture
def copy(tmp_path):
    """A root of results with one good folder, which may be spoiled."""
    shutil.copytree(compared(), tmp_path / "runs" / "zone")
    return tmp_path / "runs"


def test_a_folder_holds_what_was_found():
    results = read_results(compared())
    assert (results.baseline, results.others) == (POLICIES[0], list(POLICIES[1:]))
    assert results.runs == 3
    assert set(results.summary["policy"]) == set(POLICIES)
    assert "Which policy is better for whom" in results.findings
    assert "assumptions" in results.caveat


def test_assumptions_are_told_apart_from_sources():
    told = read_results(compared()).assumptions()
    assert {one.assumed for one in told} == {True, False}
    assert all(one.assumed for one in told if one.source.startswith("assumption"))
    assert len({(one.when, one.source) for one in told}) == len(told)


def test_the_newest_folder_comes_first(copy):
    shutil.copytree(copy / "zone", copy / "later")
    (copy / "later" / "manifest.json").touch()
    (copy / "empty").mkdir()
    assert results_folders(copy) == ["later", "zone"]
    assert results_folders(copy / "nowhere") == []


def without(key):
    def spoil(folder):
        file = folder / "manifest.json"
        content = json.loads(file.read_text())
        del content[key]
        file.write_text(json.dumps(content))

    return spoil


SPOILED = {
    "no summary": lambda folder: (folder / "summary.csv").unlink(),
    "an empty summary": lambda folder: (folder / "summary.csv").write_text(""),
    "another table": lambda folder: (folder / "summary.csv").write_text("a,b\n1,2\n"),
    "words for numbers": lambda folder: (folder / "summary.csv").write_text(
        (folder / "summary.csv").read_text().replace("1.0", "many", 3)
    ),
    "no JSON": lambda folder: (folder / "manifest.json").write_text("{"),
    "a list": lambda folder: (folder / "manifest.json").write_text("[]"),
    "not text": lambda folder: (folder / "manifest.json").write_bytes(b"\xff\xfe"),
    "no policies": without("policies"),
    "no baseline": without("baseline"),
    "no seeds": without("seeds"),
    "no parameters": without("parameters"),
}


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED.keys())
def test_a_spoiled_folder_is_told_in_one_line(spoil, copy):
    spoil(copy / "zone")
    with pytest.raises(UserError) as error:
        open_results("zone", copy)
    assert str(error.value).startswith("zone: ")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["../zone", "/etc", ".", "", "zone/../zone", "zone/runs", "zoen"])
def test_nothing_outside_the_root_is_opened(name, copy, tmp_path):
    shutil.copytree(copy / "zone", tmp_path / "zone")
    with pytest.raises(UserError, match="unknown results folder"):
        open_results(name, copy)


def test_a_link_to_the_outside_is_not_followed(copy, tmp_path):
    shutil.move(copy / "zone", tmp_path / "secret")
    (copy / "whole").symlink_to(tmp_path / "secret")
    (copy / "part").mkdir()
    for name in ("summary.csv", "manifest.json"):
        (copy / "part" / name).symlink_to(tmp_path / "secret" / name)
    for name in ("whole", "part"):
        with pytest.raises(UserError, match="outside"):
            open_results(name, copy)
