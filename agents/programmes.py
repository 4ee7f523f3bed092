"""Programmes: what screening, teaching and other rules cost beside patients' bills, and who pays.

A programme is paid for by month and place, of the insured of the place: out of what basic insurance
has, or with fiscal money that its funds receive for it, as the policy says.
"""

from agents.codes import Fund, NewbornPanel, Scheme
from agents.core.jit import rule
from agents.core.parameters import Parameters
from agents.insurer import pay_programme
from agents.records.levers import LeversRow
from agents.records.patient import PatientRow
from agents.records.places import CityRow
from agents.state import State


@rule
def newborn_screening_cost(births: float, levers: LeversRow, params: Parameters) -> float:
    """Return the cost of screening a month's newborns beyond today's panel, yuan.

    The tests of all, and the recall of those found who do not have a disease; what is screened for
    today is part of the spending on all other patients.
    """
    if levers.newborn_panel != NewbornPanel.POSSIBLE:
        return 0.0
    recall = params.newborn_false_positives * params.newborn_recall_price
    return births * (params.newborn_panel_price + recall)


@rule
def has_left_traces(patient: PatientRow, month: int, params: Parameters) -> bool:
    """Return whether a search of claims notices a patient: insured, long ill, with a trace.

    Many visits, diagnoses that do not go together, or much spending.
    """
    if patient.scheme == Scheme.NONE or month - patient.onset < params.claims_screening_after:
        return False
    if patient.visits >= params.claims_screening_visits:
        return True
    if patient.misdiagnoses >= params.claims_screening_labels:
        return True
    return patient.search_billed + patient.care_billed >= params.claims_screening_spending


@rule
def cost_of_care_network(city: CityRow, levers: LeversRow, params: Parameters) -> float:
    """Return what a city's hospitals and registry cost for a month beyond patients' bills, yuan.

    Teaching a twelfth of the year's, remote consultations, referrals that are paid for, entries in
    the registry and supervision as they were last month, and slots that the policy adds. What was
    there before the policy is part of the spending on all other patients.
    """
    remote = city.helped * levers.remote * params.remote_price
    entries = city.entries * params.registration_price
    referrals = city.referrals * levers.referral_payment
    slots = city.added_slots * params.slot_price
    supervision = city.reviews * params.review_price + city.audited * params.audit_price
    return city.teaching / 12.0 + remote + entries + referrals + slots + supervision


@rule
def pay_for_programmes(state: State, city: CityRow, params: Parameters) -> None:
    """Pay for a month of a city's programmes, each scheme for its members."""
    levers = state.levers[city.zone]
    network = cost_of_care_network(city, levers, params)
    city.helped = 0
    city.entries = 0
    city.referrals = 0
    city.reviews = 0
    city.audited = 0
    insured = city.heads[Fund.BASIC_EMPLOYEE] + city.heads[Fund.BASIC_RESIDENT]
    search = params.claims_screening_price * levers.claims_screening / 12.0
    births = insured * params.births_per_insured / 12.0
    for kind in (Fund.BASIC_EMPLOYEE, Fund.BASIC_RESIDENT):
        cost = city.heads[kind] * search
        if insured > 0.0:
            cost += network * city.heads[kind] / insured
        if kind == Fund.BASIC_RESIDENT:  # to which the newborn belong
            cost += newborn_screening_cost(births, levers, params)
        if cost > 0.0:
            pay_programme(state.funds[city.fund[kind]], cost, levers.programmes_from_basic)
