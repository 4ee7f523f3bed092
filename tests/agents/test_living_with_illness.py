"""Older and supportive treatment: it costs everyone ill money, every year, within the means."""

import numpy as np
import pytest
from hypothesis import given as cases
from hypothesis import strategies as st

from abm.engine import phases
from agents.codes import Fund, Scheme, Source, Stage
from agents.core.record import NEVER
from tests.support.hamlet import RICH, build, disease
from tests.support.plain import agents as plain

TERMS = {
    "supportive_cost_mild": 10_000.0, "supportive_cost_per_severity": 50_000.0,
    "supportive_share_treated": 0.5, "supportive_inpatient_share": 0.25, "inpatient_rate": 0.6,
    "outpatient_rate": 0.2, "supportive_savings_share": 0.2, "treatment_income_share": 0.5,
    "subsistence_share": 0.0, "child_means_ratio": 1.0,
}  # fmt: skip
YEAR = 10_000 + 50_000 * 0.2
"""Of a patient of the hamlet, whose severity stays at 0.2."""
RATE = 0.25 * 0.6 + 0.75 * 0.2


def hamlet(n=1, **fields):
    """Return a hamlet in which an illness costs money; its patients have these fields."""
    state = build(n, a_disease=disease(growth=0.0, first_drug=-1), **TERMS)
    for name, value in fields.items():
        state.patients[name] = value
    return state


def december(state, month=11):
    phases.close_households_year(state, month, 1)
    return state.patients


@pytest.mark.parametrize(
    ("stage", "share"),
    [
        *((stage, 1.0) for stage in (Stage.SEEKING, Stage.WAITING, Stage.MISLABELLED)),
        *((stage, 1.0) for stage in (Stage.WATCHED, Stage.DIAGNOSED, Stage.INTERRUPTED)),
        (Stage.TREATED, 0.5),
        (Stage.WELL, 0.0),
        (Stage.DEAD, 0.0),
    ],
)
def test_everyone_ill_pays_every_year_diagnosed_or_not(stage, share):
    state = hamlet(stage=stage)
    rows = december(state)
    assert rows["care_billed"][0] == pytest.approx(share * YEAR, abs=1)
    assert rows["care_basic"][0] == pytest.approx(share * YEAR * RATE, abs=2)
    december(state, 23)
    assert rows["care_billed"][0] == pytest.approx(2 * share * YEAR, abs=2)


def test_it_is_paid_from_the_first_symptoms_to_death():
    """Half a year of the year of onset; of the year of death the months lived."""
    assert december(hamlet(onset=6))["care_billed"][0] == pytest.approx(YEAR / 2, abs=1)
    state = hamlet()
    plain.disease.die(state, state.patients[0], 27)
    assert state.patients["care_billed"][0] == pytest.approx(YEAR * 3 / 12, abs=1)


@pytest.mark.parametrize(("age", "more"), [(10, 2.0), (30, 1.0)])
def test_a_family_pools_for_a_child_and_not_for_an_adult_ill_since_childhood(age, more):
    """The limit is 15 years."""
    state = hamlet(onset=-12 * age + 24)
    state.params["child_means_ratio"], state.params["child_age_limit"] = 2.0, 15.0
    state.patients["birth"] = -12 * age
    own = plain.supportive_care.part_had(
        state.patients[0], state.cities[0], 1e9, 0.0, 12.0, 11, state.params[0]
    )
    state.params["child_means_ratio"] = 1.0
    alone = plain.supportive_care.part_had(
        state.patients[0], state.cities[0], 1e9, 0.0, 12.0, 11, state.params[0]
    )
    assert own == pytest.approx(more * alone)
    assert alone > 0.0


def test_it_grows_with_the_mean_severity_of_the_time():
    """From 0.2 to 0.8 in the year; to 0.5 in the half of it of who dies in June."""
    state = hamlet()
    state.diseases["growth"] = 0.05
    rows = december(state)
    assert rows["care_billed"][0] == pytest.approx(10_000 + 50_000 * 0.5, abs=1)
    assert rows["severity"][0] == 0.2  # health itself is brought up to date elsewhere
    state = hamlet(severity=0.5, updated=6)
    state.diseases["growth"] = 0.05
    plain.disease.die(state, state.patients[0], 6)
    assert state.patients["care_billed"][0] == pytest.approx((10_000 + 50_000 * 0.35) / 2, abs=1)


def test_every_yuan_is_booked_to_one_payer():
    state = hamlet(2)
    state.patients["scheme"] = [Scheme.EMPLOYEE, Scheme.NONE]
    rows = december(state)
    assert rows["care_basic"][1] == 0
    assert state.funds["paid_rare"][Fund.BASIC_EMPLOYEE] == rows["care_basic"][0]
    assert state.funds["paid_rare"].sum() == rows["care_basic"].sum()
    own = rows["care_billed"] - rows["care_basic"]
    assert (own == [round(YEAR * (1 - RATE)), YEAR]).all()


def test_an_empty_fund_owes_it_and_pays_it_from_its_next_income():
    state = hamlet()
    state.funds["balance"] = 0.0
    owed = december(state)["care_basic"][0]
    assert owed == pytest.approx(YEAR * RATE, abs=1)
    fund = state.funds[Fund.BASIC_RESIDENT]
    assert fund.balance == -owed
    assert plain.insurer.available(fund) == 0.0
    plain.insurer.receive(fund, Source.PREMIUMS, owed + 5.0)
    fund.reserve = 0.0
    assert plain.insurer.available(fund) == 5.0


@cases(st.integers(0, 60_000), st.integers(0, 100_000), st.integers(0, 40_000), st.integers(0, 11))
def test_what_the_years_means_do_not_reach_is_gone_without(income, savings, spent, onset):
    """Half of the income less what has been spent, and a fifth of the savings."""
    state = hamlet(income=income, savings=savings, spent=spent, onset=onset)
    patient = state.patients[0]
    months = 12 - onset
    most = max(0.0, 0.5 * income * months / 12 - spent) + 0.2 * savings * months / 12
    plain.supportive_care.live_with_illness(state, patient, 0.2, months, 11, state.params[0])
    own = patient.care_billed - patient.care_basic
    assert own <= most + 2
    assert own == pytest.approx(min(YEAR * (1 - RATE) * months / 12, most), abs=2)
    assert 0 <= patient.savings <= savings


def test_it_is_part_of_the_years_burden():
    state = hamlet(income=50_000, savings=0)
    assert december(state)["observed_years"][0] == 1
    assert state.patients["spent"][0] == 0  # judged, and begun anew
    state = hamlet(income=RICH)
    assert december(state)["catastrophic_years"][0] == 0
    state = hamlet(income=20_000, savings=100_000)
    assert december(state)["catastrophic_years"][0] == 1
    assert np.all(state.patients["died"] == NEVER)
