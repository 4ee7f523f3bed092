"""Which parameter values agree with the published figures, and draws of them.

The implausibility of a point is, by target, |z - E| / sqrt(V + error^2 + discrepancy^2) with z the
published figure, E and V the emulator's mean and variance (Craig et al. 1997; Vernon, Goldstein,
Bower 2010). With all these errors normal and independent it is also the likelihood, and the
posterior is drawn from exactly, without anything to be tuned, by elliptical slice sampling (Murray,
Adams, MacKay 2010): priors are standard normal in the scores. Where the targets say much, ellipses
of the prior are far too wide. So they are drawn from a normal distribution near the posterior, its
difference from the prior being part of the likelihood (Nishihara, Murray, Adams 2014): that of the
emulator made linear at the likeliest point, which Gauss-Newton steps find. It differs from the
prior in as many directions as there are targets, however many parameters there are. That is as
exact, and the chains forget sooner.

References:
    Craig, Goldstein, Seheult, Smith 1997, Case Studies in Bayesian Statistics III, 37-93; Vernon,
    Goldstein, Bower 2010, Bayesian Analysis 5:619-669; Murray, Adams, MacKay 2010, Proceedings of
    Machine Learning Research 9:541-548; Nishihara, Murray, Adams 2014, Journal of Machine Learning
    Research 15:2087-2112; Vehtari et al. 2021, Bayesian Analysis 16:667-718.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from abm.measures.weights import Floats
from experiments.calibration.emulator import Emulator
from experiments.calibration.figures import Figures

LogLikelihood = Callable[[Floats], Floats]
"""Gives the log-likelihood of points, shape (points, parameters), one each."""
CHAINS, STEPS, SETTLE = 48, 300, 100
"""Chains that run beside each other, steps of each that are kept, and steps before them."""
NEWTON = 30
"""Gauss-Newton steps towards the likeliest point, each half as far as the linear emulator says."""
WIDER = 1.2
"""Errors for the ellipses over those of the targets: too wide costs little, too narrow much."""
LEAST = 0.05
"""Share of the emulator's variance that is its own ignorance at least, and not a seed's luck."""
MAX_SHRINKS = 200
"""Times a bracket may shrink; it halves each time, on average, so this is never reached."""


def implausibility(emulator: Emulator, figures: Figures, scores: Floats) -> Floats:
    """Return the implausibility of points by target, shape (points, targets)."""
    mean, variance = emulator.predict(scores)
    return np.abs(figures.published - mean) / np.sqrt(variance + figures.variance)


def log_likelihood(
    emulator: Emulator, figures: Figures, wider: float = 1.0, luck: Floats | None = None
) -> LogLikelihood:
    """Return the log-likelihood of points.

    Args:
        emulator: Stands for the model.
        figures: What was published.
        wider: Factor on all standard deviations; above 1 for points around the posterior too.
        luck: Variance between seeds by target: the mean over seeds then has to lie in the bands of
            the figures that must be met, as far as the emulator can tell.
    """

    def of(scores: Floats) -> Floats:
        mean, variance = emulator.predict(scores)
        total = (variance + figures.variance) * wider**2
        found = -0.5 * np.sum((figures.published - mean) ** 2 / total + np.log(total), axis=1)
        if luck is None:
            return found
        spread = np.sqrt(np.maximum(variance - luck, LEAST * variance))
        for n, (low, high) in figures.bands.items():
            above, below = (low - mean[:, n]) / spread[:, n], (high - mean[:, n]) / spread[:, n]
            # the difference of two small tails, taken on the side on which it is exact
            flipped = above > 0.0
            inside = np.where(flipped, ndtr(-above) - ndtr(-below), ndtr(below) - ndtr(above))
            found = found + np.log(np.maximum(inside, np.finfo(float).tiny))
        return found

    return of


@dataclass(frozen=True)
class Normal:
    """A normal distribution of scores.

    Attributes:
        middle: Its mean, shape (parameters,).
        root: A root of its covariance, shape (parameters, parameters).
    """

    middle: Floats
    root: Floats


def newton(
    emulator: Emulator, figures: Figures, at: Floats, free: Sequence[int] | slice = slice(None),
    wider: float = 1.0,
) -> tuple[Floats, Floats, Floats]:  # fmt: skip
    """Return where the likeliest point would be if the emulator were linear: a Gauss-Newton step.

    Args:
        emulator: Stands for the model.
        figures: What was published.
        at: Scores at which it is made linear, shape (parameters,).
        free: Numbers of the parameters that may move; all by default.
        wider: Factor on all standard deviations, as in `log_likelihood`.

    Returns:
        The scores of those that may move, and at the point their slopes, shape (free parameters,
        targets), and the targets' variances.
    """
    mean, variance = (found[0] for found in emulator.predict(at[None]))
    errors = (variance + figures.variance) * wider**2
    slopes = emulator.slopes(at)[free]
    gain = np.linalg.solve(slopes.T @ slopes + np.diag(errors), slopes.T).T
    return gain @ (figures.published - mean + at[free] @ slopes), slopes, errors


def nearby(emulator: Emulator, figures: Figures, parameters: int, wider: float = 1.0) -> Normal:
    """Return a normal distribution near the posterior, a little wider.

    Args:
        emulator: Stands for the model.
        figures: What was published.
        parameters: Number of parameters.
        wider: Factor on all standard deviations, as in `log_likelihood`.
    """
    at = np.zeros(parameters)
    for _ in range(NEWTON):
        wanted, slopes, errors = newton(emulator, figures, at, wider=wider)
        at = 0.5 * (at + wanted)
    errors = errors * WIDER**2
    spread = np.eye(parameters) - slopes @ np.linalg.solve(
        slopes.T @ slopes + np.diag(errors), slopes.T
    )
    return Normal(at, np.asarray(np.linalg.cholesky(spread), dtype=float))


def draw(
    likelihood: LogLikelihood,
    near: Normal,
    seed: int,
    steps: int = STEPS,
    settle: int = SETTLE,
    every: int = 1,
) -> Floats:
    """Return draws from the posterior of scores whose prior is standard normal.

    Args:
        likelihood: Log-likelihood of points.
        near: A distribution near the posterior: begins the chains, and gives their ellipses.
        seed: Seed of the draws.
        steps: Steps of each chain that are kept.
        settle: Steps of each before them.
        every: Of so many steps after these, one is kept: the chains move slowly.

    Returns:
        Shape (chains, steps, parameters).
    """
    luck = np.random.default_rng(seed)

    def of(inner: Floats) -> Floats:
        """Return the log-likelihood, with what the prior differs from the ellipses."""
        scores = near.middle + inner @ near.root.T
        return likelihood(scores) + 0.5 * np.sum(inner**2 - scores**2, axis=1)

    now = luck.standard_normal((CHAINS, len(near.middle)))
    level = of(now)
    kept = np.empty((CHAINS, steps, len(near.middle)))
    for step in range(-settle, steps * every):
        now, level = _slice(of, now, level, luck)
        if step >= 0 and step % every == 0:
            kept[:, step // every] = near.middle + now @ near.root.T
    return kept


def _slice(
    likelihood: LogLikelihood, now: Floats, level: Floats, luck: np.random.Generator
) -> tuple[Floats, Floats]:
    """Move every chain once on an ellipse through its point and a draw from the prior."""
    other = luck.standard_normal(now.shape)
    height = level + np.log(luck.random(len(now)))
    angle = luck.uniform(0.0, 2.0 * np.pi, len(now))
    low, high = angle - 2.0 * np.pi, angle.copy()
    moved, found = now.copy(), level.copy()
    open_ = np.arange(len(now))
    for _ in range(MAX_SHRINKS):
        turn = angle[open_, None]
        trial = now[open_] * np.cos(turn) + other[open_] * np.sin(turn)
        reached = likelihood(trial)
        good = reached > height[open_]
        moved[open_[good]], found[open_[good]] = trial[good], reached[good]
        open_ = open_[~good]
        if not open_.size:
            break
        below = angle[open_] < 0.0
        low[open_] = np.where(below, angle[open_], low[open_])
        high[open_] = np.where(below, high[open_], angle[open_])
        angle[open_] = luck.uniform(low[open_], high[open_])
    return moved, found


def effective_size(draws: Floats) -> Floats:
    """Return by parameter how many independent draws correlated ones are worth.

    Args:
        draws: Shape (chains, steps, parameters).

    Returns:
        Geyer's initial positive sequence over the chains' mean autocorrelation, against the
        variance between all draws, as in Vehtari et al. 2021.
    """
    chains, steps, parameters = draws.shape
    size = 2 ** int(np.ceil(np.log2(2 * steps)))
    found = np.empty(parameters)
    for n in range(parameters):
        x = draws[:, :, n] - draws[:, :, n].mean(axis=1, keepdims=True)
        power = np.abs(np.fft.rfft(x, size, axis=1)) ** 2
        covariance = np.fft.irfft(power, size, axis=1)[:, :steps].mean(axis=0) / steps
        within = covariance[0] * steps / (steps - 1)
        between = draws[:, :, n].mean(axis=1).var(ddof=1) if chains > 1 else 0.0
        total = within * (steps - 1) / steps + between
        rho = 1.0 - (within - covariance * steps / (steps - 1)) / total if total > 0 else [1.0]
        found[n] = chains * steps / _time(np.asarray(rho))
    return np.minimum(found, chains * steps * np.log10(chains * steps))


def worth(draws: Floats) -> Floats:
    """Return by parameter how many independent draws these are worth, for mean and spread both.

    Args:
        draws: Shape (chains, steps, parameters).
    """
    squares = (draws - draws.mean(axis=(0, 1))) ** 2
    return np.minimum(effective_size(draws), effective_size(squares))


def _time(rho: Floats) -> float:
    """Return the autocorrelation time: pairs are summed as long as they are positive and fall."""
    pairs = rho[0 : len(rho) // 2 * 2 : 2] + rho[1 : len(rho) // 2 * 2 : 2]
    negative = np.flatnonzero(pairs <= 0.0)
    pairs = pairs[: negative[0]] if negative.size else pairs
    return max(float(2.0 * np.minimum.accumulate(pairs).sum() - 1.0), 1e-3)


def thinned(draws: Floats, count: int, seed: int) -> Floats:
    """Return some of all draws, each at most once, shape (count, parameters)."""
    flat = draws.reshape(-1, draws.shape[-1])
    chosen = np.random.default_rng(seed).permutation(len(flat))[:count]
    return flat[chosen]
