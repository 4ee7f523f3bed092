"""A comparison on the screen: tables, then sentences."""

import math
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from experiments.reporting.contrasts import Findings, Gap
from experiments.reporting.formatting import Unit, bare, bare_change, written
from experiments.reporting.narrative import SHORT, caveat, sentences
from experiments.single import SingleRun

OVERVIEW = (
    "time_undiagnosed", "diagnosed_within_1y", "diagnosed_within_5y", "diagnosed_away_province",
    "mean_wait", "registered", "treated", "on_treatment", "out_of_pocket_share", "out_of_pocket",
    "catastrophic", "impoverished", "qalys", "deaths", "spending", "contributed", "net_qalys",
    "treated_gap", "diagnosed_gap",
)  # fmt: skip
IN_GROUPS = ("time_undiagnosed", "treated", "out_of_pocket_share", "qalys", "contributed_per_head")
GROUPS = {
    ("all", "all"): "everyone",
    ("zone", "inside"): "inside zone",
    ("zone", "outside"): "outside zone",
    ("income_quintile", "1"): "poorest fifth",
    ("income_quintile", "2"): "second fifth",
    ("income_quintile", "3"): "third fifth",
    ("income_quintile", "4"): "fourth fifth",
    ("income_quintile", "5"): "richest fifth",
}
WIDTH = 128


def console(**options: Any) -> Console:
    """Return a console that is wide enough for the tables where it is no terminal."""
    screen = Console(highlight=False, **options)
    if not screen.is_terminal:
        screen.width = WIDTH
    return screen


def show(findings: Findings, screen: Console) -> None:
    """Print what a comparison has found."""
    screen.print(_overview(findings))
    for policy in findings.policies[1:]:
        screen.print(_in_groups(findings, policy))
    for heading, lines in sentences(findings).items():
        screen.print(Text(f"\n{heading}", style="bold"))
        for line in lines:
            screen.print(Text(f"- {line}"))
    screen.print(Text(f"\n{caveat(findings)}", style="italic"))


def show_single(found: SingleRun, screen: Console) -> None:
    """Print the measures of one run, and one patient's story."""
    setting = found.question.setting
    table = _table(f"{found.policy}: {setting.years} years, 1 person in {1 / setting.scale:,.0f} "
                   "simulated")  # fmt: skip
    table.add_column("", justify="right")
    told = found.summary[found.summary["by"].isin(["all", "payer"])]
    for row in told.itertuples():
        unit = written(row.unit, abs(row.mean) if math.isfinite(row.mean) else 0.0)
        group = "" if row.by == "all" else f": {row.group.replace('_', ' ')}"
        table.add_row(", ".join(filter(None, (row.label + group, unit.word))),
                      bare(row.mean, unit))  # fmt: skip
    screen.print(table)
    screen.print(Text("One patient", style="bold"))
    screen.print(Text(found.story))


def _overview(findings: Findings) -> Table:
    """Return the table of all people together."""
    scale = findings.comparison.question.setting.scale
    table = _table(
        f"All people. {findings.runs} paired runs, 1 person in {1 / scale:,.0f} simulated; "
        f"differences from {findings.baseline} with 95 % intervals"
    )
    for name in (findings.baseline, *findings.policies[1:]):
        table.add_column(name, justify="right")
    for measure in OVERVIEW:
        gaps = [findings.gap(policy, findings.baseline, measure, "all", "all")
                for policy in findings.policies[1:]]  # fmt: skip
        there = [gap for gap in gaps if gap is not None]
        if there:
            first = there[0]
            unit, size = written(first.measure.unit, abs(first.base)), _size(there)
            label = ", ".join(filter(None, (first.measure.label, unit.word)))
            cells = [_cell(gap, unit, size) for gap in gaps]
            table.add_row(label, bare(first.base, unit), *cells)
    return table


def _in_groups(findings: Findings, policy: str) -> Table:
    """Return the table of one policy's differences by zone, income and province."""
    provinces = {("province", p): p for p in findings.groups("qalys", "province")}
    rows = {
        (key, label): [findings.gap(policy, findings.baseline, name, *key) for name in IN_GROUPS]
        for key, label in findings.present({**GROUPS, **provinces})
    }
    table = _table(f"{policy} less {findings.baseline}: for whom")
    how = []
    for column, name in zip(zip(*rows.values(), strict=True), IN_GROUPS, strict=True):
        there = [gap for gap in column if gap is not None]
        size = _size(there)
        unit = written(there[0].measure.unit if there else "", size)
        how.append((unit, size))
        table.add_column(f"{SHORT[name]}, {unit.step}", justify="right")
    last = "all"
    for ((by, _), label), gaps in rows.items():
        if by != last:
            table.add_section()
            last = by
        table.add_row(label, *(_cell(gap, *form) for gap, form in zip(gaps, how, strict=True)))
    return table


def _size(gaps: list[Gap]) -> float:
    """Return the largest difference."""
    return max((abs(gap.mean) for gap in gaps if math.isfinite(gap.mean)), default=0.0)


def _table(title: str) -> Table:
    table = Table(
        title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False
    )
    table.add_column("")
    return table


def _cell(gap: Gap | None, unit: Unit, size: float) -> Text:
    """Return a difference with its interval, coloured where it is clear."""
    if gap is None:
        return Text("")
    style = "green" if gap.better else "red" if gap.worse else "bold" if gap.clear else "dim"
    return Text(bare_change(gap.mean, gap.low, gap.high, unit, size), style=style)
