"""Output that cannot be written: another encoding, a closed reader, a full disk.

What a command prints on standard error is help on the way, so nothing is lost where it cannot be
written; what it prints on standard output may be what was asked for, so that is told.
"""

import errno
import io
import os
import sys
from contextlib import suppress
from typing import IO

UNWRITTEN = {errno.EPIPE, errno.ENOSPC, errno.EIO, errno.EBADF, errno.EDQUOT, errno.EFBIG}
"""What is wrong with a file that takes no more."""


def tolerate() -> None:
    """Let standard output and errors take any character, and errors go nowhere if they must."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    errors = sys.stderr
    if isinstance(errors, io.TextIOWrapper) and isinstance(
        errors.buffer, io.BufferedWriter | io.FileIO
    ):
        lossy = io.BufferedWriter(_Lossy(errors.fileno(), "wb", closefd=False))
        sys.stderr = io.TextIOWrapper(
            lossy, errors.encoding, errors="replace", line_buffering=True, write_through=True
        )


class _Lossy(io.FileIO):
    """A file in which what cannot be written is forgotten."""

    def write(self, content: object) -> int:
        try:
            return super().write(content)  # type: ignore[arg-type]
        except OSError:
            return len(content)  # type: ignore[arg-type]


def complain(message: str) -> None:
    """Print a line about what is wrong on standard error, if there is one."""
    if sys.stderr is not None:
        print(f"rarecare: {' '.join(message.split())}", file=sys.stderr)


def flush() -> None:
    """Write what was printed.

    Raises:
        OSError: If it cannot be written.
    """
    if sys.stdout is not None:
        sys.stdout.flush()


def lost(error: OSError) -> str:
    """Say what the system refused; nothing if the reader of the output has gone, as `head` does.

    What is left of standard output is dropped where it cannot be written, so that nothing tries to
    write it at the end.
    """
    reason = error.strerror or str(error)
    if error.filename:
        return f"{error.filename}: {reason}"
    if error.errno not in UNWRITTEN:
        return reason
    _drop(sys.stdout)
    return "" if error.errno == errno.EPIPE else f"standard output: cannot be written ({reason})"


def _drop(stream: IO[str] | None) -> None:
    """Let whatever a stream still holds go nowhere."""
    if stream is not None:
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)
