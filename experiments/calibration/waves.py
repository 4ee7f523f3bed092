"""A fit: waves of simulations and emulators, and sets that the model itself confirms.

1. *Waves* (history matching: Vernon, Goldstein, Bower 2010; Andrianakis et al. 2015) vary all
   parameters that have a range at once: what no target tells of keeps its prior, and what many do
   together, each too little to be seen alone, is learned as far as it can be. The first wave is
   spread over the prior (scrambled Sobol numbers), each later one over the posterior of the one
   before, at first with all standard deviations `WIDER` times as large, so that it cannot close on
   a mistake of the first emulators. An emulator learns from its wave and from what lies near of
   those before.
   Conventions (`priors.CONVENTIONS`) keep their values.
2. *Luck*: the model is run with several seeds at the posterior's middle, for the variance between
   seeds.
3. *The best point* for parameters.csv: `experiments.calibration.best`.
4. *Sets*: draws from the last posterior are simulated, first those that the emulator with its
   residuals (`experiments.calibration.residual`) thinks likeliest to be plausible. Each is then
   moved as little as brings its figures to where they are (`adjusted`): by what one seed gives,
   and `MOVES` - 1 times more by the mean over `CONFIRMED_BY` others, so that it does not follow
   one seed's luck. Then it is simulated with as many seeds that no move has seen. In the mean over
   these it has to be not implausible: no target above `LARGEST` standard deviations, and only one
   above `SECOND`; and to meet every target of which the table says that it must, by more than the
   standard error that luck leaves in the mean. The first is the rule of three sigma
   (Pukelsheim 1994), that of both papers. So sets lie a little nearer to the middle of what is
   plausible than the posterior does.

If some parameters only are to be fitted, every run draws the others from their priors, by its seed:
what they do counts as luck, and what was drawn for a set is part of it.

References:
    Vernon, Goldstein, Bower 2010, Bayesian Analysis 5:619-669; Andrianakis et al. 2015, PLOS
    Computational Biology 11(1):e1003968; Pukelsheim 1994, The American Statistician 48:88-91;
    Beaumont, Zhang, Balding 2002, Genetics 162:2025-2035.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import qmc

from abm.measures.weights import Floats
from experiments.calibration import emulator as emulation
from experiments.calibration.best import Best, best_point
from experiments.calibration.emulator import Emulator
from experiments.calibration.figures import Figures, outputs_table
from experiments.calibration.plan import REPLICATES, Plan
from experiments.calibration.posterior import (
    draw,
    implausibility,
    log_likelihood,
    nearby,
    thinned,
    worth,
)
from experiments.calibration.priors import Prior, scores_of, values_of
from experiments.calibration.residual import Corrected
from experiments.calibration.simulating import Runs, seeds_of

WIDER = (2.0, 2.0)
"""Factors on the standard deviations of the posteriors from which the second wave and the third are
drawn; later ones are drawn from the posterior as it is."""
NEAR = 5.0
"""Implausibility up to which points of earlier waves teach the next emulator."""
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
LUCK, SETS, WAVE, MOVED, JUDGED = 1, 2, 10, 40, 100
"""Numbers of the stages, for their seeds; waves follow `WAVE`, moves and repeats the last two."""


@dataclass(frozen=True)
class Wave:
    """A wave of simulations, and what was learned up to it.

    Attributes:
        scores: Where it was simulated, shape (points, parameters).
        figures: What came out, on the targets' scales, shape (points, targets).
        taught: Points from which its emulator has learned, earlier ones with them.
        emulator: The emulator.
        left: Share of the prior that is not implausible.
    """

    scores: Floats
    figures: Floats
    taught: int
    emulator: Emulator
    left: float


@dataclass(frozen=True)
class Fit:
    """What a fit has found.

    Attributes:
        priors: Of the fitted parameters.
        others: Parameters with a range that were not to be fitted.
        figures: The targets.
        luck: Variance between seeds by target, on its scale.
        waves: The waves.
        draws: Posterior scores, shape (chains, steps, parameters).
        sizes: Effective number of draws by parameter.
        sets: Parameter values that the model itself confirms, one row each.
        found: Their figures in the mean over `CONFIRMED_BY` seeds, on the targets' scales, shape
            (sets, targets).
        seeds: Of the first of these runs of each.
        once: The figures of these first runs.
        tried: Draws simulated for them.
        best: The point for parameters.csv.
    """

    priors: tuple[Prior, ...]
    others: tuple[str, ...]
    figures: Figures
    luck: Floats
    waves: tuple[Wave, ...]
    draws: Floats
    sizes: Floats
    sets: pd.DataFrame
    found: Floats
    seeds: tuple[int, ...]
    once: Floats
    tried: int
    best: Best

    @property
    def implausible(self) -> Floats:
        """Implausibility of the sets by target, from the model's own runs."""
        return _distance(self.figures, self.luck / CONFIRMED_BY, self.found)


def fit(priors: Sequence[Prior], figures: Figures, runs: Runs, plan: Plan,
        only: Sequence[str] = ()) -> Fit:  # fmt: skip
    """Fit parameters to figures.

    Args:
        priors: Of all parameters that have a range.
        figures: The targets.
        runs: Does the simulations.
        plan: How many.
        only: The parameters to be fitted; by default all.

    Raises:
        UserError: If simulations are too few.
        StoppedError: If time is over or runs fail.
    """
    runs.expected = max(runs.expected, plan.runs)
    fitted = tuple(prior for prior in priors if not only or prior.name in only)
    runs.beside = tuple(prior for prior in priors if prior not in fitted)
    waves: list[Wave] = []
    for _ in range(plan.waves):
        waves.append(next_wave(fitted, figures, runs, plan, waves))
    last = waves[-1].emulator
    draws = posterior(last, figures, len(fitted), plan.seed)
    luck = between_seeds(fitted, figures, runs, plan, draws.mean(axis=(0, 1)))
    if figures.bands:
        draws = posterior(last, figures, len(fitted), plan.seed, luck=luck)
    best = best_point(fitted, figures, runs, last, draws, plan.seed)
    likely = likely_sets(waves, figures, plan, draws, luck)
    kept, tried = confirmed(fitted, figures, runs, plan, last, likely, luck)
    names = tuple(prior.name for prior in runs.beside)
    return Fit(fitted, names, figures, luck, tuple(waves), draws, worth(draws), *kept, tried,
               best)  # fmt: skip


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
    return scores_of(priors, values), _figures(figures, runs, values, seeds)


def spread(count: int, parameters: int, seed: int) -> Floats:
    """Return scores spread evenly over the prior: scrambled Sobol numbers."""
    with warnings.catch_warnings():  # any number of points will do
        warnings.simplefilter("ignore", UserWarning)
        even = qmc.Sobol(parameters, scramble=True, rng=np.random.default_rng(seed)).random(count)
    return ndtri(np.clip(even, 1e-12, 1.0 - 1e-12))


def posterior(
    emulator: Emulator, figures: Figures, parameters: int, seed: int, wider: float = 1.0,
    luck: Floats | None = None,
) -> Floats:  # fmt: skip
    """Return draws of scores, shape (chains, steps, parameters); options as `log_likelihood`."""
    near = nearby(emulator, figures, parameters, wider)
    return draw(log_likelihood(emulator, figures, wider, luck), near, seed)


def between_seeds(
    priors: Sequence[Prior], figures: Figures, runs: Runs, plan: Plan, at: Floats
) -> Floats:
    """Return the variance between seeds by target, at some scores."""
    scores = np.tile(at, (REPLICATES, 1))
    seeds = seeds_of(plan.seed, LUCK, range(REPLICATES))
    _, found = simulated(priors, figures, runs, scores, seeds)
    with warnings.catch_warnings():  # a target that is nowhere defined
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.nan_to_num(np.nanvar(found, axis=0, ddof=1))


def next_wave(
    priors: Sequence[Prior], figures: Figures, runs: Runs, plan: Plan, before: Sequence[Wave]
) -> Wave:
    """Return the wave after some others."""
    number, count = len(before), len(priors)
    if before:
        wider = WIDER[number - 1] if number <= len(WIDER) else 1.0
        around = posterior(before[-1].emulator, figures, count, plan.seed + number, wider)
        scores = thinned(around, plan.points, plan.seed)
    else:
        scores = spread(plan.points, count, plan.seed + 1)
    seeds = seeds_of(plan.seed, WAVE + number, range(plan.points))
    scores, found = simulated(priors, figures, runs, scores, seeds)
    inputs, outputs = [scores], [found]
    for wave in before:
        near = implausibility(before[-1].emulator, figures, wave.scores).max(axis=1) <= NEAR
        inputs.append(wave.scores[near])
        outputs.append(wave.figures[near])
    taught = np.concatenate(inputs)
    emulator = emulation.fit(taught, np.concatenate(outputs))
    anywhere = np.random.default_rng(plan.seed).standard_normal((4000, count))
    left = float(np.mean(plausible(implausibility(emulator, figures, anywhere))))
    return Wave(scores, found, len(taught), emulator, left)


def plausible(implausible: Floats) -> NDArray[np.bool_]:
    """Return whether points are not implausible, from their implausibility by target.

    Args:
        implausible: Shape (points, targets); NaN, an undefined figure, is implausible.
    """
    ordered = np.sort(np.where(np.isnan(implausible), np.inf, implausible), axis=1)
    second = ordered[:, -2] if ordered.shape[1] > 1 else np.zeros(len(ordered))
    return (ordered[:, -1] <= LARGEST) & (second <= SECOND)


def likely_sets(
    waves: Sequence[Wave], figures: Figures, plan: Plan, draws: Floats, luck: Floats
) -> Floats:
    """Return the draws that the model is likeliest to confirm, the likeliest first.

    That is told by the emulator and its residuals near the draw; shape (draws, parameters).

    Args:
        waves: All waves.
        figures: The targets.
        plan: How many sets are wanted.
        draws: Posterior scores, shape (chains, steps, parameters).
        luck: Variance between seeds by target.
    """
    taught = [np.concatenate([getattr(wave, name) for wave in waves])
              for name in ("scores", "figures")]  # fmt: skip
    near = Corrected(waves[-1].emulator, *taught)
    flat = draws.reshape(-1, draws.shape[-1])
    mean, chance = near.predict(flat), np.random.default_rng(plan.seed)
    held = np.zeros(len(flat))
    for _ in range(IMAGINED):
        found = mean + near.spread * chance.standard_normal(mean.shape)
        held += plausible(_distance(figures, luck, found)) & figures.meets(found)
    likeliest = np.argsort(-(held + chance.random(len(held))))
    return flat[likeliest[: plan.sets * plan.tries]]


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
    tried = 0
    while tried < len(scores) and sum(len(block.sets) for block in blocks) < plan.sets:
        numbers = range(tried, min(tried + BLOCK, len(scores)))
        moved = _moved(priors, figures, runs, plan, emulator, scores[numbers], luck, numbers)
        blocks.append(_judged(figures, runs, plan, moved, luck, numbers))
        tried = numbers.stop
    sets = pd.concat([block.sets for block in blocks], ignore_index=True)
    first = ~sets.duplicated().to_numpy()  # whole numbers may have been drawn twice
    seeds = np.concatenate([block.seeds for block in blocks])[first]
    found, once = (np.concatenate([getattr(block, name) for block in blocks])[first]
                   for name in ("found", "once"))  # fmt: skip
    sets = sets[first].reset_index(drop=True)
    sets.index = pd.RangeIndex(1, len(sets) + 1, name="set")
    return Confirmed(sets, found, tuple(int(seed) for seed in seeds), once), tried


def _moved(
    priors: Sequence[Prior], figures: Figures, runs: Runs, plan: Plan, emulator: Emulator,
    scores: Floats, luck: Floats, numbers: range,
) -> pd.DataFrame:  # fmt: skip
    """Return the values of draws, moved by what one seed gives, then by means over others."""
    seeds = seeds_of(plan.seed, SETS, numbers)
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
    good = plausible(_distance(figures, rest, mean)) & figures.meets(mean, np.sqrt(rest))
    seeds = np.array(seeds_of(plan.seed, JUDGED, numbers), dtype=np.int64)
    return Confirmed(points[good], mean[good], tuple(seeds[good]), found[0][good])


def _over_seeds(
    figures: Figures, runs: Runs, plan: Plan, points: pd.DataFrame, stage: int, numbers: range
) -> Floats:
    """Return the figures at points with several seeds, shape (seeds, points, targets)."""
    return np.array([_figures(figures, runs, points, seeds_of(plan.seed, stage + n, numbers))
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


def _distance(figures: Figures, luck: Floats, found: Floats) -> Floats:
    """Return the implausibility of simulated figures by target, shape (points, targets)."""
    return np.abs(found - figures.published) / np.sqrt(figures.variance + luck)


def _figures(figures: Figures, runs: Runs, points: pd.DataFrame, seeds: Sequence[int]) -> Floats:
    """Return the figures at points, on the targets' scales, shape (points, targets)."""
    return figures.on_scale(outputs_table(figures.names, runs.outputs(points, seeds)))
