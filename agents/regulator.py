"""Regulator: the rules in force, the catalogue and the reimbursement list.

What it negotiates is in `agents.negotiation`.
"""

from agents.codes import Catalogue
from agents.core.jit import rule
from agents.core.record import NEVER, RecordAgent
from agents.records.disease import DiseaseRow
from agents.records.drug import DrugRow
from agents.records.levers import LeversRow

BY_POLICY = dict.fromkeys(LeversRow.fields, "of that rule")
"""Fields that the policy in force sets: all."""


class Regulator(RecordAgent, record=LeversRow, by_policy=BY_POLICY):
    """The regulator as a Mesa agent: its row holds the rules outside the zone."""


@rule
def in_catalogue(disease: DiseaseRow, levers: LeversRow) -> bool:
    """Return whether a disease counts as rare: on a list in force, and not too frequent."""
    if disease.prevalence > levers.prevalence_threshold:
        return False
    return levers.catalogue == Catalogue.ALL or 0 < disease.catalogue <= levers.catalogue


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
