"""A world's fit from what was asked for to what is printed."""

import shlex
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from abm.errors import UserError
from abm.text_files import names_in, path_of
from abm.world import World, load_world
from experiments.calibration import coverage as proof
from experiments.calibration.emulator import check_library
from experiments.calibration.figures import figures_of
from experiments.calibration.plan import Plan
from experiments.calibration.priors import CONVENTIONS, priors_of
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
from experiments.calibration.waves import Fit, fit
from experiments.compare import check_workers
from experiments.design import digest
from experiments.reporting import streams
from experiments.running.cluster import watched
from experiments.running.files import make_folder, write_csv, write_json
from experiments.running.stopping import INTERRUPTED, StoppedError

FEWEST_SETS = 100
"""Parameter sets below which a fit is told to be short of them."""
SIZES = {"waves": (1, 20), "points": (32, 100_000), "sets": (1, 10_000)}
"""Bounds of what says how large a fit is."""


@dataclass(frozen=True)
class Asked:
    """What was asked for.

    Attributes:
        world: Name of a world, or its folder.
        scale: Simulated patients per real one.
        sizes: Fields of a `Plan`.
        only: Parameters to be fitted, separated by commas; None for all.
        hours: Hours after which it stops.
        out: Folder of the fit, or None.
        workers: Number of processes, or None.
        cluster: Address of a Dask scheduler, or None.
        coverage: Whether the method is to be proved too.
        install: Whether sets and record go into the world's folder.
    """

    world: str
    scale: float
    sizes: dict[str, int]
    only: str | None
    hours: float
    out: Path | None
    workers: int | None
    cluster: str | None
    coverage: bool
    install: bool


def fit_world(asked: Asked) -> int:
    """Fit a world's parameters to its targets, keep and print what was found.

    Args:
        asked: What was asked for.

    Returns:
        The exit status: 1 if there are too few sets.

    Raises:
        UserError: For anything the user can put right, before anything is run or written.
        StoppedError: If it was interrupted, time is over, or runs fail.
    """
    folder, place = keep_fit(asked)
    record = read_record(folder)
    parts = ["fit", "targets", "learned", *(["coverage"] if asked.coverage else [])]
    print("\n\n".join(told(record, part) for part in parts))
    print(f"\nThe rest: parameter_sets.parquet, posterior.csv and {RECORD} in {_shown(folder)}.")
    if asked.install:
        install_sets(folder, place)
        print(f"They are in {_shown(place.folder)} too.")
    return say_if_short(record)


def keep_fit(asked: Asked) -> tuple[Path, World]:
    """Fit a world's parameters to its targets; return the folder that keeps the fit, and the world.

    Args:
        asked: What was asked for.

    Raises:
        UserError: For anything the user can put right, before anything is run or written.
        StoppedError: If it was interrupted, time is over, or runs fail.
    """
    check_library()
    check_workers(asked.workers)
    place, plan = load_world(asked.world), _plan(**asked.sizes)
    _check_numbers(asked.scale, asked.hours)
    only = _known(place, names_in(asked.only or ""))
    figures = figures_of(place)
    model = model_of(place, asked.scale)
    facts = {**model.facts, "code": "", "seed": plan.seed, "only": only}
    folder = make_folder(path_of(asked.out or Path("runs") / f"calibrate-{digest(facts)[:8]}"))
    command = _command(place, asked.scale, plan, only)
    began = time.monotonic()
    from threadpoolctl import threadpool_limits  # comes with scikit-learn

    # How a product is divided between threads changes its last digits, and threads that wait for
    # each other beside busy processes take many times as long.
    with (
        threadpool_limits(1),
        watched(asked.cluster, "simulations") as (executor, progress),
    ):
        runs = Runs(
            model, Store(folder / FILE), asked.workers, executor, progress,
            began + 3600.0 * asked.hours,
        )  # fmt: skip
        try:
            found = fit(priors_of(place), figures, runs, plan, only)
            seconds = time.monotonic() - began
            save(folder, found, record_of(found, place, asked.scale, plan, command, seconds))
            if asked.coverage:
                _prove(folder, found, runs, plan)
        except KeyboardInterrupt:
            raise StoppedError(_goes_on("interrupted", runs), INTERRUPTED) from None
        except (StoppedError, RuntimeError) as error:
            raise StoppedError(_goes_on(str(error), runs)) from None
    return folder, place


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
    for name in names:
        if name in CONVENTIONS:
            raise UserError(f"--only {name}: a convention, which no fit moves")
    for prior in priors_of(world, names) if names else ():
        if prior.fixed:
            raise UserError(f"--only {prior.name}: low = high in parameters.csv, expected a range")
    return names


def _command(world: World, scale: float, plan: Plan, only: list[str]) -> str:
    """Return the command that makes the same again, with every option."""
    words = ["rarecare", "calibrate", "--world", world.source, "--scale", repr(scale),
             "--waves", str(plan.waves),
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


def install_sets(folder: Path, world: World) -> None:
    """Put a fit into its world's folder.

    Raises:
        StoppedError: If it has found no set.
    """
    if not read_record(folder)["sets"]:
        raise StoppedError("no parameter set was found: the world's folder stays as it is")
    install(folder, world)


def say_if_short(record: dict[str, Any]) -> int:
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
