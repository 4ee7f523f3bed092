"""`rarecare calibrate`: fit a world's parameters to its targets."""

import shlex
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from abm.errors import UserError
from abm.text_files import names_in, path_of
from abm.world import DEFAULT, World, load_world
from experiments.calibration import coverage as proof
from experiments.calibration.emulator import check_library
from experiments.calibration.figures import figures_of
from experiments.calibration.priors import priors_of
from experiments.calibration.record import (
    COVERAGE_FILE,
    RECORD,
    install,
    read_record,
    record_of,
    save,
)
from experiments.calibration.simulating import FILE, Runs, Store, model_of
from experiments.calibration.tables import told
from experiments.calibration.waves import Fit, Plan, fit
from experiments.compare import SCALE, check_workers
from experiments.design import digest
from experiments.reporting import streams
from experiments.running.cluster import connected
from experiments.running.files import make_folder, write_csv, write_json
from experiments.running.progress import progress_of
from experiments.running.stopping import INTERRUPTED, StoppedError

HOURS = 3.0
FEWEST_SETS = 100
"""Parameter sets below which a fit is told to be short of them."""
SIZES = {"screen": (32, 100_000), "waves": (1, 20), "points": (32, 100_000), "sets": (1, 10_000)}
"""Bounds of the options that say how large a fit is."""

Screen = Annotated[int, typer.Option(help="Simulations that find which parameters move a target.")]
Waves = Annotated[int, typer.Option(help="Waves of simulations, each nearer to the targets.")]
Points = Annotated[int, typer.Option(help="Simulations of a wave.")]
Sets = Annotated[int, typer.Option(help="Parameter sets wanted, all of which fit equally well.")]
Only = Annotated[
    str | None,
    typer.Option(help="Fit these parameters, separated by commas, instead of screening.",
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
    screen: Screen = Plan.screen,
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
    check_library()
    check_workers(workers)
    place = load_world(world)
    plan = _plan(screen=screen, waves=waves, points=points, sets=sets, seed=seed)
    _check_numbers(scale, hours)
    chosen = names_in(only or "")
    command = _command(place, scale, plan, chosen)
    asked = {"world": place.checksum, "scale": scale, "seed": seed, "only": chosen}
    folder = make_folder(path_of(out or Path("runs") / f"calibrate-{digest(asked)[:8]}"))
    began = time.monotonic()
    with connected(cluster) as there, progress_of("simulations") as shown:

        def progress(done: int, total: int, message: str) -> None:
            shown(done, total, message)
            if there is not None:
                there.check()

        runs = Runs(
            model_of(place, scale), Store(folder / FILE), workers,
            there.executor if there else None, progress, began + 3600.0 * hours,
        )  # fmt: skip
        try:
            found = fit(priors_of(place), figures_of(place), runs, plan, _known(place, chosen))
            seconds = time.monotonic() - began
            save(folder, found, record_of(found, place, scale, plan, command, seconds))
            if coverage:
                _prove(folder, found, runs, plan)
        except KeyboardInterrupt:
            raise StoppedError(_goes_on("interrupted", runs), INTERRUPTED) from None
        except (StoppedError, RuntimeError) as error:
            raise StoppedError(_goes_on(str(error), runs)) from None
    return _ended(folder, place, into_world, coverage)


def _plan(**sizes: int) -> Plan:
    """Return how large a fit is to be, checked.

    Raises:
        UserError: If a number is not within its bounds.
    """
    for name, (low, high) in SIZES.items():
        if not low <= sizes[name] <= high:
            raise UserError(f"--{name} {sizes[name]}: expected {low} to {high:,}")
    if sizes["seed"] < 0:
        raise UserError(f"--seed {sizes['seed']}: expected 0 or more")
    return Plan(**sizes)


def _check_numbers(scale: float, hours: float) -> None:
    if not 0.0 < scale <= 1.0:
        raise UserError(f"--scale {scale:g}: expected above 0 and at most 1")
    if not hours > 0.0:
        raise UserError(f"--hours {hours:g}: expected above 0")


def _known(world: World, names: list[str]) -> list[str]:
    """Return the names of parameters, checked: known, and with a range."""
    for prior in priors_of(world, names) if names else ():
        if prior.fixed:
            raise UserError(f"--only {prior.name}: low = high in parameters.csv, expected a range")
    return names


def _command(world: World, scale: float, plan: Plan, only: list[str]) -> str:
    """Return the command that makes the same again, with every option."""
    words = ["rarecare", "calibrate", "--world", world.source, "--scale", repr(scale),
             "--screen", str(plan.screen), "--waves", str(plan.waves),
             "--points", str(plan.points), "--sets", str(plan.sets),
             "--seed", str(plan.seed)]  # fmt: skip
    return shlex.join([*words, "--only", ",".join(only)] if only else words)


def _prove(folder: Path, found: Fit, runs: Runs, plan: Plan) -> None:
    """Run the proof of the method and add it to the record."""
    rows = proof.prove(found.priors, found.figures, runs, found.waves[0].emulator, plan.seed)
    write_csv(folder / COVERAGE_FILE, rows)
    record = read_record(folder)
    record["coverage"] = proof.coverage_table(rows).to_dict("records")
    write_json(folder / RECORD, record)


def _ended(folder: Path, world: World, into_world: bool, coverage: bool) -> int:
    """Print what was found, install it if asked; return the exit status."""
    record = read_record(folder)
    parts = ["fit", "targets", "learned", *(["coverage"] if coverage else [])]
    print("\n\n".join(told(record, part) for part in parts))
    print(f"\nThe rest: parameter_sets.csv, posterior.csv and {RECORD} in {_shown(folder)}.")
    if into_world:
        if not record["sets"]:
            raise StoppedError("no parameter set was found: the world's folder stays as it is")
        install(folder, world)
        print(f"They are in {_shown(world.folder)} too.")
    return _short(record)


def _short(record: dict[str, Any]) -> int:
    """Say if sets are too few; return the exit status, 1 if so."""
    wanted = min(FEWEST_SETS, record["plan"]["sets"])
    if record["sets"] >= wanted:
        return 0
    streams.complain(
        f"{record['sets']} of {record['tried']} draws fit, expected at least {wanted} sets: the "
        "targets contradict each other, or more --points or --waves are needed"
    )
    return 1


def _goes_on(what: str, runs: Runs) -> str:
    return f"{what}; {len(runs.store)} simulations are kept, and the same command goes on from them"


def _shown(folder: Path) -> str:
    """Return a folder as seen from here."""
    here = Path.cwd()
    return str(folder.relative_to(here) if folder.is_relative_to(here) else folder)
