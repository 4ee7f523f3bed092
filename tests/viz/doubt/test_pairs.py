"""A pair in the background is a pair on the screen with another seed; batches end when told."""

import os
import time
from dataclasses import replace

import numpy as np
import pytest
import solara

from viz.cards import data as cards_data
from viz.doubt import batch
from viz.doubt.groups import BILLED
from viz.doubt.pairs import live, tasks_of
from viz.reading.courses import SERIES, by_province, courses
from viz.reading.gates import GATES, PAYERS
from viz.reading.people import people
from viz.reading.spread import NO_DOUBT
from viz.session import Session
from viz.tabs.registry import READERS
from viz.twin_models import Twins
from viz.view_state import PolicySpec, ViewState
from viz.worlds import world_named

pytestmark = pytest.mark.slow

LONG = 300
TINY = replace(ViewState.of(world_named("island")), years=2, scale=0.01)


@pytest.fixture(autouse=True)
def _beside_other_tests(monkeypatch):
    """Let processes of pairs not give way: beside two busy workers they would never end."""
    monkeypatch.setattr(batch, "GIVES_WAY", 0)


def tasks(view, pairs):
    policies = view.a.load(view.world), view.b.load(view.world)
    return tasks_of(view.world, policies, view.scale, view.years, view.seed, pairs)


def test_a_pair_has_the_cards_maps_and_lines_of_the_screen_with_its_seed():
    (task,) = tasks(TINY, 1)
    before = os.nice(0)
    found = live(task)
    assert os.nice(0) == before  # only processes of their own give way
    view = replace(TINY, seed=task.seed)
    twins = Twins.build(view)
    for _ in range(24):
        twins.step()
    for place in ("", "Leeward"):
        at = found.places.index(place or "all")
        for card in cards_data.read(twins, replace(view, province=place)):
            pair = found.cards[card.key][:, -1, at]
            if np.isfinite(pair).all():
                assert pair == pytest.approx([card.a, card.b], rel=1e-5), (place, card.key)
            else:
                assert place or card.a is None, card.key
    maps = by_province(people(twins.b, zone=twins.zone))
    for key, values in maps.items():
        np.testing.assert_allclose(found.maps[key][1, -1], values, rtol=1e-5)
    for key in SERIES:
        np.testing.assert_allclose(found.courses[key][0], courses(twins.a)[key], rtol=1e-5)
    assert {"inside", "outside"} <= set(found.places)
    twins.close()


def test_a_pair_has_the_groups_bills_and_funds_of_the_other_tabs():
    (task,) = tasks(TINY, 1)
    found = live(task)
    view = replace(TINY, seed=task.seed)
    twins = Twins.build(view)
    for _ in range(24):
        twins.step()
    equity, why, money = (READERS[tab](twins, view) for tab in ("equity", "why", "money"))
    at = found.cells.index
    for kind in equity.winners:
        for row, group in enumerate(equity.groups[kind]):
            here = at(f"{kind} {group}")
            for share, sides in equity.shares[kind].items():
                np.testing.assert_allclose(
                    found.groups[f"share.{share}"][:, -1, here], [side[row] for side in sides],
                    rtol=1e-5,
                )  # fmt: skip
            better, _, worse = equity.winners[kind]["qalys"][row]
            balance = 100 * (better - worse) / equity.winners[kind]["qalys"][row].sum()
            assert found.groups["won.qalys"][1, -1, here] == pytest.approx(balance, rel=1e-5)
    everyone = at("all all")
    for n, gate in enumerate(GATES[1:]):
        stopped = found.groups[f"stop.{gate}"][:, -1, everyone]
        np.testing.assert_allclose(stopped, why.stopped[:, n], rtol=1e-5)
    for n, name in enumerate(PAYERS):
        parts = found.groups[f"payer.{name}"][:, -1, everyone]
        np.testing.assert_allclose(parts, why.shares[:, n], rtol=1e-5, atol=1e-6)
    for side, bills in enumerate((money.a, money.b)):
        parts = [found.numbers[f"bill.{name}"][side, -1] for name in BILLED]
        np.testing.assert_allclose(parts, 100 * np.array(bills.paid) / bills.billed, rtol=1e-4)
        fund = money.funds["special_fund"][side]
        np.testing.assert_allclose(found.courses["special_fund.balance"][side, :, 0], fund.balance,
                                   rtol=1e-5)  # fmt: skip
    index = equity.lorenz["qalys"][1].index
    assert found.numbers["lorenz.qalys"][1, -1] == pytest.approx(index, rel=1e-5)
    twins.close()


def test_pairs_have_other_seeds_and_other_parameter_sets():
    made = tasks(replace(ViewState(), seed=5), 4)
    assert [task.seed for task in made] == [6, 7, 8, 9]
    assert [task.world.set_number for task in made] == [6, 7, 8, 9]


def asked(view, pairs, calm=0.0):
    found, state = solara.reactive(()), solara.reactive(NO_DOUBT)
    return batch.Doubting(view, pairs, found, state, calm), found, state


def test_a_batch_tells_every_pair_and_is_whole_at_the_end():
    doubting, found, state = asked(TINY, 2)
    assert not state.value.whole
    doubting.join(LONG)
    assert state.value.whole
    assert len(found.value) == 2


def test_a_batch_that_is_stopped_tells_nothing_more_and_leaves_the_turn():
    doubting, found, state = asked(replace(TINY, years=40), 20)
    doubting.stop()
    begun = time.monotonic()
    doubting.join(LONG)
    assert time.monotonic() - begun < LONG / 2
    assert (len(found.value), state.value.done) == (0, 0)
    assert not batch._turn.locked()


def test_what_goes_wrong_is_told_in_a_line():
    doubting, _, state = asked(replace(TINY, b=PolicySpec("nowhere")), 2)
    doubting.join(LONG)
    assert "nowhere" in state.value.error
    assert not state.value.whole


def test_other_settings_end_the_batch_and_begin_another():
    session = Session(READERS, TINY, pairs=1)
    session.work()
    first = session.pairs._doubting
    assert session.pairs.doubt.value.total == 1
    session.set(tab="money")
    session.work()
    assert session.pairs._doubting is first
    session.set(seed=9)
    assert session.pairs.doubt.value == NO_DOUBT
    session.work()
    assert session.pairs._doubting is not first
    assert first._stop.is_set()
    last = session.pairs._doubting
    session.close()
    assert last._stop.is_set()
    last.join(LONG)
    assert session.pairs.found.value == ()


def test_without_pairs_asked_for_none_are_lived():
    session = Session(READERS, TINY)
    session.work()
    assert session.pairs._doubting is None
    session.close()
