"""Accrual: a bill belongs to the months that it pays for, not to that in which it is paid.

What a time has cost is what was paid in it, with what had been paid before for months of it, and
without what was paid in it for months after. So costs cover the months that effects cover.
"""

import math

import numpy as np

from agents.codes import Stage
from agents.core.jit import rule
from agents.records.insurance import AccountRow
from agents.records.patient import PatientRow
from agents.state import State


@rule
def part_ahead(account: AccountRow, month: int) -> float:
    """Return the part of a patient's last bill that pays for treatment from a month on, 0-1."""
    months = account.paid_until - month
    if months <= 0:
        return 0.0
    return min(1.0, months / account.last_period)


@rule
def bear_ahead(
    state: State, patient: PatientRow, month: int, rate: float, borne: np.ndarray
) -> None:
    """Add what has been paid for a patient's treatment from a month on to those who have borne it.

    Discounted from the month in which it was paid. The dead need no more: what was paid for them
    has been spent.

    Args:
        state: The world.
        patient: The patient.
        month: The month.
        rate: The discount rate of a month, continuous.
        borne: Yuan by `agents.codes.Bearer`, to which is added.
    """
    if patient.stage != Stage.TREATED or patient.account < 0:
        return
    account = state.accounts[patient.account]
    part = part_ahead(account, month)
    if part > 0.0:
        worth = part * math.exp(-rate * (account.paid_until - account.last_period))
        for bearer in range(len(borne)):
            borne[bearer] += worth * account.last[bearer]
