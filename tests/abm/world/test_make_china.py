"""The shipped tables are what the conversion script makes of the facts."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tools"))

import china_facts  # noqa: E402
import make_china  # noqa: E402
from china_facts import largest_remainder  # noqa: E402
from china_places import rescale  # noqa: E402


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """Return a copy of the facts and the tables, with which the script works from now on."""
    for part in ("abm/data/facts", "abm/data/worlds/china"):
        shutil.copytree(ROOT / part, tmp_path / part)
    monkeypatch.setattr(china_facts, "FACTS", tmp_path / "abm/data/facts")
    monkeypatch.setattr(make_china, "WORLD", tmp_path / "abm/data/worlds/china")
    return tmp_path


@pytest.fixture
def make(monkeypatch, capsys):
    """Return a function that calls the script in this process; gives its status and its words."""

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["make_china.py", *arguments])
        return make_china.main(), capsys.readouterr().out

    return call


@pytest.mark.slow
def test_the_shipped_tables_are_current():
    command = [sys.executable, str(ROOT / "tools" / "make_china.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_a_changed_fact_shows(copy, make):
    facts = copy / "abm/data/facts/slots_by_tier.csv"
    facts.write_text(facts.read_text().replace("member,500", "member,501"))
    status, told = make("--check")
    assert status == 1
    assert "hospitals.csv" in told
    assert "cities.csv" not in told
    assert make() == (0, "")
    assert make("--check") == (0, "")


@pytest.mark.slow
def test_a_missing_table_shows(copy, make):
    (copy / "abm/data/worlds/china/drugs.csv").unlink()
    status, told = make("--check")
    assert status == 1
    assert "drugs.csv" in told


weights = st.lists(st.integers(1, 10**8), min_size=1, max_size=40)


@given(total=st.integers(0, 10**9), weights=weights)
def test_splitting_loses_nobody(total, weights):
    parts = largest_remainder(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - total * weight / sum(weights)) < 1 + 1e-6


@given(people=weights, mean=st.floats(1, 1e6))
def test_rescaling_keeps_ratios_and_meets_the_mean(people, mean):
    values = [1 / (i + 1) for i in range(len(people))]
    scaled = rescale(values, people, mean)
    total = sum(v * n for v, n in zip(scaled, people, strict=True))
    assert total / sum(people) == pytest.approx(mean)
    assert scaled[0] / scaled[-1] == pytest.approx(len(people))
