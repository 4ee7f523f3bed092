"""What a comparison says on one screen: the answer first, in few lines, English or Chinese.

Nothing is told here that `experiments.reporting.claims` does not count as told: what is called
better or worse on the screen is so in `summary.csv` and in the report.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from rich.text import Text

from experiments.design import Design
from experiments.reporting import scope
from experiments.reporting.amounts import amount, cell, ends, unit_of
from experiments.reporting.answer import GROUPS, price, sentence
from experiments.reporting.contrasts import Contrast, Contrasts
from experiments.reporting.formatting import Scale
from experiments.reporting.layout import Cell, heading, paragraph, shortened, table
from experiments.reporting.parameter_spread import ends_of_part
from experiments.reporting.remarks import remarks
from experiments.reporting.texts import Words
from experiments.reporting.titles import SET_HERE, chinese

GAINS = ("time_undiagnosed", "treated", "out_of_pocket_share", "catastrophic", "qalys")
COSTS = (
    ("contributed", "all", "all"),
    ("contributed_per_head", "all", "all"),
    ("paid", "payer", "household"),
    ("net_qalys", "all", "all"),
)
"""Measure, kind of group and group of the columns of who pays."""
LINES = 68
"""Lines that a screen has."""
FEW = 3
"""Policies of which something is told one by one that most screens can do without."""
LONGEST_SENTENCE = 260
"""Columns of a policy's sentence."""


class Told(NamedTuple):
    """What the screen is made of.

    Attributes:
        contrasts: What was found.
        design: What was compared.
        words: The texts of the language.
        width: Columns of a line.
        most: Policies, the baseline apart, that are told.
        level: How much is told of each: 0 for all, 1 without a sentence of what it is, 2 for a line
            in each table.
    """

    contrasts: Contrasts
    design: Design
    words: Words
    width: int
    most: int
    level: int

    @property
    def brief(self) -> bool:
        """Whether each policy is told in a line of each table."""
        return self.level > 1

    @property
    def others(self) -> list[str]:
        """The policies compared with the baseline that the screen has room for."""
        return self.contrasts.policies[1 : 1 + self.most]

    @property
    def place(self) -> scope.PlaceName:
        """What gives the name of a province or city in the language."""
        return scope.place_names(self.design.setting.world, self.words)

    def units(self, one: Contrast) -> Scale:
        """Return the unit in which a measure is told of all people, the same for every policy."""
        name = one.measure.name
        return unit_of([self.find(p, name, "all", "all") for p in self.others], self.words)

    def find(self, policy: str, measure: str, by: str, group: str) -> Contrast | None:
        """Return a policy's difference from the baseline, if it is measured there."""
        return self.contrasts.contrast(policy, self.contrasts.baseline, measure, by, group)


def answer(contrasts: Contrasts, design: Design, words: Words, width: int, rest: str) -> list[Text]:
    """Return the lines of the screen: each policy is told at length, if there is room.

    Args:
        contrasts: What was found.
        design: What was compared.
        words: The texts of the language.
        width: Columns of a line.
        rest: Will say where the rest is: room is left for it.
    """
    others = len(contrasts.policies) - 1
    ways = [(others, 0), (others, 1), *((most, 2) for most in range(others, 0, -1))]
    for most, level in ways:
        lines = _lines(Told(contrasts, design, words, width, most, level))
        if len(lines) + len(where_the_rest_is(rest, width)) <= LINES:
            break
    return lines


def where_the_rest_is(rest: str, width: int) -> list[Text]:
    """Return the lines that say where the rest is, an empty one before them."""
    return [Text(""), *paragraph(rest, width)]


def _lines(told: Told) -> list[Text]:
    found = [*_answer(told), *_gains(told), *_costs(told)]
    near = any(re.search(r"[+-]<\d", line.plain) for line in found)
    return [*_compared(told), *found, *_notes(told, near)]


def _compared(told: Told) -> Iterator[Text]:
    """Yield what was compared: years, people, policies, zones, what was set, and on what."""
    words, where, setting = told.words, told.design.scope, told.design.setting
    country = words.pick(where["country"], where["country_zh"])
    tags = setting.world.parameter_table["tag"]
    title = words("screen.title", country=country, years=scope.years(where, words),
                  baseline=told.contrasts.baseline)  # fmt: skip
    yield from heading(title, told.width)[1:]
    yield from paragraph(
        words("screen.simulated", people=scope.people(where, words, told.place),
              share=scope.one_in(setting.scale), runs=told.contrasts.runs,
              guesses=int((tags == "GUESS").sum()), all=len(tags)), told.width,
    )  # fmt: skip
    if line := _of_sets(told):
        yield from paragraph(line, told.width)
    for n, name in enumerate((told.contrasts.baseline, *told.others)):
        key = "screen.policy" if n else "screen.baseline"
        line = words(key, name=name, sentence=_with_zone(told, name))
        yield from paragraph(line, told.width, bullet="- ")
    hidden = len(told.contrasts.policies) - 1 - len(told.others)
    if hidden:
        yield from paragraph(words("screen.more", count=hidden), told.width, bullet="- ")
    if line := scope.settings(where, words):
        yield from paragraph(line, told.width, bullet="- ")


def _of_sets(told: Told) -> str:
    """Return with how many parameter sets the runs live, and how much of the spread is theirs."""
    sets = len(set(told.design.sets))
    if not sets:
        return ""
    found = told.contrasts.contrast(told.others[0], told.contrasts.baseline, "qalys", "all", "all")
    line = told.words("screen.sets", sets=sets)
    if found is None or np.isnan(found.from_parameters):
        return line
    known = {"policy": told.others[0], "against": found.other_sign, "runs": told.contrasts.runs}
    if np.isnan(found.sets_low):
        sign = told.words("screen.other_sign", **known)
    else:
        between = ends(found, told.units(found), told.words)
        sign = told.words("screen.between_sets", **known, ends=between)
    low, high = ends_of_part(found.from_parameters, told.contrasts.runs, told.contrasts.repeats)
    part = told.words("screen.from_parameters", low=f"{low:.0%}", high=f"{high:.0%}")
    return " ".join([line, sign, part])


def _sentence(told: Told, name: str) -> str:
    """Return what a policy is: the first sentence of its summary, or its title if there are many.

    Of a variant it is said first how it differs from what it is a variant of; what that is, only
    where it is not told of itself and there is room.
    """
    variant = told.design.scope["variants"].get(name)
    if variant is None:
        return _own_sentence(told, name, name)
    how, of = scope.variants(told.design.scope, told.words)[name], variant["of"]
    if told.level or of in (told.contrasts.baseline, *told.others):
        return shortened(how, LONGEST_SENTENCE)
    return told.words("screen.variant", variant=shortened(how, LONGEST_SENTENCE),
                      sentence=_own_sentence(told, name, of))  # fmt: skip


def _own_sentence(told: Told, name: str, known_as: str) -> str:
    """Return what a policy is, or what it is a variant of, in Chinese if a world has that.

    Args:
        told: What the screen is made of.
        name: The policy.
        known_as: Its name in the world's tables, if it is there.
    """
    policy, world = told.design.policies[name], told.design.setting.world
    zh = chinese(known_as, world) if told.words.language == "zh" else {}
    title = told.words.pick(re.split(SET_HERE, policy.title)[0], zh.get("title_zh", ""))
    summary = told.words.pick(" ".join(policy.summary.split()), zh.get("summary_zh", ""))
    first = re.split(r"[.:;] |[。：；]", f"{summary} ")[0].strip()
    text = title if told.level or not first else first
    return shortened(text, LONGEST_SENTENCE if not told.level else max(told.width - 30, 30))


def _with_zone(told: Told, name: str) -> str:
    """Return what a policy is, and which places its zone holds."""
    zone, sentence = told.design.scope["zones"].get(name), _sentence(told, name)
    if zone is None:
        return sentence
    places = told.words.listed(map(told.place, zone["places"]))
    places = places or told.words("scope.everywhere")
    return told.words("screen.zone", sentence=sentence, places=places, month=zone["from"])


def _answer(told: Told) -> Iterator[Text]:
    """Yield the answer: what each policy does to patients, and to health all in all."""
    words, found = told.words, told.contrasts
    yield from heading(words("screen.answer"), told.width)
    if found.runs < 2:
        yield from paragraph(words("screen.one_run"), told.width, style="bold")
        return
    for policy in [] if told.brief else told.others:
        if line := _verdict(told, policy):
            yield from paragraph(line, told.width, style="bold")
    if len(told.others) > 1:
        yield from paragraph(_best(told), told.width)
        if told.brief:
            yield from paragraph(_by_balance(told), told.width)


def _verdict(told: Told, policy: str) -> str:
    """Return what a policy does to patients' health, and to health all in all."""
    patients = told.find(policy, "qalys", "all", "all")
    balance = told.find(policy, "net_qalys", "all", "all")
    if patients is None or balance is None:
        return ""
    return sentence(policy, patients, balance, told.units, told.words)


def _best(told: Told) -> str:
    """Say under which policies patients' health is best: no other is clearly better than they."""
    words, found = told.words, told.contrasts
    best = found.best("qalys", "all", "all")
    if found.baseline in best or not best:
        return words("screen.best_none", baseline=found.baseline)
    named = []
    for policy in best:
        one = told.find(policy, "qalys", "all", "all")
        if told.brief and one is not None and len(best) <= FEW:
            policy = words("screen.named", policy=policy, told=amount(one, told.units(one), words))
        named.append(policy)
    return words("screen.best", policies=words.listed(named))


def _by_balance(told: Told) -> str:
    """Say which policies are clearly better and worse than the baseline all in all."""
    groups: dict[str, list[str]] = {"better": [], "worse": [], "unclear": []}
    for policy in told.contrasts.policies[1:]:
        one = told.find(policy, "net_qalys", "all", "all")
        verdict = one.verdict if one else ""
        groups[verdict if verdict in groups else "unclear"].append(policy)
    words = told.words
    parts = [
        words("screen.part", claim=words(f"claim.{verdict}"), policies=words.listed(policies))
        for verdict, policies in groups.items()
        if policies
    ]
    return words("screen.balance_best", baseline=told.contrasts.baseline,
                 parts=words("then").join(parts))  # fmt: skip


def _gains(told: Told) -> Iterator[Text]:
    """Yield the table of who gains and who loses."""
    words = told.words
    groups = told.contrasts.present(GROUPS)
    if told.brief:
        groups = [one for one in groups if one[0] in (("all", "all"), ("income_quintile", "1"))]
    names = {key: words(text) for key, text in groups}
    if ("all", "all") in names:
        names["all", "all"] = scope.group_people(told.design.scope, words)
    sections: dict[str, list[tuple[str, str, tuple[str, str]]]] = {}
    for policy in told.others:
        for key, name in names.items():
            section, label = (name, policy) if told.brief else (policy, name)
            sections.setdefault(section, []).append((label, policy, key))
    measures = GAINS[:3] + GAINS[4:] if told.brief else GAINS
    columns = [
        _column(told, f"column.{measure}", [
            told.find(policy, measure, *key) for policy in told.others for key in names
        ])
        for measure in measures
    ]  # fmt: skip
    rows: list[tuple[str, list[Cell]]] = []
    for section, lines in sections.items():
        if len(sections) > 1:
            rows.append((section, []))
        rows += [
            (label, [cell(told.find(policy, measure, *key))
                     for measure, (_, cell) in zip(measures, columns, strict=True)])
            for label, policy, key in lines
        ]  # fmt: skip
    title = words("screen.gains", baseline=told.contrasts.baseline, runs=told.contrasts.runs)
    yield from heading(title, told.width)
    yield from table([head for head, _ in columns], rows, told.width)


def _costs(told: Told) -> Iterator[Text]:
    """Yield the table of who pays, and health all in all."""
    columns = [
        _column(told, f"column.{key[0]}", [told.find(policy, *key) for policy in told.others])
        for key in COSTS
    ]
    rows = [
        (policy, [cell(told.find(policy, *key)) for key, (_, cell)
                  in zip(COSTS, columns, strict=True)])
        for policy in told.others
    ]  # fmt: skip
    yield from heading(told.words("screen.costs"), told.width)
    yield from table([head for head, _ in columns], rows, told.width)


def _notes(told: Told, near: bool) -> Iterator[Text]:
    """Yield what has to be known to read it: marks, units, zones, what seems contradictory.

    Args:
        told: What the screen is made of.
        near: Whether some number is told as nearer to 0 than another.
    """
    words, world = told.words, told.design.setting.world
    months = 12 * min(5, told.design.setting.years)
    share, rate = (f"{world.parameters[n]:.0%}" for n in ("catastrophic_share", "discount_rate"))
    yield from heading(words("note.heading"), told.width)
    lines = [
        words("note.marks", told=told.contrasts.told,
              what=words("note.of_sets" if told.design.sets else "note.of_luck"))
        if told.contrasts.told
        else words("note.none_told" if told.contrasts.runs > 1 else "note.one_run"),
        words("note.units", months=months, share=share, rate=rate),
        *([words("note.near")] if near else []),
        words("note.balance", **price(told.design, words)),
        *_alone(told),
        *remarks(told.contrasts, told.design, words, told.place, told.others,
                 partial(cell, unit=None, words=words), not told.brief,
                 len(told.others) <= FEW),
    ]  # fmt: skip
    for line in lines:
        yield from paragraph(line, told.width, bullet="- ")


def _alone(told: Told) -> Iterator[str]:
    """Say why an interval that leaves out 0 can be no claim, where the answer has one."""
    for policy in told.others:
        for measure in ("qalys", "net_qalys"):
            one = told.find(policy, measure, "all", "all")
            if one is not None and one.verdict == "not clear" and one.low * one.high > 0.0:
                yield told.words("note.alone")
                return


def _column(
    told: Told, key: str, found: Sequence[Contrast | None]
) -> tuple[str, Callable[[Contrast | None], Cell]]:
    """Return a column's head, with the unit of its numbers, and what makes its cells."""
    unit = unit_of(found, told.words)
    return told.words(key, unit=unit.unit), partial(cell, unit=unit, words=told.words)
