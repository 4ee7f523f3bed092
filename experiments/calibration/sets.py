"""Sets of a fit: draws of the posterior, moved as little as is needed, that the model confirms.

Draws are simulated, first those that the emulator with its residuals
(`experiments.calibration.residual`) thinks likeliest to be plausible. Each is then moved as little
as brings its figures to where they are (`adjusted`): by what one seed gives, and `MOVES` - 1 times
more by the mean over `CONFIRMED_BY` others, so that it does not follow one seed's luck. Then it is
simulated with as many seeds that no move has seen. In the mean over these it has to be not
implausible: no target above `LARGEST` standard deviations, and only one above `SECOND`; and to meet
every target of which the table says that it must, by more than the standard error that luck leaves
in the mean. Sets that all but repeat another are left out, and what is left is shuffled: the first
few are as good a sample as any. What is implausible is the rule of three sigma (Pukelsheim 1994),
that of both papers on history matching (`experiments.calibration.waves`). So sets lie a little
nearer to the middle of what is plausible than the posterior does.

References:
    Pukelsheim 1994, The American Statistician 48:88-91; Beaumont, Zhang, Balding 2002, Genetics
    162:2025-2035.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from abm.measures.weights import Floats
from experiments.alike import apart
from experiments.calibration.emulator import Emulator
from experiments.calibration.figures import Figures, outputs_table
from experiments.calibration.plan import Plan
from experiments.calibration.priors import Prior, scores_of, values_of
from experiments.calibration.residual import Corrected
from experiments.calibration.simulating import Runs, seeds_of

LARGEST, SECOND = 3.0, 2.5
"""The largest and the second largest implausibility that a point may have."""
CONFIRMED_BY = 3
"""Seeds over whose mean a draw is moved, and as many others over which it is judged."""
MOVES = 3
"""How often a draw is moved, the first time by what one seed gives."""
IMAGINED = 200
"""Runs imagined of each draw, to say how likely it is to be confirmed."""
INSIDE, INNER = 2.0, 0.15
"""Standard deviations within which a draw is moved, and the part of a band at each of its ends out
of which it is moved."""
FARTHEST = 3.5
"""Largest score to which a draw is moved."""
BLOCK = 120
"""Draws that are simulated before it is asked whether there are sets enough."""
DRAWN, MOVED, JUDGED = 2, 40, 100
"""Numbers of the stages, for their seeds; moves and repeats follow the last two."""


def simulated(
    priors: Sequence[Prior], figures: Figures, runs: Runs, scores: Floats, seeds: Sequence[int]
) -> tuple[Floats, Floats]:
    """Run the model at scores; return the scores of the values run, and the figures found.

    Args:
        priors: One per column of the scores.
        figures: The targets.
        runs: Does the simulations.
        scores: Shape (points, parameters).
        seeds: One per point.
    """
    values = values_of(priors, scores)
    return scores_of(priors, values), figures_at(figures, runs, values, seeds)


def plausible(implausible: Floats) -> NDArray[np.bool_]:
    """Return whether points are not implausible, from their implausibility by target.

    Args:
        implausible: Shape (points, targets); NaN, an undefined figure, is implausible.
    """
    ordered = np.sort(np.where(np.isnan(implausible), np.inf, implausible), axis=1)
    second = ordered[:, -2] if ordered.shape[1] > 1 else np.zeros(len(ordered))
    return (ordered[:, -1] <= LARGEST) & (second <= SECOND)


def likely_sets(
    near: Corrected, figures: Figures, plan: Plan, draws: Floats, luck: Floats
) -> Floats:
    """Return the draws that the model is likeliest to confirm, the likeliest first.

    That is told by the emulator and its residuals near the draw. None all but repeats another
    (`experiments.alike`). Shape (draws, parameters).

    Args:
        near: The emulator with its residuals.
        figures: The targets.
        plan: How many sets are wanted.
        draws: Posterior scores, shape (chains, steps, parameters).
        luck: Variance between seeds by target.
    """
    flat = draws.reshape(-1, draws.shape[-1])
    mean, chance = near.predict(flat), np.random.default_rng(plan.seed)
    held = np.zeros(len(flat))
    for _ in range(IMAGINED):
        found = mean + near.spread * chance.standard_normal(mean.shape)
        held += plausible(distance(figures, luck, found)) & figures.meets(found)
    likeliest = np.argsort(-(held + chance.random(len(held))))
    chosen = flat[likeliest[: plan.sets * plan.tries]]
    return chosen[apart(chosen)]


class Confirmed(NamedTuple):
    """Points that the model confirms, fields as those of a `Fit`."""

    sets: pd.DataFrame
    found: Floats
    seeds: tuple[int, ...]
    once: Floats


def confirmed(
    priors: Sequence[Prior],
    figures: Figures,
    runs: Runs,
    plan: Plan,
    emulator: Emulator,
    scores: Floats,
    luck: Floats,
) -> tuple[Confirmed, int]:
    """Simulate draws until enough are confirmed; return the sets, and how many were tried.

    Args:
        priors: Of the fitted parameters.
        figures: The targets.
        runs: Does the simulations.
        plan: How many sets are wanted.
        emulator: Of the last wave, for its slopes.
        scores: Of the draws, shape (draws, parameters).
        luck: Variance between seeds by target.
    """
    blocks: list[Confirmed] = []
    tried, distinct = 0, np.arange(0)
    while tried < len(scores) and len(distinct) < plan.sets:
        numbers = range(tried, min(tried + BLOCK, len(scores)))
        moved = _moved(priors, figures, runs, plan, emulator, scores[numbers], luck, numbers)
        blocks.append(_judged(figures, runs, plan, moved, luck, numbers))
        tried = numbers.stop
        sets = pd.concat([block.sets for block in blocks], ignore_index=True)
        distinct = apart(scores_of(priors, sets))  # moves may bring two together
    # whoever takes the first few takes no likelier ones than whoever takes others
    order = np.random.default_rng(plan.seed).permutation(distinct)
    seeds, found, once = (np.concatenate([getattr(block, name) for block in blocks])[order]
                          for name in ("seeds", "found", "once"))  # fmt: skip
    sets = sets.iloc[order].reset_index(drop=True)
    sets.index = pd.RangeIndex(1, len(sets) + 1, name="set")
    return Confirmed(sets, found, tuple(int(seed) for seed in seeds), once), tried


def _moved(
    priors: Sequence[Prior], figures: Figures, runs: Runs, plan: Plan, emulator: Emulator,
    scores: Floats, luck: Floats, numbers: range,
) -> pd.DataFrame:  # fmt: skip
    """Return the values of draws, moved by what one seed gives, then by means over others."""
    seeds = seeds_of(plan.seed, DRAWN, numbers)
    drawn, found = simulated(priors, figures, runs, scores, seeds)
    moved = values_of(priors, adjusted(emulator, figures, luck, drawn, found))
    for stage in range(MOVED, MOVED + 10 * (MOVES - 1), 10):
        again = _over_seeds(figures, runs, plan, runs.completed(moved, seeds), stage, numbers)
        at, mean = scores_of(priors, moved), again.mean(axis=0)
        moved = values_of(priors, adjusted(emulator, figures, luck / CONFIRMED_BY, at, mean))
    return runs.completed(moved, seeds)


def _judged(
    figures: Figures, runs: Runs, plan: Plan, points: pd.DataFrame, luck: Floats, numbers: range
) -> Confirmed:
    """Return the points that the model confirms in the mean over seeds of their own."""
    found = _over_seeds(figures, runs, plan, points, JUDGED, numbers)
    mean, rest = found.mean(axis=0), luck / CONFIRMED_BY
    good = plausible(distance(figures, rest, mean)) & figures.meets(mean, np.sqrt(rest))
    seeds = np.array(seeds_of(plan.seed, JUDGED, numbers), dtype=np.int64)
    return Confirmed(points[good], mean[good], tuple(seeds[good]), found[0][good])


def _over_seeds(
    figures: Figures, runs: Runs, plan: Plan, points: pd.DataFrame, stage: int, numbers: range
) -> Floats:
    """Return the figures at points with several seeds, shape (seeds, points, targets)."""
    return np.array([figures_at(figures, runs, points, seeds_of(plan.seed, stage + n, numbers))
                     for n in range(CONFIRMED_BY)])  # fmt: skip


def adjusted(
    emulator: Emulator, figures: Figures, luck: Floats, scores: Floats, found: Floats
) -> Floats:
    """Return draws moved by as little as brings their figures to where they are plausible.

    The emulator's slopes at the draw say how: a regression adjustment (Beaumont, Zhang, Balding
    2002). Each figure is to come `INSIDE` standard deviations near to what was published, and into
    the inner part of the band that it must meet; where it is already, it is to stay.

    Args:
        emulator: Gives the slopes.
        figures: The targets.
        luck: Variance between seeds by target: so much of a figure is not the draw's own.
        scores: The draws, shape (draws, parameters).
        found: What the model has given there, shape (draws, targets); where a figure is undefined
            nothing is asked of it.
    """
    reach = INSIDE * np.sqrt(figures.variance)
    low, high = figures.published - reach, figures.published + reach
    for n, (begin, end) in figures.bands.items():
        low[n], high[n] = begin + INNER * (end - begin), end - INNER * (end - begin)
    wanted = np.nan_to_num(np.clip(found, low, high) - found)
    moved = scores.copy()
    for point, change in zip(moved, wanted, strict=True):
        slopes = emulator.slopes(point)
        point += slopes @ np.linalg.solve(slopes.T @ slopes + np.diag(luck), change)
    return np.clip(moved, -FARTHEST, FARTHEST)


def distance(figures: Figures, luck: Floats, found: Floats) -> Floats:
    """Return the implausibility of simulated figures by target, shape (points, targets)."""
    return np.abs(found - figures.published) / np.sqrt(figures.variance + luck)


def figures_at(figures: Figures, runs: Runs, points: pd.DataFrame, seeds: Sequence[int]) -> Floats:
    """Return the figures at points, on the targets' scales, shape (points, targets)."""
    return figures.on_scale(outputs_table(figures.names, runs.outputs(points, seeds)))
