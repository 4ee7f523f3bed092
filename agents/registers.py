"""Registers: how diagnosed patients come to be known.

Two of them: direct reporting to the health administration, and the research registry of the leading
hospitals and of patient organisations. Who is in either is known.
"""

from agents.codes import Event, Flow, Reporting
from agents.core.jit import rule
from agents.core.parameters import Parameters
from agents.core.random_numbers import Decision, uniform
from agents.core.record import NEVER
from agents.events import note, tally
from agents.records.disease import DiseaseRow
from agents.records.hospital import HospitalRow
from agents.records.levers import LeversRow
from agents.records.patient import PatientRow
from agents.records.places import CityRow
from agents.regulator import in_catalogue
from agents.state import State


@rule
def report(
    state: State,
    patient: PatientRow,
    hospital: HospitalRow,
    disease: DiseaseRow,
    occasion: int,
    month: int,
    seed: int,
) -> None:
    """Enter a diagnosed patient in the registers, as the rules of the day make likely.

    A report goes to the health administration, and takes part of a slot of next month where it is
    a duty; a hospital that takes part in the research registry enters its patients there, and an
    organisation its members.

    `occasion` is the key of the draws: the month, or the visit's number made negative.
    """
    levers = state.levers[state.cities[hospital.city].zone]
    if patient.reported == NEVER:
        probability = chance_of_report(hospital, disease, levers)
        if uniform(seed, patient.identity, Decision.REPORT, occasion) < probability:
            report_directly(state, patient, month)
            if has_duty(hospital, disease, levers):
                hospital.carried -= state.params[0].reporting_slots
    if hospital.researches and patient.researched == NEVER:
        if uniform(seed, patient.identity, Decision.RESEARCH, occasion) < levers.research:
            enter_for_research(state, patient, month)
    join_cohort(state, patient, occasion, month, seed)


@rule
def join_cohort(state: State, patient: PatientRow, occasion: int, month: int, seed: int) -> None:
    """A patient organisation enters a patient with whom it is in touch in its cohort for research.

    `occasion` is the key of the draw: the month, or the visit's number made negative.
    """
    if patient.informed == 0 or patient.researched != NEVER:
        return
    share = state.levers[state.cities[patient.city].zone].patient_cohort
    if uniform(seed, patient.identity, Decision.COHORT, occasion) < share:
        enter_for_research(state, patient, month)


@rule
def find_organisation(
    patient: PatientRow, city: CityRow, params: Parameters, month: int, seed: int
) -> None:
    """A diagnosed patient, who knows the name of the disease, may find its organisation."""
    if patient.informed == 0:
        reach = params.reach_of_diagnosed * city.reach
        if uniform(seed, patient.identity, Decision.HEAR, month) < reach:
            patient.informed = 1


@rule
def has_duty(hospital: HospitalRow, disease: DiseaseRow, levers: LeversRow) -> bool:
    """Return whether a hospital must report a disease: one of the catalogue in force."""
    duty = levers.reporting == Reporting.MANDATORY or (
        levers.reporting == Reporting.NETWORK and hospital.network == 1
    )
    return duty and in_catalogue(disease, levers)


@rule
def chance_of_report(hospital: HospitalRow, disease: DiseaseRow, levers: LeversRow) -> float:
    """Return the probability that a hospital reports a patient directly."""
    if has_duty(hospital, disease, levers):
        return levers.compliance
    return levers.voluntary_share


@rule
def report_directly(state: State, patient: PatientRow, month: int) -> None:
    """Report a patient to the health administration."""
    patient.reported = month
    tally(state, patient, Flow.DIRECT_REPORTS, 1)
    register(state, patient, month)


@rule
def enter_for_research(state: State, patient: PatientRow, month: int) -> None:
    """Enter a patient in the research registry."""
    patient.researched = month
    tally(state, patient, Flow.RESEARCH_ENTRIES, 1)
    register(state, patient, month)


@rule
def register(state: State, patient: PatientRow, month: int) -> None:
    """Write an entry in one of the registers; who is in either is known."""
    state.cities[patient.insured].entries += 1
    if patient.registered != NEVER:
        return
    patient.registered = month
    tally(state, patient, Flow.REGISTRATIONS, 1)
    note(state, patient, month, Event.REGISTERED, -1, 0.0)
