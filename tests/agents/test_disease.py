"""Health: the closed forms against brute-force integration, and the laws of dying."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume
from hypothesis import given as cases
from hypothesis import strategies as st
from scipy.integrate import quad

from agents.codes import Stage
from agents.core.record import NEVER
from tests.support.hamlet import disease, drug, params, patients
from tests.support.plain import agents as plain

health = plain.disease
TERMS = params(lowest_response=0.5, least_treated_hazard=0.02)[0]
NEARLY = 1e-3
"""Relative error allowed to quadrature with three points over up to 33 years."""

severities = st.floats(0.0, 1.0)
ages = st.integers(0, 80)
growths = st.floats(0.0, 0.05)
hazards = st.floats(1e-6, 0.05)
horizons = st.integers(0, 400)


def somebody(severity=0.2, stage=Stage.DIAGNOSED, benefit=0, onset=0, updated=0, age=40, life=1.0):
    patient = patients(1)[0]
    patient.severity, patient.stage, patient.benefit = severity, stage, benefit
    patient.onset, patient.updated, patient.life = onset, updated, life
    patient.birth = updated - 12 * age
    return patient


def severity_at(patient, illness, month):
    """Severity as the rules mean it: linear up to 1."""
    rate = illness.growth
    if patient.stage == Stage.TREATED:
        rate *= 1.0 - patient.benefit / 100.0
    return min(1.0, patient.severity + rate * month)


def hazard_at(patient, illness, month):
    """The monthly hazard so many months from now, added up from its parts."""
    rate = illness.hazard * math.exp(illness.steep * severity_at(patient, illness, month))
    if patient.stage == Stage.TREATED:
        if illness.effect == 0.0:
            return rate
        response = patient.benefit / 100.0 / (0.75 * illness.effect)  # 1 for the mean response
        return rate * max(0.02, 1.0 - response * (1.0 - illness.treated_ratio))
    if patient.updated + month < patient.onset + illness.early_months:
        rate += illness.early_hazard
    return rate


def integral(function, start, end, turns=()):
    """Integrate piece by piece between the points where a function turns."""
    points = sorted({start, end, *(t for t in turns if start < t < end)})
    return sum(quad(function, a, b)[0] for a, b in pairwise(points))


def turns_of(patient, illness):
    """When severity reaches 1, and when the early hazard ends."""
    rate = severity_at(patient, illness, 1) - patient.severity
    full = (1.0 - patient.severity) / rate if rate > 0.0 else math.inf
    return [full, patient.onset + illness.early_months - patient.updated]


illnesses = st.builds(
    disease,
    growth=growths,
    hazard=hazards,
    steep=st.floats(0.0, 4.0),
    early_hazard=st.sampled_from([0.0, 0.01, 0.2]),
    early_months=st.integers(0, 36).map(float),
    treated_ratio=st.floats(0.05, 1.0),
    effect=st.sampled_from([0.0, 0.5, 0.85]),
)
people = st.builds(
    somebody,
    severity=severities,
    stage=st.sampled_from([Stage.SEEKING, Stage.DIAGNOSED, Stage.TREATED, Stage.INTERRUPTED]),
    benefit=st.integers(0, 85),
    onset=st.integers(-24, 0),
    age=ages,
    life=st.floats(1e-3, 20.0),
)


@cases(patient=people, illness=illnesses, months=horizons)
def test_cumulative_hazard_is_the_integral(patient, illness, months):
    exact = integral(lambda t: hazard_at(patient, illness, t), 0, months,
                     turns_of(patient, illness))  # fmt: skip
    found = health.cumulative_hazard(patient, illness, months, TERMS)
    assert found == pytest.approx(exact, rel=1e-6)


def outlives_the_early_months(patient, illness):
    """Whether the added hazard of the first months plays no part in when the patient dies."""
    early = max(0.0, patient.onset + illness.early_months - patient.updated)
    if patient.stage == Stage.TREATED or illness.early_hazard == 0.0:
        return True
    return health.cumulative_hazard(patient, illness, early, TERMS) < patient.life


def check_inverse(patient, illness):
    months = health.months_to_live(patient, illness, TERMS)
    reached = health.cumulative_hazard(patient, illness, min(months, health.LONG), TERMS)
    if months >= health.LONG:
        assert reached <= patient.life * (1 + 1e-6)
    else:
        assert reached == pytest.approx(patient.life, rel=1e-6)


def check_death(patient, illness):
    month = health.month_of_death(patient, illness, TERMS)
    assume(1 < month < health.LONG)
    before = patient.copy()
    health.progress(before, illness, TERMS, month - 1)
    assert before.life > -1e-9 * patient.life
    health.progress(patient, illness, TERMS, month)
    assert health.is_dead(patient, month)


@cases(patient=people, illness=illnesses)
def test_months_to_live_inverts_the_cumulative_hazard(patient, illness):
    assume(outlives_the_early_months(patient, illness))
    check_inverse(patient, illness)


@pytest.mark.slow
@cases(patient=people, illness=illnesses)
def test_months_to_live_inverts_the_cumulative_hazard_in_the_early_months(patient, illness):
    assume(not outlives_the_early_months(patient, illness))
    check_inverse(patient, illness)


@cases(patient=people, illness=illnesses)
def test_dead_in_the_month_of_death_and_not_before(patient, illness):
    assume(outlives_the_early_months(patient, illness))
    check_death(patient, illness)


@pytest.mark.slow
@cases(patient=people, illness=illnesses)
def test_dead_in_the_month_of_death_and_not_before_in_the_early_months(patient, illness):
    assume(not outlives_the_early_months(patient, illness))
    check_death(patient, illness)


@cases(patient=people, illness=illnesses, months=st.integers(1, 400))
def test_quality_is_the_discounted_integral_of_utility(patient, illness, months):
    rate = math.log(1.0 + TERMS.discount_rate) / 12.0

    def flow(t):
        age = (patient.updated - patient.birth + t) / 12.0
        utility = health.utility(severity_at(patient, illness, t), age, TERMS)
        return utility * math.exp(-rate * (patient.updated + t)) / 12.0

    exact = integral(flow, 0, months, turns_of(patient, illness))
    assert health.quality(patient, illness, months, TERMS) == pytest.approx(exact, rel=NEARLY)


@cases(patient=people, illness=illnesses, cut=st.integers(1, 199))
def test_progress_in_two_steps_is_progress_in_one(patient, illness, cut):
    once, twice = patient.copy(), patient.copy()
    health.progress(once, illness, TERMS, 200)
    health.progress(twice, illness, TERMS, cut)
    health.progress(twice, illness, TERMS, 200)
    assert twice.severity == pytest.approx(once.severity, rel=1e-9)
    assert twice.life == pytest.approx(once.life, rel=1e-9, abs=1e-9)


@pytest.mark.slow
@cases(patient=people, illness=illnesses, cut=st.integers(1, 199))
def test_looking_more_often_adds_no_quality(patient, illness, cut):
    assume(patient.updated - patient.birth >= 240)
    whole = health.quality(patient, illness, 200, TERMS)
    health.progress(patient, illness, TERMS, cut)
    rest = health.quality(patient, illness, 200 - cut, TERMS)
    assert patient.qalys + rest == pytest.approx(whole, rel=NEARLY)


def test_progress_never_goes_back():
    patient = somebody(updated=10)
    before = patient.copy()
    health.progress(patient, disease(growth=0.01), TERMS, 7)
    assert patient == before


@pytest.mark.slow
@cases(patient=people, illness=illnesses, months=st.integers(1, 400), more=st.integers(1, 20))
def test_better_treatment_never_shortens_life(patient, illness, months, more):
    assume(illness.early_hazard == 0.0)
    patient.stage = Stage.TREATED
    better = patient.copy()
    better.benefit = min(99, patient.benefit + more)
    assert health.cumulative_hazard(better, illness, months, TERMS) <= (
        health.cumulative_hazard(patient, illness, months, TERMS) * (1 + 1e-12)
    )
    assert health.months_to_live(better, illness, TERMS) >= (
        health.months_to_live(patient, illness, TERMS) * (1 - 1e-12)
    )


@cases(age=st.floats(0, 90), draw=st.floats(0, 1 - 1e-9))
def test_natural_age_inverts_gompertz(age, draw):
    end = health.natural_age(age, TERMS, draw)
    level, rate = TERMS.mortality_at_birth, TERMS.mortality_growth_per_year
    gone = level / rate * (math.exp(rate * end) - math.exp(rate * age))
    assert end >= age - 1e-9
    assert 1.0 - math.exp(-gone) == pytest.approx(draw, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("severity", [0.0, 0.5, 1.0])
def test_utility_is_a_share(severity):
    values = [health.utility(severity, age, TERMS) for age in range(0, 120, 5)]
    assert all(0.0 <= v <= 1.0 for v in values)
    assert values == sorted(values, reverse=True)


@pytest.mark.parametrize("early_only", [0, 1])
def test_benefit_lies_between_half_and_all_of_the_effect(early_only):
    illness = disease(effect=0.8, early_only=early_only)
    benefits = []
    for i in range(300):
        patient = somebody(severity=0.2)
        patient.identity = i
        benefits.append(health.benefit_of_treatment(patient, illness, drug(effect=0.8), TERMS, 1))
    assert min(benefits) >= 39
    assert max(benefits) <= 80
    assert np.mean(benefits) == pytest.approx(60, abs=2.5)


def test_late_treatment_of_an_early_responder_helps_less():
    illness, its = disease(effect=0.8, early_only=1), drug(effect=0.8)
    terms = params(early_treatment_until=0.25, late_treatment_loss=2.0, late_treatment_effect=0.1,
                   lowest_response=1.0)[0]  # fmt: skip
    late = [health.benefit_of_treatment(somebody(severity=s), illness, its, terms, 1)
            for s in (0.2, 0.25, 0.5, 0.71, 0.9)]  # fmt: skip
    assert late == [80, 80, 40, 8, 8]


def test_the_other_causes_kill_too():
    patient = somebody(life=1e9)
    patient.natural = 30
    assert health.month_of_death(patient, disease(), TERMS) == 30
    assert not health.is_dead(patient, 29)
    assert health.is_dead(patient, 30)
    assert patient.died == NEVER
