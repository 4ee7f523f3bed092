"""What respondents of a survey answer: one small function per way of measuring.

Each takes the answers (`experiments.validation.surveys.respondents`), their weights, which add up
to 1, and what the row of the target is measured of.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

Answer = Callable[[pd.DataFrame, np.ndarray, str], float]


class Asked(NamedTuple):
    """A way of measuring what is answered.

    Attributes:
        measured: Works it out.
        words: How, in words; `{of}` stands for what it is measured of.
    """

    measured: Answer
    words: str


def mean(values: np.ndarray, weights: np.ndarray) -> float:
    """Return the weighted mean, NaN of nobody."""
    total = weights.sum()
    return float((values * weights).sum() / total) if total > 0.0 else np.nan


def median(values: np.ndarray, weights: np.ndarray) -> float:
    """Return the weighted median of whole numbers, NaN of nobody.

    A number n stands for everything from n - 0.5 to n + 0.5, and the median divides the number on
    which it falls (the median of grouped data), so that it moves smoothly with the answers.
    """
    if weights.sum() <= 0.0:
        return np.nan
    steps, which = np.unique(values, return_inverse=True)
    parts = np.bincount(which, weights) / weights.sum()
    before = np.cumsum(parts) - parts
    k = int(np.searchsorted(np.cumsum(parts), 0.5 - 1e-12))
    return float(max(0.0, steps[k] - 0.5 + (0.5 - before[k]) / parts[k]))


def mean_delay(people: pd.DataFrame, weights: np.ndarray, _: str) -> float:
    """Return the mean delay from onset to diagnosis, months."""
    return mean(people["delay"].to_numpy(), weights)


def median_delay(people: pd.DataFrame, weights: np.ndarray, _: str) -> float:
    """Return the median delay from onset to diagnosis, months."""
    return median(people["delay"].to_numpy(), weights)


def delay_spread(people: pd.DataFrame, weights: np.ndarray, _: str) -> float:
    """Return the standard deviation of the logarithm of delays above 0."""
    late = (people["delay"] > 0).to_numpy() & (weights > 0.0)
    logs, parts = np.log(people["delay"].to_numpy()[late]), weights[late]
    centre = mean(logs, parts)
    return float(np.sqrt(mean((logs - centre) ** 2, parts)))


def delay_over(people: pd.DataFrame, weights: np.ndarray, of: str) -> float:
    """Return the share whose delay is more than so many months."""
    return mean((people["delay"] > int(of)).to_numpy().astype(float), weights)


def _mean_of(column: str) -> Answer:
    """Return the measure of a column's mean."""
    return lambda people, weights, _: mean(people[column].to_numpy().astype(float), weights)


def kept_by_price(people: pd.DataFrame, weights: np.ndarray, _: str) -> float:
    """Return the share kept from treatment by its price, of those with a new drug on the market."""
    told = people["kept_by_price"].to_numpy()
    could = ~np.isnan(told)
    return mean(told[could], weights[could])


def km_away(people: pd.DataFrame, weights: np.ndarray, _: str) -> float:
    """Return the mean way to the place of diagnosis of those diagnosed away from home, km."""
    away = people["away_city"].to_numpy()
    return mean(people["km"].to_numpy()[away], weights[away])


ANSWERS: dict[str, Asked] = {
    "mean_delay": Asked(mean_delay, "mean from onset to diagnosis"),
    "median_delay": Asked(median_delay, "median from onset to diagnosis"),
    "delay_spread": Asked(delay_spread, "standard deviation of ln(onset to diagnosis)"),
    "delay_over": Asked(delay_over, "share with more than {of} months from onset to diagnosis"),
    "hospitals": Asked(_mean_of("hospitals"), "mean number of different hospitals up to diagnosis"),
    "misdiagnosed": Asked(_mean_of("misdiagnosed"), "share with a wrong label before diagnosis"),
    "first_label_wrong": Asked(
        _mean_of("misdiagnosed"),
        "share whose first label was wrong: any wrong label comes before the right one",
    ),
    "away_city": Asked(_mean_of("away_city"), "share diagnosed outside the home city"),
    "away_province": Asked(_mean_of("away_province"), "share diagnosed outside the home province"),
    "kept_by_price": Asked(
        kept_by_price,
        "share that a new drug's price keeps from treatment, of those whose disease has one on the "
        "market, whether or not a hospital keeps it",
    ),
    "km_away": Asked(km_away, "mean km to the place of diagnosis, diagnosed outside the home city"),
}
"""How each measure of `abm.world.measured.ASKED` is worked out."""
