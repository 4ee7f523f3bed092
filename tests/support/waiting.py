"""Waiting for what happens, not for the clock: a busy machine is slow, not wrong."""

import time
from collections.abc import Callable

LONG = 600.0
"""Seconds after which something never happens."""


def wait_until(happened: Callable[[], object], what: str = "what was waited for") -> None:
    """Wait until something has happened.

    Args:
        happened: Returns whether it has.
        what: What it is, for the complaint that it never did.
    """
    until = time.monotonic() + LONG
    while not happened():
        assert time.monotonic() < until, f"{what} did not happen"
        time.sleep(0.05)
