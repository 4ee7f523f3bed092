"""The tables of a search: every candidate, and the front as two sets of runs see it."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from experiments.reporting.statistics import Interval, difference, interval
from experiments.searching.aims import Aims, Floats
from experiments.searching.exploring import Tried
from experiments.searching.front import Judged, judged
from experiments.searching.space import Space, Values
from experiments.sweeping.factors import text_of

POINT, GENERATION, POLICY = "point", "generation", "policy"
AGAIN, LOW, HIGH = "_again", "_low", "_high"
MEETS, ON_FRONT, OFTEN, RUNS = "meets_constraints", "on_front", "on_front_in", "runs"


class Twice(NamedTuple):
    """Candidates as the runs see them that chose them, and as new ones do.

    Attributes:
        tried: All candidates, in the runs that chose.
        judged: What those runs say of them.
        front: Which of them are on the front, the best in the first objective first.
        again: Of these, values in the new runs.
        judged_again: What the new runs say of them.
        written: Of the policy as it is written, values in the runs that chose.
        written_again: The same in the new runs.
    """

    tried: Tried
    judged: Judged
    front: list[int]
    again: Floats
    judged_again: Judged
    written: Floats
    written_again: Floats


def candidates_table(space: Space, aims: Aims, twice: Twice) -> pd.DataFrame:
    """Return a row per candidate; the policy as it is written is point 0.

    Args:
        space: The levers that are chosen.
        aims: What is wanted.
        twice: What was found.
    """
    tried, found = twice.tried, twice.judged
    all_values = np.concatenate([twice.written, tried.values])
    columns: dict[str, Any] = {
        POINT: range(len(tried.candidates) + 1), GENERATION: [0, *tried.generations],
        **_levers(space, [{}, *tried.candidates]),
        **_means(aims, all_values, "", intervals=False),
        MEETS: [judged(aims, twice.written).admissible[0], *found.admissible],
        ON_FRONT: [False, *found.on_front],
        OFTEN: pd.array([None, *found.often.tolist()], dtype="Int64"),
        RUNS: found.runs,
    }  # fmt: skip
    return pd.DataFrame(columns)


def front_table(space: Space, aims: Aims, twice: Twice, names: Sequence[str]) -> pd.DataFrame:
    """Return a row per point of the front, with all it came to in both sets of runs.

    Args:
        space: The levers that are chosen.
        aims: What is wanted.
        twice: What was found.
        names: Names of the points' policies.
    """
    rows, found, again = twice.front, twice.judged, twice.judged_again
    return pd.DataFrame({
        POINT: [row + 1 for row in rows], POLICY: list(names),
        **_levers(space, [twice.tried.candidates[row] for row in rows]),
        **_means(aims, twice.tried.values[rows], ""), **_means(aims, twice.again, AGAIN),
        OFTEN: found.often[rows], RUNS: found.runs,
        MEETS + AGAIN: again.admissible, ON_FRONT + AGAIN: again.on_front,
        OFTEN + AGAIN: again.often, RUNS + AGAIN: again.runs,
    })  # fmt: skip


def interval_of(aims: Aims, number: int, values: Floats) -> Interval:
    """Return means of a quantity over the runs, with intervals, one per candidate.

    Args:
        aims: Where the quantities are.
        number: Which of them.
        values: By candidate, run, quantity, and under candidate and baseline.
    """
    one, base = (values[:, :, number, side] for side in (0, 1))
    if aims.quantities[number].paired:
        return difference(one, base).interval
    return interval(np.where(np.isfinite(one), one, np.nan))


def _levers(space: Space, candidates: Sequence[Values]) -> Mapping[str, list[Any]]:
    """Return the levers' values as columns: numbers, or texts."""
    return {
        one.path: [
            None if one.path not in values
            else values[one.path] if one.spread.numeric else text_of(values[one.path])
            for values in candidates
        ]
        for one in space.dimensions
    }  # fmt: skip


def _means(aims: Aims, values: Floats, suffix: str, intervals: bool = True) -> dict[str, Any]:
    """Return the quantities' means as columns, with their intervals if they are wanted."""
    columns: dict[str, Any] = {}
    for number, one in enumerate(aims.quantities):
        means = one.of(values[:, :, number]).mean(axis=1)
        columns[one.column + suffix] = means
        if intervals:
            found = interval_of(aims, number, values)
            columns[one.column + suffix + LOW] = found.low
            columns[one.column + suffix + HIGH] = found.high
    return columns
