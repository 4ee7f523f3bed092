"""The `rarecare` command: policies, one run, a comparison."""

import json
import os
import shlex
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from abm.errors import UserError
from abm.policy import load_policy, policy_names
from abm.policy.files import EXPECTED, split_levers, split_name
from abm.policy.guesses import guesses
from abm.text_files import names_in, path_of
from abm.world import DEFAULT, load_world
from experiments.calibration.command import calibrate
from experiments.commands.decide import decide
from experiments.commands.fitted import say_if_fitted_otherwise
from experiments.commands.options import (
    Cluster,
    Full,
    Json,
    Language,
    Out,
    ParameterSet,
    ParameterSets,
    Pooled,
    Provinces,
    RankBy,
    Scale,
    Seed,
    Set,
    UntilWidth,
    Variant,
    Workers,
    WorldOption,
    Years,
)
from experiments.commands.pictures import Illustrate, illustrated
from experiments.commands.search import search
from experiments.commands.searched_study import answered
from experiments.commands.settings import assigned, lives_with, settings_of, with_set
from experiments.commands.sweep import sweep
from experiments.commands.validate import validate
from experiments.compare import (
    RUNS,
    SCALE,
    YEARS,
    Comparison,
    check_workers,
    compare_until,
    pairs_of,
    run_design,
)
from experiments.design import BEST, SETS, Design, make_design
from experiments.measures.run_view import RANKINGS
from experiments.reporting import streams
from experiments.reporting.console import (
    console,
    show,
    show_answer,
    show_rest,
    show_single,
    show_study,
)
from experiments.reporting.texts import LANGUAGES, Words
from experiments.running.cluster import watched
from experiments.running.files import alone_in, make_folder
from experiments.running.manifest import COMPARISON, RUN, check_folder, replaced
from experiments.running.progress import progress_of
from experiments.running.room import told_of_pools, told_of_size
from experiments.running.run_cache import version
from experiments.running.stopping import INTERRUPTED, StoppedError, goes_on, short_path
from experiments.single import run_one
from experiments.studies import load_study, study_names
from experiments.studies.searched import SearchStudy
from experiments.until import EXPECTED as EXPECTED_WIDTH
from experiments.until import MOST, OPTION, read_widths


@dataclass(frozen=True)
class Call:
    """What a command knows besides its options.

    Attributes:
        typed: The command line, for the manifest.
        illustrate: What adds pictures to the folder of a comparison, if anything does.
    """

    typed: str
    illustrate: Illustrate | None = None


OWN = "the study's own"


POLICY = (
    "Name, path of a TOML file, or names joined by +; NAME:path=value sets a lever of it, and "
    "SHORT=NAME:path=value calls that by a short name of yours."
)

app = typer.Typer(
    help="People with rare diseases look for a diagnosis and a treatment, under one set of rules "
    "or another.",
    add_completion=False, rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)  # fmt: skip


def _tell_version(asked: bool) -> None:
    """Print the version and end."""
    if asked:
        print(f"rarecare {version()}")
        raise typer.Exit


@app.callback()
def about(
    _: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True,
                           help="Print the version.")
    ] = False,
) -> None:  # fmt: skip
    """People with rare diseases look for a diagnosis and a treatment."""


def main() -> None:
    """Run the command line."""
    sys.exit(run(sys.argv[1:]))


def run(
    arguments: list[str], commands: typer.Typer = app, illustrate: Illustrate | None = None
) -> int:
    """Run a command; a mistake by the user is one line on standard error.

    Args:
        arguments: What was typed after `rarecare`.
        commands: The commands there are.
        illustrate: What adds pictures to the folder of a comparison.

    Returns:
        The exit status: 2 for a mistake by the user, 1 if runs failed, no report could be made
        or nothing could be printed, 130 if interrupted, 0 if all is well.
    """
    streams.tolerate()
    try:
        call = Call(shlex.join(["rarecare", *arguments]), illustrate)
        status = commands(arguments or ["--help"], prog_name="rarecare", standalone_mode=False,
                          obj=call) or 0  # fmt: skip
        if status == INTERRUPTED:  # a typer that ends an interrupted command in silence
            raise KeyboardInterrupt
        streams.flush()
        return status
    except UserError as error:
        return _complain(str(error), 2)
    except StoppedError as error:
        return _complain(str(error), error.status)
    except KeyboardInterrupt:
        return _complain("interrupted", INTERRUPTED)
    except OSError as error:
        line = streams.lost(error)
        return _complain(line) if line else 1
    except MemoryError:
        return _complain("memory ran out; a smaller --scale, or fewer --workers, needs less")
    except Exception as error:
        # What the command line itself finds wrong; its classes are not public in every version.
        if type(error).__name__ == "Abort":
            return _complain("interrupted", INTERRUPTED)
        if not hasattr(error, "format_message"):
            raise
        return _complain(error.format_message(), 2)


def _complain(message: str, status: int = 1) -> int:
    streams.complain(message)
    return status


def say_what_to_know(design: Design) -> None:
    """Name the levers that are set and cannot act, as whoever set one expects something of it.

    And say if parameter sets were fitted with other rules.
    """
    say_if_fitted_otherwise(design.setting.world, bool(design.sets))
    for line in design.idle():
        _complain(line)


def _say_what_does_not_fit(design: Design, workers: int | None) -> None:
    """Say what is too large for this machine, or too small to learn from, before it is run.

    Args:
        design: What is to be run.
        workers: Number of processes; None means as many as there are cores.

    Raises:
        UserError: If that is no number of processes.
    """
    check_workers(workers)
    at_once = min(workers or os.cpu_count() or 1, len(design.seeds))
    for line in (*told_of_size(design, at_once), *told_of_pools(design)):
        _complain(line)


@app.command()
def policies(
    name: Annotated[str | None, typer.Argument(help=POLICY)] = None,
    world: WorldOption = DEFAULT,
    as_json: Json = False,
) -> None:
    """List a world's policies, or show one in full: sources, and difference from its parent."""
    place = load_world(world)
    if name is None:
        found = [load_policy(each, world=place) for each in policy_names(place)]
        if as_json:
            _print_json([{"name": p.name, "title": p.title, "extends": p.parent} for p in found])
        widest = max(len(policy.name) for policy in found)
        for policy in [] if as_json else found:
            print(f"{policy.name:<{widest}}  {policy.title}")
        return
    policy = load_policy(name, world=place)
    if as_json:
        _print_json({
            "name": policy.name, "title": policy.title, "summary": policy.summary,
            "extends": policy.parent, "difference": [str(line) for line in policy.difference()],
            "triggers": [str(trigger) for _, _, trigger in policy.triggers],
            "guesses": [str(one) for one in guesses(policy)],
            "idle": policy.idle(place), "layers": policy.layers(), "sources": policy.sources(),
            "toml": policy.to_toml(whole=True),
        })  # fmt: skip
        return
    lines = [f"{policy.name}: {policy.title}", "", policy.summary, ""]
    lines.append(f"Differs from {policy.parent}:" if policy.parent else "What changes, and when:")
    lines += [f"- {line}" for line in policy.difference()]
    lines += [f"- {trigger}" for _, _, trigger in policy.triggers]
    if idle := policy.idle(place):
        lines += ["", "Set, but cannot act:", *(f"- {line}" for line in idle)]
    if guessed := guesses(policy):
        lines += ["", "Guesses, and within what range (rarecare sensitivity moves them):"]
        lines += [f"- {one}" for one in guessed]
    if layers := policy.layers():
        lines += ["", f"Benefit layers it has (levers such as benefits.{layers[0]}.brackets):"]
        lines += textwrap.wrap(", ".join(layers), 78, break_on_hyphens=False)
    lines += ["", "Sources of all that holds:", *(f"- {line}" for line in policy.sources())]
    print("\n".join(lines))


@app.command("run")
def run_policy(
    context: typer.Context,
    policy: Annotated[str, typer.Argument(help=POLICY)],
    world: WorldOption = DEFAULT,
    provinces: Provinces = None,
    scale: Scale = SCALE,
    years: Years = YEARS,
    seed: Seed = 1,
    out: Out = None,
    levers: Set = None,
    parameters: ParameterSet = BEST,
    pooled: Pooled = False,
    rank_by: RankBy = RANKINGS[0],
    language: Language = LANGUAGES[0],
    as_json: Json = False,
) -> None:
    """Run one policy once and write a folder of tables."""
    words = Words(language)
    place = with_set(load_world(world), parameters, BEST)
    design = make_design(
        [policy], scale=scale, years=years, world=place, seed=seed, provinces=names_of(provinces),
        settings=settings_of(levers), pooled=pooled, ranked_by=rank_by, parameters=BEST,
    )  # fmt: skip
    say_what_to_know(design)
    _say_what_does_not_fit(design, 1)
    where = path_of(out or Path("runs") / f"run-{design.key}")
    check_folder(where, RUN)
    if before := replaced(where, design.again()):
        _complain(f"{where} holds another run, which is replaced: {before}")
    folder = make_folder(where)
    with progress_of("months") as progress:
        found = run_one(design, progress)
    found.save(folder, context.obj.typed)
    if as_json:
        _print_json({"folder": str(folder), "summary": _records(found.summary)})
        return
    show_single(found.policy, design, found.summary, found.story, words, console())
    for one in found.tables["triggers"].to_dict("records"):
        print(words("single.fired", **{**one, "figure": f"{one['figure']:.3g}"}))
    print("\n" + words("single.rest", folder=short_path(folder)))


@app.command("compare")
def compare_policies(
    context: typer.Context,
    policies: Annotated[
        list[str] | None,
        typer.Argument(help=f"{POLICY} [default: those that the world names]", show_default=False),
    ] = None,
    baseline: Annotated[
        str | None,
        typer.Option(
            help="The policy that the others are compared with. [default: the first of "
            "several, else the one that the world names]",
            show_default=False,
        ),
    ] = None,
    world: WorldOption = DEFAULT,
    provinces: Provinces = None,
    scale: Scale = SCALE,
    years: Years = YEARS,
    runs: Annotated[
        int | None,
        typer.Option(
            help="Paired runs, each with its own seed; with --until-width, at most so many.",
            show_default=f"{RUNS}, or {MOST} with --until-width",
        ),
    ] = None,
    until_width: UntilWidth = None,
    seed: Seed = 1,
    out: Out = None,
    workers: Workers = None,
    cluster: Cluster = None,
    variant: Variant = None,
    levers: Set = None,
    parameters: ParameterSets = SETS,
    pooled: Pooled = False,
    rank_by: RankBy = RANKINGS[0],
    full: Full = False,
    language: Language = LANGUAGES[0],
    as_json: Json = False,
) -> int:
    """Compare policies on the same people and random numbers; say which is better for whom."""
    words = Words(language)
    place = with_set(load_world(world), parameters, SETS, BEST)
    named = [*(policies or ()), *_variants(variant)] or list(place.about.compared)
    if baseline is None and (not policies or len(named) < 2):
        baseline = place.about.baseline
    wanted = (
        read_widths(assigned(OPTION, until_width, EXPECTED_WIDTH), years) if until_width else None
    )
    pairs = pairs_of(runs, wanted)

    def design_of(pairs: int) -> Design:
        return make_design(
            named, baseline=baseline, runs=pairs, scale=scale, years=years, world=place, seed=seed,
            provinces=names_of(provinces), settings=settings_of(levers), pooled=pooled,
            ranked_by=rank_by, parameters=lives_with(parameters), least=2,
        )  # fmt: skip

    design = design_of(pairs)
    say_what_to_know(design)
    if cluster is None:
        _say_what_does_not_fit(design, workers)
    where = path_of(out or Path("runs") / f"compare-{design.key}")
    if wanted is None:
        found = _run_comparison(design, where, workers, cluster)[1]
    else:
        found = compare_until(
            wanted, pairs,
            lambda some: _run_comparison(design_of(some), where, workers, cluster)[1],
        )  # fmt: skip
    folder = make_folder(where)
    screen = console()
    with alone_in(folder):
        found.save(folder, context.obj.typed)
        if not as_json:  # pictures take a while
            rest = _rest(found, folder, words, drawn=context.obj.illustrate is not None)
            show_answer(found.contrasts, found.design, words, rest, screen)
        drawn = illustrated(folder, place, context.obj.illustrate)
    if as_json:
        _print_json({"folder": str(folder), **_as_data(found)})
        return _ended(found, drawn)
    show_rest(_rest(found, folder, words, drawn=drawn is True), screen)
    if full:
        print()
        show(found.contrasts, found.narrative, found.design, screen)
    return _ended(found, drawn)


@app.command()
def study(
    context: typer.Context,
    name: Annotated[
        str | None, typer.Argument(help="Name of a study; without one, all are listed.")
    ] = None,
    scale: Annotated[
        float | None, typer.Option(help="Simulated patients per real one.", show_default=OWN)
    ] = None,
    years: Annotated[
        int | None, typer.Option(help="Length of the scenario.", show_default=OWN)
    ] = None,
    runs: Annotated[int | None, typer.Option(help="Paired runs.", show_default=OWN)] = None,
    seed: Seed = 1,
    out: Out = None,
    workers: Workers = None,
    levers: Set = None,
    parameters: ParameterSets = SETS,
) -> int:
    """Answer one of the questions about policies in a sentence, and save its figure."""
    if name is None:
        names = study_names()
        widest = max(map(len, names))
        for each in names:
            print(f"{each:<{widest}}  {load_study(each).question}")
        return 0
    asked, place = load_study(name), with_set(load_world(), parameters, SETS, BEST)
    own: dict[str, Any] = {"seed": seed, "world": place, "settings": settings_of(levers),
           "parameters": lives_with(parameters)}  # fmt: skip
    if isinstance(asked, SearchStudy):
        problem = asked.problem(scale, years, runs, **own)
        where = out or Path("runs") / f"study-{name}-{problem.key}"
        return answered(asked, problem, where, workers, context.obj.typed, context.obj.illustrate)
    design = asked.design(scale, years, runs, **own)
    say_what_to_know(design)
    _say_what_does_not_fit(design, workers)
    folder, found = _run_comparison(
        design, out or Path("runs") / f"study-{name}-{design.key}", workers, None
    )
    told = asked.told(found.contrasts)
    with alone_in(folder):
        found.save(folder, context.obj.typed, told)
        drawn = illustrated(folder, design.setting.world, context.obj.illustrate)
    report = "report.html, figures/study.svg, " if drawn else ""
    rest = f"The rest: {report}summary.csv in {short_path(folder)}."
    show_study(told["question"], told["answer"], found.narrative.caveat, rest, console())
    return _ended(found, drawn)


app.command()(calibrate)
app.command()(decide)
app.command()(validate)
app.command()(sweep)
app.command()(search)


def _ended(found: Comparison, drawn: bool | None) -> int:
    """Name what is missing; return the exit status, 1 for runs that failed or without pictures."""
    if found.undefined:
        _complain(found.undefined)
    if found.stopping and found.stopping.told:
        _complain(found.stopping.told)
    for status in found.failed:
        _complain(f"{status.policy}, seed {status.seed}, failed and is left out: {status.error}")
    return 1 if found.failed or drawn is False else 0


def _rest(found: Comparison, folder: Path, words: Words, drawn: bool) -> str:
    """Return the sentence that says where the rest is; `drawn` says whether there is a report."""
    total = len(found.design.run_settings) * len(found.design.policies)
    return words(
        "screen.rest", folder=short_path(folder), report=words("screen.report") if drawn else "",
        kept=words("screen.kept", kept=found.kept, all=total) if found.kept else "",
    )  # fmt: skip


def _run_comparison(
    design: Design, out: Path | None, workers: int | None, cluster: str | None
) -> tuple[Path, Comparison]:
    """Run a design; return the folder that holds its runs, and what was found.

    Args:
        design: What is compared.
        out: Folder of results; by default one under runs/.
        workers: Number of processes.
        cluster: Address of a Dask scheduler in place of processes.

    Raises:
        UserError: For anything the user can put right, before anything is run or written.
        StoppedError: If it was interrupted, or no run has finished.
    """
    check_workers(workers)
    where = path_of(out or Path("runs") / f"compare-{design.key}")
    check_folder(where, COMPARISON)
    runs = f"runs ({len(design.policies)} policies x {len(design.seeds)} seeds)"
    with watched(cluster, runs) as (executor, progress):
        folder = make_folder(where)
        try:
            return folder, run_design(
                design, workers=workers, executor=executor, out=folder, progress=progress
            )
        except KeyboardInterrupt:
            raise StoppedError(goes_on("interrupted", folder), INTERRUPTED) from None
        except RuntimeError as error:
            words = str(error) if executor is None else goes_on(str(error), folder)
            raise StoppedError(words) from None


def _as_data(found: Comparison) -> dict[str, Any]:
    """Return what a comparison has found as plain data."""
    return {
        "baseline": found.baseline, "policies": found.policies,
        "findings": found.narrative.findings, "summary": _records(found.summary),
        "failed": [status._asdict() for status in found.failed],
    }  # fmt: skip


def names_of(text: str | None) -> list[str] | None:
    """Return the names in a text, None for none."""
    return None if text is None else names_in(text)


def _variants(texts: list[str] | None) -> list[str]:
    """Return policies with levers set, such as "more=special-zone:network.slots=1.2".

    Raises:
        UserError: If a text sets no lever.
    """
    for text in texts or ():
        if not split_levers(split_name(text)[1])[1]:
            raise UserError(f"--variant {text}: {EXPECTED}")
    return texts or []


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as plain data; what is undefined or infinite is null."""
    return json.loads(frame.to_json(orient="records", double_precision=15))


def _print_json(content: Any) -> None:
    print(json.dumps(content, ensure_ascii=False, indent=2))
