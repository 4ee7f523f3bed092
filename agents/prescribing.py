"""Prescribing: which drugs of a disease a patient's doctors prescribe, and where they are had.

A disease has any number of drugs, in a chain from the most effective on. Doctors choose a drug for
those eligible for it, once it is on the market and they have taken it up.
"""

import math

from agents.ahead import first_sold, nearest_in_zone_with, zone_ahead_with
from agents.codes import Access, Outsiders
from agents.core.bitset import has
from agents.core.jit import rule, rule_noinline
from agents.core.parameters import Parameters
from agents.core.record import NEVER
from agents.insurer import covers_all
from agents.manufacturer import is_eligible, launch_month, on_market, reluctance
from agents.records.disease import DiseaseRow
from agents.records.drug import DrugRow
from agents.records.patient import PatientRow
from agents.records.places import CityRow
from agents.state import State


@rule
def nearest_stock(state: State, patient: PatientRow, d: int) -> int:
    """Return where the patient would get a drug: city, province, the hospital of follow-up.

    `d` is the row of the drug.
    """
    city = state.cities[patient.city]
    if has(city.stocked, d):
        return Access.CITY
    if has(state.provinces[city.province].stocked, d):
        return Access.PROVINCE
    if patient.hospital >= 0 and has(state.hospitals[patient.hospital].stocked, d):
        return Access.FAR
    return Access.NOWHERE


@rule
def reach(state: State, patient: PatientRow, d: int, month: int) -> int:
    """Return where the patient would get a drug this month, wherever it is sold already.

    `d` is the row of the drug.
    """
    if on_market(state.drugs[d], month, state.levers[state.cities[patient.city].zone]):
        return nearest_stock(state, patient, d)
    return Access.NOWHERE if zone_ahead_with(state, patient, d, month) < 0 else Access.FAR


@rule
def may_use_zone(state: State, patient: PatientRow, d: int) -> bool:
    """Return whether an outsider could have a drug, with the zone's benefits, where diagnosed.

    `d` is the row of the drug.
    """
    if state.levers[0].outsiders != Outsiders.TRAVEL or patient.hospital < 0:
        return False
    there = state.hospitals[patient.hospital]
    return state.cities[there.city].zone == 1 and has(there.stocked, d)


@rule
def has_choice(state: State, disease: DiseaseRow) -> bool:
    """Return whether a disease has more than one drug."""
    return disease.first_drug >= 0 and state.drugs[disease.first_drug].next_drug >= 0


@rule
def listed_rivals(state: State, d: int) -> int:
    """Return how many other drugs of its disease are listed beside a drug, older ones aside.

    `d` is the row of the drug.
    """
    found = 0
    k = state.diseases[state.drugs[d].disease].first_drug
    while k >= 0:
        other = state.drugs[k]
        if k != d and other.listed and not other.older:
            found += 1
        k = other.next_drug
    return found


@rule
def is_paid_for(state: State, city: CityRow, drug: DrugRow) -> bool:
    """Return whether insurance pays for a drug in a city: it is listed, or a layer covers it."""
    if drug.listed:
        return True
    for k in range(len(state.layers)):
        if has(city.layers, k) and covers_all(state.layers[k], drug):
            return True
    return False


@rule
def taken_up_this_month(
    state: State, city: CityRow, drug: DrugRow, month: int, params: Parameters
) -> float:
    """Return by how much a city's doctors take a drug up in a month: the rate of uptake.

    Of the eligible patients whose doctors do not prescribe the drug yet, this share has doctors who
    begin to: slowly once it is on the market, faster where insurance pays for it.
    """
    if not on_market(drug, month, state.levers[city.zone]):
        return 0.0
    return params.uptake_covered if is_paid_for(state, city, drug) else params.uptake_uncovered


@rule
def not_taken_up(state: State, patient: PatientRow, d: int, at: int, seed: int) -> float:
    """Return how much further a drug must be taken up until a patient's doctors prescribe it.

    `d` is the row of the drug, `at` of the doctors' city; at most 0 where they do.
    """
    return reluctance(patient.identity, seed) - state.taken_up[at, d]


@rule
def doctors_city(state: State, patient: PatientRow, d: int) -> int:
    """Return in which city a patient's doctors are: at home, or in a zone open to outsiders.

    There if the doctors who made the diagnosis have taken the drug up further; `d` is its row.
    """
    if may_use_zone(state, patient, d):
        there = state.hospitals[patient.hospital].city
        if state.taken_up[there, d] > state.taken_up[patient.city, d]:
            return there
    return patient.city


@rule_noinline
def prescribed_from(state: State, patient: PatientRow, d: int, month: int, seed: int) -> int:
    """Return from which month on a patient's doctors prescribe a drug if its rate stays as it is.

    Not before it is on the market; never to those for whom another treatment is chosen. Who has
    once begun with a drug needs no new prescription of it.

    Args:
        state: The world.
        patient: The patient.
        d: Row of the drug.
        month: This month.
        seed: The key of all draws.

    Returns:
        This month if they do now, NEVER if they will not.
    """
    drug = state.drugs[d]
    levers = state.levers[state.cities[patient.city].zone]
    if not on_market(drug, month, levers):
        return prescribed_ahead_from(state, patient, d, month, seed)
    return prescribed_by(state, patient, d, doctors_city(state, patient, d), month, seed)


@rule
def prescribed_ahead_from(state: State, patient: PatientRow, d: int, month: int, seed: int) -> int:
    """Return from which month on a drug that is not sold at home yet could be prescribed.

    By doctors of a zone that uses it ahead, where the patient can go there and a hospital has it;
    at the latest it is sold at home. `d` is its row.
    """
    drug = state.drugs[d]
    at_home = launch_month(drug, state.levers[state.cities[patient.city].zone])
    first = first_sold(state, patient, drug)
    if month < first:
        return first
    there = nearest_in_zone_with(state, patient, d)
    if there < 0:
        return min(at_home, month + state.params[0].unstocked_look_again)
    at = state.hospitals[there].city
    return min(at_home, prescribed_by(state, patient, d, at, month, seed))


@rule
def prescribed_by(state: State, patient: PatientRow, d: int, at: int, month: int, seed: int) -> int:
    """Return from which month on doctors of a city prescribe a patient a drug that they can use.

    `d` is the row of the drug, `at` of the city.
    """
    drug = state.drugs[d]
    if patient.treated != NEVER and patient.drug == d:
        return month
    if not is_eligible(drug, patient.identity, seed):
        return NEVER
    missing = not_taken_up(state, patient, d, at, seed)
    if missing <= 0.0:
        return month
    rate = taken_up_this_month(state, state.cities[at], drug, month, state.params[0])
    if missing < rate * (NEVER - month - 1):
        return month + math.ceil(missing / rate)
    return NEVER


@rule
def is_at_hand(state: State, patient: PatientRow, d: int, month: int, seed: int) -> bool:
    """Return whether a patient's doctors prescribe a drug and somebody within reach stocks it.

    `d` is the row of the drug.
    """
    if prescribed_from(state, patient, d, month, seed) > month:
        return False
    return reach(state, patient, d, month) != Access.NOWHERE


@rule
def better_drug_from(
    state: State, patient: PatientRow, disease: DiseaseRow, month: int, seed: int
) -> int:
    """Return from which later month on doctors prescribe a better drug than that of now.

    NEVER if none, or those that there are already.
    """
    soonest = NEVER
    now = state.drugs[patient.drug].effect
    d = disease.first_drug
    while d >= 0 and state.drugs[d].effect > now:
        begins = prescribed_from(state, patient, d, month, seed)
        if begins > month:
            soonest = min(soonest, begins)
        d = state.drugs[d].next_drug
    return soonest
