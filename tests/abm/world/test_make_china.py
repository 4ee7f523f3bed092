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

from china_facts import largest_remainder  # noqa: E402
from china_places import rescale  # noqa: E402


@pytest.fixture
def copy(tmp_path):
    """Return a copy of the script, the facts and the tables."""
    for part in ("tools", "abm/data/facts", "abm/data/worlds/china"):
        shutil.copytree(ROOT / part, tmp_path / part)
    return tmp_path


def make(root, *arguments):
    command = [sys.executable, str(root / "tools" / "make_china.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_the_shipped_tables_are_current():
    done = make(ROOT, "--check")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_a_changed_fact_shows(copy):
    facts = copy / "abm/data/facts/slots_by_tier.csv"
    facts.write_text(facts.read_text().replace("member,500", "member,501"))
    done = make(copy, "--check")
    assert done.returncode == 1
    assert "hospitals.csv" in done.stdout
    assert "cities.csv" not in done.stdout
    assert make(copy).returncode == 0
    assert make(copy, "--check").returncode == 0


@pytest.mark.slow
def test_a_missing_table_shows(copy):
    (copy / "abm/data/worlds/china/drugs.csv").unlink()
    done = make(copy, "--check")
    assert done.returncode == 1
    assert "drugs.csv" in done.stdout


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
