"""A comparison on the screen: the answer; in full also tables, then sentences."""

import math
from collections.abc import Iterable
from typing import Any

import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from experiments.design import Design
from experiments.measures import TOLD, Place, listed, measures
from experiments.reporting import scope
from experiments.reporting.amounts import STYLES
from experiments.reporting.contrasts import Contrast, Contrasts
from experiments.reporting.formatting import Notation, format_difference, format_value, notation
from experiments.reporting.formatting import scale as of_size
from experiments.reporting.layout import paragraph
from experiments.reporting.narrative import Narrative
from experiments.reporting.scope import place_names
from experiments.reporting.screen import answer, where_the_rest_is
from experiments.reporting.texts import Words

WIDTH = 128
"""Columns of tables where there is no terminal."""
NARROW, NARROWEST, READABLE = 80, 60, 100
"""Columns of the answer: where there is no terminal, at least, and at most."""
MARKS = {
    "better": "b", "worse": "w", "different": "c", "not clear": "?", "too few": "few",
}  # fmt: skip
LEGEND = (
    "b: better, w: worse, c: clear, neither good nor bad; all three hold beside all {told} "
    "differences told. ?: may be luck; few: too few runs or persons to tell. Intervals of 95 % are "
    'those of each difference alone, so one that leaves out 0 may still be "?".'
)
BLANK = " Blank by fifth: what is taken from people is told by fifth of a whole country only."


def console(**options: Any) -> Console:
    """Return a console that is wide enough for the tables where it is no terminal."""
    screen = Console(highlight=False, **options)
    if not screen.is_terminal:
        screen.width = WIDTH
    return screen


def show_answer(
    contrasts: Contrasts, design: Design, words: Words, rest: str, screen: Console
) -> None:
    """Print what a comparison has found on one screen.

    Args:
        contrasts: The differences between its policies.
        design: What was compared.
        words: Texts of the language.
        rest: Will say where the rest is (`show_rest`): room is left for it.
        screen: Where to print.
    """
    _print_lines(answer(contrasts, design, words, _width(screen), rest), screen)


def show_rest(rest: str, screen: Console) -> None:
    """Print where the rest of a comparison is, once it is there."""
    _print_lines(where_the_rest_is(rest, _width(screen)), screen)


def show_study(question: str, sentence: str, caveat: str, rest: str, screen: Console) -> None:
    """Print the answer of a study.

    Args:
        question: What was asked.
        sentence: What was found.
        caveat: On what it rests.
        rest: Says where the rest is.
        screen: Where to print.
    """
    width = _width(screen)
    lines = paragraph(question, width, style="bold")
    for text in (sentence, caveat, rest):
        lines += [Text(""), *paragraph(text, width)]
    _print_lines(lines, screen)


def _width(screen: Console) -> int:
    """Return the columns of a text that is read, on a screen or elsewhere."""
    return min(max(screen.width, NARROWEST), READABLE) if screen.is_terminal else NARROW


def _print_lines(lines: Iterable[Text], screen: Console) -> None:
    for line in lines:
        screen.print(line, no_wrap=True, overflow="ignore", crop=False)


def show(contrasts: Contrasts, narrative: Narrative, design: Design, screen: Console) -> None:
    """Print all that a comparison tells, tables and sentences, in English.

    Args:
        contrasts: The differences between its policies.
        narrative: What it says.
        design: What was compared.
        screen: Where to print.
    """
    screen.print(Text(_of_whom(contrasts, design), style="bold"))
    screen.print(_overview(contrasts))
    for policy in contrasts.policies[1:]:
        screen.print(_in_groups(contrasts, policy))
    blank = "" if design.scope["everywhere"] else BLANK
    screen.print(Text(LEGEND.format(told=contrasts.told) + blank, style="italic"))
    for heading, lines in narrative.findings.items():
        screen.print(Text(f"\n{heading}", style="bold"))
        for line in lines:
            screen.print(Text(f"- {line}"))
    screen.print(Text(f"\n{narrative.caveat}", style="italic"))


def show_single(
    policy: str, design: Design, summary: pd.DataFrame, story: str, words: Words, screen: Console
) -> None:
    """Print the measures of one run, and one patient's story (which is English).

    Args:
        policy: What was run.
        design: On what.
        summary: The run's measures, as in `summary.csv`.
        story: What happened to one patient.
        words: Texts of the language.
        screen: Where to print.
    """
    where = design.scope
    place = place_names(design.setting.world, words)
    for line in (
        words("single.title", policy=policy, years=scope.years(where, words),
              people=scope.people(where, words, place), share=scope.one_in(design.setting.scale)),
        *scope.zones(where, words, place),
        *filter(None, [scope.settings(where, words)]),
    ):  # fmt: skip
        screen.print(Text(line, style="bold"))
    table = _table()
    table.add_column("", justify="right")
    known = {one.name: one for one in measures(design.setting.years)}
    for row in summary[summary["by"].isin(["all", "payer"])].itertuples():
        measure, size = known[row.measure], abs(row.mean) if math.isfinite(row.mean) else 0.0
        unit = notation(measure.unit, size)
        if words.language == "zh":
            made = of_size([size * measure.unit.factor], measure.unit.text.zh, "zh")
            unit = Notation(made.divisor / measure.unit.factor, made.unit, made.unit)
        group = "" if row.by == "all" else f": {words(f'payer.{row.group}')}"
        label = words.pick(*measure.label) + group
        table.add_row(_labelled(label, unit), format_value(row.mean, unit))
    screen.print(table)
    screen.print(Text(words("single.patient"), style="bold"))
    screen.print(Text(story))


def _of_whom(contrasts: Contrasts, design: Design) -> str:
    """Return whose people the tables are of, when, from how many runs, and what they hold."""
    words = Words()
    everyone = scope.people(design.scope, words, place_names(design.setting.world, words))
    return (
        f"{words('full.title', people=everyone, years=scope.years(design.scope, words))} "
        f"{contrasts.runs} paired runs of 1 patient in {scope.one_in(design.setting.scale)}; "
        f"differences from {contrasts.baseline} with 95 % intervals, those of % in points"
    )


def _overview(contrasts: Contrasts) -> Table:
    """Return the table of all people together."""
    baseline, *others = contrasts.policies
    table = _table()
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


def _table(title: str | None = None) -> Table:
    table = Table(
        title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False
    )
    table.add_column("")
    return table


def _labelled(label: str, unit: Notation) -> str:
    """Return a label with its unit, if it has one."""
    return ", ".join(filter(None, (label, unit.value)))


def _cell(one: Contrast | None, unit: Notation, size: float) -> Text:
    """Return a difference with its interval, marked and coloured by what it says."""
    if one is None:
        return Text("")
    text = format_difference(one.mean, one.low, one.high, unit, size)
    return Text(f"{text} {MARKS[one.verdict]}", style=STYLES[one.verdict])
