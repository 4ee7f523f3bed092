"""Shortages: who has no drug while it is not delivered, and comes back."""

import numpy as np
import pytest

from abm.engine import phases
from agents.codes import Stage
from agents.core import bitset
from agents.core.limits import DRUGS
from agents.core.record import NEVER
from agents.records.hospital import HospitalRow
from agents.records.levers import LeversRow
from tests.support.hamlet import build, drug, params, schedule, treat
from tests.support.plain import agents as plain

supply = plain.supply
TERMS = params(shortage_months=4, dual_channel_reach=0.5)[0]
ALWAYS = {"stock_county": 1.0, "stock_tertiary": 1.0, "stocking_years": 1e-3,
          "shortage_months": 4, "dual_channel_reach": 0.5}  # fmt: skip


def levers(**fields):
    row = LeversRow.array(1)[0]
    for name, value in fields.items():
        setattr(row, name, value)
    return row


def short_months(share, province=0, d=0, months=4000):
    terms = levers(shortages=share)
    return np.array([supply.is_short(province, d, TERMS, terms, m, 1) for m in range(months)])


@pytest.mark.parametrize("share", [0.0, 0.2, 1.0])
def test_so_many_months_are_short_in_spells(share):
    found = short_months(share)
    assert found.mean() == pytest.approx(share, abs=0.05)
    assert (found.reshape(-1, 4) == found[::4, None]).all()


def test_more_shortages_are_the_same_and_others():
    assert (short_months(0.1) <= short_months(0.3)).all()


def test_provinces_and_drugs_are_short_at_their_own_times():
    assert (short_months(0.5) != short_months(0.5, province=1)).any()
    assert (short_months(0.5) != short_months(0.5, d=1)).any()


@pytest.mark.parametrize(
    ("listed", "shortages", "dual_channel", "share"),
    [(1, 1.0, 1.0, 0.5), (0, 1.0, 1.0, 0.0), (1, 1.0, 0.0, 0.0), (1, 0.0, 0.0, 1.0)],
)
def test_pharmacies_deliver_to_some_what_is_listed(listed, shortages, dual_channel, share):
    terms, hospital = levers(shortages=shortages, dual_channel=dual_channel), HospitalRow.array(1)
    had = [supply.is_delivered(hospital[0], h, drug(listed=listed), 0, TERMS, terms, 0, 1)
           for h in range(400)]  # fmt: skip
    assert np.mean(had) == pytest.approx(share, abs=0.08)


def hamlet(n=2, **of_levers):
    """Return a hamlet whose one hospital stocks the drug."""
    state = build(n, **ALWAYS)
    state.hospitals["stocked"] = bitset.of([0], DRUGS)
    for name, value in of_levers.items():
        state.levers[name] = value
    return state


def lived(state, months, first=0):
    """Live the part of some months that is about stocks and treatment; return stages by month."""
    works, found = schedule(state), []
    for month in range(first, first + months):
        if phases.supply_changes(works.state, month):
            before = works.state.copy()
            works.renew(before, month)
        works.treat(works.seek_care(month), month)
        found.append(works.state.patients["stage"].copy())
    return np.array(found)


def first_short(state, share):
    """Return the first month of a spell that is short between two that are not."""
    state.levers["shortages"] = share
    terms = state.params[0], state.levers[0]
    short = {m: supply.is_short(0, 0, *terms, m, 0) for m in range(0, 4000, 4)}
    return next(m for m in list(short)[1:-1] if short[m] and not short[m - 4] and not short[m + 4])


def test_treatment_is_interrupted_while_nothing_is_delivered_and_goes_on_after():
    state = treat(hamlet())
    start = first_short(state, 0.2)
    assert (state.patients["stage"] == Stage.TREATED).all()
    state.patients["due"] = state.due[:] = start
    phases.stock_up(state, start - 1, 0)
    stages = lived(state, 8, start)
    assert (stages[:4] == Stage.INTERRUPTED).all()
    assert (stages[4:] == Stage.TREATED).all()
    assert (state.patients["forgone"] == 0).all()  # it is not for its cost


def test_without_shortages_nothing_is_drawn():
    state = treat(hamlet())
    stocks = state.hospitals["stocked"].copy()
    assert not any(phases.supply_changes(state, month) for month in range(24))
    assert (lived(state, 24, 1) == Stage.TREATED).all()
    assert (state.hospitals["stocked"] == stocks).all()


def test_a_shortage_touches_no_other_province_and_no_other_drug():
    state = hamlet()
    state = state._replace(
        drugs=np.repeat(state.drugs, 2), provinces=np.repeat(state.provinces, 2),
        cities=np.repeat(state.cities, 2), hospitals=np.repeat(state.hospitals, 2),
    )  # fmt: skip
    state.cities["province"] = state.hospitals["province"] = [0, 1]
    state.hospitals["city"] = [0, 1]
    state.levers["shortages"] = 0.3

    def short(p, d, m):
        return supply.is_short(p, d, state.params[0], state.levers[0], m, 0)

    alone = [True, False, False]
    month = next(m for m in range(0, 4000, 4)
                 if [short(0, 0, m), short(0, 1, m), short(1, 0, m)] == alone)  # fmt: skip
    phases.stock_up(state, month, 0)
    assert bitset.members(state.hospitals["stocked"][0]) == [1]
    assert 0 in bitset.members(state.hospitals["stocked"][1])
    assert bitset.members(state.cities["stocked"][0]) == [1]


def test_a_zone_may_be_supplied_better():
    state = hamlet()
    state = state._replace(
        cities=np.repeat(state.cities, 2), hospitals=np.repeat(state.hospitals, 2)
    )
    state.cities["zone"] = state.hospitals["city"] = [0, 1]
    state.levers["shortages"] = [1.0, 0.0]
    phases.stock_up(state, 12, 0)
    assert [bitset.members(had) for had in state.hospitals["stocked"]] == [[], [0]]


def test_nobody_begins_on_what_is_not_delivered():
    state = hamlet(shortages=1.0)
    phases.stock_up(state, 12, 0)
    state.patients["due"] = state.due[:] = 12
    assert (lived(state, 3, 12) == Stage.DIAGNOSED).all()
    assert (state.patients["treated"] == NEVER).all()
