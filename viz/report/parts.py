"""The parts of a report that are words: answer, findings, policies, checklists, how it was made."""

from typing import Any

from experiments.reporting import scope
from experiments.reporting.checklists import NO, YES, Item, answer_to
from experiments.reporting.texts import Words
from experiments.running.manifest import CHECKLISTS
from viz.comparison.results import Results
from viz.i18n.texts import Texts
from viz.report import foot as below
from viz.report.markup import listed, pairs, safe, table

SIDES = ("gains", "loses", "costs")
"""Parts of the answer that stand beside each other; the rest stands below."""


def title(results: Results, texts: Texts) -> str:
    """Return the title of a report: what is compared with what."""
    told = results.told(texts.language).get("answer")
    if told:
        return str(told["title"])
    names = [results.title(name, texts.language) for name in results.policies]
    return texts("report.policy_beside", policy=", ".join(names[1:]), baseline=names[0])


def answer(results: Results, texts: Texts) -> str:
    """Return the answer: a sentence for each policy, who gains and pays, what is assumed.

    Args:
        results: What was found.
        texts: Texts of the language.
    """
    told = results.told(texts.language).get("answer", {})
    start = f"<h1>{safe(title(results, texts))}</h1>"
    study = results.study
    sentences = [study["question"], study["answer"]] if study else told.get("sentences", [])
    verdict = "".join(f'<p class="answer">{safe(one)}</p>' for one in sentences)
    sections = {one["key"]: one for one in told.get("sections", [])}
    parts = [_section(sections[key], key in SIDES) for key in sections]
    return (
        f'<section class="first">{start}<p class="lead">{safe(told.get("lead", ""))}</p>'
        f'{verdict}<div class="parts">{"".join(parts)}</div></section>'
    )


def _section(told: dict[str, Any], beside: bool) -> str:
    """Return a part of the answer: lines, those of each policy under its title."""
    by_policy: dict[str, list[str]] = {}
    for policy, line in told["lines"]:
        by_policy.setdefault(policy, []).append(line)
    sides = "".join(
        f"<div>{f'<h4>{safe(policy)}</h4>' if policy else ''}{listed(lines)}</div>"
        for policy, lines in by_policy.items()
    )
    several = len(by_policy) > 1
    kind = " ".join(filter(None, (
        str(told["key"]), "" if beside and not several else "wide",
    )))  # fmt: skip
    inner = f'<div class="sides">{sides}</div>' if several else sides
    return f'<section class="{kind}"><h3>{safe(told["heading"])}</h3>{inner}</section>'


def foot(results: Results, texts: Texts) -> str:
    """Return what the figures rest on."""
    told = "<br>".join(map(safe, below.lines(results, texts)))
    return f'<p class="foot">{told}</p>'


def words(results: Results, texts: Texts) -> str:
    """Return all sentences under their headings, and on what they rest."""
    told = results.told(texts.language)
    parts = [f"<h2>{safe(texts('report.words'))}</h2>"]
    for heading, lines in told.get("findings", results.findings).items():
        parts.append(f"<h3>{safe(heading)}</h3>{listed(lines)}")
    return "".join([*parts, f'<p class="caveat">{safe(told.get("caveat", results.caveat))}</p>'])


def policies(results: Results, texts: Texts) -> str:
    """Return the policies' changes with their sources, assumptions marked as such."""
    mark = f'<span class="assumed-mark">{safe(texts("report.assumption"))}</span> '
    rows = [
        [safe(results.title(one.policy, texts.language)), safe(one.when),
         f"{mark if one.assumed else ''}<span lang=\"en\">{safe(one.source)}</span>"]
        for one in results.assumptions()
    ]  # fmt: skip
    head = [texts(f"report.{key}") for key in ("policy", "from", "source")]
    about = texts("report.policies_about")
    if texts.language != "en":
        about += texts("report.sources_english")
    heading = texts("report.policies")
    return f"<h2>{safe(heading)}</h2><p>{safe(about)}</p>{table(head, rows, heading, 'text')}"


def asked(results: Results, texts: Texts) -> str:
    """Return the design."""
    manifest, settings = results.manifest, results.manifest["parameters"]
    lines, spoken = results.scope, Words(texts.language)

    def called(name: str) -> str:
        own = results.title(name, texts.language)
        return own if own == name else f"{own} ({name})"

    world = manifest.get("world", {})
    found = {
        "baseline": called(results.baseline),
        "compared": "; ".join(map(called, results.others)),
        "scenario": texts("report.years", years=settings["years"],
                          first=world.get("first_year", texts.world.first_year)),
        "people": scope.people(lines, spoken, texts.place) if lines else "",
        "zones": "; ".join(scope.zones(lines, spoken, texts.place, called)) if lines else "",
        "simulated": texts("report.one_in", share=f"{1 / settings['scale']:,.0f}",
                           scale=f"{settings['scale']:g}"),
        "pairs": texts("report.pairs_are", runs=results.runs,
                       seeds=below.seeds(manifest["seeds"], texts)),
        "parameters": _parameters(settings, texts),
        "world": world.get("name", ""),
        "levers": ", ".join(f"{path} = {value}"
                            for path, value in settings.get("settings", {}).items()),
        "failed": "; ".join(
            texts("report.failed_one", policy=called(one["policy"]), seed=one["seed"],
                  error=one["error"])
            for one in manifest.get("failed", ())),
    }  # fmt: skip
    told = {texts(f"report.{key}"): text for key, text in found.items() if text}
    return f"<h2>{safe(texts('report.asked'))}</h2>{pairs(told)}"


def _parameters(settings: dict[str, Any], texts: Texts) -> str:
    """Return with which parameters the runs lived, from a manifest's `parameters`."""
    sets = settings.get("parameter_sets") or {}
    if sets:
        return texts("report.sets", sets=len(set(sets.values())))
    if number := settings.get("parameter_set"):
        return texts("report.one_set", number=number)
    return texts("report.written")


def checklists(results: Results, texts: Texts) -> str:
    """Return what reporting checklists ask for and the program cannot know, or not wholly."""
    found = [Item(**one) for one in results.told(texts.language).get("checklists", ())]
    if not found:
        return ""
    words = Words(texts.language)
    rows = []
    for one in found:
        if one.answered != YES:
            told = safe(answer_to(one, words))
            told = f'<span class="open">{told}</span>' if one.answered == NO else told
            rows.append([safe(f"{one.list} {one.number}: {one.topic}"), safe(one.asks), told])
    heading = texts("report.checklists")
    head = [texts(f"report.{key}") for key in ("item", "asks", "answer")]
    about = texts("report.checklists_about", file=CHECKLISTS[texts.language])
    return f"<h2>{safe(heading)}</h2><p>{safe(about)}</p>{table(head, rows, heading, 'text')}"


def again(results: Results, texts: Texts) -> str:
    """Return how to make it again, and what it was made with."""
    manifest = results.manifest
    versions = {name: str(text) for name, text in manifest.get("versions", {}).items()}
    own, code = versions.pop("rarecare", ""), versions.pop("code", "")
    found = {
        "rarecare": own,
        texts("report.commit"): manifest.get("git_revision") or texts("report.unknown"),
        texts("report.sources"): code,
        texts("report.checksum"): manifest.get("world", {}).get("checksum", ""),
        texts("report.versions"): ", ".join(f"{name} {text}" for name, text in versions.items()),
        texts("report.finished"): manifest["finished"],
        texts("report.took"): texts("report.seconds",
                                    seconds=f"{manifest.get('duration_seconds', 0):.0f}"),
    }  # fmt: skip
    return (
        f"<h2>{safe(texts('report.again'))}</h2><pre>{safe(manifest['again'])}</pre>{pairs(found)}"
    )
