"""A study whose answer is searched: which variant of a policy is best, under a constraint."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from abm.world import DEFAULT, World
from experiments.design import SETS, Settings
from experiments.measures import measure_named
from experiments.reporting.formatting import describe_difference, describe_value
from experiments.searching.goal import read_goal
from experiments.searching.problem import Problem, make_problem
from experiments.searching.search import Search
from experiments.searching.tables import AGAIN, HIGH, LOW, OFTEN, RUNS


@dataclass(frozen=True)
class SearchStudy:
    """A question, the goal of the search that answers it, and the sentence that does.

    Attributes:
        question: What is asked.
        goal: What is searched: the entries of a goal's file (docs/search.md).
        answer: Makes the sentence from what was found.
    """

    question: str
    goal: Mapping[str, Any]
    answer: Callable[[Search], str]

    @property
    def policies(self) -> tuple[str, ...]:
        """The policies as they are written, the baseline first."""
        return self.goal["baseline"], self.goal["policy"]

    @property
    def provinces(self) -> tuple[str, ...] | None:
        """Provinces whose people are simulated; all if there are none."""
        return self.goal.get("provinces")

    def problem(
        self,
        scale: float | None = None,
        years: int | None = None,
        runs: int | None = None,
        *,
        seed: int = 1,
        world: str | Path | World = DEFAULT,
        settings: Settings | None = None,
        parameters: str = SETS,
    ) -> Problem:
        """Return what is to be searched.

        Args:
            scale: Simulated patients per real one; None means the study's own, as for the next two.
            years: Length of the scenario.
            runs: Seeds of each candidate; the front has twice as many new ones.
            seed: The first seed; the others follow it.
            world: A world with the policies.
            settings: Levers set in every run, and parameters of the world.
            parameters: As in `search`.

        Raises:
            UserError: If a number is out of range, or a setting is not possible.
        """
        asked = read_goal(self.goal, scale=scale, years=years, runs=runs, seed=seed, world=world,
                          check_runs=None if runs is None else 2 * runs,
                          parameters=parameters)  # fmt: skip
        return make_problem(asked.with_settings(settings or {}))

    def told(self, found: Search) -> dict[str, str]:
        """Return question and answer, as a results folder keeps them."""
        return {"question": self.question, "answer": self.answer(found)}


def told(point: Mapping[str, Any], found: Search, outcome: str) -> str:
    """Return what a point of the front comes to in the new runs, in words, with its interval.

    Args:
        point: A row of the front.
        found: The search.
        outcome: One of its objectives, or a difference that it bounds.
    """
    objectives = {one["outcome"]: one for one in found.manifest["search"]["objectives"]}
    known = objectives.get(outcome, {"column": f"{outcome}_difference", "difference": True,
                                     "measure": outcome})  # fmt: skip
    measure = measure_named(known["measure"])
    mean, low, high = (float(point[known["column"] + AGAIN + end]) for end in ("", LOW, HIGH))
    write = describe_difference if known["difference"] else describe_value
    return f"{measure.phrase} {write(mean, low, high, measure.unit)}"


def told_levers(point: Mapping[str, Any], levers: Mapping[str, tuple[str, float]]) -> str:
    """Return the levers of a point in words.

    Args:
        point: A row of the front.
        levers: What is said of each lever's value, and by what it is divided before, by its path.
    """
    return ", ".join(text.format(float(point[path]) / divisor)
                     for path, (text, divisor) in levers.items())  # fmt: skip


def on_front(point: Mapping[str, Any]) -> str:
    """Return in how many of the new runs a point is on the front."""
    often, runs = int(point[OFTEN + AGAIN]), int(point[RUNS + AGAIN])
    return (f"run by run it is on the front of these in {often} of {runs}, each with other people, "
            "luck and parameters")  # fmt: skip
