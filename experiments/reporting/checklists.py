"""Reporting checklists of a comparison: CHEERS 2022 and STRESS-ABS, item by item.

CHEERS 2022: Husereau et al. 2022, BMJ 376:e067975 (28 items). STRESS-ABS: Monks et al. 2019,
Journal of Simulation 13:55-67. Items stand in `checklists.csv` in words of our own. What no program
can know (who took part, who paid, whose interests) stays open, and is seen to be open.
"""

import csv
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from experiments.design import Design
from experiments.reporting import scope
from experiments.reporting.answer import Answer
from experiments.reporting.contrasts import Contrasts
from experiments.reporting.texts import Words
from experiments.running.manifest import git_revision
from experiments.running.run_cache import version

TABLE = Path(__file__).parent / "checklists.csv"
YES, PARTLY, NO = "yes", "partly", "no"
"""Whether an item is answered."""


class Item(NamedTuple):
    """An item of a checklist.

    Attributes:
        list: Which checklist.
        number: Its number there.
        topic: Its name.
        asks: What it asks for.
        answered: "yes", "partly", or "no" where only the user can.
        told: The answer, or what the user must say.
    """

    list: str
    number: str
    topic: str
    asks: str
    answered: str
    told: str


def items(words: Words) -> list[Item]:
    """Return the items of all checklists, with answers that still name what is put into them."""
    return [
        Item(row["list"], row["number"], words.pick(row["topic_en"], row["topic_zh"]),
             words.pick(row["asks_en"], row["asks_zh"]), row["answered"],
             words.pick(row["told_en"], row["told_zh"]))
        for row in _rows()
    ]  # fmt: skip


def filled(
    contrasts: Contrasts, design: Design, words: Words, titles: Mapping[str, str], told: Answer
) -> list[Item]:
    """Return the items with what a comparison says to each.

    Args:
        contrasts: What it has found.
        design: What was compared.
        words: The texts of the language.
        titles: What each policy is called.
        told: Its answer.
    """
    facts = _facts(contrasts, design, words, titles, told)
    return [one._replace(told=one.told.format(**facts)) for one in items(words)]


def page(found: Iterable[Item], words: Words) -> str:
    """Return checklists as a Markdown file, what is open marked and counted."""
    found = list(found)
    lines = [f"# {words('checklists.title')}", "", words("checklists.sources")]
    for name in dict.fromkeys(one.list for one in found):
        there = [one for one in found if one.list == name]
        lines += ["", f"## {heading(there, words)}", "", words("checklists.about", list=name), "",
                  f"| | {' | '.join(words(f'checklists.{key}') for key in COLUMNS)} |",
                  "|---|---|---|---|"]  # fmt: skip
        for one in there:
            cells = (one.number, one.topic, one.asks, answer_to(one, words))
            lines.append(f"| {' | '.join(_cell(cell) for cell in cells)} |")
    return "\n".join(lines) + "\n"


COLUMNS = ("item", "asks", "answer")


def heading(there: list[Item], words: Words) -> str:
    """Return the name of a checklist, and how many of its items are open."""
    answered = [one.answered for one in there]
    return words("checklists.heading", list=there[0].list, all=len(there),
                 open=answered.count(NO), partly=answered.count(PARTLY))  # fmt: skip


def answer_to(one: Item, words: Words) -> str:
    """Return the answer to an item, marked where it is none or a part."""
    key = {NO: "checklists.open", PARTLY: "checklists.partly"}.get(one.answered)
    return words(key, told=one.told) if key else one.told


def _facts(
    contrasts: Contrasts, design: Design, words: Words, titles: Mapping[str, str], told: Answer
) -> dict[str, object]:
    """Return what is put into the answers."""
    setting, where = design.setting, design.scope
    world, sets = setting.world, len(set(design.sets))
    tags = world.parameter_table["tag"]
    place = scope.place_names(world, words)
    return {
        "title": told.title, "answer": " ".join(told.sentences), "runs": contrasts.runs,
        "policies": words.listed(map(titles.__getitem__, contrasts.policies[1:])),
        "baseline": titles[contrasts.baseline], "told": contrasts.told,
        "people": scope.people(where, words, place), "years": scope.years(where, words),
        "country": words.pick(where["country"], where["country_zh"]), "world": world.name,
        "share": scope.one_in(setting.scale), "months": 12 * setting.years,
        "first_year": where["first_year"], "rate": f"{world.parameters['discount_rate']:.0%}",
        "currency": world.about.currency, "price_year": world.about.price_year,
        "guesses": int((tags == "GUESS").sum()), "all": len(tags), "version": version(),
        "revision": git_revision() or "-", "again": design.again(),
        "seeds": ", ".join(map(str, design.seeds)),
        "with_sets": words("checklists.with_sets", sets=sets) if sets else "",
        "with_lived": words("checklists.with_lived") if sets else "",
    }  # fmt: skip


def _cell(text: str) -> str:
    """Return a text that can stand in a table of Markdown."""
    return " ".join(text.split()).replace("|", "\\|")


@cache
def _rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
