"""`rarecare validate`: every published figure of a world beside what its runs come to."""

import textwrap
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
import typer

from abm.errors import UserError
from abm.text_files import path_of
from abm.world import DEFAULT, World, load_world
from abm.world.measured import USES
from experiments.commands.fitted import say_if_fitted_otherwise
from experiments.commands.options import (
    Full,
    Json,
    Out,
    ParameterSets,
    Scale,
    Seed,
    Set,
    Workers,
    WorldOption,
)
from experiments.commands.settings import lives_with, settings_of, with_set
from experiments.compare import check_workers
from experiments.design import BEST, OF_WORLD, SETS, split_settings
from experiments.reporting import streams
from experiments.running.files import make_folder, write_csv
from experiments.running.progress import progress_of
from experiments.running.stopping import INTERRUPTED, StoppedError, goes_on
from experiments.validation.batch import Validation
from experiments.validation.batch import validate as validated
from experiments.validation.simulate import ALL

WIDTH = 100
"""Columns of what is printed."""


def validate(
    world: WorldOption = DEFAULT,
    runs: Annotated[int, typer.Option(help="Runs, each with its own seed; at least 2.")] = 8,
    scale: Scale = 0.05,
    seed: Seed = 1,
    parameters: ParameterSets = SETS,
    levers: Set = None,
    use: Annotated[
        str, typer.Option(help=f"Targets: those of use {' or '.join(USES)}, or {ALL}.")
    ] = ALL,
    out: Out = None,
    workers: Workers = None,
    full: Full = False,
    as_json: Json = False,
) -> int:
    """Compare a world's published figures with its runs: surveys imitated, the record read."""
    place = _world(world, parameters, levers)
    check_workers(workers)
    sets = lives_with(parameters)
    say_if_fitted_otherwise(place, sets == SETS and place.sets > 0)
    where = path_of(out or Path("runs") / f"validate-{place.name}-{scale:g}-{runs}-{seed}")
    try:
        with progress_of("runs") as progress:
            found = validated(
                place, runs=runs, scale=scale, seed=seed, use=use, workers=workers,
                parameters=sets, out=where, progress=progress,
            )  # fmt: skip
    except RuntimeError as error:
        raise StoppedError(str(error)) from None
    except KeyboardInterrupt:
        raise StoppedError(goes_on("interrupted", where.absolute()), INTERRUPTED) from None
    folder = make_folder(where)
    write_csv(folder / "validation.csv", found.table)
    write_csv(folder / "runs.csv", found.runs)
    for line in found.failed:
        streams.complain(f"failed and is left out: {line}")
    if as_json:
        print(found.table.to_json(orient="records", force_ascii=False, indent=2))
    else:
        print("\n".join(lines_of(found, full)))
        print(f"The table: validation.csv in {where}.")
    return 1 if found.failed else 0


def _world(name: str, parameters: str, texts: list[str] | None) -> World:
    """Return the world that is validated, with the parameters that were asked for.

    Raises:
        UserError: For a lever, as the record has its own, or what no parameter can be.
    """
    others, values = split_settings(settings_of(texts))
    if others:
        raise UserError(f"--set {next(iter(others))}: a lever; expected {OF_WORLD}NAME=value, as "
                        "validate lives the record")  # fmt: skip
    place = load_world(name)
    place = place.with_parameters(values) if values else place
    return with_set(place, parameters, SETS, BEST)


def lines_of(found: Validation, full: bool = False) -> list[str]:
    """Return what a validation has found, in lines.

    Args:
        found: What it has found.
        full: Whether to tell of the respondents behind each figure too.
    """
    table = found.table
    lines: list[str] = []
    for row in table.to_dict("records"):
        verdict = "met   " if row["met"] else "missed"
        predicted = "" if row["use"] == USES[0] else " (predicted)"
        lines.append(f"{verdict}  {row['label']}{predicted}")
        lines.append(_indented(
            f"published {_number(row['published'])}, band {_number(row['low'])} to "
            f"{_number(row['high'])}; {_simulated(row)}"
        ))  # fmt: skip
        lines.append(_indented(f"measured: {row['how']}"))
        if full and not np.isnan(row["persons"]):
            lines.append(_indented(f"respondents in effect, mean of a run: {row['persons']:.0f}"))
        if row["note"]:
            lines.append(_indented(f"why: {row['note']}"))
    if full and found.told:
        lines += ["", "Groups of respondents that are small or empty:"]
        lines += [_indented(line) for line in found.told]
    lines += ["", *summed_up(table, len(found.runs))]
    if found.must:
        lines += textwrap.wrap(
            f"{found.meet_all} of {len(found.runs)} runs meet all {len(found.must)} figures that a "
            "parameter set has to meet.", WIDTH,
        )  # fmt: skip
    return lines


def summed_up(table: pd.DataFrame, runs: int) -> list[str]:
    """Return how many targets are met: of all, of those for fitting, of those predicted.

    Args:
        table: One row per target.
        runs: Number of runs.
    """
    parts = [f"{table['met'].sum()} of {len(table)} met over {runs} runs"]
    for use, words in zip(USES, ("that parameters are fitted to", "that are predicted"),
                          strict=True):  # fmt: skip
        some = table[table["use"] == use]
        if len(some) and len(some) < len(table):
            parts.append(f"{some['met'].sum()} of {len(some)} {words}")
    return textwrap.wrap("; ".join(parts) + ".", WIDTH)


def _simulated(row: dict[str, Any]) -> str:
    """Return the simulated figure with its interval and how many runs are in the band."""
    runs, mean = row["runs"], _number(row["simulated"])
    if not runs:
        return "simulated: none"
    if np.isnan(row["simulated_low"]):
        between = "the same in most runs" if runs > 1 else "one run"
    else:
        between = f"{_number(row['simulated_low'])} to {_number(row['simulated_high'])}"
    return f"simulated {mean} ({between}), {row['inside']} of {runs} runs inside"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _indented(text: str) -> str:
    space = " " * 8
    return textwrap.fill(text, WIDTH, initial_indent=space, subsequent_indent=space)
