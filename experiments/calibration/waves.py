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
4. *Sets* that the model itself confirms: `experiments.calibration.sets`.

If some parameters only are to be fitted, every run draws the others from their priors, by its seed:
what they do counts as luck, and what was drawn for a set is part of it.

References:
    Vernon, Goldstein, Bower 2010, Bayesian Analysis 5:619-669; Andrianakis et al. 2015, PLOS
    Computational Biology 11(1):e1003968.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri
from scipy.stats import qmc

from abm.measures.weights import Floats
from experiments.calibration import emulator as emulation
from experiments.calibration.best import Best, best_point
from experiments.calibration.emulator import Emulator
from experiments.calibration.figures import Figures
from experiments.calibration.plan import REPLICATES, Plan
from experiments.calibration.posterior import (
    draw,
    implausibility,
    log_likelihood,
    nearby,
    thinned,
    worth,
)
from experiments.calibration.priors import Prior
from experiments.calibration.residual import Corrected
from experiments.calibration.sets import (
    CONFIRMED_BY,
    confirmed,
    distance,
    likely_sets,
    plausible,
    simulated,
)
from experiments.calibration.simulating import Runs, seeds_of

WIDER = (2.0, 2.0)
"""Factors on the standard deviations of the posteriors from which the second wave and the third are
drawn; later ones are drawn from the posterior as it is."""
NEAR = 5.0
"""Implausibility up to which points of earlier waves teach the next emulator."""
EVERY = 10
"""Of so many steps of the last chains one is kept, so that most draws are worth an independent one:
sets are chosen from them."""
LUCK, WAVE = 1, 10
"""Numbers of the stages, for their seeds; waves follow `WAVE`."""


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
        return distance(self.figures, self.luck / CONFIRMED_BY, self.found)


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
    middle = posterior(last, figures, len(fitted), plan.seed).mean(axis=(0, 1))
    luck = between_seeds(fitted, figures, runs, plan, middle)
    draws = posterior(last, figures, len(fitted), plan.seed, luck=luck, every=EVERY)
    best = best_point(fitted, figures, runs, last, draws, plan.seed)
    taught = [np.concatenate([getattr(wave, name) for wave in waves])
              for name in ("scores", "figures")]  # fmt: skip
    likely = likely_sets(Corrected(last, *taught), figures, plan, draws, luck)
    kept, tried = confirmed(fitted, figures, runs, plan, last, likely, luck)
    names = tuple(prior.name for prior in runs.beside)
    return Fit(fitted, names, figures, luck, tuple(waves), draws, worth(draws), *kept, tried,
               best)  # fmt: skip


def spread(count: int, parameters: int, seed: int) -> Floats:
    """Return scores spread evenly over the prior: scrambled Sobol numbers."""
    with warnings.catch_warnings():  # any number of points will do
        warnings.simplefilter("ignore", UserWarning)
        even = qmc.Sobol(parameters, scramble=True, rng=np.random.default_rng(seed)).random(count)
    return ndtri(np.clip(even, 1e-12, 1.0 - 1e-12))


def posterior(
    emulator: Emulator, figures: Figures, parameters: int, seed: int, wider: float = 1.0,
    luck: Floats | None = None, every: int = 1,
) -> Floats:  # fmt: skip
    """Return draws of scores, shape (chains, steps, parameters).

    Options are those of `log_likelihood` and of `experiments.calibration.posterior.draw`.
    """
    near = nearby(emulator, figures, parameters, wider)
    return draw(log_likelihood(emulator, figures, wider, luck), near, seed, every=every)


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
