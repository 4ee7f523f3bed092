"""A Dask cluster in place of own processes."""

import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from abm.errors import UserError
from experiments.running.progress import Move, progress_of
from experiments.running.run_cache import code_fingerprint, version

PATIENCE = 10
"""Seconds to wait for a scheduler."""
TALKATIVE = ("distributed", "distributed.client", "distributed.core", "distributed.comm",
             "tornado.application", "asyncio")  # fmt: skip
"""Loggers that tell of a lost scheduler in a hundred lines; here it is told in one."""
LOOK = 5.0
"""Seconds between two looks at who works."""
ALONE = 60.0
"""Seconds that a scheduler may be without any worker."""


SCHEDULER = "the scheduler"


class ClusterLostError(RuntimeError):
    """The scheduler or all workers of a cluster have gone, or some cannot do what is asked."""


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
        UserError: If Dask is not installed, the scheduler cannot be reached, or it or one of its
            workers has no rarecare or another one.
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

    class Kept(Client):
        """A client that is closed below; one that has reached nobody has nothing to close."""

        def __del__(self) -> None:
            """Do nothing: Dask would wait for whoever does not answer, and complain."""

    try:
        client = Kept(address, timeout=PATIENCE)
    except (OSError, ValueError, TypeError) as error:
        raise UserError(
            f"--cluster {address}: no scheduler answers ({error}); expected the address of one, "
            "such as tcp://host:8786"
        ) from None
    try:
        watch = Watch(address, client)
        try:
            watch.meet()
        except ClusterLostError as error:
            raise UserError(f"--cluster {address}: {error}") from None
        yield Cluster(client.get_executor(pure=False), watch.check)
    finally:
        with suppress(TimeoutError, OSError):  # a scheduler that has gone does not say goodbye
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
        self.known: set[str] = set()

    def check(self) -> None:
        """Look, unless that was a moment ago.

        Raises:
            ClusterLostError: If the scheduler has gone, has had no worker for a while, or has a
                new one that cannot do what is asked.
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
            if set(workers) - self.known:
                self.meet()
        elif now - self.seen > ALONE:
            raise ClusterLostError(
                f"the scheduler at {self.address} has had no worker for {ALONE:.0f} seconds"
            )

    def meet(self) -> None:
        """Ask scheduler and workers that are not known yet which rarecare they have.

        One without would leave what it is sent unread, and the batch would wait for ever.

        Raises:
            ClusterLostError: If one has none, or another.
        """
        ask = _asking()
        try:
            new = sorted(set(self.client.nthreads()) - self.known)
            told = {} if self.known else {SCHEDULER: self.client.run_on_scheduler(ask)}
            if new:
                told |= self.client.run(ask, workers=new, on_error="return")
        except OSError:
            raise ClusterLostError(f"the scheduler at {self.address} does not answer") from None
        here = f"{version()}, rules {code_fingerprint()}"
        for who, has in told.items():
            name = who if who == SCHEDULER else f"the worker {who}"
            if isinstance(has, ImportError):
                raise ClusterLostError(f"{name} has no rarecare ({has}); install {here} there")
            if isinstance(has, str) and has != here:
                raise ClusterLostError(f"{name} has another rarecare ({has}); here it is {here}")
        self.known.update(new)


def _asking() -> Callable[[], str | ImportError]:
    """Return a function that says which rarecare there is where it is called.

    It is made within another, so that it is sent whole: it has to run where rarecare is not.
    """

    def ask() -> str | ImportError:
        try:
            from experiments.running.run_cache import code_fingerprint, version
        except ImportError as error:
            return error
        return f"{version()}, rules {code_fingerprint()}"

    return ask
