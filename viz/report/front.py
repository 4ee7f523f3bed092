"""The figures of a search, drawn from what its folder holds."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import pandas as pd

from abm.world import World
from experiments.measures import measure_named
from experiments.reporting.formatting import describe_difference, describe_value
from experiments.reporting.texts import Words
from experiments.searching.search import FRONT, TRIED
from viz.comparison.front import front, height
from viz.comparison.results import Results, read_about
from viz.i18n.texts import Texts
from viz.report import foot
from viz.report.figures import Figure, called, write_sheets
from viz.report.svg import Pen

NONE = float("nan")
MOST_PAIRS = 6
"""Pairs of objectives that are drawn."""


def illustrate(folder: Path, world: World | None = None) -> None:
    """Add `figures/front*.svg` and `.png` to a folder: each pair of objectives, in both languages.

    That of a study is called `study`.

    Args:
        folder: A folder of a search.
        world: Its world.

    Raises:
        UserError: If it cannot be written to.
    """
    results = read_about(folder)
    tables = [pd.read_csv(folder / name) for name in (TRIED, FRONT)]

    def made(texts: Texts, _: Pen) -> tuple[list[Figure], Sequence[str]]:
        return list(_figures(tables, results, texts)), foot.lines(results, texts)

    write_sheets(folder, world, made)


def _figures(tables: Sequence[pd.DataFrame], results: Results, texts: Texts) -> Iterator[Figure]:
    """Yield the charts."""
    about, (tried, points) = results.manifest, tables
    found, objectives = about["search"], about["search"]["objectives"]
    base, policy = (called(one, results, texts) for one in (results.baseline, found["policy"]))
    title = texts("front.title", policy=policy, baseline=base)
    stem = "study" if results.study else "front"
    pairs: Sequence[Sequence[Mapping[str, Any]]] = list(combinations(objectives, 2))
    for number, pair in enumerate((pairs or [objectives])[:MOST_PAIRS], start=1):
        made = front(tried, points, pair, title, _note(about, texts), texts)
        name = stem if len(pairs) < 2 or (results.study and number == 1) else f"{stem}-{number}"
        yield Figure(name, title, made, height(made))


def _note(about: Mapping[str, Any], texts: Texts) -> str:
    """Return what has to be known to read a figure: whose points they are, and what must hold."""
    seeds, again = about["seeds"], about["search"]["check_seeds"]
    told = texts("front.note", first=seeds[0], last=seeds[-1], first_again=again[0],
                 last_again=again[-1])  # fmt: skip
    bounds = [_bound(one, texts) for one in about["search"]["bounds"]]
    return told + (texts("front.under", constraints="; ".join(bounds)) if bounds else "")


def _bound(one: Mapping[str, Any], texts: Texts) -> str:
    """Return what must hold of an outcome, in words."""
    measure = measure_named(one["measure"])
    write = describe_difference if one["difference"] else describe_value
    ends = [
        texts(f"front.{end}", amount=write(one[end], NONE, NONE, measure.unit,
                                           Words(texts.language)))
        for end in ("at_least", "at_most") if one[end] is not None
    ]  # fmt: skip
    group = str(one["outcome"]).partition(":")[2]
    whose = f" ({group})" if group else ""
    return f"{texts.pick(measure.short.en, measure.short.zh)}{whose} {' '.join(ends)}"
