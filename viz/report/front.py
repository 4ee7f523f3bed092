"""The figures of a search, drawn from what its folder holds."""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import pandas as pd

from abm.world import World
from experiments.running.files import make_folder, remove_figures, write_figure
from experiments.running.manifest import FIGURES, FILE
from experiments.searching.search import FRONT, TRIED
from viz.charts.style import Option
from viz.comparison.front import front, height
from viz.i18n.texts import Texts
from viz.report.svg import drawn

MOST_PAIRS = 6
"""Pairs of objectives that are drawn."""


def illustrate(folder: Path, world: World | None = None) -> None:
    """Add `figures/front*.svg` to a folder: each pair of objectives against each other.

    Args:
        folder: A folder of a search.
        world: Its world.

    Raises:
        UserError: If it cannot be written to.
    """
    about = json.loads((folder / FILE).read_text(encoding="utf-8"))
    charts = dict(_charts(folder, about, Texts("en", world)))
    pictures = drawn({name: (made, height(made)) for name, made in charts.items()})
    where = make_folder(folder / FIGURES)
    for name, picture in pictures.items():
        write_figure(where / f"{name}.svg", picture)
    remove_figures(where, but=pictures)


def _charts(
    folder: Path, about: Mapping[str, Any], texts: Texts
) -> Iterator[tuple[str, Option]]:  # fmt: skip
    """Yield the charts by the names of their files."""
    candidates, points = (pd.read_csv(folder / name) for name in (TRIED, FRONT))
    found, objectives = about["search"], about["search"]["objectives"]
    pairs: Sequence[Sequence[Mapping[str, Any]]] = list(combinations(objectives, 2))
    for number, pair in enumerate((pairs or [objectives])[:MOST_PAIRS], start=1):
        title = texts("front.title", policy=found["policy"], baseline=about["baseline"])
        name = "front" if len(pairs) < 2 else f"front-{number}"
        yield name, front(candidates, points, pair, title, _note(about, texts), texts)


def _note(about: Mapping[str, Any], texts: Texts) -> str:
    """Return what has to be known to read a figure: runs, scale, seeds, constraints, caveat."""
    asked, found = about["parameters"], about["search"]
    seeds, again = about["seeds"], found["check_seeds"]
    under = texts("front.under", constraints="; ".join(found["constraints"])) \
        if found["constraints"] else ""  # fmt: skip
    return texts(
        "front.note", world=about["world"]["name"], scale=f"{asked['scale']:g}",
        years=asked["years"], first=seeds[0], last=seeds[-1], first_again=again[0],
        last_again=again[-1], version=about["versions"]["rarecare"],
    ) + under  # fmt: skip
