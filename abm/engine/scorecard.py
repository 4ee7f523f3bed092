"""A year's scorecard: the few figures at a year's end by which a policy's triggers can fire."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from agents.codes import Fund, Stage
from agents.core.record import NEVER, Rows
from agents.records.insurance import FundRow
from agents.records.patient import PatientRow
from agents.state import State


class Judged(NamedTuple):
    """The years of spending judged since the scenario's start, and the catastrophic of them."""

    years: int
    catastrophic: int


def judged(state: State) -> Judged:
    """Return how many years of spending have been judged so far."""
    rows = _rows(state)
    return Judged(
        int(rows["observed_years"].sum(dtype=np.int64)),
        int(rows["catastrophic_years"].sum(dtype=np.int64)),
    )


def figures(state: State, before: Judged | None) -> dict[str, float]:
    """Return a year's scorecard, by `abm.policy.triggers.MEASURES`; NaN where nobody counts.

    Args:
        state: The world after a December, its books not closed yet.
        before: What had been judged when the year began; None where nobody counted.
    """
    return {
        "fund_refused": _fund(state, lambda funds: funds["rationed"]),
        "fund_balance": _fund(state, lambda funds: funds["balance"]),
        "on_treatment": _on_treatment(state),
        "catastrophic": _catastrophic(state, before),
        "registered": _registered(state),
    }


def _rows(state: State) -> Rows[PatientRow]:
    """Return the rows of patients in use."""
    return state.patients[: int(state.counters["patients"][0])]


def _share(part: float, whole: float) -> float:
    """Return a part over the whole, NaN where there is nothing."""
    return float(part / whole) if whole > 0.0 else float("nan")


def _fund(state: State, amount: Callable[[Rows[FundRow]], np.ndarray]) -> float:
    """Return an amount of all special funds over the year's claims on them."""
    funds = state.funds[(state.funds["kind"] == Fund.SPECIAL_FUND) & (state.funds["used"] == 1)]
    claims = funds["paid_rare"].sum() + funds["rationed"].sum()
    return _share(amount(funds).sum(), claims)


def _on_treatment(state: State) -> float:
    """Return the share on treatment of those ill with a disease whose drug is on the market."""
    rows = _rows(state)
    ill = (rows["stage"] != Stage.WELL) & (rows["stage"] != Stage.DEAD)
    sold = state.drugs[state.drugs["launched"] != NEVER]
    treatable = np.bincount(sold["disease"], minlength=len(state.diseases)) > 0
    among = ill & treatable[rows["disease"]]
    return _share(float((rows["stage"][among] == Stage.TREATED).sum()), float(among.sum()))


def _registered(state: State) -> float:
    """Return the share in the registry of those diagnosed and alive."""
    rows = _rows(state)
    known = (rows["stage"] >= Stage.DIAGNOSED) & (rows["stage"] != Stage.DEAD)
    return _share(float((rows["registered"][known] != NEVER).sum()), float(known.sum()))


def _catastrophic(state: State, before: Judged | None) -> float:
    """Return the share of the years judged in this year with catastrophic spending."""
    if before is None:
        return float("nan")
    now = judged(state)
    return _share(now.catastrophic - before.catastrophic, now.years - before.years)
