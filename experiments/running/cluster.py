"""A Dask cluster in place of own processes."""

import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from abm.errors import UserError
from experiments.running.progress import Move, progress_of

PATIENCE = 10
"""Seconds to wait for a scheduler."""
TALKATIVE = ("distributed", "distributed.client", "distributed.core", "distributed.comm",
             "tornado.application", "asyncio")  # fmt: skip
"""Loggers that tell of a lost scheduler in a hundred lines; here it is told in one."""
LOOK = 5.0
"""Seconds between two looks at who works."""
ALONE = 60.0
"""Seconds that a scheduler may be without any worker."""


class ClusterLostError(RuntimeError):
    """The scheduler or all workers of a cluster have gone."""


@dataclass(frozen=True)
class Cluster:
    """A cluster that runs tasks.

    Attributes:
        executor: Takes the tasks.
        check: Called while they are waited for; raises `ClusterLostError` if nobody will do them.
    """

    executor: Executor
    check: Callable[[], None]


@contextmanager
def connected(address: str | None) -> Iterator[Cluster | None]:
    """Yield a Dask cluster, or None without an address.

    Args:
        address: Address of the scheduler ("tcp://host:8786").

    Raises:
        UserError: If Dask is not installed or the scheduler cannot be reached.
    """
    if address is None:
        yield None
        return
    try:
        from distributed import Client
    except ImportError:
        raise UserError(
            "--cluster needs Dask, which is not installed: pip install 'dask[distributed]'"
        ) from None
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client = Client(address, timeout=PATIENCE)
    except (OSError, ValueError, TypeError) as error:
        raise UserError(f"--cluster {address}: no scheduler answers ({error})") from None
    try:
        yield Cluster(client.get_executor(pure=False), Watch(address, client).check)
    finally:
        client.close(timeout=PATIENCE)


@contextmanager
def watched(address: str | None, what: str) -> Iterator[tuple[Executor | None, Move]]:
    """Yield what runs a batch, and what is called as it goes on.

    The first is a cluster's executor, or None, for own processes. The second shows what is left,
    and ends the batch if nobody will do it.

    Args:
        address: Address of a scheduler, or None.
        what: What is counted: "runs (3 policies x 8 seeds)".

    Raises:
        UserError: If Dask is not installed or the scheduler cannot be reached.
    """
    with connected(address) as there, progress_of(what) as shown:

        def progress(done: int, total: int, message: str) -> None:
            shown(done, total, message)
            if there is not None:
                there.check()

        yield (there.executor if there else None), progress


class Watch:
    """Looks now and then whether a cluster still works.

    Args:
        address: Address of the scheduler.
        client: Knows it.
        clock: Says what time it is, seconds.
    """

    def __init__(self, address: str, client: Any, clock: Callable[[], float] = time.monotonic):
        self.address, self.client, self.clock = address, client, clock
        self.looked = self.seen = clock()

    def check(self) -> None:
        """Look, unless that was a moment ago.

        Raises:
            ClusterLostError: If the scheduler has gone, or has had no worker for a while.
        """
        if self.client.status not in ("running", "connecting"):
            raise ClusterLostError(f"the scheduler at {self.address} has gone")
        now = self.clock()
        if now - self.looked < LOOK:
            return
        self.looked = now
        try:
            workers = self.client.nthreads()
        except Exception:
            raise ClusterLostError(f"the scheduler at {self.address} does not answer") from None
        if workers:
            self.seen = now
        elif now - self.seen > ALONE:
            raise ClusterLostError(
                f"the scheduler at {self.address} has had no worker for {ALONE:.0f} seconds"
            )
