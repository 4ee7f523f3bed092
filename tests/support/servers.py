"""Real servers of the browser view, each a process of its own."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from tests.support.waiting import LONG


@dataclass
class Server:
    """A running `rarecare view`."""

    url: str
    process: subprocess.Popen
    log: Path

    def memory(self) -> float:
        """Return the server's resident memory, MiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024

    def seconds(self) -> float:
        """Return the processor time that the server has used, seconds."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def start_server(log: Path, folder: Path, pairs: int = 0, **settings: str) -> Server:
    """Start the browser view on a free port, in a folder of its own, with further settings.

    Its pages live no pairs in the background unless they are asked for.
    """
    root = Path(__file__).parents[2]
    environment = {
        **os.environ, "PYTHONPATH": str(root), "PYTHONUNBUFFERED": "1",
        "SOLARA_KERNEL_MAX_PER_SESSION": "50", **settings,
    }  # fmt: skip
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "viz", "view", "--port", "0", "--no-open",
             "--pairs", str(pairs)],
            cwd=folder, env=environment, stdout=file, stderr=file, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    until = time.monotonic() + LONG
    while time.monotonic() < until and process.poll() is None:
        found = re.search(r"http://\S+", log.read_text())
        if found:
            try:
                urlopen(found[0] + "/readyz", timeout=LONG)
                return Server(found[0], process, log)
            except OSError:
                pass
        time.sleep(0.1)
    process.kill()
    raise RuntimeError(f"the server did not start:\n{log.read_text()}")


@contextmanager
def serving(folder: Path, pairs: int = 0, **settings: str) -> Iterator[Server]:
    """Keep a server for a while; it must end without a traceback."""
    running = start_server(folder / "log.txt", folder, pairs, **settings)
    yield running
    running.process.terminate()
    running.process.wait(LONG)
    text = running.log.read_text()
    assert "Traceback" not in text, text
