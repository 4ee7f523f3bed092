"""Policies as columns: each is what it would be as B, and none is lived that nobody asks for."""

from dataclasses import replace

import numpy as np
import pytest

from viz.session import Session
from viz.tabs.columns import charts
from viz.tabs.columns.page import another, without
from viz.tabs.registry import READERS, WITH_MORE
from viz.view_state import PolicySpec, ViewState
from viz.worlds import world_named

TINY = replace(ViewState.of(world_named("island")), years=2, scale=0.02, tab="columns")
EDITED = PolicySpec(TINY.b.policy, (("network.slots", "2.0"),))


@pytest.fixture
def session():
    made = Session(READERS, TINY, watched=lambda: True, with_more=WITH_MORE)
    yield made
    made.close()


def test_a_further_column_is_a_policy_that_is_not_there_and_those_after_it_move_up():
    one = another(TINY)
    assert one.policy not in (TINY.a.policy, TINY.b.policy)
    view = replace(TINY, c=one, d=EDITED)
    assert [*view.policies] == ["a", "b", "c", "d"]
    assert replace(view, **without(view, "c")) == replace(TINY, c=EDITED)
    assert replace(view, **without(view, "d")) == replace(TINY, c=one)


@pytest.mark.slow
def test_a_column_shows_what_its_policy_shows_as_b(session):
    session.set(c=TINY.b, d=EDITED, month=14)
    session.work()
    a, b, c, d = session.snapshot.value.data.columns
    assert [(card.a, card.b) for card in c.cards] == [(card.a, card.b) for card in b.cards]
    assert all(card.a == card.b for card in a.cards)
    session.set(b=EDITED, c=None, d=None)
    session.work()
    _, alone = session.snapshot.value.data.columns
    assert [card.b for card in alone.cards] == [card.b for card in d.cards]
    for key in alone.series:
        np.testing.assert_array_equal(alone.series[key], d.series[key])
        assert len(charts.line(session.snapshot.value.data, TINY.texts, key)["title"]["text"])


@pytest.mark.slow
def test_further_policies_are_lived_only_where_they_are_shown(session):
    session.set(tab="overview", c=EDITED, month=3)
    session.work()
    assert session.twins.more == {}
    session.set(tab="columns")
    session.work()
    assert [model.steps for model in session.twins.more.values()] == [3]
    session.go(15)
    session.work()
    later = session.snapshot.value.data.columns[2]
    session.go(2)
    session.work()
    assert session.snapshot.value.month == 2
    session.set(province=TINY.world.provinces["province"][0])
    session.set(month=15)
    session.work()
    session.set(province="")
    session.work()
    again = session.snapshot.value.data.columns[2]
    assert [card.b for card in again.cards] == [card.b for card in later.cards]
    session.set(tab="overview", c=None)
    session.set(tab="columns")
    session.work()
    assert len(session.snapshot.value.data.columns) == 2
