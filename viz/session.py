"""One browser page: its two models behind a lock, the worker that lives them, the snapshot to show.

The page never touches a model. It changes the view, or asks for months; each such wish starts
the worker, which builds what is missing, lives what was asked for, and publishes snapshots: plain
data read while no month is being lived. A month that has gone by is shown from what was kept of it,
or lived again from the keyframe before it (`viz.timeline`), which gives the same. The worker ends
when nothing is left to do, when a newer wish has come, or when nobody is connected any more.
"""

import logging
import operator
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import solara
from solara.server.kernel_context import PageStatus, get_current_context

from abm import UserError
from viz.cards import data as cards_data
from viz.doubt.batch import PagePairs
from viz.timeline import marks
from viz.timeline.frames import Frames
from viz.timeline.keyframes import Keyframes
from viz.timeline.marks import Mark
from viz.twin_models import Twins
from viz.view_state import ViewState
from viz.warming import wait_until_warm, warming

logger = logging.getLogger(__name__)

SNAPSHOTS_PER_SECOND = 5
SPEEDS = (2, 5, 12, 0)
"""Months a second that people can choose while playing; 0 lets them go by as fast as they are
lived."""
REPLAYED_PER_SECOND = 1
"""Snapshots while months that were asked for are lived; what is awaited are the months."""
SHARE_OF_SHOWING = 0.4
"""At most this share of a playing worker's time goes into reading and drawing snapshots."""
REBUILT = ("world", "a", "b", "scale", "years", "seed")
"""What needs other models."""
PAIR = ("a", "b")
"""The policies that every tab shows."""
MONTHS_AT_ONCE = 12
"""Months of further policies that are lived before the worker looks whether it is still wanted."""
Reader = Callable[[Twins, ViewState], Any]
"""Reads what a tab shows off the two models."""


@dataclass(frozen=True)
class Snapshot:
    """What a page shows of a month.

    Attributes:
        month: Months lived.
        cards: The indicator cards.
        marks: What happens when.
        tab: The tab that was read.
        data: What the tab shows, or None for a tab that shows no model.
        view: What was shown when it was read.
        still: No month comes after it unless somebody asks for one.
    """

    month: int
    cards: tuple
    marks: tuple[Mark, ...]
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
        with_more: Tabs that show further policies, which are lived for no other.

    Attributes:
        view: What is shown.
        snapshot: What was last read, or None before the models are built.
        playing: Whether months go by.
        speed: Months a second while playing, one of `SPEEDS`.
        stage: "building", "compiling", "living" or "ready".
        error: What went wrong, in one line, or an empty text.
        wish: Counts the wishes; the page starts `work` for each.
        visit: Counts what people did to come to what is shown, for the browser's history.
        lock: Held while a model is lived or read.
        twins: The two models, or None; they may be in another month than the one shown.
        pairs: What pairs with other seeds have found of A and B so far, and how many there are.
        columns: The same of the further policies beside A.
        tour: Step of the tour, 0 for none.
    """

    def __init__(
        self,
        readers: Mapping[str, Reader],
        view: ViewState | None = None,
        watched: Callable[[], bool] = watched,
        pairs: int = 0,
        resting: Collection[str] = (),
        with_more: Collection[str] = (),
    ):
        view = view or ViewState()
        self._readers = readers
        self.view = solara.reactive(view)
        self.snapshot: solara.Reactive[Snapshot | None] = solara.reactive(None, equals=operator.is_)
        self.playing = solara.reactive(False)
        self.speed = solara.reactive(SPEEDS[1])
        self.stage = solara.reactive("building")
        self.error = solara.reactive("")
        self.wish = solara.reactive(0)
        self.visit = 0
        self.lock = threading.Lock()
        self.twins: Twins | None = None
        self.pairs, self.columns = PagePairs(pairs), PagePairs(pairs)
        self.tour = solara.reactive(0)
        self._resting, self._with_more = resting, with_more
        self._watched = watched
        self._working = threading.Lock()
        self._built: ViewState | None = None
        self._goal = view.month
        self._at = 0
        self._keyframes: Keyframes | None = None
        self._frames: Frames[Snapshot] = Frames()
        self._published = 0.0
        self._showing = 0.0
        self._due = 0.0
        self._closed = False

    def set(self, **changes: Any) -> None:
        """Change the view; other models live again up to the month that is shown.

        Args:
            changes: Fields of `ViewState`.
        """
        new = replace(self.view.value, **changes)
        if new == self.view.value:
            return
        self._goal = min(changes.get("month", self._target), new.horizon)
        self.visit += 1
        self._look(new)

    def restore(self, view: ViewState) -> None:
        """Show what a link stands for, such as one that the browser goes back to.

        Args:
            view: What the link stands for, its month included.
        """
        self._goal = min(view.month, view.horizon)
        self.playing.value = False
        self._look(view)

    def _look(self, view: ViewState) -> None:
        """Show something else; the month that is shown is not the view's."""
        if not self.pairs.is_of(view, PAIR):
            self.pairs.end()
        self.view.value = replace(view, month=self.view.value.month)
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
        self._goal = self.month  # before: the worker goes to the goal as soon as it is paused
        self.playing.value = False
        self._goal = max(self._goal, self.month)
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

    def go(self, month: int, visit: bool = False) -> None:
        """Show a month, one that has gone by or one that comes.

        Args:
            month: Months lived by then; beyond the horizon, the horizon.
            visit: Whether the browser comes back to what is shown now.
        """
        self.visit += visit
        self._goal = min(max(month, 0), self.view.value.horizon)
        self.playing.value = False
        self._wish()

    def step(self) -> None:
        """Go on by a month."""
        self.go(self._target + 1)

    def reset(self) -> None:
        """Go back to the first month."""
        self.go(0, visit=True)

    @property
    def month(self) -> int:
        """Months lived by the month that is shown."""
        return self._at if self._built is not None else 0

    @property
    def _target(self) -> int:
        """The month that is shown, or will be once the worker is done."""
        return self.month if self.playing.value else self._goal

    def link(self) -> str:
        """Return the query of a link that restores what is shown, the month included."""
        return "?" + replace(self.view.value, month=self._target).to_query()

    def close(self) -> None:
        """Stop, and let the models go."""
        self._closed = True
        self.pairs.end()
        self.columns.end()
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

    @contextmanager
    def shown(self) -> Iterator[Twins | None]:
        """Hold the two models as they are in the month shown; None where there are none."""
        with self.lock:
            while self.twins is not None and self.twins.month != self._at:
                self._move(self._at)
            yield self.twins

    def beside(self) -> Twins | None:
        """Return another pair of the same people at the first month; None without models."""
        with self.lock:
            if self.twins is None or self._keyframes is None:
                return None
            return self._keyframes.first(self.twins)

    def _fail(self, line: str) -> None:
        """Show what went wrong in place of the models."""
        self.playing.value = False
        self.snapshot.value = None
        self.error.value = line
        self.stage.value = "ready"

    def _wish(self) -> None:
        self.wish.value += 1

    def _doubt(self) -> None:
        """Let pairs with other seeds be lived, unless they are those of these policies."""
        if self._built is None:
            return
        self.pairs.follow(self._built, PAIR)
        view = self.view.value
        sides = tuple(side for side in view.policies if side != "b")
        if view.tab in self._with_more:
            self.columns.follow(view, sides)
        elif not self.columns.is_of(view, sides):
            self.columns.end()

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
            self._built, self._at = view, 0
            self._frames.clear()
            self._keyframes = Keyframes(self.twins)
            self.error.value = ""
            if self._closed:
                self._drop()

    def _live(self, is_current: Callable[[], bool]) -> None:
        """Go to the month that is asked for, publishing as often as is sensible."""
        while is_current() and self._watched() and self._at != self._until():
            if not self.playing.value:
                self.stage.value = "living"
                if self._show_kept(self._goal):
                    break
            with self.lock:
                if self.twins is None:
                    return
                target = self._at + 1 if self.playing.value else self._goal
                if self.twins.month != target:
                    self._move(target)
                if self.twins.month == target or not self.playing.value:
                    self._at = self.twins.month
            self._publish(is_current, seldom=True)
            self._pace(is_current)
        if self.playing.value and (not self._watched() or self._at >= self.view.value.horizon):
            self._goal = self._at
            self.playing.value = False
        if is_current():
            self._publish(is_current, still=True)
            self.stage.value = "ready"

    def _move(self, target: int) -> None:
        """Bring the models nearer to a month; the lock is held."""
        if self.twins is not None and self._keyframes is not None:
            self._keyframes.move(self.twins, target)

    def _pace(self, is_current: Callable[[], bool]) -> None:
        """Wait, while playing, until the next month may go by."""
        time.sleep(0.001)
        if not self.speed.value or self._at <= self._goal:
            return
        self._due = max(self._due + 1.0 / self.speed.value, time.monotonic())
        while self.playing.value and is_current() and (left := self._due - time.monotonic()) > 0:
            time.sleep(min(left, 0.05))

    def _show_kept(self, month: int) -> bool:
        """Go to a month of which what is to be shown is kept; return whether it is."""
        if self._frames.get(self._key(month, self.view.value)) is None:
            return False
        self._at = month
        return True

    def _until(self) -> int:
        return self.view.value.horizon if self.playing.value else self._goal

    def _key(self, month: int, view: ViewState) -> tuple[int, ViewState]:
        """Return what a snapshot depends on; the words come later."""
        return month, replace(view, month=0, language="en", map="")

    def _publish(
        self, is_current: Callable[[], bool], seldom: bool = False, still: bool = False
    ) -> None:
        """Read and publish a snapshot; `seldom` leaves it if the last one is too fresh."""
        rate = SNAPSHOTS_PER_SECOND if self.playing.value else REPLAYED_PER_SECOND
        pause = max(1.0 / rate, self._showing / SHARE_OF_SHOWING)
        if seldom and time.monotonic() - self._published < pause:
            return
        begun = time.monotonic()
        view = self.view.value
        if self._built is None or not _same(self._built, view, REBUILT):
            return  # a newer wish has come
        snapshot = self._frames.get(self._key(self._at, view))
        if snapshot is not None:
            snapshot = replace(snapshot, view=view)
        else:
            if not self._follow(view, is_current):
                return
            with self.shown() as twins:
                if twins is None:
                    return
                snapshot = self._read(twins, view)
            self._frames.keep(self._key(snapshot.month, snapshot.view), snapshot)
        if is_current():
            self.snapshot.value = replace(snapshot, still=still and not self.playing.value)
        self._published = time.monotonic()
        self._showing = self._published - begun

    def _follow(self, view: ViewState, is_current: Callable[[], bool]) -> bool:
        """Live the further policies that a tab shows; return whether they are at the month."""
        wanted = view.more if view.tab in self._with_more else ()
        while is_current() and self._watched():
            with self.shown() as twins:
                if twins is None or twins.follow(wanted, view.world, MONTHS_AT_ONCE):
                    return True
        return False

    def _read(self, twins: Twins, view: ViewState) -> Snapshot:
        """Return what the page shows of two models."""
        reader = self._readers.get(view.tab)
        data = None if reader is None else reader(twins, view)
        cards = cards_data.read(twins, view)
        return Snapshot(twins.month, cards, marks.read(twins, view), view.tab, data, view)

    def _drop(self) -> None:
        if self.twins is not None:
            self.twins.close()
        self.twins, self._built, self._keyframes = None, None, None
        self._frames.clear()


def _same(one: ViewState, other: ViewState, names: tuple[str, ...]) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in names)
