"""Levers in both languages: what the schema says in English, nothing left in English in Chinese."""

import re
from functools import cache

import pytest

from abm.policy import load_policy, policy_names, policy_schema
from abm.policy.paths import lever_index
from viz.editor import draft as levers
from viz.i18n import levers as told
from viz.i18n.texts import Words

EN, ZH = Words("en"), Words("zh")
NUMBER = re.compile(r"\d[\d.,]*%?")
LATIN = re.compile(r"[a-z]{2,}")


@cache
def fields() -> dict[str, levers.Field]:
    groups = levers.fields(load_policy("special-zone"))
    return {field.path: field for group in groups.values() for field in group}


def test_english_says_what_the_schema_says():
    for path, field in fields().items():
        meaning = f"{told.lever_about(path, EN)} ({EN(f'lever_unit.{field.info.unit}')})"
        assert meaning == field.info.description
        assert path.split(".")[-1].replace("_", " ") in told.lever_name(path, EN)


def test_groups_are_told_as_the_schema_tells_them():
    defs = policy_schema()["$defs"]
    for name, child in defs["Levers"]["properties"].items():
        if any(path.split(".")[0] == name for path in fields()):
            about = defs.get(child.get("$ref", "").rsplit("/", 1)[-1], child)["description"]
            assert told.group_about(name, EN) == " ".join(about.split())


def test_what_is_expected_of_typed_values_is_what_the_schema_expects():
    for field in fields().values():
        if field.kind in ("number", "month"):
            assert told.expected(field.info, EN) == field.info.expected


def test_nothing_about_a_lever_is_english_in_chinese():
    known = {"logit", "QALY", "YYYY-MM", "none", "inf"}
    for path, field in fields().items():
        texts = [
            told.lever_name(path, ZH), told.lever_about(path, ZH),
            told.group_about(field.group, ZH), ZH(f"lever_unit.{field.info.unit}"),
            *(told.value_name(choice, ZH) for choice in _choices(field)),
        ]  # fmt: skip
        if field.kind in ("number", "month"):
            texts.append(told.expected(field.info, ZH))
        for text in texts:
            rest = re.sub("|".join(map(re.escape, known)), "", text)
            assert not LATIN.search(rest), text


def _choices(field: levers.Field) -> tuple[str, ...]:
    """Return the choices that are not names of places or diseases."""
    return field.choices if field.kind == "choice" else field.words


def test_every_choice_of_a_lever_has_a_text():
    for info in lever_index().values():
        kinds = [*info.kinds, info.schema.get("items", {})]
        for choice in (value for kind in kinds for value in kind.get("enum", ())):
            assert choice.isdigit() or not info.modelled or f"value.{choice}" in ZH


@pytest.mark.parametrize("name", policy_names())
def test_differences_of_policies_are_told_in_both_languages(name):
    policy = load_policy(name)
    for difference in policy.difference():
        line, plain = told.change_told(difference, EN), difference.change()
        assert line.split(": ")[0] == plain.split(": ")[0]
        assert NUMBER.findall(line) == NUMBER.findall(plain)
        chinese = told.change_told(difference, ZH)
        kept = sorted(policy.timeline.written_at(999).benefits, key=len, reverse=True)
        for name in (*kept, "Dravet"):
            chinese = chinese.replace(name, "")
        assert not LATIN.search(chinese), chinese


def test_a_change_reads_well():
    lines = [told.change_told(one, ZH) for one in load_policy("special-zone").difference()]
    assert "自 2020-01 起，特区内规则 · 医院协作网 · 号源：与特区外相同 → 1.2" in lines
