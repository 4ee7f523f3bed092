"""Time as a slider: any month, however one comes to it, shows the same; memory stays bounded."""

import threading
import time
from dataclasses import replace

import pytest

from tests.support.same import assert_same
from viz.session import Session
from viz.tabs.registry import READERS
from viz.timeline import marks
from viz.timeline.frames import Frames
from viz.timeline.keyframes import Keyframes, Resting
from viz.twin_models import Twins
from viz.view_state import PolicySpec, ViewState
from viz.worlds import world_named

ISLAND = replace(ViewState.of(world_named("island")), years=4)


@pytest.fixture
def twins():
    twins = Twins.build(ISLAND)
    yield twins
    twins.close()


@pytest.fixture
def session():
    session = Session(READERS, ISLAND)
    session.work()
    yield session
    session.close()


def arrays(value):
    """Yield the arrays and plain values in nested data."""
    fields = getattr(value, "__dataclass_fields__", None)
    if fields:
        value = [getattr(value, name) for name in fields]
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list | tuple):
        for one in value:
            yield from arrays(one)
    else:
        yield value.tobytes() if hasattr(value, "tobytes") else repr(value)


@pytest.mark.slow
def test_a_model_that_rested_goes_on_as_it_would_have(twins):
    for _ in range(17):
        twins.step()
    resting = Resting.of(twins.b)
    other = resting.model()
    for _ in range(19):
        twins.b.step(), other.step()
    assert_same(twins.b.outcomes(), other.outcomes())
    again = resting.model()
    assert again.steps == 17, "what was lived since has changed what was kept"


@pytest.mark.slow
@pytest.mark.parametrize("tab", list(READERS))
def test_a_month_shows_the_same_whether_played_jumped_to_or_opened_by_a_link(session, tab):
    session.set(tab=tab, province="Leeward")
    session.speed.value = 0
    session.work()
    session.go(29)
    session.work()
    stepped = list(arrays((session.snapshot.value.cards, session.snapshot.value.data)))
    session.play()
    session.work()
    assert session.snapshot.value.month == 48
    session._frames.clear()
    session.go(29)
    session.work()
    back = list(arrays((session.snapshot.value.cards, session.snapshot.value.data)))
    session.go(3)
    session.work()
    session.go(29)
    session.work()
    kept = list(arrays((session.snapshot.value.cards, session.snapshot.value.data)))
    link = Session(READERS, ViewState.from_query(session.link(), READERS)[0])
    link.work()
    opened = list(arrays((link.snapshot.value.cards, link.snapshot.value.data)))
    link.close()
    assert stepped == back == kept == opened
    assert session.snapshot.value.marks == link.snapshot.value.marks


@pytest.mark.slow
def test_a_month_that_is_shown_from_what_was_kept_is_there_for_everything_else(session):
    session.go(30)
    session.work()
    session.go(10)
    session.work()
    session.go(30)
    session.work()
    assert session.snapshot.value.month == 30
    with session.shown() as twins:
        assert twins.month == 30
    session.set(province="Leeward")
    session.work()
    assert (session.snapshot.value.month, session.snapshot.value.view.province) == (30, "Leeward")
    session.step()
    session.work()
    assert session.snapshot.value.month == 31


@pytest.mark.slow
def test_play_goes_on_from_the_month_that_one_went_back_to(session):
    session.speed.value = 0
    session.go(40)
    session.work()
    session.go(7)
    session.work()
    months = []
    session.snapshot.subscribe(lambda snapshot: months.append(snapshot.month))
    session.play()
    session.work()
    assert months == sorted(months)
    assert (months[0], months[-1]) == (7, 48)


@pytest.mark.slow
def test_months_go_by_at_the_pace_that_is_chosen(session):
    session.speed.value = 12
    begun = time.monotonic()
    session.play()
    worker = threading.Thread(target=session.work)
    worker.start()
    worker.join(120)
    assert time.monotonic() - begun >= 47 / 12


@pytest.mark.slow
def test_keyframes_stay_within_their_memory(twins):
    keyframes = Keyframes(twins)
    most = 3.5 * keyframes.bytes
    keyframes = Keyframes(twins, int(most))
    while twins.month < 48:
        keyframes.move(twins, 48)
        assert keyframes.bytes <= most
    assert keyframes.months[0] == 0
    for month in (47, 5, 26, 48, 0):
        while twins.month != month:
            keyframes.move(twins, month)
        assert twins.a.steps == twins.b.steps == month


@pytest.mark.slow
def test_marks_tell_what_happens_and_nothing_of_what_is_not_lived(twins):
    early = marks.read(twins, ISLAND)
    assert {one.kind for one in early} == {"rules"}
    assert all(0 < one.month < 48 for one in early)
    changed = {one.month for one in early if "B" in one.sides}
    policy, world = twins.b.policy, ISLAND.world
    assert changed == {m for m in range(1, 48) if policy.changes_in(world.date(m))}
    while twins.month < 48:
        twins.step()
    late = marks.read(twins, ISLAND)
    assert set(early) <= set(late)
    for side, model in (("A", twins.a), ("B", twins.b)):
        rows = model.state.drugs
        months = rows["listed_month"][(rows["listed"] == 1) & (rows["listed_month"] >= 0)]
        told = [one for one in late if one.kind == "list" and side in one.sides]
        assert sorted(one.month for one in told) == sorted(set(months[months < 48]))
        assert sum(len(one.names) for one in told) == (months < 48).sum() > 0
    with_fund = [one for one in late if one.kind == "fund"]
    assert len({(one.month // 12, side) for one in with_fund for side in one.sides}) == sum(
        len(one.sides) for one in with_fund
    ), "a fund that is short is told once a year"


def test_what_happens_under_both_is_one_mark():
    found = [(3, "rules", "A", ("x",)), (3, "rules", "B", ("x",)), (3, "fund", "B", ()),
             (1, "list", "A", ("d",))]  # fmt: skip
    told = [(one.month, one.kind, one.sides) for one in marks._together(found)]
    assert told == [(1, "list", "A"), (3, "rules", "AB"), (3, "fund", "B")]


def test_frames_forget_what_was_longest_not_looked_at():
    frames = Frames(most_bytes=5000)
    for month in range(8):
        frames.keep(month, bytes(1000))
        frames.get(0)
        assert frames.bytes <= 5000
    assert frames.get(0) is not None
    assert frames.get(1) is None
    assert len(frames) == 4
    frames.clear()
    assert (len(frames), frames.bytes) == (0, 0)


def test_a_policy_that_never_changes_has_no_marks_of_rules():
    view = replace(ISLAND, a=PolicySpec("uniform"))
    policy = view.a.load(view.world)
    dates = [view.world.date(month) for month in range(1, 48)]
    expected = [m for m, date in enumerate(dates, 1) if policy.changes_in(date)]
    assert [month for month, _ in marks._rules(view.a, view.world, 48)] == expected
