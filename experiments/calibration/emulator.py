"""A quick stand-in for the model: each target as a smooth function of the parameters' scores.

A polynomial of second degree: every parameter and its square, and the products of the `ACTIVE`
parameters that move the targets most. Of these terms the lasso keeps those that help to predict
(Tibshirani 1996, its penalty by cross-validation), and Bayesian ridge regression (MacKay 1992) says
how large their coefficients are and how sure that is; both as scikit-learn has them. What is
predicted has a variance: that of the coefficients and that of the residuals, in which what the
polynomial cannot follow and the luck of a seed are one. The variance is widened where the errors
found by cross-validation, of the choice of terms as well, are larger than predicted.

References:
    MacKay 1992, Neural Computation 4:415-447; Tibshirani 1996, Journal of the Royal Statistical
    Society B 58:267-288.
"""

import os
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from abm.errors import UserError
from abm.measures.weights import Floats

ACTIVE = 16
"""Parameters whose products are terms."""
FOLDS = 5
"""Parts that are predicted from the others."""
PENALTIES = 30
"""Penalties of the lasso among which cross-validation chooses."""
WITHIN = 1.6448536269514722
"""Half-width of a 90 % interval, standard deviations."""
FEWEST = 20
"""Simulations below which nothing is fitted."""
_MISSING = "rarecare calibrate needs scikit-learn, which is not installed: pip install scikit-learn"


@dataclass(frozen=True)
class Quality:
    """How well one target is emulated, from points that were not used.

    Attributes:
        r2: Share of the variance between points that is predicted.
        held: Share of the points within their 90 % interval.
        widened: Factor by which the predicted standard deviation was widened.
    """

    r2: float
    held: float
    widened: float


@dataclass(frozen=True)
class Emulator:
    """Predicts every target.

    Attributes:
        pairs: Columns of the scores whose products are terms.
        centre: Mean of the terms in training.
        weights: Coefficients, shape (terms, targets).
        constant: Prediction at the centre, by target.
        roots: By target, R such that the variance of its coefficients is R R'.
        noise: Variance of the residuals, by target.
        quality: By target.
    """

    pairs: tuple[tuple[int, int], ...]
    centre: Floats
    weights: Floats
    constant: Floats
    roots: tuple[Floats, ...]
    noise: Floats
    quality: tuple[Quality, ...]

    def predict(self, scores: Floats) -> tuple[Floats, Floats]:
        """Return mean and variance of every target, each of shape (points, targets).

        Args:
            scores: Standard-normal scores, shape (points, parameters).
        """
        found = _terms(scores, self.pairs) - self.centre
        mean = found @ self.weights + self.constant
        variance = np.stack([np.sum((found @ root) ** 2, axis=1) for root in self.roots], axis=1)
        widened = np.array([q.widened for q in self.quality])
        return mean, (variance + self.noise) * widened**2

    def slopes(self, scores: Floats) -> Floats:
        """Return by how much each target's mean changes with each score, (parameters, targets).

        Args:
            scores: Of one point, shape (parameters,).
        """
        count = len(scores)
        found = self.weights[:count] + 2.0 * scores[:, None] * self.weights[count : 2 * count]
        for (a, b), weight in zip(self.pairs, self.weights[2 * count :], strict=True):
            found[a] += weight * scores[b]
            found[b] += weight * scores[a]
        return found


def check_library() -> None:
    """Say in one line what has to be installed, if anything has.

    Raises:
        UserError: If scikit-learn is not installed.
    """
    try:
        import sklearn  # noqa: F401
    except ImportError:
        raise UserError(_MISSING) from None


def fit(scores: Floats, figures: Floats, active: int = ACTIVE) -> Emulator:
    """Return an emulator of some simulations.

    Args:
        scores: Standard-normal scores of the parameters, shape (points, parameters).
        figures: The targets on their scales, shape (points, targets); NaN where undefined.
        active: Parameters whose products are terms.

    Raises:
        UserError: If scikit-learn is not installed, or there are too few simulations.
    """
    check_library()
    defined = np.isfinite(figures)
    if defined.sum(axis=0).min(initial=len(figures)) < FEWEST:
        raise UserError(
            f"{int(defined.sum(axis=0).min())} simulations with all targets defined, expected at "
            f"least {FEWEST}: more --points, or a larger --scale"
        )
    pairs = _pairs(most_active(scores, figures, active))
    terms = _terms(scores, pairs)
    centre = terms.mean(axis=0)

    def one(target: int) -> tuple[_Regression, Quality]:
        there = defined[:, target]
        about, figure = terms[there] - centre, figures[there, target]
        return _regression(about, figure), _tested(about, figure)

    fits, quality = zip(*side_by_side(one, figures.shape[1]), strict=True)
    return Emulator(
        pairs, centre,
        weights=np.stack([f.weights for f in fits], axis=1),
        constant=np.array([f.constant for f in fits]),
        roots=tuple(f.root for f in fits),
        noise=np.array([f.noise for f in fits]),
        quality=tuple(quality),
    )  # fmt: skip


def side_by_side(work: Callable[[int], Any], count: int) -> list[Any]:
    """Return what work gives for 0, 1, ... up to a count, done on all cores."""
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings(), ThreadPoolExecutor(os.cpu_count()) as pool:
        # where it matters little which of two terms the lasso keeps
        warnings.simplefilter("ignore", ConvergenceWarning)
        return list(pool.map(work, range(count)))


def most_active(scores: Floats, figures: Floats, count: int) -> list[int]:
    """Return the parameters that move some target most, by their largest rank correlation."""
    strength = correlations(scores, figures).max(axis=1)
    return sorted(int(i) for i in np.argsort(-strength)[:count])


def correlations(scores: Floats, figures: Floats) -> Floats:
    """Return absolute rank correlations of parameters with targets, shape (parameters, targets)."""
    columns = []
    for figure in figures.T:
        there = np.isfinite(figure)
        ranks = _standard(np.argsort(np.argsort(figure[there])).astype(float)[:, None])
        inputs = _standard(np.argsort(np.argsort(scores[there], axis=0), axis=0).astype(float))
        columns.append(np.abs(inputs.T @ ranks)[:, 0] / max(int(there.sum()), 1))
    return np.stack(columns, axis=1)


def _standard(columns: Floats) -> Floats:
    spread = columns.std(axis=0)
    return (columns - columns.mean(axis=0)) / np.where(spread > 0.0, spread, 1.0)


def _pairs(active: list[int]) -> tuple[tuple[int, int], ...]:
    return tuple((a, b) for n, a in enumerate(active) for b in active[n + 1 :])


def _terms(scores: Floats, pairs: tuple[tuple[int, int], ...]) -> Floats:
    """Return the terms of the polynomial, shape (points, terms)."""
    first, second = ([pair[k] for pair in pairs] for k in (0, 1))
    return np.hstack([scores, scores**2 - 1.0, scores[:, first] * scores[:, second]])


@dataclass(frozen=True)
class _Regression:
    """One target on all terms.

    Attributes:
        weights: Coefficients, 0 for terms that are not kept.
        constant: Prediction where all terms are 0.
        root: R, shape (terms, kept terms), such that the coefficients' variance is R R'.
        noise: Variance of the residuals.
    """

    weights: Floats
    constant: float
    root: Floats
    noise: float


def _regression(terms: Floats, figure: Floats) -> _Regression:
    """Return the regression of one target on the terms that help to predict it."""
    from sklearn.linear_model import BayesianRidge

    unit = float(figure.std()) or 1.0
    kept = _helpful(terms, figure / unit)
    weights, root = np.zeros(terms.shape[1]), np.zeros((terms.shape[1], len(kept)))
    if not len(kept):
        return _Regression(weights, float(figure.mean()), root, float(np.var(figure, ddof=1)))
    found: Any = BayesianRidge().fit(terms[:, kept], figure / unit)
    weights[kept] = found.coef_ * unit
    sizes, directions = np.linalg.eigh(found.sigma_)
    root[kept] = directions * np.sqrt(np.clip(sizes, 0.0, None)) * unit
    # scikit-learn divides the residuals by all points, as if the coefficients had been free
    free = len(figure) / max(len(figure) - len(kept) - 1, 1)
    return _Regression(
        weights, float(found.intercept_) * unit, root, unit**2 / float(found.alpha_) * free
    )


def _helpful(terms: Floats, figure: Floats) -> Any:
    """Return the columns of the terms that the lasso keeps."""
    from sklearn.linear_model import LassoCV

    spread = terms.std(axis=0)
    alike = terms / np.where(spread > 0.0, spread, 1.0)
    lasso = LassoCV(cv=FOLDS, eps=1e-2, alphas=PENALTIES).fit(alike, figure)
    return np.flatnonzero(lasso.coef_)


def _tested(terms: Floats, figure: Floats) -> Quality:
    """Return how well points are predicted from those in other parts."""
    part = np.random.default_rng(0).permutation(np.arange(len(figure)) % FOLDS)
    mean, variance = np.empty(len(figure)), np.empty(len(figure))
    for n in range(FOLDS):
        out = part == n
        found = _regression(terms[~out], figure[~out])
        mean[out] = terms[out] @ found.weights + found.constant
        variance[out] = np.sum((terms[out] @ found.root) ** 2, axis=1) + found.noise
    error = figure - mean
    widened = max(1.0, float(np.sqrt(np.mean(error**2 / variance))))
    total = float(np.var(figure))
    return Quality(
        r2=1.0 - float(np.mean(error**2)) / total if total > 0.0 else 0.0,
        held=float(np.mean(np.abs(error) <= WITHIN * widened * np.sqrt(variance))),
        widened=widened,
    )
