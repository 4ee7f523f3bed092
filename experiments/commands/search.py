"""`rarecare search`: the variants of a policy on the front between objectives."""

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
from experiments.commands.pictures import illustrated
from experiments.commands.settings import settings_of
from experiments.reporting import streams
from experiments.running.cluster import watched
from experiments.running.files import make_folder
from experiments.running.manifest import RUN_FILES, SEARCH, check_folder, check_version
from experiments.running.stopping import INTERRUPTED, StoppedError, goes_on, short_path
from experiments.searching.goal import read_goal
from experiments.searching.problem import Problem, make_problem
from experiments.searching.screen import lines_of
from experiments.searching.search import OURS, NothingFoundError, Search, run_problem


def search(
    context: typer.Context,
    goal: Annotated[str, typer.Argument(help="Path of a TOML file: docs/search.md.")],
    world: FileWorld = None,
    provinces: FileProvinces = None,
    scale: FileScale = None,
    years: FileYears = None,
    evaluations: Annotated[
        int | None, typer.Option(help="Candidates that are tried.", show_default=OF_FILE)
    ] = None,
    runs: Annotated[
        int | None, typer.Option(help="Seeds of each candidate.", show_default=OF_FILE)
    ] = None,
    check_runs: Annotated[
        int | None,
        typer.Option(help="New seeds, with which the front is run once more.",
                     show_default=OF_FILE),
    ] = None,
    seed: FileSeed = None,
    search_seed: Annotated[
        int | None, typer.Option(help="Seed of the optimiser.", show_default=OF_FILE)
    ] = None,
    parameters: FileParameters = None,
    levers: Set = None,
    out: Out = None,
    workers: Workers = None,
    cluster: Cluster = None,
    as_json: Json = False,
) -> int:  # fmt: skip
    """Find variants of a policy that no other beats in all objectives: most health, least money."""
    asked = read_goal(
        goal, world=world, provinces=None if provinces is None else names_in(provinces),
        scale=scale, years=years, evaluations=evaluations, runs=runs, check_runs=check_runs,
        seed=seed, search_seed=search_seed, parameters=parameters,
    )  # fmt: skip
    problem = make_problem(asked.with_settings(settings_of(levers)))
    say_if_fitted_otherwise(problem.world, bool(problem.design.sets))
    for line in problem.told():
        streams.complain(line)
    where = path_of(out or Path("runs") / f"search-{problem.key}")
    folder, found = run_search(problem, where, workers, cluster)
    found.save(folder, context.obj.typed)
    drawn = illustrated(folder, problem.world, context.obj.illustrate)
    for line in told_of(found):
        streams.complain(line)
    if as_json:
        print(json.dumps(_as_data(found), ensure_ascii=False, indent=2))
    else:
        print("\n".join(lines_of(found, short_path(folder))))
    return 1 if found.failed or drawn is False else 0


def run_search(
    problem: Problem, where: Path, workers: int | None, cluster: str | None
) -> tuple[Path, Search]:
    """Search in a folder; return the folder, and what was found.

    Raises:
        UserError: For anything the user can put right.
        StoppedError: If it was interrupted, no run has finished, or nothing meets the constraints.
    """
    check_version(where, SEARCH)
    check_folder(where, SEARCH, OURS)
    counted = f"runs (of {problem.goal.evaluations:,} candidates, then of the front with new seeds)"
    with watched(cluster, counted) as (executor, progress):
        folder = make_folder(where)
        make_folder(folder / RUN_FILES)
        try:
            return folder, run_problem(
                problem, workers=workers, executor=executor, out=folder, progress=progress
            )
        except KeyboardInterrupt:
            raise StoppedError(goes_on("interrupted", folder), INTERRUPTED) from None
        except NothingFoundError as error:
            kept = f"{short_path(folder)} keeps the runs, which other constraints can use"
            raise StoppedError(f"{error}; {kept}") from None
        except RuntimeError as error:
            raise StoppedError(goes_on(str(error), folder)) from None


def told_of(found: Search) -> list[str]:
    """Return lines on candidates that were refused, and runs that failed."""
    lines = [
        f"{count} {'candidate was' if count == 1 else 'candidates were'} no policy and left out: "
        f"{reason}" for reason, count in found.manifest["search"]["refused"].items()
    ]  # fmt: skip
    lines += [f"{one.policy}, seed {one.seed}, failed; what it is of is left out: {one.error}"
              for one in found.failed]  # fmt: skip
    return lines


def _as_data(found: Search) -> dict[str, Any]:
    """Return what a search has found as plain data."""
    about = found.manifest["search"]
    rows = json.loads(found.front.to_json(orient="records", double_precision=15))
    return {"folder": str(found.folder), **about, "front": rows,
            "failed": [status._asdict() for status in found.failed]}  # fmt: skip
