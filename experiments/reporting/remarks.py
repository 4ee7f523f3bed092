"""Sentences on what seems a contradiction on the screen, each where it occurs and only there."""

from collections.abc import Callable, Iterator, Sequence

from experiments.design import Design
from experiments.reporting.contrasts import Contrast, Contrasts
from experiments.reporting.layout import Cell
from experiments.reporting.texts import Words

GROUPS_TOLD = {("all", "all"): "group.all", ("income_quintile", "1"): "group.1"}
"""Groups of whom it is told why what is better for them looks worse."""


def remarks(
    found: Contrasts,
    design: Design,
    words: Words,
    place: Callable[[str], str],
    policies: Sequence[str],
    cell: Callable[[Contrast | None], Cell],
    by_zone: bool,
    of_each: bool,
    named: Callable[[str], str] = str,
) -> Iterator[str]:
    """Yield the sentences.

    Args:
        found: What was found.
        design: What was compared.
        words: Texts of the language.
        place: Gives the name of a place in it.
        policies: The policies that are told, the baseline left out.
        cell: Writes a difference with what is claimed of it.
        by_zone: Whether the screen has rows inside and outside the zone.
        of_each: Whether gaps and provinces are told of each policy.
        named: Gives what a policy is called.
    """
    if by_zone:
        yield from zone_remarks(found, design, words, place, policies, named)
    yield from _paying(found, words, policies, cell, named)
    yield from _forgoing(found, words, policies, cell, named)
    gap, provinces = (
        words.listed(part(found, words, policies, cell, named)) for part in (_gap, _provinces)
    )
    if of_each and gap and provinces:
        poor = "".join(_concentration(found, words, policies, named))
        yield words("note.gap", gap=gap, provinces=provinces, poor=poor)


def zone_remarks(
    found: Contrasts, design: Design, words: Words, place: Callable[[str], str],
    policies: Sequence[str], named: Callable[[str], str] = str,
) -> Iterator[str]:  # fmt: skip
    """Say which places "inside" means, under a policy without borders too, and why others gain."""
    zones = design.scope["zones"]
    if ("zone", "inside") not in dict(found.present({("zone", "inside"): ""})):
        return
    order = [name for zone in zones.values() for name in zone["places"]]
    borderless = [name for name in policies if name in zones and not zones[name]["borders"]]
    added = (
        words("note.no_borders", policies=words.listed(map(named, borderless)))
        if borderless
        else ""
    )
    places = words.listed(map(place, dict.fromkeys(order)))
    yield words("note.inside", places=places, borderless=added)
    gaining = []
    for name in policies:
        if name in zones and zones[name]["borders"]:
            one = found.contrast(name, found.baseline, "time_undiagnosed", "zone", "outside")
            if one is not None and one.verdict == "better":
                gaining.append(name)
    if gaining:
        closed = all(
            design.policies[name].levers_at(design.last_month).zone.outsiders == "none"
            for name in gaining
        )
        fund = words("note.fund") if closed else ""
        yield words("note.outside", policies=words.listed(map(named, gaining)), fund=fund)


def _paying(
    found: Contrasts, words: Words, policies: Sequence[str], cell: Callable[..., Cell],
    named: Callable[[str], str],
) -> Iterator[str]:  # fmt: skip
    """Say why somebody pays in more years though a smaller share: they are treated at last."""
    for policy in policies:
        for key, group in GROUPS_TOLD.items():
            share, years, treated = (
                found.contrast(policy, found.baseline, measure, *key)
                for measure in ("out_of_pocket_share", "catastrophic", "treated")
            )
            if _are((share, "better"), (years, "worse"), (treated, "better")):
                told = cell(treated).text
                yield words(
                    "note.pay_at_last", policy=named(policy), group=words(group), treated=told
                )


def _forgoing(
    found: Contrasts, words: Words, policies: Sequence[str], cell: Callable[..., Cell],
    named: Callable[[str], str],
) -> Iterator[str]:  # fmt: skip
    """Say why more go without care for its cost though more are treated: more is prescribed.

    Whoever lacks a drug that nobody pays for, which no doctor prescribes and no hospital stocks,
    is not counted; a scheme that pays a part makes it prescribed, and some cannot pay the rest.
    """
    for policy in policies:
        for key, group in GROUPS_TOLD.items():
            forgone, treated = (
                found.contrast(policy, found.baseline, measure, *key)
                for measure in ("forgone", "treated")
            )
            if _are((forgone, "worse"), (treated, "better")):
                told = {"forgone": cell(forgone).text, "treated": cell(treated).text}
                yield words(
                    "note.more_prescribed", policy=named(policy), group=words(group), **told
                )
                break  # of all, or else of the poorest


def _are(*wanted: tuple[Contrast | None, str]) -> bool:
    """Return whether some differences are there and claimed to be as said."""
    return all(one is not None and one.verdict == verdict for one, verdict in wanted)


def _concentration(
    found: Contrasts, words: Words, policies: Sequence[str], named: Callable[[str], str]
) -> Iterator[str]:
    """Say in words what a concentration index tells: on whom ruinous bills fall."""
    for verdict in ("worse", "better"):
        names = []
        for policy in policies:
            one = found.contrast(policy, found.baseline, "catastrophic_concentration", "all", "all")
            if one is not None and one.verdict == verdict:
                names.append(policy)
        if names:
            yield words(f"note.concentration.{verdict}", policies=words.listed(map(named, names)))


def _gap(
    found: Contrasts, words: Words, policies: Sequence[str], cell: Callable[..., Cell],
    named: Callable[[str], str],
) -> Iterator[str]:  # fmt: skip
    """Yield each policy's gap between the richest and the poorest in treatment."""
    for policy in policies:
        one = found.contrast(policy, found.baseline, "treated_gap", "all", "all")
        if one is not None:
            yield words("note.gap_one", policy=named(policy), cell=cell(one).text)


def _provinces(
    found: Contrasts, words: Words, policies: Sequence[str], _: Callable[..., Cell],
    named: Callable[[str], str],
) -> Iterator[str]:  # fmt: skip
    """Yield in how many provinces each policy treats clearly more people, and fewer."""
    for policy in policies:
        verdicts = [one.verdict for one in found.provinces(policy, "treated")]
        if len(verdicts) < 2:
            return
        few = verdicts.count("too few")
        yield words(
            "note.provinces_one", policy=named(policy), better=verdicts.count("better"),
            worse=verdicts.count("worse"), count=len(verdicts),
            few=words("note.provinces_few", count=few) if few else "",
        )  # fmt: skip
