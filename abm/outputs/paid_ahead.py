"""What has been paid, at a year's end, for treatment in months to come."""

import numpy as np

from agents.accrual import bear_ahead
from agents.codes import Bearer
from agents.core.jit import kernel
from agents.state import State


@kernel
def add_up(state: State, month: int, ahead: np.ndarray) -> None:
    """Add up what has been paid for treatment from a month on.

    Args:
        state: The world; it is not changed.
        month: The month.
        ahead: Discounted yuan by province, income quintile and bearer, to which is added.
    """
    rate = state.params[0].discount_per_month
    for i in range(state.counters[0].patients):
        patient = state.patients[i]
        province = state.cities[patient.city].province
        bear_ahead(state, patient, month, rate, ahead[province, patient.quintile - 1])


def paid_ahead(state: State, month: int) -> np.ndarray:
    """Return what has been paid for treatment from a month on.

    Returns:
        Discounted yuan by province, income quintile and bearer.
    """
    ahead = np.zeros((len(state.provinces), 5, len(Bearer)))
    add_up(state, month, ahead)
    return ahead
