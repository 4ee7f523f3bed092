"""`rarecare calibrate` and its options; what they need is loaded when it is called."""

from pathlib import Path
from typing import Annotated

import typer

from abm.world import DEFAULT
from experiments.calibration.plan import Plan
from experiments.compare import SCALE

HOURS = 3.0

Waves = Annotated[int, typer.Option(help="Waves of simulations, each nearer to the targets.")]
Points = Annotated[int, typer.Option(help="Simulations of a wave.")]
Sets = Annotated[int, typer.Option(help="Parameter sets wanted, all of which fit equally well.")]
Only = Annotated[
    str | None,
    typer.Option(help="Fit these parameters, separated by commas, instead of all.",
                 show_default=False),
]  # fmt: skip
Hours = Annotated[float, typer.Option(help="Hours after which it stops; it can go on later.")]
Coverage = Annotated[
    bool, typer.Option("--coverage", help="Prove the method on truths that are known, too.")
]
Install = Annotated[
    bool, typer.Option("--install", help="Put sets and record into the world's folder, too.")
]


def calibrate(
    world: Annotated[
        str, typer.Option(help="Name of a shipped world, or a world's folder.")
    ] = DEFAULT,
    scale: Annotated[
        float, typer.Option(help="Simulated patients per real one, above 0 and at most 1.")
    ] = SCALE,
    waves: Waves = Plan.waves,
    points: Points = Plan.points,
    sets: Sets = Plan.sets,
    only: Only = None,
    seed: Annotated[int, typer.Option(help="Seed of the fit.")] = Plan.seed,
    hours: Hours = HOURS,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the fit; by default one under runs/.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(help="Processes. [default: as many as cores]", show_default=False)
    ] = None,
    cluster: Annotated[
        str | None, typer.Option(help="Address of a Dask scheduler.", show_default=False)
    ] = None,
    coverage: Coverage = False,
    into_world: Install = False,
) -> int:
    """Fit a world's parameters to its targets; keep the sets that all do equally well."""
    from experiments.calibration.fitting import Asked, fit_world

    sizes = {"waves": waves, "points": points, "sets": sets, "seed": seed}
    asked = Asked(world, scale, sizes, only, hours, out, workers, cluster, coverage, into_world)
    return fit_world(asked)
