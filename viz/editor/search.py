"""What people type to find a lever: its name, other words for it, a value that it has.

Levers that are called so come before those that speak of it, and these before those that have it as
a value; `lever_words.<lever>` in `texts.csv` says what else people call a lever.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from viz.editor.draft import LeverInput
from viz.i18n.levers import group_title, lever_about, lever_key, lever_name
from viz.i18n.texts import Texts

NAMED, CALLED, TOLD, VALUED = 0, 1, 2, 3
"""How near a word is to a lever: its group, its name or another word, what it means, its value."""
NUMBER = re.compile(r"\d+(\.\d+)?%?")


def found(
    groups: Mapping[str, list[LeverInput]],
    query: str,
    values: Mapping[str, Any],
    own: Collection[str],
    texts: Texts,
) -> list[LeverInput]:
    """Return the levers that have all words of a search, the nearest first.

    Args:
        groups: All levers by group.
        query: What was typed.
        values: What the levers are set to, by path.
        own: Benefit layers of the policy's own, which come before others that are as near.
        texts: Texts of the language; what people call a lever is looked for in both.
    """
    other = Texts("zh" if texts.language == "en" else "en", texts.world)
    ranked = []
    for field in (field for fields in groups.values() for field in fields):
        near = _near(field, query, values.get(field.path), texts, other)
        if near is not None:
            ranked.append(((near, group_title(field.group, texts) not in own), field))
    return [field for _, field in sorted(ranked, key=lambda one: one[0])]


def _near(field: LeverInput, query: str, value: Any, texts: Texts, other: Texts) -> int | None:
    """Return how far a lever is from a search, None if it lacks a word of it.

    `other` are the texts of the other language.
    """
    key = lever_key(field.path).removeprefix("lever.")
    words = " ".join(one.get(f"lever_words.{key}", "") for one in (texts, other)).lower()
    phrase = query.strip().lower() in words
    names = " ".join([*(f"{group_title(field.group, one)} {lever_name(field.path, one)}"
                        for one in (texts, other)), words]).lower()  # fmt: skip
    told = f"{field.path.replace('_', ' ')} {lever_about(field.path, texts)}".lower()
    group = field.path.split(".", 1)[0]
    far = 0
    for word in query.lower().split():
        if word == group:
            far += NAMED
        elif word in names:
            far += CALLED
        elif word in f"{told} {field.path} {field.info.description.lower()}":
            far += TOLD
        elif NUMBER.fullmatch(word) and _has(value, word, field.info.unit):
            far += VALUED
        else:
            return CALLED if phrase else None
    return min(far, CALLED) if phrase else far


def _has(value: Any, word: str, unit: str) -> bool:
    """Return whether a value is a number that was typed, as it is or in per cent."""
    typed = float(word.rstrip("%"))
    return any(abs(typed - number) < 1e-9 for number in _numbers(value, unit.startswith("share")))


def _numbers(value: Any, share: bool) -> Iterable[float]:
    match value:
        case bool():
            return
        case int() | float():
            yield from (value, 100.0 * value) if share else (value,)
        case Mapping():
            for name, one in value.items():
                yield from _numbers(one, name == "rate")
        case list() | tuple():
            for one in value:
                yield from _numbers(one, share)
