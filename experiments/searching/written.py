"""A search's policies as files that `rarecare compare` runs, and its goal as a file."""

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from abm.policy import Policy
from abm.policy.files import is_path
from experiments.design import OF_WORLD
from experiments.entries import toml_value
from experiments.measures.run_view import RANKINGS
from experiments.searching.aims import (
    AIM,
    DIFFERENCE,
    LEAST,
    LEVEL,
    LEVERS,
    MOST,
    OF,
    OUTCOME,
    Quantity,
)
from experiments.searching.problem import Problem
from experiments.searching.space import Values, told_values
from experiments.sweeping.factors import FROM, TO

GOAL, POLICIES = "goal.toml", "policies"


def policy_names(problem: Problem, count: int) -> list[str]:
    """Return names for the policies of the front, which no policy of the world has."""
    stem = re.sub(r"[^a-z0-9]+", "-", problem.written.name.lower()).strip("-")
    return [f"{stem}-found-{number}" for number in range(1, count + 1)]


def named_policy(problem: Problem, values: Values, name: str) -> Policy:
    """Return a candidate under a name of its own, with words on where it comes from.

    Args:
        problem: The search.
        values: Values of the chosen levers.
        name: Its name.
    """
    found = problem.policy(values)
    wanted = ", ".join(one.words for one in problem.aims.objectives)
    own = found.stack[-1]
    source = f"assumption: found by rarecare search, for {wanted}"
    changes = tuple(replace(change, source=source) for change in own.changes)
    return replace(
        found, name=name, title=f"{problem.written.title}, found {name.rsplit('-', 1)[-1]}",
        summary=f"Found by rarecare search, for {wanted}: {', '.join(told_values(values))}.",
        stack=(*found.stack[:-1], replace(own, name=name, changes=changes)), origin=None,
    )  # fmt: skip


def policy_text(policy: Policy) -> str:
    """Return a policy as a file that stands for itself wherever it lies.

    It extends a policy of the world by its name; what extends a file is written whole.
    """
    named = policy.extends and not is_path(policy.extends)
    return policy.to_toml(whole=not named)


def compare_options(problem: Problem) -> str:
    """Return the options with which `rarecare compare` lives the front as the new runs did.

    They are empty where no command does.
    """
    words = shlex.split(problem.check.again())
    if words[:2] not in (["rarecare", "compare"], ["rarecare", "run"]):
        return ""
    first = next(iter(problem.check.references.values()))
    rest = words[words.index("--world") :]
    return shlex.join(["--baseline", first, "--runs", str(len(problem.check.seeds)), *rest])


def goal_text(problem: Problem) -> str:
    """Return the TOML text of a goal by which the same is searched again."""
    goal, design, setting = problem.goal, problem.design, problem.design.setting
    world = setting.world
    references = list(design.references.values())
    entries: dict[str, Any] = {
        "policy": references[-1] or problem.written.name,
        "baseline": references[0] or problem.baseline, "evaluations": goal.evaluations,
        "generation": goal.generation, "optimiser": goal.optimiser,
        "search_seed": goal.search_seed, "runs": len(design.seeds),
        "check_runs": len(problem.check.seeds), "seed": design.seeds[0], "scale": setting.scale,
        "years": setting.years, "world": world.source,
    }  # fmt: skip
    if len(world.inhabited) < len(world.provinces):
        entries["provinces"] = list(world.inhabited)
    if lived := design.parameters_again(single=False):
        entries["parameters"] = lived[-1]
    if setting.pooled:
        entries["pooled"] = True
    if setting.ranked_by != RANKINGS[0]:
        entries["ranked_by"] = setting.ranked_by
    lines = ["# The search as it was made.", *_lines(entries), "", "[levers]"]
    for one in problem.space.dimensions:
        low_high = dict(zip((FROM, TO), one.spread.values, strict=False))
        lines.append(f'"{one.path}" = ' + toml_value(low_high if one.spread.numeric
                                                     else list(one.spread.values)))  # fmt: skip
    for objective in problem.aims.objectives:
        lines += ["", "[[objectives]]", *_lines(_of(objective.quantity) | {AIM: objective.aim})]
    for bound in problem.aims.bounds:
        lines += ["", "[[constraints]]", *_lines(_of(bound.quantity) | _ends(bound))]
    for total in problem.aims.sums:
        weights = {toml_value(path): weight for path, weight in total.weights.items()}
        lines += ["", "[[constraints]]", *_lines({LEVERS: weights} | _ends(total))]
    fixed = {OF_WORLD + name: value for name, value in world.changed_parameters.items()}
    if settings := {**design.settings, **fixed}:
        lines += ["", "[settings]", *(f'"{k}" = {toml_value(v)}' for k, v in settings.items())]
    return "\n".join(lines) + "\n"


def _lines(entries: Mapping[str, Any]) -> Sequence[str]:
    return [f"{name} = {toml_value(value)}" for name, value in entries.items()]


def _of(quantity: Quantity) -> dict[str, Any]:
    return {OUTCOME: quantity.outcome.name, OF: DIFFERENCE if quantity.paired else LEVEL}


def _ends(one: Any) -> dict[str, float]:
    ends = {LEAST: one.least, MOST: one.most}
    return {name: end for name, end in ends.items() if abs(end) != float("inf")}
