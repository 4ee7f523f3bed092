"""The command line in a process of its own, which can be killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.support.waiting import LONG


def command(*words: str, folder: Path | None = None, before=None) -> subprocess.Popen:
    """Start a command in a session of its own, in which Ctrl-C is heard.

    Args:
        words: What is typed after `rarecare`.
        folder: Where; here by default.
        before: Called in the new process, before it becomes the command.
    """

    def prepare():
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        if before is not None:
            before()

    return subprocess.Popen(
        [sys.executable, "-m", "experiments", *words], text=True, cwd=folder,
        start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=prepare,
    )  # fmt: skip


def ended(process: subprocess.Popen, status: int = 0) -> str:
    """Wait for a command to end with a status and without a traceback; return its complaints."""
    _, told = process.communicate(timeout=LONG)
    assert process.returncode == status, told
    assert "Traceback" not in told
    return told


def kill(process: subprocess.Popen) -> None:
    """Kill a command without a word, and let go of what it said."""
    process.kill()
    process.communicate()


def finished(folder: Path) -> int:
    """Return how many runs a folder of results holds."""
    return len(list((folder / "runs").glob("[!.]*")))


def workers_of(parent: int) -> list[int]:
    """Return the processes that do a command's runs."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            after = status.read_text().rpartition(")")[2].split()
            words = (status.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if int(after[1]) == parent and b"spawn_main" in words:
            found.append(int(status.parent.name))
    return found


def kill_worker(parent: int, number: int) -> None:
    """Kill one of the processes that do a command's runs, if there are any."""
    workers = sorted(workers_of(parent))
    if workers:
        os.kill(workers[number % len(workers)], signal.SIGKILL)
