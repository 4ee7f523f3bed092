"""What a drug is assessed by: the health that the health rules say a year of treatment gains."""

import math

import numpy as np

from abm.setup.epidemiology import natural_survival
from abm.world import World
from agents.codes import Stage
from agents.core.jit import kernel
from agents.core.parameters import Parameters
from agents.core.record import NEVER, Rows
from agents.disease import benefit_with, cumulative_hazard, mean_response, quality
from agents.records.disease import DiseaseRow
from agents.records.drug import DrugRow
from agents.records.patient import PatientRow

STEP = 6
"""Months between which survival is looked at."""
ALL_DEAD = 1e-6
"""Share alive below which no more is added up."""


@kernel
def life_expected(
    patients: Rows[PatientRow],
    diseases: Rows[DiseaseRow],
    drugs: Rows[DrugRow],
    d: int,
    params: Rows[Parameters],
    alive: np.ndarray,
    lived: np.ndarray,
) -> None:
    """Work out the expected rest of life of a typical patient, with a drug or without.

    Args:
        patients: The patient, on treatment or not.
        diseases: The diseases' records.
        drugs: The drugs' records.
        d: Row of the drug.
        params: The parameters' one row.
        alive: Share that has not died of other causes, by month from now on.
        lived: Filled with QALYs and years, both discounted to now.
    """
    patient, drug, terms = patients[0], drugs[d], params[0]
    disease = diseases[drug.disease]
    if patient.stage == Stage.TREATED:
        patient.benefit = benefit_with(patient, disease, drug, mean_response(terms), terms)
    rate = terms.discount_per_month
    before = 0.0
    lived[0] = lived[1] = 0.0
    for month in range(0, len(alive) - STEP, STEP):
        middle = month + 0.5 * STEP
        share = alive[int(middle)] * math.exp(-cumulative_hazard(patient, disease, middle, terms))
        if share < ALL_DEAD:
            break
        after = quality(patient, disease, 1.0 * (month + STEP), terms)
        lived[0] += share * (after - before)
        lived[1] += share * math.exp(-rate * middle) * STEP / 12.0
        before = after


def assess_drugs(
    world: World, diseases: Rows[DiseaseRow], drugs: Rows[DrugRow], params: Rows[Parameters]
) -> None:
    """Fill in what each drug gains in a year of treatment, QALYs; of what is paid once, in all.

    For a patient of the mean age at onset, with the mean response, found and treated after the
    published median delay: QALYs of the rest of life with the drug less those without it, or with
    older treatment, over the years on treatment, all discounted.

    Args:
        world: The tables.
        diseases: The diseases' records.
        drugs: The drugs' records, filled in place.
        params: The parameters' one row.
    """
    for d, drug in enumerate(drugs):
        with_drug = _life(world, diseases, drugs, d, params, Stage.TREATED)
        older = np.flatnonzero((drugs["disease"] == drug.disease) & (drugs["older"] == 1))
        if len(older) and not drug.older:
            without = _life(world, diseases, drugs, int(older[0]), params, Stage.TREATED)
        else:
            without = _life(world, diseases, drugs, d, params, Stage.DIAGNOSED)
        drug.qaly_gain = (with_drug[0] - without[0]) / with_drug[1]
        if drug.paid_once:
            drug.qaly_gain *= drug.effect_months / 12.0


def _life(
    world: World,
    diseases: Rows[DiseaseRow],
    drugs: Rows[DrugRow],
    d: int,
    params: Rows[Parameters],
    stage: Stage,
) -> np.ndarray:
    """Return the QALYs and years that a typical patient has left, on a drug or not."""
    disease, patients = diseases[drugs[d].disease], PatientRow.array(1)
    delay = int(disease.delay)
    patients["onset"], patients["birth"] = -delay, -delay - int(12.0 * disease.onset_age)
    patients["severity"] = min(1.0, disease.severity_start + disease.growth * delay)
    patients["stage"], patients["natural"] = stage, NEVER
    age = disease.onset_age + delay / 12.0
    lived = np.zeros(2)
    life_expected(
        patients, diseases, drugs, d, params, natural_survival(age, world.parameters), lived
    )
    return lived
