"""What it would be worth to know: all parameters, one of them, or a group, before deciding.

With net benefit as a table of runs by policies, perfect information is worth the mean of each
run's best less the best of the means (Raiffa and Schlaifer 1961, "Applied Statistical Decision
Theory"). Runs of an agent-based model also differ by luck, which no data can take away: it is taken
out before (`without_luck`). Information on some parameters is worth the same of the net benefit
that they let one expect, by regression on them (Strong, Oakley and Brennan 2014, Medical Decision
Making 34:311-326).
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from abm.measures.weights import Floats
from experiments.decision.regression import Smoother

DRAWS = 600
"""Draws behind an interval."""
SHUFFLES = 199
"""How often runs are shuffled against parameters, to see what luck alone would seem worth."""
ROUNDING = 1e-12
"""Part of the largest net benefit below which a worth is none."""
ENDS = (0.005, 0.995)
"""Quantiles of the draws that end an interval. They lie further out than at 2.5 and 97.5 % as a
worth is largest where policies are equal, and estimates of what is largest fall below it:
`tools/information_coverage.py`, docs/decision.md."""


class Worth(NamedTuple):
    """What information is worth, in the unit of the net benefit.

    Attributes:
        value: The estimate.
        low: Lower end of its 95 % interval.
        high: Upper end.
    """

    value: float
    low: float
    high: float


class Partial(NamedTuple):
    """What it is worth to know some parameters.

    Attributes:
        worth: The estimate with its interval over what the regression leaves open.
        bias: By how much the estimate is too high in the mean, as noise in a fitted surface looks
            like a reason to change one's mind.
        by_luck: What parameters that tell nothing would seem worth in the mean.
        foretold: Which part of the net benefit's spread they foretell of runs that are left out.
        chance: Probability that parameters that tell nothing, any of all that are looked at, seem
            to foretell as much.
    """

    worth: Worth
    bias: float
    by_luck: float
    foretold: float
    chance: float


def perfect(benefit: Floats) -> Floats:
    """Return what it is worth to know each row before deciding.

    Args:
        benefit: Net benefit, of shape (rows, policies); more dimensions before these are kept.
    """
    found = benefit.max(axis=-1).mean(axis=-1) - benefit.mean(axis=-2).max(axis=-1)
    size = np.abs(benefit).max(axis=(-2, -1), initial=0.0)
    return np.where(found > ROUNDING * size, found, 0.0)


def without_luck(benefit: Floats, again: Floats) -> Floats:
    """Return net benefit with the spread that parameters alone would give it.

    Half the mean product of the differences between two runs of one parameter set is the covariance
    of luck (one-way analysis of variance with random effects; Searle, Casella and McCulloch 1992,
    "Variance Components", ch. 3); what is left of the covariance between runs is that of the
    parameters. The policies' differences from the first are drawn together about their means by the
    linear map that gives them that covariance and moves them least.

    Args:
        benefit: Net benefit of shape (runs, policies), each run with another parameter set.
        again: The first of these sets with other luck, of shape (repeats, policies).

    Raises:
        ValueError: If fewer than two sets are lived twice.
    """
    off, total, luck = _spread(benefit, again)
    return benefit.mean(axis=0) + off @ _map(total, total - luck)


def perfect_worth(benefit: Floats, again: Floats, seed: int = 0) -> Worth:
    """Return what it is worth to know all parameters, with luck taken out.

    Args:
        benefit: Net benefit of shape (runs, policies), each run with another parameter set.
        again: The first of these sets with other luck, of shape (repeats, policies).
        seed: Of the draws that give the interval: of the means and of both covariances, as normal
            runs leave them open.

    Raises:
        ValueError: If fewer than two sets are lived twice.
    """
    rng, runs = np.random.default_rng(seed), len(benefit)
    off, total, luck = _spread(benefit, again)
    root, found = _root(total), []
    for _ in range(DRAWS):
        wider = (runs - 1) / rng.chisquare(runs - 1)
        known = wider * total - luck * len(again) / rng.chisquare(len(again))
        mean = np.sqrt(wider / runs) * root @ rng.normal(size=len(root))
        found.append(perfect(benefit.mean(axis=0) + mean + off @ _map(total, known)))
    value = float(perfect(benefit.mean(axis=0) + off @ _map(total, total - luck)))
    low, high = np.quantile(found, ENDS)
    return Worth(value, min(value, float(low)), max(value, float(high)))


def partial(
    benefit: Floats, groups: Sequence[Floats], seed: int = 0, shuffles: int = SHUFFLES
) -> list[Partial]:
    """Return what it is worth to know each of several groups of parameters.

    Args:
        benefit: Net benefit of shape (runs, policies).
        groups: For each group its parameters' values, of shape (runs, parameters).
        seed: Of draws and shuffles.
        shuffles: How often runs are shuffled.

    Raises:
        ValueError: If there are too few runs for a regression (`regression.FEWEST_RUNS`).
    """
    rng = np.random.default_rng(seed)
    gaps = benefit - benefit[:, :1]
    orders = np.array([rng.permutation(len(gaps)) for _ in range(shuffles)], np.int64)
    orders = orders.reshape(shuffles, len(gaps))
    fitted, shuffled = [], []
    for values in groups:
        smoother = Smoother(values)
        fit = smoother.fit(gaps[:, 1:])
        drawn = perfect(_with_first(fit.draws(rng, DRAWS)))
        value = float(perfect(_with_first(fit.mean)))
        fitted.append((value, float(fit.foretold(gaps.shape[1] - 1)[0]), drawn))
        shuffled.append(_by_luck(smoother, gaps[:, 1:], orders))
    most = np.max([told for _, told in shuffled], axis=0) if shuffled else np.zeros(shuffles)
    return [_partial(*found, luck, most)
            for found, (luck, _) in zip(fitted, shuffled, strict=True)]  # fmt: skip


def _partial(value: float, foretold: float, drawn: Floats, luck: Floats, most: Floats) -> Partial:
    """Return what one group is worth from what was drawn, and what luck gave it and any of all.

    That a group tells something is judged by what it foretells, not by what it seems worth: the
    worth of a curve bent through all runs is that of knowing everything, luck too, whatever the
    parameters, so that it tells little of whether they matter.
    """
    low, high = np.quantile(drawn, ENDS)
    chance = (1.0 + float((most >= foretold).sum())) / (len(most) + 1.0)
    worth = Worth(value, min(value, float(low)), max(value, float(high)))
    return Partial(worth, float(drawn.mean()) - value, float(luck.mean()) if len(luck) else np.nan,
                   foretold, chance)  # fmt: skip


def _by_luck(
    smoother: Smoother, gaps: Floats, orders: NDArray[np.int64]
) -> tuple[Floats, Floats]:  # fmt: skip
    """Return what parameters would seem worth and foretell with the runs shuffled, per order."""
    if not len(orders):
        return np.zeros(0), np.zeros(0)
    runs, policies = gaps.shape
    shuffled = gaps[orders].transpose(1, 0, 2).reshape(runs, -1)
    fit = smoother.fit(shuffled)
    means = fit.mean.reshape(runs, len(orders), policies).transpose(1, 0, 2)
    return perfect(_with_first(means)), fit.foretold(policies)


def _with_first(gaps: Floats) -> Floats:
    """Return differences from the first policy with its own, which is 0, before them."""
    return np.concatenate([np.zeros((*gaps.shape[:-1], 1)), gaps], axis=-1)


def _spread(benefit: Floats, again: Floats) -> tuple[Floats, Floats, Floats]:
    """Return differences from the first policy about their means, their covariance, and luck's.

    Raises:
        ValueError: If fewer than two sets are lived twice.
    """
    if len(again) < 2:
        raise ValueError(f"{len(again)} parameter sets lived twice; expected at least 2")
    gaps, repeated = benefit - benefit[:, :1], again - again[:, :1]
    off = gaps - gaps.mean(axis=0)
    between = gaps[: len(again)] - repeated
    return off, off.T @ off / (len(off) - 1), between.T @ between / (2 * len(again))


def _map(total: Floats, wanted: Floats) -> Floats:
    """Return the symmetric map that gives what has a covariance another, as far as it is one."""
    root = _root(total)
    inverse = np.linalg.pinv(root, rcond=1e-10, hermitian=True)
    return inverse @ _root(root @ _positive(wanted) @ root) @ inverse


def _positive(matrix: Floats) -> Floats:
    """Return the nearest matrix that can be a covariance."""
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * np.maximum(values, 0.0)) @ vectors.T


def _root(matrix: Floats) -> Floats:
    """Return the symmetric root of a covariance."""
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
