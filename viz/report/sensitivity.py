"""The figures of an analysis of sensitivity, drawn from what its folder holds."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from abm.world import World
from experiments.measures import measures
from experiments.running.files import remove_figures
from experiments.running.manifest import FIGURES
from viz.comparison.results import Results, read_about
from viz.comparison.tornado import height, tornado
from viz.i18n.texts import Texts
from viz.report import foot
from viz.report.figures import Figure, called, slug, write_sheets
from viz.report.svg import Pen

TABLE = "tornado.csv"


def illustrate(folder: Path, world: World | None = None) -> None:
    """Add `figures/tornado-*.svg` and `.png`, one for each outcome, in both languages, to a folder.

    A screening alone has none: those that an earlier analysis has left are removed.

    Args:
        folder: A folder of an analysis of sensitivity.
        world: Its world.

    Raises:
        UserError: If it cannot be written to.
    """
    if not (folder / TABLE).exists():
        remove_figures(folder / FIGURES)
        return
    results = read_about(folder)
    table = pd.read_csv(folder / TABLE, dtype={"at_least": str, "at_most": str})

    def made(texts: Texts, _: Pen) -> tuple[list[Figure], Sequence[str]]:
        return list(_figures(table, results, texts)), foot.lines(results, texts)

    write_sheets(folder, world, made)


def _figures(table: pd.DataFrame, results: Results, texts: Texts) -> Iterator[Figure]:
    """Yield the charts."""
    base, policy = (called(name, results, texts) for name in results.policies[:2])
    labels = {one.name: texts.pick(one.short.en, one.short.zh) for one in measures()}
    for outcome, rows in table.groupby("outcome", sort=False):
        name, _, groups = str(outcome).partition(":")
        what = f"{labels[name]} ({groups})" if groups else labels[name]
        title = texts("tornado.title", what=what, policy=policy, baseline=base)
        made = tornado(rows, title, texts)
        yield Figure(f"tornado-{slug(str(outcome))}", title, made, height(made))
