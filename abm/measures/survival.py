"""Time to an event that not everyone has reached yet, on plain arrays, weighted.

A patient who is still undiagnosed at the end is censored, never dropped: the mean delay of those
diagnosed is far too short, and a policy that finds the long-delayed makes it look worse. Months
are counted, not sorted, so ten million rows take about a tenth of a second.

A weight is the number of persons a row stands for. Rows of weight zero are dropped first; empty
input, NaN, negative months and lengths that differ raise `UserError` (a `ValueError`).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from abm.errors import UserError
from abm.measures.weights import ROUNDING, Floats, column, kept, select

# Beyond so many times the rows, an array of counts costs more than sorting the distinct months.
SPARSE = 4


class KaplanMeier(NamedTuple):
    """A survival curve: a step at each month at which somebody's time ended.

    Attributes:
        times: Months, ascending, beginning with 0.
        survival: Share to whom it has not happened up to and including that month.
        at_risk: Persons under observation to whom it had not happened before that month.
        events: Persons to whom it happened in that month.
        variance: Greenwood's variance of survival.
    """

    times: Floats
    survival: Floats
    at_risk: Floats
    events: Floats
    variance: Floats

    def at(self, months: ArrayLike) -> Floats | float:
        """Return the share to whom it has not happened by the given months.

        Beyond the last month observed the last value is carried on.

        Args:
            months: One time or several, from 0 up.
        """
        return _at(self.times, self.survival, months)


class CumulativeIncidence(NamedTuple):
    """Shares to whom one event, or a competing one, has happened; with survival they add to 1.

    Attributes:
        times: Months, ascending, beginning with 0.
        incidence: Share to whom the event has happened (first) by that month.
        competing: Share to whom another event happened first by that month.
        survival: Share to whom neither has happened.
        at_risk: Persons under observation to whom neither had happened before that month.
        events: Persons to whom the event happened in that month.
    """

    times: Floats
    incidence: Floats
    competing: Floats
    survival: Floats
    at_risk: Floats
    events: Floats

    def at(self, months: ArrayLike) -> Floats | float:
        """Return the share to whom the event has happened by the given months.

        Beyond the last month observed the last value is carried on.

        Args:
            months: One time or several, from 0 up.
        """
        return _at(self.times, self.incidence, months)


def kaplan_meier(
    months: ArrayLike, observed: ArrayLike, weights: ArrayLike | None = None
) -> KaplanMeier:
    """Return the Kaplan-Meier curve.

    S(t) = product over months u <= t of (1 - d_u / n_u), with d_u events among the n_u at risk;
    who is censored in a month is at risk in it. Greenwood: var S(t) = S(t)^2 times the sum over
    u <= t of d_u / (n_u (n_u - d_u)), and 0 once S is 0 (its limit).

    Args:
        months: Time to the event or to the end of observation, from 0 up, of shape (n,).
        observed: Whether it ended with the event (True) or was censored (False), of shape (n,).
        weights: Persons that each row stands for, of shape (n,); the variance takes them for
            counts of separate persons.

    Raises:
        UserError: On empty, missing, infinite or negative input, or lengths that differ.

    References:
        Kaplan & Meier 1958, Journal of the American Statistical Association 53:457-481; Greenwood
        1926, Reports on Public Health and Medical Subjects 33.
    """
    time, status, w = _checked(months, observed, weights, "observed")
    if status.max() > 1:
        raise UserError("observed: expected True or False (1 or 0) on every row")
    times, counts = _tally(time, status, w, kinds=2)
    at_risk, events = _at_risk(counts), counts[:, 1]
    survival = np.cumprod(1 - events / at_risk, dtype=np.float64)
    ended = survival == 0
    terms = np.divide(events, at_risk * (at_risk - events), out=np.zeros_like(events), where=~ended)
    return KaplanMeier(times, survival, at_risk, events, survival**2 * np.cumsum(terms))


def median(
    months: ArrayLike | KaplanMeier,
    observed: ArrayLike | None = None,
    weights: ArrayLike | None = None,
) -> float:
    """Return the median time to the event: the first month with survival of at most one half.

    Args:
        months: As for `kaplan_meier`, of shape (n,); or a curve, and nothing else.
        observed: As for `kaplan_meier`, of shape (n,).
        weights: As for `kaplan_meier`, of shape (n,).

    Returns:
        Months; infinite if the curve does not come down to one half.

    Raises:
        UserError: On empty, missing, infinite or negative input, or lengths that differ.

    References:
        Kaplan & Meier 1958, Journal of the American Statistical Association 53:457-481.
    """
    curve = _curve(months, observed, weights)
    # A product that is one half exactly may come out a rounding error above it.
    reached = curve.survival <= 0.5 + ROUNDING
    return float(curve.times[np.argmax(reached)]) if reached.any() else float("inf")


def restricted_mean(
    months: ArrayLike | KaplanMeier,
    observed: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    *,
    horizon: float,
) -> float:
    """Return the restricted mean: the mean time spent without the event up to a horizon.

    Integral of S(t) from 0 to the horizon: the mean of min(time, horizon). Beyond the last month
    observed the curve is carried on as it is, so keep the horizon within the observation.

    Args:
        months: As for `kaplan_meier`, of shape (n,); or a curve, and nothing else.
        observed: As for `kaplan_meier`, of shape (n,).
        weights: As for `kaplan_meier`, of shape (n,).
        horizon: Months, above 0.

    Returns:
        Months, between 0 and the horizon.

    Raises:
        UserError: On empty, missing, infinite or negative input, lengths that differ, or a horizon
            that is not above 0.

    References:
        Irwin 1949, Journal of Hygiene 47:188-189; Royston & Parmar 2013, BMC Medical Research
        Methodology 13:152.
    """
    if not 0 < horizon < np.inf:
        raise UserError(f"horizon: expected months above 0, got {horizon}")
    curve = _curve(months, observed, weights)
    return float(curve.survival @ np.diff(np.minimum(curve.times, horizon), append=horizon))


def cumulative_incidence(
    months: ArrayLike, event: ArrayLike, weights: ArrayLike | None = None, cause: int = 1
) -> CumulativeIncidence:
    """Return the cumulative incidence of an event that another one can forestall.

    Aalen-Johansen: F(t) = sum over months u <= t of S(u-) d_u / n_u, with d_u events of this cause
    and S the Kaplan-Meier survival free of any. Taking the competing event (death before the
    diagnosis) for censoring, 1 - S would overstate it.

    Args:
        months: Time to the first event or to the end of observation, from 0 up, of shape (n,).
        event: What ended it: 0 censored, 1, 2, ... the events, of shape (n,).
        weights: Persons that each row stands for, of shape (n,).
        cause: Number of the event asked about; all others above 0 compete.

    Raises:
        UserError: On empty, missing, infinite or negative input, lengths that differ, or a cause
            that is not a whole number above 0.

    References:
        Aalen & Johansen 1978, Scandinavian Journal of Statistics 5:141-150.
    """
    if not 1 <= cause < np.inf or cause != int(cause):
        raise UserError(f"cause: expected a whole number above 0, got {cause}")
    time, status, w = _checked(months, event, weights, "event")
    first = status == cause
    times, counts = _tally(time, np.where(first, 1, np.where(status > 0, 2, 0)), w, kinds=3)
    at_risk = _at_risk(counts)
    survival = np.cumprod(1 - counts[:, 1:].sum(axis=1) / at_risk)
    hazards = counts[:, 1:] / at_risk[:, None]
    incidence, competing = np.cumsum(np.append(1.0, survival[:-1])[:, None] * hazards, axis=0).T
    return CumulativeIncidence(times, incidence, competing, survival, at_risk, counts[:, 1])


def _at(times: Floats, values: Floats, months: ArrayLike) -> Floats | float:
    wanted = np.asarray(months, dtype=np.float64)
    if not (wanted >= 0).all():
        raise UserError("months: expected numbers from 0 up")
    found = values[np.searchsorted(times, wanted, side="right") - 1]
    return float(found) if wanted.ndim == 0 else found


def _curve(
    months: ArrayLike | KaplanMeier, observed: ArrayLike | None, weights: ArrayLike | None
) -> KaplanMeier:
    if isinstance(months, KaplanMeier):
        if observed is not None or weights is not None:
            raise UserError("observed, weights: expected none beside a curve")
        return months
    if observed is None:
        raise UserError("observed: expected one value per row, or a curve in place of months")
    return kaplan_meier(months, observed, weights)


def _checked(
    months: ArrayLike, status: ArrayLike, weights: ArrayLike | None, name: str
) -> tuple[np.ndarray, np.ndarray, Floats | None]:
    """Return months and status of the rows with a weight, both checked, and the weights."""
    time, codes = column("months", months), column(name, status)
    w, mask = kept(weights, len(time))
    time, codes = (
        select(label, array, mask, len(time)) for label, array in (("months", time), (name, codes))
    )
    if not (time.min() >= 0 and time.max() < np.inf):
        raise UserError("months: expected finite numbers from 0 up")
    if codes.dtype.kind == "f":
        if not np.isfinite(codes).all() or (codes % 1).any():
            raise UserError(f"{name}: expected whole numbers (or True and False) on every row")
        codes = codes.astype(np.int64)
    if codes.dtype == np.uint64:  # numba and NumPy make a float of it and a signed number
        codes = codes.astype(np.int64)
    if codes.dtype.kind == "i" and codes.min() < 0:
        raise UserError(f"{name}: expected numbers from 0 up")
    return time, codes, w


def _tally(
    time: np.ndarray, status: np.ndarray, w: Floats | None, kinds: int
) -> tuple[Floats, Floats]:
    """Return the distinct times, 0 first, and the persons of each status at each of them.

    Whole months are counted in one pass; other times are sorted.
    """
    index, times = _whole(time), None
    if index is None:
        times, index = np.unique(np.append(time, 0.0), return_inverse=True)
        index = index[:-1]
    key = index * kinds
    key += status
    size = int(index.max() if times is None else len(times) - 1) + 1
    counts = np.bincount(key, weights=w, minlength=size * kinds).reshape(size, kinds)
    present = counts.sum(axis=1) > 0
    present[0] = True
    times = np.flatnonzero(present) if times is None else times[present]
    return times.astype(np.float64), counts[present].astype(np.float64)


def _whole(time: np.ndarray) -> NDArray[np.int64] | None:
    """Return the times as integers, or None if they are not whole or too sparse to count."""
    if time.max() > SPARSE * len(time) + 1000:
        return None
    whole = time.astype(np.int64, copy=False)
    return whole if time.dtype.kind != "f" or (whole == time).all() else None


def _at_risk(counts: Floats) -> Floats:
    """Return the persons still under observation just before each time."""
    return np.cumsum(counts.sum(axis=1)[::-1])[::-1]
