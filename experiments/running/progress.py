"""What is left of a batch, in one line on a terminal."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

Move = Callable[[int, int, str], None]
"""Is called with how many are done, how many there are, and what is going on."""


@contextmanager
def progress_of(what: str) -> Iterator[Move]:
    """Show on a terminal's standard error, in one line, what is left; yield what moves it.

    Args:
        what: What is counted: "runs (3 policies x 8 seeds)".
    """
    screen = Console(stderr=True)
    if not screen.is_terminal:  # in a pipe or a file it would be noise
        yield lambda *_: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(bar_width=16))
    with Progress(*columns, console=screen, transient=True) as bar:
        task, left = bar.add_task("", total=None), TimeLeft()

        def move(done: int, total: int, message: str) -> None:
            doing = message or left.told(done, total)
            bar.update(task, completed=done, total=total,
                       description=f"{done} of {total} {what}, {doing}")  # fmt: skip

        yield move


class TimeLeft:
    """Tells about how long is left; what was there when it is first asked counts for nothing.

    Args:
        clock: Gives the seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._begun: tuple[float, int] | None = None
        self._last = (0.0, 0)

    def told(self, done: int, total: int) -> str:
        """Return about how long is left, in words; before anything is done, that it is running.

        Args:
            done: How many are done.
            total: How many there are.
        """
        now = self._clock()
        if self._begun is None:
            self._begun = now, done
        if done != self._last[1]:
            self._last = now, done
        began, first = self._begun
        at, known = self._last
        if known <= first:
            return "running"
        each = (at - began) / (known - first)
        left = max(each * (total - done) - (now - at), 0.0)
        return f"about {_words(left)} left"


def _words(seconds: float) -> str:
    """Return a duration in seconds, minutes or hours, no finer than it is known."""
    if seconds < 10.0:
        return "10 s"
    if seconds < 90.0:
        return f"{10 * round(seconds / 10)} s"
    if seconds < 5400.0:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h"
