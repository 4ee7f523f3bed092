"""Uptake: a new drug reaches those eligible at a rate, and its listing takes it from nobody."""

import math

import numpy as np
import pytest
from hypothesis import given as cases
from hypothesis import strategies as st

from abm.engine import phases
from agents.codes import Access, DrugFilter, Rank, Stage
from agents.core import bitset
from agents.core.limits import DRUGS
from agents.core.record import NEVER
from agents.records.hospital import HospitalRow
from agents.records.levers import LeversRow
from tests.support.hamlet import RICH, build, drug, layer, params, schedule
from tests.support.plain import agents as plain

RATES = {"uptake_covered": 0.02, "uptake_uncovered": 0.005}


@pytest.mark.slow
def test_listing_never_takes_a_drug_out_of_a_hospital():
    """Month by month the chance of stock never falls, whenever the drug is listed."""
    terms = params()[0]
    levers = LeversRow.array(1)[0]

    @cases(st.sampled_from(list(Rank)), st.integers(-100, 0), st.integers(0, 120))
    def holds(rank, approved, listed):
        hospital = HospitalRow.array(1)[0]
        hospital.rank = rank
        before = 0.0
        for month in range(approved, approved + 200):
            its = drug(approved=approved, listed=0, listed_month=NEVER)
            if month >= approved + listed:
                its.listed, its.listed_month = 1, approved + listed
            now = plain.manufacturer.availability(hospital, its, terms, levers, month)
            assert now >= before
            before = now

    holds()


def begun(n, months, eligible=1.0, **fields):
    """Return the months in which n alike patients begin after a launch in month 0, and the rest."""
    state = build(n, a_drug=drug(1000.0, approved=0, eligible_share=eligible, **fields), **RATES)
    state.taken_up[:] = 0.0
    state.patients["due"] = state.due[:] = 0
    works = schedule(state)
    for month in range(months):
        phases.take_up(works.state, month)
        works.treat(works.seek_care(month), month)
    return works.state.patients["treated"]


def near(share, expected, n):
    """Return whether a share lies within four standard errors of the expected one."""
    return abs(share - expected) < 4 * math.sqrt(expected * (1 - expected) / n)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fields", "rate"),
    [
        ({"listed": 1, "listed_month": 0}, 0.02),
        ({"listed": 0, "listed_month": NEVER}, 0.005),
    ],
)
def test_eligible_patients_begin_at_the_rate_of_uptake(fields, rate):
    n = 4000
    treated = begun(n, 36, **fields)
    for months in (1, 6, 12, 36):
        assert near((treated < months).mean(), 1 - math.exp(-rate * months), n), months
    assert np.bincount(treated[treated < NEVER]).max() < 2 * rate * n


@pytest.mark.slow
def test_the_others_go_on_with_what_they_have():
    n = 4000
    treated = begun(n, 400, eligible=0.3, listed=1, listed_month=0)
    assert near((treated < NEVER).mean(), 0.3, n)


@pytest.mark.slow
def test_what_was_taken_up_before_the_listing_counts_after_it():
    """Those whose doctors knew the drug begin at once; the others at the faster rate."""
    early = begun(2000, 40, listed=1, listed_month=0)
    state = build(2000, a_drug=drug(1000.0, approved=0, listed=0, listed_month=NEVER), **RATES)
    state.taken_up[:] = 0.0
    state.patients["due"] = state.due[:] = 0
    works = schedule(state)
    for month in range(60):
        if month == 20:
            works.state.drugs["listed"], works.state.drugs["listed_month"] = 1, 20
            waiting = works.state.patients["treated"] == NEVER
            works.state.patients["due"][waiting] = works.state.due[waiting] = month
        phases.take_up(works.state, month)
        works.treat(works.seek_care(month), month)
    late = works.state.patients["treated"]
    assert works.state.taken_up[0, 0] == pytest.approx(20 * 0.005 + 40 * 0.02)
    both = (early < NEVER) & (late < NEVER)
    assert both.any()
    assert (late[both] >= early[both]).all()  # the same draws under both


def test_a_fund_that_pays_for_an_unlisted_drug_makes_doctors_take_it_up_as_a_listing_does():
    its = drug(1000.0, approved=0, listed=0, listed_month=NEVER)
    for fields, rate in [
        ({}, 0.02),
        ({"drug_filter": DrugFilter.LISTED}, 0.005),
        ({"poor_only": 1}, 0.005),
        ({"enrolled_only": 1}, 0.005),
        ({"cost_above": 5000.0}, 0.005),
    ]:
        state = build(1, layers=[layer(**fields)], a_drug=its.copy(), **RATES)
        found = plain.prescribing.taken_up_this_month(
            state, state.cities[0], state.drugs[0], 5, state.params[0]
        )
        assert found == rate, fields


def test_before_the_first_month_uptake_follows_the_recorded_dates():
    terms = params(**RATES)[0]
    its = drug(approved=-100, record_listed=-40)
    assert plain.manufacturer.taken_up_before(its, -150, terms) == 0.0
    assert plain.manufacturer.taken_up_before(its, -70, terms) == pytest.approx(30 * 0.005)
    assert plain.manufacturer.taken_up_before(its, 10, terms) == pytest.approx(
        60 * 0.005 + 50 * 0.02
    )


def test_nobody_begins_with_money_for_a_quarter_what_costs_as_much_every_quarter():
    """A household that can pay for a quarter, not a year; on treatment it goes on to the end."""
    for savings, stage, expected in [
        (120_000, Stage.DIAGNOSED, Stage.DIAGNOSED),
        (430_000, Stage.DIAGNOSED, Stage.TREATED),
        (120_000, Stage.TREATED, Stage.TREATED),
    ]:
        state = build(1, a_drug=drug(400_000.0), months_foreseen=12)
        state.patients["income"], state.patients["savings"] = 0, savings
        state.patients["stage"] = stage
        state.patients["treated"] = -6 if stage == Stage.TREATED else NEVER
        works = schedule(state)
        works.treat(np.zeros(1, np.int32), 0)
        assert works.state.patients["stage"][0] == expected


def test_a_cap_on_the_years_part_is_foreseen():
    """A quarter's part of 100,000 yuan, and no more in the year: who has that can begin."""
    state = build(1, layers=[layer(patient_cap=100_000.0, brackets=((1.0, 0.0),))],
                  a_drug=drug(400_000.0), months_foreseen=12)  # fmt: skip
    state.patients["income"], state.patients["savings"] = 0, 110_000
    works = schedule(state)
    works.treat(np.zeros(1, np.int32), 0)
    assert works.state.patients["stage"][0] == Stage.TREATED
    assert works.state.patients["savings"][0] == 10_000


def test_doctors_at_home_or_where_the_zone_is_open_prescribe():
    """A drug in stock nowhere is out of reach, taken up or not."""
    state = build(1)
    state.cities["stocked"] = state.provinces["stocked"] = bitset.of([], DRUGS)
    patient, its = state.patients[0], state.diseases[0]
    assert plain.prescribing.prescribed_from(state, patient, 0, 0, 0) == 0
    assert plain.prescribing.nearest_stock(state, patient, 0) == Access.NOWHERE
    assert not plain.treatment.wants_treatment(state, patient, its, 0, 0)
    assert patient.savings == RICH
