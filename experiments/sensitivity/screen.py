"""An analysis of sensitivity on the screen."""

from collections.abc import Iterator, Sequence

import numpy as np
from rich.console import Console

from experiments.reporting.layout import paragraph
from experiments.sensitivity.factors import BASELINE, LEVER, PARAMETER, SHARED, counted
from experiments.sensitivity.saving import Analysis
from experiments.sensitivity.sentences import DIFFERENCE, amount, beyond_luck, standing_out
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
    yield from _table(analysis, found) if found.indices else _sizes(analysis, found)
    yield ""
    yield rest


def _table(analysis: Analysis, found: Found) -> Iterator[str]:
    """Yield the shares of the spread, by factor and outcome."""
    yield (
        "Shares of each difference's spread (total Sobol indices, %; in brackets where luck could "
        "explain them), of the factors that matter most, all others as written:"
    )
    columns = [_cells(found.indices[number, DIFFERENCE].total, standing_out(found, number))
               for number in range(len(analysis.outcomes))]  # fmt: skip
    yield from _rows(found, columns)
    for number, outcome in enumerate(analysis.outcomes):
        indices = found.indices[number, DIFFERENCE]
        spread = amount(indices.variance**0.5, outcome)
        luck = amount(found.noise[number, DIFFERENCE], outcome)
        yield (
            (f" {_letter(number)}: {outcome.phrase}; deviation {spread}, of luck {luck}")
            .replace("deviation +", "deviation ")
            .replace("luck +", "luck ")
        )


def _sizes(analysis: Analysis, found: Found) -> Iterator[str]:
    """Yield what a screening alone tells: the sizes of effects, by factor and outcome."""
    yield (
        "Mean sizes of what a factor does to each difference across its range (Morris's mu*, % of "
        "the largest; in brackets where luck could explain them):"
    )
    single = found.single
    place_of = {group[0]: place for place, group in enumerate(single.screening.groups)}
    places = [place_of[factor] for factor in found.chosen]
    columns, ends = [], []
    for number, outcome in enumerate(analysis.outcomes):
        sizes, clear = single.effects[number, DIFFERENCE].mu_star, beyond_luck(found, number)
        largest = float(np.max(sizes))
        told = [row for row, place in enumerate(places) if place in clear]
        columns.append(_cells(sizes[places] / (largest or 1.0), told))
        ends.append((outcome, largest, float(single.floors[number, DIFFERENCE])))
    yield from _rows(found, columns)
    for number, (outcome, largest, luck) in enumerate(ends):
        most = amount(largest, outcome).removeprefix("+")
        floor = amount(luck, outcome).removeprefix("+")
        yield f" {_letter(number)}: {outcome.phrase}; largest {most}, of luck at most {floor}"


def _cells(shares: np.ndarray, clear: Sequence[int]) -> list[str]:
    """Return shares in percent as they stand in a column, in brackets those that are not clear."""
    texts = ["-" if not np.isfinite(one) else f"{100 * np.clip(one, 0, 1):.0f}" for one in shares]
    return [text if row in clear else f"({text})" for row, text in enumerate(texts)]


def _rows(found: Found, columns: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield a table of the chosen factors, by column a letter for an outcome."""
    yield f" {'':<{NAME}}" + "".join(f"{_letter(number):>5}" for number in range(len(columns)))
    for place, factor in enumerate(found.chosen):
        one = found.factors[factor]
        row = "".join(f"{column[place]:>5}" for column in columns)
        yield f" {MARKS[one.kind]} {_short(one.name):<{NAME - 6}}{row}"


def _letter(number: int) -> str:
    return chr(ord("a") + number)


def _short(name: str) -> str:
    """Return a name's end where it is too long; the policy is told by its kind."""
    tail = name.rpartition(":")[2].removeprefix("zone.inside.")
    return tail if len(tail) < NAME - 6 else f"…{tail[-(NAME - 8) :]}"
