"""Sets of bits: the same as sets of numbers, in both engines, and never an overflow in silence."""

import numpy as np
import pytest
from hypothesis import given as cases
from hypothesis import strategies as st

from agents.core import bitset
from agents.core.jit import kernel
from agents.core.record import Record, mask
from tests.support.plain import agents as plain

MOST = 300
some = st.sets(st.integers(0, MOST - 1))


class CrateRow(Record):
    """A crate."""

    holds = mask("what is in it", MOST)
    other = mask("what was in it", MOST)


@kernel
def pack(crates, k):
    """Put a thing into the first crate, and all of it into the second."""
    bitset.clear(crates[1].holds)
    bitset.add(crates[0].holds, k)
    bitset.unite(crates[1].holds, crates[0].holds)


@kernel
def look(crates, found):
    """Find out what is in the second crate."""
    for k in range(len(found)):
        found[k] = bitset.has(crates[1].holds, k)


@cases(some)
def test_compiled_sets_are_sets(numbers):
    crates, found = CrateRow.array(2), np.zeros(MOST, bool)
    crates["holds"][1] = crates["other"] = 2**32 - 1
    for k in numbers:
        pack(crates, k)
    if numbers:
        look(crates, found)
        assert set(np.flatnonzero(found)) == numbers == set(bitset.members(crates[1].holds))
    assert (crates["other"] == 2**32 - 1).all()


@cases(some, some)
def test_interpreted_sets_are_sets(numbers, others):
    rules = plain.bitset
    crates = CrateRow.array(2)
    for k in numbers:
        rules.add(crates[0].holds, k)
    for k in others:
        rules.add(crates[1].holds, k)
    assert [k for k in range(MOST) if rules.has(crates[0].holds, k)] == sorted(numbers)
    rules.unite(crates[0].holds, crates[1].holds)
    assert set(bitset.members(crates[0].holds)) == numbers | others
    rules.clear(crates[0].holds)
    assert bitset.members(crates[0].holds) == []
    assert set(bitset.members(crates[1].holds)) == others


@cases(some)
def test_words_made_at_once_are_those_made_one_by_one(numbers):
    crate = CrateRow.array(1)
    for k in numbers:
        plain.bitset.add(crate[0].holds, k)
    assert (bitset.of(numbers, MOST) == crate["holds"][0]).all()


@cases(some, st.lists(st.booleans(), min_size=4, max_size=4))
def test_members_are_added_to_chosen_rows_only(numbers, chosen):
    crates = CrateRow.array(4)
    for k in numbers:
        bitset.add_to_rows(crates["holds"], np.array(chosen), k)
    for row, inside in zip(crates, chosen, strict=True):
        assert set(bitset.members(row.holds)) == (numbers if inside else set())


@pytest.mark.parametrize("k", [-1, 320, 10**6])
def test_a_member_without_room_is_an_error(k):
    with pytest.raises(IndexError, match=f"member {k} of a set with room for 320"):
        bitset.of([k], MOST)
    with pytest.raises(IndexError, match=f"member {k}"):
        bitset.add_to_rows(CrateRow.array(1)["holds"], np.array([True]), k)
