"""Teaching: through shared cases, within the mentor's time and the tier's equipment, for money."""

import math

import numpy as np
import pytest
from hypothesis import given as cases
from hypothesis import strategies as st

from abm.engine import phases
from agents.codes import Fund, Rank, Specialty
from tests.support.hamlet import queueing, seen
from tests.support.plain import agents as plain

teaching = plain.teaching
MANY = 10**6
"""Consultations with which all that is to be taught in a year is taught."""
KINDS = len(Specialty)


def school(skill=0.0, mentors=2.0, consultations=MANY, pupils=1, **terms):
    """Return a hamlet of pupils whose mentor is the last hospital, and has time; nothing costs."""
    terms = {
        "taught_ceiling_county": 9.0, "skill_ceiling": 9.0, "mentoring_slots_per_case": 0.0,
        "mentoring_cases": 30.0, **terms,
    }  # fmt: skip
    state = queueing(hospitals=pupils + 1, **terms)
    places = state.hospitals
    places["skill"], places["mentor"] = skill, -1
    places["skill"][pupils] = mentors
    places["mentor"][:pupils], places["network"][:pupils] = pupils, 1
    places["role"][pupils] = 1
    places["cases"] = consultations
    return state


def year(state, scale=1.0, month=0):
    """Let a January pass, and return the skills."""
    places = state.hospitals
    cases_before = places["cases"].copy()
    total = cases_before.sum(axis=0)
    phases.open_the_year(state, total / max(1, total.sum()), scale, month)
    places["cases"] = cases_before
    return places["skill"]


@pytest.mark.parametrize(("network", "reaches", "taught"), [(0, 0, 0), (1, 0, 1), (0, 1, 1)])
def test_mentoring_and_remote_consultation_close_part_of_the_mentors_lead(network, reaches, taught):
    state = school()
    place = state.hospitals[0]
    place.network = network
    state.levers["remote"], state.levers["mentoring"] = 0.25, 0.1
    state.levers["training_skill"], state.levers["mentoring_reaches_counties"] = 0.05, reaches
    assert plain.hospital.effective_skill(state, place, 0, state.params[0]) == 0.5 * taught
    assert year(state)[0] == pytest.approx(np.full(KINDS, 0.25 * taught))


def test_a_mentor_who_knows_less_teaches_nothing():
    state = school(2.0, 0.0)
    state.levers["remote"] = state.levers["mentoring"] = 1.0
    place = state.hospitals[0]
    assert plain.hospital.effective_skill(state, place, 0, state.params[0]) == 2.0
    assert (year(state)[0] == 2.0).all()


def test_training_ends_at_the_ceiling_of_the_tier():
    state = school(2.9, 9.0, taught_ceiling_county=3.0)
    state.levers["training_skill"] = 0.5
    for month in (0, 12, 24):
        year(state, month=month)
    assert state.hospitals["skill"][0] == pytest.approx(np.full(KINDS, 3.0))
    state.hospitals["skill"][0] = 4.0
    assert (year(state)[0] == 4.0).all()


@cases(st.floats(0, 1), st.floats(0, 1), st.floats(0, 3))
def test_training_and_mentoring_together_do_not_lift_a_pupil_above_its_mentor(
    part, training, mentors
):
    state = school(1.0, mentors)
    state.levers["mentoring"], state.levers["training_skill"] = part, training
    for january in range(3):
        skill = year(state, month=12 * january)[0].copy()
    assert (skill <= max(1.0, mentors) + 1e-12).all()
    expected = min(mentors, 1.0 + training)
    assert (skill >= expected - 1e-12).all()


def test_only_cases_that_were_seen_are_shared():
    """Thirty pass on 63 % of the lead; the policy wants all of it."""
    state = school(consultations=0)
    state.hospitals["cases"][0][:3] = [0, 10, 30]
    state.levers["mentoring"] = 1.0
    expected = [0.0, 2 * (1 - math.exp(-10 / 30)), 2 * (1 - math.exp(-1.0))]
    assert year(state)[0][:3] == pytest.approx(expected)


def test_a_sample_teaches_as_the_whole_country_does():
    whole, sample = school(consultations=20_000), school(consultations=20)
    for state in (whole, sample):
        state.levers["mentoring"] = 0.3
    assert year(sample, scale=0.001)[0] == pytest.approx(year(whole)[0])


def test_a_mentor_gives_its_pupils_no_more_than_its_time_and_patients_the_rest():
    """Four pupils want 30 x KINDS cases each of half a slot; the mentor has 24 slots a year."""
    terms = {"mentoring_slots_per_case": 0.5, "mentoring_slots_most": 0.5}
    state = school(pupils=4, **terms)
    wanted = 1 - math.exp(-1.0)
    state.levers["mentoring"] = wanted
    state.hospitals["slots"] = 2.0
    skills = year(state)
    mentor = state.hospitals[4]
    assert mentor.teaching == pytest.approx(1.0)
    each = 24.0 * 0.5 / 0.5 / (4 * KINDS)
    assert skills[:4] == pytest.approx(np.full((4, KINDS), 2 * (1 - math.exp(-each / 30))))
    assert plain.hospital.free_slots(mentor) == pytest.approx(1.0)


def test_who_is_waiting_waits_longer_where_pupils_are_taught():
    state = queueing(3, slots=2.0)
    state.hospitals["teaching"] = 1.0
    state = seen(state).state
    assert (state.patients["visits"] > 0).sum() == 1
    assert state.hospitals["wait"][0] == 3.0


def test_cases_training_help_entries_and_slots_are_paid_for():
    prices = {"mentoring_case_price": 100.0, "training_price": 6000.0, "remote_price": 40.0,
              "registration_price": 5.0, "slot_price": 50.0}  # fmt: skip
    state = school(**prices)
    state.levers["mentoring"], state.levers["training_skill"] = 1 - math.exp(-1.0), 0.5
    state.levers["remote"], state.levers["programmes_from_basic"] = 0.25, 1.0
    year(state)
    city = state.cities[0]
    assert city.teaching == pytest.approx(0.5 * 6000 + 30 * KINDS * 100)
    city.helped, city.entries, city.added_slots = 8, 3, 1.5
    phases.pay_programmes(state)
    month = (3000 + 3000 * KINDS) / 12 + 8 * 0.25 * 40 + 3 * 5 + 1.5 * 50
    assert state.funds["paid_programmes"].sum() == pytest.approx(month)
    assert state.funds["paid_programmes"][Fund.BASIC_RESIDENT] > 0.0
    phases.pay_programmes(state)  # help and entries are paid for once
    assert state.funds["paid_programmes"].sum() == pytest.approx(2 * month - 80 - 15)


def test_help_is_counted_where_there_is_a_mentor_and_entries_where_one_is_insured():
    state = school()
    state.patients["since"] = -1
    state.hospitals["slots"] = 1.0
    assert seen(state).state.cities["helped"][0] == 1
    plain.registers.register(state, state.patients[0], 3)
    assert state.cities["entries"][0] == 1


@cases(st.sampled_from(list(Rank)), st.floats(-4, 4), st.floats(-4, 4), st.floats(0, 1))
def test_teaching_lifts_nobody_above_the_mentor_or_the_tiers_equipment(rank, skill, mentors, share):
    state = school(skill, mentors, taught_ceiling_county=-1.0, skill_ceiling=3.0)
    state.hospitals["rank"][0] = rank
    state.levers["mentoring"] = share
    for month in range(0, 240, 12):
        year(state, month=month)
    ceiling = teaching.taught_ceiling(state.hospitals[0], state.params[0])
    learned = state.hospitals["skill"][0]
    assert (learned >= skill).all()
    assert (learned <= max(skill, min(mentors, ceiling)) + 1e-9).all()
