"""Regulator: the rules in force, the catalogue and the reimbursement list.

What it negotiates is in `agents.negotiation`.
"""

from agents.codes import Catalogue
from agents.core.jit import rule
from agents.core.record import NEVER, RecordAgent
from agents.manufacturer import on_market
from agents.records.disease import DiseaseRow
from agents.records.drug import DrugRow
from agents.records.levers import LeversRow
from agents.state import State

BY_POLICY = dict.fromkeys(LeversRow.fields, "of that rule")
"""Fields that the policy in force sets: all."""


class Regulator(RecordAgent, record=LeversRow, by_policy=BY_POLICY):
    """The regulator as a Mesa agent: its row holds the rules outside the zone."""


@rule
def in_catalogue(disease: DiseaseRow, levers: LeversRow) -> bool:
    """Return whether a disease counts as rare: on a list in force, and not too frequent.

    Where there is no list but an inclusion principle, whether it met that at the last review.
    """
    if disease.prevalence > levers.prevalence_threshold:
        return False
    if levers.catalogue == Catalogue.RULE:
        return disease.included == 1
    return levers.catalogue == Catalogue.ALL or 0 < disease.catalogue <= levers.catalogue


@rule
def drug_on_market(state: State, disease: DiseaseRow, month: int) -> int:
    """Return the row of the most effective drug for a disease that is sold, -1 for none."""
    d = disease.first_drug
    while d >= 0 and not on_market(state.drugs[d], month, state.levers[0]):
        d = state.drugs[d].next_drug
    return d


@rule
def burden(state: State, disease: DiseaseRow, month: int) -> float:
    """Return what a year with a disease costs, yuan.

    The list price of the most effective drug sold or, without one, older care at full severity.
    """
    d = drug_on_market(state, disease, month)
    if d >= 0:
        return state.drugs[d].list_price
    params = state.params[0]
    return params.supportive_cost_mild + params.supportive_cost_per_severity


@rule
def meets_principle(state: State, disease: DiseaseRow, month: int) -> bool:
    """Return whether a disease meets the inclusion principle: rare, severe, treatable, a burden."""
    levers = state.levers[0]
    if disease.prevalence > levers.prevalence_threshold:
        return False
    if disease.shortfall < levers.least_severity:
        return False
    if levers.treatable_only and drug_on_market(state, disease, month) < 0:
        return False
    return burden(state, disease, month) >= levers.least_burden


@rule
def enlist(drug: DrugRow, price: float, month: int) -> None:
    """Put a drug on the list at a price."""
    drug.listed = 1
    drug.listed_month = month
    drug.price = price
    drug.agreed = month
    drug.expected = 0.0


@rule
def delist(drug: DrugRow, month: int) -> None:
    """Take a drug off the list: it stays on the market, at its list price."""
    drug.listed = 0
    drug.listed_month = NEVER
    drug.price = drug.list_price
    drug.agreed = month


@rule
def follow_record(drug: DrugRow, month: int) -> bool:
    """List a drug in the month in which it was listed in fact; true if this is that month."""
    if drug.listed or month < drug.record_listed:
        return False
    enlist(drug, drug.record_price, drug.record_listed)
    return True
