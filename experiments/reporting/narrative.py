"""What a comparison says, in plain sentences: which policy is better for whom.

A claim is made only where it holds beside all others of the report: the chance that any of them is
owed to luck is at most 5 % (`experiments.reporting.claims`). Intervals are those of each alone.
"""

from collections.abc import Iterator
from math import isnan
from typing import NamedTuple

from abm.world import World
from experiments.design import Design
from experiments.measures import Place, listed
from experiments.reporting import scope
from experiments.reporting.claims import FALSE
from experiments.reporting.contrasts import Contrast, Contrasts
from experiments.reporting.formatting import describe_difference
from experiments.reporting.remarks import zone_remarks
from experiments.reporting.texts import Words

FOR_WHOM = {
    ("all", "all"): "all with a rare disease",
    ("zone", "inside"): "patients inside the zone",
    ("zone", "outside"): "patients outside the zone",
    ("income_quintile", "1"): "the poorest fifth",
    ("income_quintile", "5"): "the richest fifth",
}
NAMED_PROVINCES = 3
FEW = "too few runs or persons to tell"


class Narrative(NamedTuple):
    """What a comparison says.

    Attributes:
        findings: Sentences by heading.
        caveat: On what they rest.
    """

    findings: dict[str, list[str]]
    caveat: str


def narrate(contrasts: Contrasts, design: Design) -> Narrative:
    """Return what a comparison says.

    Args:
        contrasts: What it has found.
        design: What was compared.
    """
    words, world = Words(), design.setting.world
    place = scope.place_names(world, words)
    what = [
        *(f"{name}: {policy.title}." for name, policy in design.policies.items()),
        *(f"{line}." for line in scope.described(design.scope, words, place)),
        *zone_remarks(contrasts, design, words, place, contrasts.policies[1:]),
    ]
    people = scope.people(design.scope, words, place)
    found = {"What was compared": what, **sentences(contrasts)}
    return Narrative(found, caveat(world, contrasts.told, people, len(set(design.sets))))


def sentences(contrasts: Contrasts) -> dict[str, list[str]]:
    """Return what was found, as sentences under headings."""
    if contrasts.runs < 2:
        return {"In words": ["One run gives no interval: nothing can be claimed; use more runs."]}
    found = {}
    for policy in contrasts.policies[1:]:
        found[f"{policy} compared with {contrasts.baseline}"] = [
            *(_for_group(contrasts, policy, *key, whom)
              for key, whom in contrasts.present(FOR_WHOM)),
            *_for_provinces(contrasts, policy),
            _for_others(contrasts, policy),
            _inequality(contrasts, policy),
            _between_sets(contrasts, policy),
        ]  # fmt: skip
    found["Which policy is better for whom"] = [*_best(contrasts), _all_in_all(contrasts)]
    return {heading: [line for line in lines if line] for heading, lines in found.items()}


def caveat(world: World, told: int, people: str, sets: int = 0) -> str:
    """Return on how many assumptions of a world a result rests, and how often luck makes a claim.

    Args:
        world: The world in which it was made.
        told: Number of differences that are told.
        people: Whose people are simulated.
        sets: How many parameter sets the runs live with, 0 if all have the same values.
    """
    within = (
        f"The intervals are of the mean over {sets} parameter sets, all of which fit the surveys "
        "as well as the others, and over luck; with more runs they narrow, however much the sets "
        "differ, which is told beside them. How far the rules may be wrong they do not tell. "
        if sets
        else "The intervals tell the spread between runs, not how far the assumptions may be "
        "wrong. "
    )
    table = world.parameter_table
    guesses = int((table["tag"] == "GUESS").sum())
    return (
        f"This follows from the model's assumptions ({guesses} of the world's {len(table)} "
        f"parameters are guesses, and so are parts of its tables); it is no forecast. {within}"
        f"Each is told for itself: of {told} that are told, {FALSE * told:.0f} would leave out "
        "zero by luck if nothing differed at all. What is called better, worse or different is "
        "corrected for that (Holm): at most one report in twenty calls anything so by luck. Time "
        "to diagnosis is of those who fall ill in the scenario; money and counts are those of all "
        f"people of {people}, not of the simulated ones alone."
    )


def _for_group(contrasts: Contrasts, policy: str, by: str, group: str, whom: str) -> str:
    """Say what is better, worse and unclear for one group."""
    found = list(contrasts.at(policy, Place.JUDGED_BY, by, group))
    parts = list(_verdicts(found, {"better": "better", "worse": "worse"}))
    for words, wanted in (("no clear difference", ("not clear", "different")), (FEW, ("too few",))):
        names = [one.measure.phrase for one in found if one.verdict in wanted]
        if names:
            parts.append(f"{words}: {'; '.join(names)}")
    if _claimed(found, out_of_pocket_share="better", catastrophic="worse", treated="better"):
        parts.append("they pay in more years because more of them are treated at last")
    if _claimed(found, forgone="worse", treated="better"):
        parts.append(
            "more care is forgone because of its cost although more are treated: it is counted "
            "only where a drug is prescribed and in stock, and that is more often so than before"
        )
    return f"{_capital(whom)}. {'. '.join(map(_capital, parts))}."


def _claimed(found: list[Contrast], **wanted: str) -> bool:
    """Return whether some measures are claimed to be better or worse as said."""
    verdicts = {one.measure.name: one.verdict for one in found}
    return all(verdicts.get(name) == verdict for name, verdict in wanted.items())


def _for_provinces(contrasts: Contrasts, policy: str) -> Iterator[str]:
    """Name the provinces that clearly gain or lose most."""
    for measure in listed(Place.BY_PROVINCE, contrasts.years):
        found = contrasts.provinces(policy, measure.name)
        if len(found) < 2:
            continue
        parts = []
        for word, verdict in (("gain", "better"), ("lose", "worse")):
            chosen = [one for one in found if one.verdict == verdict]
            chosen.sort(key=lambda one: -abs(one.mean))
            most = ", ".join(f"{one.group} {_describe(one)}" for one in chosen[:NAMED_PROVINCES])
            if chosen:
                more = "most " if len(chosen) > NAMED_PROVINCES else ""
                parts.append(f"{len(chosen)} of {len(found)} clearly {word}, {more}{most}")
        few = sum(one.verdict == "too few" for one in found)
        if few:
            parts.append(f"{FEW} in {few}")
        told = "; ".join(parts) or "no clear difference in any"
        yield f"By province, {measure.phrase}: {told}."


def _for_others(contrasts: Contrasts, policy: str) -> str:
    """Say what it takes from other insured people, and what is gained on balance."""
    names = ("contributed", "displaced_qalys", "net_qalys")
    found = list(contrasts.of(policy, names, "all", "all"))
    if len(found) < len(names):
        return "Other insured people: nothing is taken from them, as nobody is ill."
    taken, displaced, net = found
    if taken.verdict == "too few":
        return f"Other insured people: {FEW} what is taken from them ({_describe(taken)})."
    if not taken.clear:
        return "Other insured people: no clear difference in what is taken from them."
    amounts = [_describe(taken)]
    for group in ("inside", "outside"):
        for one in contrasts.of(policy, ["contributed_per_head"], "zone", group):
            amounts.append(f"{group} the zone {_describe(one)}")
    verdict = "" if net.clear else ", no clear difference"
    return (
        f"Other insured people. {'More' if taken.mean > 0.0 else 'Less'} is taken from them: "
        f"{'; '.join(amounts)}. Health displaced among them, for life: {_describe(displaced)}; "
        f"patients' gain less that: {_describe(net)}{verdict}."
    )


def _inequality(contrasts: Contrasts, policy: str) -> str:
    """Say which measures of inequality clearly change."""
    found = list(contrasts.at(policy, Place.INEQUALITY, "all", "all"))
    parts = _verdicts(found, {"better": "less inequality", "worse": "more inequality"})
    return f"Inequality. {'. '.join(map(_capital, parts)) or 'No clear difference'}."


def _between_sets(contrasts: Contrasts, policy: str) -> str:
    """Say how far parameter sets differ in what the policy does to health, if several are lived."""
    for one in contrasts.of(policy, ["qalys"], "all", "all"):
        if not isnan(one.sets_low):
            told = describe_difference(one.mean, one.sets_low, one.sets_high, one.measure.unit)
            return (
                f"Between parameter sets. {_capital(one.measure.phrase)} {told}: the brackets hold "
                "nine in ten sets, luck taken off, however many runs there are; in "
                f"{one.other_sign} of {contrasts.runs} pairs it has the other sign."
            )
    return ""


def _verdicts(found: list[Contrast], words: dict[str, str]) -> Iterator[str]:
    """Yield what has each of some verdicts, after the word for it."""
    for verdict, word in words.items():
        claims = [f"{x.measure.phrase} {_describe(x)}" for x in found if x.verdict == verdict]
        if claims:
            yield f"{word}: {'; '.join(claims)}"


def _best(contrasts: Contrasts) -> Iterator[str]:
    """Say, for each group, which policies no other is clearly better than."""
    for key, whom in contrasts.present(FOR_WHOM):
        yield _best_for(contrasts, Place.JUDGED_BY, *key, whom)
    yield _best_for(contrasts, Place.OTHERS_JUDGED_BY, "all", "all", "other insured people")


def _all_in_all(contrasts: Contrasts) -> str:
    """Say which policies gain and lose health on balance, compared with the baseline."""
    parts = []
    for word, verdicts in (("better", ["better"]), ("worse", ["worse"]),
                           ("no clear difference", ["not clear", "too few"])):  # fmt: skip
        told = []
        for policy in contrasts.policies[1:]:
            for one in contrasts.of(policy, ["net_qalys"], "all", "all"):
                if one.verdict in verdicts:
                    told.append(f"{policy} {_describe(one)}")
        if told:
            parts.append(f"{word}: {', '.join(told)}")
    return (
        "All in all, patients' gain less the health displaced among other insured people, compared "
        f"with {contrasts.baseline}: {'; '.join(parts)}."
    )


def _best_for(contrasts: Contrasts, place: Place, by: str, group: str, whom: str) -> str:
    won: dict[str, list[str]] = {}
    for measure in listed(place, contrasts.years):
        if group not in contrasts.groups(measure.name, by):
            continue
        best = contrasts.best(measure.name, by, group)
        words = " or ".join(best)
        if len(best) == len(contrasts.policies):
            words = "no clear difference"
        won.setdefault(words, []).append(measure.phrase)
    return f"{_capital(whom)}: " + "; ".join(f"{p} ({', '.join(m)})" for p, m in won.items()) + "."


def _describe(one: Contrast) -> str:
    """Return a difference with its interval and unit."""
    return describe_difference(one.mean, one.low, one.high, one.measure.unit)


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
