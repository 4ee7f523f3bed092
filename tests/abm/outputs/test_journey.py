"""A patient's story in words, and the event log it is told from."""

import re

import numpy as np
import pytest

from abm import RareCareModel
from agents.codes import Event, Stage
from agents.core.record import NEVER

pytestmark = pytest.mark.slow

LINE = re.compile(r"^(\d{4}-\d{2})  \S")


@pytest.fixture(scope="module")
def told():
    """A model in which everybody is followed."""
    return RareCareModel(scale=0.004, years=6, rng=4, follow=1.0).run()


@pytest.fixture(scope="module")
def event_log(told):
    """What is kept of those who were alive in 2019 or fell ill later."""
    entries = told.state.event_log[: told.state.counters[0].events]
    return entries[np.isin(entries["patient"], told.state.patients["identity"])]


def story(model, index):
    return model.patients[index].journey().splitlines()


def found(model, condition, n=30):
    """Return the rows of the first patients for whom a condition holds."""
    rows = np.flatnonzero(condition(model.state.patients))
    assert len(rows)
    return rows[:n]


def test_a_story_says_who_what_and_where(told):
    rows = found(told, lambda p: (p["treated"] >= 0) & (p["treated"] < NEVER))
    for i in rows:
        lines = story(told, i)
        row = told.state.patients[i]
        city = told.world.cities["city"].iloc[row.city]
        assert lines[0].startswith(f"Patient {row.identity}: a ")
        assert city in lines[0]
        assert told.world.diseases["name"].iloc[row.disease] in lines[0]
        assert all(LINE.match(line) for line in lines[1:-1])
        assert lines[-1].startswith("Now (2025-01): ")
        text = "\n".join(lines)
        assert "diagnosed at " in text or "found by newborn screening" in text
        assert "begins treatment with" in text


def test_a_story_is_in_the_order_of_time(told):
    for i in range(0, len(told.state.patients), 37):
        dates = [LINE.match(line).group(1) for line in story(told, i)[1:-1]]
        assert dates == sorted(dates)


def test_every_patient_has_a_story(told):
    assert all(story(told, i) for i in range(0, len(told.state.patients), 11))


def test_the_dead_have_a_last_line(told):
    for i in found(told, lambda p: (p["stage"] == Stage.DEAD) & (p["died"] < NEVER)):
        lines = story(told, i)
        assert lines[-2].split("  ")[1] in ("dies of the disease", "dies of other causes")
        assert ": dead;" in lines[-1]


def test_of_a_life_changed_by_hand_there_are_the_dates(told):
    model = RareCareModel(scale=0.002, years=1, rng=4, follow=0.0)
    model.patients.set("savings", 12_345)
    model.run()
    for i in found(model, lambda p: p["treated"] < NEVER)[:3]:
        text = "\n".join(story(model, i))
        assert "first symptoms" in text
        assert "diagnosis" in text
        assert "follow=1.0" in text


def test_a_story_tells_nothing_that_has_not_happened():
    model = RareCareModel(scale=0.002, years=3, rng=4, follow=0.0)
    for i in found(model, lambda p: p["onset"] > 12, n=6):  # each is lived again
        assert not any(LINE.match(line) for line in story(model, i))


def test_one_setting_out_for_every_visit(told, event_log):
    """So no event is missing from the log of anybody, nor twice in it."""
    rows = told.state.patients
    outs = np.bincount(event_log["patient"][event_log["kind"] == Event.SET_OUT],
                       minlength=rows["identity"].max() + 1)[rows["identity"]]  # fmt: skip
    lived = rows["stage"] != Stage.WELL
    assert ((outs - rows["visits"])[lived] >= 0).all()
    assert ((outs - rows["visits"])[lived] <= 1).all()
    queueing = rows["stage"] == Stage.WAITING
    assert ((outs - rows["visits"])[queueing] == 1).all()


@pytest.mark.parametrize(
    ("kind", "date"),
    [(Event.DIAGNOSED, "diagnosed"), (Event.REGISTERED, "registered"), (Event.DIED, "died")],
)
def test_what_the_diary_says_the_record_says(told, event_log, kind, date):
    rows = told.state.patients
    month = dict(zip(rows["identity"].tolist(), rows[date].tolist(), strict=True))
    entries = event_log[event_log["kind"] == kind]
    assert len(entries)
    assert all(month[e["patient"]] == e["month"] for e in entries)
    written = set(entries["patient"].tolist())
    happened = set(rows["identity"][rows[date] < NEVER].tolist())
    assert written == happened


def test_every_kind_of_event_has_words(told, event_log):
    """Each kind that has befallen somebody is told without an error, and differently."""
    place = {identity: i for i, identity in enumerate(told.state.patients["identity"].tolist())}
    for kind in np.unique(event_log["kind"]):
        entry = event_log[event_log["kind"] == kind][0]
        lines = story(told, place[int(entry["patient"])])
        assert any(LINE.match(line) for line in lines)
