"""A search, checked before anything is run: policies, setting, levers, aims."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from abm.errors import UserError, unknown
from abm.policy import Policy
from abm.policy.files import split_levers
from abm.world import World, load_world
from experiments.design import (
    BEST,
    MOST_RUNS,
    MOST_SEED,
    SETS,
    Design,
    chosen,
    digest,
    make_design,
    set_in,
    whole,
)
from experiments.running.room import told_of_pools, told_of_size
from experiments.searching.aims import Aims, read_aims
from experiments.searching.exploring import Ask
from experiments.searching.goal import OPTIMISERS, Goal
from experiments.searching.library import optuna
from experiments.searching.space import (
    Space,
    Values,
    lever_of,
    make_space,
    written_values,
)
from experiments.sweeping.factors import text_of

MOST_EVALUATIONS, MOST_GENERATION = 100_000, 10_000
DRAWN = 32
"""Values that are tried before a search in which no policy can have any is refused."""


@dataclass(frozen=True)
class Problem:
    """A search that can be run.

    Attributes:
        goal: What was asked for.
        design: Baseline and policy as they are written, and the seeds by which candidates are
            judged.
        check: The same with the new seeds, by which the front is judged once more.
        space: The levers that are chosen.
        aims: What is wanted, and what must hold.
    """

    goal: Goal
    design: Design
    check: Design
    space: Space
    aims: Aims

    @property
    def baseline(self) -> str:
        """Name of the policy that candidates are compared with."""
        return next(iter(self.design.policies))

    @property
    def written(self) -> Policy:
        """The policy whose levers are chosen, as it is written."""
        return list(self.design.policies.values())[-1]

    @property
    def world(self) -> World:
        """The world that is lived in."""
        return self.design.setting.world

    @property
    def key(self) -> str:
        """Return a short name of the search."""
        goal = self.goal
        return digest({
            "design": self.design.key, "runs": len(self.design.seeds),
            "check": len(self.check.seeds), "levers": [repr(one) for one in self.space.dimensions],
            "aims": repr(self.aims), "asked": [goal.evaluations, goal.generation, goal.optimiser,
                                               goal.search_seed],
        })[:8]  # fmt: skip

    @cached_property
    def ask(self) -> Ask:
        """How candidates are asked for."""
        goal = self.goal
        return Ask(
            self.space, self.aims, self.refusal, goal.evaluations, goal.generation, goal.optimiser,
            goal.search_seed, written_values(self.space, self.written, self.design.last_month),
        )  # fmt: skip

    def policy(self, values: Values) -> Policy:
        """Return the policy whose levers have some values; without any, the one that is written.

        Raises:
            UserError: If no policy can have them.
        """
        if not values:
            return self.written
        settings = self.space.settings(values)
        return set_in({"candidate": self.written}, settings, self.world)["candidate"]

    def refusal(self, values: Values) -> str:
        """Return why no policy can have some values; an empty text if one can."""
        try:
            self.policy(values)
        except UserError as error:
            return str(error)
        return ""

    def told(self) -> list[str]:
        """Return lines on what is set and cannot act, and on what is too small or too large."""
        return [*self.design.idle(), *self._idle(), *told_of_size(self.design, 1),
                *told_of_pools(self.design)]  # fmt: skip

    def _idle(self) -> list[str]:
        """Return lines on chosen levers that cannot act, at whatever end of their ranges."""
        found = []
        for place in (0, -1):
            ends = {one.path: one.ends[place] for one in self.space.dimensions}
            if self.refusal(ends):
                return []
            found.append(set(self.policy(ends).idle(self.world)))
        chosen_ones = tuple(one.lever for one in self.space.dimensions)
        both = found[0] & found[1]
        return [f"{self.written.name}: {line}" for line in sorted(both)
                if any(line.startswith(f"{path} ") for path in chosen_ones)]  # fmt: skip


def make_problem(goal: Goal) -> Problem:
    """Return a search, everything checked.

    Raises:
        UserError: For anything the user can put right.
    """
    optuna()
    check_runs = whole("check_runs", goal.check_runs, 1, MOST_RUNS)
    whole("evaluations", goal.evaluations, 1, MOST_EVALUATIONS)
    whole("generation", goal.generation, 1, MOST_GENERATION)
    whole("search_seed", goal.search_seed, 0, 2**32 - 1)
    if goal.optimiser not in OPTIMISERS:
        raise unknown("optimiser", goal.optimiser, OPTIMISERS)
    world = goal.world if isinstance(goal.world, World) else load_world(goal.world)
    world = chosen(world, str(goal.parameters), (SETS, BEST), "parameters")

    def design_of(runs: int, seed: int) -> Design:
        baseline = world.about.baseline if goal.baseline is None else goal.baseline
        made = make_design(
            [goal.policy], baseline=baseline, runs=runs, scale=goal.scale, years=goal.years,
            world=world, seed=seed, provinces=goal.provinces, settings=goal.settings,
            pooled=goal.pooled, ranked_by=goal.ranked_by,
            parameters=BEST if goal.parameters == BEST else SETS,
        )  # fmt: skip
        return replace(made, repeats=())

    design = design_of(goal.runs, goal.seed)
    check = design_of(check_runs, whole("seed", goal.seed + goal.runs, 0, MOST_SEED))
    written = list(design.policies.values())[-1]
    space = make_space(goal.levers, written, design.last_month, design.setting.world)
    _check_settings(space, design)
    aims = read_aims(goal.objectives, goal.constraints, space, design.setting.years)
    problem = Problem(goal, design, check, space, aims)
    _check_possible(problem)
    return problem


def _check_settings(space: Space, design: Design) -> None:
    """Refuse a lever that is chosen and set, here or in the reference to the policy."""
    set_too = {lever_of(path) for path in design.settings}
    reference = list(design.references.values())[-1]
    set_too |= {path.removeprefix("levers.") for path in split_levers(reference)[1]}
    for one in space.dimensions:
        if one.lever in set_too:
            raise UserError(f"levers: {one.lever}: chosen, and set; expected one of the two")


def _check_possible(problem: Problem) -> None:
    """Refuse a choice's value, or a lever, that goes with nothing that the others can be.

    Raises:
        UserError: With the lever, and why.
    """
    space, rng = problem.space, np.random.default_rng(0)
    drawn = [space.at(row) for row in rng.random((DRAWN, len(space.dimensions)))]
    possible = [values for values in drawn if not problem.refusal(values)]
    for one in space.dimensions:
        alone = replace(problem, space=space._replace(dimensions=(one,)))
        for group in [one.ends] if one.spread.numeric else [(value,) for value in one.ends]:
            reasons = [alone.refusal({one.path: value}) for value in group]
            there = any(one.spread.numeric or values[one.path] in group for values in possible)
            if all(reasons) and not there:
                told = "" if one.spread.numeric else f" = {text_of(group[0])}"
                raise UserError(f"levers: {one.path}{told}: {reasons[0]}")
    if not possible and problem.ask.first is None:
        raise UserError(f"levers: no values of them go together ({problem.refusal(drawn[0])})")
