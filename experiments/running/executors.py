"""Tasks on any `concurrent.futures` executor, and on worker processes that may die.

The processes are spawned, never forked (numba's and Arrow's threads do not survive a fork), and
get tasks one at a time, so that when a process dies it is known which tasks it may have been: they
are tried again, each alone, and only the one that dies again is given up.
"""

import multiprocessing
import os
import signal
import sys
import threading
import types
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from contextlib import contextmanager
from itertools import islice
from multiprocessing import connection
from multiprocessing.context import SpawnContext, SpawnProcess
from multiprocessing.process import BaseProcess
from typing import Any

TASKS_PER_PROCESS = 50
"""Tasks after which processes are replaced, so that whatever they hoard is let go."""

MOST_FLYING = 1000
"""Tasks that an executor is given at a time: each takes a world with it."""

PULSE = 0.5
"""Seconds between two signs of life of a batch that waits for its processes."""

Result = tuple[Any, Any]
"""A task, and what came of it: the result, or an exception."""


def results(
    work: Callable[[Any], Any],
    tasks: Iterable[Any],
    executor: Executor,
    pulse: Callable[[], None] = lambda: None,
) -> Iterator[Result]:
    """Run tasks on an executor that somebody else keeps; yield each as it ends.

    Args:
        work: Called with a task.
        tasks: What it is called with.
        executor: Threads, processes, a Dask cluster, ...
        pulse: Called every `PULSE` seconds while waiting; what it raises ends the waiting.

    Raises:
        RuntimeError: If the executor has dropped its tasks.
    """
    flying: dict[Future, Any] = {}
    left = iter(tasks)
    try:
        while True:
            for task in islice(left, MOST_FLYING - len(flying)):
                flying[executor.submit(work, task)] = task
            if not flying:
                return
            for future in _ended(flying, pulse):
                yield flying.pop(future), _result(future)
    except CancelledError:
        raise RuntimeError("whoever was to do the runs has gone") from None
    finally:
        for future in flying:
            future.cancel()


def results_of_processes(
    work: Callable[[Any], Any],
    tasks: Iterable[Any],
    workers: int,
    prepare: Callable[[], Any] | None = None,
    pulse: Callable[[], None] = lambda: None,
    gives_way: int = 0,
) -> Iterator[Result]:
    """Run tasks on own processes; yield each as it ends, whatever dies.

    Args:
        work: Called with a task; importable, as it runs in another process.
        tasks: What it is called with.
        workers: Number of processes.
        prepare: Called in one process before the others begin.
        pulse: Called every `PULSE` seconds while waiting; what it raises ends the processes.
        gives_way: By how much the processes give way to others, as `nice` counts; 0 to 19.
    """
    waiting: deque[Any] = deque(tasks)
    suspects: deque[Any] = deque()
    while waiting or suspects:
        alone = bool(suspects)
        for task, result in _run_on_workers(
            work, suspects if alone else waiting, 1 if alone else workers, prepare, pulse, gives_way
        ):
            if not isinstance(result, BrokenExecutor):
                yield task, result
            elif alone:
                yield task, RuntimeError("its process died; perhaps memory ran out")
            else:
                suspects.append(task)
        prepare = None


def _run_on_workers(
    work: Callable[[Any], Any],
    queue: deque,
    workers: int,
    prepare: Callable[[], Any] | None,
    pulse: Callable[[], None],
    gives_way: int,
) -> Iterator[Result]:
    """Run tasks from the queue until it is empty, the processes are old, or one has died."""
    context = _WorkerContext()
    pool = ProcessPoolExecutor(
        workers, mp_context=context, initializer=_begin, initargs=(gives_way,)
    )
    flying: dict[Future, Any] = {}
    left = workers * TASKS_PER_PROCESS
    try:
        if prepare is not None:
            ready = pool.submit(prepare)
            for _ in range(workers - 1):
                pool.submit(_start)  # the others load the model meanwhile
            _ended([ready], pulse)
        while (queue and left) or flying:
            while queue and left and len(flying) < workers:
                try:
                    future = pool.submit(work, queue[0])
                except BrokenExecutor:
                    left = 0
                    break
                flying[future] = queue.popleft()
                left -= 1
            for future in _ended(flying, pulse):
                result = _result(future)
                if isinstance(result, BrokenExecutor):
                    left = 0
                    _let_go(pool)
                yield flying.pop(future), result
        pool.shutdown()
    except BaseException:
        context.stop()
        _let_go(pool)
        pool.shutdown(cancel_futures=True)
        raise


def _let_go(pool: ProcessPoolExecutor) -> None:
    """Let the thread end that hands tasks to the pool's processes, which have died.

    Before Python 3.11.5 it waits for ever if one died with half of a task read: nobody reads the
    other half, and this process keeps the pipe open (github.com/python/cpython/issues/94777).
    """
    queue = getattr(pool, "_call_queue", None)
    if queue is not None and sys.version_info[:3] < (3, 11, 5):
        queue._reader.close()


def _ended(futures: Iterable[Future], pulse: Callable[[], None]) -> set[Future]:
    """Return the futures that have ended, as soon as any has."""
    while not (ended := wait(futures, PULSE, FIRST_COMPLETED).done):
        pulse()
    return ended


def _result(future: Future) -> Any:
    """Return a finished future's result or exception."""
    return future.exception() or future.result()


def _start() -> None:
    """Do nothing, in a process that has imported what it needs."""


def _begin(gives_way: int) -> None:
    """Leave Ctrl-C to the process that keeps the workers, and end when that is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if gives_way and hasattr(os, "nice"):
        os.nice(gives_way)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this process when its parent has died without a word."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


class _Worker(SpawnProcess):
    """A process that does not import the script that asked for it.

    A spawned process imports the main script again, which would start the batch again unless the
    script guards against it. Nothing of the script is needed here.
    """

    @staticmethod
    def _Popen(process: BaseProcess) -> Any:  # noqa: N802
        with _without_main(), _without_interrupts():
            return SpawnProcess._Popen(process)


@contextmanager
def _without_main() -> Iterator[None]:
    main = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Hold Ctrl-C back, so that a process that is only starting does not see it either."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _WorkerContext(SpawnContext):
    """Where the pool gets its processes from; remembers them."""

    def __init__(self) -> None:
        super().__init__()
        self.processes: list[_Worker] = []

    def Process(self, *args: Any, **kwargs: Any) -> _Worker:  # type: ignore[override] # noqa: N802
        process = _Worker(*args, **kwargs)
        self.processes.append(process)
        return process

    def stop(self) -> None:
        """End the processes that still run."""
        for process in self.processes:
            if process.is_alive():
                process.terminate()
        for process in self.processes:
            process.join(timeout=5)
            if process.is_alive():
                process.kill()
