"""Teaching: hospitals of the network learn from their mentors, case by case, and in training.

It takes the mentors' slots and costs money, which the programmes of the pupil's city pay
(`agents.programmes`).
"""

import math

import numpy as np

from agents.codes import Rank
from agents.core.jit import rule
from agents.core.parameters import Parameters
from agents.hospital import improve, is_taught
from agents.records.hospital import HospitalRow
from agents.records.levers import LeversRow
from agents.state import State


@rule
def taught_ceiling(hospital: HospitalRow, params: Parameters) -> float:
    """Return the skill beyond which a hospital of its tier cannot be taught, by its equipment."""
    if hospital.rank == Rank.COUNTY:
        return params.taught_ceiling_county
    if hospital.rank == Rank.TERTIARY:
        return params.taught_ceiling_tertiary
    if hospital.rank == Rank.MEMBER:
        return params.taught_ceiling_member
    return params.skill_ceiling


@rule
def cases_wanted(levers: LeversRow, params: Parameters) -> float:
    """Return the cases to share in a specialty and year to close the policy's part of the lead."""
    if levers.mentoring >= 1.0:
        return math.inf
    return -params.mentoring_cases * math.log(1.0 - levers.mentoring)


@rule
def cases_to_share(
    hospital: HospitalRow, mix: float, levers: LeversRow, params: Parameters, scale: float
) -> float:
    """Return the real cases of a specialty that a hospital can share with its mentor this year.

    As many as the policy wants, at most those that it saw last year: the part of its consultations
    that the specialty has in the country. Its own count by specialty would be a few in a sample,
    and what is learned from a few, not from their mean.

    Args:
        hospital: The pupil.
        mix: The specialty's share of all consultations in the country last year, 0-1.
        levers: The policy where the pupil is.
        params: The parameters.
        scale: Simulated patients per real one.
    """
    return min(cases_wanted(levers, params), hospital.seen * mix / scale)


@rule
def ask_mentor(
    state: State, hospital: HospitalRow, mix: np.ndarray, params: Parameters, scale: float
) -> None:
    """Tell the mentor how many cases its pupil would share, where the mentor knows more.

    `mix` is each specialty's share of last year's consultations in the country; `scale` the number
    of simulated patients per real one.
    """
    if hospital.mentor < 0 or not is_taught(state, hospital):
        return
    mentor = state.hospitals[hospital.mentor]
    levers = state.levers[state.cities[hospital.city].zone]
    for s in range(len(mix)):
        if mentor.skill[s] > hospital.skill[s]:
            mentor.asked += cases_to_share(hospital, mix[s], levers, params, scale)


@rule
def make_time(mentor: HospitalRow, params: Parameters, scale: float) -> None:
    """Set how much of what its pupils ask a mentor has slots for, and the slots that it takes."""
    most = params.mentoring_slots_most * mentor.slots * 12.0 / scale
    takes = mentor.asked * params.mentoring_slots_per_case
    mentor.granted = 1.0 if takes <= most else most / takes
    mentor.teaching = min(takes, most) * scale / 12.0


@rule
def train(
    state: State,
    hospital: HospitalRow,
    mix: np.ndarray,
    params: Parameters,
    scale: float,
    month: int,
) -> None:
    """A year's mentoring and training, as the policy provides.

    Each case that is shared passes on a part of the mentor's lead. Neither lifts a hospital beyond
    what its tier is equipped for, nor mentoring beyond the mentor.

    Args:
        state: The world.
        hospital: The pupil.
        mix: Each specialty's share of last year's consultations in the country.
        params: The parameters.
        scale: Simulated patients per real one.
        month: This month.
    """
    if not is_taught(state, hospital):
        return
    city = state.cities[hospital.city]
    levers = state.levers[city.zone]
    ceiling = taught_ceiling(hospital, params)
    city.teaching += levers.training_skill * params.training_price * scale
    for s in range(len(mix)):
        gain = levers.training_skill
        if hospital.mentor >= 0:
            mentor = state.hospitals[hospital.mentor]
            lead = mentor.skill[s] - hospital.skill[s]
            if lead > 0.0:
                cases = mentor.granted * cases_to_share(hospital, mix[s], levers, params, scale)
                gain += lead * (1.0 - math.exp(-cases / params.mentoring_cases))
                city.teaching += cases * params.mentoring_case_price * scale
        gain = min(gain, ceiling - hospital.skill[s])
        if gain > 0.0:
            improve(hospital, s, gain, params, month)
