"""A real Dask cluster of this machine: a scheduler and workers, each a process of its own."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.waiting import LONG, wait_until

LOCAL = ["--host", "127.0.0.1", "--no-dashboard"]


class Cluster:
    """A scheduler and its workers.

    Args:
        folder: Where they keep what they keep.

    Attributes:
        environment: Environment variables of workers to come, beside those of this process.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self.environment: dict[str, str] = {}
        self.processes: list[subprocess.Popen] = []
        self.workers: list[subprocess.Popen] = []
        self.scheduler: subprocess.Popen
        self.address = ""

    def start(self, workers: int = 2) -> None:
        """Start a scheduler at a free port, and workers."""
        file = self.folder / f"scheduler-{len(self.processes)}.json"
        self.scheduler = self._start("scheduler", "--port", "0", "--scheduler-file", str(file))
        wait_until(lambda: _address(file), "the start of the scheduler")
        self.file, self.address = file, _address(file)
        for _ in range(workers):
            self.add_worker()

    def add_worker(self) -> subprocess.Popen:
        """Start a worker of one thread, which ends when it has no scheduler."""
        worker = self._start(
            "worker", "--scheduler-file", str(self.file), "--nthreads", "1", "--no-nanny",
            "--death-timeout", "20", "--local-directory", str(self.folder),
        )  # fmt: skip
        self.workers.append(worker)
        return worker

    def kill_worker(self, number: int) -> None:
        """Kill a worker without a word, and start another in its place."""
        self.workers[number].send_signal(signal.SIGKILL)
        self.workers[number].wait()
        del self.workers[number]
        self.add_worker()

    def kill_scheduler(self) -> None:
        """Kill the scheduler without a word, and end the workers, which have nobody any more."""
        self.scheduler.send_signal(signal.SIGKILL)
        self.scheduler.wait()
        for worker in self.workers:
            worker.kill()
            worker.wait()
        self.workers.clear()

    def stop(self) -> None:
        """End all processes."""
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.wait(timeout=LONG)

    def _start(self, what: str, *words: str) -> subprocess.Popen:
        told = (self.folder / "told.txt").open("ab")
        process = subprocess.Popen(
            [sys.executable, "-m", "distributed.cli.dask_" + what, *LOCAL, *words],
            env={**os.environ, **(self.environment if what == "worker" else {})},
            stdout=told, stderr=told, cwd=self.folder,
        )  # fmt: skip
        told.close()
        self.processes.append(process)
        return process


def _address(file: Path) -> str:
    """Return the address that a scheduler has written to a file; empty until it is whole."""
    try:
        return str(json.loads(file.read_text())["address"])
    except (OSError, ValueError):
        return ""


@contextmanager
def running(folder: Path, workers: int = 2) -> Iterator[Cluster]:
    """Yield a cluster.

    Args:
        folder: Where its processes keep what they keep; made if it is not there.
        workers: How many it has.
    """
    folder.mkdir(exist_ok=True)
    cluster = Cluster(folder)
    try:
        cluster.start(workers)
        yield cluster
    finally:
        cluster.stop()
