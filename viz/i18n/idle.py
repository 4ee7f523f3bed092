"""Why a lever cannot act, in the page's language.

The sentences are those of `abm.policy.idle` and of the conditions of the levers; rows `idle.` of
the table hold their Chinese, with a "*" where a sentence names something. A sentence that has no
row is shown in English. Levers and values go by the names that the page gives them.
"""

import re
from functools import cache

from abm.policy.idle import Idle
from abm.policy.paths import lever_index
from viz.i18n.levers import group_title, lever_within, value_name
from viz.i18n.texts import Texts, readable, table

ROWS = "idle."
CODE = re.compile(r"[a-z_]+(?:\.[a-z_]+)+|[a-z]+(?:_[a-z]+)+")
VALUE = re.compile(r"'([^']+)'")
LISTED = ", "


def format_idle(idle: Idle, texts: Texts) -> str:
    """Return what cannot act, a lever or some of the names that it lists, and why."""
    name = lever_within(idle.path, texts)
    if idle.parts:
        parts = texts("editor.comma").join(texts.place(part) for part in idle.parts)
        name = texts("change.within", group=name, name=parts)
    return texts("editor.idle_one", name=name, why=idle_reason(idle.why, texts))


def idle_reason(why: str, texts: Texts) -> str:
    """Return why a lever cannot act.

    Args:
        why: The sentence in English, with paths of levers and codes of values in it.
        texts: Texts of the language.
    """
    said = _translated(why, texts) if texts.language == "zh" else why
    said = VALUE.sub(lambda found: texts("editor.quoted", name=value_name(found[1], texts)), said)
    return CODE.sub(lambda found: _lever(found[0], texts), said)


def _translated(sentence: str, texts: Texts) -> str:
    """Return a sentence in Chinese, and so what stands in it; places and the rest as named."""
    for pattern, row in _patterns():
        if found := pattern.fullmatch(sentence):
            return texts(f"idle.{row}").format(
                *(_translated(part, texts) for part in found.groups())
            )
    return texts("editor.comma").join(texts.place(part) for part in sentence.split(LISTED))


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return the sentences that have Chinese, as patterns, those that say most first."""
    known = [key.removeprefix(ROWS) for key in table()["zh"] if key.startswith(ROWS)]
    known.sort(key=lambda row: ("*" in row, -len(row)))
    return tuple((re.compile(re.escape(row).replace(r"\*", "(.+)")), row) for row in known)


def _lever(path: str, texts: Texts) -> str:
    """Return the name of a lever or a group of them; another code as people write it."""
    if path in lever_index():
        return texts("editor.quoted", name=lever_within(path, texts))
    if f"lever.{path}" in texts:
        return texts("editor.quoted", name=group_title(path, texts))
    return readable(path)
