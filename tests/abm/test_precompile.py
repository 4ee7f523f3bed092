"""Compiling ahead: one second process at most."""

import functools
import os
import threading
import time

import pytest

from abm import model, precompile
from abm.setup.initial_state import empty_state


def test_only_one_process_compiles_ahead(tmp_path):
    claim = tmp_path / "claim"
    assert precompile._claimed(claim)
    assert not precompile._claimed(claim)
    long_ago = time.time() - 2 * precompile.PATIENCE
    os.utime(claim, (long_ago, long_ago))
    assert precompile._claimed(claim)


def test_what_another_process_has_begun_is_waited_for(monkeypatch, tmp_path):
    """Also where this process has begun one of its own before, of other sources."""
    monkeypatch.setattr(precompile, "FOLDER", str(tmp_path))
    monkeypatch.setattr(precompile, "_compile", lambda *_: None)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(precompile, "_second_process", functools.cache(lambda: None))
    claim = tmp_path / precompile.CLAIM
    claim.touch()
    assert precompile.start()
    threading.Timer(0.3, claim.unlink).start()
    precompile.wait(True, empty_state())
    assert not claim.exists()


def test_what_is_compiled_is_not_compiled_ahead(monkeypatch, tmp_path):
    monkeypatch.setattr(precompile, "FOLDER", str(tmp_path))
    (tmp_path / precompile.MARK).touch()
    assert not precompile.start()
    assert not (tmp_path / precompile.CLAIM).exists()


def test_the_second_process_leaves_no_claim_however_it_ends(monkeypatch, tmp_path):
    monkeypatch.setattr(precompile, "FOLDER", str(tmp_path))
    (tmp_path / precompile.CLAIM).touch()

    def fails(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(precompile, "_compile", fails)
    with pytest.raises(KeyboardInterrupt):
        precompile.compile_bills()
    assert not list(tmp_path.iterdir())


def test_no_fast_test_has_the_month_compiled():
    assert not model.precompile.start()
    with pytest.raises(pytest.fail.Exception, match="mark it slow"):
        model.precompile.wait(False, empty_state())
