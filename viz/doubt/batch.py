"""The pairs of one page: lived in the background, in a process that gives way to all others.

All pages together live one batch at a time; the others wait for their turn. A batch ends when the
page goes, or when other models are asked for.
"""

import logging
import operator
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import solara

from abm.errors import UserError
from experiments.running.executors import results_of_processes
from viz.doubt.pairs import Pair, PairTask, live, tasks_of
from viz.reading.spread import NO_DOUBT, Doubt
from viz.view_state import ViewState
from viz.warming import wait_until_warm

logger = logging.getLogger(__name__)

LARGEST_SCALE = 0.01
"""Pairs are of the scale on the screen, but of no larger one."""
MOST_PROCESSES = 2
GIVES_WAY = 15
"""By how much the processes give way to others, as `nice` counts."""
CALM = 3.0
"""Seconds that settings have to stay before pairs are lived."""
WAIT = 0.5
"""Seconds between two looks whether it is a batch's turn."""

_turn = threading.Lock()


class GoneError(Exception):
    """Nobody needs the batch any more."""


class Doubting:
    """The pairs of some of a page's policies, the first of which the others are compared with.

    Attributes:
        view: What they were asked for.
        sides: The letters of the policies.
        pairs: Those that have been lived.
        state: How many, of how many.
    """

    def __init__(
        self,
        view: ViewState,
        pairs: int,
        found: solara.Reactive[tuple[Pair, ...]],
        state: solara.Reactive[Doubt],
        calm: float = CALM,
        sides: tuple[str, ...] = ("a", "b"),
    ):
        """Begin to live them.

        Args:
            view: World, policies, scale, years and seed.
            pairs: How many.
            found: Set to what has been found, after every pair.
            state: Set to how far it is.
            calm: Seconds to wait first.
            sides: The letters of the policies.
        """
        self.view, self.sides, self._many, self._calm = view, sides, pairs, calm
        self._found, self._state = found, state
        self._stop = threading.Event()
        self.scale = min(view.scale, LARGEST_SCALE)
        self._tell((), Doubt(0, pairs, self.scale))
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End it within about a second; what it finds from now on is not told."""
        self._stop.set()

    def join(self, seconds: float) -> None:
        """Wait for its end, at most so long."""
        self._thread.join(seconds)

    def _run(self) -> None:
        try:
            if self._stop.wait(self._calm):
                return
            wait_until_warm()
            with self._my_turn():
                self._live()
        except GoneError:
            pass
        except UserError as error:
            self._fail(str(error))
        except Exception as error:
            logger.exception("the pairs of a page failed")
            self._fail(f"{type(error).__name__}: {' '.join(str(error).split())}")

    def _live(self) -> None:
        found: tuple[Pair, ...] = ()
        tasks = self._tasks()
        processes = min(MOST_PROCESSES, max(1, (os.cpu_count() or 1) // 2))
        for _, result in results_of_processes(
            live, tasks, processes, pulse=self._look, gives_way=GIVES_WAY
        ):
            if isinstance(result, BaseException):
                raise result
            found = (*found, result)
            self._look()
            self._tell(found, Doubt(len(found), len(tasks), self.scale))

    def _tasks(self) -> list[PairTask]:
        view = self.view
        policies = tuple(view.policies[side].load(view.world) for side in self.sides)
        return tasks_of(view.world, policies, self.scale, view.years, view.seed, self._many)

    @contextmanager
    def _my_turn(self) -> Iterator[None]:
        """Hold the turn; wait for it as long as anybody needs the batch."""
        while not _turn.acquire(timeout=WAIT):
            self._look()
        try:
            yield
        finally:
            _turn.release()

    def _look(self) -> None:
        if self._stop.is_set():
            raise GoneError

    def _fail(self, error: str) -> None:
        before = self._state.peek()
        self._tell(self._found.peek(), before._replace(error=error))

    def _tell(self, found: tuple[Pair, ...], state: Doubt) -> None:
        if not self._stop.is_set():
            self._found.value = found
            self._state.value = state


class PagePairs:
    """The pairs that a page lives of one set of its policies, as long as these stay the same.

    Attributes:
        found: What pairs with other seeds have found so far.
        doubt: How many of them there are.
    """

    def __init__(self, wanted: int):
        """Live none yet.

        Args:
            wanted: How many pairs are lived.
        """
        self.found: solara.Reactive[tuple[Pair, ...]] = solara.reactive((), equals=operator.is_)
        self.doubt: solara.Reactive[Doubt] = solara.reactive(NO_DOUBT)
        self._wanted = wanted
        self._doubting: Doubting | None = None

    def follow(self, view: ViewState, sides: tuple[str, ...]) -> None:
        """Live the pairs of some of a view's policies, unless they are those of the same already.

        Args:
            view: World, policies, scale, years and seed.
            sides: The letters of the policies; fewer than two ask for no pairs.
        """
        if not self.is_of(view, sides):
            self.end()
        if self._doubting is None and self._wanted and len(sides) > 1:
            self._doubting = Doubting(view, self._wanted, self.found, self.doubt, sides=sides)

    def is_of(self, view: ViewState, sides: tuple[str, ...]) -> bool:
        """Return whether the pairs, if there are any, are those of these policies."""
        now = self._doubting
        return now is None or (
            now.sides == sides and _asked(now.view, sides) == _asked(view, sides)
        )

    def end(self) -> None:
        """End the pairs of former policies, and forget them."""
        if self._doubting is not None:
            self._doubting.stop()
            self._doubting = None
            self.found.value, self.doubt.value = (), NO_DOUBT


def _asked(view: ViewState, sides: tuple[str, ...]) -> tuple:
    """Return what the pairs of a view depend on."""
    policies = [view.policies.get(side) for side in sides]
    return view.world, view.scale, view.years, view.seed, *policies
