"""Regulator: the rules in force, the reimbursement list, assessment and negotiation."""

from agents.codes import Catalogue
from agents.core.jit import rule
from agents.core.parameters import Parameters
from agents.core.random_numbers import Decision
from agents.core.record import NEVER, RecordAgent
from agents.institution import decided_by, is_upheld, may_appeal
from agents.manufacturer import launch_month, lowest_acceptable, on_market
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
    d = disease.first_drug + 0
    while d >= 0 and not on_market(state.drugs[d], month, state.levers[0]):
        d = state.drugs[d].next_drug + 0
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
def assess(drug: DrugRow, disease: DiseaseRow, levers: LeversRow) -> float:
    """Return the highest price the list will bear, yuan a year.

    The health gain per year of treatment times the threshold of the response class; a price
    ceiling may lie below it.
    """
    bearable = drug.qaly_gain * levers.threshold[disease.response]
    if levers.price_ceiling > 0.0:
        bearable = min(bearable, levers.price_ceiling)
    return bearable


@rule
def may_be_negotiated_from(drug: DrugRow, levers: LeversRow) -> int:
    """Return the month from which a drug's listing is negotiated, no later than by the deadline."""
    launch = launch_month(drug, levers)
    return min(launch + levers.months_to_listing, decided_by(launch, levers))


@rule
def has_round(drug: DrugRow, levers: LeversRow, month: int) -> bool:
    """Return whether a drug's listing can be negotiated in a month: in January.

    Where a law sets a deadline, also in the month of the deadline, if no January comes before it.
    """
    if month % 12 == 0:
        return True
    last = decided_by(launch_month(drug, levers), levers)
    return month == last and last - last % 12 < may_be_negotiated_from(drug, levers)


@rule
def negotiate(
    drug: DrugRow, disease: DiseaseRow, params: Parameters, levers: LeversRow, month: int
) -> bool:
    """One round for a drug that is not listed; true if it comes onto the list.

    The offer is the assessed price, at most the list price; the manufacturer accepts at or above
    the lowest acceptable price. The price agreed lies between the two.
    """
    if drug.listed or month < may_be_negotiated_from(drug, levers):
        return False
    offer = min(assess(drug, disease, levers), drug.list_price)
    floor = lowest_acceptable(drug, params, levers)
    if offer < floor:
        if may_appeal(levers) and drug.refused == NEVER:
            drug.refused = month
        return False
    position = params.bargaining_position
    enlist(drug, position * offer + (1.0 - position) * floor, month)
    return True


@rule
def hear_manufacturer(
    drug: DrugRow, d: int, params: Parameters, levers: LeversRow, month: int, seed: int
) -> bool:
    """Hear the appeal of a drug refused for its price; true if it comes onto the list.

    Once, some months after the first refusal. If it succeeds, the list takes the drug at the lowest
    price acceptable to its manufacturer.

    Args:
        drug: The drug.
        d: Its row, the key of the draw.
        params: The world's parameters.
        levers: The rules in force.
        month: This month.
        seed: The key of all draws.
    """
    if drug.listed or drug.refused == NEVER or month != drug.refused + params.appeal_months:
        return False
    if not may_appeal(levers) or not is_upheld(d, Decision.APPEAL_FOR_DRUG, params, seed):
        return False
    enlist(drug, lowest_acceptable(drug, params, levers), month)
    return True


@rule
def enlist(drug: DrugRow, price: float, month: int) -> None:
    """Put a drug on the list at a price."""
    drug.listed = 1
    drug.listed_month = month
    drug.price = price


@rule
def follow_record(drug: DrugRow, month: int) -> bool:
    """List a drug in the month in which it was listed in fact; true if this is that month."""
    if drug.listed or month < drug.record_listed:
        return False
    enlist(drug, drug.record_price, drug.record_listed)
    return True
