"""Comparing two runs to the last bit."""

import hashlib

import numpy as np
import pandas as pd


def fields(array):
    """Return the fields of an array of records, or the array itself: not the room between them."""
    return [array[name] for name in array.dtype.names] if array.dtype.names else [array]


def digests(state):
    """Return one hash for each array of a state."""
    found = {}
    for name in state._fields:
        whole = hashlib.sha256()
        for values in fields(getattr(state, name)):
            whole.update(np.ascontiguousarray(values).tobytes())
        found[name] = whole.hexdigest()
    return found


def checksum(state):
    """Return one hash over everything that a state holds."""
    return hashlib.sha256(repr(digests(state)).encode()).hexdigest()


def assert_same(these, those):
    """Make sure that all tables of two runs are equal to the last bit."""
    assert these.keys() == those.keys()
    for name in these:
        pd.testing.assert_frame_equal(these[name], those[name], check_exact=True, obj=name)
