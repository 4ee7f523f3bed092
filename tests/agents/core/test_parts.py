"""Rules are compiled into the phases, and take the state by its address."""

from typing import NamedTuple

import numba
import numpy as np
import pytest
from numba import types

from agents.core.by_reference import by_reference
from agents.core.jit import INTERPRETED, kernel, rule
from agents.core.parts import _Part


@by_reference
class Two(NamedTuple):
    """Two arrays."""

    first: np.ndarray
    second: np.ndarray


@rule
def _added(two: Two, i: int) -> float:
    """Return the sum of what two arrays hold at a place, and note it there."""
    two.first[i] += two.second[i]
    return two.first[i]


@numba.njit
def _add_all(two: Two, other: Two) -> float:
    """Add one pair of arrays up, then another."""
    total = 0.0
    for i in range(len(two.first)):
        total += _added(two, i)
    for i in range(len(other.first)):
        total += _added(other, i)
    return total


@numba.njit
def _reads_what_is_not_there(two: Two) -> float:
    """Read a field that the tuple lacks."""
    return two.third[0]


def test_rules_read_and_write_the_arrays_of_the_tuple_that_python_gives():
    two = Two(np.array([1.0, 2.0]), np.array([10.0, 20.0]))
    other = Two(np.array([5.0]), np.array([0.5]))
    assert _add_all(two, other) == 11.0 + 22.0 + 5.5
    assert list(two.first) == [11.0, 22.0]
    assert list(other.first) == [5.5]
    longer = Two(np.ones(3), np.ones(3))
    assert _add_all(longer, other) == 6.0 + 6.0


def test_one_type_stands_for_all_tuples_of_the_same_arrays():
    kind = numba.typeof(Two(np.zeros(1), np.zeros(2)))
    assert kind == numba.typeof(Two(np.zeros(3), np.zeros(0)))
    assert kind != numba.typeof(Two(np.zeros(3), np.zeros(0, np.int32)))


def test_a_field_that_is_not_there_is_refused_when_it_is_compiled():
    with pytest.raises(numba.TypingError, match="third"):
        _reads_what_is_not_there(Two(np.zeros(1), np.zeros(1)))


def test_no_machine_code_is_made_of_a_rule_alone():
    _add_all(Two(np.zeros(1), np.zeros(1)), Two(np.zeros(1), np.zeros(1)))
    (compiled,) = _added.overloads.values()
    assert isinstance(compiled.library, _Part)
    (whole,) = _add_all.overloads.values()
    assert not isinstance(whole.library, _Part)


def test_a_rule_is_compiled_once_for_numbers_of_every_width():
    @rule
    def half(month: int, amount: float, sure: bool) -> float:
        return 0.5 * amount + (month if sure else 0)

    @kernel
    def from_everywhere(months: np.ndarray, row: np.ndarray) -> float:
        total = half(7, 1, True) + half(months[0], 2.0, months[0] > 0)
        return total + half(row[0].month, amount=row[0].visits, sure=False)

    row = np.zeros(1, np.dtype([("month", np.int16), ("visits", np.uint8)]))
    row["month"], row["visits"] = -3, 200
    assert from_everywhere(np.array([5]), row) == (7 + 0.5) + (5 + 1) + 100
    if not INTERPRETED:
        assert half.signatures == [(types.int64, types.float64, types.boolean)]
