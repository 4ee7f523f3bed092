"""Cooperation: how willing a hospital is to pass on a patient whom it could not diagnose.

Hospitals differ. Each has an inclination of its own, less the further up it stands; keeping a
patient is worth money to one with free slots; and those to whom patients come back for follow-up,
or who hear what became of them, refer more readily. A policy can pay for referrals, see to it that
referrers are kept informed, and train.
"""

import math

from agents.core.jit import rule
from agents.core.parameters import Parameters
from agents.records.hospital import HospitalRow
from agents.records.levers import LeversRow
from agents.state import State


@rule
def gain_from_referral(hospital: HospitalRow, levers: LeversRow, params: Parameters) -> float:
    """Return what a referral earns a hospital beside what it usually loses by one, yuan.

    It is paid for it, and loses what a patient brings in as far as its slots stay empty.
    """
    usual = params.kept_patient_income * (1.0 - params.usual_load)
    loses = params.kept_patient_income * (1.0 - hospital.load)
    return levers.referral_payment - (loses - usual)


@rule
def renew_willingness(state: State, hospital: HospitalRow, params: Parameters) -> None:
    """Set how willing a hospital is to refer: a probability, from its log-odds.

    Its own inclination, what a referral earns it, what came back to it of last year's referrals,
    and what it heard of them; on top of that the training of a network hospital.
    """
    levers = state.levers[state.cities[hospital.city].zone]
    odds = hospital.inclined
    odds += params.willingness_per_yuan * gain_from_referral(hospital, levers, params)
    odds += params.willingness_returned * hospital.returned
    odds += params.willingness_informed * hospital.heard
    trained = levers.training_willingness if hospital.network else 0.0
    hospital.willing = min(1.0, 1.0 / (1.0 + math.exp(min(-odds, 700.0))) + trained)


@rule
def look_back(hospital: HospitalRow) -> None:
    """January: a hospital sees how full it was, and what became of those whom it had referred.

    The shares are of those whom another hospital has diagnosed on its referral; without any, what
    it knew before stands.
    """
    if hospital.opened > 0.0:
        hospital.load = hospital.seen / hospital.opened
    if hospital.resolved > 0:
        hospital.heard = hospital.told / hospital.resolved
        hospital.returned = 1.0 * hospital.back / hospital.resolved
    hospital.resolved = 0
    hospital.told = 0.0
    hospital.back = 0


@rule
def report_back(state: State, referrer: HospitalRow, hospital: HospitalRow) -> None:
    """A referred patient has been diagnosed; the referrer hears of it as the policy provides.

    `referrer` is the hospital that had passed the patient on to this one.
    """
    referrer.resolved += 1
    referrer.told += state.levers[state.cities[hospital.city].zone].informed
