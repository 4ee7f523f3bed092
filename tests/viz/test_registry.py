"""The tabs as the registry declares them: whole slices, and no chart that nobody declares."""

from inspect import get_annotations, getmembers, isfunction
from sys import modules

import pytest

from viz.charts.style import Option
from viz.i18n.texts import Texts
from viz.tabs.registry import READERS, TABS


def charts_of(tab):
    return modules[f"viz.tabs.{tab.name}.charts"]


def test_the_data_of_every_tab_with_charts_are_read():
    assert {name for name, tab in TABS.items() if tab.rows} <= set(READERS)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_tab_has_a_name_of_its_own(language):
    names = [Texts(language)(f"tab.{name}") for name in TABS]
    assert len(set(names)) == len(TABS)


@pytest.mark.parametrize("name", [name for name, tab in TABS.items() if tab.rows])
def test_every_chart_that_is_written_is_declared(name):
    panels = [panel for row in TABS[name].rows for panel in row.panels]
    written = {
        function
        for _, function in getmembers(charts_of(TABS[name]), isfunction)
        if function.__module__.startswith(f"viz.tabs.{name}.")
        and not function.__name__.startswith("_")
        and get_annotations(function).get("return") is Option
    }
    assert {panel.draw for panel in panels} == written
    names = [panel.name for panel in panels]
    assert len(set(names)) == len(names)
