"""What a comparison says, in plain sentences: which policy is better for whom.

A claim is made only where it holds beside all others of the report: the chance that any of them is
owed to luck is at most 5 % (`experiments.reporting.claims`). Intervals are those of each alone.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import isnan
from typing import NamedTuple

from abm.world import World
from experiments.design import Design
from experiments.measures import Listed, Place, listed
from experiments.reporting import scope
from experiments.reporting.claims import FALSE
from experiments.reporting.contrasts import Contrast, Contrasts
from experiments.reporting.formatting import ENGLISH, describe_difference
from experiments.reporting.remarks import zone_remarks
from experiments.reporting.texts import Words

FOR_WHOM = {
    ("all", "all"): "whom.all",
    ("zone", "inside"): "whom.inside",
    ("zone", "outside"): "whom.outside",
    ("income_quintile", "1"): "whom.poorest",
    ("income_quintile", "5"): "whom.richest",
}
NAMED_PROVINCES = 3

Name = Callable[[str], str]
"""Gives what something is called in the language wanted."""


class Narrative(NamedTuple):
    """What a comparison says.

    Attributes:
        findings: Sentences by heading.
        caveat: On what they rest.
    """

    findings: dict[str, list[str]]
    caveat: str


def narrate(
    contrasts: Contrasts, design: Design, words: Words = ENGLISH, named: Name = str,
    about: Mapping[str, str] | None = None,
) -> Narrative:  # fmt: skip
    """Return what a comparison says.

    Args:
        contrasts: What it has found.
        design: What was compared.
        words: The texts of the language.
        named: Gives what a policy is called.
        about: What is said of each policy; its title by default.
    """
    world = design.setting.world
    place = scope.place_names(world, words)
    others, stop = contrasts.policies[1:], words("stop").rstrip()
    if about is None:
        about = {name: f"{policy.title}{stop}" for name, policy in design.policies.items()}
    what = [
        *(words("tell.list", what=named(name), told=text) for name, text in about.items()),
        *(f"{line}{stop}" for line in scope.described(design.scope, words, place, named)),
        *zone_remarks(contrasts, design, words, place, others, named),
    ]
    people = scope.people(design.scope, words, place)
    found = {words("tell.compared"): what, **sentences(contrasts, words, place, named)}
    sets = len(set(design.sets))
    return Narrative(found, caveat(world, contrasts.told, people, sets, words))


def sentences(
    contrasts: Contrasts, words: Words = ENGLISH, place: Name = str, named: Name = str
) -> dict[str, list[str]]:
    """Return what was found, as sentences under headings.

    Args:
        contrasts: What was found.
        words: The texts of the language.
        place: Gives the name of a province.
        named: Gives what a policy is called.
    """
    if contrasts.runs < 2:
        return {words("tell.in_words"): [words("screen.one_run")]}
    teller = _Teller(contrasts, words, place, named)
    found = {}
    for policy in contrasts.policies[1:]:
        heading = words("tell.beside", policy=named(policy), baseline=named(contrasts.baseline))
        found[heading] = [line for line in teller.of_policy(policy) if line]
    found[words("tell.best_for_whom")] = list(teller.best())
    return found


def caveat(world: World, told: int, people: str, sets: int = 0, words: Words = ENGLISH) -> str:
    """Return on how many assumptions of a world a result rests, and how often luck makes a claim.

    Args:
        world: The world in which it was made.
        told: Number of differences that are told.
        people: Whose people are simulated.
        sets: How many parameter sets the runs live with, 0 if all have the same values.
        words: The texts of the language.
    """
    table = world.parameter_table
    return words(
        "caveat.all", guesses=int((table["tag"] == "GUESS").sum()), all=len(table), told=told,
        within=words("caveat.sets", sets=sets) if sets else words("caveat.luck"),
        false=f"{FALSE * told:.0f}", people=people,
    )  # fmt: skip


@dataclass(frozen=True)
class _Teller:
    """What the sentences are made of."""

    found: Contrasts
    words: Words
    place: Name
    named: Name

    def of_policy(self, policy: str) -> Iterator[str]:
        """Yield what a policy changes beside the baseline."""
        for key, whom in self.found.present(FOR_WHOM):
            yield self._for_group(policy, *key, self.words(whom))
        yield from self._for_provinces(policy)
        yield self._for_others(policy)
        yield self._inequality(policy)
        yield self._between_sets(policy)

    def best(self) -> Iterator[str]:
        """Yield, for each group, which policies none is clearly better than; then the balance."""
        for key, whom in self.found.present(FOR_WHOM):
            yield self._best_for(Place.JUDGED_BY, *key, self.words(whom))
        yield self._best_for(Place.OTHERS_JUDGED_BY, "all", "all", self.words("whom.others"))
        yield self._all_in_all()

    def _for_group(self, policy: str, by: str, group: str, whom: str) -> str:
        """Say what is better, worse and unclear for one group."""
        found = list(self.found.at(policy, Place.JUDGED_BY, by, group))
        parts = [whom, *self._verdicts(found, {"better": "claim.better", "worse": "claim.worse"})]
        for key, wanted in (
            ("tell.no_difference", ("not clear", "different")), ("tell.few", ("too few",)),
        ):  # fmt: skip
            names = [self._phrase(one.measure) for one in found if one.verdict in wanted]
            if names:
                parts.append(self._list(self.words(key), self._then(names)))
        if _claimed(found, out_of_pocket_share="better", catastrophic="worse", treated="better"):
            parts.append(self.words("tell.pay_at_last"))
        if _claimed(found, forgone="worse", treated="better"):
            parts.append(self.words("tell.more_prescribed"))
        return self._sentences(parts)

    def _for_provinces(self, policy: str) -> Iterator[str]:
        """Name the provinces that clearly gain or lose most."""
        for measure in listed(Place.BY_PROVINCE, self.found.years):
            found = self.found.provinces(policy, measure.name)
            if len(found) < 2:
                continue
            parts = []
            for key, verdict in (("tell.gain", "better"), ("tell.lose", "worse")):
                chosen = [one for one in found if one.verdict == verdict]
                chosen.sort(key=lambda one: -abs(one.mean))
                if chosen:
                    most = [self._item(self.place(one.group), one)
                            for one in chosen[:NAMED_PROVINCES]]  # fmt: skip
                    more = self.words("tell.most") if len(chosen) > NAMED_PROVINCES else ""
                    parts.append(self.words(
                        key, count=len(chosen), all=len(found), most=more,
                        named=self.words("comma").join(most),
                    ))  # fmt: skip
            few = sum(one.verdict == "too few" for one in found)
            if few:
                parts.append(self.words("tell.few_in", few=self.words("tell.few"), count=few))
            told = self._then(parts) or self.words("tell.no_difference_in_any")
            heading = self.words("tell.by_province", measure=self._phrase(measure))
            yield self._sentences([self._list(heading, told)])

    def _for_others(self, policy: str) -> str:
        """Say what it takes from other insured people, and what is gained on balance."""
        names = ("contributed", "displaced_qalys", "net_qalys")
        found = list(self.found.of(policy, names, "all", "all"))
        words = self.words
        if len(found) < len(names):
            return words("tell.nothing_taken")
        taken, displaced, net = found
        if taken.verdict == "too few":
            return words("tell.taken_few", few=words("tell.few"), told=self._describe(taken))
        if not taken.clear:
            return words("tell.taken_unclear")
        amounts = [self._describe(taken)]
        for group in ("inside", "outside"):
            for one in self.found.of(policy, ["contributed_per_head"], "zone", group):
                amounts.append(words(f"tell.{group}", told=self._describe(one)))
        return words(
            "tell.taken_more" if taken.mean > 0.0 else "tell.taken_less",
            amounts=self._then(amounts), displaced=self._describe(displaced),
            net=self._describe(net), verdict="" if net.clear else words("tell.net_unclear"),
        )  # fmt: skip

    def _inequality(self, policy: str) -> str:
        """Say which measures of inequality clearly change."""
        found = list(self.found.at(policy, Place.INEQUALITY, "all", "all"))
        keys = {"better": "tell.less_inequality", "worse": "tell.more_inequality"}
        parts = list(self._verdicts(found, keys)) or [self.words("tell.no_difference")]
        return self._sentences([self.words("tell.inequality"), *parts])

    def _between_sets(self, policy: str) -> str:
        """Say how far sets differ in what the policy does to health, if several are lived."""
        for one in self.found.of(policy, ["qalys"], "all", "all"):
            if not isnan(one.sets_low):
                told = describe_difference(one.mean, one.sets_low, one.sets_high,
                                           one.measure.unit, self.words)  # fmt: skip
                return self.words(
                    "tell.between_sets", measure=_capital(self._phrase(one.measure)), told=told,
                    against=one.other_sign, runs=self.found.runs,
                )  # fmt: skip
        return ""

    def _verdicts(self, found: list[Contrast], keys: dict[str, str]) -> Iterator[str]:
        """Yield what has each of some verdicts, after the words for it."""
        for verdict, key in keys.items():
            claims = [self._item(self._phrase(one.measure), one)
                      for one in found if one.verdict == verdict]  # fmt: skip
            if claims:
                yield self._list(self.words(key), self._then(claims))

    def _all_in_all(self) -> str:
        """Say which policies gain and lose health on balance, compared with the baseline."""
        parts = []
        for key, verdicts in (("claim.better", ["better"]), ("claim.worse", ["worse"]),
                              ("tell.no_difference", ["not clear", "too few"])):  # fmt: skip
            told = []
            for policy in self.found.policies[1:]:
                for one in self.found.of(policy, ["net_qalys"], "all", "all"):
                    if one.verdict in verdicts:
                        told.append(self._item(self.named(policy), one))
            if told:
                parts.append(self._list(self.words(key), self.words("comma").join(told)))
        return self.words("tell.all_in_all", baseline=self.named(self.found.baseline),
                          parts=self._then(parts))  # fmt: skip

    def _best_for(self, place: Place, by: str, group: str, whom: str) -> str:
        """Say which policies no other is clearly better than, by measure."""
        won: dict[str, list[str]] = {}
        for measure in listed(place, self.found.years):
            if group not in self.found.groups(measure.name, by):
                continue
            best = self.found.best(measure.name, by, group)
            told = self.words("or").join(map(self.named, best))
            if len(best) == len(self.found.policies):
                told = self.words("tell.no_difference")
            won.setdefault(told, []).append(self._phrase(measure))
        parts = [self.words("tell.of_policy", policy=told, told=self.words("comma").join(measures))
                 for told, measures in won.items()]  # fmt: skip
        return self._sentences([self._list(whom, self._then(parts))])

    def _phrase(self, measure: Listed) -> str:
        """Return the name of a measure within a sentence."""
        return self.words.pick(measure.phrase, measure.short.zh)

    def _describe(self, one: Contrast) -> str:
        """Return a difference with its interval and unit."""
        return describe_difference(one.mean, one.low, one.high, one.measure.unit, self.words)

    def _item(self, what: str, one: Contrast) -> str:
        return self.words("tell.item", what=what, told=self._describe(one))

    def _list(self, what: str, told: str) -> str:
        return self.words("tell.list", what=what, told=told)

    def _then(self, parts: list[str]) -> str:
        return self.words("then").join(parts)

    def _sentences(self, parts: list[str]) -> str:
        """Return parts as one sentence each."""
        stop = self.words("stop")
        return stop.join(map(_capital, parts)) + stop.rstrip()


def _claimed(found: list[Contrast], **wanted: str) -> bool:
    """Return whether some measures are claimed to be better or worse as said."""
    verdicts = {one.measure.name: one.verdict for one in found}
    return all(verdicts.get(name) == verdict for name, verdict in wanted.items())


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
