"""Everything on the page that measures something is explained, in both languages."""

import pytest

from abm.model import MOST_YEARS
from abm.policy import load_policy
from abm.policy.paths import lever_index
from experiments.measures import Place, listed, measures
from experiments.measures.definitions import definitions
from viz.explain.words import of_chart, of_indicator, of_lever
from viz.i18n.texts import Texts
from viz.reading.stocks import STOCKS
from viz.tabs.registry import TABS

BOTH = [Texts("en"), Texts("zh")]
SHOWN = {
    one.name: (one, place)
    for place in (Place.CARDS, Place.MAPS, Place.EQUIPLOTS)
    for one in listed(place, MOST_YEARS, besides=STOCKS)
}


@pytest.mark.parametrize("name", list(SHOWN))
def test_each_indicator_has_a_definition_unit_people_direction_and_source(name):
    one, place = SHOWN[name]
    found = definitions()[name]
    for texts in BOTH:
        lines = of_indicator(one, one.at(place).unit, texts)
        assert lines[0] == texts.pick(*found.text)
        assert texts.pick(*one.at(place).unit.text) in lines[1]
        assert lines[3] == texts(f"explain.{one.better}")
        assert name in lines[4]
        assert "CALC" in lines[4]


def test_every_measure_is_defined_and_nothing_else():
    of_all_lengths = {one.name for years in (1, 5, MOST_YEARS) for one in measures(years)}
    assert set(definitions()) == of_all_lengths | {one.name for one in STOCKS}
    for name, one in definitions().items():
        assert all(text.endswith((".", "。")) for text in (*one.text, *one.who)), name
        assert one.text.en.isascii(), name


@pytest.mark.parametrize(
    ("draw", "key"),
    [(panel.draw.__name__, panel.key) for tab in TABS.values() for row in tab.rows
     for panel in row.panels],
)  # fmt: skip
def test_each_chart_says_what_it_shows(draw, key):
    lines = [of_chart(draw, key, texts) for texts in BOTH]
    assert [len(one) for one in lines] == [2, 2]
    assert lines[0] != lines[1]


def test_a_lever_tells_meaning_range_unit_and_the_source_of_its_value():
    policy = load_policy("special-zone")
    lines = of_lever("network.slots", policy, BOTH[0])
    assert any("from 0" in line or "Takes" in line for line in lines)
    sourced = of_lever("zone.provinces", policy, BOTH[0])
    assert any("Value in this policy, from 20" in line for line in sourced)
    for path in lever_index():
        for texts in BOTH:
            assert all(line.strip() for line in of_lever(path, None, texts)), path
