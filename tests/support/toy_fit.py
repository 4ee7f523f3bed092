"""A toy in the model's place whose exact posterior is known: figures linear in the scores."""

from dataclasses import dataclass

import numpy as np

from experiments.calibration.figures import Figures
from experiments.calibration.priors import Prior, scores_of
from experiments.calibration.simulating import Runs, Simulator, Store
from tests.support.made_up import Inline

PRIORS = tuple(Prior(name, 0.0, 1.0) for name in ("a", "b", "c", "d", "idle"))
SLOPES = np.array([
    [1.0, 0.5, 0.0, 0.0, 0.0],
    [0.0, 1.0, -1.0, 0.0, 0.0],
    [0.3, 0.0, 0.0, 0.9, 0.0],
])  # fmt: skip
"""By target and parameter; the last parameter moves nothing."""
LUCK, ERROR = 0.1, 0.3
"""Standard deviations of a seed's luck and of the published figures."""
NAMES = ("x", "y", "z")


def toy(point):
    """Return the figures at a point: linear in the scores, and the luck of the seed."""
    scores = np.array([p.scores(np.array([point.values[p.name]]))[0] for p in PRIORS
                       if p.name in point.values])  # fmt: skip
    columns = [n for n, p in enumerate(PRIORS) if p.name in point.values]
    luck = np.random.default_rng(point.seed).normal(0.0, LUCK, len(NAMES))
    return dict(zip(NAMES, SLOPES[:, columns] @ scores + luck, strict=True))


def figures(published=(0.8, -0.5, 0.4)):
    """Return the toy's targets."""
    return Figures(NAMES, np.array(published), np.full(3, ERROR**2), ("identity",) * 3)


def runs(path, work=toy, **others):
    """Return what runs the toy in this process and keeps what it gives in a folder."""
    simulator = Simulator(work, {"toy": 1})
    return Runs(simulator, Store(path / "simulations.jsonl"), executor=Inline(), **others)


@dataclass(frozen=True)
class Exact:
    """The exact posterior of scores: a normal distribution.

    Attributes:
        mean: Its mean.
        covariance: Its covariance.
    """

    mean: np.ndarray
    covariance: np.ndarray


def exact(published, variance):
    """Return the posterior of the scores, figures differing from the published by a variance."""
    precision = np.eye(len(PRIORS)) + SLOPES.T @ SLOPES / variance
    covariance = np.linalg.inv(precision)
    return Exact(covariance @ SLOPES.T @ np.asarray(published) / variance, covariance)


def scores(sets):
    """Return the scores of parameter sets that have all the toy's parameters."""
    return scores_of(PRIORS, sets)
