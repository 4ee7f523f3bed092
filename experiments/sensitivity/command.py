"""`rarecare sensitivity`: what a difference between two policies depends on, and where it turns."""

import json
import time
from pathlib import Path
from typing import Annotated

import typer

from abm.text_files import path_of
from abm.world import DEFAULT, load_world
from experiments import cli
from experiments.commands.options import (
    Json,
    Out,
    ParameterSet,
    Provinces,
    Scale,
    Set,
    Workers,
    WorldOption,
    Years,
)
from experiments.commands.pictures import illustrated
from experiments.commands.settings import settings_of, with_set
from experiments.compare import YEARS, check_workers
from experiments.design import BEST, digest, make_design
from experiments.reporting.console import console
from experiments.reporting.streams import complain
from experiments.running.files import make_folder
from experiments.running.manifest import SENSITIVITY, check_folder
from experiments.running.progress import progress_of
from experiments.running.stopping import INTERRUPTED, StoppedError, goes_on, short_path
from experiments.sensitivity.asking import (
    METHOD,
    MOST,
    REPEATS,
    SAMPLES,
    SCALE,
    TRAJECTORIES,
)
from experiments.sensitivity.factors import counted
from experiments.sensitivity.library import salib
from experiments.sensitivity.outcomes import EXAMPLE
from experiments.sensitivity.points import Points
from experiments.sensitivity.run import Asked, analysed, asked_of, plan_of
from experiments.sensitivity.saving import AFTER_SCREENING, POINTS
from experiments.sensitivity.screen import show
from experiments.sensitivity.study import Found


def add_to(app: typer.Typer) -> None:
    """Add the command to others."""
    app.command("sensitivity")(sensitivity)


def sensitivity(
    context: typer.Context,
    policy: Annotated[str, typer.Argument(help=cli.POLICY)],
    baseline: Annotated[
        str | None,
        typer.Option(help="The policy it is compared with. [default: the one that the world names]",
                     show_default=False),
    ] = None,
    measure: Annotated[
        list[str] | None,
        typer.Option(help=f"What to look at: {EXAMPLE}. May be repeated. [default: what patients "
                     "are judged by, and gaps]", show_default=False),
    ] = None,
    world: WorldOption = DEFAULT,
    provinces: Provinces = None,
    scale: Scale = SCALE,
    years: Years = YEARS,
    seed: Annotated[int, typer.Option(help="Seed of all points; the repeats follow it.")] = 1,
    out: Out = None,
    workers: Workers = None,
    levers: Set = None,
    parameters: ParameterSet = BEST,
    method: Annotated[
        str, typer.Option(help="morris: end with the screening; sobol: go on to shares of the "
                          "spread, and to where the answer turns round.")
    ] = METHOD,
    trajectories: Annotated[
        int, typer.Option(help="Trajectories of each screening (Morris).")
    ] = TRAJECTORIES,
    samples: Annotated[
        int, typer.Option(help="Base samples of Sobol's indices, a power of 2.")
    ] = SAMPLES,
    most: Annotated[int, typer.Option(help="Factors whose indices are worked out.")] = MOST,
    repeats: Annotated[
        int, typer.Option(help="Seeds of the written values, which tell what luck does.")
    ] = REPEATS,
    as_json: Json = False,
) -> int:  # fmt: skip
    """Say what the difference between two policies depends on, and where it turns round."""
    salib("sample.morris")
    begun = time.perf_counter()
    place = with_set(load_world(world), parameters, BEST)
    design = make_design(
        [policy], baseline=baseline or place.about.baseline, scale=scale, years=years, world=place,
        seed=seed, provinces=cli.names_of(provinces), settings=settings_of(levers),
        parameters=BEST, least=2,
    )  # fmt: skip
    plan = plan_of(method, trajectories, samples, most, repeats, seed)
    asked = asked_of(design, measure, plan)
    cli.say_what_to_know(design)
    check_workers(workers)
    words = {"design": design.key, "outcomes": [one.name for one in asked.outcomes]}
    where = path_of(out or Path("runs") / f"sensitivity-{digest(words)[:8]}")
    check_folder(where, SENSITIVITY)
    folder = make_folder(where)
    points = asked.points(folder, workers)
    try:
        found = _watched(points, asked)
    except KeyboardInterrupt:
        raise StoppedError(goes_on("interrupted", folder), INTERRUPTED) from None
    told = asked.analysis(found, points, begun)
    told.save(folder, context.obj.typed)
    drawn = illustrated(folder, place, context.obj.illustrate)
    if as_json:
        failed = [{"error": error, "points": count} for error, count in points.failed.items()]
        told_of = {"folder": str(folder), **told.as_data(), "failed": failed}
        print(json.dumps(told_of, ensure_ascii=False, indent=2))
    else:
        show(told, _rest(folder, found, drawn is True), console())
    for error, count in points.failed.items():
        complain(
            f"{count} points failed, and what rests on them is left out: {error} (one that takes "
            f"more than {points.limit:.0f} s of processor time is given up)"
        )
    return 1 if points.failed or drawn is False else 0


def _rest(folder: Path, found: Found, drawn: bool) -> str:
    """Return the line that says where the rest is."""
    names = ["figures/*.svg"] if drawn and found.indices else []
    later = [f"{one}.csv" for one in AFTER_SCREENING if found.indices and one != POINTS]
    return f"The rest: {', '.join([*names, 'screening.csv', *later])} in {short_path(folder)}."


def _watched(points: Points, asked: Asked) -> Found:
    """Analyse with a line of progress; say how long it takes before the most of it begins."""
    total, seeds = asked.plan.size(asked.factors), len(asked.plan.seeds)
    complain(f"{counted(asked.factors)}; at most {total} points of two runs each")
    with progress_of("points") as shown:
        before, now = 0, 0

        def report(done: int, _: int, message: str) -> None:
            shown(before + done, total, message)

        def tell(what: str, count: int) -> None:
            nonlocal before, now
            if before + now == seeds and points.ran:
                each = points.seconds / points.ran
                left = each * (total - seeds) / 60.0
                complain(f"a point takes {each:.1f} s: at most about {max(left, 1):.0f} min in all")
            before, now = before + now, count
            shown(before, total, what)

        points.progress = report
        return analysed(asked, points, tell)
