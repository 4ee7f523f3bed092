"""The regression against an independent implementation and by its laws."""

import numpy as np
import pytest
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, DotProduct, Matern, WhiteKernel

from experiments.decision.regression import FEWEST_RUNS, Smoother, matern


def standard(values):
    return (values - values.mean(axis=0)) / values.std(axis=0)


def test_the_kernel_is_that_of_scikit_learn():
    x = np.random.default_rng(1).normal(size=(30, 3))
    theirs = Matern(length_scale=3**0.5, nu=2.5)(x)
    assert matern(x) == pytest.approx(theirs, abs=1e-12)


def test_the_fit_is_that_of_a_gaussian_process():
    """With the same ratio of smooth part to luck, and slopes as good as free."""
    rng = np.random.default_rng(2)
    values = rng.normal(size=(50, 1))
    outcomes = np.sin(2.0 * values) + rng.normal(0.0, 0.3, (50, 1))
    smoother = Smoother(values)
    fit = smoother.fit(outcomes)
    grown = fit.kept / (1.0 - fit.kept)
    ratio = float((grown[:, 0] / smoother.sizes).mean())
    free = 1e6
    kernel = (ConstantKernel(ratio, "fixed") * Matern(1.0, "fixed", nu=2.5)
              + ConstantKernel(free, "fixed") * DotProduct(1.0, "fixed")
              + WhiteKernel(1.0, "fixed"))  # fmt: skip
    theirs = GaussianProcessRegressor(kernel, alpha=0.0, optimizer=None)
    theirs.fit(standard(values), outcomes - outcomes.mean())
    clean = theirs.kernel.k1(standard(values)) @ theirs.alpha_
    assert fit.mean == pytest.approx(clean.reshape(-1, 1) + outcomes.mean(), abs=1e-4)


def test_a_straight_line_is_found_whatever_its_parameters_unit():
    x = np.linspace(3.0, 5.0, 25)[:, None] * 1e9
    line = 2.0 * x - 1.0
    assert Smoother(x).fit(line).mean == pytest.approx(line, rel=1e-9)


def test_what_never_differs_tells_nothing():
    outcomes = np.arange(10.0)[:, None]
    assert Smoother(np.full((10, 2), 7.0)).fit(outcomes).mean == pytest.approx(
        np.full((10, 1), 4.5)
    )


def test_many_parameters_do_not_swallow_luck():
    """With as many parameters as runs, a fit of pure luck keeps little of it."""
    rng = np.random.default_rng(6)
    outcomes = rng.normal(size=(40, 200))
    fit = Smoother(rng.normal(size=(40, 40))).fit(outcomes)
    assert np.median(fit.mean.var(axis=0) / outcomes.var(axis=0)) < 0.15


def test_draws_spread_as_the_slopes_of_a_straight_line_do():
    """Where the line stays straight: s^2 (1 / n + x^2 / sum x^2), as in any textbook."""
    rng = np.random.default_rng(4)
    x = rng.normal(size=(60, 1))
    fit = Smoother(x).fit(x + rng.normal(0.0, 1.0, (60, 1)))
    drawn = fit.draws(rng, 4000)[:, :, 0].var(axis=0)
    z = standard(x)[:, 0]
    textbook = fit.luck[0] ** 2 * (1.0 / 60 + z**2 / (z**2).sum())
    if fit.kept.max() == 0.0:
        assert drawn == pytest.approx(textbook, rel=0.2)
    else:
        assert (drawn > 0.8 * textbook).all()


@pytest.mark.parametrize(
    ("values", "words"),
    [(np.zeros((FEWEST_RUNS - 1, 1)), "runs; expected"), (np.full((9, 1), np.nan), "finite")],
)
def test_what_cannot_be_fitted_is_refused(values, words):
    with pytest.raises(ValueError, match=words):
        Smoother(values)


def test_what_is_foretold_is_what_fits_without_each_run_foretell():
    """Left out one by one and fitted anew, by kriging with a straight mean."""
    rng = np.random.default_rng(5)
    x, y = rng.normal(size=(12, 1)), rng.normal(size=(12, 1))
    fit = Smoother(x).fit(y)
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    kernel, line = matern(z), np.column_stack([np.ones(12), z])
    kept = Smoother(x)
    ratio = fit.kept[0, 0] / (1.0 - fit.kept[0, 0]) / kept.sizes[0]
    off = []
    for n in range(12):
        rest = np.delete(np.arange(12), n)
        weights = np.linalg.inv(ratio * kernel[np.ix_(rest, rest)] + np.eye(11))
        top = line[rest].T @ weights
        mean = np.linalg.solve(top @ line[rest], top @ y[rest])
        smooth = ratio * kernel[n, rest] @ weights @ (y[rest] - line[rest] @ mean)
        off.append(float(y[n, 0] - (line[n] @ mean)[0] - smooth[0]))
    null = [y[n, 0] - np.delete(y, n).mean() for n in range(12)]
    expected = 1.0 - np.sum(np.square(off)) / np.sum(np.square(null))
    assert fit.foretold()[0] == pytest.approx(expected, abs=1e-9)


def test_outcomes_that_belong_together_are_foretold_together():
    rng = np.random.default_rng(6)
    x, y = rng.normal(size=40), rng.normal(size=(40, 2))
    told, noise = 3.0 * x + 0.1 * y[:, 0], y[:, 1]
    fit = Smoother(x).fit(np.column_stack([told, noise, told, noise]))
    assert fit.foretold()[0] > 0.99 > 0.5 > fit.foretold()[1]
    assert fit.foretold(2) == pytest.approx([fit.foretold(2)[0]] * 2)
    assert Smoother(x).fit(np.zeros((40, 1))).foretold()[0] == 0.0
