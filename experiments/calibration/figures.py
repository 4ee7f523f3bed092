"""The published figures that parameters are fitted to, on the scales on which errors are alike.

What a survey found differs from what the model should give by two errors, taken as normal and
independent on the target's own scale: the survey's sampling (`error`) and what the model cannot get
right however its parameters are set (`discrepancy`). Both are given in the target's unit and are
carried to its scale by the slope there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from abm.errors import UserError
from abm.measures.weights import Floats
from abm.world import World

FIT = "fit"


@dataclass(frozen=True)
class Figures:
    """Published figures to be reproduced, each on its scale.

    Attributes:
        names: The targets.
        published: What was found, on the target's scale.
        variance: Of sampling and discrepancy together, on that scale.
        scales: identity, log or logit, by target.
        bands: By number, the targets that every set has to meet, each with its band on its scale.
    """

    names: tuple[str, ...]
    published: Floats
    variance: Floats
    scales: tuple[str, ...]
    bands: Mapping[int, tuple[float, float]] = field(default_factory=dict)

    def meets(self, figures: Floats, error: Floats | None = None) -> NDArray[np.bool_]:
        """Return whether figures lie in the bands of all targets that have to be met.

        Args:
            figures: On the targets' scales, shape (points, targets).
            error: By how much within, by target; by default not at all.
        """
        within = np.zeros(figures.shape[1]) if error is None else error
        inside = np.ones(len(figures), bool)
        for n, (low, high) in self.bands.items():
            inside &= (figures[:, n] >= low + within[n]) & (figures[:, n] <= high - within[n])
        return inside

    def on_scale(self, outputs: Floats) -> Floats:
        """Return figures in the targets' units on the targets' scales.

        Args:
            outputs: One column per target; shape (points, targets).

        Returns:
            The same shape; NaN where a figure has no value there (a share of 0 or 1, a mean of 0).
        """
        columns = [_scaled(outputs[:, n], scale) for n, scale in enumerate(self.scales)]
        return np.column_stack(columns) if columns else np.empty((len(outputs), 0))

    def in_units(self, figures: Floats) -> Floats:
        """Return figures on the targets' scales in the targets' units; shape (points, targets)."""
        columns = [_undone(figures[:, n], scale) for n, scale in enumerate(self.scales)]
        return np.column_stack(columns)

    def observed(self, published: Floats) -> "Figures":
        """Return the same targets with other figures found, on the targets' scales."""
        return replace(self, published=np.asarray(published))


def figures_of(world: World) -> Figures:
    """Return the targets of a world that parameters are fitted to.

    Raises:
        UserError: If there are none, or one has no error and no discrepancy or is not possible on
            its scale.
    """
    table = world.targets[world.targets["use"] == FIT]
    if table.empty:
        raise UserError(f"world {world.name}, targets.csv: no row with use = {FIT}, expected some")
    published = table["published"].to_numpy(dtype=float)
    scales = tuple(table["scale"])
    names = tuple(table["target"])
    at = np.array([_scaled(np.array([v]), s)[0] for v, s in zip(published, scales, strict=True)])
    slope = np.array([_slope(v, s) for v, s in zip(published, scales, strict=True)])
    variance = (table["error"] ** 2 + table["discrepancy"] ** 2).to_numpy() * slope**2
    for name, scale, value, spread in zip(names, scales, at, variance, strict=True):
        if not np.isfinite(value):
            raise UserError(f"targets.csv, {name}: published is not possible on scale {scale}")
        if not spread > 0.0:
            raise UserError(f"targets.csv, {name}: error and discrepancy 0, expected one above 0")
    bands = {
        n: (float(_scaled(np.array([row.low]), row.scale)[0]),
            float(_scaled(np.array([row.high]), row.scale)[0]))
        for n, row in enumerate(table.itertuples())
        if row.must
    }  # fmt: skip
    return Figures(names, at, variance, scales, bands)


def _scaled(values: Floats, scale: str) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        if scale == "log":
            found = np.log(values)
        elif scale == "logit":
            found = np.log(values) - np.log1p(-values)
        else:
            found = np.asarray(values, dtype=float)
    return np.where(np.isfinite(found), found, np.nan)


def _undone(figures: Floats, scale: str) -> Floats:
    if scale == "log":
        return np.exp(figures)
    return 1.0 / (1.0 + np.exp(-figures)) if scale == "logit" else figures


def _slope(value: float, scale: str) -> float:
    """Return how much the scaled figure changes with the figure, at a value."""
    if scale == "log":
        return 1.0 / value if value > 0.0 else np.nan
    if scale == "logit":
        return 1.0 / (value * (1.0 - value)) if 0.0 < value < 1.0 else np.nan
    return 1.0


def outputs_table(names: tuple[str, ...], outputs: list[dict[str, float]]) -> Floats:
    """Return outputs by name as an array, shape (points, targets); NaN where one is missing."""
    return pd.DataFrame(outputs, columns=list(names)).to_numpy(dtype=float)
