"""What a fit has taught: which parameters, how much, and which trade off against each other."""

import numpy as np
import pandas as pd

from experiments.calibration.waves import Fit

LEARNED = 0.8
"""Posterior over prior standard deviation, of scores, below which a parameter was learned."""
RELATED = 0.3
"""Absolute posterior correlation above which two parameters trade off."""
MOST_NAMED = 12
"""Parameters that a sentence names."""
QUANTILES = {"low": 0.05, "median": 0.5, "high": 0.95}
"""Columns of the posterior's quantiles: a 90 % interval and the middle."""


def posterior_table(fit: Fit) -> pd.DataFrame:
    """Return what is known of each fitted parameter after the fit, in the order of the priors.

    Returns:
        Columns parameter, prior (in words), mean and quantiles of the posterior in the parameter's
        unit, narrowed (posterior over prior standard deviation, of scores), learned (yes or no)
        and draws (effective number).
    """
    flat = fit.draws.reshape(-1, len(fit.priors))
    rows = []
    for n, prior in enumerate(fit.priors):
        values = prior.values(flat[:, n])
        narrowed = float(flat[:, n].std())
        quantiles = {name: float(np.quantile(values, q)) for name, q in QUANTILES.items()}
        rows.append({
            "parameter": prior.name, "prior": prior.words, "mean": float(values.mean()),
            **quantiles, "narrowed": narrowed, "learned": "yes" if narrowed < LEARNED else "no",
            "draws": round(float(fit.sizes[n])),
        })  # fmt: skip
    return pd.DataFrame(rows)


def trade_offs(fit: Fit) -> pd.DataFrame:
    """Return the pairs of parameters that trade off, the closest first.

    Returns:
        Columns parameter, other and correlation, of scores.
    """
    flat = fit.draws.reshape(-1, len(fit.priors))
    matrix = np.atleast_2d(np.corrcoef(flat, rowvar=False))
    names = [prior.name for prior in fit.priors]
    pairs = [
        {"parameter": names[a], "other": names[b], "correlation": float(matrix[a, b])}
        for a in range(len(names))
        for b in range(a + 1, len(names))
        if abs(matrix[a, b]) > RELATED
    ]
    frame = pd.DataFrame(pairs, columns=["parameter", "other", "correlation"])
    return frame.sort_values("correlation", key=np.abs, ascending=False, ignore_index=True)


def sentences(table: pd.DataFrame, pairs: pd.DataFrame, others: int) -> list[str]:
    """Return in words what was learned.

    Args:
        table: What `posterior_table` returns.
        pairs: What `trade_offs` returns.
        others: Number of parameters with a range that were not to be fitted.
    """
    learned = table[table["learned"] == "yes"].sort_values("narrowed")
    open_ = table[table["learned"] == "no"]
    beside = f"; {others} others are drawn from their priors in each set" if others else ""
    told = [f"{len(table)} parameters were fitted{beside}."]
    if len(learned):
        names = [f"{r.parameter} (to {r.narrowed:.0%} of the prior's spread)"
                 for r in learned.itertuples()]  # fmt: skip
        told.append(f"Learned were {len(learned)}: {_listed(names)}.")
    else:
        told.append("No parameter was learned: the targets leave each of them as wide as before.")
    if len(open_):
        told.append(
            f"Not learned were {len(open_)}, which stay nearly as uncertain as before: "
            f"{_listed(list(open_['parameter']))}."
        )
    for r in pairs.head(MOST_NAMED).itertuples():
        how = "more of one goes with less" if r.correlation < 0 else "more of one goes with more"
        told.append(
            f"{r.parameter} and {r.other} trade off: {how} of the other "
            f"(correlation {r.correlation:+.2f})."
        )
    return told


def _listed(names: list[str]) -> str:
    rest = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {rest} more" if rest > 0 else "")
