"""Proof that the method is right: truths that are known, and how often the intervals hold them.

Parameters are drawn from the prior, the model is run there with a seed of its own, and errors of
the survey and of the model are added as they are assumed to be: a published figure whose truth is
known. The first wave's emulator, which has seen none of these runs, and the sampler then give 90 %
intervals, and the share that holds the truth should be 90 %: between 80 and 98 % for 40 truths.
The rank of a truth among the draws should be uniform (simulation-based calibration: Talts et al.
2018).

What is proved is the emulator of one wave together with the sampler. Later waves repeat the same
two steps on a smaller region; they are not part of the proof.

References:
    Talts, Betancourt, Simpson, Vehtari, Gelman 2018, arXiv:1804.06788.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.stats import kstest

from abm.measures.weights import Floats
from experiments.calibration.emulator import Emulator
from experiments.calibration.figures import Figures
from experiments.calibration.learning import LEARNED
from experiments.calibration.posterior import draw, log_likelihood, nearby, thinned
from experiments.calibration.priors import Prior
from experiments.calibration.sets import simulated
from experiments.calibration.simulating import Runs, seeds_of

TRUTHS = 40
LEVEL = 0.9
"""Coverage of the intervals."""
EXPECTED = (0.8, 0.98)
"""Where the share that holds the truth is to lie."""
RANKED = 99
"""Draws among which a truth is ranked: few enough to be as good as independent."""
STEPS, SETTLE = 120, 60
"""Steps of each chain, fewer than for a fit's own posterior: forty are drawn."""
STAGE = 6
"""Number of the stage, for its seeds."""


def prove(
    priors: Sequence[Prior], figures: Figures, runs: Runs, emulator: Emulator, seed: int,
    truths: int = TRUTHS,
) -> pd.DataFrame:  # fmt: skip
    """Return how the intervals of known truths come out.

    Args:
        priors: Of the fitted parameters.
        figures: The targets; their published values play no part.
        runs: Does the simulations.
        emulator: Of the first wave.
        seed: Seed of truths and errors.
        truths: Number of truths.

    Returns:
        One row per truth and parameter: truth, parameter, held (whether the interval holds it),
        narrowed (posterior over prior standard deviation) and rank, from 0 to 1; of scores.
    """
    luck = np.random.default_rng([seed, STAGE])
    scores = luck.standard_normal((truths, len(priors)))
    error = luck.standard_normal((truths, len(figures.names))) * np.sqrt(figures.variance)
    seeds = seeds_of(seed, STAGE, range(truths))
    scores, found = simulated(priors, figures, runs, scores, seeds)
    rows = []
    for n in np.flatnonzero(np.isfinite(found).all(axis=1)):
        seen = figures.observed(found[n] + error[n])
        near = nearby(emulator, seen, len(priors))
        draws = draw(log_likelihood(emulator, seen), near, seed + int(n), STEPS, SETTLE)
        rows += _judged(int(n), priors, scores[n], draws, seed)
    return pd.DataFrame(rows)


def _judged(
    number: int, priors: Sequence[Prior], truth: Floats, draws: Floats, seed: int
) -> list[dict]:
    """Return a row per parameter of one truth."""
    flat = draws.reshape(-1, len(priors))
    low, high = np.quantile(flat, [(1.0 - LEVEL) / 2.0, (1.0 + LEVEL) / 2.0], axis=0)
    rank = np.mean(thinned(draws, RANKED, seed + number) < truth, axis=0)
    return [
        {"truth": number, "parameter": prior.name, "held": bool(low[k] <= truth[k] <= high[k]),
         "narrowed": float(flat[:, k].std()), "rank": float(rank[k])}
        for k, prior in enumerate(priors)
    ]  # fmt: skip


def coverage_table(proof: pd.DataFrame) -> pd.DataFrame:
    """Return the shares held: overall, where something was learned, and by parameter learned.

    Args:
        proof: What `prove` returns.

    Returns:
        Columns of, cases, held, expected (yes or no: whether the share is between 80 and 98 %; for
        single parameters, whose cases are few, whether chance explains it) and uniform (the p-value
        of the ranks' being uniform, Kolmogorov and Smirnov).
    """
    narrow = proof["narrowed"] < LEARNED
    groups = {
        "all parameters and truths": proof,
        f"posterior below {LEARNED:g} of the prior": proof[narrow],
        f"posterior at least {LEARNED:g} of the prior": proof[~narrow],
    }
    by = proof.groupby("parameter")["narrowed"].mean()
    for name in by[by < LEARNED].sort_values().index:
        groups[name] = proof[proof["parameter"] == name]
    rows = []
    for name, cases in groups.items():
        if len(cases):
            held = float(cases["held"].mean())
            single = name in by.index
            slack = 3.0 * np.sqrt(LEVEL * (1.0 - LEVEL) / len(cases)) if single else 0.0
            fits = (held >= LEVEL - slack) if single else EXPECTED[0] <= held <= EXPECTED[1]
            rows.append({
                "of": name, "cases": len(cases), "held": held, "expected": "yes" if fits else "no",
                "uniform": float(kstest(cases["rank"], "uniform").pvalue),
            })  # fmt: skip
    return pd.DataFrame(rows)
