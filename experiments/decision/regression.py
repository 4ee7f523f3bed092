"""Regression of net benefit on parameters: a straight line, and a smooth curve as far as it helps.

A Gaussian process with a linear mean, as Strong, Oakley and Brennan (2014, Medical Decision Making
34:311-326) use it: y = b0 + b x + f(x) + luck, where f is smooth (Matern's kernel of order 5/2 on
parameters of mean 0 and standard deviation 1). How much of the rest is f and how much luck is found
by restricted maximum likelihood (Patterson and Thompson 1971, Biometrika 58:545-554): where nothing
is gained by bending the line it stays straight. More parameters than runs can tell apart
(`MOST_STRAIGHT`, or a tenth of the runs) have slopes that are drawn towards 0 as f is.

One decomposition serves many outcomes: the fit is linear in y, so that shuffled runs cost little.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.linalg import eigh
from scipy.spatial.distance import pdist, squareform

from abm.measures.weights import Floats

FEWEST_RUNS = 8
"""Runs below which nothing is fitted."""
MOST_STRAIGHT = 4
"""Parameters at most whose slopes are free, as many as an additive model takes in Strong et al."""
RUNS_PER_SLOPE = 10
RATIOS = np.concatenate([[0.0], np.logspace(-3.0, 12.0, 76)])
"""Variance of the smooth part over that of luck, of a direction of average size, that are tried."""
NOTHING = 1e-10
"""Part of the largest direction below which one counts as none."""


@dataclass(frozen=True)
class Fit:
    """What is expected of some outcomes, given the parameters.

    Attributes:
        mean: Expected outcome of each run, of shape (runs, outcomes).
        luck: Standard deviation of luck, of shape (outcomes,).
        straight: Orthonormal directions of the straight part, of shape (runs, slopes + 1).
        smooth: Those of the smooth part, of shape (runs, directions).
        kept: Which part of each smooth direction is kept, of shape (directions, outcomes).
        left: Residuals, of shape (runs, outcomes).
    """

    mean: Floats
    luck: Floats
    straight: Floats
    smooth: Floats
    kept: Floats
    left: Floats

    def draws(self, rng: np.random.Generator, count: int) -> Floats:
        """Return draws of the expected outcomes, as far as the runs leave them open.

        Luck strikes the outcomes of one run together, as their residuals do.

        Args:
            rng: Random numbers.
            count: How many draws.

        Returns:
            Of shape (count, runs, outcomes).
        """
        outcomes = self.mean.shape[1]
        together = np.linalg.cholesky(self._correlation + 1e-9 * np.eye(outcomes)).T
        line = rng.normal(size=(self.straight.shape[1], count, outcomes)) @ together
        bend = rng.normal(size=(self.smooth.shape[1], count, outcomes)) @ together
        bend *= np.sqrt(self.kept)[:, None]
        off = np.tensordot(self.straight, line, axes=1) + np.tensordot(self.smooth, bend, axes=1)
        off = off.transpose(1, 0, 2)
        freedom = len(self.mean) - self.straight.shape[1]
        wider = np.sqrt(freedom / rng.chisquare(freedom, (count, 1, 1)))
        return self.mean + wider * self.luck * off

    def foretold(self, outcomes: int = 1) -> Floats:
        """Return which part of their spread is foretold of runs that are left out, one by one.

        A curve that goes through whatever it is given has left hardly anything of the runs that it
        was fitted to, but foretells no other. That of a run is from the fit without it, by what it
        weighs in its own expectation (Allen 1974, Technometrics 16:125-127); at most 1, and below 0
        where the mean of the others foretells it better.

        Args:
            outcomes: How many columns beside each other belong together.

        Returns:
            Of shape (columns / outcomes,).
        """
        own = (self.straight**2).sum(axis=1)[:, None] + self.smooth**2 @ self.kept
        missed = self.left / np.maximum(1.0 - own, NOTHING)
        runs, given = len(self.mean), self.mean + self.left
        off = (given - given.mean(axis=0)) * runs / (runs - 1)
        miss, all_ = ((one**2).sum(axis=0).reshape(-1, outcomes).sum(axis=1)
                      for one in (missed, off))  # fmt: skip
        return np.where(all_ > 0.0, 1.0 - miss / np.where(all_ > 0.0, all_, 1.0), 0.0)

    @cached_property
    def _correlation(self) -> Floats:
        """Correlation of the residuals between outcomes."""
        size = np.sqrt((self.left**2).sum(axis=0))
        scaled = self.left / np.where(size > 0.0, size, 1.0)
        found = scaled.T @ scaled
        np.fill_diagonal(found, 1.0)
        return found


class Smoother:
    """Fits outcomes to the same parameters, one set of values per run.

    Args:
        values: The parameters, of shape (runs, parameters).

    Raises:
        ValueError: If there are fewer than `FEWEST_RUNS`, or a value is not finite.
    """

    def __init__(self, values: Floats):
        values = np.asarray(values, float)
        values = values[:, None] if values.ndim == 1 else values
        if len(values) < FEWEST_RUNS:
            raise ValueError(f"{len(values)} runs; expected at least {FEWEST_RUNS} for regression")
        if not np.isfinite(values).all():
            raise ValueError("parameters: expected finite numbers")
        x = _standard(values)
        count = x.shape[1]
        line, kernel = np.ones((len(x), 1)), matern(x)
        if count <= min(MOST_STRAIGHT, len(x) // RUNS_PER_SLOPE):
            line = np.hstack([line, x])
        elif count:
            kernel = kernel + x @ x.T / count
        self.straight = _basis(line)
        rest = np.eye(len(x)) - self.straight @ self.straight.T
        sizes, directions = eigh(rest @ kernel @ rest)
        there = sizes > NOTHING * max(sizes.max(initial=0.0), 1.0)
        self.sizes, self.smooth = sizes[there], directions[:, there]

    def fit(self, outcomes: Floats) -> Fit:
        """Return the fit of some outcomes.

        Args:
            outcomes: Of shape (runs, outcomes).
        """
        line = self.straight @ (self.straight.T @ outcomes)
        off = outcomes - line
        parts = self.smooth.T @ off
        ratio, luck = self._best_ratio(parts, (off**2).sum(axis=0))
        grown = ratio * self.sizes[:, None]
        kept = grown / (1.0 + grown)
        mean = line + self.smooth @ (kept * parts)
        return Fit(mean, luck, self.straight, self.smooth, kept, outcomes - mean)

    def _best_ratio(self, parts: Floats, total: Floats) -> tuple[Floats, Floats]:
        """Return the most likely ratio of the smooth part to luck, and luck's deviation.

        Args:
            parts: What is left of each outcome in each smooth direction.
            total: Its sum of squares in all directions.
        """
        freedom = len(self.smooth) - self.straight.shape[1]
        ratios = RATIOS / self.sizes.mean() if len(self.sizes) else RATIOS[:1]
        grown = 1.0 + ratios[:, None] * self.sizes
        rest = np.maximum(total - (parts**2).sum(axis=0), 0.0)
        tiny = np.maximum(1e-20 * total, 1e-300)
        variance = np.maximum((1.0 / grown) @ parts**2 + rest, tiny) / freedom
        likelihood = -0.5 * (freedom * np.log(variance) + np.log(grown).sum(axis=1)[:, None])
        best = likelihood.argmax(axis=0)
        return ratios[best], np.sqrt(np.take_along_axis(variance, best[None], axis=0)[0])


def matern(x: Floats) -> Floats:
    """Return Matern's kernel of order 5/2, of length 1 in each of the parameters' mean squares.

    Args:
        x: Parameters of standard deviation 1, of shape (runs, parameters).
    """
    away = squareform(pdist(x)) * np.sqrt(5.0 / max(x.shape[1], 1))
    return (1.0 + away + away**2 / 3.0) * np.exp(-away)


def _standard(values: Floats) -> Floats:
    """Return parameters of mean 0 and standard deviation 1, without those that never differ."""
    spread = values.std(axis=0)
    differs = spread > 1e-12 * np.abs(values).max(axis=0, initial=1e-300)
    return (values[:, differs] - values[:, differs].mean(axis=0)) / spread[differs]


def _basis(columns: Floats) -> Floats:
    """Return orthonormal columns that span the same."""
    left, sizes, _ = np.linalg.svd(columns, full_matrices=False)
    return left[:, sizes > 1e-9 * sizes.max()]
