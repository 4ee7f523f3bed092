"""The first screen: its numbers are those of its file, its words claim what the pairs bear out."""

import json
from dataclasses import replace

import pytest

from tests.support.tools import load_tool
from viz.i18n.texts import Texts
from viz.session import Session
from viz.tabs.answer import charts, words
from viz.tabs.answer.data import FILE, MEASURES, Effect, story_of
from viz.tabs.registry import READERS, RESTING, TABS, opening
from viz.view_state import PolicySpec, ViewState
from viz.worlds import served_world, world_named

EN, ZH = Texts("en"), Texts("zh")


@pytest.fixture(scope="module")
def story():
    return story_of(served_world())


def test_the_story_knows_the_sources_of_now():
    """After any change of results: python tools/make_story.py."""
    kept = json.loads(FILE.read_text(encoding="utf-8"))["sources"]
    assert kept == load_tool("make_story").sources(served_world())


def test_the_story_is_small_and_of_the_default_pair(story):
    assert FILE.stat().st_size < 100_000
    assert story.is_of(ViewState())
    assert not story.is_of(replace(ViewState(), b=PolicySpec("no-charity")))
    assert {effect.measure for effect in story.effects} == set(MEASURES)
    assert story.pairs >= 8


def effect(claim, difference=-3.0, measure="time_undiagnosed", group="inside", by="zone"):
    return Effect(measure, by, group, 20.0, 17.0, difference, -5.0, -1.0, claim)


def test_what_is_not_claimed_is_not_said(story):
    unclear = replace(story, effects=(effect("not clear"),), short=(0, 180))
    text = words.headline(unclear, EN)
    assert text.startswith("Inside the zone nothing is clear; outside it nothing is clear")
    assert words.wins(unclear, EN) == [EN("story.nobody")]
    assert words.loses(unclear, EN) == [EN("story.nobody")]
    assert words.headline(unclear, ZH).startswith("特区内没有明确变化")


def test_a_gain_is_told_with_its_interval_and_a_loss_among_the_losses(story):
    better = replace(story, effects=(effect("better"),), short=(0, 180))
    told = "people live 3.0 months less without a diagnosis (1.0 to 5.0)"
    assert told in words.headline(better, EN)
    assert words.wins(better, EN) == [EN("story.nobody")]
    treated = replace(story, effects=(effect("better", 0.03, "treated"),))
    assert words.wins(treated, EN)[0].startswith("inside the zone: 3.0 more of 100 patients")
    worse = replace(story, effects=(effect("worse", 3.0),), short=(7, 180))
    assert words.wins(worse, EN) == [EN("story.nobody")]
    first, last = words.loses(worse, EN)
    assert "3.0 months longer" in first
    assert "7 of 180 months" in last


@pytest.mark.parametrize("texts", [EN, ZH], ids=["en", "zh"])
def test_every_line_is_whole(story, texts):
    lines = [
        words.headline(story, texts), *words.wins(story, texts), *words.loses(story, texts),
        *words.guesses(story, served_world(), texts), words.who(story.gains, texts),
        words.who(story.loses, texts),
    ]  # fmt: skip
    assert all(line.strip() and "{" not in line and "None" not in line for line in lines)


def test_the_dots_of_a_chart_are_coloured_by_what_is_claimed(story):
    given = (effect("better"), effect("not clear", group="outside"))
    made = charts.effects(replace(story, effects=given), EN, "time_undiagnosed")
    dots = {s["name"]: s["data"] for s in made["series"] if s["type"] == "scatter"}
    assert [point["value"] for point in dots["better under B"]] == [[-3.0, "inside the zone"]]
    assert [point["value"][1] for point in dots["unclear"]] == ["outside the zone"]
    assert dots["worse under B"] == []


def test_one_gains_and_one_loses(story):
    assert story.gains.line.gain > 0 > story.loses.line.gain
    for patient in (story.gains, story.loses):
        assert patient.a.moments[0].kind == patient.b.moments[0].kind == "onset"
        assert patient.a.text != patient.b.text


def test_of_a_way_what_was_before_the_scenario_is_told_in_a_line(story):
    for patient in (story.gains, story.loses):
        before = sum(moment.month < 0 for moment in patient.a.moments)
        text = words.way(patient, "a", EN)
        assert (EN("story.before", events=before, year=2019) in text) == (before > 0)
        assert len(text.splitlines()) == len(patient.a.text.splitlines()) - max(0, before - 1)
        assert text.splitlines()[-1] == patient.a.text.splitlines()[-1]


def test_a_bare_address_opens_the_answer_and_any_other_link_does_not():
    assert opening("")[0].tab == next(iter(TABS)) == "answer"
    assert opening("?language=zh")[0].tab == "answer"
    assert opening("?scale=0.003")[0].tab == "overview"
    view = opening("?world=island")[0]
    assert (view.tab, story_of(view.world)) == ("overview", None)
    again, complaints = opening("?" + opening("")[0].to_query())
    assert (again.tab, complaints) == ("answer", [])


@pytest.mark.slow
def test_the_answer_needs_no_models_until_somebody_watches():
    view = replace(ViewState.of(world_named("island")), years=2, tab="answer")
    session = Session(READERS, view, resting=RESTING)
    session.work()
    assert (session.twins, session.stage.value, session.rests) == (None, "ready", True)
    session.watch("overview")
    session.work()
    assert session.snapshot.value.month == 24
    assert session.snapshot.value.tab == "overview"
    session.close()
