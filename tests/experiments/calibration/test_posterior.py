"""The sampler finds posteriors that are known exactly, within the error that it says it has."""

import numpy as np
import pytest
from scipy.stats import kstest, norm

from experiments.calibration.emulator import Emulator, Quality
from experiments.calibration.figures import Figures
from experiments.calibration.posterior import (
    Normal,
    draw,
    effective_size,
    log_likelihood,
    nearby,
    worth,
)

pytestmark = pytest.mark.slow

SIZE = 4.5
"""Standard errors within which a mean must lie: fails by chance once in 150,000, and there are some
six hundred."""


def linear(slopes):
    """Return an emulator that is sure of figures linear in the scores; `slopes` by target."""
    targets, parameters = slopes.shape
    return Emulator(
        pairs=(), centre=np.r_[np.zeros(parameters), -np.ones(parameters)],
        weights=np.vstack([slopes.T, np.zeros((parameters, targets))]), constant=np.zeros(targets),
        roots=(np.zeros((2 * parameters, 0)),) * targets, noise=np.zeros(targets),
        quality=(Quality(1.0, 0.9, 1.0),) * targets,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("parameters", "targets", "spread"), [(1, 1, 0.5), (6, 4, 0.1), (30, 9, 1), (250, 15, 0.3)]
)
def test_a_normal_posterior_is_found(parameters, targets, spread):
    luck = np.random.default_rng(3)
    slopes, seen = luck.normal(size=(targets, parameters)), luck.normal(size=targets)
    covariance = np.linalg.inv(np.eye(parameters) + slopes.T @ slopes / spread**2)
    mean = covariance @ slopes.T @ seen / spread**2
    emulator, names = linear(slopes), tuple(map(str, range(targets)))
    figures = Figures(names, seen, np.full(targets, spread**2), ("identity",) * targets)
    near = nearby(emulator, figures, parameters)
    assert near.middle == pytest.approx(mean, abs=1e-4)
    draws = draw(log_likelihood(emulator, figures), near, seed=5)
    size = effective_size(draws)
    assert size.min() > 500
    flat, exact = draws.reshape(-1, parameters), np.sqrt(np.diag(covariance))
    assert np.all(np.abs(flat.mean(axis=0) - mean) < SIZE * exact / np.sqrt(size))
    # the standard error of a standard deviation is that of a mean over the root of two
    assert np.all(np.abs(flat.std(axis=0) / exact - 1.0) < SIZE / np.sqrt(2.0 * worth(draws)))


def test_a_posterior_of_another_shape_is_found():
    """Two peaks: scores whose square is seen, so that both signs are alike."""
    seen, spread = 1.5, 0.5
    draws = draw(
        lambda x: -0.5 * (seen - x[:, 0] ** 2) ** 2 / spread**2,
        Normal(np.zeros(1), np.eye(1)),
        seed=7,
    )
    flat, size = draws.ravel(), effective_size(draws)[0]
    at = np.linspace(-6, 6, 4001)
    density = norm.pdf(at) * np.exp(-0.5 * (seen - at**2) ** 2 / spread**2)
    below = np.cumsum(density) / density.sum()
    apart = flat[:: max(1, int(len(flat) / size))]
    assert kstest(apart, lambda x: np.interp(x, at, below)).pvalue > 1e-3


def test_without_data_the_posterior_is_the_prior():
    draws = draw(lambda x: np.zeros(len(x)), Normal(np.zeros(3), np.eye(3)), seed=1)
    apart = draws[:, ::20].reshape(-1, 3)
    assert all(kstest(apart[:, n], "norm").pvalue > 1e-3 for n in range(3))


def test_effective_size_is_that_of_a_known_chain():
    """An autoregressive chain of coefficient r is worth (1 - r) / (1 + r) of its length."""
    luck, r = np.random.default_rng(4), 0.8
    noise = luck.standard_normal((40, 2000, 1)) * np.sqrt(1 - r**2)
    chain = np.empty_like(noise)
    chain[:, 0] = luck.standard_normal((40, 1))
    for step in range(1, 2000):
        chain[:, step] = r * chain[:, step - 1] + noise[:, step]
    assert effective_size(chain)[0] == pytest.approx(80_000 * (1 - r) / (1 + r), rel=0.1)
    same = np.repeat(chain[:, :1], 50, axis=1) + 1e-3 * noise[:, :50]
    assert effective_size(same)[0] < 100  # chains that stay where they are say little
