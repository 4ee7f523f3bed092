"""ECharts and the page's scripts are found wherever pip has put them."""

import sys
from pathlib import Path

import pytest

from viz import assets
from viz.report.svg import ECHARTS
from viz.server import LOADER


def installed(prefix: Path, recorded: bool) -> Path:
    """Make what pip leaves under a prefix; return the folder of packages."""
    script = prefix / assets.FOLDER / "own@1.0" / "own.js"
    script.parent.mkdir(parents=True)
    script.write_text("42")
    packages = prefix / "lib" / "python3.x" / "site-packages"
    about = packages / "solara_assets-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: solara-assets\nVersion: 1.0\n")
    if recorded:
        name = f"../../../{assets.FOLDER.as_posix()}/own@1.0/own.js"
        (about / "RECORD").write_text(f"{name},,\nsolara_assets-1.0.dist-info/RECORD,,\n")
    return packages


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """Let neither the environment nor the base have any scripts."""
    for name in ("prefix", "base_prefix"):
        monkeypatch.setattr(sys, name, str(tmp_path / "without"))
    return tmp_path / "with spaces and 中文"


def test_they_are_where_the_record_of_pip_says(elsewhere, monkeypatch):
    """As `pip install --user` or `--target` leave them, under a prefix that nobody else names."""
    monkeypatch.syspath_prepend(str(installed(elsewhere, recorded=True)))
    found = assets.asset("own@1.0/own.js")
    assert found is not None
    assert found.read_text() == "42"
    assert assets.asset("own@1.0/none.js") is None


def test_without_a_record_they_are_looked_for_under_the_users_prefix(elsewhere, monkeypatch):
    monkeypatch.syspath_prepend(str(installed(elsewhere, recorded=False)))
    assert assets.asset("own@1.0/own.js") is None
    monkeypatch.setenv("PYTHONUSERBASE", str(elsewhere))
    monkeypatch.setattr(assets.sysconfig, "get_path", lambda *_: str(elsewhere))
    assert assets.asset("own@1.0/own.js").read_text() == "42"


@pytest.mark.parametrize("name", [ECHARTS, LOADER])
def test_what_is_needed_is_installed_here(name):
    assert assets.asset(name).stat().st_size > 1000
