"""Foundations and households: who is granted what, and what a year of spending is judged to be."""

import numpy as np
import pytest
from hypothesis import given as cases
from hypothesis import strategies as st

from abm.engine import phases
from abm.measures import inequity
from agents.codes import Payer, Stage
from tests.support.hamlet import CLEAR, build, disease, drug, params, queueing, seen, treat
from tests.support.plain import agents as plain

household = plain.household


def village(n=3, budget=20_000.0, **fields):
    """Return patients of 100,000 yuan a year who lack 10,000 of a quarter's 25,000."""
    state = build(
        n,
        a_drug=drug(100_000.0),
        foundations=(budget,),
        treatment_income_share=0.6,
        saving_rate=0.0,
    )
    state.patients["income"], state.patients["savings"] = 100_000, 0
    for name, values in fields.items():
        state.patients[name] = values
    return state


def granted(state):
    return list(state.accounts["paid"][state.patients["account"], Payer.CHARITY])


def test_a_grant_closes_the_gap_between_bill_and_means():
    state = treat(village(1))
    assert granted(state) == [10_000]
    assert state.accounts["paid"][0, Payer.HOUSEHOLD] == 15_000
    assert state.charities["left"][0] == 10_000
    assert state.charities["grants"][0] == 1
    assert state.patients["stage"][0] == Stage.TREATED


def test_grants_end_with_the_budget_and_the_heaviest_burden_is_heard_first():
    state = treat(village(income=[100_000, 99_000, 98_000]))
    assert granted(state) == [0.0, 0.0, 10_300.0]  # what is left does not close the next gap
    assert list(state.patients["stage"] == Stage.TREATED) == [False, False, True]


def test_no_grant_below_the_means_test():
    state = village(1)
    state.levers["means_test"] = 1.0
    assert granted(treat(state)) == [0.0]
    state = village(1)
    state.levers["means_test"] = 0.99
    assert granted(treat(state)) == [10_000]


def test_no_grant_above_the_yearly_cap_of_one_patient():
    state = village(1, budget=1e6)
    state.levers["grant_cap"] = 15_000.0
    state = treat(state)
    assert granted(state) == [10_000]
    state = treat(state, month=3)
    assert granted(state) == [10_000]
    assert state.patients["stage"][0] == Stage.INTERRUPTED
    state = treat(state, month=12)
    assert granted(state) == [20_000]


def test_a_local_foundation_grants_in_its_own_cities():
    for field in ("city", "province"):
        state = village(1)
        state.charities[field] = 7
        assert granted(treat(state)) == [0.0]
        state = village(1)
        state.charities[field] = 0
        assert granted(treat(state)) == [10_000]


def test_the_second_foundation_is_asked_when_the_first_cannot():
    state = build(1, a_drug=drug(100_000.0), foundations=(5000.0, 20_000.0),
                  treatment_income_share=0.6)  # fmt: skip
    state.patients["income"], state.patients["savings"] = 100_000, 0
    state = treat(state)
    assert list(state.charities["left"]) == [5000, 10_000]


def test_no_grant_for_a_disease_outside_the_catalogue():
    state = village(1)
    state.diseases[0] = disease(catalogue=2)
    state.levers["catalogue"] = 1
    assert granted(treat(state)) == [0.0]


@cases(
    incomes=st.lists(st.integers(70_000, 160_000), min_size=1, max_size=6),
    budget=st.floats(0, 6e4),
    more=st.floats(1, 5),
)
def test_more_donations_never_reduce_grants(incomes, budget, more):
    def total(money):
        return sum(granted(treat(village(len(incomes), money, income=incomes))))

    poorer, richer = total(budget), total(budget * more)
    assert poorer <= budget + 1e-9
    assert richer >= poorer - 1e-9


def test_a_year_is_opened_with_the_donations_raised():
    charity = build(foundations=(1000.0,)).charities[0]
    charity.granted, charity.grants, charity.left = 5.0, 6.0, 7.0
    plain.charity.raise_donations(charity, 1.5)
    assert (charity.left, charity.granted, charity.grants) == (1500.0, 0.0, 0.0)


TERMS = params(
    treatment_income_share=0.5, child_means_ratio=2.0, saving_rate=0.1, savings_ceiling_years=2.0,
    savings_ratio=3.0, savings_sd=0.0, catastrophic_share=0.4, carer_income_loss=0.0,
    food_share=0.3, food_share_slope=0.0,
)[0]  # fmt: skip


def family(income=100_000, savings=50_000, persons=3, subsistence=10_000.0, spent=0):
    state = build()
    patient, city = state.patients[0], state.cities[0]
    patient.income, patient.savings, patient.household = income, savings, persons
    patient.spent, patient.severity, city.subsistence = spent, 0.0, subsistence
    return patient, city


def test_means_by_hand():
    patient, city = family()
    assert household.disposable(patient, city) == 70_000
    assert household.means(patient, city, 12, TERMS, False) == 35_000 + 50_000
    assert household.means(patient, city, 3, TERMS, False) == 8750 + 50_000
    assert household.means(patient, city, 12, TERMS, True) == 170_000


def test_below_subsistence_there_is_nothing_to_spare():
    patient, city = family(income=20_000, savings=0)
    assert household.disposable(patient, city) == 0.0
    assert household.means(patient, city, 12, TERMS, True) == 0.0


def test_paying_out_of_income_then_savings():
    patient, city = family()
    household.pay(patient, city, 100_000.0, 12)
    assert patient.savings == 20_000
    household.pay(patient, city, 200_000.0, 12)
    assert patient.savings == 0
    household.pay(patient, city, 20_000.0, 12)
    assert patient.savings == 0
    assert patient.spent == 320_000


@pytest.mark.parametrize(("spent", "saved"), [(0, 7000), (20_000, 5000), (70_000, 0), (90_000, 0)])
def test_a_tenth_of_what_a_year_leaves_is_saved(spent, saved):
    """A household with 70,000 yuan above subsistence."""
    state = build(2, saving_rate=0.1, savings_ceiling_years=2.0, savings_ratio=3.0, savings_sd=0.0)
    rows, state.cities["subsistence"] = state.patients, 10_000.0
    rows["income"], rows["savings"], rows["spent"] = [100_000, 20_000], 1000, spent
    phases.close_households_year(state, 11, 1)
    assert list(rows["savings"]) == [1000 + saved, 1000]  # the other has nothing to spare


def save(patient, left, terms, seed):
    """Let a household save out of what a year has left."""
    household.save_up(patient, left, household.savings_ceiling(patient, terms, seed), terms)


def test_savings_have_a_ceiling_but_never_fall_to_it():
    patient, _ = family(savings=199_000)
    save(patient, 70_000.0, TERMS, 1)
    assert patient.savings == 200_000
    patient.savings = 300_000
    save(patient, 70_000.0, TERMS, 1)
    assert patient.savings == 300_000


def test_savings_are_rebuilt_no_further_than_they_were_before_the_illness():
    """As drawn for the household, whose income may have moved since."""
    terms = params(saving_rate=1.0, savings_ceiling_years=9.0, savings_sd=0.9)[0]
    patient, _ = family(income=100_000, savings=0, subsistence=0.0)
    before = household.healthy_savings(patient, terms, 7)
    assert before != household.healthy_savings(patient, terms, 8)
    for _ in range(10):
        save(patient, 1e5, terms, 7)
    assert patient.savings == int(before)
    patient.income = 120_000
    for _ in range(10):
        save(patient, 1e5, terms, 7)
    assert patient.savings == pytest.approx(1.2 * before, abs=1.0)


def test_savings_are_rebuilt_without_a_bill_and_every_december():
    state = build(3, saving_rate=0.1, savings_ceiling_years=2.0, savings_ratio=3.0, savings_sd=0.0)
    rows = state.patients
    rows["income"], rows["savings"], rows["stage"] = 100_000, 0, Stage.DIAGNOSED
    rows["stage"][2] = Stage.WELL
    rows["spent"][1] = 60_000
    phases.close_households_year(state, 11, 1)
    assert list(rows["savings"]) == [10_000, 4000, 0]
    phases.close_households_year(state, 23, 1)
    assert list(rows["savings"]) == [20_000, 14_000, 0]


def test_a_trip_a_test_and_a_drug_draw_on_the_same_savings():
    """A household without income above subsistence pays each out of what the last has left."""
    state = queueing(
        skill=CLEAR, consultation_price=800.0, outpatient_rate=0.25, genetic_test_price=5000.0,
        test_purse_share=1.0, day_trip_cost=1000.0, cost_per_km=0.0, a_disease=disease(test=2),
        months_foreseen=3,
    )  # fmt: skip
    state.hospitals["rank"] = 1
    patient = state.patients[0]
    patient.income, patient.savings = 0, 50_000
    plain.patient.travel_to(state, patient, 0, state.params[0])
    assert patient.savings == 49_000
    state = seen(state).state
    assert state.patients[0].savings == 49_000 - 600 - 5000
    state.drugs["price"], state.drugs["listed"] = 4 * 40_000.0, 0
    state = treat(state, month=1)
    assert state.patients[0].stage == Stage.TREATED
    assert state.patients[0].savings == 3400


@pytest.mark.parametrize(
    ("spent", "catastrophic", "impoverished"),
    [(0, 0, 0), (27_000, 0, 0), (29_000, 1, 0), (70_000, 1, 0), (71_000, 1, 1)],
)
def test_a_year_is_judged_by_capacity_to_pay(spent, catastrophic, impoverished):
    patient, city = family(spent=spent)
    household.close_year(patient, city, 0.0, 12.0, TERMS)
    assert patient.catastrophic_years == catastrophic
    assert patient.impoverished_years == impoverished
    assert (patient.observed_years, patient.spent) == (1, 0)


def test_who_was_poor_before_is_not_impoverished_by_the_disease():
    patient, city = family(income=20_000, spent=6000)
    household.close_year(patient, city, 0.0, 12.0, TERMS)
    assert patient.catastrophic_years == 1
    assert patient.impoverished_years == 0


@pytest.mark.parametrize(
    ("income", "capacity"),
    [(20_000, 14_000), (80_000, 56_000), (100_000, 70_000), (200_000, 170_000)],
)
def test_the_capacity_to_pay_of_the_poor_is_what_food_leaves(income, capacity):
    """Of three persons who need 10,000 each to subsist, and spend three tenths on food."""
    patient, city = family(income=income)
    assert household.capacity_to_pay(patient, city, TERMS) == pytest.approx(capacity)
    food = np.array([0.3 * income])
    assert inequity.capacity_to_pay([income], 30_000, food) == pytest.approx([capacity])


@pytest.mark.parametrize(
    ("each", "share"),
    [(20_000, 0.3), (10_000, 0.3 + 0.1 * np.log(2)), (80_000, 0.3 - 0.1 * np.log(4)), (0, 1.0)],
)
def test_the_poor_spend_a_larger_share_on_food(each, share):
    """By hand: three tenths at the median of 20,000 a head, a tenth more per unit of its log."""
    terms = params(food_share=0.3, food_share_slope=0.1)[0]
    terms.median_income = 20_000.0
    patient, city = family(income=3 * each, subsistence=1e6)
    assert household.food_spending(patient, terms) == pytest.approx(share * 3 * each)
    assert household.capacity_to_pay(patient, city, terms) == pytest.approx((1 - share) * 3 * each)


def test_the_same_spending_is_never_less_catastrophic_for_the_poor_with_engels_law():
    """Below the median income food takes more, and leaves less to pay for care."""
    for income in (20_000, 40_000, 55_000):
        judged = []
        for slope in (0.0, 0.08):
            terms = params(catastrophic_share=0.4, food_share=0.3, food_share_slope=slope)[0]
            terms.median_income = 20_000.0
            patient, city = family(income=income, subsistence=12_000.0)
            judged.append(household.capacity_to_pay(patient, city, terms))
        assert judged[1] < judged[0]


@pytest.mark.parametrize(("spent", "catastrophic"), [(0, 0), (5000, 0), (6000, 1)])
def test_below_subsistence_not_every_yuan_is_catastrophic(spent, catastrophic):
    """Two fifths of 14,000 are 5,600."""
    patient, city = family(income=20_000, spent=spent)
    household.close_year(patient, city, 0.0, 12.0, TERMS)
    assert patient.catastrophic_years == catastrophic


@pytest.mark.parametrize("spent", [0, 1000])
def test_carers_lost_income_is_a_burden_whether_or_not_anything_is_paid(spent):
    """It grows with severity and with the months, and is no part of what the definitions count."""
    terms = params(catastrophic_share=0.4, carer_income_loss=0.5, food_share=0.3,
                   food_share_slope=0.0)[0]  # fmt: skip
    burdened, catastrophic = [], []
    for severity, months in ((0.0, 12.0), (0.5, 12.0), (1.0, 12.0), (1.0, 6.0)):
        patient, city = family(spent=spent)
        household.close_year(patient, city, severity, months, terms)
        burdened.append(patient.burdened_years)
        catastrophic.append(patient.catastrophic_years)
    assert burdened == [0, 0, 1, 0]  # 0, 25,000, 50,000 and 25,000 more, against 28,000
    assert catastrophic == [0, 0, 0, 0]


def test_trips_are_a_burden_but_no_spending_on_care():
    patient, city = family(spent=0)
    patient.trips = 29_000
    household.close_year(patient, city, 0.0, 12.0, TERMS)
    assert (patient.burdened_years, patient.catastrophic_years, patient.trips) == (1, 0, 0)


HOUSEHOLDS = st.lists(
    st.tuples(st.integers(0, 200_000), st.integers(1, 6), st.integers(0, 120_000)),
    min_size=1, max_size=12,
)  # fmt: skip


@cases(HOUSEHOLDS)
def test_years_are_judged_by_the_cited_definitions(households):
    """The rule and the measures of `abm.measures` count the same households."""
    line, subsistence = 15_000.0, 9000.0
    income, persons, spent = (np.array(column, float) for column in zip(*households, strict=True))
    judged = []
    for own, size, paid in households:
        patient, city = family(own, 0, size, subsistence, paid)
        city.poverty_line = line
        household.close_year(patient, city, 1.0, 12.0, TERMS)
        judged.append([patient.catastrophic_years, patient.large_years, patient.very_large_years,
                       patient.hardship_years, patient.beyond_means_years])  # fmt: skip
    capacity = inequity.capacity_to_pay(income, persons * subsistence, 0.3 * income)
    budget = np.maximum(income - persons * line, 0.0)
    expected = [inequity.catastrophic(spent, resources, share).headcount for resources, share in
                ((capacity, 0.4), (income, 0.1), (income, 0.25), (budget, 0.4),
                 (budget, 1.0))]  # fmt: skip
    assert np.mean(judged, axis=0) == pytest.approx(expected)
    hardship = inequity.financial_hardship(spent, income, persons * line)
    assert (hardship.headcount, hardship.impoverishing) == pytest.approx(tuple(expected[3:]))


@cases(income=st.integers(0, 10**6), savings=st.integers(0, 10**6), amount=st.floats(0, 1e6),
       months=st.sampled_from([3, 12]), child=st.booleans())  # fmt: skip
def test_who_can_pay_by_means_is_never_in_debt(income, savings, amount, months, child):
    patient, city = family(income=income, savings=savings)
    if amount <= household.means(patient, city, months, TERMS, child):
        household.pay(patient, city, amount, months)
    assert patient.savings >= 0


def test_grants_do_not_count_towards_the_patients_own_part():
    state = treat(village(1))
    assert state.accounts["household_share"][0] == 15_000
    assert np.isclose(state.accounts["paid"][0].sum(), state.accounts["billed"][0])
