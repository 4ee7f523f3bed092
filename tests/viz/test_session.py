"""A page's models: what is built, lived, shown, stopped and freed, without a server."""

import gc
import threading
import time
import weakref
from dataclasses import replace

import pytest

from abm import RareCareModel
from tests.support.same import assert_same
from viz.session import SNAPSHOTS_PER_SECOND, Session
from viz.tabs.registry import READERS
from viz.twin_models import Twins
from viz.view_state import PolicySpec, ViewState
from viz.worlds import world_named

pytestmark = pytest.mark.slow

LONG = 120
"""Seconds after which something never happens; a busy machine is slow, not wrong."""
TINY = replace(ViewState.of(world_named("island")), years=2)
CHINA = ViewState(scale=0.002, years=2)


@pytest.fixture
def session():
    session = Session(READERS, TINY)
    yield session
    session.close()


def test_a_pair_is_two_models_of_the_same_people():
    twins = Twins.build(CHINA)
    alone = RareCareModel(policy=CHINA.b.policy, scale=0.002, years=2, rng=CHINA.seed)
    twins.step(), alone.step()
    assert_same(twins.b.outcomes(), alone.outcomes())
    twins.close()


def test_another_policy_starts_from_the_same_people_without_making_them_again():
    made = []
    first = Twins.build(CHINA, starting=lambda: made.append(1))
    for _ in range(3):
        first.step()
    other = replace(CHINA, b=PolicySpec("no-charity", (("network.slots", "1.5"),)))
    second = Twins.build(other, first, starting=lambda: made.append(1))
    fresh = Twins.build(other)
    for _ in range(3):
        second.step(), fresh.step()
    assert made == [1]
    assert_same(second.a.outcomes(), fresh.a.outcomes())
    assert_same(second.b.outcomes(), fresh.b.outcomes())
    second.close(), fresh.close()


def test_step_play_and_reset(session):
    session.work()
    assert (session.snapshot.value.month, session.stage.value) == (0, "ready")
    session.step(), session.step()
    session.work()
    assert session.snapshot.value.month == 2
    session.play()
    session.work()
    assert session.snapshot.value.month == 24
    assert not session.playing.value
    session.step()
    session.work()
    assert session.snapshot.value.month == 24
    session.reset()
    session.work()
    assert session.snapshot.value.month == 0


def test_a_link_is_lived_up_to_its_month():
    session = Session(READERS, replace(TINY, month=7))
    session.work()
    assert session.snapshot.value.month == 7
    assert "month=7" in session.link()
    session.close()


@pytest.mark.parametrize(
    "change", [{"scale": 0.02}, {"years": 1}, {"seed": 2}, {"b": PolicySpec("base")}]
)
def test_what_the_models_depend_on_rebuilds_them_up_to_the_same_month(session, change):
    session.step()
    session.work()
    before = session.twins.b
    session.set(**change)
    session.work()
    assert session.twins.b is not before
    assert session.snapshot.value.month == 1
    for name, value in change.items():
        shown = session.twins.b.policy.name if name == "b" else None
        assert shown == value.policy if name == "b" else getattr(session.snapshot.value.view, name)


@pytest.mark.parametrize(
    "change", [{"tab": "money"}, {"province": "Leeward"}, {"language": "zh"}, {"disease": "MIST"}]
)
def test_looking_elsewhere_keeps_the_models(session, change):
    session.work()
    before = session.twins
    session.set(**change)
    session.work()
    assert session.twins is before
    assert session.snapshot.value.view == session.view.value
    assert session.snapshot.value.tab == session.view.value.tab


def test_only_the_open_tab_is_read():
    asked = []
    session = Session({tab: lambda *_, tab=tab: asked.append(tab) for tab in READERS}, TINY)
    session.work()
    session.set(tab="equity")
    session.work()
    session.set(tab="experiments")
    session.work()
    assert asked == ["overview", "equity"]
    assert session.snapshot.value.data is None
    session.close()


def test_snapshots_come_at_most_so_often_and_grow_with_the_months():
    session = Session(READERS, replace(TINY, years=10))
    session.work()
    snapshots = []
    session.snapshot.subscribe(
        lambda snapshot: snapshots.append((time.monotonic(), snapshot.month))
    )
    session.play()
    session.work()
    months = [month for _, month in snapshots]
    assert months == sorted(months)
    assert months[-1] == 120
    took = snapshots[-1][0] - snapshots[0][0]
    assert len(snapshots) <= 2 + took * SNAPSHOTS_PER_SECOND
    session.close()


def test_nobody_watching_stops_the_months():
    eyes = [True] * 5
    session = Session(READERS, replace(TINY, years=40), watched=lambda: bool(eyes and eyes.pop()))
    session.play()
    session.work()
    assert session.month < 480
    assert not session.playing.value
    session.close()


def test_after_a_pause_one_month_ends_and_what_stands_still_stays():
    """The page offers to step only once it shows all that was lived, whenever that is drawn."""
    session = Session(READERS, replace(TINY, years=40))
    session.work()
    shown, begun = [], threading.Event()

    def note(snapshot):
        shown.append(snapshot)
        if snapshot.month:
            begun.set()

    session.snapshot.subscribe(note)
    session.play()
    worker = threading.Thread(target=session.work, args=(lambda: session.wish.value == 1,))
    worker.start()
    assert begun.wait(LONG), "no month was shown"
    lived = session.month
    session.pause()
    session.work()  # what the page does for every wish
    worker.join(LONG)
    assert lived <= session.month <= lived + 2  # one may have ended between the two lines
    assert shown[-1].month == session.month
    assert [one.still for one in shown] == [False] * (len(shown) - 1) + [True]
    session.close()


@pytest.mark.parametrize("stop", ["pause", "go", "restore"])
def test_whoever_stops_has_said_before_where_to_stay(stop):
    """The worker looks for the goal in the instant in which it is told that time stands."""
    session = Session(READERS, replace(TINY, years=40))
    session.work()
    session.play()
    goals = []
    session.playing.subscribe(lambda playing: goals.append(session._goal))
    session._at = 5  # as after five months
    {"pause": session.pause, "go": lambda: session.go(7),
     "restore": lambda: session.restore(replace(TINY, years=40, month=7))}[stop]()  # fmt: skip
    assert goals == [5 if stop == "pause" else 7]
    session.close()


def test_a_pause_before_anything_is_shown_stands_still_only_at_what_was_lived():
    session = Session(READERS, replace(TINY, years=40))
    session.work()
    assert session.snapshot.value.still
    session.play()
    assert not session.snapshot.value.still
    session.pause()
    assert not session.snapshot.value.still
    session.work()
    assert (session.snapshot.value.still, session.snapshot.value.month) == (True, session.month)
    session.close()


def test_a_newer_wish_ends_the_worker_within_a_month():
    session = Session(READERS, replace(TINY, years=40))
    current = threading.Event()
    session.play()
    worker = threading.Thread(target=session.work, args=(lambda: not current.is_set(),))
    worker.start()
    while session.month < 3:
        time.sleep(0.01)
    current.set()
    worker.join(LONG)
    assert not worker.is_alive()
    assert session.month < 480
    assert session.playing.value, "playing goes on in the worker of the newer wish"
    session.close()


def test_closing_stops_the_worker_and_frees_the_models():
    session = Session(READERS, replace(TINY, years=40))
    session.play()
    worker = threading.Thread(target=session.work)
    worker.start()
    while session.month < 3:
        time.sleep(0.01)
    models = [weakref.ref(m) for m in (session.twins.a, session.twins.b, session.twins._trunk)]
    session.close()
    worker.join(LONG)
    assert not worker.is_alive()
    del worker
    gc.collect()
    assert [model() for model in models] == [None] * 3
    assert session.twins is None


def living() -> set[int]:
    """Return the identities of all models that something still holds."""
    gc.collect()
    return {id(thing) for thing in gc.get_objects() if issubclass(type(thing), RareCareModel)}


def test_nothing_holds_the_models_of_a_closed_pair():
    known = living()
    twins = Twins.build(TINY)
    assert len(living() - known) >= 2
    twins.close()
    del twins
    assert living() <= known


def test_a_contradiction_is_told_in_one_line_and_can_be_taken_back(session):
    known = living()
    session.work()
    session.set(b=PolicySpec("uniform", (("network.slots", "-1"),)))
    session.work()
    assert living() <= known
    assert "network.slots" in session.error.value
    assert "\n" not in session.error.value
    assert session.snapshot.value is None
    session.set(b=PolicySpec("zone"))
    session.work()
    assert session.error.value == ""
    assert session.snapshot.value.month == 0


def test_two_sessions_share_nothing(session):
    other = Session(READERS, replace(TINY, seed=2))
    session.work(), other.work()
    other.step()
    other.work()
    assert session.snapshot.value.month == 0
    assert session.twins.a.state.patients is not other.twins.a.state.patients
    other.close()
    session.step()
    session.work()
    assert session.snapshot.value.month == 1
