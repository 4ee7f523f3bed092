"""Sets of numbered members, one bit each: how a row says which drugs, diseases or layers it has.

A field declared by `agents.core.record.mask` is a few words of 32 bits; member k is bit k % 32 of
word k // 32. (Not 64: NumPy has no whole type for an unsigned word of 64 bits and a number.) Rules
call `has`, `add`, `clear` and `unite`; what fills the state calls `of` and `add_to_rows`.

Rules do not look whether a member has room: `agents.core.limits` says how many there can be, and a
world or policy that has more is refused when it is loaded.
"""

from collections.abc import Iterable

import numpy as np

from agents.core.jit import rule

WORD = 32
"""Bits in a word."""


@rule
def has(members: np.ndarray, k: int) -> bool:
    """Return whether the k-th member belongs to a set."""
    return (members[k >> 5] >> (k & 31)) & 1 == 1


@rule
def add(members: np.ndarray, k: int) -> None:
    """Put the k-th member into a set."""
    members[k >> 5] |= 1 << (k & 31)


@rule
def clear(members: np.ndarray) -> None:
    """Empty a set."""
    for word in range(len(members)):
        members[word] = 0


@rule
def unite(members: np.ndarray, others: np.ndarray) -> None:
    """Put all members of another set into a set."""
    for word in range(len(members)):
        members[word] |= others[word]


def words(most: int) -> int:
    """Return how many words a set of at most so many members takes."""
    return -(-most // WORD)


def of(members: Iterable[int], most: int) -> np.ndarray:
    """Return the words of a set.

    Args:
        members: The numbers of its members.
        most: How many members a set of this kind can have.

    Raises:
        IndexError: If a member has no room.
    """
    found = np.zeros(words(most), np.uint32)
    for k in members:
        word, bit = _place(k, len(found))
        found[word] |= bit
    return found


def add_to_rows(sets: np.ndarray, chosen: np.ndarray, k: int) -> None:
    """Put the k-th member into the sets of some rows.

    Args:
        sets: The field of all rows, shape (rows, words).
        chosen: Which rows, one truth value each.
        k: The member.

    Raises:
        IndexError: If the member has no room.
    """
    word, bit = _place(k, sets.shape[1])
    sets[chosen, word] |= bit


def members(found: np.ndarray) -> list[int]:
    """Return the numbers of a set's members, in order."""
    return [WORD * i + b for i, word in enumerate(found) for b in range(WORD) if int(word) >> b & 1]


def _place(k: int, room: int) -> tuple[int, np.uint32]:
    """Return the word and the bit of a member."""
    if not 0 <= k < WORD * room:
        raise IndexError(f"member {k} of a set with room for {WORD * room}")
    return int(k) // WORD, np.uint32(1 << int(k) % WORD)
