"""The tables of a report: differences with their intervals, and what is claimed of them."""

import numpy as np
import pandas as pd

from experiments.measures import Place, listed
from experiments.reporting import scope
from experiments.reporting.formatting import Notation, format_difference, format_value, notation
from experiments.reporting.texts import Words
from viz.comparison import contrasts
from viz.comparison.results import Results
from viz.i18n.texts import Texts
from viz.report.figures import slug
from viz.report.markup import safe, table


def everyone(results: Results, texts: Texts) -> str:
    """Return the differences of everyone, with what they say in words.

    Args:
        results: What was found.
        texts: Texts of the language.
    """
    overall = results.summary[results.summary["by"] == "all"].set_index(
        ["policy", "measure"], drop=False
    )
    rows = []
    for measure in (*listed(Place.PATIENTS), *listed(Place.SOCIETY)):
        if (results.baseline, measure.name) in overall.index:
            base = overall.loc[(results.baseline, measure.name)]
            others = [overall.loc[(name, measure.name)] for name in results.others]
            rows.append(_row(base, others, _label(base, texts), texts))
    heading = texts("report.everyone")
    if results.scope and not results.scope["everywhere"]:
        people = scope.people(results.scope, Words(texts.language), texts.place)
        heading = texts("report.everyone_of", people=people)
    return table(_head(results, texts, [texts("report.measure")]), rows, heading)


def by_group(results: Results, texts: Texts, by: str) -> str:
    """Return the differences in each group of a kind; nothing if there is none.

    Args:
        results: What was found.
        texts: Texts of the language.
        by: Kind of groups.
    """
    table_of = results.summary[results.summary["by"] == by]
    names = ["paid"] if by == "payer" else [one.name for one in listed(Place.REPORT_GROUPS)]
    known = table_of.set_index(["policy", "measure", "group"], drop=False)
    rows = []
    for name in names:
        own = table_of[(table_of["measure"] == name) & (table_of["policy"] == results.baseline)]
        for _, base in own.iterrows():
            keys = [(policy, name, base["group"]) for policy in results.others]
            others = [known.loc[key] for key in keys if key in known.index]
            if len(others) == len(keys):
                group = contrasts.group_label(by, base["group"], texts)
                label = _label(base, texts)
                rows.append(_row(base, others, label, texts, group))
    if not rows:
        return ""
    head = _head(results, texts, [texts("report.measure"), texts("report.group")])
    return table(head, rows, texts("report.by_group", by=texts(f"by.{by}")))


def _head(results: Results, texts: Texts, first: list[str]) -> list[str]:
    """Return the names of the columns."""
    called = [results.title(name, texts.language) for name in results.policies]
    return [*first, called[0],
            *(texts("report.difference", policy=name) for name in called[1:])]  # fmt: skip


def _label(base: pd.Series, texts: Texts) -> str:
    """Return the name of a measure with its unit."""
    known = contrasts.measure_of(base)
    unit = _notation(base, texts)
    return ", ".join(filter(None, (texts.pick(*known.label), unit.value)))


def _notation(base: pd.Series, texts: Texts) -> Notation:
    size = abs(base["mean"]) if np.isfinite(base["mean"]) else 0.0
    return notation(contrasts.measure_of(base).unit, size, texts.language)


def _row(
    base: pd.Series, others: list[pd.Series], label: str, texts: Texts, group: str | None = None
) -> list[str]:
    """Return a row: names, the baseline's value, each policy's difference and what it says."""
    unit, words = _notation(base, texts), Words(texts.language)
    cells = [safe(label)] if group is None else [safe(label), safe(group)]
    cells.append(safe(format_value(base["mean"], unit, words)))
    return [*cells, *(_cell(one, unit, texts, words) for one in others)]


def _cell(row: pd.Series, unit: Notation, texts: Texts, words: Words) -> str:
    """Return a difference with its interval, and whether it is better or worse."""
    one = contrasts.contrast_of(row)
    size = abs(one.mean) if np.isfinite(one.mean) else 0.0
    told = format_difference(one.mean, one.low, one.high, unit, size, words)
    middle, _, interval = told.partition(" ")
    said = contrasts.verdict_name(one, texts)
    return (
        f'{safe(middle)} <span class="range">{safe(interval)}</span> '
        f'<span class="{slug(one.verdict)}">{safe(said)}</span>'
    )
