"""What a drug is assessed by: expected lives under the health rules, with it and without."""

import math

import numpy as np
import pytest

from abm.setup.assessment import assess_drugs, life_expected
from abm.setup.epidemiology import disease_rows, drug_rows
from agents.codes import ResponseClass, Stage
from agents.records.disease import DiseaseRow
from agents.records.drug import DrugRow
from tests.support.hamlet import disease, drug, params, patients

FOREVER = np.ones(1200)
"""Nobody dies of other causes."""


def life(stage=Stage.DIAGNOSED, severity=0.4, alive=FOREVER, values=None, **fields):
    """Return QALYs and years of a newborn's life with a disease that starts at a severity."""
    people, row = patients(1), disease(**{"effect": 0.8, "early_only": 0, **fields})
    people["stage"], people["severity"] = stage, severity
    people["birth"] = people["onset"] = people["updated"] = 0
    terms = {"discount_rate": 0.05, "utility_loss_at_full_severity": 0.5,
             "full_utility_until": 200.0, "lowest_response": 1.0, **(values or {})}  # fmt: skip
    lived = np.zeros(2)
    illness = np.array([row], DiseaseRow.layout)
    its = np.array([drug(effect=row.effect)], DrugRow.layout)
    life_expected(people, illness, its, 0, params(**terms), alive, lived)
    return lived


def annuity(hazard_a_year):
    """Return discounted years under a constant hazard of dying."""
    return 1.0 / (math.log(1.05) + hazard_a_year)


def test_a_life_without_change_is_an_annuity_of_its_utility():
    qalys, years = life(growth=0.0)
    assert years == pytest.approx(annuity(0.0), rel=0.01)
    assert qalys / years == pytest.approx(0.8, rel=5e-3)  # three points over a century


def test_a_constant_hazard_of_the_disease_discounts_too():
    qalys, years = life(growth=0.0, steep=0.0, hazard=0.1 / 12)
    assert years == pytest.approx(annuity(0.1), rel=0.01)
    assert qalys / years == pytest.approx(0.8, rel=1e-3)


def test_other_causes_of_death_count():
    month = np.arange(1200)
    years = life(growth=0.0, alive=np.exp(-0.1 / 12 * month))[1]
    assert years == pytest.approx(annuity(0.1), rel=0.01)


def test_treatment_slows_and_lets_live_as_the_rules_of_health_say():
    slow = life(Stage.TREATED, growth=0.001, treated_ratio=0.5, hazard=0.01)
    by_hand = life(Stage.DIAGNOSED, growth=0.001 * (1 - 0.8), hazard=0.005)
    assert slow == pytest.approx(by_hand, rel=1e-6)
    assert slow[0] > life(Stage.DIAGNOSED, growth=0.001, hazard=0.01)[0]


def test_what_does_nothing_gains_nothing():
    same = life(Stage.TREATED, growth=0.001, effect=0.0, hazard=0.01)
    assert same == pytest.approx(life(growth=0.001, effect=0.0, hazard=0.01))


def test_every_drug_is_assessed_and_better_response_gains_more(world):
    diseases, drugs = disease_rows(world), drug_rows(world)
    row = params(**world.parameters)
    assess_drugs(world, diseases, drugs, row)
    response = drugs["response"]
    best_first = (ResponseClass.HIGH, ResponseClass.MODERATE, ResponseClass.LOW)
    gains = [drugs["qaly_gain"][response == kind].mean() for kind in best_first]
    assert gains == sorted(gains, reverse=True)
    assert (drugs["qaly_gain"] > 0.0).all()
    assert drugs["qaly_gain"].max() < 1.0
