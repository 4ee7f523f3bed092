"""More pairs of runs until the intervals of chosen differences are as narrow as one wants.

Stopping when an interval is narrow favours samples whose spread happens to be small, so the
intervals are slightly too narrow, more so where a few runs differ much: docs/intervals.md says by
how much.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol, TypeVar

from abm.errors import UserError, unknown
from experiments.outcomes import Outcome, read_outcome
from experiments.reporting.contrasts import Contrasts

FIRST = 8
"""Pairs before the first look."""
MOST = 200
"""Pairs at most, unless another number is asked for."""
OPTION = "--until-width"
EXPECTED = "MEASURE=WIDTH, such as time_undiagnosed=0.5 or treated:zone:inside=0.02"


class Compared(Protocol):
    """What a comparison has found, as far as it is looked at here."""

    @property
    def contrasts(self) -> Contrasts:
        """The paired differences between its policies."""


Found = TypeVar("Found", bound=Compared)


class Wanted(NamedTuple):
    """How narrow an interval is to be.

    Attributes:
        outcome: Of the difference in what.
        width: Upper less lower end, in the measure's own unit.
    """

    outcome: Outcome
    width: float


class Widest(NamedTuple):
    """The interval that is farthest from what is wanted.

    Attributes:
        wanted: What is wanted.
        policy: The policy whose difference it is.
        width: How wide it is; NaN if there is none.
        ratio: How many times too wide; infinite if there is none.
    """

    wanted: Wanted
    policy: str
    width: float
    ratio: float


def read_widths(asked: Mapping[str, Any], years: int) -> list[Wanted]:
    """Return how narrow intervals are to be.

    Args:
        asked: Width by measure ("time_undiagnosed") or measure in a group ("treated:zone:inside").
        years: Length of the scenario.

    Raises:
        UserError: For an unknown measure, or a width that is no number above 0.
    """
    found = []
    for name, value in asked.items():
        outcome = read_outcome(name, years, OPTION)
        if outcome.measure.table:
            raise UserError(f"{OPTION} {name}: stands in {outcome.measure.table}.csv, not in "
                            f"summary.csv; {EXPECTED}")  # fmt: skip
        if outcome.less:
            raise UserError(f"{OPTION} {name}: a gap between groups has no width; {EXPECTED}")
        try:
            width = float(value)
        except (TypeError, ValueError):
            width = math.nan
        if not 0.0 < width < math.inf:
            unit = outcome.measure.unit.name
            raise UserError(f"{OPTION} {name}={value}: expected a width above 0, "
                            f"in the unit of the measure ({unit})")  # fmt: skip
        found.append(Wanted(outcome, width))
    if not found:
        raise UserError(f"{OPTION}: nothing asked; expected {EXPECTED}")
    return found


class Stopping(NamedTuple):
    """What ended the runs.

    Attributes:
        widths: The widths that were wanted, by the outcome's name.
        most: Pairs at most.
        told: A line if they were too few, else empty.
    """

    widths: dict[str, float]
    most: int
    told: str


def run_until(
    wanted: list[Wanted], most: int, run: Callable[[int], Found]
) -> tuple[Found, Stopping]:
    """Run pairs until all intervals are narrow enough, or as many as there may be.

    Args:
        wanted: How narrow intervals are to be.
        most: Pairs at most.
        run: Runs so many pairs, all but those that have been run before.

    Raises:
        UserError: If nobody is measured in a group that was named.
    """
    pairs = min(FIRST, most)
    while True:
        found = run(pairs)
        widest = _widest(found.contrasts, wanted)
        if widest.ratio <= 1.0 or pairs >= most:
            break
        pairs = min(most, next_look(pairs, widest.ratio))
    widths = {one.outcome.name: one.width for one in wanted}
    told = "" if widest.ratio <= 1.0 else _told(widest, found.contrasts.baseline, most)
    return found, Stopping(widths, most, told)


def next_look(pairs: int, ratio: float) -> int:
    """Return how many pairs there are to be at the next look.

    A width falls with the root of the pairs; what the first few say of it is not to be trusted far.

    Args:
        pairs: How many there are.
        ratio: How many times too wide an interval is; infinite if there is none.
    """
    needed = math.ceil(pairs * ratio**2) if math.isfinite(ratio) else 2 * pairs
    return min(max(needed, pairs + 2), 2 * pairs)


def _widest(contrasts: Contrasts, wanted: list[Wanted]) -> Widest:
    """Return the interval that is farthest from what is wanted."""
    worst = Widest(wanted[0], contrasts.policies[1], math.nan, -1.0)
    for one in wanted:
        name, by, group = one.outcome.measure.name, one.outcome.by, one.outcome.group
        for policy in contrasts.policies[1:]:
            contrast = contrasts.contrast(policy, contrasts.baseline, name, by, group)
            if contrast is None:
                error = unknown(f"group of {by}", group, contrasts.groups(name, by))
                raise UserError(f"{OPTION} {one.outcome.name}: {error}")
            width = contrast.high - contrast.low
            ratio = math.inf if math.isnan(width) else width / one.width
            if ratio > worst.ratio:
                worst = Widest(one, policy, width, ratio)
    return worst


def _told(widest: Widest, baseline: str, most: int) -> str:
    """Return the line on an interval that the most pairs do not make narrow enough."""
    name, unit = widest.wanted.outcome.name, widest.wanted.outcome.measure.unit.name
    if math.isnan(widest.width):
        now = "no interval at all: the runs are too few or too much alike"
    else:
        now = f"an interval {widest.width:.3g} {unit} wide, not {widest.wanted.width:g}"
    return (
        f"{OPTION}: {most} pairs, the most that --runs allows, give the difference of "
        f"{widest.policy} from {baseline} in {name} {now}"
    )
