"""The answer of a report: nothing is claimed that is not clear, in both languages alike."""

import re

import pytest

from experiments.design import make_design
from experiments.reporting.answer import MOST_POLICIES
from experiments.reporting.in_words import in_words
from experiments.reporting.texts import LANGUAGES, Words
from experiments.reporting.titles import titles
from tests.support.comparisons import BASE, NATION, ZONE, compared

pytestmark = pytest.mark.slow

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def said(effects: dict, **options):
    made = compared(effects, **options)
    return in_words(made.contrasts, made.design)


def lines(told: dict, key: str) -> list[str]:
    section = next(one for one in told["answer"]["sections"] if one["key"] == key)
    return [line for _, line in section["lines"]]


def test_where_nothing_differs_nobody_gains_or_loses():
    told = said({})["en"]
    for sentence in told["answer"]["sentences"]:
        assert "no clear change" in sentence
    for key in ("gains", "loses"):
        assert "nobody clearly" in lines(told, key)
    assert all("no clear difference" in line for line in lines(told, "costs"))


def test_who_gains_and_who_loses_are_told_with_amounts():
    told = said({
        (ZONE, "qalys", "inside"): 0.3, (ZONE, "time_undiagnosed", "inside"): -3.0,
        (ZONE, "catastrophic", "1"): 0.4, (ZONE, "displaced_qalys", "all"): 5000.0,
        (ZONE, "contributed", "all"): 3e9, (ZONE, "paid", "household"): -2.0,
    })["en"]  # fmt: skip
    gains, loses, costs = (lines(told, key) for key in ("gains", "loses", "costs"))
    inside = next(line for line in gains if line.startswith("inside zone"))
    assert "health +300 QALYs per 1,000 (" in inside
    assert "time undiagnosed -3" in inside
    assert any(line.startswith("poorest fifth: ruinous years +40 points (") for line in loses)
    assert any("other insured people" in line and "+5.0 thousand QALYs (" in line for line in loses)
    assert any(line.startswith("all insured people, in all: +3.0 billion") for line in costs)
    assert not any("inside zone" in line for line in loses)


def test_both_languages_say_as_much_and_neither_names_policies_by_their_files():
    told = said({(ZONE, "treated", "all"): 0.5, (NATION, "contributed", "all"): 2e9})
    english, chinese = (told[language]["answer"] for language in LANGUAGES)
    assert len(english["sentences"]) == len(chinese["sentences"]) == 2
    for one, other in zip(english["sections"], chinese["sections"], strict=True):
        assert len(one["lines"]) == len(other["lines"])
        for (_, text), (_, zh) in zip(one["lines"], other["lines"], strict=True):
            assert CHINESE.search(zh)
            assert not CHINESE.search(text)
    for language in LANGUAGES:
        whole = str({key: told[language][key] for key in ("answer", "findings", "caveat")})
        for name in (BASE, ZONE, NATION):
            assert name not in whole
    for heading, sentences in told["zh"]["findings"].items():
        assert all(CHINESE.search(line) for line in (heading, *sentences))


def test_the_assumptions_are_counted():
    told = said({})["en"]
    assumed = " ".join(lines(told, "assumed"))
    assert re.search(r"\d+ of its \d+ parameters are guesses", assumed)
    assert "Of Geographic special zone: " in assumed
    assert "all runs live with the same parameters" in assumed.lower()


def test_one_run_answers_nothing():
    told = said({(ZONE, "qalys", "all"): 5.0}, runs=1)["en"]["answer"]
    assert told["sentences"] == [Words()("screen.one_run")]
    assert [one["key"] for one in told["sections"]] == ["assumed"]


def test_of_many_policies_the_first_are_told_and_the_others_counted():
    variants = [f"{ZONE}:network.slots=1.{n}" for n in range(1, 6)]
    design = make_design([BASE, *variants], runs=6, scale=0.01, years=5, parameters="best")
    told = said({}, design=design)["en"]["answer"]
    assert len(told["sentences"]) == MOST_POLICIES + 1
    assert "2 more" in told["sentences"][-1]


def test_no_two_policies_are_called_alike():
    variants = [f"{ZONE}:network.slots=1.{n}" for n in (1, 2)]
    design = make_design([BASE, ZONE, *variants, f"short={ZONE}:network.slots=2"], runs=6,
                         scale=0.01, years=5, parameters="best")  # fmt: skip
    for language in LANGUAGES:
        called = titles(design, Words(language))
        assert len(set(called.values())) == len(called) == 5
        assert called["short"] == "short"
    assert called[ZONE] == "地理特区"
    assert called[f"{ZONE}[network.slots=1.2]"] == "地理特区 [network.slots=1.2]"
