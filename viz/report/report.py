"""The figures and the report of a results folder, drawn from what the folder holds."""

import hashlib
import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from string import Template
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from abm.world import World
from experiments.measures import Place, listed
from experiments.reporting import scope
from experiments.reporting.formatting import Notation, format_difference, format_value, notation
from experiments.reporting.texts import Words
from experiments.running.files import make_folder, remove_figures, write_figure, write_text
from experiments.running.manifest import FIGURES, REPORT
from viz.charts.style import Option
from viz.comparison import contrasts, difference_grid, differences
from viz.comparison.results import Results, read_results
from viz.i18n.texts import Texts
from viz.report.svg import drawn, script

PAGE = Path(__file__).parent / "report.html"
LONGEST_NAME = 60
"""Characters of a file's name that a policy's or measure's takes."""


class Figure(NamedTuple):
    """A chart of a report.

    Attributes:
        name: Name of its file, without ending.
        section: The heading it stands under.
        option: What ECharts draws.
    """

    name: str
    section: str
    option: Option


def illustrate(folder: str | Path, world: World | None = None) -> None:
    """Add `figures/*.svg` and `report.html` to a results folder.

    Args:
        folder: A folder that `Comparison.save` has written.
        world: The world in which the runs played, for its map; the default one if none is given.

    Raises:
        UserError: If the folder holds no results, or cannot be written to.
    """
    folder = Path(folder)
    results = read_results(folder)
    figures = list(charts(results, Texts("en", world)))
    pictures = drawn({one.name: (one.option, differences.height(one.option)) for one in figures})
    made = make_folder(folder / FIGURES)
    for name, picture in pictures.items():
        write_figure(made / f"{name}.svg", picture)
    remove_figures(made, but=pictures)
    write_text(folder / REPORT, page(results, figures))


def charts(results: Results, texts: Texts) -> Iterator[Figure]:
    """Yield the charts of a comparison.

    Args:
        results: What was found.
        texts: Texts of the language.
    """
    measured = set(zip(results.summary["measure"], results.summary["by"], strict=True))
    if study := results.study:
        chart = differences.by_group(results, texts, study["measure"], study["by"])
        yield Figure("study", study["question"], chart)
    for policy in results.others:
        section, name = f"{policy} compared with {results.baseline}", _slug(policy)
        yield Figure(f"{name}-patients", section, differences.relative(results, texts, policy))
        yield Figure(
            f"{name}-society", section, differences.relative(results, texts, policy, Place.SOCIETY)
        )
        yield Figure(f"{name}-chances", section, difference_grid.chance(results, texts, policy))
    for by, heading in (("income_quintile", "By income"), ("zone", "Inside and outside the zone")):
        for measure in listed(Place.REPORT_GROUPS):
            if (measure.name, by) in measured:
                yield Figure(
                    _slug(f"{by}-{measure.name}"),
                    heading,
                    differences.by_group(results, texts, measure.name, by),
                )
    yield Figure("payers", "Who pays", differences.by_group(results, texts, "paid", "payer"))
    for policy in results.others:
        heading = f"By province: {policy}"
        for place, draw, end in (
            (Place.REPORT_MAPS, difference_grid.province_map, "map"),
            (Place.REPORT_PROVINCES, differences.by_province, "provinces"),
        ):
            for measure in listed(place):
                if (measure.name, "province") in measured:
                    yield Figure(
                        f"{_slug(policy)}-{_slug(measure.name)}-{end}",
                        heading,
                        draw(results, texts, measure.name, policy),
                    )


def page(results: Results, figures: Iterable[Figure]) -> str:
    """Return a report that stands alone: one HTML file, with ECharts in it.

    Args:
        results: What was found.
        figures: The charts to be shown.
    """
    shown = list(figures)
    options = json.dumps({f"chart-{n}": one.option for n, one in enumerate(shown)}, allow_nan=False)
    return Template(PAGE.read_text(encoding="utf-8")).substitute(
        title=_safe(_title(results)),
        lead=_safe(
            " · ".join(
                [*(f"{name}: {title}" for name, title in results.titles.items()), *_scope(results)]
            )
        ),
        everyone=_safe(_everyone(results)),
        question=_pairs(_design(results)),
        findings=_findings(results),
        caveat=_safe(results.caveat),
        table=_table(results),
        charts=_charts(shown),
        assumptions=_assumptions(results),
        again=_safe(results.manifest["again"]),
        versions=_pairs(_versions(results)),
        script=script().replace("</script", "<\\/script"),
        options=options.replace("<", "\\u003c"),
    )


def _title(results: Results) -> str:
    """Return what is compared, with whose people and what was set if that is not as usual."""
    title = f"{' and '.join(results.others)} compared with {results.baseline}"
    if not results.scope:
        return title
    unusual = [] if results.scope["everywhere"] else [_everyone(results)]
    unusual += filter(None, [scope.settings(results.scope, Words())])
    return "; ".join([title, *unusual])


def _scope(results: Results) -> list[str]:
    """Return whose people are simulated, which zones there are, and what was set."""
    place = Texts("en").place
    return scope.described(results.scope, Words(), place) if results.scope else []


def _everyone(results: Results) -> str:
    """Return the heading of the table of all people together."""
    if not results.scope or results.scope["everywhere"]:
        return "Everyone"
    return f"Everyone of {scope.people(results.scope, Words(), Texts('en').place)}"


def _design(results: Results) -> dict[str, object]:
    """Return the design, as pairs."""
    manifest, asked = results.manifest, results.manifest["parameters"]
    scale, years = asked["scale"], asked["years"]
    words = Words()
    place = Texts("en").place
    found = {
        "Baseline": f"{results.baseline} ({results.titles[results.baseline]})",
        "Compared with it": "; ".join(
            f"{name} ({results.titles[name]})" for name in results.others
        ),
        "Scenario": f"{years} years from January {manifest['world'].get('first_year', 2019)}",
        "People": scope.people(results.scope, words, place) if results.scope else "",
        "Zones": "; ".join(scope.zones(results.scope, words, place)) if results.scope else "",
        "Simulated": f"1 person in {1 / scale:,.0f} (scale {scale:g})",
        "Paired runs": f"{results.runs}, with seeds {', '.join(map(str, manifest['seeds']))}: the "
        "same people with the same random numbers under each policy",
        "Parameters": _parameters(asked),
        "World": manifest["world"]["name"],
        "Levers set": ", ".join(
            f"{path} = {value}" for path, value in asked.get("settings", {}).items()
        ),
        "Failed runs": "; ".join(
            f"{one['policy']}, seed {one['seed']}: {one['error']}"
            for one in manifest.get("failed", ())
        ),
    }
    return {name: text for name, text in found.items() if text}


def _parameters(asked: Mapping[str, Any]) -> str:
    """Return with which parameters the runs lived, from a manifest's `parameters`."""
    sets = asked.get("parameter_sets") or {}
    if sets:
        return (
            f"each pair with another of the world's parameter sets: {len(set(sets.values()))} that "
            "fit the surveys equally well; half of them once more, to tell them from luck"
        )
    if number := asked.get("parameter_set"):
        return f"all with the world's parameter set {number}"
    return "all with the values of parameters.csv"


def _versions(results: Results) -> dict[str, object]:
    """Return what it was made with, as pairs."""
    manifest = results.manifest
    versions = {name: str(text) for name, text in manifest.get("versions", {}).items()}
    return {
        "rarecare": versions.pop("rarecare", ""),
        "Commit": manifest.get("git_revision") or "unknown",
        "Sources": versions.pop("code", ""),
        "World's checksum": manifest["world"].get("checksum", ""),
        "Made with": ", ".join(f"{name} {text}" for name, text in versions.items()),
        "Finished": manifest["finished"],
        "Took": f"{manifest.get('duration_seconds', 0):.0f} s",
    }


def _findings(results: Results) -> str:
    """Return the sentences under their headings."""
    parts = []
    for heading, lines in results.findings.items():
        items = "".join(f"<li>{_safe(line)}</li>" for line in lines)
        parts.append(f"<h3>{_safe(heading)}</h3><ul>{items}</ul>")
    return "".join(parts)


def _table(results: Results) -> str:
    """Return the differences of everyone, with what they say in words."""
    overall = results.summary[results.summary["by"] == "all"].set_index(
        ["policy", "measure"], drop=False
    )
    head = ["", results.baseline, *(f"{name}: difference [95 %]" for name in results.others)]
    rows = []
    for measure in (*listed(Place.PATIENTS), *listed(Place.SOCIETY)):
        if (results.baseline, measure.name) in overall.index:
            base = overall.loc[(results.baseline, measure.name)]
            size = abs(base["mean"]) if np.isfinite(base["mean"]) else 0.0
            unit = notation(contrasts.measure_of(base).unit, size)
            label = ", ".join(filter(None, (base["label"], unit.value)))
            cells = [_cell(overall.loc[(name, measure.name)], unit) for name in results.others]
            rows.append([_safe(label), _safe(format_value(base["mean"], unit)), *cells])
    return _rows([_safe(text) for text in head], rows)


def _cell(row: pd.Series, unit: Notation) -> str:
    """Return a difference with its interval, and whether it is better or worse."""
    one = contrasts.contrast_of(row)
    size = abs(one.mean) if np.isfinite(one.mean) else 0.0
    middle, _, interval = format_difference(one.mean, one.low, one.high, unit, size).partition(" ")
    return (
        f'{_safe(middle)} <span class="range">{_safe(interval)}</span> '
        f'<span class="{_slug(one.verdict)}">{one.verdict}</span>'
    )


def _charts(figures: list[Figure]) -> str:
    """Return the places of the charts, under their headings."""
    parts, last = [], None
    for number, one in enumerate(figures):
        if one.section != last:
            parts.append(
                f'{"</div>" if last else ""}<h2>{_safe(one.section)}</h2><div class="charts">'
            )
            last = one.section
        height = differences.height(one.option)
        parts.append(f'<div class="chart" id="chart-{number}" style="height:{height}px"></div>')
    return "".join(parts) + ("</div>" if figures else "")


def _assumptions(results: Results) -> str:
    """Return the policies' changes with their sources, assumptions marked as such."""
    mark = '<span class="assumed">assumption</span> '
    rows = [
        [_safe(one.policy), _safe(one.when), f"{mark if one.assumed else ''}{_safe(one.source)}"]
        for one in results.assumptions()
    ]
    return _rows(["Policy", "From", "Source"], rows, "text")


def _rows(head: list[str], rows: list[list[str]], kind: str = "") -> str:
    """Return a table from cells that are HTML already."""
    top = "".join(f"<th>{cell}</th>" for cell in head)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<table class="{kind}"><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>'


def _pairs(found: dict[str, object]) -> str:
    items = "".join(f"<dt>{_safe(name)}</dt><dd>{_safe(text)}</dd>" for name, text in found.items())
    return f"<dl>{items}</dl>"


def _safe(text: object) -> str:
    return html.escape(str(text))


def _slug(name: str) -> str:
    """Return a name that is good for a file; long ones that differ at the end stay apart."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "policy"
    if len(slug) <= LONGEST_NAME:
        return slug
    return f"{slug[: LONGEST_NAME - 7]}-{hashlib.sha256(name.encode()).hexdigest()[:6]}"
