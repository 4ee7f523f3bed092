"""Levers in both languages: what the schema says in English, nothing left in English in Chinese."""

import re
import warnings
from functools import cache

import pytest

from abm.policy import load_policy, policy_names, policy_schema
from abm.policy.paths import leaves, lever_index, lever_info
from viz.editor import draft as levers
from viz.i18n import levers as lever_texts
from viz.i18n.texts import Texts, table
from viz.worlds import served_world

pytestmark = pytest.mark.slow

EN, ZH = Texts("en"), Texts("zh")
NUMBER = re.compile(r"\d+(?:[.,]\d+)*%?")
LATIN = re.compile(r"[a-z]{2,}")


@cache
def fields() -> dict[str, levers.LeverInput]:
    groups = levers.fields(load_policy("special-zone"), served_world())
    return {field.path: field for group in groups.values() for field in group}


def test_english_is_that_of_the_declaration_and_says_it_once():
    assert not [key for key in table()["en"] if key.startswith(("lever_unit.", "value."))]
    for path, field in fields().items():
        assert not {lever_texts.lever_key(path), f"{lever_texts.lever_key(path)}.about"} & set(
            table()["en"]
        )
        meaning = f"{lever_texts.lever_about(path, EN)} ({lever_texts.lever_unit(field.info, EN)})"
        assert meaning == field.info.description
        assert path.split(".")[-1].replace("_", " ") in lever_texts.lever_name(path, EN)


def test_groups_are_told_as_they_are_declared():
    defs = policy_schema()["$defs"]
    for name, child in defs["Levers"]["properties"].items():
        about = defs.get(child.get("$ref", "").rsplit("/", 1)[-1], child)["description"]
        assert lever_texts.group_about(name, EN) == " ".join(about.split())


def test_a_lever_that_nobody_translated_is_shown_in_english(monkeypatch):
    path, zh = "network.slots", Texts("zh")
    monkeypatch.setattr(zh, "_texts", {"change.within": "{group} · {name}"})
    assert lever_texts.lever_within(path, zh) == "Network · slots"
    assert lever_texts.lever_about(path, zh) == "factor on rare-disease consultation slots"
    assert lever_texts.lever_unit(lever_info(path), zh) == "factor"
    assert lever_texts.value_name("gatekept", zh) == "gatekept"


def missing(path: str) -> list[str]:
    """Return the keys of a lever that have no Chinese text."""
    info, key = lever_info(path), lever_texts.lever_key(path)
    keys = [key, f"{key}.about", f"lever_unit.{info.unit}"]
    kinds = [*info.kinds, info.schema.get("items", {})]
    keys += [f"value.{value}" for kind in kinds for value in kind.get("enum", ())]
    return [key for key in keys if key not in ZH and not key.removeprefix("value.").isdigit()]


def test_what_a_shipped_policy_sets_is_there_in_chinese():
    """A new lever may be shown in English until a policy is shipped that sets it."""
    lacking = {path: keys for path in lever_index() if (keys := missing(path))}
    if lacking:
        warnings.warn(f"levers without Chinese in texts.csv: {lacking}", stacklevel=1)
    assert not set(lacking) & set_by_shipped_policies()


@cache
def set_by_shipped_policies() -> set[str]:
    found = set()
    for name in policy_names():
        for levers_then in load_policy(name).timeline.written.values():
            for path in leaves(levers_then.model_dump(exclude_unset=True)):
                parts = path.split(".")
                parts[1:2] = ["<layer>"] if parts[0] == "benefits" else parts[1:2]
                found.add(".".join(parts))
    return found


def test_what_is_expected_of_typed_values_is_what_the_schema_expects():
    for field in fields().values():
        if field.kind in ("number", "month"):
            assert lever_texts.expected(field.info, EN) == field.info.expected


def test_nothing_about_a_lever_is_english_in_chinese():
    known = {"logit", "QALY", "YYYY-MM", "none", "inf"}
    for path, field in fields().items():
        if missing(path):
            continue
        texts = [
            lever_texts.lever_name(path, ZH), lever_texts.lever_about(path, ZH),
            lever_texts.group_about(field.group, ZH), lever_texts.lever_unit(field.info, ZH),
            *(lever_texts.value_name(choice, ZH) for choice in _choices(field)),
        ]  # fmt: skip
        if field.kind in ("number", "month"):
            texts.append(lever_texts.expected(field.info, ZH))
        for text in texts:
            rest = re.sub("|".join(map(re.escape, known)), "", text)
            assert not LATIN.search(rest), text


def _choices(field: levers.LeverInput) -> tuple[str, ...]:
    """Return the choices that are not names of places or diseases."""
    return field.choices if field.kind == "choice" else field.whole


@pytest.mark.parametrize("name", policy_names())
def test_differences_of_policies_are_told_in_both_languages(name):
    policy = load_policy(name)
    for difference in policy.difference():
        line, plain = lever_texts.format_change(difference, EN), difference.change()
        assert line.split(": ")[0] == plain.split(": ")[0]
        assert NUMBER.findall(line) == NUMBER.findall(plain)
        chinese = lever_texts.format_change(difference, ZH)
        kept = sorted(policy.timeline.written_at(999).benefits, key=len, reverse=True)
        for name in (*kept, "Dravet"):
            chinese = chinese.replace(name, "")
        assert not LATIN.search(chinese), chinese


def test_a_change_reads_well():
    lines = [lever_texts.format_change(one, ZH) for one in load_policy("special-zone").difference()]
    assert "自 2020-01 起，特区内规则 · 医院协作网 · 号源：与特区外相同 → 1.2" in lines
