"""Terms: what decides whether somebody who goes without a drug could have it now.

After a change of policy or list only those whose own terms differ from those under which they last
looked ask again: the market and price of their drug, where it is stocked, the layers that hold for
them and on what conditions, donated vials, foundations.
"""

import numpy as np

from agents.ahead import first_sold, zone_ahead_with
from agents.billing import cut_away, pays_for
from agents.charity import is_for
from agents.codes import Access, Outsiders, Stage
from agents.core.jit import rule
from agents.core.record import NEVER
from agents.manufacturer import donates, on_market
from agents.moving import where_to_move
from agents.prescribing import is_paid_for, nearest_stock
from agents.records.bill import BillRow
from agents.records.disease import DiseaseRow
from agents.records.levers import LeversRow
from agents.records.patient import PatientRow
from agents.refunds import is_unclear
from agents.regulator import in_catalogue
from agents.state import State
from agents.supervision import levers_of_payers


@rule
def levers_at_home(state: State, patient: PatientRow) -> LeversRow:
    """Return the levers in force where a patient lives."""
    return state.levers[state.cities[patient.city].zone]


@rule
def next_layer(state: State, k: int, bill: BillRow, patient: PatientRow) -> int:
    """Return the first layer from place `k` of the order on that holds for a patient's drug.

    As many as there are layers, if none does.
    """
    while k < len(state.layers):
        if pays_for(state, k, patient, bill):
            return k
        k += 1
    return k


@rule
def layers_changed(
    state: State,
    before: State,
    alike: np.ndarray,
    bill: BillRow,
    patient: PatientRow,
) -> bool:
    """Return whether other layers hold for a patient's drug, or the same on other conditions.

    Args:
        state: The world.
        before: The world under the earlier terms.
        alike: Whether a layer of now says the same as one of before, shape (now, before).
        bill: The drug, and where it would be had.
        patient: The patient.
    """
    now, then = 0, 0
    factor = state.cities[patient.insured].benefit_factor
    same_factor = factor == before.cities[patient.insured].benefit_factor
    while True:
        now = next_layer(state, now, bill, patient)
        then = next_layer(before, then, bill, patient)
        if now == len(state.layers) or then == len(before.layers):
            return now < len(state.layers) or then < len(before.layers)
        if not same_factor or not alike[now, then]:
            return True
        cut = cut_away(state, state.layers[now], patient, bill)
        if cut != cut_away(before, before.layers[then], patient, bill):
            return True
        now += 1
        then += 1


@rule
def moving_changed(
    state: State, before: State, alike: np.ndarray, bill: BillRow, patient: PatientRow
) -> bool:
    """Return whether moving the registration into a zone would now lead to other terms.

    `before`, `alike` and `bill` are those of `layers_changed`.
    """
    there = where_to_move(state, patient)
    if there != where_to_move(before, patient):
        return True
    if there < 0:
        return False
    home = patient.insured
    patient.insured = there
    changed = layers_changed(state, before, alike, bill, patient)
    patient.insured = home
    return changed


@rule
def ahead_changed(
    state: State,
    before: State,
    alike: np.ndarray,
    bill: BillRow,
    patient: PatientRow,
    d: int,
    month: int,
) -> bool:
    """Return whether a drug that is not sold at home yet can be had from another month.

    Or, where a zone uses it already, on other terms. `before`, `alike`, `bill` and `d` are those of
    `terms_of_drug_changed`.
    """
    first = first_sold(state, patient, state.drugs[d])
    if first != first_sold(before, patient, before.drugs[d]):
        return True
    there = zone_ahead_with(state, patient, d, month)
    if there < 0:
        return False
    bill.drug, bill.access, bill.hospital = d, Access.FAR, there
    return layers_changed(state, before, alike, bill, patient)


@rule
def grants_changed(state: State, before: State, patient: PatientRow, disease: DiseaseRow) -> bool:
    """Return whether a foundation for the patient's place gives on other conditions than `before`.

    Budgets are raised once a year and are no terms.
    """
    now, then = levers_at_home(state, patient), levers_at_home(before, patient)
    listed = in_catalogue(disease, now)
    if listed == in_catalogue(before.diseases[patient.disease], then):
        if not listed:
            return False
        if now.means_test == then.means_test and now.grant_cap == then.grant_cap:
            return False
    for c in range(len(state.charities)):
        if is_for(state.charities[c], patient.city, state.cities[patient.city].province):
            return True
    return False


@rule
def terms_of_drug_changed(
    state: State,
    before: State,
    alike: np.ndarray,
    bill: BillRow,
    patient: PatientRow,
    disease: DiseaseRow,
    d: int,
    month: int,
) -> bool:
    """Return whether a patient who goes without a drug could have it on other terms now.

    Where no hospital within reach has it, there is nothing to ask for, unless it has just come onto
    the market: who waited for that looks again now and then.

    Args:
        state: The world.
        before: The world under the terms under which the patient last looked.
        alike: Whether a layer of now says the same as one of before, shape (now, before).
        bill: Room for a bill.
        patient: The patient.
        disease: The disease.
        d: Row of the drug.
        month: This month.
    """
    drug, old_drug = state.drugs[d], before.drugs[d]
    now, then = levers_at_home(state, patient), levers_at_home(before, patient)
    if not on_market(drug, month, now):
        return ahead_changed(state, before, alike, bill, patient, d, month)
    if not on_market(old_drug, month, then):
        return True
    if NEVER > patient.reviewed > month and levers_of_payers(before, patient).prior_review:
        if not levers_of_payers(state, patient).prior_review:
            return True
    if (
        patient.treated == NEVER or patient.drug != d
    ):  # doctors who do not prescribe it yet take it up at another rate
        home, old_home = state.cities[patient.city], before.cities[patient.city]
        if is_paid_for(state, home, drug) != is_paid_for(before, old_home, old_drug):
            return True
    access = nearest_stock(state, patient, d)
    if access == Access.NOWHERE:
        return False
    if access != nearest_stock(before, patient, d):
        return True
    if drug.price != old_drug.price or drug.listed != old_drug.listed:
        return True
    if is_unclear(state, patient) != is_unclear(before, patient):
        return True
    if donates(drug, month, now) != donates(old_drug, month, then):
        return True
    bill.drug, bill.access, bill.hospital = d, access, patient.hospital
    if layers_changed(state, before, alike, bill, patient):
        return True
    if moving_changed(state, before, alike, bill, patient):
        return True
    travels = state.levers[0].outsiders == Outsiders.TRAVEL
    travelled = before.levers[0].outsiders == Outsiders.TRAVEL
    if (travels or travelled) and patient.hospital >= 0:
        bill.access = Access.FAR
        if layers_changed(state, before, alike, bill, patient):
            return True
    return grants_changed(state, before, patient, disease)


@rule
def terms_changed(
    state: State,
    before: State,
    alike: np.ndarray,
    bill: BillRow,
    patient: PatientRow,
    disease: DiseaseRow,
    month: int,
) -> bool:
    """Return whether a patient could have a drug on other terms now: one better than that of now.

    Whoever is on none could have any of the disease's. `before`, `alike` and `bill` are those of
    `terms_of_drug_changed`.
    """
    than = state.drugs[patient.drug].effect if patient.stage == Stage.TREATED else -1.0
    d = disease.first_drug
    while d >= 0 and state.drugs[d].effect > than:
        if terms_of_drug_changed(state, before, alike, bill, patient, disease, d, month):
            return True
        d = state.drugs[d].next_drug
    return False
