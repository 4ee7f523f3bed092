"""Checked, weighted columns of numbers: what the measures of inequity and survival stand on.

Every measure takes plain arrays and states the same conventions, kept here once: rows of weight
zero are dropped before anything is looked at, and what cannot be measured is refused with a
`UserError` (a `ValueError`) that names the argument.
"""

from collections.abc import Hashable, Iterable
from numbers import Real

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from abm.errors import UserError

Floats = NDArray[np.float64]

# Shares closer to a boundary than this are on it: sums of weights are no more exact.
ROUNDING = 1e-12


def column(name: str, values: ArrayLike) -> np.ndarray:
    """Return values as a one-dimensional array of numbers, not yet checked for NaN.

    Args:
        name: What to call the column in an error.
        values: Numbers or booleans, of shape (n,). Integers stay integers.

    Raises:
        UserError: If they are not numbers or not one-dimensional.
    """
    if isinstance(values, np.ma.MaskedArray) and np.ma.getmaskarray(values).any():
        raise UserError(f"{name}: expected a number on every row, got a masked one")
    array = np.asarray(values)
    if array.dtype.kind not in "biufO":
        raise UserError(f"{name}: expected numbers, got {array.dtype}")
    if array.dtype.kind == "O":
        try:
            array = array.astype(np.float64)
        except (TypeError, ValueError) as error:
            raise UserError(f"{name}: expected numbers ({error})") from None
    if array.ndim != 1:
        raise UserError(f"{name}: expected one dimension, got shape {array.shape}")
    return array


def kept(weights: ArrayLike | None, size: int) -> tuple[Floats | None, NDArray[np.bool_] | None]:
    """Return the weights above zero and the mask of the rows that have one.

    Args:
        weights: Persons that each row stands for, of shape (n,), or None for one each.
        size: The number of rows n.

    Returns:
        The weights that are left (None if there were none) and the mask of rows to keep (None if
        all of them are kept, which saves a copy of every column).

    Raises:
        UserError: If a weight is negative or not finite, if the length differs, or if no row is
            left.
    """
    if weights is None:
        if size == 0:
            raise UserError("expected at least one row, got none")
        return None, None
    array = column("weights", weights).astype(np.float64, copy=False)
    if len(array) != size:
        raise UserError(f"weights: expected {size} rows, got {len(array)}")
    with np.errstate(over="ignore"):
        finite = np.isfinite(array.sum())
    if not finite or (array < 0).any():
        raise UserError("weights: expected finite numbers from 0 up, and a finite sum of them")
    mask = array > 0
    if not mask.any():
        raise UserError("expected at least one row with a weight above 0, got none")
    return (array, None) if mask.all() else (array[mask], mask)


def select(name: str, array: np.ndarray, mask: NDArray[np.bool_] | None, size: int) -> np.ndarray:
    """Return the rows of an array that are kept.

    Args:
        name: What to call the array in an error.
        array: Of shape (n,).
        mask: From `kept`.
        size: The number of rows n that was expected.

    Raises:
        UserError: If the array has another number of rows.
    """
    if len(array) != size:
        raise UserError(f"{name}: expected {size} rows, got {len(array)}")
    return array if mask is None else array[mask]


def clean(
    weights: ArrayLike | None, negative: tuple[str, ...] = (), **columns: ArrayLike
) -> tuple[Floats | None, list[Floats]]:
    """Return weights and columns with the rows of weight zero dropped and the rest checked.

    Args:
        weights: Persons that each row stands for, or None for one each.
        negative: Names of the columns in which a negative number is allowed.
        **columns: The columns by name, all of shape (n,).

    Returns:
        The weights (None if None was given) and the columns as floats, in the order given.

    Raises:
        UserError: If there is no row, if lengths differ, or if a number is missing, infinite, or
            negative where that has no meaning.
    """
    arrays = {name: column(name, values) for name, values in columns.items()}
    size = len(next(iter(arrays.values())))
    w, mask = kept(weights, size)
    checked = []
    for name, array in arrays.items():
        values = select(name, array, mask, size).astype(np.float64, copy=False)
        if not np.isfinite(values).all():
            raise UserError(f"{name}: expected finite numbers, got a missing or infinite one")
        if name not in negative and values.min() < 0:
            raise UserError(f"{name}: {values.min():g} is negative, expected numbers from 0 up")
        with np.errstate(over="ignore"):
            finite = np.isfinite(total(values, w))
        if not finite:
            raise UserError(f"{name}: expected numbers whose weighted sum is finite")
        checked.append(values)
    return w, checked


def clean_groups(
    weights: ArrayLike | None, groups: ArrayLike, size: int
) -> tuple[NDArray[np.intp], list[Hashable]]:
    """Return for each row that is kept the number of its group, and the groups' labels.

    Args:
        weights: Persons that each row stands for, or None for one each.
        groups: Labels of any kind (strings, numbers, a pandas categorical), of shape (n,).
        size: The number of rows n that was expected.

    Returns:
        Codes from 0 up, of shape (rows kept,), and the labels in ascending order.

    Raises:
        UserError: If a label is missing or the length differs.
    """
    _, mask = kept(weights, size)
    labels = _labels(groups)
    if len(labels) != size:
        raise UserError(f"groups: expected {size} rows, got {len(labels)}")
    codes, values = pd.factorize(labels if mask is None else labels[mask], sort=True)
    if (codes < 0).any():
        raise UserError("groups: expected a label on every row, got a missing one")
    return codes, list(values)


def _labels(groups: ArrayLike) -> pd.Series | pd.Categorical | np.ndarray:
    """Return labels as an array in which a missing one is still missing.

    NumPy makes the text "nan" of a missing label among texts.
    """
    if isinstance(groups, pd.Series | pd.Categorical | np.ndarray):
        return groups
    if not isinstance(groups, Iterable):
        raise UserError(f"groups: expected a label on every row, got {groups!r}")
    labels = list(groups)
    whole = np.empty(len(labels), dtype=object)
    whole[:] = labels
    return whole if pd.isna(whole).any() else np.asarray(labels)


def number(name: str, value: object, low: float = -np.inf) -> float:
    """Return an option of a measure as a number.

    Args:
        name: What to call it in an error.
        value: The option.
        low: The smallest valid number.

    Raises:
        UserError: If it is not a number, NaN, or below `low`.
    """
    if not isinstance(value, Real) or isinstance(value, bool) or not float(value) >= low:
        bound = "" if low == -np.inf else f" from {low:g} up"
        raise UserError(f"{name}: expected a number{bound}, got {value!r}")
    return float(value)


def total(values: Floats, w: Floats | None) -> float:
    """Return the weighted sum of values."""
    return float(values.sum() if w is None else values @ w)


def mean(values: Floats, w: Floats | None) -> float:
    """Return the weighted mean of values."""
    return total(values, w) / (len(values) if w is None else float(w.sum()))


def by_group(codes: NDArray[np.intp], values: Floats | None, w: Floats | None) -> Floats:
    """Return for each group the weighted sum of values, or with None the weight in it."""
    factor = values if w is None else w if values is None else values * w
    return np.bincount(codes, weights=factor).astype(np.float64, copy=False)


def fractional_rank(rank_by: Floats, w: Floats | None) -> Floats:
    """Return each row's mid-interval weighted fractional rank, between 0 and 1.

    r_i = (W(below i) + W(tied with i) / 2) / W, with W the sum of weights: the share of people
    below, plus half of those at the same place. Ties share one rank, so the order of rows never
    matters, and the weighted mean of the ranks is 1/2.

    Args:
        rank_by: What people are ranked by, checked, of shape (n,); the worst-off are lowest.
        w: Weights above zero, of shape (n,), or None.

    References:
        Lerman & Yitzhaki 1989, Journal of Econometrics 42:43-47; Kakwani, Wagstaff & van
        Doorslaer 1997, Journal of Econometrics 77:87-103.
    """
    order = np.argsort(rank_by)
    values = rank_by[order]
    last = np.append(np.flatnonzero(values[1:] != values[:-1]), len(values) - 1)
    upper = (last + 1).astype(np.float64) if w is None else np.cumsum(w[order])[last]
    middle = upper - np.diff(upper, prepend=0.0) / 2
    rank = np.empty(len(values))
    rank[order] = np.repeat(middle / upper[-1], np.diff(last, prepend=-1))
    return rank


def quantile(values: Floats, q: float, w: Floats | None) -> float:
    """Return the weighted q-quantile: the inverse distribution function, averaged at a step.

    Args:
        values: Checked, of shape (n,).
        q: Between 0 and 1.
        w: Weights above zero, of shape (n,), or None.
    """
    order = np.argsort(values)
    cumulated = np.arange(1.0, len(values) + 1) if w is None else np.cumsum(w[order])
    whole = float(cumulated[-1])
    # Sums of weights are rounded: without a tolerance the answer would hang on their scale.
    near = whole * max(ROUNDING, len(values) * np.finfo(np.float64).eps)
    ends = [
        np.searchsorted(cumulated, q * whole - near, side="left"),
        np.searchsorted(cumulated, q * whole + near, side="right"),
    ]
    return float(values[order[np.minimum(ends, len(values) - 1)]].mean())
