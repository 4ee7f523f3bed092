"""Programmes cost money: what they cost, and who pays under the policy."""

import numpy as np
import pytest

from abm.engine import phases
from agents.codes import Fund, NewbornPanel, Scheme, Source
from tests.support.hamlet import build
from tests.support.plain import agents as plain

PRICES = {"newborn_panel_price": 500.0, "newborn_false_positives": 0.002,
          "newborn_recall_price": 1000.0, "births_per_insured": 0.012}  # fmt: skip
MONTH = 2000 * 0.012 / 12 * (500 + 0.002 * 1000)
"""Of the hamlet's two schemes with a thousand members each, yuan."""


def paid(panel=NewbornPanel.POSSIBLE, share=0.0, balance=1e6):
    state = build(1, **PRICES)
    state.levers["newborn_panel"], state.levers["programmes_from_basic"] = panel, share
    state.funds["balance"] = balance
    phases.pay_programmes(state)
    return state.funds


@pytest.mark.parametrize("panel", [NewbornPanel.NONE, NewbornPanel.IN_PLACE])
def test_todays_panel_is_part_of_all_other_spending(panel):
    assert paid(panel)["paid_programmes"].sum() == 0.0


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_a_wider_panel_costs_for_each_newborn_and_for_the_recalls(share):
    """What basic insurance does not pay itself comes as fiscal money."""
    funds = paid(share=share)
    pays = Fund.BASIC_RESIDENT  # the newborn are residents
    assert funds["paid_programmes"][pays] == pytest.approx(MONTH)
    assert funds["programmes_fiscal"][pays] == pytest.approx(MONTH * (1 - share))
    assert funds["income"][pays, Source.FISCAL] == pytest.approx(MONTH * (1 - share))
    assert funds["balance"][pays] == pytest.approx(1e6 - MONTH * share)
    assert (np.delete(funds["paid_programmes"], pays) == 0.0).all()


def test_an_empty_fund_owes_its_share():
    funds = paid(share=0.25, balance=0.0)
    assert funds["paid_programmes"][Fund.BASIC_RESIDENT] == pytest.approx(MONTH)
    assert funds["balance"][Fund.BASIC_RESIDENT] == pytest.approx(-0.25 * MONTH)


def test_who_is_treated_before_symptoms_responds_better():
    """Half of what is missing to a full effect; not once the disease has done harm."""
    state = build(1, presymptomatic_gain=0.5, lowest_response=1.0)
    patient, disease, its = state.patients[0], state.diseases[0], state.drugs[0]
    its.effect, disease.early_only = 0.5, 0

    def benefit():
        return plain.disease.benefit_of_treatment(patient, disease, its, state.params[0], 1)

    assert benefit() == 50
    patient.screened = 1
    assert benefit() == 75
    patient.severity = 0.3
    assert benefit() == 50


TRACES = {"claims_screening_visits": 4, "claims_screening_labels": 2,
          "claims_screening_spending": 1000.0, "claims_screening_after": 24.0}  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({}, False),
        ({"visits": 4}, True),
        ({"misdiagnoses": 2}, True),
        ({"search_billed": 600, "care_billed": 400}, True),
        ({"visits": 3, "misdiagnoses": 1, "care_billed": 999}, False),
        ({"visits": 4, "onset": 1}, False),
        ({"visits": 4, "scheme": Scheme.NONE}, False),
    ],
)
def test_claims_tell_of_many_visits_of_labels_that_do_not_match_and_of_spending(fields, found):
    state = build(1, **TRACES)
    patient = state.patients[0]
    patient.onset = 0
    for name, value in fields.items():
        setattr(patient, name, value)
    assert plain.programmes.has_left_traces(patient, 24, state.params[0]) == found


def test_a_search_of_claims_costs_by_the_insured_and_its_strength():
    state = build(1, claims_screening_price=0.6)
    state.levers["claims_screening"] = 0.5
    phases.pay_programmes(state)
    assert state.funds["paid_programmes"][Fund.BASIC_RESIDENT] == pytest.approx(1000 * 0.3 / 12)
