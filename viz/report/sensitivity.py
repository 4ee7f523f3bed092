"""The figures of an analysis of sensitivity, drawn from what its folder holds."""

import json
import re
from pathlib import Path

import pandas as pd

from abm.world import World
from experiments.measures import measures
from experiments.running.files import make_folder, remove_figures, write_figure
from experiments.running.manifest import FIGURES, FILE
from viz.comparison.tornado import height, tornado
from viz.i18n.texts import Texts
from viz.report.svg import drawn

TABLE = "tornado.csv"


def illustrate(folder: Path, world: World | None = None) -> None:
    """Add `figures/tornado-*.svg`, one for each outcome, to a folder.

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
    about = json.loads((folder / FILE).read_text(encoding="utf-8"))
    table = pd.read_csv(folder / TABLE, dtype={"at_least": str, "at_most": str})
    texts = Texts("en", world)
    policy = about["policies"][1]["name"]
    labels = {one.name: one.short.en for one in measures()}
    charts = {}
    for outcome, rows in table.groupby("outcome", sort=False):
        name, _, groups = str(outcome).partition(":")
        what = f"{labels[name]} ({groups})" if groups else labels[name]
        title = f"{what}: {policy} less {about['baseline']}"
        made = tornado(rows, title, texts)
        slug = re.sub(r"[^a-z0-9]+", "-", str(outcome).lower()).strip("-")
        charts[f"tornado-{slug}"] = made, height(made)
    pictures = drawn(charts)
    where = make_folder(folder / FIGURES)
    for name, picture in pictures.items():
        write_figure(where / f"{name}.svg", picture)
    remove_figures(where, but=pictures)
