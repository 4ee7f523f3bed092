"""The figures and the report of a results folder, drawn from what the folder holds."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from abm.world import World
from experiments.measures import Place, listed
from experiments.running.files import write_text
from experiments.running.manifest import REPORTS
from viz.charts.style import Option
from viz.comparison import difference_grid, differences
from viz.comparison.results import Results, read_results
from viz.i18n.texts import Texts
from viz.report import foot, parts, tables
from viz.report.figures import Figure, on_page, slug, write_sheets
from viz.report.markup import figure, page, safe
from viz.report.raster import has_letters
from viz.report.svg import Pen

FIRST = ("qalys", "time_undiagnosed", "treated")
"""Measures whose figures belong to the answer: for whom they change, and by how much."""


def illustrate(folder: str | Path, world: World | None = None) -> None:
    """Add figures and the report, in both languages, to a results folder.

    Args:
        folder: A folder that `Comparison.save` has written.
        world: The world in which the runs played, for its map; the default one if none is given.

    Raises:
        UserError: If the folder holds no results, or cannot be written to.
    """
    folder = Path(folder)
    results = read_results(folder)

    def made(texts: Texts, drawing: Pen) -> tuple[list[Figure], Sequence[str]]:
        answer, others = answer_charts(results, texts), list(charts(results, texts))
        told = report(results, texts, drawing, answer, others)
        write_text(folder / REPORTS[texts.language], told)
        return [*answer, *others], foot.lines(results, texts)

    write_sheets(folder, world, made)


def answer_charts(results: Results, texts: Texts) -> list[Figure]:
    """Return the figures that belong to the answer.

    Args:
        results: What was found.
        texts: Texts of the language.
    """
    plain, section = _plain(results), texts("report.in_figures")
    found = []
    if study := results.study:
        chart = differences.by_group(plain, texts, study["measure"], study["by"])
        found.append(_figure("study", study["question"], chart))
    measured = set(results.summary["measure"])
    for measure in FIRST:
        if measure in measured:
            chart = differences.whom(plain, texts, measure)
            found.append(_figure(f"whom-{slug(measure)}", section, chart))
    found.append(_figure("payers", section, differences.by_group(plain, texts, "paid", "payer")))
    return found


def charts(results: Results, texts: Texts) -> Iterator[Figure]:
    """Yield the other charts of a comparison.

    Args:
        results: What was found.
        texts: Texts of the language.
    """
    plain = _plain(results)
    measured = set(zip(results.summary["measure"], results.summary["by"], strict=True))
    for policy in results.others:
        called = results.title(policy, texts.language)
        base = results.title(results.baseline, texts.language)
        section = texts("report.policy_beside", policy=called, baseline=base)
        for end, chart in (
            ("patients", differences.relative(plain, texts, policy)),
            ("society", differences.relative(plain, texts, policy, Place.SOCIETY)),
            ("chances", difference_grid.chance(plain, texts, policy)),
        ):
            yield _figure(f"{slug(policy)}-{end}", section, chart)
    for by, heading in (("income_quintile", "report.by_income"), ("zone", "report.by_zone")):
        for measure in listed(Place.REPORT_GROUPS):
            if (measure.name, by) in measured:
                chart = differences.by_group(plain, texts, measure.name, by)
                yield _figure(slug(f"{by}-{measure.name}"), texts(heading), chart)
    for policy in results.others:
        heading = texts("report.by_province", policy=results.title(policy, texts.language))
        for place, draw, end in (
            (Place.REPORT_MAPS, difference_grid.province_map, "map"),
            (Place.REPORT_PROVINCES, differences.by_province, "provinces"),
        ):
            for measure in listed(place):
                if (measure.name, "province") in measured:
                    name = f"{slug(policy)}-{slug(measure.name)}-{end}"
                    yield _figure(name, heading, draw(plain, texts, measure.name, policy))


def report(
    results: Results, texts: Texts, drawing: Pen, answer: Sequence[Figure], others: Sequence[Figure]
) -> str:
    """Return a report that stands alone, the answer first; nothing in it is asked for elsewhere.

    Args:
        results: What was found.
        texts: Texts of the language.
        drawing: What draws the figures.
        answer: The figures that belong to the answer.
        others: The other figures.
    """
    pictures = on_page(drawing, [*answer, *others])
    shown = "".join(figure(pictures[one.name]) for one in answer)
    note = "" if has_letters(texts.language) else f"<p>{safe(texts('report.no_pictures'))}</p>"
    body = [
        _other(texts), parts.answer(results, texts),
        f'<section><h2>{safe(texts("report.in_figures"))}</h2>'
        f'<div class="charts">{shown}</div>{parts.foot(results, texts)}</section>',
        f'<h2 class="new-page">{safe(texts("report.figures"))}</h2>', note,
        _by_section(others, pictures),
        f"<h2>{safe(texts('report.tables'))}</h2>", tables.everyone(results, texts),
        *(tables.by_group(results, texts, by) for by in ("zone", "income_quintile", "payer")),
        parts.words(results, texts), parts.policies(results, texts), parts.asked(results, texts),
        parts.checklists(results, texts), parts.again(results, texts),
    ]  # fmt: skip
    return page(texts.language, parts.title(results, texts), "\n".join(filter(None, body)))


def _other(texts: Texts) -> str:
    """Return the link to the report in the other language."""
    other = next(language for language in REPORTS if language != texts.language)
    tag = {"zh": "zh-CN"}.get(other, other)
    name = safe(texts("report.other_language"))
    return (
        f'<p class="other"><a href="{REPORTS[other]}" lang="{tag}" hreflang="{tag}">{name}</a></p>'
    )


def _by_section(figures: Sequence[Figure], pictures: dict[str, str]) -> str:
    """Return figures under their headings."""
    found = []
    for section in dict.fromkeys(one.section for one in figures):
        shown = "".join(figure(pictures[one.name]) for one in figures if one.section == section)
        found.append(f'<h3>{safe(section)}</h3><div class="charts">{shown}</div>')
    return "".join(found)


def _figure(name: str, section: str, option: Option) -> Figure:
    return Figure(name, section, option, differences.height(option))


def _plain(results: Results) -> Results:
    """Return results whose charts do not tell of whom they are: the report says it once."""
    kept = {key: part for key, part in results.manifest.items() if key != "scope"}
    return replace(results, manifest=kept)
