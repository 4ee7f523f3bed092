"""Which differences of a comparison are claimed, as there are many of them.

Of differences that are 0, one in twenty has a 95 % interval that leaves out zero. So what a
report tells, in sentences and colours and in words beside a number, is one family: its p-values
are adjusted by Holm (`experiments.reporting.statistics.adjusted`), and the chance that a report
holds any false claim at all is at most 5 %. Holm and not Benjamini-Hochberg, which keeps to that
chance only where nothing differs at all, and where much does lets one claim in twenty be false:
but whoever quotes a report quotes single sentences. The differences that no report tells are a
second family, and those by disease from the baseline, of which there are many, a third.
"""

from collections.abc import Iterable
from itertools import combinations
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from abm.measures.weights import Floats
from experiments.measures import Better, Place, listed
from experiments.measures.declaration import ALL, DISEASE, MONEY
from experiments.reporting.statistics import LEVEL, PairedDifference, TooFew, adjusted
from experiments.reporting.values import Values

Verdict = Literal["better", "worse", "different", "not clear", "too few"]

FALSE = 1.0 - LEVEL
"""Chance that a report holds any false claim."""
TOLD_BY: dict[Place, tuple[str, ...]] = {
    Place.OVERVIEW: ALL,
    Place.FOR_WHOM: MONEY,
    Place.JUDGED_BY: ("all", "zone", "income_quintile"),
    Place.OTHERS_JUDGED_BY: ALL,
    Place.BY_PROVINCE: ("province",),
    Place.INEQUALITY: ALL,
    Place.PATIENTS: ALL,
    Place.SOCIETY: ALL,
    Place.REPORT_GROUPS: ("zone", "income_quintile"),
    Place.REPORT_MAPS: ("province",),
    Place.REPORT_PROVINCES: ("province",),
}
"""By place of a report, the kinds of group by which measures are told there."""
BEST = (Place.JUDGED_BY, Place.OTHERS_JUDGED_BY)
"""Where every policy is compared with every other, not with the baseline alone."""
BESIDES = ("paid", "payer")
"""The measure and kind of group of a chart that is no place: who pays."""


class Pair(NamedTuple):
    """The differences between two policies, one per measured group.

    Attributes:
        difference: The differences.
        p_adjusted: Their p-values, adjusted for how many are told; NaN where there is none.
        told: Whether each is one that a report tells.
    """

    difference: PairedDifference
    p_adjusted: Floats
    told: NDArray[np.bool_]

    @property
    def claimed(self) -> NDArray[np.bool_]:
        """Whether each is claimed to be other than zero."""
        return self.p_adjusted <= FALSE


def paired(values: Values) -> dict[tuple[str, str], Pair]:
    """Return the differences between any two policies, a later one less an earlier one.

    Args:
        values: The runs' measures, the baseline's first.
    """
    pairs = [(later, earlier) for earlier, later in combinations(values.policies, 2)]
    if not pairs:
        return {}
    found = {pair: values.difference(*pair) for pair in pairs}
    of_baseline, of_others = _told(values, TOLD_BY, {BESIDES}), _told(values, BEST)
    told = np.array([of_baseline if earlier == values.policies[0] else of_others
                     for _, earlier in pairs])  # fmt: skip
    p_values = np.array([found[pair].interval.p_value for pair in pairs])
    p_adjusted = np.full(p_values.shape, np.nan)
    diseases = np.tile(values.keys["by"].to_numpy() == DISEASE, (len(pairs), 1)) & ~told
    baseline = np.array([[earlier == values.policies[0]] for _, earlier in pairs])
    for family in (told, ~told & ~diseases, diseases & baseline, diseases & ~baseline):
        p_adjusted[family] = adjusted(p_values[family])
    return {
        pair: Pair(found[pair], adjusted_here, told_here)
        for pair, adjusted_here, told_here in zip(pairs, p_adjusted, told, strict=True)
    }


def verdict(better: Better, mean: float, claimed: bool, too_few: str) -> Verdict:
    """Return what is claimed of a difference.

    Args:
        better: Which direction is better.
        mean: The difference.
        claimed: Whether it is claimed to be other than zero.
        too_few: Why it has no interval, of `TooFew`.
    """
    if claimed:
        if better == "neither":
            return "different"
        return "better" if (mean > 0.0) == (better == "higher") else "worse"
    return "not clear" if too_few == TooFew.NO or mean == 0.0 else "too few"


def verdicts(pair: Pair, better: NDArray[np.object_]) -> list[Verdict]:
    """Return what is claimed of each difference of a pair."""
    gap = pair.difference.interval
    return list(map(verdict, better, gap.mean, pair.claimed, gap.too_few))


def _told(
    values: Values, places: Iterable[Place], besides: Iterable[tuple[str, str]] = ()
) -> NDArray[np.bool_]:
    """Return which of the measured groups some places of a report tell."""
    told = {(one.name, by) for place in places for one in listed(place) for by in TOLD_BY[place]}
    told.update(besides)
    keys = values.keys[["measure", "by"]].itertuples(index=False, name=None)
    return np.array([key in told for key in keys], bool)
