"""Asking for memory changes nothing, wherever it is."""

import numpy as np
import pytest

from agents.core.jit import kernel
from agents.core.prefetch import prefetch
from agents.records.patient import PatientRow


@kernel
def total(rows: np.ndarray, asked: int) -> int:
    """Return the sum of incomes; a row far away is asked for at each."""
    found = 0
    for i in range(len(rows)):
        prefetch(rows, i + asked)
        found += rows[i].income
    return found


@pytest.mark.parametrize("asked", [0, 1, -1, 10**6, -(10**6), 10**12])
def test_a_row_may_be_asked_for_that_is_not_there(asked):
    rows = PatientRow.array(5)
    rows["income"] = [1, 2, 3, 4, 5]
    assert total(rows, asked) == 15
    assert total(rows[:0], asked) == 0
