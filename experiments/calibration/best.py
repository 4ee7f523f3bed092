"""The values of guesses for parameters.csv: one point that agrees with the targets as it stands.

A posterior draw moves every parameter, also those of which no target tells, and a draw's values of
these are no better than the written ones. So what is better known than a guess, and what no target
tells of, keeps its written value; given these, the likeliest values of the others are found on the
emulator, by Gauss-Newton steps (`experiments.calibration.posterior.newton`). The model is then
run there with several seeds, and at the written values with the same: the point that comes nearer
is the best, and the record says how near it comes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from abm.measures.weights import Floats
from experiments.calibration.emulator import Emulator
from experiments.calibration.figures import Figures, outputs_table
from experiments.calibration.plan import REPLICATES
from experiments.calibration.posterior import newton
from experiments.calibration.priors import Prior, values_of
from experiments.calibration.simulating import Runs, seeds_of

TOLD = 0.9
"""Posterior over prior standard deviation, of scores, below which targets tell of a parameter."""
FARTHEST = 2.5
"""Largest score at which the emulator is asked: written values may lie at the ends of a range."""
STEPS = 40
"""Gauss-Newton steps, each half as far as the linear emulator says."""
STAGE = 4
"""Number of the stage, for its seeds."""


@dataclass(frozen=True)
class Best:
    """A point for parameters.csv.

    Attributes:
        values: Values of the guesses that targets tell of; none if the written ones are better.
        figures: Mean figures over seeds there, all else as written, on the targets' scales.
    """

    values: dict[str, float]
    figures: Floats


def best_point(
    priors: Sequence[Prior], figures: Figures, runs: Runs, emulator: Emulator, draws: Floats,
    seed: int,
) -> Best:  # fmt: skip
    """Return the best values of the guesses that targets tell of, with all else as written.

    Args:
        priors: Of the fitted parameters.
        figures: The targets.
        runs: Does the simulations; knows the written values.
        emulator: Of the last wave.
        draws: Posterior scores, shape (chains, steps, parameters).
        seed: Seed of the fit.
    """
    written = {
        prior.name: runs.simulator.written.get(prior.name, float(prior.values(np.zeros(1))[0]))
        for prior in (*priors, *runs.beside)
    }
    at = np.array([prior.scores(np.array([written[prior.name]]))[0] for prior in priors])
    told = draws.reshape(-1, len(priors)).std(axis=0) < TOLD
    free = [n for n, prior in enumerate(priors) if told[n] and prior.mode is None]
    at = likeliest(emulator, figures, np.clip(at, -FARTHEST, FARTHEST), free)
    moved = values_of([priors[n] for n in free], at[None, free]).iloc[0].to_dict()
    both = [written] * REPLICATES + [written | moved] * REPLICATES
    seeds = seeds_of(seed, STAGE, range(REPLICATES))
    outputs = runs.outputs(pd.DataFrame(both), [*seeds, *seeds])
    found = figures.on_scale(outputs_table(figures.names, outputs))
    means = found.reshape(2, REPLICATES, -1).mean(axis=1)
    far: Floats = np.sum((means - figures.published) ** 2 / figures.variance, axis=1)
    if not far[1] < far[0]:
        return Best({}, means[0])
    return Best({str(name): float(value) for name, value in moved.items()}, means[1])


def likeliest(emulator: Emulator, figures: Figures, at: Floats, free: Sequence[int]) -> Floats:
    """Return the likeliest scores if only some may move.

    Args:
        emulator: Stands for the model.
        figures: What was published.
        at: Scores to begin with, shape (parameters,).
        free: Numbers of those that may move.
    """
    at = at.copy()
    for _ in range(STEPS if len(free) else 0):
        wanted, _, _ = newton(emulator, figures, at, free)
        at[free] = np.clip(0.5 * (at[free] + wanted), -FARTHEST, FARTHEST)
    return at
