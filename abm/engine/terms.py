"""The terms of a month, kept until those whose terms have changed have asked again."""

import numpy as np

from agents.records.events import EventRow
from agents.records.insurance import AccountRow, LayerRow
from agents.records.patient import PatientRow
from agents.state import State

WHOM = frozenset({
    "diseases", "schemes", "responses", "poor_only", "enrolled_only", "drug_filter",
    "cost_above", "cost_below", "of_catalogue",
})  # fmt: skip
"""What a layer says about whom and what it is for, not about how much it pays."""


def terms_of(state: State) -> State:
    """Return a state that keeps the terms of this one whatever becomes of it, and no people."""
    names = ("cities", "provinces", "hospitals", "diseases", "drugs", "layers", "levers")
    kept = {name: getattr(state, name).copy() for name in names}
    return state._replace(
        patients=PatientRow.array(0), due=np.zeros(0, np.int16), accounts=AccountRow.array(0),
        event_log=EventRow.array(0), **kept,
    )  # fmt: skip


def alike(now: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Return which layers pay alike, whomever they are for, shape (now, before)."""
    same = np.ones((len(now), len(before)), np.bool_)
    for name in LayerRow.fields:
        if name not in WHOM:
            a, b = now[name], before[name]
            equal = a[:, None] == b[None, :]
            same &= equal.all(axis=2) if equal.ndim == 3 else equal
    return same
