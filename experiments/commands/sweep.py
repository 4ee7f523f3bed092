"""`rarecare sweep`: policies over a design of levers and parameters, into one tidy dataset."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from abm.text_files import names_in, path_of
from experiments.commands.fitted import say_if_fitted_otherwise
from experiments.commands.options import (
    OF_FILE,
    Cluster,
    FileParameters,
    FileProvinces,
    FileScale,
    FileSeed,
    FileWorld,
    FileYears,
    Json,
    Out,
    Set,
    Workers,
)
from experiments.commands.settings import settings_of
from experiments.reporting import streams
from experiments.running.cluster import watched
from experiments.running.files import make_folder
from experiments.running.manifest import RUN_FILES, SWEEP, check_folder
from experiments.running.stopping import INTERRUPTED, StoppedError, goes_on, short_path
from experiments.sweeping.asked import read_asked
from experiments.sweeping.plan import Plan, make_plan
from experiments.sweeping.screen import lines_of
from experiments.sweeping.sweep import OURS, Sweep, run_plan


def sweep(
    context: typer.Context,
    design: Annotated[str, typer.Argument(help="Path of a TOML file: docs/sweep.md.")],
    world: FileWorld = None,
    provinces: FileProvinces = None,
    scale: FileScale = None,
    years: FileYears = None,
    runs: Annotated[
        int | None, typer.Option(help="Seeds at each point.", show_default=OF_FILE)
    ] = None,
    seed: FileSeed = None,
    parameters: FileParameters = None,
    levers: Set = None,
    out: Out = None,
    workers: Workers = None,
    cluster: Cluster = None,
    as_json: Json = False,
) -> int:  # fmt: skip
    """Run policies over a design of levers and parameters; write one dataset of all runs."""
    asked = read_asked(
        design, world=world, provinces=None if provinces is None else names_in(provinces),
        scale=scale, years=years, runs=runs, seed=seed, parameters=parameters,
    )  # fmt: skip
    plan = make_plan(asked.with_settings(settings_of(levers)))
    say_if_fitted_otherwise(plan.base.setting.world, bool(plan.base.sets))
    for line in plan.told():
        streams.complain(line)
    where = path_of(out or Path("runs") / f"sweep-{plan.key}")
    folder, found = _run(plan, where, workers, cluster, context.obj.typed)
    for line in found.told:
        streams.complain(line)
    if as_json:
        print(json.dumps(_as_data(found), ensure_ascii=False, indent=2))
    else:
        print("\n".join(lines_of(found, short_path(folder))))
    for status in found.failed:
        streams.complain(
            f"{status.policy}, seed {status.seed}, failed and is left out: {status.error}"
        )
    return 1 if found.failed else 0


def _run(
    plan: Plan, where: Path, workers: int | None, cluster: str | None, typed: str
) -> tuple[Path, Sweep]:
    """Run a plan in a folder; return the folder, and what was found.

    Raises:
        UserError: For anything the user can put right, before anything is run or written.
        StoppedError: If it was interrupted, or no run has finished.
    """
    check_folder(where, SWEEP, OURS)
    counted = (f"runs ({len(plan.points):,} points x {len(plan.policies)} policies x "
               f"{len(plan.base.seeds)} seeds, each once)")  # fmt: skip
    with watched(cluster, counted) as (executor, progress):
        folder = make_folder(where)
        make_folder(folder / RUN_FILES)
        try:
            return folder, run_plan(
                plan, workers=workers, executor=executor, out=folder, progress=progress,
                command=typed,
            )  # fmt: skip
        except KeyboardInterrupt:
            raise StoppedError(goes_on("interrupted", folder), INTERRUPTED) from None
        except RuntimeError as error:
            raise StoppedError(goes_on(str(error), folder)) from None


def _as_data(found: Sweep) -> dict[str, Any]:
    """Return what a sweep has found as plain data: where it is, and what was run."""
    return {
        "folder": str(found.folder), **found.manifest["sweep"], "policies": found.policies,
        "seeds": found.seeds, "rows": found.dataset.count_rows(), "told": list(found.told),
        "failed": [status._asdict() for status in found.failed],
    }  # fmt: skip
