"""Licensed use ahead of national approval: in hospitals of a special zone, for whoever gets there.

Inside the zone a drug is sold some months before it is approved for the country. Those who live
there have it as any drug of the market; a zone that is open to travellers treats others too, who
travel for every bill.
"""

from agents.codes import Outsiders
from agents.core.bitset import has
from agents.core.jit import rule
from agents.manufacturer import launch_month
from agents.records.drug import DrugRow
from agents.records.patient import PatientRow
from agents.state import State


@rule
def travels_ahead(state: State, patient: PatientRow) -> bool:
    """Return whether a patient, who lives outside, may be treated ahead of approval in the zone."""
    if state.levers[0].outsiders != Outsiders.TRAVEL:
        return False
    return state.levers[1].ahead_of_approval > 0 and state.cities[patient.city].zone == 0


@rule
def first_sold(state: State, patient: PatientRow, drug: DrugRow) -> int:
    """Return the month from which a patient could have a drug: at home, or before in the zone."""
    at_home = launch_month(drug, state.levers[state.cities[patient.city].zone])
    if not travels_ahead(state, patient):
        return at_home
    return min(at_home, launch_month(drug, state.levers[1]))


@rule
def nearest_in_zone_with(state: State, patient: PatientRow, d: int) -> int:
    """Return the zone's hospital nearest to a patient's home that has a drug, -1 if none has.

    `d` is the row of the drug.
    """
    best = -1
    way = 0.0
    for h in range(len(state.hospitals)):
        hospital = state.hospitals[h]
        if state.cities[hospital.city].zone == 1 and has(hospital.stocked, d):
            km = state.km[patient.city, hospital.city]
            if best < 0 or km < way:
                best, way = h, km
    return best


@rule
def zone_ahead_with(state: State, patient: PatientRow, d: int, month: int) -> int:
    """Return where a patient could have a drug before it is sold at home, -1 where nobody may.

    `d` is the row of the drug; what is returned is that of a hospital.
    """
    if month < first_sold(state, patient, state.drugs[d]):
        return -1
    return nearest_in_zone_with(state, patient, d)
