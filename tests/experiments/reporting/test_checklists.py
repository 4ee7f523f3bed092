"""The reporting checklists: whole, true to the documents, and open where only the user knows."""

import re
from pathlib import Path

import pytest

from experiments.reporting.checklists import NO, PARTLY, YES, Item, items, page
from experiments.reporting.in_words import in_words
from experiments.reporting.texts import LANGUAGES, Words
from tests.support.comparisons import compared

ROOT = Path(__file__).resolve().parents[3]
CHEERS, STRESS = "CHEERS 2022", "STRESS-ABS"
ONLY_THE_USER = {"4", "21", "25", "27", "28"}
"""Items of CHEERS on a plan, on patients' part, on money and on interests."""


def numbers(name: str) -> list[str]:
    return [one.number for one in items(Words()) if one.list == name]


def test_every_item_is_there():
    assert numbers(CHEERS) == [str(n) for n in range(1, 29)]
    stress = numbers(STRESS)
    assert len(set(stress)) == len(stress)
    assert {one.split(".")[0] for one in stress} == set("123456")


def test_what_only_the_user_knows_stays_open():
    answered = {one.number: one.answered for one in items(Words()) if one.list == CHEERS}
    assert {number for number, told in answered.items() if told == NO} == ONLY_THE_USER
    assert {one.answered for one in items(Words())} == {YES, PARTLY, NO}


def test_the_documents_that_are_named_exist():
    for one in items(Words()):
        for name in re.findall(r"(?:docs|tools|abm)/[\w/.-]+\.(?:md|py)|README\.md", one.told):
            assert (ROOT / name).is_file(), one.told
        model = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
        for number in re.findall(r"section (\d+) of docs/model\.md", one.told):
            assert f"\n## {number}. " in model, one.told


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_languages_take_the_same_values(language):
    holes = re.compile(r"\{(\w+)\}")
    for one, other in zip(items(Words()), items(Words(language)), strict=True):
        assert set(holes.findall(one.told)) >= set(holes.findall(other.told))
        assert other.topic.strip()
        assert other.asks.strip()
        assert other.told.strip()


@pytest.mark.slow
def test_a_comparison_fills_them_and_marks_what_is_open():
    made = compared({})
    told = in_words(made.contrasts, made.design)
    for language, mark in (("en", "OPEN: "), ("zh", "待填：")):
        found = [Item(**one) for one in told[language]["checklists"]]
        assert not any("{" in one.told for one in found)
        written = page(found, Words(language))
        assert written.count(mark) == sum(one.answered == NO for one in found)
        assert told[language]["answer"]["title"] in written
        rows = [line for line in written.splitlines() if re.match(r"\| \d", line)]
        assert len(rows) == len(found)
