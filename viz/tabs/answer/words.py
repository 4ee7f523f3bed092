"""The finished comparison in words: who wins, who loses and pays, what is guessed.

Nothing is said to be better or worse, more or less, but what is claimed of the pairs.
"""

from collections.abc import Iterator

from abm.world import World
from experiments.measures import Listed, Unit, measure_named
from experiments.reporting.formatting import format_number
from viz.i18n.texts import Texts
from viz.reading.journeys import Story, told
from viz.tabs.answer.data import Effect, Followed, ShippedStory
from viz.tabs.labels import group_name

PATIENTS = ("time_undiagnosed", "treated", "out_of_pocket_share", "qalys", "catastrophic")
HEADLINE = PATIENTS[:3]
"""What the one sentence tells; of the groups, the last two and their health."""
GAINS = ("qalys", *HEADLINE[1:])
GROUPS = (
    ("zone", "inside"),
    ("zone", "outside"),
    ("income_quintile", "1"),
    ("income_quintile", "5"),
)
CLAIMED = ("better", "worse", "different")


def headline(story: ShippedStory, texts: Texts) -> str:
    """Return the answer: what is clear inside and outside the zone, and what it takes."""
    inside, outside = (
        list(_phrases(story, "zone", group, HEADLINE, CLAIMED, texts))
        for group in ("inside", "outside")
    )
    nothing = texts("story.nothing_clear")
    comma = texts("story.comma")
    return texts(
        "story.headline",
        inside=comma.join(inside) or nothing,
        outside=comma.join(outside) or nothing,
        levy=phrase(story.effect("contributed_per_head"), texts) or texts("story.no_levy"),
    )


def wins(story: ShippedStory, texts: Texts) -> list[str]:
    """Return who is better off under B, a line for each group of patients."""
    return list(_by_group(story, "better", GAINS, texts)) or [texts("story.nobody")]


def loses(story: ShippedStory, texts: Texts) -> list[str]:
    """Return who is worse off under B: patients by group, then all who pay."""
    lines = list(_by_group(story, "worse", PATIENTS, texts))
    paid, net = story.effect("contributed_per_head"), story.effect("net_qalys")
    if paid is not None and paid.claim in CLAIMED:
        within = story.effect("contributed_per_head", "zone", "inside")
        more = texts("story.levy_inside", amount=phrase(within, texts)) if within else ""
        lines.append(texts("story.insured", amount=phrase(paid, texts)) + more)
    if net is not None and net.claim in CLAIMED:
        lines.append(texts("story.net", amount=phrase(net, texts)))
    short, months = story.short
    if short:
        lines.append(texts("story.short", short=short, months=months))
    return lines or [texts("story.nobody")]


def guesses(story: ShippedStory, world: World, texts: Texts) -> list[str]:
    """Return on what the answer rests."""
    table = world.parameter_table
    return [
        texts("story.guesses", guessed=int((table["tag"] == "GUESS").sum()), all=len(table)),
        texts("story.guess_zone"),
        texts("story.guess_qaly"),
        texts("story.sets", sets=story.sets, pairs=story.pairs),
    ]


def who(patient: Followed, texts: Texts) -> str:
    """Return who a patient is, in a line."""
    line = patient.line
    gained = texts("story.gained" if line.gain > 0 else "story.lost")
    return texts(
        "story.who",
        disease=texts.pick(*line.names),
        place=texts.pick(*line.province),
        age=patient.age,
        gain=format_number(abs(line.gain), 1),
        gained=gained,
    )


def way(patient: Followed, side: str, texts: Texts) -> str:
    """Return a patient's way since the scenario began; what was before is the same under both.

    Args:
        patient: The patient.
        side: "a" or "b".
        texts: Texts of the language.
    """
    story: Story = getattr(patient, side)
    lines = told(story, patient.line, texts).splitlines()
    before = sum(moment.month < 0 for moment in story.moments)
    if before:
        lines[1 : 1 + before] = [texts("story.before", events=before, year=texts.world.first_year)]
    return "\n".join(lines)


def phrase(effect: Effect | None, texts: Texts) -> str:
    """Return a difference as part of a sentence, with its interval; empty if there is none."""
    if effect is None or effect.difference is None:
        return ""
    unit = unit_of(measure_named(effect.measure))
    size = abs(effect.difference) * unit.factor
    digits = 2 if size < 1 else 1 if size < 100 else 0
    sign = -1 if effect.difference < 0 else 1
    ends = sorted(sign * (end or 0.0) * unit.factor for end in (effect.low, effect.high))
    if effect.low is None or effect.high is None:
        between = ""
    else:
        between = texts("story.between", low=format_number(ends[0], digits),
                        high=format_number(ends[1], digits))  # fmt: skip
    key = f"story.say.{effect.measure}.{'more' if sign > 0 else 'less'}"
    return texts(key, value=format_number(size, digits), between=between)


def unit_of(one: Listed) -> Unit:
    """Return the unit in which differences of a measure are read."""
    return one.unit.small or one.unit


def _phrases(
    story: ShippedStory,
    by: str,
    group: str,
    names: tuple[str, ...],
    claims: tuple[str, ...],
    texts: Texts,
) -> Iterator[str]:
    """Yield the differences of a group of which something is claimed."""
    for name in names:
        effect = story.effect(name, by, group)
        if effect is not None and effect.claim in claims:
            yield phrase(effect, texts)


def _by_group(
    story: ShippedStory, claim: str, names: tuple[str, ...], texts: Texts
) -> Iterator[str]:
    for by, group in GROUPS:
        found = list(_phrases(story, by, group, names, (claim,), texts))
        if found:
            name = group_name(by, group, texts)
            yield texts("story.group", group=name, told=texts("story.comma").join(found))
