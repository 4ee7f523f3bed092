"""What a search is asked for: the entries of a goal's file, or of a call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from abm.errors import UserError
from abm.policy import Policy
from abm.policy.paths import leaves
from abm.world import DEFAULT, World
from experiments.design import SETS
from experiments.entries import Expected, Kinds, beside, read_entries
from experiments.measures.run_view import RANKINGS

RUNS, CHECK_RUNS, SCALE, YEARS = 4, 8, 0.01, 15
"""Seeds of each candidate, new seeds of the front, and the scale and length of runs."""
EVALUATIONS, GENERATION = 64, 16
"""Candidates in all, and candidates that are asked for at a time."""
TPE, NSGA2 = "tpe", "nsga2"
OPTIMISERS = (TPE, NSGA2)


@dataclass(frozen=True)
class Goal:
    """What is asked for; `docs/search.md` has every entry with an example.

    Attributes:
        policy: The policy whose levers are chosen: a name, a path or a policy.
        baseline: What it is compared with; by default the one that the world names.
        levers: The levers that are chosen, by path, with range or values.
        objectives: What is wanted: tables with outcome, aim and of.
        constraints: What must hold: tables with outcome or levers, at_most or at_least.
        evaluations: How many candidates are tried.
        generation: How many the optimiser is asked for at a time.
        optimiser: "tpe" or "nsga2".
        search_seed: Seed of the optimiser.
        runs: Seeds of each candidate, the same for all.
        check_runs: Further seeds, with which the front is run once more.
        seed: The first seed; the others follow it.
        scale: Simulated patients per real one, above 0 and at most 1.
        years: Length of the scenario.
        world: Name or path of a world, or a world.
        provinces: Provinces whose people are simulated; all by default.
        settings: Levers and parameters that are set in every run.
        parameters: "sets": each seed lives with another of the world's parameter sets; "best": all
            with the values of parameters.csv; or the path of a file of sets, or a set's number.
        pooled: Whether undetailed rare diseases load the hospitals too.
        ranked_by: Which income ranks people: the household's per "head", or the "household"'s.
        folder: Where paths of the goal begin, None for the present folder.
    """

    policy: str | Path | Policy = ""
    baseline: str | Path | Policy | None = None
    levers: Mapping[str, Any] = field(default_factory=dict)
    objectives: Sequence[Mapping[str, Any]] = ()
    constraints: Sequence[Mapping[str, Any]] = ()
    evaluations: int = EVALUATIONS
    generation: int = GENERATION
    optimiser: str = TPE
    search_seed: int = 1
    runs: int = RUNS
    check_runs: int = CHECK_RUNS
    seed: int = 1
    scale: float = SCALE
    years: int = YEARS
    world: str | Path | World = DEFAULT
    provinces: Sequence[str] | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    parameters: str | int = SETS
    pooled: bool = False
    ranked_by: str = RANKINGS[0]
    folder: Path | None = None

    def with_settings(self, settings: Mapping[str, Any]) -> "Goal":
        """Return the same with further levers and parameters set in every run."""
        return replace(self, settings={**self.settings, **settings})


SINGLE: Kinds = {
    "policy": ((str, Path, Policy), "the name or the file of a policy"),
    "baseline": ((str, Path, Policy), "the name or the file of a policy"),
    "optimiser": ((str,), f"one of {', '.join(OPTIMISERS)}"),
    "world": ((str, Path, World), "the name or the folder of a world"),
    "parameters": ((str, int), "sets, best, a file of sets, or the number of one"),
    "pooled": ((bool,), "true or false"),
    "ranked_by": ((str,), f"one of {', '.join(RANKINGS)}"),
}
"""Entries that are no lists, with what they can be; numbers are checked where they are used."""
ENTRIES = tuple(one.name for one in fields(Goal) if one.name != "folder")
TABLES_EACH = ("objectives", "constraints")
"""Entries that are lists of tables."""
EXPECTED = Expected(ENTRIES, ("provinces",), ("levers", "settings"), SINGLE)


def read_goal(goal: str | Path | Mapping[str, Any] | None, **others: Any) -> Goal:
    """Return what is asked for.

    Args:
        goal: The path of a TOML file, or its entries, or None.
        others: Entries that hold instead of its own; None means not given.

    Raises:
        UserError: For a file that cannot be read, an unknown entry, or one of another kind.
    """
    where, entries, folder = read_entries("goal", goal, others, EXPECTED)
    for name in TABLES_EACH:
        found = entries.get(name, ())
        tables = isinstance(found, list | tuple) and all(isinstance(x, Mapping) for x in found)
        if not tables:
            raise UserError(f"{where}: {name}: expected tables [[{name}]]")
    entries["settings"] = leaves(entries.get("settings", {}))
    asked = replace(Goal(), **entries, folder=folder)
    if not asked.policy:
        raise UserError(f"{where}: policy: missing; expected the policy whose levers are chosen")
    base = asked.baseline
    return replace(
        asked, policy=beside(asked.policy, folder),
        baseline=None if base is None else beside(base, folder),
    )  # fmt: skip
