"""Colours and axes say what they stand for: the same in every month, and where they begin."""

import numpy as np
import pytest

from experiments.reporting.formatting import scale
from viz.charts.lines import values_axis
from viz.i18n.texts import Texts
from viz.reading.courses import on_maps
from viz.tabs.overview.map_scales import declared, ends


def test_every_map_has_a_scale():
    assert set(declared()) == set(on_maps(15))


@pytest.mark.parametrize("indicator", sorted(declared()))
def test_a_maps_colours_do_not_change_with_the_month(indicator):
    low, high, most = declared()[indicator]
    for share in (0.0, 0.2, 1.0):
        at = low + share * (high - low)
        assert ends(indicator, np.array([low, at, np.nan]), False) == (low, high)
        assert ends(indicator, np.array([-share * most, np.nan]), True) == (-most, most)


@pytest.mark.parametrize("value", [1.01, 3.0, 7e3])
def test_a_scale_reaches_what_lies_beyond_it(value):
    _, high, most = declared()["treated"]
    assert ends("treated", np.array([value * high]), False)[1] >= value * high
    low, top = ends("treated", np.array([-value * most]), True)
    assert -low == top >= value * most


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("values", [(50e3, 62e3), (161e3, 300e3), (29.1e9, 30.4e9), (5.0, 5.0)])
def test_an_axis_that_is_cut_says_from_where(values, language):
    by = scale(values, "persons", language)
    made = values_axis(values, by, Texts(language))
    shown = [value / by.divisor for value in values]
    if "min" not in made:
        assert min(shown) <= 0.6 * max(shown)
        assert not made.get("scale")
        return
    assert made["min"] <= min(shown)
    assert made["max"] >= max(shown)
    assert f"{made['min']:g}" in made["name"]


def test_an_axis_with_room_begins_at_nothing():
    by = scale((100.0, 300.0), "persons", "en")
    assert "min" not in values_axis((100.0, 300.0), by, Texts("en"))
    assert "min" not in values_axis((0.0, 0.0), by, Texts("en"))
