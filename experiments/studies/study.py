"""A study: a question, the policies that answer it, and the sentence that does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import isnan
from pathlib import Path
from typing import Any

from abm.world import DEFAULT, World
from experiments.compare import RUNS, SCALE, YEARS
from experiments.design import SETS, Design, Settings, make_design
from experiments.reporting.contrasts import Contrasts
from experiments.reporting.formatting import ENGLISH, describe_difference, describe_value


@dataclass(frozen=True)
class Study:
    """A question, and how it is answered.

    Attributes:
        question: What is asked.
        policies: What is compared, the baseline first: references as `compare` takes them.
        answer: Makes the sentence from the differences found.
        figure: The measure and the kind of groups whose differences the figure shows.
        names: Short names by reference, for sentences; a reference without one is its own.
        scale: Simulated patients per real one.
        years: Length of the scenario.
        runs: Number of paired runs.
        provinces: Provinces whose people are simulated; all by default.
    """

    question: str
    policies: tuple[str, ...]
    answer: Callable[["Found"], str]
    figure: tuple[str, str]
    names: Mapping[str, str] = field(default_factory=dict)
    scale: float = SCALE
    years: int = YEARS
    runs: int = RUNS
    provinces: tuple[str, ...] | None = None

    def design(
        self,
        scale: float | None = None,
        years: int | None = None,
        runs: int | None = None,
        *,
        seed: int = 1,
        world: str | Path | World = DEFAULT,
        settings: Settings | None = None,
        parameters: str = SETS,
    ) -> Design:
        """Return what is to be run.

        Args:
            scale: Simulated patients per real one; None means the study's own, as for the next two.
            years: Length of the scenario.
            runs: Number of paired runs.
            seed: The first seed; the others follow it.
            world: A world with the policies that are compared.
            settings: Levers set on top of them, and parameters of the world.
            parameters: "sets" or "best", as in `compare`.

        Raises:
            UserError: If a number is out of range, or a setting is not possible.
        """
        return make_design(
            self.policies, baseline=self.policies[0], runs=self.runs if runs is None else runs,
            scale=self.scale if scale is None else scale,
            years=self.years if years is None else years, seed=seed, world=world,
            provinces=self.provinces, settings=settings, parameters=parameters, least=2,
        )  # fmt: skip

    def told(self, contrasts: Contrasts) -> dict[str, Any]:
        """Return question, answer and figure, as a results folder keeps them."""
        measure, by = self.figure
        answer = self.answer(Found(contrasts, self))
        return {"question": self.question, "answer": answer, "measure": measure, "by": by}


class Found:
    """What a study has found, in words that say no more than the intervals do.

    Args:
        contrasts: The paired differences.
        study: The study.
    """

    def __init__(self, contrasts: Contrasts, study: Study):
        self._contrasts, self._names = contrasts, study.names
        self._policies = dict(zip(study.policies, contrasts.policies, strict=True))

    def name(self, reference: str) -> str:
        """Return the short name of a policy."""
        return self._names.get(reference, reference)

    def change(
        self, reference: str, measure: str, by: str = "all", group: str = "all",
        than: str | None = None,
    ) -> str:  # fmt: skip
        """Return a difference in words, with its interval, and whether it is clear.

        Args:
            reference: The policy, as the study names it.
            measure: Name of the measure.
            by: Kind of group.
            group: In whom.
            than: The policy that it is compared with; the study's first by default.
        """
        other = self._contrasts.baseline if than is None else self._policies[than]
        one = self._contrasts.contrast(self._policies[reference], other, measure, by, group)
        if one is None:
            return "nobody is there"
        if one.verdict == "too few":
            return f"{one.measure.phrase}: {ENGLISH('tell.few')}"
        amount = describe_difference(one.mean, one.low, one.high, one.measure.unit)
        clear = "" if one.clear else ", not clear"
        return f"{one.measure.phrase} {amount}{clear}"

    def level(self, reference: str, measure: str, by: str = "all", group: str = "all") -> str:
        """Return a policy's own value in words, with its interval if the runs give one.

        Args:
            reference: The policy, as the study names it.
            measure: Name of the measure.
            by: Kind of group.
            group: In whom.
        """
        one = self._contrasts.level(self._policies[reference], measure, by, group)
        if one is None:
            return "nobody is there"
        words = describe_value(one.mean, one.low, one.high, one.measure.unit)
        return f"{words} in the mean of runs too few or too alike" if isnan(one.low) else words

    def most(self, references: tuple[str, ...], measure: str, *, least: bool = False) -> str:
        """Return the policy whose difference from the first is largest, or least, in the mean.

        Args:
            references: The policies to choose from, as the study names them.
            measure: Name of the measure.
            least: Whether the smallest is wanted.
        """
        base, known = self._contrasts.baseline, dict.fromkeys(references, 0.0)
        for one in references:
            found = self._contrasts.contrast(self._policies[one], base, measure, "all", "all")
            if found is not None and not isnan(found.mean):
                known[one] = found.mean
        return (min if least else max)(known, key=lambda one: known[one])

    def changes(
        self, references: tuple[str, ...], measure: str, by: str = "all", group: str = "all"
    ) -> str:
        """Return the differences of several policies from the first, each after its name."""
        return "; ".join(
            f"{self.name(one)}: {self.change(one, measure, by, group)}" for one in references
        )
