"""The paired differences of a comparison, looked up by measure and group."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from abm.measures.weights import Floats
from experiments.measures import Listed, Place, listed, measures
from experiments.reporting.claims import Verdict, paired, verdict
from experiments.reporting.parameter_spread import Range
from experiments.reporting.statistics import TooFew, interval
from experiments.reporting.values import Values, from_sets


class Contrast(NamedTuple):
    """A paired difference between two policies in one group.

    Attributes:
        measure: What is measured.
        group: In whom.
        base: The mean under the policy compared with.
        mean: The difference.
        low: Lower end of its interval, NaN if there is none.
        high: Upper end.
        verdict: What is claimed of it.
        from_parameters: Part of its variance between runs that comes from their parameter sets;
            NaN where it cannot be told.
        other_sign: Runs in which it has the other sign than in the mean.
        sets_low: Lower end of the range that holds nine in ten parameter sets, luck taken off; NaN
            where it cannot be told.
        sets_high: Upper end.
    """

    measure: Listed
    group: str
    base: float
    mean: float
    low: float
    high: float
    verdict: Verdict
    from_parameters: float = np.nan
    other_sign: int = 0
    sets_low: float = np.nan
    sets_high: float = np.nan

    @property
    def clear(self) -> bool:
        """Whether it is claimed to be other than zero."""
        return self.verdict in ("better", "worse", "different")

    def times(self, factor: float) -> "Contrast":
        """Return it in another unit."""
        return self._replace(
            mean=self.mean * factor, low=self.low * factor, high=self.high * factor,
            sets_low=self.sets_low * factor, sets_high=self.sets_high * factor,
        )  # fmt: skip


class Contrasts:
    """The paired differences of a comparison.

    Args:
        values: The runs' measures, the baseline's first.
        years: Length of the scenario.
        repeated: The first runs' parameter sets once more, if runs live with several.

    Attributes:
        policies: Names of the policies, the baseline first.
        baseline: The policy that the others are compared with.
        runs: Number of paired runs.
        years: Length of the scenario.
        repeats: Number of parameter sets that are lived twice.
        told: Number of differences between its policies that a report tells.
    """

    def __init__(self, values: Values, years: int, repeated: Values | None = None):
        self.policies, self.baseline = values.policies, values.policies[0]
        self.runs, self.years = len(values.seeds), years
        self._values, self._repeated, self._pairs = values, repeated, paired(values)
        self.repeats = len(repeated.seeds) if repeated else 0
        self.told = sum(
            int((pair.told & ~np.isnan(pair.p_adjusted)).sum()) for pair in self._pairs.values()
        )
        self._sets: dict[tuple[str, str], tuple[Floats, Range]] = {}
        self._measures = {one.name: one for one in measures(years)}
        keys = values.keys.itertuples(index=False, name=None)
        self._row = {key: n for n, key in enumerate(keys)}

    def groups(self, measure: str, by: str) -> list[str]:
        """Return the groups of a kind in which a measure is known."""
        return [group for name, kind, group in self._row if (name, kind) == (measure, by)]

    def present(self, groups: Mapping[tuple[str, str], str]) -> list[tuple[tuple[str, str], str]]:
        """Return those of some groups (by kind and name) in which people live."""
        there = {(by, group) for name, by, group in self._row if name == "qalys"}
        return [(key, words) for key, words in groups.items() if key in there]

    def contrast(
        self, policy: str, other: str, measure: str, by: str, group: str
    ) -> Contrast | None:
        """Return a policy's difference from another, or None if it is not measured there.

        Args:
            policy: Name of the policy.
            other: Name of the policy that it is compared with.
            measure: Name of the measure.
            by: Kind of group.
            group: Name of the group.
        """
        row = self._row.get((measure, by, group))
        if row is None:
            return None
        forward = (policy, other) in self._pairs
        pair = self._pairs[(policy, other) if forward else (other, policy)]
        gap = pair.difference.interval
        mean, low, high = float(gap.mean[row]), float(gap.low[row]), float(gap.high[row])
        if not forward:
            mean, low, high = -mean, -high, -low
        base = self._values.of(other)[row]
        there = base[~np.isnan(base)]
        level = float(there.mean()) if there.size else np.nan
        known = self._measures[measure]
        told = verdict(known.better, mean, bool(pair.claimed[row]), str(gap.too_few[row]))
        parts, sets = self._of_sets(policy, other)
        known_range = str(gap.too_few[row]) == TooFew.NO
        ends = [float(end[row]) if known_range else np.nan for end in sets]
        with np.errstate(invalid="ignore"):
            each = self._values.of(policy)[row] - self._values.of(other)[row]
        against = int((each * mean < 0.0).sum())
        return Contrast(known, group, level, mean, low, high, told, float(parts[row]), against,
                        *ends)  # fmt: skip

    def _of_sets(self, policy: str, other: str) -> tuple[Floats, Range]:
        """Return which part of two policies' differences comes from parameters, and their range."""
        if (policy, other) not in self._sets:
            self._sets[policy, other] = from_sets(self._values, self._repeated, policy, other)
        return self._sets[policy, other]

    def level(self, policy: str, measure: str, by: str, group: str) -> Contrast | None:
        """Return a policy's own value, a mean over runs, or None if it is not measured there.

        Args:
            policy: Name of the policy.
            measure: Name of the measure.
            by: Kind of group.
            group: Name of the group.
        """
        row = self._row.get((measure, by, group))
        if row is None:
            return None
        found = interval(self._values.of(policy)[[row]])
        mean, low, high = (float(of[0]) for of in (found.mean, found.low, found.high))
        return Contrast(self._measures[measure], group, 0.0, mean, low, high, "not clear")

    def of(self, policy: str, names: Iterable[str], by: str, group: str) -> Iterator[Contrast]:
        """Yield a policy's differences from the baseline in those measures that are known."""
        for name in names:
            found = self.contrast(policy, self.baseline, name, by, group)
            if found is not None:
                yield found

    def at(self, policy: str, place: Place, by: str, group: str) -> Iterator[Contrast]:
        """Yield a policy's differences from the baseline in the measures listed at a place."""
        names = (one.name for one in listed(place, self.years))
        return self.of(policy, names, by, group)

    def provinces(self, policy: str, measure: str) -> list[Contrast]:
        """Return the differences from the baseline by province."""
        names = self.groups(measure, "province")
        found = (self.contrast(policy, self.baseline, measure, "province", name) for name in names)
        return [one for one in found if one is not None]

    def best(self, measure: str, by: str, group: str) -> list[str]:
        """Return the policies that no other is clearly better than, in this group.

        A policy that is not clearly better than the baseline is named only with the baseline: that
        a third beats the baseline does not make it one of the best.
        """
        kept = [
            one
            for one in self.policies
            if not any(
                (found := self.contrast(other, one, measure, by, group))
                and found.verdict == "better"
                for other in self.policies
                if other != one
            )
        ]
        if self.baseline in kept:
            return kept
        return [one for one in kept if self._beats_baseline(one, measure, by, group)]

    def _beats_baseline(self, policy: str, measure: str, by: str, group: str) -> bool:
        """Return whether a policy is clearly better than the baseline in a group."""
        found = self.contrast(policy, self.baseline, measure, by, group)
        return found is not None and found.verdict == "better"
