"""Whether a world's parameter sets meet what they must over seeds that no fit has seen.

``python tools/sets_over_seeds.py [--world NAME] [--scale F] [--seeds N] [--out FOLDER]`` runs every
set with N new seeds and prints, for each target that has to be met (`must` in targets.csv), in how
many sets the mean over seeds lies in the band, and in how many sets all do. Runs are kept in the
folder; the same command goes on from there.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from abm.world import load_world
from experiments.calibration.figures import figures_of, outputs_table
from experiments.calibration.simulating import FILE, Runs, Store, model_of, seeds_of
from experiments.running.files import make_folder
from experiments.running.progress import progress_of

SEED, STAGE = 2019, 20
"""Seed and stage of the draws, which no fit uses."""


def means(world_name: str, scale: float, seeds: int, folder: Path) -> pd.DataFrame:
    """Return the mean figures of each set over some seeds, a row per set, a column per target."""
    world = load_world(world_name)
    figures, sets = figures_of(world), world.parameter_sets
    if sets.empty:
        raise SystemExit(f"world {world.name} has no parameter sets: rarecare calibrate --install")
    with progress_of("simulations") as shown:
        runs = Runs(model_of(world, scale), Store(make_folder(folder) / FILE), progress=shown)
        runs.expected = len(sets) * seeds
        found = np.mean([
            outputs_table(figures.names, runs.outputs(
                sets.reset_index(drop=True), seeds_of(SEED, STAGE + n, range(len(sets)))))
            for n in range(seeds)
        ], axis=0)  # fmt: skip
    return pd.DataFrame(found, index=sets.index, columns=list(figures.names))


def table(found: pd.DataFrame, targets: pd.DataFrame) -> pd.DataFrame:
    """Return a row per target that must be met, and one for all of them.

    Args:
        found: Mean figures by set and target.
        targets: The world's table of targets.
    """
    must = targets[targets["must"] > 0].set_index("target")
    inside = found[must.index].ge(must["low"]) & found[must.index].le(must["high"])
    rows = pd.DataFrame({
        "published": must["published"], "low": must["low"], "high": must["high"],
        "mean of sets": found[must.index].mean(), "sets inside": inside.sum(),
    })  # fmt: skip
    rows.index = pd.Index(must["label"])
    rows.loc["all of them", "sets inside"] = inside.all(axis=1).sum()
    rows["of"] = len(found)
    return rows


def main() -> None:
    """Run all sets and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--world", default="china")
    parser.add_argument("--scale", type=float, default=0.02)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--out", type=Path, default=Path("runs/sets-over-seeds"))
    asked = parser.parse_args()
    found = means(asked.world, asked.scale, asked.seeds, asked.out)
    shown = table(found, load_world(asked.world).targets)
    print(shown.to_string(float_format=lambda v: f"{v:.3g}", na_rep=""))


if __name__ == "__main__":
    main()
