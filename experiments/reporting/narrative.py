"""What a comparison says, in plain sentences: which policy is better for whom.

A claim is made only where the 95 % interval of the paired difference leaves out zero; of
provinces, which are many, only where an interval does that is as much wider as to keep the chance
of a false claim among them all at 5 % (Bonferroni).
"""

from collections.abc import Iterable, Iterator

from experiments.reporting.contrasts import Findings, Gap

FOR_WHOM = {
    ("all", "all"): "all with a rare disease",
    ("zone", "inside"): "patients inside the zone",
    ("zone", "outside"): "patients outside the zone",
    ("income_quintile", "1"): "the poorest fifth",
    ("income_quintile", "5"): "the richest fifth",
}
JUDGED_BY = ("time_undiagnosed", "treated", "out_of_pocket_share", "catastrophic", "qalys")
BY_PROVINCE = ("time_undiagnosed", "treated", "out_of_pocket_share")
INEQUALITY = (
    "treated_gap", "diagnosed_gap", "treated_between_provinces", "catastrophic_concentration",
)  # fmt: skip
SHORT = {
    "time_undiagnosed": "time without a diagnosis",
    "treated": "treated",
    "out_of_pocket_share": "paid by the household",
    "catastrophic": "years with catastrophic spending",
    "qalys": "quality-adjusted life years",
    "contributed_per_head": "taken from all insured",
    "treated_gap": "richest less poorest fifth treated",
    "diagnosed_gap": "richest less poorest fifth diagnosed",
    "treated_between_provinces": "treated, Theil index between provinces",
    "catastrophic_concentration": "concentration of catastrophic spending on the rich",
}
NAMED_PROVINCES = 3


def sentences(findings: Findings) -> dict[str, list[str]]:
    """Return what was found, as sentences under headings."""
    if findings.runs < 2:
        return {"In words": ["One run gives no interval: nothing can be claimed; use more runs."]}
    told = {}
    for policy in findings.policies[1:]:
        told[f"{policy} compared with {findings.baseline}"] = [
            *(_for_group(findings, policy, *key, whom) for key, whom in findings.present(FOR_WHOM)),
            *_for_provinces(findings, policy),
            _for_others(findings, policy),
            _inequality(findings, policy),
        ]
    told["Which policy is better for whom"] = list(_best(findings))
    return {heading: [line for line in lines if line] for heading, lines in told.items()}


def _for_group(findings: Findings, policy: str, by: str, group: str, whom: str) -> str:
    """Say what is better, worse and unclear for one group."""
    gaps = list(findings.gaps(policy, JUDGED_BY, by, group))
    parts = [
        f"{word}: {_told(chosen)}"
        for word, chosen in (
            ("better", [gap for gap in gaps if gap.better]),
            ("worse", [gap for gap in gaps if gap.worse]),
        )
        if chosen
    ]
    unclear = [gap for gap in gaps if not (gap.better or gap.worse)]
    if unclear:
        parts.append("no clear difference: " + "; ".join(_name(gap) for gap in unclear))
    return f"{_capital(whom)}. {'. '.join(map(_capital, parts))}."


def _for_provinces(findings: Findings, policy: str) -> Iterator[str]:
    """Name the provinces that clearly gain or lose most."""
    for measure in BY_PROVINCE:
        gaps = findings.provinces(policy, measure)
        if len(gaps) < 2:
            return
        parts = []
        for word, chosen in (("gain", [gap for gap in gaps if gap.better]),
                             ("lose", [gap for gap in gaps if gap.worse])):  # fmt: skip
            chosen.sort(key=lambda gap: -abs(gap.mean))
            most = ", ".join(f"{g.group} {g.in_words()}" for g in chosen[:NAMED_PROVINCES])
            if chosen:
                more = "most " if len(chosen) > NAMED_PROVINCES else ""
                parts.append(f"{len(chosen)} of {len(gaps)} clearly {word}, {more}{most}")
        yield f"By province, {_name(gaps[0])}: {'; '.join(parts) or 'no clear difference in any'}."


def _for_others(findings: Findings, policy: str) -> str:
    """Say what it takes from other insured people, and what is gained on balance."""
    names = ("contributed", "contributed_per_head", "displaced_qalys", "net_qalys")
    found = {gap.measure.name: gap for gap in findings.gaps(policy, names, "all", "all")}
    if not found["contributed"].clear:
        return "Other insured people: no clear difference in what is taken from them."
    told = [found["contributed"].in_words()]
    for group in ("inside", "outside"):
        for gap in findings.gaps(policy, ["contributed_per_head"], "zone", group):
            told.append(f"{group} the zone {gap.in_words()}")
    net = found["net_qalys"]
    verdict = "" if net.clear else ", no clear difference"
    return (
        f"Other insured people. {'More' if found['contributed'].mean > 0.0 else 'Less'} is taken "
        f"from them: {'; '.join(told)}. Health displaced among them: "
        f"{found['displaced_qalys'].in_words()}; patients' gain less that: "
        f"{net.in_words()}{verdict}."
    )


def _inequality(findings: Findings, policy: str) -> str:
    """Say which measures of inequality clearly change."""
    gaps = list(findings.gaps(policy, INEQUALITY, "all", "all"))
    parts = [
        f"{word}: {_told(chosen)}"
        for word, chosen in (
            ("less", [gap for gap in gaps if gap.better]),
            ("more", [gap for gap in gaps if gap.worse]),
        )
        if chosen
    ]
    return f"Inequality. {'. '.join(map(_capital, parts)) or 'No clear difference'}."


def _best(findings: Findings) -> Iterator[str]:
    """Say, for each group, which policies no other is clearly better than."""
    for key, whom in findings.present(FOR_WHOM):
        yield _best_for(findings, JUDGED_BY, *key, whom)
    yield _best_for(findings, ["contributed_per_head"], "all", "all", "other insured people")


def _best_for(
    findings: Findings, measures: Iterable[str], by: str, group: str, whom: str
) -> str:  # fmt: skip
    won: dict[str, list[str]] = {}
    for measure in measures:
        best = findings.best(measure, by, group)
        words = " or ".join(best)
        if len(best) == len(findings.policies):
            words = "no clear difference"
        won.setdefault(words, []).append(SHORT[measure])
    return f"{_capital(whom)}: " + "; ".join(f"{p} ({', '.join(m)})" for p, m in won.items()) + "."


def caveat(findings: Findings) -> str:
    """Return on how many assumptions the result rests."""
    table = findings.comparison.question.setting.world.parameter_table
    guesses = int((table["tag"] == "GUESS").sum())
    return (
        f"This follows from the model's assumptions ({guesses} of the world's {len(table)} "
        "parameters are guesses, and so are parts of its tables); it is no forecast. The intervals "
        "tell the spread between runs, not how far the assumptions may be wrong. Time to diagnosis "
        "is of those who fall ill in the scenario; money and counts are those of the whole "
        "population."
    )


def _told(gaps: list[Gap]) -> str:
    return "; ".join(f"{_name(gap)} {gap.in_words()}" for gap in gaps)


def _name(gap: Gap) -> str:
    return SHORT[gap.measure.name]


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
