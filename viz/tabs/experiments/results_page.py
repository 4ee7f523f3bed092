"""What a results folder holds, on the page: charts, table, words, downloads."""

import json

import numpy as np
import pandas as pd
import solara

from experiments.measures import Place, Unit
from experiments.reporting.formatting import Notation, format_difference, format_value, scale
from viz.charts.style import Option
from viz.comparison import contrasts, difference_grid, differences
from viz.comparison.results import RUNS, Results
from viz.components.widgets import Chart
from viz.i18n.texts import Words
from viz.tabs.parts import Choose, Grid, Table

GROUPS = (
    "income_quintile",
    "province",
    "zone",
    "residence",
    "scheme",
    "age_group",
    "response_class",
    "payer",
)
HIDDEN = ("toml", "levers")
"""Parts of a manifest that are too long to be read on a page."""


@solara.component
def Shown(results: Results, words: Words) -> None:
    """Show what was found.

    Args:
        results: What a folder holds.
        words: Texts of the language.
    """
    asked = results.manifest["parameters"]
    solara.Text(
        words(
            "batch.shown",
            policies=", ".join(results.policies),
            runs=results.runs,
            scale=asked["scale"],
            years=asked["years"],
            finished=results.manifest["finished"],
        ),
        classes=["rc-past-title"],
    )
    with solara.Div(classes=["rc-batch-ask"]):
        solara.FileDownload(
            lambda: results.summary.to_csv(index=False),
            filename=f"{results.name}-summary.csv",
            label=words("batch.csv"),
            mime_type="text/csv",
        )
        report = RUNS / results.name / "report.html"
        if report.is_file():
            solara.FileDownload(
                report.read_bytes,
                filename=f"{results.name}.html",
                label=words("batch.report"),
                mime_type="text/html",
            )
    if results.others:
        _Differences(results, words)
        _Words(results, words)
    else:
        solara.Text(words("batch.single"), classes=["rc-hint"])
    with solara.Details(words("batch.manifest")):
        solara.Preformatted(_manifest(results))


@solara.component
def _Differences(results: Results, words: Words) -> None:
    """Show charts and a table of one policy's differences, by measure and group."""
    policy = solara.use_reactive(results.others[0])
    measure = solara.use_reactive("treated")
    by = solara.use_reactive("income_quintile")
    listed = results.summary.drop_duplicates("measure")
    labels = {
        row["measure"]: words.pick(*contrasts.measure_of(row).short) for _, row in listed.iterrows()
    }
    kinds = set(results.summary.loc[results.summary["measure"] == measure.value, "by"])
    groups = [kind for kind in GROUPS if kind in kinds]
    kind = by.value if by.value in groups else next(iter(groups), "all")
    if len(results.others) > 1:
        Choose(
            words("batch.policy"), {name: name for name in results.others}, policy.value, policy.set
        )
    with Grid():
        for option in (
            differences.relative(results, words, policy.value),
            differences.relative(results, words, policy.value, Place.SOCIETY),
            difference_grid.chance(results, words, policy.value),
        ):
            Chart(option, differences.height(option))
        Table(words("batch.table"), table(results, words, policy.value), tall=True)
    with solara.Div(classes=["rc-batch-ask"]):
        Choose(words("batch.measure"), labels, measure.value, measure.set)
        if groups:
            Choose(words("batch.by"), {name: words(f"by.{name}") for name in groups}, kind, by.set)
    with Grid():
        for option in (
            _grouped(results, words, measure.value, kind, policy.value),
            difference_grid.province_map(results, words, measure.value, policy.value),
        ):
            Chart(option, differences.height(option))


def _grouped(results: Results, words: Words, measure: str, kind: str, policy: str) -> Option:
    if kind == "province":
        return differences.by_province(results, words, measure, policy)
    return differences.by_group(results, words, measure, kind)


def table(results: Results, words: Words, policy: str) -> pd.DataFrame:
    """Return a policy's differences for everyone, with a verdict in words.

    Args:
        results: What was found.
        words: Texts of the language.
        policy: The policy that is compared with the baseline.
    """
    rows = contrasts.rows_of(results, policy, "all")
    base = contrasts.rows_of(results, results.baseline, "all").set_index("measure")["mean"]
    found = []
    for _, row in rows.iterrows():
        mean = base[row["measure"]]
        one = contrasts.contrast_of(row)
        unit = _unit(one.measure.unit, mean, words)
        size = abs(one.mean) if np.isfinite(one.mean) else 0.0
        text = format_difference(one.mean, one.low, one.high, unit, size)
        middle, _, interval = text.partition(" ")
        label = words.pick(*one.measure.short)
        found.append(
            [
                ", ".join(filter(None, (label, unit.value))),
                format_value(mean, unit),
                middle,
                interval.strip("[]").replace(", ", " – "),
                words(f"difference.{one.verdict}") if interval else "",
            ]
        )
    names = ["what", "difference", "interval", "verdict"]
    what, *others = (words(f"batch.{name}") for name in names)
    return pd.DataFrame(found, columns=[what, results.baseline, *others])


def _unit(unit: Unit, mean: float, words: Words) -> Notation:
    """Return how values of a unit are written."""
    unit = unit.small or unit
    found = scale([mean * unit.factor], words.pick(*unit.text), words.language)
    return Notation(found.divisor / unit.factor, found.unit, found.unit)


@solara.component
def _Words(results: Results, words: Words) -> None:
    """Show what was found in sentences, and on what it rests."""
    solara.v.Html(tag="p", children=[words("batch.caveat")], class_="rc-caveat")
    with solara.Details(words("batch.in_words")), solara.Div(classes=["rc-past-words"]):
        for heading, lines in results.findings.items():
            solara.v.Html(tag="h4", children=[heading])
            with solara.v.Html(tag="ul"):
                for line in lines:
                    solara.v.Html(tag="li", children=[line])


def _manifest(results: Results) -> str:
    """Return the manifest as text, without what is long."""
    shown = {**results.manifest}
    shown["policies"] = [
        {key: value for key, value in one.items() if key not in HIDDEN}
        for one in results.manifest["policies"]
    ]
    for key in ("findings", "caveat", "runs"):
        shown.pop(key, None)
    return json.dumps(shown, indent=2, ensure_ascii=False)
