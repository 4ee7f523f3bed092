"""An analysis of sensitivity on the screen."""

from collections.abc import Iterator, Sequence

import numpy as np
from rich.console import Console

from experiments.reporting.layout import paragraph
from experiments.sensitivity.factors import BASELINE, LEVER, PARAMETER, SHARED, counted
from experiments.sensitivity.saving import Analysis
from experiments.sensitivity.sentences import DIFFERENCE, amount, standing_out
from experiments.sensitivity.study import Found

WIDTH = 80
MARKS = {LEVER: "lever", BASELINE: "base ", SHARED: "both ", PARAMETER: "world"}
"""What a factor is of: the policy, the baseline alone, both policies, the world."""
NAME = 42
"""Columns of a factor's name."""


def show(analysis: Analysis, rest: str, screen: Console) -> None:
    """Print what was found.

    Args:
        analysis: The analysis.
        rest: Says where the rest is.
        screen: Where to print.
    """
    for line in lines(analysis, rest):
        for part in paragraph(line, WIDTH) if not line.startswith(" ") else [line]:
            screen.print(part, soft_wrap=True)


def lines(analysis: Analysis, rest: str) -> Iterator[str]:
    """Yield the lines: what was asked, the answers, and a table of shares; long ones unbroken."""
    found, setting = analysis.found, analysis.design.setting
    policy, baseline = analysis.names
    yield f"What the difference between {policy} and {baseline} depends on"
    yield (
        f"Scale {setting.scale:g}, {setting.years} years; {counted(found.factors)}, each within "
        "its range; the same people and random numbers at every point."
    )
    for text in analysis.sentences():
        yield ""
        yield text
    yield ""
    yield (
        "Shares of each difference's spread (total Sobol indices, %; in brackets where luck could "
        "explain them), of the factors that matter most, all others as written:"
    )
    yield from _table(analysis, found)
    yield ""
    yield rest


def _table(analysis: Analysis, found: Found) -> Iterator[str]:
    outcomes: Sequence = analysis.outcomes
    head = "".join(f"{chr(ord('a') + n):>5}" for n in range(len(outcomes)))
    yield f" {'':<{NAME}}{head}"
    clear = {number: standing_out(found, number) for number in range(len(outcomes))}
    for place, factor in enumerate(found.chosen):
        cells = []
        for number in range(len(outcomes)):
            total = found.indices[number, DIFFERENCE].total[place]
            text = "-" if not np.isfinite(total) else f"{100 * np.clip(total, 0, 1):.0f}"
            cells.append(text if place in clear[number] else f"({text})")
        one = found.factors[factor]
        mark = MARKS[one.kind]
        row = "".join(f"{cell:>5}" for cell in cells)
        yield f" {mark} {_short(one.name):<{NAME - 6}}{row}"
    for number, outcome in enumerate(outcomes):
        indices = found.indices[number, DIFFERENCE]
        spread = amount(indices.variance**0.5, outcome)
        luck = amount(found.noise[number, DIFFERENCE], outcome)
        yield (
            (f" {chr(ord('a') + number)}: {outcome.phrase}; deviation {spread}, of luck {luck}")
            .replace("deviation +", "deviation ")
            .replace("luck +", "luck ")
        )


def _short(name: str) -> str:
    """Return a name's end where it is too long; the policy is told by its kind."""
    tail = name.rpartition(":")[2].removeprefix("zone.inside.")
    return tail if len(tail) < NAME - 6 else f"…{tail[-(NAME - 8) :]}"
