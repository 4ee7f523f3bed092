"""Compiling ahead: one second process at most."""

import os
import time

from abm.engine import precompile


def test_only_one_process_compiles_ahead(tmp_path):
    claim = tmp_path / "claim"
    assert precompile._claimed(claim)
    assert not precompile._claimed(claim)
    long_ago = time.time() - 2 * precompile.PATIENCE
    os.utime(claim, (long_ago, long_ago))
    assert precompile._claimed(claim)


def test_a_process_starts_at_most_one_other():
    assert precompile.start() is precompile.start()
