"""Inequality between groups that have no order (provinces): WHO's summary measures.

The measures of the World Health Organization's Health Equity Assessment Toolkit (HEAT) for groups
of which each has one number, the group's estimate. The setting's average m is the mean of the
estimates weighted by the groups' sizes. Where HEAT has a measure in two forms, `weighted` chooses
whether the groups count by their size (True) or alike (False); the setting's average is weighted
in both. Relative measures are in per cent, as HEAT gives them. Re-exported by
`abm.measures.inequity`.

References:
    Schlotheuber & Hosseinpoor 2022, International Journal of Environmental Research and Public
    Health 19:3697; World Health Organization, Health Equity Assessment Toolkit: technical notes.
"""

import numpy as np
from numpy.typing import ArrayLike

from abm.errors import UserError
from abm.measures.weights import Floats, clean, mean

PER_CENT = 100.0


def between_group_variance(y: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Return the between-group variance: sum of p_j (y_j - m)^2 with shares of people p_j.

    Args:
        y: The estimate of each group, of shape (groups,).
        weights: The groups' sizes, of shape (groups,); alike if None.

    Returns:
        From 0 up, in the squared unit of y.

    Raises:
        UserError: On empty, missing or infinite input, or lengths that differ.
    """
    values, w, average = _checked(y, weights)
    return _variance(values, average, w)


def between_group_standard_deviation(y: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Return the square root of `between_group_variance`, in units of y.

    Args:
        y: The estimate of each group, of shape (groups,).
        weights: The groups' sizes, of shape (groups,); alike if None.

    Raises:
        UserError: As `between_group_variance`.
    """
    return float(np.sqrt(between_group_variance(y, weights)))


def coefficient_of_variation(y: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Return 100 times the between-group standard deviation over the setting's average.

    Args:
        y: The estimate of each group, from 0 up, of shape (groups,).
        weights: The groups' sizes, of shape (groups,); alike if None.

    Returns:
        Per cent, from 0 up. NaN if y is all zeros.

    Raises:
        UserError: On empty, missing, infinite or negative input, or lengths that differ.
    """
    values, w, average = _checked(y, weights, negative=False)
    return _per_cent(float(np.sqrt(_variance(values, average, w))), average)


def mean_difference_from_mean(
    y: ArrayLike, weights: ArrayLike | None = None, weighted: bool = True
) -> float:
    """Return the mean of |y_j - m| over the groups.

    Args:
        y: The estimate of each group, of shape (groups,).
        weights: The groups' sizes, of shape (groups,); alike if None.
        weighted: Whether groups count by their size (HEAT's MDMW) or alike (MDMU).

    Returns:
        From 0 up, in units of y.

    Raises:
        UserError: On empty, missing or infinite input, or lengths that differ.
    """
    values, w, average = _checked(y, weights)
    return _distance(values, average, w, weighted)


def mean_difference_from_best(
    y: ArrayLike,
    weights: ArrayLike | None = None,
    weighted: bool = True,
    favourable: bool = True,
) -> float:
    """Return the mean of |y_j - best| over the groups, with the best group's estimate.

    Args:
        y: The estimate of each group, of shape (groups,).
        weights: The groups' sizes, of shape (groups,); alike if None.
        weighted: Whether groups count by their size (HEAT's MDBW) or alike (MDBU).
        favourable: Whether more is better (the best is the highest) or worse (the lowest).

    Returns:
        From 0 up, in units of y.

    Raises:
        UserError: On empty, missing or infinite input, or lengths that differ.
    """
    values, w, _ = _checked(y, weights)
    return _distance(values, _best(values, favourable), w, weighted)


def mean_difference_from_reference(
    y: ArrayLike,
    reference: float,
    weights: ArrayLike | None = None,
    weighted: bool = True,
) -> float:
    """Return the mean of |y_j - reference| over the groups.

    Args:
        y: The estimate of each group, of shape (groups,).
        reference: The estimate of the group (the capital) with which all are compared.
        weights: The groups' sizes, of shape (groups,); alike if None.
        weighted: Whether groups count by their size (HEAT's MDRW) or alike (MDRU).

    Returns:
        From 0 up, in units of y.

    Raises:
        UserError: On empty, missing or infinite input, or lengths that differ.
    """
    values, w, _ = _checked(y, weights)
    return _distance(values, _finite(reference), w, weighted)


def index_of_disparity(
    y: ArrayLike, weights: ArrayLike | None = None, weighted: bool = True
) -> float:
    """Return 100 times `mean_difference_from_mean` over the setting's average.

    Args:
        y: The estimate of each group, from 0 up, of shape (groups,).
        weights: The groups' sizes, of shape (groups,); alike if None.
        weighted: Whether groups count by their size (HEAT's IDISW) or alike (IDISU).

    Returns:
        Per cent, from 0 up. NaN if y is all zeros.

    Raises:
        UserError: On empty, missing, infinite or negative input, or lengths that differ.

    References:
        Pearcy & Keppel 2002, Public Health Reports 117:273-280.
    """
    values, w, average = _checked(y, weights, negative=False)
    return _per_cent(_distance(values, average, w, weighted), average)


def population_attributable_risk(
    y: ArrayLike,
    weights: ArrayLike | None = None,
    favourable: bool = True,
    reference: float | None = None,
) -> float:
    """Return by how much the setting's average would change if all were as well as a reference.

    y_ref - m. A change for the worse counts as 0: no improvement is possible.

    Args:
        y: The estimate of each group, of shape (groups,).
        weights: The groups' sizes, of shape (groups,); alike if None.
        favourable: Whether more is better or worse.
        reference: The estimate to be reached (the most advantaged group's, where groups have an
            order); the best group's if None.

    Returns:
        In units of y: from 0 up for a favourable outcome, from 0 down for an adverse one.

    Raises:
        UserError: On empty, missing or infinite input, or lengths that differ.
    """
    values, _, average = _checked(y, weights)
    return _improvement(values, average, favourable, reference)


def population_attributable_fraction(
    y: ArrayLike,
    weights: ArrayLike | None = None,
    favourable: bool = True,
    reference: float | None = None,
) -> float:
    """Return 100 times `population_attributable_risk` over the setting's average.

    Args:
        y: The estimate of each group, from 0 up, of shape (groups,).
        weights: The groups' sizes, of shape (groups,); alike if None.
        favourable: Whether more is better or worse.
        reference: The estimate to be reached; the best group's if None.

    Returns:
        Per cent. NaN if y is all zeros.

    Raises:
        UserError: On empty, missing, infinite or negative input, or lengths that differ.
    """
    values, _, average = _checked(y, weights, negative=False)
    return _per_cent(_improvement(values, average, favourable, reference), average)


def _checked(
    y: ArrayLike, weights: ArrayLike | None, negative: bool = True
) -> tuple[Floats, Floats | None, float]:
    """Return estimates, sizes and the setting's average, which equal estimates give exactly."""
    w, (values,) = clean(weights, negative=("y",) if negative else (), y=y)
    lowest, highest = float(values.min()), float(values.max())
    return values, w, min(max(mean(values, w), lowest), highest)


def _variance(values: Floats, average: float, w: Floats | None) -> float:
    return mean((values - average) ** 2, w)


def _distance(values: Floats, goal: float, w: Floats | None, weighted: bool) -> float:
    """Return the mean distance of the groups from a goal, by their size or alike."""
    return mean(np.abs(values - goal), w if weighted else None)


def _improvement(
    values: Floats, average: float, favourable: bool, reference: float | None
) -> float:
    """Return the change of the average up to a reference, 0 where it would be for the worse."""
    goal = _best(values, favourable) if reference is None else _finite(reference)
    return max(0.0, goal - average) if favourable else min(0.0, goal - average)


def _best(values: Floats, favourable: bool) -> float:
    return float(values.max() if favourable else values.min())


def _finite(reference: float) -> float:
    if not np.isfinite(reference):
        raise UserError(f"reference: expected a finite number, got {reference}")
    return float(reference)


def _per_cent(part: float, whole: float) -> float:
    return PER_CENT * part / whole if whole > 0 else float("nan")
