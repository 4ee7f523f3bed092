"""What a results folder holds, on the page: charts, table, words, downloads."""

import json
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import solara

from experiments.measures import Place, Unit
from experiments.reporting.formatting import Notation, format_difference, format_value, scale
from experiments.running.manifest import REPORT
from viz.charts.style import Option
from viz.comparison import contrasts, difference_grid, differences
from viz.comparison.results import RUNS, Results
from viz.components.widgets import Chart
from viz.i18n.texts import Texts
from viz.tabs.parts import Choose, Grid, Table

HIDDEN = ("toml", "levers")
"""Parts of a manifest that are too long to be read on a page."""


@solara.component
def Shown(results: Results, texts: Texts) -> None:
    """Show what was found.

    Args:
        results: What a folder holds.
        texts: Texts of the language.
    """
    asked = results.manifest["parameters"]
    solara.Text(
        texts(
            "batch.shown",
            policies=texts("editor.comma").join(
                results.title(name, texts.language) for name in results.policies
            ),
            runs=results.runs,
            scale=asked["scale"],
            years=asked["years"],
            finished=_minute(results.manifest["finished"]),
        ),
        classes=["rc-past-title"],
    )
    with solara.Div(classes=["rc-batch-ask"]):
        solara.FileDownload(
            lambda: results.summary.to_csv(index=False),
            filename=f"{results.name}-summary.csv",
            label=texts("batch.csv"),
            mime_type="text/csv",
        )
        report = RUNS / results.name / REPORT
        if report.is_file():
            solara.FileDownload(
                report.read_bytes,
                filename=f"{results.name}.html",
                label=texts("batch.report"),
                mime_type="text/html",
            )
    if results.others:
        _Differences(results, texts)
        _Words(results, texts)
    else:
        solara.Text(texts("batch.single"), classes=["rc-hint"])
    with solara.Details(texts("batch.manifest")):
        solara.Preformatted(_manifest(results))


@solara.component
def _Differences(results: Results, texts: Texts) -> None:
    """Show charts and a table of one policy's differences, by measure and group."""
    policy = solara.use_reactive(results.others[0])
    measure = solara.use_reactive("treated")
    by = solara.use_reactive("income_quintile")
    listed = results.summary.drop_duplicates("measure")
    labels = {
        row["measure"]: texts.pick(*contrasts.measure_of(row).short) for _, row in listed.iterrows()
    }
    kinds = results.summary.loc[results.summary["measure"] == measure.value, "by"].unique()
    groups = [kind for kind in kinds if kind != "all"]
    kind = by.value if by.value in groups else next(iter(groups), "all")
    if len(results.others) > 1:
        Choose(
            texts("batch.policy"),
            {name: results.title(name, texts.language) for name in results.others},
            policy.value,
            policy.set,
        )
    with Grid():
        for option in (
            differences.relative(results, texts, policy.value),
            differences.relative(results, texts, policy.value, Place.SOCIETY),
            difference_grid.chance(results, texts, policy.value),
        ):
            Chart(option, differences.height(option))
        Table(texts("batch.table"), table(results, texts, policy.value), tall=True)
    with solara.Div(classes=["rc-batch-ask"]):
        Choose(texts("batch.measure"), labels, measure.value, measure.set)
        if groups:
            Choose(texts("batch.by"), {name: texts(f"by.{name}") for name in groups}, kind, by.set)
    with Grid():
        for option in (
            _grouped(results, texts, measure.value, kind, policy.value),
            difference_grid.province_map(results, texts, measure.value, policy.value),
        ):
            Chart(option, differences.height(option))


def _minute(stamp: str) -> str:
    """Return a moment as people write it: "2026-03-01 09:30 UTC"."""
    return f"{datetime.fromisoformat(stamp).astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _grouped(results: Results, texts: Texts, measure: str, kind: str, policy: str) -> Option:
    if kind == "province":
        return differences.by_province(results, texts, measure, policy)
    return differences.by_group(results, texts, measure, kind)


def table(results: Results, texts: Texts, policy: str) -> pd.DataFrame:
    """Return a policy's differences for everyone, with a verdict in words.

    Args:
        results: What was found.
        texts: Texts of the language.
        policy: The policy that is compared with the baseline.
    """
    rows = contrasts.rows_of(results, policy, "all")
    base = contrasts.rows_of(results, results.baseline, "all").set_index("measure")["mean"]
    found = []
    for _, row in rows.iterrows():
        mean = base[row["measure"]]
        one = contrasts.contrast_of(row)
        unit = _unit(one.measure.unit, mean, texts)
        size = abs(one.mean) if np.isfinite(one.mean) else 0.0
        text = format_difference(one.mean, one.low, one.high, unit, size)
        middle, _, interval = text.partition(" ")
        label = texts.pick(*one.measure.short)
        found.append(
            [
                ", ".join(filter(None, (label, unit.value))),
                format_value(mean, unit),
                middle,
                interval.strip("[]").replace(", ", " – "),
                contrasts.verdict_name(one, texts) if np.isfinite(one.mean) else "",
            ]
        )
    names = ["what", "difference", "interval", "verdict"]
    what, *others = (texts(f"batch.{name}") for name in names)
    return pd.DataFrame(
        found, columns=[what, results.title(results.baseline, texts.language), *others]
    )


def _unit(unit: Unit, mean: float, texts: Texts) -> Notation:
    """Return how values of a unit are written."""
    unit = unit.small or unit
    found = scale([mean * unit.factor], texts.pick(*unit.text), texts.language)
    return Notation(found.divisor / unit.factor, found.unit, found.unit)


@solara.component
def _Words(results: Results, texts: Texts) -> None:
    """Show what was found in sentences, and on what it rests."""
    solara.v.Html(tag="p", children=[texts("batch.caveat")], class_="rc-caveat")
    with solara.Details(texts("batch.in_words")), solara.Div(classes=["rc-past-words"]):
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
