"""Giving memory back to the system after a page has been closed."""

import ctypes
import gc
import threading

DELAY = 2.0
"""Seconds after which all that a page held has been let go."""


def give_back_soon() -> None:
    """Give back what a closed page held, once nothing holds it any more."""
    timer = threading.Timer(DELAY, give_back)
    timer.daemon = True
    timer.start()


def give_back() -> None:
    """Collect garbage and hand freed memory back to the system.

    The models' arrays are freed by themselves, but glibc keeps freed memory for each thread that
    has used it, and every page has threads of its own: without this, twenty pages opened and closed
    double the memory. Other C libraries have no such call and are left alone.
    """
    gc.collect()
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (AttributeError, OSError, TypeError):
        return
