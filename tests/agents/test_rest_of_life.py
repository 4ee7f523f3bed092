"""What the rest of a life costs, against sums by hand."""

import math

import numpy as np
import pytest
from hypothesis import given as cases
from hypothesis import strategies as st

from agents.codes import Bearer, Payer, Stage
from agents.records.bill import BillRow
from agents.records.insurance import AccountRow
from tests.support.hamlet import build, disease, drug, layer
from tests.support.plain import agents as plain
from tests.support.same import digests

rest = plain.rest_of_life
RATE = math.log(1.05) / 12


def costs(state, month):
    """Return what the rest of the first patient's life costs, by bearer."""
    patient = state.patients[0]
    borne = np.zeros(len(Bearer))
    before = digests(state)
    rest.costs_of_rest(state, BillRow.array(1)[0], AccountRow.array(1)[0], patient,
                       state.diseases[0], month, borne)  # fmt: skip
    assert digests(state) == before  # it is a calculation, nothing happens
    return borne


def treated(*, a_drug, layers, dies, due, birth=-480, month=0, **fields):
    """Return a hamlet whose patient is on treatment and dies of other causes in a month."""
    state = build(1, a_drug=a_drug, layers=layers, a_disease=disease(growth=0.0),
                  discount_rate=0.05, carer_income_loss=0.2,
                  quarterly_bill_above=50_000.0)  # fmt: skip
    patient = state.patients[0]
    patient.stage, patient.natural, patient.due, patient.birth = Stage.TREATED, dies, due, birth
    patient.updated, patient.income = month, 120_000
    for name, value in fields.items():
        setattr(patient, name, value)
    return state


def test_bills_come_ahead_until_death():
    """Quarters of 25,000 in months 2, 5, 8 and 11; the layer pays four fifths."""
    state = treated(a_drug=drug(100_000.0), layers=[layer(Payer.BASIC, ((1e18, 0.8),))], dies=12,
                    due=2)  # fmt: skip
    worth = sum(25_000 * math.exp(-RATE * t) for t in (2, 5, 8, 11))
    borne = costs(state, 0)
    assert borne[Bearer.SOCIAL] == pytest.approx(0.8 * worth)
    assert borne[Bearer.HOUSEHOLDS] == pytest.approx(0.2 * worth)
    lost = 0.2 * 0.2 * 120_000 / 12 * (1 - math.exp(-RATE * 12)) / RATE
    assert borne[Bearer.CARERS] == pytest.approx(lost)


def test_a_deductible_is_met_anew_each_year_and_a_cap_holds():
    state = treated(
        a_drug=drug(40_000.0), dies=36, due=0,
        layers=[layer(Payer.BASIC, ((1e18, 0.5),), deductible=10_000.0),
                layer(Payer.COMMERCIAL, ((1e18, 1.0),), payer_cap=5000.0, base=2)],
    )  # fmt: skip
    years = sum(math.exp(-RATE * t) for t in (0, 12, 24))
    borne = costs(state, 0)
    assert borne[Bearer.SOCIAL] == pytest.approx(15_000 * years)
    assert borne[Bearer.COMMERCIAL] == pytest.approx(5000 * years)
    assert borne[Bearer.HOUSEHOLDS] == pytest.approx(20_000 * years)


def test_a_childs_dose_grows_until_it_is_that_of_an_adult():
    state = treated(a_drug=drug(40_000.0, by_weight=1, typical_weight=30.0), layers=[], dies=600,
                    due=0, birth=-12 * 5, onset=-50)  # fmt: skip
    params = state.params[0]
    expected = 0.0
    for t in range(0, 600, 12):
        weight = min(
            params.adult_weight, params.weight_at_birth + params.weight_gain_per_year * (5 + t / 12)
        )
        yearly = 40_000 * weight / 30
        step = 3 if yearly > 50_000 else 12
        expected += sum(yearly * step / 12 * math.exp(-RATE * (t + s)) for s in range(0, 12, step))
    assert costs(state, 0)[Bearer.HOUSEHOLDS] == pytest.approx(expected)


def test_what_is_paid_for_months_to_come_is_part_of_them():
    """A year's bill paid three months ago, of which three quarters are to come."""
    state = treated(a_drug=drug(40_000.0), layers=[], dies=9, due=9)
    state.patients[0].account = 0
    account = state.accounts[0]
    account.last[Bearer.SOCIAL], account.last[Bearer.HOUSEHOLDS] = 30_000.0, 10_000.0
    account.last_period, account.paid_until = 12, 9
    borne = costs(state, 0)
    worth = 0.75 * math.exp(3 * RATE)  # in the first month's money
    assert borne[Bearer.SOCIAL] == pytest.approx(30_000 * worth)
    assert borne[Bearer.HOUSEHOLDS] == pytest.approx(10_000 * worth)


def test_who_is_not_treated_is_not_billed_and_the_dead_cost_nothing():
    state = treated(a_drug=drug(), layers=[layer()], dies=60, due=0, stage=Stage.INTERRUPTED)
    assert costs(state, 0)[: Bearer.CARERS].sum() == 0
    assert costs(treated(a_drug=drug(), layers=[layer()], dies=0, due=0), 0).sum() == 0


@cases(severity=st.floats(0, 1), growth=st.floats(0, 0.02), months=st.floats(0, 600),
       rate=st.sampled_from([0.0, 0.004]))  # fmt: skip
def test_severity_is_added_up_over_time(severity, growth, months, rate):
    state = build(1, a_disease=disease(growth=growth))
    patient = state.patients[0]
    patient.severity, patient.stage = severity, Stage.DIAGNOSED
    n = 20_000
    t = (np.arange(n) + 0.5) * months / n
    expected = (np.minimum(1, severity + growth * t) * np.exp(-rate * t)).mean() * months
    found = rest.severity_months(patient, state.diseases[0], months, rate)
    assert found == pytest.approx(expected, rel=1e-3, abs=1e-3)
