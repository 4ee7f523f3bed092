"""`rarecare` from its first moment on: Ctrl-C ends it in a line, a lost terminal in silence.

What a command needs takes seconds to load, and Ctrl-C would meanwhile show a place in a library.
So this module loads nothing but what Python has loaded already.
"""

import os
import signal
import sys
from types import FrameType

INTERRUPTED = 130


def main() -> None:
    """Run the command line."""
    heard = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if heard:  # not where a shell has told it to take no notice
        signal.signal(signal.SIGINT, _end)
    _open_missing()
    from viz.command import run

    if heard:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        status = run(sys.argv[1:])
        if heard:
            signal.signal(signal.SIGINT, _end)
    except KeyboardInterrupt:  # in the moment before a command hears it, or after
        _end()
    sys.exit(status)


def _end(_signal: int = signal.SIGINT, _frame: FrameType | None = None) -> None:
    """End at once, in a line."""
    try:
        os.write(2, b"rarecare: interrupted\n")
    finally:
        os._exit(INTERRUPTED)


def _open_missing() -> None:
    """Open what was closed of input, output and errors, so that no other file takes its place."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
