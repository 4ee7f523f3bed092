"""Two registers: direct reporting and the research registry, each with its own count."""

import numpy as np
import pytest
from scipy import stats

from abm.engine import phases
from abm.setup.referral_network import hospital_rows
from agents.codes import Flow, Reporting, Tier
from agents.core.record import NEVER
from tests.support.hamlet import CLEAR, build, queueing, seen

RARE = 1e-6
"""Error rate of each statistical test below, for a new seed; the seeds are fixed."""


def diagnosed(n=4000, researches=1, **levers):
    """Return a hamlet whose patients have just been diagnosed, by levers of the registers."""
    state = queueing(n, skill=CLEAR, slots=float(n))
    state.hospitals["researches"] = researches
    for name, value in levers.items():
        state.levers[name] = value
    return seen(state).state


def shares(state):
    """Return the shares known, in the research registry, and reported."""
    people = state.patients
    return [(people[name] != NEVER).mean() for name in ("registered", "researched", "reported")]


def test_the_registers_are_independent_and_who_is_in_either_is_known():
    n = 4000
    state = diagnosed(n, research=0.4, voluntary_share=0.3)
    for share, expected in zip(shares(state), (0.4 + 0.6 * 0.3, 0.4, 0.3), strict=True):
        assert stats.binomtest(round(share * n), n, expected).pvalue > RARE
    people = state.patients
    assert (people["registered"] == np.minimum(people["researched"], people["reported"])).all()


@pytest.mark.parametrize(
    ("researches", "levers", "expected"),
    [
        (1, {"research": 1.0}, [1, 1, 0]),
        (0, {"research": 1.0}, [0, 0, 0]),  # the hospital takes no part
        (1, {"research": 1.0, "catalogue": 0}, [1, 1, 0]),  # whatever is listed
        (1, {"voluntary_share": 1.0}, [1, 0, 1]),
        (0, {"reporting": Reporting.MANDATORY, "compliance": 1.0}, [1, 0, 1]),
        (0, {"reporting": Reporting.MANDATORY, "compliance": 1.0, "catalogue": 0}, [0, 0, 0]),
        (1, {"reporting": Reporting.MANDATORY, "compliance": 1.0, "research": 1.0}, [1, 1, 1]),
    ],
)
def test_each_lever_fills_its_register(researches, levers, expected):
    assert shares(diagnosed(20, researches, **levers)) == expected


def test_each_entry_is_counted_and_paid_for_and_each_person_once():
    state = diagnosed(20, research=1.0, voluntary_share=1.0)
    flows = state.provinces["flows"][0]
    counted = [flows[f] for f in (Flow.REGISTRATIONS, Flow.RESEARCH_ENTRIES, Flow.DIRECT_REPORTS)]
    assert counted == [20, 20, 20]
    assert state.cities["entries"][0] == 40


def test_at_follow_up_the_missing_entry_is_made():
    state = build(3, follow_up_reporting=1.0)
    people = state.patients
    people["hospital"], people["registered"], people["reported"] = 0, -5, -5
    people["reported"][2] = NEVER
    people["researched"][2] = -5
    state.hospitals["researches"] = 1
    state.levers["research"] = state.levers["voluntary_share"] = 1.0
    phases.report_known(state, 12, 1)
    assert list(people["researched"]) == [12, 12, -5]
    assert list(people["reported"]) == [-5, -5, 12]
    assert (people["registered"] == -5).all()


def test_the_research_registry_touches_nothing_else():
    """But for the registers, and an entry that is paid for."""
    with_it, without = diagnosed(50, research=1.0), diagnosed(50)
    for name in set(without.patients.dtype.names) - {"registered", "researched"}:
        assert (with_it.patients[name] == without.patients[name]).all(), name
    for name in ("accounts", "funds", "hospitals", "edges", "charities"):
        assert (getattr(with_it, name) == getattr(without, name)).all(), name


def test_the_leading_hospitals_take_part(world):
    """Leads and centres first, then the members with most slots, in the largest cities."""
    rows = hospital_rows(world, 1)
    part = rows["researches"] == 1
    assert part.sum() == 80
    assert part[rows["tier"] >= Tier.LEAD].all()
    assert (rows["tier"][part] >= Tier.MEMBER).all()
    fewer = hospital_rows(world.with_parameters({"research_hospitals": 3}), 1)
    assert (rows["tier"][fewer["researches"] == 1] >= Tier.CENTRE).all()


def test_a_country_may_have_fewer_hospitals_than_take_part(island):
    assert (hospital_rows(island, 1)["researches"] == 1).all()


# ---- reporting takes time -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reporting", "research", "seen_next"),
    [
        (Reporting.MANDATORY, 0.0, 2),  # four reports of half a slot leave two of four slots
        (Reporting.VOLUNTARY, 0.0, 4),
        (Reporting.VOLUNTARY, 1.0, 4),  # the research registry has staff of its own
    ],
)
def test_reports_that_are_a_duty_take_slots_of_the_next_month(reporting, research, seen_next):
    state = queueing(20, skill=CLEAR, slots=4.0, reporting_slots=0.5)
    state.hospitals["researches"] = 1
    state.levers["reporting"], state.levers["research"] = reporting, research
    state.levers["compliance"] = state.levers["voluntary_share"] = 1.0
    works = seen(state)
    assert (works.state.patients["visits"] == 1).sum() == 4
    works.examine(1)
    assert (works.state.patients["visits"] == 1).sum() == 4 + seen_next


def test_who_must_report_more_than_it_has_time_for_sees_nobody_until_it_has():
    state = queueing(20, skill=CLEAR, slots=1.0, reporting_slots=1.0)
    state.hospitals["carried"] = -2.5
    works = seen(state)
    seen_by_month = []
    for month in range(1, 6):
        seen_by_month.append(int((works.state.patients["visits"] == 1).sum()))
        works.examine(month)
    assert seen_by_month == [0, 0, 0, 1, 2]
