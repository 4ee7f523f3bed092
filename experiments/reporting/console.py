"""A comparison on the screen: tables, then sentences."""

import math
from typing import Any

import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from experiments.measures import TOLD, Place, listed, measures
from experiments.reporting.contrasts import Contrast, Contrasts
from experiments.reporting.formatting import Notation, format_difference, format_value, notation
from experiments.reporting.narrative import Narrative

STYLES = {
    "better": "green", "worse": "red", "different": "bold", "not clear": "dim", "too few": "dim",
}  # fmt: skip
WIDTH = 128


def console(**options: Any) -> Console:
    """Return a console that is wide enough for the tables where it is no terminal."""
    screen = Console(highlight=False, **options)
    if not screen.is_terminal:
        screen.width = WIDTH
    return screen


def show(contrasts: Contrasts, narrative: Narrative, scale: float, screen: Console) -> None:
    """Print what a comparison has found.

    Args:
        contrasts: The differences between its policies.
        narrative: What it says.
        scale: Simulated patients per real one.
        screen: Where to print.
    """
    screen.print(_overview(contrasts, scale))
    for policy in contrasts.policies[1:]:
        screen.print(_in_groups(contrasts, policy))
    for heading, lines in narrative.findings.items():
        screen.print(Text(f"\n{heading}", style="bold"))
        for line in lines:
            screen.print(Text(f"- {line}"))
    screen.print(Text(f"\n{narrative.caveat}", style="italic"))


def show_single(title: str, summary: pd.DataFrame, story: str, screen: Console) -> None:
    """Print the measures of one run, and one patient's story.

    Args:
        title: What was run.
        summary: The run's measures, as in `summary.csv`.
        story: What happened to one patient.
        screen: Where to print.
    """
    table = _table(title)
    table.add_column("", justify="right")
    units = {one.name: one.unit for one in measures()}
    for row in summary[summary["by"].isin(["all", "payer"])].itertuples():
        unit = notation(units[row.measure], abs(row.mean) if math.isfinite(row.mean) else 0.0)
        group = "" if row.by == "all" else f": {row.group.replace('_', ' ')}"
        table.add_row(_labelled(row.label + group, unit), format_value(row.mean, unit))
    screen.print(table)
    screen.print(Text("One patient", style="bold"))
    screen.print(Text(story))


def simulated(scale: float) -> str:
    """Return a scale in words."""
    return f"1 person in {1 / scale:,.0f} simulated"


def _overview(contrasts: Contrasts, scale: float) -> Table:
    """Return the table of all people together."""
    baseline, *others = contrasts.policies
    table = _table(
        f"All people. {contrasts.runs} paired runs, {simulated(scale)}; "
        f"differences from {baseline} with 95 % intervals"
    )
    for name in contrasts.policies:
        table.add_column(name, justify="right")
    for measure in listed(Place.OVERVIEW, contrasts.years):
        found = [contrasts.contrast(policy, baseline, measure.name, "all", "all")
                 for policy in others]  # fmt: skip
        there = [one for one in found if one is not None]
        if there:
            base = there[0].base
            unit, size = notation(measure.unit, abs(base)), _size(there)
            cells = [_cell(one, unit, size) for one in found]
            table.add_row(_labelled(measure.label.en, unit), format_value(base, unit), *cells)
    return table


def _in_groups(contrasts: Contrasts, policy: str) -> Table:
    """Return the table of one policy's differences by zone, income and province."""
    provinces = {("province", p): p for p in contrasts.groups("qalys", "province")}
    columns = listed(Place.FOR_WHOM, contrasts.years)
    rows = {
        (key, label): [contrasts.contrast(policy, contrasts.baseline, one.name, *key)
                       for one in columns]
        for key, label in contrasts.present({**TOLD, **provinces})
    }  # fmt: skip
    table = _table(f"{policy} less {contrasts.baseline}: for whom")
    how = []
    for measure, column in zip(columns, zip(*rows.values(), strict=True), strict=True):
        size = _size([one for one in column if one is not None])
        how.append((notation(measure.unit, size), size))
        table.add_column(f"{measure.phrase}, {how[-1][0].difference}", justify="right")
    last = "all"
    for ((by, _), label), found in rows.items():
        if by != last:
            table.add_section()
            last = by
        table.add_row(label, *(_cell(one, *form) for one, form in zip(found, how, strict=True)))
    return table


def _size(found: list[Contrast]) -> float:
    """Return the largest difference."""
    return max((abs(one.mean) for one in found if math.isfinite(one.mean)), default=0.0)


def _table(title: str) -> Table:
    table = Table(
        title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False
    )
    table.add_column("")
    return table


def _labelled(label: str, unit: Notation) -> str:
    """Return a label with its unit, if it has one."""
    return ", ".join(filter(None, (label, unit.value)))


def _cell(one: Contrast | None, unit: Notation, size: float) -> Text:
    """Return a difference with its interval, coloured by what it says."""
    if one is None:
        return Text("")
    text = format_difference(one.mean, one.low, one.high, unit, size)
    return Text(text, style=STYLES[one.verdict])
