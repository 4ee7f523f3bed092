"""The page's style sheets, and the axes that charts end on."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

import viz
from viz.charts.style import both_ways, reaching
from viz.tabs.registry import TABS

ROOT = Path(viz.__file__).parent


def test_what_is_styled_as_a_tab_is_no_other_part_of_the_page():
    """A part that had the class of a tab would lend its looks to all that the tab shows."""
    for sheet in (*ROOT.rglob("*.css"), *ROOT.rglob("*.vue")):
        used = set(re.findall(r"\brc-[\w-]+", sheet.read_text(encoding="utf-8")))
        tabs = {f"rc-{name}" for name in TABS if sheet.parent != ROOT / "tabs" / name}
        assert not used & tabs, sheet


@pytest.mark.parametrize("most", [0.0031, 0.19, 1.0, 7.3, 26.6, 33_000.0])
def test_an_axis_ends_on_one_of_its_steps_and_holds_what_it_shows(most):
    for axis, steps in ((reaching(most), 5), (both_ways(most), 3)):
        count = axis["max"] / axis["interval"]
        assert axis["max"] >= most * (1 - 1e-9)
        assert count == pytest.approx(round(count))
        assert round(count) <= steps
    assert both_ways(most)["min"] == -both_ways(most)["max"]


def test_an_axis_wastes_little():
    ends = [reaching(1.0 + n / 50)["max"] for n in range(450)]
    assert all(end <= 1.5 * (1.0 + n / 50) for n, end in enumerate(ends))
    assert all(low <= high for low, high in pairwise(ends))
