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
def room_to_learn(state: State, hospital: HospitalRow, specialty: int, params: Parameters) -> float:
    """Return the part of the mentor's lead that a pupil can gain, 0-1: up to its tier's ceiling.

    0 where there is no mentor who knows more, or no room. `specialty` is of
    `agents.codes.Specialty`.
    """
    if hospital.mentor < 0:
        return 0.0
    own = hospital.skill[specialty]
    lead = state.hospitals[hospital.mentor].skill[specialty] - own
    room = min(lead, taught_ceiling(hospital, params) - own)
    return room / lead if room > 0.0 else 0.0


@rule
def cases_wanted(part: float, params: Parameters) -> float:
    """Return the cases to share in a specialty to close a part (0-1) of the mentor's lead."""
    return -params.mentoring_cases * math.log(1.0 - part) if part < 1.0 else math.inf


@rule
def cases_seen(
    hospital: HospitalRow, specialty: int, mix: np.ndarray, params: Parameters, scale: float
) -> float:
    """Return the real cases of a specialty that a hospital saw last year.

    In a sample a hospital's count by specialty is a few, and what is learned from a few is not what
    is learned from their mean; so its specialties are those of its own consultations, and, as far
    as these are few beside `case_mix_prior`, those of the country's.

    Args:
        hospital: The hospital.
        specialty: Of `agents.codes.Specialty`.
        mix: Each specialty's share of last year's consultations in the country.
        params: The parameters.
        scale: Simulated patients per real one.
    """
    total = 0
    for s in range(len(hospital.cases)):
        total += hospital.cases[s]
    prior = params.case_mix_prior
    share = (hospital.cases[specialty] + prior * mix[specialty]) / (total + prior)
    return total * share / scale


@rule
def cases_to_share(
    state: State,
    hospital: HospitalRow,
    specialty: int,
    mix: np.ndarray,
    params: Parameters,
    scale: float,
) -> float:
    """Return the real cases of a specialty that a pupil would share with its mentor this year.

    As many as close the policy's part of the mentor's lead, or what its tier leaves to learn if
    that is less; at most those that it saw.

    Args:
        state: The world.
        hospital: The pupil.
        specialty: Of `agents.codes.Specialty`.
        mix: Each specialty's share of last year's consultations in the country.
        params: The parameters.
        scale: Simulated patients per real one.
    """
    levers = state.levers[state.cities[hospital.city].zone]
    part = min(levers.mentoring, room_to_learn(state, hospital, specialty, params))
    if part <= 0.0:
        return 0.0
    seen = cases_seen(hospital, specialty, mix, params, scale)
    return min(cases_wanted(part, params), seen)


@rule
def ask_mentor(
    state: State, hospital: HospitalRow, mix: np.ndarray, params: Parameters, scale: float
) -> None:
    """Tell the mentor how many cases its pupil would share.

    `mix` is each specialty's share of last year's consultations in the country; `scale` the number
    of simulated patients per real one.
    """
    if hospital.mentor < 0 or not is_taught(state, hospital):
        return
    mentor = state.hospitals[hospital.mentor]
    for s in range(len(mix)):
        mentor.asked += cases_to_share(state, hospital, s, mix, params, scale)


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

    Each case that is shared passes on a part of the mentor's lead. Together they lift a hospital
    neither beyond what its tier is equipped for nor beyond its mentor, whose knowledge it is.

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
    equipped = taught_ceiling(hospital, params)
    city.teaching += levers.training_skill * params.training_price * scale
    for s in range(len(mix)):
        gain = levers.training_skill
        ceiling = equipped
        if hospital.mentor >= 0:
            ceiling = min(ceiling, state.hospitals[hospital.mentor].skill[s])
        cases = cases_to_share(state, hospital, s, mix, params, scale)
        if cases > 0.0:
            mentor = state.hospitals[hospital.mentor]
            cases *= mentor.granted
            lead = mentor.skill[s] - hospital.skill[s]
            gain += lead * (1.0 - math.exp(-cases / params.mentoring_cases))
            city.teaching += cases * params.mentoring_case_price * scale
        gain = min(gain, ceiling - hospital.skill[s])
        if gain > 0.0:
            improve(hospital, s, gain, params, month)
