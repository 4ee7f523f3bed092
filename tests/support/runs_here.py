"""Batches that do their runs in this process, where own processes are not what is tested."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from experiments.running import runner
from experiments.running.executors import results
from tests.support.made_up import Inline


@contextmanager
def runs_here() -> Iterator[None]:
    """Let batches that would start processes do their runs here, one after the other.

    Everything else of a batch is as it is: names, files, what is kept, what is told. A process of
    its own would load the package and a world again, which takes longer than small runs.
    """

    def done_here(work, tasks, workers, prepare=None, pulse=lambda: None):
        return results(work, tasks, Inline(), pulse)

    with patch.object(runner, "results_of_processes", done_here):
        yield
