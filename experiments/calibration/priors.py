"""What is believed of each parameter before the model is run, from its range and its tag.

- A GUESS is as likely anywhere in its range: uniform between low and high; uniform in the logarithm
  where the range is of positive numbers and its end more than `WIDE` times its beginning.
- What was SEEN, is KNOWN or was worked out (CALC) is likelier near its value: a PERT distribution
  (Malcolm et al. 1959), a beta distribution on the range with its mode at the value; over
  logarithms where the range is wide in the same sense.
- Whole numbers are those of the range: a continuous draw, rounded.
- A parameter whose range is one point is fixed.

Every prior is read as a standard-normal score: the value with a probability p below it has the
score with the same p below it. In scores all priors are one and the same, which is what the sampler
needs (`experiments.calibration.posterior`).

References:
    Malcolm, Roseboom, Clark, Fazar 1959, Operations Research 7:646-669.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import betainc, betaincinv, ndtr, ndtri

from abm.errors import unknown
from abm.measures.weights import Floats
from abm.world import World
from abm.world.parameters import TAKES

WIDE = 10.0
"""End of a range over its beginning, above which a range is taken in the logarithm."""
PEAK = 4.0
"""Weight of the mode in a PERT distribution; its usual value."""
DIGITS = 6
"""Significant digits of a value: what is written is what was run."""
FARTHEST = 8.0
"""Largest score: the ends of a range have no finite one."""
GUESSED = "GUESS"
CONVENTIONS = frozenset({
    "child_age_limit", "discount_rate", "fiscal_income_elasticity", "income_deflator_to_start",
    "rethink_after", "severity_reference", "yuan_per_dollar",
})  # fmt: skip
"""Parameters that are not unknown but chosen: how a thing is counted, or where another is read. No
fit moves them and every set keeps their values."""


@dataclass(frozen=True)
class Prior:
    """What is believed of one parameter.

    Attributes:
        name: The parameter.
        low: The smallest value.
        high: The largest.
        mode: The likeliest value; None if all are alike.
        log: Whether the distribution is over logarithms.
        whole: Whether only whole numbers are possible.
    """

    name: str
    low: float
    high: float
    mode: float | None = None
    log: bool = False
    whole: bool = False

    @property
    def fixed(self) -> bool:
        """Whether there is only one value."""
        return self.low == self.high

    @property
    def words(self) -> str:
        """The prior as a table shows it."""
        over = "log-" if self.log else ""
        ends = f"{self.low:g} to {self.high:g}"
        if self.fixed:
            return f"fixed at {self.low:g}"
        if self.mode is None:
            return f"{over}uniform, {ends}"
        return f"{over}PERT, {ends}, mode {self.mode:g}"

    def values(self, scores: Floats) -> Floats:
        """Return the values with some standard-normal scores.

        Args:
            scores: Any shape.
        """
        if self.fixed:
            return np.full_like(np.asarray(scores, dtype=float), self.low)
        begin, end = self._ends
        spread = begin + (end - begin) * self._quantile(ndtr(np.asarray(scores, dtype=float)))
        found = np.exp(spread) if self.log else spread
        found = np.rint(found) if self.whole else _tidy(found)
        return np.clip(found, self.low, self.high)

    def scores(self, values: Floats) -> Floats:
        """Return the standard-normal scores of some values; of a whole number, its middle.

        Args:
            values: Any shape, within the range.
        """
        begin, end = self._ends
        if self.fixed:
            return np.zeros_like(np.asarray(values, dtype=float))
        inside = np.clip(np.asarray(values, dtype=float), self.low, self.high)
        part = ((np.log(inside) if self.log else inside) - begin) / (end - begin)
        below = part if self.mode is None else betainc(*self._shape, part)
        return np.clip(ndtri(np.clip(below, 0.0, 1.0)), -FARTHEST, FARTHEST)

    @property
    def _ends(self) -> tuple[float, float]:
        """Ends of the continuous range; whole numbers have half a step on both sides."""
        step = 0.5 if self.whole and not self.fixed else 0.0
        ends = np.array([self.low - step, self.high + step])
        begin, end = np.log(ends) if self.log else ends
        return float(begin), float(end)

    @property
    def _shape(self) -> tuple[float, float]:
        """The two shapes of the beta distribution with its mode at the value."""
        begin, end = self._ends
        likeliest = self.low if self.mode is None else self.mode
        mode = float(np.log(likeliest)) if self.log else likeliest
        at = (mode - begin) / (end - begin)
        return 1.0 + PEAK * at, 1.0 + PEAK * (1.0 - at)

    def _quantile(self, below: Floats) -> Floats:
        return below if self.mode is None else betaincinv(*self._shape, below)


def _tidy(values: Floats) -> Floats:
    """Return values with `DIGITS` significant digits."""
    size = np.where(values == 0.0, 1.0, np.abs(values))
    unit = 10.0 ** (np.floor(np.log10(size)) - DIGITS + 1)
    rounded = np.rint(values / unit) * unit
    return np.array([float(f"{v:.{DIGITS}g}") for v in np.ravel(rounded)]).reshape(values.shape)


def prior_of(name: str, value: float, low: float, high: float, tag: str) -> Prior:
    """Return the prior of a parameter.

    Args:
        name: The parameter.
        value: Its value in parameters.csv.
        low: Where its plausible range begins.
        high: Where it ends.
        tag: How well it is known.
    """
    log = low > 0.0 and high / low > WIDE
    mode = None if tag == GUESSED else value
    return Prior(name, low, high, mode, log, TAKES[name].kind == "integer")


def priors_of(world: World, names: Iterable[str] | None = None) -> tuple[Prior, ...]:
    """Return the priors of a world's parameters, in the order of its table.

    Args:
        world: Whose ranges and tags.
        names: Of these only; by default of all that are neither fixed nor conventions.

    Raises:
        UserError: If a name is unknown.
    """
    table = world.parameter_table
    found = {
        r.name: prior_of(r.name, r.value, r.low, r.high, r.tag)
        for r in table.itertuples(index=False)
    }
    if names is None:
        return tuple(
            prior for name, prior in found.items() if not prior.fixed and name not in CONVENTIONS
        )
    wanted = list(names)
    for name in wanted:
        if name not in found:
            raise unknown("parameter", name, found)
    return tuple(prior for name, prior in found.items() if name in wanted)


def values_of(priors: Iterable[Prior], scores: Floats) -> pd.DataFrame:
    """Return values by parameter, one column each.

    Args:
        priors: One per column of the scores.
        scores: Standard-normal scores, shape (points, parameters).
    """
    return pd.DataFrame({prior.name: prior.values(scores[:, n]) for n, prior in enumerate(priors)})


def scores_of(priors: Iterable[Prior], values: pd.DataFrame) -> Floats:
    """Return standard-normal scores, shape (points, parameters), of values by parameter."""
    return np.column_stack([prior.scores(values[prior.name].to_numpy()) for prior in priors])
