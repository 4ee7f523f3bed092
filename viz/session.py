"""One browser page: its two models behind a lock, the worker that lives them, the snapshot to show.

The page never touches a model. It changes the view, or asks for months; each such wish starts
the worker, which builds what is missing, lives what was asked for, and publishes snapshots: plain
data read while no month is being lived. The worker ends when nothing is left to do, when a newer
wish has come, or when nobody is connected any more.
"""

import logging
import operator
import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pandas as pd
import solara
from solara.server.kernel_context import PageStatus, get_current_context

from abm import UserError
from abm.outputs import tables as outcomes
from viz.cards import data as cards_data
from viz.doubt.batch import Doubting
from viz.doubt.pairs import Pair
from viz.reading.spread import NO_DOUBT, Doubt
from viz.twin_models import Twins
from viz.view_state import ViewState
from viz.warming import wait_until_warm, warming

logger = logging.getLogger(__name__)

SNAPSHOTS_PER_SECOND = 5
REPLAYED_PER_SECOND = 1
"""Snapshots while months that were asked for are lived; what is awaited are the months."""
SHARE_OF_SHOWING = 0.4
"""At most this share of a playing worker's time goes into reading and drawing snapshots."""
REBUILT = ("world", "a", "b", "scale", "years", "seed")
"""What needs other models."""
Reader = Callable[[Twins, ViewState], Any]
"""Reads what a tab shows off the two models."""


@dataclass(frozen=True)
class Snapshot:
    """What a page shows of a month.

    Attributes:
        month: Months lived.
        cards: The indicator cards.
        tab: The tab that was read.
        data: What the tab shows, or None for a tab that shows no model.
        view: What was shown when it was read.
        still: No month comes after it unless somebody asks for one.
    """

    month: int
    cards: tuple
    tab: str
    data: Any
    view: ViewState
    still: bool = False


def watched() -> bool:
    """Return whether any page of this browser tab is connected; also true without a server."""
    try:
        pages = get_current_context().page_status.values()
    except RuntimeError:
        return True
    return not pages or PageStatus.CONNECTED in pages


class Session:
    """The state of one browser page.

    Args:
        readers: How the tabs that show data of the two models read them, by the tab's name.
        view: What is shown first.
        watched: Returns whether anybody is still looking.
        pairs: How many pairs with other seeds are lived beside the two models.
        resting: Tabs for which no models are made as long as no month is asked for.

    Attributes:
        view: What is shown.
        snapshot: What was last read, or None before the models are built.
        playing: Whether months go by.
        stage: "building", "compiling", "living" or "ready".
        error: What went wrong, in one line, or an empty text.
        wish: Counts the wishes; the page starts `work` for each.
        lock: Held while a model is lived or read.
        twins: The two models, or None.
        pairs: What pairs with other seeds have found of these policies so far.
        doubt: How many of them there are.
        tour: Step of the tour, 0 for none.
    """

    def __init__(
        self,
        readers: Mapping[str, Reader],
        view: ViewState | None = None,
        watched: Callable[[], bool] = watched,
        pairs: int = 0,
        resting: Collection[str] = (),
    ):
        view = view or ViewState()
        self._readers = readers
        self.view = solara.reactive(view)
        self.snapshot: solara.Reactive[Snapshot | None] = solara.reactive(None, equals=operator.is_)
        self.playing = solara.reactive(False)
        self.stage = solara.reactive("building")
        self.error = solara.reactive("")
        self.wish = solara.reactive(0)
        self.lock = threading.Lock()
        self.twins: Twins | None = None
        self.pairs: solara.Reactive[tuple[Pair, ...]] = solara.reactive((), equals=operator.is_)
        self.doubt: solara.Reactive[Doubt] = solara.reactive(NO_DOUBT)
        self.tour = solara.reactive(0)
        self._wanted, self._resting = pairs, resting
        self._doubting: Doubting | None = None
        self._watched = watched
        self._working = threading.Lock()
        self._built: ViewState | None = None
        self._goal = view.month
        self._lived = 0
        self._published = 0.0
        self._showing = 0.0
        self._closed = False

    def set(self, **changes: Any) -> None:
        """Change the view; other models live again up to the month of those before.

        Args:
            changes: Fields of `ViewState`.
        """
        old = self.view.value
        new = replace(old, **changes)
        if new == old:
            return
        if not _same(old, new, REBUILT):
            self._trust()
        self._goal = changes.get("month", min(max(self._goal, self.month), new.horizon))
        self.view.value = new
        self._wish()

    def play(self) -> None:
        """Let months go by until the horizon or a pause."""
        self.playing.value = True
        if self.snapshot.value is not None:
            self.snapshot.value = replace(self.snapshot.value, still=False)
        self._wish()

    def pause(self) -> None:
        """Stay at the month: the one in progress is the last.

        What was lived since the last snapshot is drawn once more, late on a busy machine; that
        snapshot says of itself that no other month comes after it.
        """
        self.playing.value = False
        self._goal = self.month
        self._wish()

    def watch(self, tab: str) -> None:
        """Open a tab and let months go by."""
        self.set(tab=tab)
        self.play()

    @property
    def rests(self) -> bool:
        """Whether no models are there, and none are asked for."""
        asked = self.playing.value or self._goal or self._built is not None
        return not asked and self.view.value.tab in self._resting

    def step(self) -> None:
        """Live one month."""
        self._goal = min(max(self._goal, self.month) + 1, self.view.value.horizon)
        self._wish()

    def reset(self) -> None:
        """Go back to the first month."""
        self.playing.value = False
        self._goal = 0
        self._built = None
        self._wish()

    @property
    def month(self) -> int:
        """Months lived."""
        return self._lived if self._built is not None else 0

    def link(self) -> str:
        """Return the query of a link that restores what is shown, the month included."""
        month = self.month if self.playing.value else max(self._goal, self.month)
        return "?" + replace(self.view.value, month=month).to_query()

    def close(self) -> None:
        """Stop, and let the models go."""
        self._closed = True
        self._trust()
        with self.lock:
            self._drop()

    def work(self, is_current: Callable[[], bool] = lambda: True) -> None:
        """Do what is wished for; one worker at a time.

        Args:
            is_current: Returns whether no newer wish has come.
        """
        with self._working:
            try:
                if self.rests:
                    self.stage.value = "ready"
                    return
                self._build()
                if not self._closed:
                    self._doubt()
                    self._live(lambda: is_current() and not self._closed)
            except UserError as error:
                self._fail(str(error))
            except Exception as error:
                logger.exception("a page's worker failed")
                self._fail(f"{type(error).__name__}: {' '.join(str(error).split())}")

    def months(self) -> dict[str, pd.DataFrame]:
        """Return the monthly tables of A and of B, read behind the lock; none without models."""
        with self.lock:
            if self.twins is None:
                return {}
            return {"A": outcomes.months(self.twins.a), "B": outcomes.months(self.twins.b)}

    def _fail(self, line: str) -> None:
        """Show what went wrong in place of the models."""
        self.playing.value = False
        self.snapshot.value = None
        self.error.value = line
        self.stage.value = "ready"

    def _wish(self) -> None:
        self.wish.value += 1

    def _doubt(self) -> None:
        """Let pairs with other seeds be lived, unless they are those of these models."""
        if self._built is None or not self._wanted:
            return
        if self._doubting is None or not _same(self._doubting.view, self._built, REBUILT):
            self._trust()
            self._doubting = Doubting(self._built, self._wanted, self.pairs, self.doubt)

    def _trust(self) -> None:
        """End the pairs of former models."""
        if self._doubting is not None:
            self._doubting.stop()
            self._doubting = None
            self.pairs.value, self.doubt.value = (), NO_DOUBT

    def _build(self) -> None:
        """Make the models of the view, unless they are there."""
        view = self.view.value
        if self._built is not None and _same(self._built, view, REBUILT):
            return
        if warming.locked():
            self.stage.value = "compiling"
            wait_until_warm()
        with self.lock:
            if self._closed:
                return
            try:
                self.twins = Twins.build(view, self.twins, partial(self.stage.set, "building"))
            except BaseException:
                self._drop()
                raise
            self._built, self._lived = view, 0
            self.error.value = ""
            if self._closed:
                self._drop()

    def _live(self, is_current: Callable[[], bool]) -> None:
        """Live up to the goal, publishing as often as is sensible."""
        while is_current() and self._watched() and self.month < self._until():
            if not self.playing.value:
                self.stage.value = "living"
            with self.lock:
                if self.twins is None:
                    return
                self.twins.step()
                self._lived = self.twins.month
            self._publish(is_current, seldom=True)
            time.sleep(0.001)
        if not self._watched() or self.month >= self.view.value.horizon:
            self.playing.value = False
        if is_current():
            self._publish(is_current, still=True)
            self.stage.value = "ready"

    def _until(self) -> int:
        return self.view.value.horizon if self.playing.value else self._goal

    def _publish(
        self, is_current: Callable[[], bool], seldom: bool = False, still: bool = False
    ) -> None:
        """Read and publish a snapshot; `seldom` leaves it if the last one is too fresh."""
        rate = SNAPSHOTS_PER_SECOND if self.playing.value else REPLAYED_PER_SECOND
        pause = max(1.0 / rate, self._showing / SHARE_OF_SHOWING)
        if seldom and time.monotonic() - self._published < pause:
            return
        begun = time.monotonic()
        with self.lock:
            if self.twins is None:
                return
            snapshot = self._read(self.twins)
        if is_current():
            self.snapshot.value = replace(snapshot, still=still and not self.playing.value)
        self._published = time.monotonic()
        self._showing = self._published - begun

    def _read(self, twins: Twins) -> Snapshot:
        """Return what the page shows of two models."""
        view = self.view.value
        reader = self._readers.get(view.tab)
        data = None if reader is None else reader(twins, view)
        return Snapshot(twins.month, cards_data.read(twins, view), view.tab, data, view)

    def _drop(self) -> None:
        if self.twins is not None:
            self.twins.close()
        self.twins, self._built = None, None


def _same(one: ViewState, other: ViewState, names: tuple[str, ...]) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in names)
