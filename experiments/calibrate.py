"""A fit from Python: what `rarecare calibrate` does, its answer as tables in place of a print."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from abm.text_files import path_of
from abm.world import DEFAULT
from abm.world.parameter_sets import FILE
from experiments.calibration.plan import Plan
from experiments.compare import SCALE


@dataclass(frozen=True, repr=False)
class Calibration:
    """What a fit has found.

    Attributes:
        folder: Where it is kept; the same call goes on from what is there.
        sets: One row per parameter set that fits as well as the others, its number the index; a
            column per parameter. Fewer than were wanted if the targets contradict each other.
        posterior: One row per parameter: its prior, its posterior, and whether it was learned.
        record: How it came about, as `calibration.json` keeps it: waves, targets, trade-offs,
            sentences, versions.
    """

    folder: Path
    sets: pd.DataFrame
    posterior: pd.DataFrame
    record: dict[str, Any]

    def __repr__(self) -> str:
        """Say what was fitted."""
        world = self.record["world"]["name"]
        return f"<Calibration of {world}: {len(self.sets)} parameter sets in {self.folder}>"

    @property
    def sentences(self) -> list[str]:
        """What was learned, in sentences."""
        return list(self.record["told"])


def calibrate(
    world: str | Path = DEFAULT,
    *,
    scale: float = SCALE,
    waves: int = Plan.waves,
    points: int = Plan.points,
    sets: int = Plan.sets,
    only: Iterable[str] = (),
    seed: int = Plan.seed,
    hours: float | None = None,
    coverage: bool = False,
    install: bool = False,
    out: str | Path | None = None,
    workers: int | None = None,
    cluster: str | None = None,
) -> Calibration:
    """Fit a world's parameters to its targets; return the sets that all do equally well.

    It needs scikit-learn, and takes hours at its default size; whatever ends it, the same call goes
    on from the simulations that are there.

    Args:
        world: Name of a shipped world, or a world's folder.
        scale: Simulated patients per real one.
        waves: Waves of simulations, each nearer to the targets.
        points: Simulations of a wave.
        sets: Parameter sets wanted.
        only: Names of the parameters to be fitted; by default all that have a range.
        seed: Seed of the fit.
        hours: Hours after which it stops; as many as the command's, by default.
        coverage: Whether to prove the method on truths that are known, too.
        install: Whether to put sets and record into the world's folder, too.
        out: Folder of the fit; by default one under runs/.
        workers: Number of processes; as many as there are cores, by default.
        cluster: Address of a Dask scheduler in place of processes.

    Raises:
        UserError: For anything the user can put right, before anything is run or written.
        StoppedError: If it was interrupted, time is over, or runs fail; it says what is kept.
    """
    from experiments.calibration.command import HOURS
    from experiments.calibration.fitting import Asked, install_sets, keep_fit, say_if_short
    from experiments.calibration.record import POSTERIOR_FILE, read_record

    sizes = {"waves": waves, "points": points, "sets": sets, "seed": seed}
    named = ",".join([only] if isinstance(only, str) else only)
    folder, place = keep_fit(Asked(
        str(world), scale, sizes, named or None, HOURS if hours is None else hours,
        None if out is None else path_of(out), workers, cluster, coverage, install,
    ))  # fmt: skip
    record = read_record(folder)
    if install:
        install_sets(folder, place)
    say_if_short(record)
    found = pd.read_parquet(folder / FILE).set_index("set")
    return Calibration(folder, found, pd.read_csv(folder / POSTERIOR_FILE), record)
