"""What a comparison answers, as it is asked: who gains, who pays, what is guessed.

The beginning of a report, in either language. Nothing is told here that
`experiments.reporting.claims` does not count as told; what is not claimed is called not clear.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from abm.policy import Policy
from abm.policy.guesses import guesses
from abm.policy.ranges import is_numbers
from experiments.design import PRICE, Design
from experiments.measures import Listed, Place, listed
from experiments.reporting import scope
from experiments.reporting.amounts import amount, cell, unit_of
from experiments.reporting.contrasts import Contrast, Contrasts
from experiments.reporting.formatting import Scale, currency_in
from experiments.reporting.remarks import remarks
from experiments.reporting.texts import Words

GROUPS = {
    ("all", "all"): "group.all",
    ("zone", "inside"): "group.inside",
    ("zone", "outside"): "group.outside",
    ("income_quintile", "1"): "group.1",
    ("income_quintile", "5"): "group.5",
}
"""The groups of whom a screen and the beginning of a report tell."""
JUDGED = ("qalys", "time_undiagnosed", "treated", "catastrophic", "out_of_pocket_share")
"""By what it is told who gains and loses, the most important first."""
MOST_POLICIES = 3
"""Policies of which is told one by one."""
LINES = {1: 2, 2: 2, 3: 1}
"""By how many policies are told, what is told at most of a group and of payers and guesses."""
COSTS = (
    ("answer.insured", "contributed", "all", "all"),
    ("answer.per_head", "contributed_per_head", "all", "all"),
    ("answer.per_head_inside", "contributed_per_head", "zone", "inside"),
    ("answer.per_head_outside", "contributed_per_head", "zone", "outside"),
)
"""Text, measure, kind of group and group of what is taken from insured people."""
FIRST = "household"
"""The payer of bills that is always told; others only if what they pay clearly changes."""


class Section(NamedTuple):
    """Lines of the answer under a heading.

    Attributes:
        key: Which it is: "gains", "loses", "costs", "assumed", "read".
        heading: Its heading.
        lines: Its lines, each with the policy that it is of, or an empty text.
    """

    key: str
    heading: str
    lines: list[tuple[str, str]]


class Answer(NamedTuple):
    """What a comparison answers.

    Attributes:
        title: What is compared with what.
        lead: Of where and when, how many people, how many runs.
        sentences: The answer, a sentence for each policy.
        sections: Who gains and loses, what it costs whom, what is assumed, how to read it.
    """

    title: str
    lead: str
    sentences: list[str]
    sections: list[Section]


def sentence(
    name: str, patients: Contrast, balance: Contrast, units: Callable[[Contrast], Scale],
    words: Words,
) -> str:  # fmt: skip
    """Return what a policy does to patients' health, and to health all in all.

    Args:
        name: What the policy is called.
        patients: The difference in patients' QALYs.
        balance: That in health net of what others lose.
        units: Gives the unit in which a difference is told.
        words: The texts of the language.
    """
    gain, net = (amount(one, units(one), words) for one in (patients, balance))
    one = words(f"screen.patients.{patients.verdict}", policy=name, told=gain)
    other = words(f"screen.balance.{balance.verdict}", told=net)
    against = {patients.verdict, balance.verdict} == {"better", "worse"}
    return words("screen.but" if against else "screen.with", one=one, other=other)


def price(design: Design, words: Words) -> dict[str, str]:
    """Return what a QALY costs that others lose, and between what it lies in the runs' sets.

    Runs live with the price of their own set, so that what is displaced is not what is paid over
    the written price.

    Args:
        design: What was compared.
        words: The texts of the language.

    Returns:
        Values of a text: "cost" and "sets", the latter empty where all live with the same.
    """
    low, high = design.prices
    among = words("price.sets", low=f"{low:,.0f}", high=f"{high:,.0f}") if low < high else ""
    return {"cost": f"{design.setting.world.parameters[PRICE]:,.0f}", "sets": among}


def answer_of(
    contrasts: Contrasts, design: Design, words: Words, titles: Mapping[str, str]
) -> Answer:
    """Return what a comparison answers.

    Args:
        contrasts: What it has found.
        design: What was compared.
        words: The texts of the language.
        titles: What each policy is called.
    """
    teller = _Teller(contrasts, design, words, titles)
    return Answer(teller.title, teller.lead, list(teller.sentences()), list(teller.sections()))


@dataclass(frozen=True)
class _Teller:
    """What the answer is made of."""

    found: Contrasts
    design: Design
    words: Words
    titles: Mapping[str, str]

    @property
    def told(self) -> list[str]:
        """The policies that are told of one by one."""
        return self.found.policies[1 : 1 + MOST_POLICIES]

    @property
    def _most(self) -> int:
        """What is told at most of a group, of payers and of guesses."""
        return LINES[len(self.told)]

    @property
    def title(self) -> str:
        """What is compared, with whose people if they are not all."""
        policies = self.words.listed(map(self.titles.__getitem__, self.found.policies[1:]))
        base = self.titles[self.found.baseline]
        title = self.words("answer.title", policies=policies, baseline=base)
        if self.design.scope["everywhere"]:
            return title
        return self.words("answer.title_people", title=title, people=self._people)

    @property
    def lead(self) -> str:
        """Of where and when, how many people, how many runs."""
        where = self.design.scope
        return self.words(
            "answer.lead", country=self.words.pick(where["country"], where["country_zh"]),
            years=scope.years(where, self.words), share=scope.one_in(self.design.setting.scale),
            people=self._people, runs=self.found.runs,
        )  # fmt: skip

    @property
    def _people(self) -> str:
        return scope.people(self.design.scope, self.words, self._place)

    @property
    def _place(self) -> scope.PlaceName:
        return scope.place_names(self.design.setting.world, self.words)

    def sentences(self) -> Iterator[str]:
        """Yield the answer, a sentence for each policy."""
        if self.found.runs < 2:
            yield self.words("screen.one_run")
            return
        for policy in self.told:
            patients, balance = (self._find(policy, name) for name in ("qalys", "net_qalys"))
            if patients is not None and balance is not None:
                yield sentence(self.titles[policy], patients, balance, self._units, self.words)
        if (hidden := len(self.found.policies) - 1 - len(self.told)) > 0:
            yield self.words("answer.more", count=hidden)

    def sections(self) -> Iterator[Section]:
        """Yield the parts of the answer in their order."""
        if self.found.runs > 1:
            for key, verdict in (("gains", "better"), ("loses", "worse")):
                yield self._section(key, partial(self._groups, verdict=verdict))
            yield self._section("costs", self._costs)
        yield Section("assumed", self.words("answer.assumed"),
                      [("", line) for line in self._assumed()])  # fmt: skip
        if self.found.runs > 1:
            yield Section("read", self.words("answer.read"),
                          [("", line) for line in self._read()])  # fmt: skip

    def _section(self, key: str, lines: Callable[[str], Iterator[str]]) -> Section:
        """Return a section with some lines of each policy."""
        several = len(self.told) > 1
        told = [(self.titles[policy] if several else "", line)
                for policy in self.told for line in lines(policy)]  # fmt: skip
        return Section(key, self.words(f"answer.{key}"), told)

    def _groups(self, policy: str, verdict: str) -> Iterator[str]:
        """Yield the groups that clearly gain or lose, by what; then, of gains, who does neither."""
        unclear, anybody = [], False
        for key, text in self.found.present(GROUPS):
            name = self.words(text)
            if key == ("all", "all"):
                name = scope.group_people(self.design.scope, self.words)
            found = [one for measure in JUDGED
                     if (one := self._find(policy, measure, *key)) is not None]  # fmt: skip
            claims = [one for one in found if one.verdict == verdict]
            if claims:
                anybody = True
                yield self.words("tell.list", what=name, told=self._claims(claims))
            if not any(one.clear for one in found):
                unclear.append(name)
        others = self._find(policy, "displaced_qalys")
        if others is not None and others.verdict == verdict:
            told = amount(others, unit_of([others], self.words), self.words)
            yield self.words("tell.list", what=self.words("answer.displaced"), told=told)
            anybody = True
        provinces = self.words("then").join(self._provinces(policy, verdict))
        if provinces:
            yield self.words("tell.list", what=self.words("answer.provinces"), told=provinces)
        elif not anybody:
            yield self.words("answer.nobody")
        if unclear and verdict == "better":
            yield self.words("answer.unclear", groups=self.words.listed(unclear))

    def _claims(self, claims: Sequence[Contrast]) -> str:
        """Return the first of some claims with their amounts, and how many more there are."""
        parts = [self._item(one) for one in claims[: self._most]]
        if more := len(claims) - len(parts):
            parts.append(self.words("answer.and_more", count=more))
        return self.words("then").join(parts)

    def _item(self, one: Contrast) -> str:
        told = amount(one, unit_of([one], self.words), self.words)
        return self.words("tell.item", what=self.words(f"judged.{one.measure.name}"), told=told)

    def _phrase(self, measure: Listed) -> str:
        return self.words.pick(measure.phrase, measure.short.zh)

    def _provinces(self, policy: str, verdict: str) -> Iterator[str]:
        """Yield in how many provinces a policy clearly does better or worse, by measure."""
        for measure in listed(Place.BY_PROVINCE, self.found.years):
            found = self.found.provinces(policy, measure.name)
            count = sum(one.verdict == verdict for one in found)
            if count and len(found) > 1:
                yield self.words("answer.provinces_one", measure=self._phrase(measure),
                                 count=count, all=len(found))  # fmt: skip

    def _costs(self, policy: str) -> Iterator[str]:
        """Yield who is charged how much: the insured, households, the payers that change most."""
        of_all = COSTS if self._most > 1 else COSTS[:2]
        rows = [(self.words(text), self._find(policy, *key)) for text, *key in of_all]
        paid = {group: self._find(policy, "paid", "payer", group)
                for group in self.found.groups("paid", "payer")}  # fmt: skip
        rows.append((self.words(f"payer.{FIRST}"), paid.pop(FIRST, None)))
        clear = [(group, one) for group, one in paid.items() if one is not None and one.clear]
        clear.sort(key=lambda told: -abs(told[1].mean))
        most = self._most if self._most > 1 else 0
        rows += [(self.words(f"payer.{group}"), one) for group, one in clear[:most]]
        for who, one in rows:
            if one is not None:
                key = {"not clear": "_unclear", "too few": "_few"}.get(one.verdict, "")
                told = amount(one, unit_of([one], self.words), self.words)
                yield self.words(f"answer.cost{key}", who=who, told=told)

    def _assumed(self) -> Iterator[str]:
        """Yield the guesses of the world, of the policies, and the prices that all rests on."""
        world, sets = self.design.setting.world, len(set(self.design.sets))
        tags = world.parameter_table["tag"]
        yield self.words("answer.world", guesses=int((tags == "GUESS").sum()), all=len(tags))
        yield self.words("answer.sets", sets=sets) if sets else self.words("answer.one_set")
        for policy in self.told:
            yield self._of_policy(policy)
        values = world.parameters
        yield self.words(
            "answer.price", **price(self.design, self.words),
            currency=currency_in(world.about.currency, self.words),
            rate=f"{values['discount_rate']:.0%}", share=f"{values['catastrophic_share']:.0%}",
        )  # fmt: skip

    def _of_policy(self, name: str) -> str:
        """Return how much of what tells a policy from the baseline is assumed."""
        policies = self.design.policies
        policy, base = policies[name], policies[self.found.baseline]
        called = {"policy": self.titles[name], "baseline": self.titles[self.found.baseline]}
        own = _own_changes(policy, base)
        if not own:
            return self.words("answer.policy_same", **called)
        assumed = sum(bool(re.search(ASSUMED, one.source)) for one in own)
        known = {one.name for one in guesses(base)}
        told = [self._lever(one) for one in guesses(policy) if one.name not in known]
        if (more := len(told) - self._most) > 0:
            told = [*told[: self._most], self.words("answer.and_more", count=more)]
        levers = self.words("answer.levers", levers=self.words("then").join(told)) if told else ""
        return self.words("answer.policy", **called, assumed=assumed, all=len(own), levers=levers)

    def _lever(self, guess: Any) -> str:
        """Return a guessed lever with its value and range."""
        if is_numbers(guess.range):
            low, high = (f"{end:g}" for end in guess.range)
            value, among = f"{guess.value:g}", self.words("answer.range", low=low, high=high)
        else:
            value = str(guess.value).lower()
            among = self.words("comma").join(str(one).lower() for one in guess.range)
        return self.words("answer.lever", path=guess.path, value=value, range=among)

    def _read(self) -> Iterator[str]:
        """Yield what has to be known to read it."""
        if self.found.told:
            yield self.words("answer.claims", told=self.found.told)
        yield from remarks(
            self.found, self.design, self.words, self._place, self.told,
            partial(cell, unit=None, words=self.words), True, False, self.titles.__getitem__,
        )  # fmt: skip

    def _find(
        self, policy: str, measure: str, by: str = "all", group: str = "all"
    ) -> Contrast | None:
        """Return a policy's difference from the baseline, if it is measured there."""
        return self.found.contrast(policy, self.found.baseline, measure, by, group)

    def _units(self, one: Contrast) -> Scale:
        """Return the unit in which a measure is told of all people, the same for every policy."""
        return unit_of([self._find(p, one.measure.name) for p in self.told], self.words)


ASSUMED = r"assumption|\[GUESS"
"""What marks the source of a change as an assumption, wholly or in part."""


def _own_changes(policy: Policy, base: Policy) -> list[Any]:
    """Return the dated changes of a policy that the baseline does not make too."""
    shared = {(change.source, change.from_month) for part in base.stack for change in part.changes}
    return [change for part in policy.stack for change in part.changes
            if (change.source, change.from_month) not in shared]  # fmt: skip
