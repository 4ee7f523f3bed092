"""Every chart: whole, in both languages and any month, with something to see or a reason why."""

import json
from dataclasses import replace
from html import unescape

import pytest

from tests.support.twins import VIEW, charts, twins_at
from viz.charts.style import TITLE_WIDTH, columns
from viz.i18n.texts import Texts
from viz.report.svg import drawn

pytestmark = pytest.mark.slow

MOMENTS = [(0, ""), (1, ""), (5, "Tibet"), (14, ""), (36, ""), (36, "Henan")]


def cells(option):
    """Yield the numbers and points that a chart draws."""
    for series in option.get("series", []):
        yield from series.get("data", [])
        yield from series.get("links", [])


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("month", "province"), MOMENTS)
def test_every_chart_is_whole(month, province, language):
    texts = Texts(language)
    for name, option in charts(twins_at(month), replace(VIEW, province=province), texts):
        text = json.dumps(option, allow_nan=False)
        assert "{" not in option["title"]["text"] + option["title"]["subtext"], name
        assert all(columns(line) <= TITLE_WIDTH for line in option["title"]["text"].split("\n"))
        assert option["aria"] == {"enabled": True}, name
        assert option["animation"] is False, name
        assert "saveAsImage" in option["toolbox"]["feature"], name
        assert any(cell is not None for cell in cells(option)) != ("graphic" in option), name
        assert text.count("NaN") == 0


@pytest.mark.parametrize("month", [14, 36])
def test_a_legend_names_series_that_are_there(month):
    for name, option in charts(twins_at(month), VIEW, Texts("en")):
        shown = option.get("legend", {}).get("data", [])
        there = {series.get("name") for series in option.get("series", [])}
        assert set(shown) <= there, name


@pytest.mark.parametrize("month", [14, 36])
def test_axes_tell_what_they_measure(month):
    for name, option in charts(twins_at(month), VIEW, Texts("zh")):
        if "graphic" in option:
            continue
        for key in ("xAxis", "yAxis"):
            axes = option.get(key, [])
            for axis in axes if isinstance(axes, list) else [axes]:
                assert axis["type"] == "category" or axis["name"].strip(), name


@pytest.mark.parametrize("month", [0, 1])
def test_an_empty_chart_says_why(month):
    reasons = [
        option["graphic"][0]["style"]["text"]
        for _, option in charts(twins_at(month), VIEW, Texts("en"))
        if "graphic" in option
    ]
    assert reasons
    assert all(reason.strip() for reason in reasons)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_echarts_draws_every_chart(language):
    made = dict(charts(twins_at(36), VIEW, Texts(language)))
    pictures = drawn({name: (option, 340) for name, option in made.items()}, 340)
    for name, option in made.items():
        title = option["title"]["text"].split("\n")[0]
        assert f">{title}<" in unescape(pictures[name]), name
        assert pictures[name].count("<path") + pictures[name].count("<text") > 8, name


def test_chinese_charts_hold_no_english_sentence():
    english = {text for text in Texts("en")._texts.values() if len(text) > 12}
    for name, option in charts(twins_at(36), VIEW, Texts("zh")):
        shown = json.dumps(option, ensure_ascii=False)
        assert not [text for text in english if f'"{text}"' in shown], name
