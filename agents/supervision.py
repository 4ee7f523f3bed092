"""Supervision: payers review a treatment before it begins and once it has had time to work.

Bills are audited too. What a review or an audit costs is a programme of the place of insurance.
"""

from agents.codes import BEARER_OF, Bearer, Event, Review
from agents.core.bitset import has
from agents.core.jit import rule
from agents.core.parameters import Parameters
from agents.core.random_numbers import Decision
from agents.core.record import NEVER
from agents.disease import benefit_with, mean_response
from agents.events import note
from agents.institution import is_upheld, may_appeal
from agents.insurer import covers
from agents.records.disease import DiseaseRow
from agents.records.drug import DrugRow
from agents.records.levers import LeversRow
from agents.records.patient import PatientRow
from agents.state import State


@rule
def levers_of_payers(state: State, patient: PatientRow) -> LeversRow:
    """Return the levers in force where a patient is insured."""
    return state.levers[state.cities[patient.insured].zone]


@rule
def is_refused(state: State, patient: PatientRow, drug: DrugRow) -> bool:
    """Return whether social payers pay nothing because a review has found too little benefit.

    A review is of the disease's costly drugs; older treatment is always paid for.
    """
    if drug.older or (patient.review != Review.FAILED and patient.review != Review.APPEALED):
        return False
    levers = levers_of_payers(state, patient)
    return levers.prior_review == 1 or levers.stop_without_response == 1


@rule
def is_paid_by_society(state: State, patient: PatientRow, drug: DrugRow) -> bool:
    """Return whether a social payer covers a drug for a patient in the place of insurance."""
    city = state.cities[patient.insured]
    for k in range(len(state.layers)):
        layer = state.layers[k]
        if not has(city.layers, k) or BEARER_OF[layer.payer] != Bearer.SOCIAL:
            continue
        if covers(layer, patient, drug):
            return True
    return False


@rule
def is_audited(state: State, patient: PatientRow, drug: DrugRow) -> bool:
    """Return whether a patient's bills are audited: by social payers, if any pays for the drug."""
    audits = levers_of_payers(state, patient).audit == 1
    if not audits or is_refused(state, patient, drug):
        return False
    return is_paid_by_society(state, patient, drug)


@rule
def part_not_cut(state: State, patient: PatientRow, drug: DrugRow, params: Parameters) -> float:
    """Return which part of a drug bill is left once an audit cuts what it finds of the waste."""
    if is_audited(state, patient, drug):
        return 1.0 - params.waste_share * params.audit_finds
    return 1.0


@rule
def conclude(
    state: State, patient: PatientRow, benefit: int, good: int, month: int, params: Parameters
) -> None:
    """End a review. Where there is a right of appeal, whoever is refused uses it.

    Args:
        state: The world.
        patient: The patient.
        benefit: By how much treatment slows the disease, as far as is known, percent.
        good: What is found if that is enough (`agents.codes.Review`).
        month: This month.
        params: The world's parameters.
    """
    patient.review = good
    if benefit < 100.0 * params.least_benefit:
        patient.review = Review.FAILED
        note(state, patient, month, Event.REVIEW_FAILED, -1, 0.0)
        if may_appeal(levers_of_payers(state, patient)):
            patient.review = Review.APPEALED
            patient.reviewed = month + params.appeal_months


@rule
def hear_patient(
    state: State, patient: PatientRow, month: int, params: Parameters, seed: int
) -> None:
    """Decide an appeal against a review that has failed, once its time has come.

    If it succeeds, payers pay as if the review had not failed, and review no more.
    """
    if patient.review != Review.APPEALED or month < patient.reviewed:
        return
    patient.review = Review.FAILED
    if is_upheld(patient.identity, Decision.APPEAL, params, seed):
        patient.review = Review.UPHELD
        note(state, patient, month, Event.APPEAL_UPHELD, -1, 0.0)


@rule
def is_reviewed_first(state: State, patient: PatientRow, drug: DrugRow) -> bool:
    """Return whether payers review a drug before they pay for it: not older treatment.

    Not for somebody who has begun with another drug that is reviewed.
    """
    if not levers_of_payers(state, patient).prior_review or drug.older:
        return False
    if patient.treated != NEVER and not state.drugs[patient.drug].older:
        return False
    return patient.reviewed != NEVER or is_paid_by_society(state, patient, drug)


@rule
def awaits_decision(state: State, patient: PatientRow, drug: DrugRow, month: int) -> bool:
    """Return whether payers have not yet decided on a drug that they review first."""
    return is_reviewed_first(state, patient, drug) and month < patient.reviewed


@rule
def waits_for_review(
    state: State,
    patient: PatientRow,
    disease: DiseaseRow,
    drug: DrugRow,
    month: int,
    params: Parameters,
) -> bool:
    """Return whether payers still review a first drug; say when they will have decided.

    They look at the benefit to be expected at this severity, as the patient's own response is not
    known yet.
    """
    if not is_reviewed_first(state, patient, drug):
        return False
    if patient.reviewed == NEVER:
        patient.reviewed = month + params.prior_review_months
        state.cities[patient.insured].reviews += 1
    if month < patient.reviewed:
        patient.due = patient.reviewed
        return True
    if patient.review == Review.NONE:
        expected = benefit_with(patient, disease, drug, mean_response(params), params)
        conclude(state, patient, expected, Review.ADMITTED, month, params)
    return False


@rule
def review_response(state: State, patient: PatientRow, month: int, params: Parameters) -> None:
    """Payers judge, once, whether a treatment that has had its time slows the disease enough."""
    drug = state.drugs[patient.drug]
    if not levers_of_payers(state, patient).stop_without_response or drug.older:
        return
    if patient.review != Review.NONE and patient.review != Review.ADMITTED:
        return
    if patient.treated_months < params.response_judged_after:
        return
    if is_paid_by_society(state, patient, drug):
        state.cities[patient.insured].reviews += 1
        conclude(state, patient, patient.benefit, Review.RESPONDS, month, params)
