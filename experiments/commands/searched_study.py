"""`rarecare study` where the answer is searched."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from experiments.commands.fitted import say_if_fitted_otherwise
from experiments.commands.pictures import Illustrate, illustrated
from experiments.commands.search import run_search, told_of
from experiments.reporting import streams
from experiments.reporting.console import console, show_study
from experiments.running.files import alone_in
from experiments.running.stopping import short_path
from experiments.searching.problem import Problem
from experiments.studies.searched import SearchStudy

CAVEAT = "It is the best of what was tried, under the model's assumptions: no forecast."


def answered(
    asked: SearchStudy,
    problem: Problem,
    out: Path,
    workers: int | None,
    typed: str,
    illustrate: Illustrate | None,
) -> int:
    """Search, answer the question in a sentence, and keep both with a figure.

    Args:
        asked: The study.
        problem: What is searched.
        out: Folder of results.
        workers: Number of processes.
        typed: The command line.
        illustrate: What adds pictures.

    Returns:
        The exit status: 1 for runs that failed, or without pictures.
    """
    say_if_fitted_otherwise(problem.world, bool(problem.design.sets))
    for line in problem.told():
        streams.complain(line)
    folder, found = run_search(problem, out, workers, None)
    told: dict[str, Any] = asked.told(found)
    found = replace(found, manifest={**found.manifest, "study": told})
    with alone_in(folder):
        found.save(folder, typed)
        drawn = illustrated(folder, problem.world, illustrate)
    for line in told_of(found):
        streams.complain(line)
    *_, written, curse, robust = found.sentences()
    figure = "figures/study.svg, " if drawn else ""
    rest = (f"The rest: {figure}front.csv, policies/*.toml and goal.toml, which rarecare search "
            f"takes, in {short_path(folder)}.")  # fmt: skip
    caveat = " ".join([written, curse, robust, CAVEAT])
    show_study(told["question"], told["answer"], caveat, rest, console())
    return 1 if found.failed or drawn is False else 0
