"""The paired differences of a comparison, looked up by measure and group."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, Protocol

import numpy as np

from experiments.design import Question
from experiments.measures import Measure, measures
from experiments.reporting.formatting import change
from experiments.reporting.statistics import LEVEL, difference
from experiments.reporting.summary import Values


class Gap(NamedTuple):
    """A paired difference between two policies in one group.

    Attributes:
        measure: What is measured.
        group: In whom.
        base: The mean under the policy compared with.
        mean: The difference.
        low: Lower end of its interval.
        high: Upper end.
    """

    measure: Measure
    group: str
    base: float
    mean: float
    low: float
    high: float

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out zero."""
        return bool(self.low > 0.0 or self.high < 0.0)

    @property
    def better(self) -> bool:
        """Whether the difference is clear and in the better direction."""
        return self.clear and self.measure.better == ("higher" if self.mean > 0.0 else "lower")

    @property
    def worse(self) -> bool:
        """Whether the difference is clear and in the worse direction."""
        return self.clear and self.measure.better == ("lower" if self.mean > 0.0 else "higher")

    def in_words(self) -> str:
        """Return the difference with its interval."""
        return change(self.mean, self.low, self.high, self.measure.unit)


class Compared(Protocol):
    """What is looked at of a comparison."""

    @property
    def question(self) -> Question:
        """What was asked."""

    @property
    def policies(self) -> list[str]:
        """Names of the policies, the baseline first."""

    @property
    def baseline(self) -> str:
        """The policy that the others are compared with."""

    @property
    def values(self) -> Values:
        """The runs' measures."""


class Findings:
    """The paired differences of a comparison.

    Attributes:
        comparison: Where they come from.
        policies: Names of the policies, the baseline first.
        baseline: The policy that the others are compared with.
        runs: Number of paired runs.
    """

    def __init__(self, comparison: Compared):
        self.comparison = comparison
        self.policies, self.baseline = comparison.policies, comparison.baseline
        self.runs = len(comparison.question.seeds)
        self._measures = {one.name: one for one in measures(comparison.question.setting.years)}
        keys = comparison.values.keys
        self._row = {key: n for n, key in enumerate(keys.itertuples(index=False, name=None))}

    def groups(self, measure: str, by: str) -> list[str]:
        """Return the groups of a kind in which a measure is told."""
        return [group for name, kind, group in self._row if (name, kind) == (measure, by)]

    def present(self, groups: Mapping[tuple[str, str], str]) -> list[tuple[tuple[str, str], str]]:
        """Return those of some groups (by kind and name) in which people live."""
        there = {(by, group) for name, by, group in self._row if name == "qalys"}
        return [(key, words) for key, words in groups.items() if key in there]

    def gap(
        self, policy: str, other: str, measure: str, by: str, group: str, level: float = LEVEL
    ) -> Gap | None:
        """Return a policy's difference from another, or None if it is not measured there."""
        row = self._row.get((measure, by, group))
        if row is None:
            return None
        values = self.comparison.values
        one, base = (values.of(name)[row : row + 1] for name in (policy, other))
        found = difference(one, base, level).interval
        there = base[~np.isnan(base)]
        mean = float(there.mean()) if there.size else np.nan
        return Gap(self._measures[measure], group, mean, *(float(x[0]) for x in found[:3]))

    def gaps(self, policy: str, names: Iterable[str], by: str, group: str) -> Iterator[Gap]:
        """Yield a policy's differences from the baseline in those measures that are told."""
        for name in names:
            gap = self.gap(policy, self.baseline, name, by, group)
            if gap is not None:
                yield gap

    def provinces(self, policy: str, measure: str) -> list[Gap]:
        """Return the differences from the baseline by province, with Bonferroni's intervals."""
        provinces = self.groups(measure, "province")
        level = 1.0 - (1.0 - LEVEL) / max(1, len(provinces))
        found = (self.gap(policy, self.baseline, measure, "province", p, level) for p in provinces)
        return [gap for gap in found if gap is not None]

    def best(self, measure: str, by: str, group: str) -> list[str]:
        """Return the policies that no other is clearly better than, in this group."""
        return [
            one
            for one in self.policies
            if not any(
                (gap := self.gap(other, one, measure, by, group)) and gap.better
                for other in self.policies
                if other != one
            )
        ]
