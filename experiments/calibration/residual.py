"""What the emulator leaves, from the simulations near a point: a Gaussian process of its residuals.

A polynomial follows the model over the whole region; what it leaves differs smoothly from place to
place, and simulations nearby know it (Vernon, Goldstein, Bower 2010, section 3: regression and a
process of the residuals). Distances are measured in parameters weighed by how much each moves the
target. That is too slow to draw a posterior with, and exact enough to say which of its draws the
model is likely to confirm.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from abm.measures.weights import Floats
from experiments.calibration.emulator import Emulator, side_by_side

NEAREST = 60
"""Parameters that make distances: those that move the target most."""
LENGTHS = (0.8, 1.2, 2.0)
"""Length scales tried; 1 is the whole effect of a standard deviation of the strongest."""
SMOOTH = (0.3, 0.6, 0.8)
"""Shares of the residuals' variance tried that is smooth; the rest is luck."""
AT_ONCE = 800
"""Points predicted at once, so that memory stays small."""


@dataclass(frozen=True)
class _Process:
    """One target's residuals.

    Attributes:
        columns: Parameters that make distances.
        weights: What each is multiplied with.
        fitted: scikit-learn's Gaussian process.
        unit: Standard deviation of the residuals.
        spread: Standard deviation of a simulation around what the others say of it.
    """

    columns: NDArray[np.int64]
    weights: Floats
    fitted: Any
    unit: float
    spread: float


class Corrected:
    """An emulator with its residuals.

    Args:
        emulator: The emulator.
        scores: Where it was simulated, shape (points, parameters).
        figures: What came out, on the targets' scales, shape (points, targets).
    """

    def __init__(self, emulator: Emulator, scores: Floats, figures: Floats) -> None:
        self.emulator = emulator
        there = np.isfinite(figures).all(axis=1)
        scores, figures = scores[there], figures[there]
        left = figures - emulator.predict(scores)[0]
        self._processes: list[_Process] = side_by_side(
            lambda n: _process(scores, figures[:, n], left[:, n]), figures.shape[1]
        )

    @property
    def spread(self) -> Floats:
        """Standard deviation of a simulation around the prediction, by target."""
        return np.array([process.spread for process in self._processes])

    def predict(self, scores: Floats) -> Floats:
        """Return the mean of every target, shape (points, targets)."""
        parts = [scores[n : n + AT_ONCE] for n in range(0, len(scores), AT_ONCE)]
        return np.concatenate(side_by_side(lambda n: self._part(parts[n]), len(parts)))

    def _part(self, scores: Floats) -> Floats:
        found = self.emulator.predict(scores)[0]
        for n, process in enumerate(self._processes):
            inputs = scores[:, process.columns] * process.weights
            found[:, n] += process.unit * process.fitted.predict(inputs)
        return found


def _process(scores: Floats, figure: Floats, left: Floats) -> _Process:
    """Return the process of one target's residuals, the likeliest of those tried."""
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel
    from sklearn.linear_model import Ridge

    moved = np.abs(Ridge(float(len(scores)) ** 0.5).fit(scores, figure).coef_)
    columns = np.argsort(-moved)[:NEAREST].astype(np.int64)
    weights = moved[columns] / (moved.max() or 1.0)
    inputs, unit = scores[:, columns] * weights, float(left.std()) or 1.0
    tried = [
        GaussianProcessRegressor(
            ConstantKernel(smooth) * RBF(length) + WhiteKernel(1.0 - smooth), optimizer=None
        ).fit(inputs, left / unit)
        for length in LENGTHS
        for smooth in SMOOTH
    ]
    best: Any = max(tried, key=lambda one: one.log_marginal_likelihood_value_)
    # each simulation from all others, without fitting again (Rasmussen and Williams 2006, 5.4.2)
    inverse = np.linalg.inv(best.L_)
    alone = best.alpha_ / np.sum(inverse**2, axis=0)
    return _Process(columns, weights, best, unit, unit * float(alone.std()))
