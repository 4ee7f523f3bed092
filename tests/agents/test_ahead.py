"""Licensed use ahead of approval: who has a drug in the zone before, where, and at what cost."""

import numpy as np
import pytest

from agents.codes import Access, Event, Outsiders, Payer, Stage
from agents.core import bitset
from agents.core.limits import DRUGS, LAYERS
from agents.records.bill import BillRow
from tests.support.hamlet import NO_LIMIT, build, drug, layer
from tests.support.plain import agents as plain

HOME, ZONE = 0, 1
APPROVED, AHEAD = 24, 12
THERE = 1
"""The zone's hospital."""


def country(*, ahead=AHEAD, outsiders=Outsiders.TRAVEL, layers=(), **parameters):
    """Return a city and, 500 km away, a zone whose hospital has a drug a year before approval."""
    state = build(
        layers=layers, hospitals=2, a_drug=drug(approved=APPROVED, listed=0), **parameters
    )
    state = state._replace(
        cities=np.repeat(state.cities, 2), provinces=np.repeat(state.provinces, 2),
        km=np.array([[0.0, 500.0], [500.0, 0.0]]), taken_up=np.repeat(state.taken_up, 2, axis=0),
    )  # fmt: skip
    state.cities["zone"], state.cities["province"] = [0, 1], [0, 1]
    state.cities["layers"][HOME] = 0
    state.cities["zone_layers"][ZONE] = bitset.of(range(len(layers)), LAYERS)
    nothing = bitset.of([], DRUGS)
    for place in (state.cities, state.provinces):
        place["stocked"][HOME] = nothing
    state.hospitals["city"] = state.hospitals["province"] = [HOME, ZONE]
    state.hospitals["stocked"][THERE] = bitset.of([0], DRUGS)
    state.levers["outsiders"] = outsiders
    state.levers["ahead_of_approval"][1] = ahead
    state.params["income_index"] = 1.0
    return state


def wants(state, month):
    """Return whether the only patient's bill is due, and when he looks again."""
    due = plain.treatment.wants_treatment(state, state.patients[0], state.diseases[0], month, 0)
    return bool(due), int(state.patients["due"][0])


def billed(state, month):
    """Bill and treat the patient; return the bill."""
    bill = BillRow.array(1)[0]
    plain.quoting.quote(state, bill, month, state.params[0], 0)
    plain.treatment.settle_bill(state, bill, month, state.params[0], 0)
    return bill


def test_an_outsider_waits_until_the_zone_has_the_drug_and_travels_for_each_bill():
    state = country()
    assert wants(state, 0) == (False, APPROVED - AHEAD)
    assert wants(state, APPROVED - AHEAD)[0]
    bill = billed(state, APPROVED - AHEAD)
    patient = state.patients[0]
    assert (bill.access, bill.hospital, patient.hospital) == (Access.FAR, THERE, THERE)
    assert (patient.stage, patient.treated) == (Stage.TREATED, APPROVED - AHEAD)
    assert (patient.km, patient.travel > 0) == (1000, True)
    assert bill.household_share == bill.amount == state.drugs["price"][0] * bill.period / 12
    patient.due = patient.treated + bill.period
    assert wants(state, int(patient.due))[0]
    billed(state, int(patient.due))
    assert patient.km == 2000


@pytest.mark.parametrize(
    ("ahead", "outsiders"),
    [(0, Outsiders.TRAVEL), (AHEAD, Outsiders.NONE), (AHEAD, Outsiders.MOVE)],
)
def test_others_wait_for_the_approval(ahead, outsiders):
    state = country(ahead=ahead, outsiders=outsiders)
    assert wants(state, APPROVED - 1) == (False, APPROVED)


def test_outside_the_zone_nothing_is_sold_ahead():
    state = country()
    levers = state.levers
    assert plain.manufacturer.launch_month(state.drugs[0], levers[0]) == APPROVED
    assert plain.manufacturer.launch_month(state.drugs[0], levers[1]) == APPROVED - AHEAD


def test_who_lives_in_the_zone_has_it_without_travelling():
    state = country(outsiders=Outsiders.NONE)
    state.patients["city"] = state.patients["insured"] = ZONE
    assert wants(state, APPROVED - AHEAD)[0]
    assert billed(state, APPROVED - AHEAD).access == Access.CITY
    assert state.patients["travel"][0] == 0


def test_who_cannot_pay_goes_without_and_did_not_travel():
    state = country()
    state.patients["savings"] = state.patients["income"] = 1000
    assert wants(state, APPROVED - AHEAD)[0]
    billed(state, APPROVED - AHEAD)
    patient = state.patients[0]
    assert (patient.stage, patient.hospital, patient.travel) == (Stage.DIAGNOSED, -1, 0)
    assert (patient.forgone, patient.due) == (0, APPROVED)  # it is not at hand yet


def test_doctors_of_the_zone_prescribe_it():
    state = country()
    state.taken_up[ZONE] = 0.0
    bill_due, again = wants(state, APPROVED - AHEAD)
    assert not bill_due
    assert APPROVED - AHEAD < again <= APPROVED
    state.taken_up[ZONE], state.taken_up[HOME] = 100.0, 0.0
    assert wants(state, APPROVED - AHEAD)[0]


def test_where_no_hospital_of_the_zone_has_it_the_patient_asks_again():
    state = country(unstocked_look_again=6)
    state.hospitals["stocked"][THERE] = bitset.of([], DRUGS)
    assert wants(state, APPROVED - AHEAD) == (False, APPROVED - AHEAD + 6)
    assert wants(state, APPROVED - 1) == (False, APPROVED)


def test_nobody_goes_on_once_the_zone_may_not_use_it_any_more():
    state = country()
    wants(state, APPROVED - AHEAD)
    billed(state, APPROVED - AHEAD)
    state.patients["followed"] = 1
    state.levers["ahead_of_approval"] = 0
    assert wants(state, APPROVED - AHEAD + 3) == (False, APPROVED)
    assert state.patients["stage"][0] == Stage.INTERRUPTED
    assert state.event_log["kind"][0] == Event.OUT_OF_REACH


def test_after_approval_treatment_goes_on_near_home():
    state = country()
    wants(state, APPROVED - AHEAD)
    billed(state, APPROVED - AHEAD)
    state.cities["stocked"][HOME] = bitset.of([0], DRUGS)
    assert wants(state, APPROVED)[0]
    assert billed(state, APPROVED).access == Access.CITY


@pytest.mark.parametrize(("drugs", "part"), [(1, 0.5), (0, 1.0)])
def test_a_layer_of_the_zone_pays_if_it_covers_drugs_off_the_list(drugs, part):
    state = country(layers=(layer(Payer.SPECIAL_FUND, ((NO_LIMIT, 0.5),), base=2,
                                  drug_filter=drugs),))  # fmt: skip
    wants(state, APPROVED - AHEAD)
    bill = billed(state, APPROVED - AHEAD)
    assert bill.household_share == pytest.approx(part * bill.amount)


def asks_again(before, now, month):
    return bool(plain.terms.terms_changed(
        now, before, np.eye(len(now.layers), dtype=bool), BillRow.array(1)[0], now.patients[0],
        now.diseases[0], month,
    ))  # fmt: skip


def test_who_waits_for_the_approval_hears_when_a_zone_opens():
    closed, opened = country(ahead=0), country()
    assert asks_again(closed, opened, 0)
    assert not asks_again(opened, country(), 0)
    assert not asks_again(country(ahead=0, outsiders=Outsiders.NONE), closed, 0)


def test_who_goes_without_in_the_zone_hears_when_a_layer_pays_there():
    paying = country(layers=(layer(Payer.SPECIAL_FUND, ((NO_LIMIT, 0.5),), base=2),))
    assert asks_again(country(), paying, APPROVED - AHEAD)
    assert not asks_again(country(), paying, APPROVED - AHEAD - 1)  # nobody has it yet
