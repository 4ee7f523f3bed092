"""The rest of life as it stands: what care costs after the present month if nothing changes.

QALYs are counted to the end of life, with the treatment of now going on; so is what that treatment
costs, bill by bill, as the rules of now divide it when every fund can pay.
"""

import math

import numpy as np

from agents.accrual import bear_ahead
from agents.billing import adjudicate
from agents.codes import BEARER_OF, Access, Bearer, Stage
from agents.core.jit import rule
from agents.core.parameters import Parameters
from agents.disease import month_of_death, slope
from agents.events import BEARERS
from agents.manufacturer import donates, dose_factor, weight
from agents.patient import trip_cost
from agents.prescribing import nearest_stock
from agents.records.bill import BillRow
from agents.records.disease import DiseaseRow
from agents.records.insurance import AccountRow
from agents.records.patient import PatientRow
from agents.state import State
from agents.supervision import part_not_cut
from agents.supportive_care import part_had, supportive_cost, supportive_rate


@rule
def annuity(rate: float, months: float) -> float:
    """Return the integral of exp(-rate t) over some months."""
    if rate <= 0.0:
        return months
    return (1.0 - math.exp(-rate * months)) / rate


@rule
def growing_annuity(rate: float, months: float) -> float:
    """Return the integral of t exp(-rate t) over some months."""
    if rate <= 0.0:
        return 0.5 * months * months
    left = math.exp(-rate * months) * (1.0 + rate * months)
    return (1.0 - left) / (rate * rate)


@rule
def paid_ahead(rate: float, period: float, times: int) -> float:
    """Return the value of one yuan at the start of each of some periods, today's the first."""
    if rate <= 0.0:
        return 1.0 * times
    return (1.0 - math.exp(-rate * period * times)) / (1.0 - math.exp(-rate * period))


@rule
def severity_months(patient: PatientRow, disease: DiseaseRow, months: float, rate: float) -> float:
    """Return the discounted integral of severity over so many coming `months`.

    Severity rises linearly up to 1 and stays there; `rate` is the discount rate of a month.
    """
    growth = slope(patient, disease)
    rise = months
    if growth > 0.0:
        rise = min(months, (1.0 - patient.severity) / growth)
    total = patient.severity * annuity(rate, rise) + growth * growing_annuity(rate, rise)
    top = min(1.0, patient.severity + growth * rise)
    return total + top * (annuity(rate, months) - annuity(rate, rise))


@rule
def year_of_treatment(
    state: State,
    bill: BillRow,
    account: AccountRow,
    patient: PatientRow,
    age: float,
    month: int,
) -> None:
    """Divide a year's bill at an `age` in years among the payers, as if every fund could pay."""
    params = state.params[0]
    drug = state.drugs[patient.drug]
    levers = state.levers[state.cities[patient.city].zone]
    bill.drug = patient.drug
    bill.amount = drug.price * dose_factor(drug, age, params)
    bill.amount *= part_not_cut(state, patient, drug, params)
    bill.donated = bill.amount * donates(drug, month, levers)
    bill.access = nearest_stock(state, patient, patient.drug)
    bill.hospital = patient.hospital
    if bill.access == Access.NOWHERE and patient.hospital >= 0:
        bill.access = Access.FAR
    account.base[:] = 0.0
    account.used[:] = 0.0
    account.household_share = 0.0
    account.granted = 0.0
    adjudicate(state, bill, patient, account)


@rule
def trip_for_drug(state: State, bill: BillRow, patient: PatientRow, params: Parameters) -> float:
    """Return the cost of the trip for the drug of one bill, yuan."""
    there = -1
    if bill.access == Access.FAR:
        there = bill.hospital
    elif bill.access == Access.PROVINCE:
        there = state.provinces[state.cities[patient.city].province].lead
    if there < 0:
        return 0.0
    return 1.0 * int(trip_cost(state, patient, there, params))


@rule
def bear_bills(bill: BillRow, worth: float, borne: np.ndarray) -> None:
    """Add a year's bill to who bears it.

    Args:
        bill: The bill, divided among the payers.
        worth: Value of one yuan of it.
        borne: Yuan by `agents.codes.Bearer`, to which is added.
    """
    for n in range(bill.lines):
        borne[BEARER_OF[bill.payer[n]]] += worth * bill.owed[n]
    borne[Bearer.HOUSEHOLDS] += worth * bill.household_share
    borne[Bearer.GIVERS] += worth * bill.donated


@rule
def costs_of_treatment(
    state: State,
    bill: BillRow,
    account: AccountRow,
    patient: PatientRow,
    month: int,
    months: int,
    borne: np.ndarray,
) -> None:
    """Add what the bills from now to death cost, discounted, to those who bear them.

    The first is due when the last one's period is over. A child's dose grows with its weight, from
    year to year; from the adult's weight on all years are alike.

    Args:
        state: The world; it is not changed.
        bill: Room for a bill.
        account: Room for an account.
        patient: The patient, up to date.
        month: The present month.
        months: Months from now to death.
        borne: Yuan by `agents.codes.Bearer`, to which is added.
    """
    params = state.params[0]
    drug = state.drugs[patient.drug]
    rate = params.discount_per_month
    start = max(0, patient.due - month)
    while start < months:
        age = (month + start - patient.birth) / 12.0
        year_of_treatment(state, bill, account, patient, age, month)
        period = 3 if bill.amount > params.quarterly_bill_above else 12
        years = period / 12.0
        if drug.paid_once:
            period, years = drug.effect_months, 1.0
        times = (months - start + period - 1) // period
        if drug.paid_once:
            times = 1
        elif drug.by_weight and weight(age, params) < params.adult_weight:
            times = min(times, 12 // period)
        worth = paid_ahead(rate, 1.0 * period, times) * math.exp(-rate * (month + start))
        bear_bills(bill, worth * years, borne)
        borne[Bearer.HOUSEHOLDS] += worth * trip_for_drug(state, bill, patient, params)
        start += times * period


@rule
def costs_of_support(
    state: State,
    patient: PatientRow,
    disease: DiseaseRow,
    month: int,
    months: float,
    gone: float,
    borne: np.ndarray,
) -> None:
    """Add what older and supportive treatment costs from now to death, to those who bear it.

    As severity grows; the part that the household has the means for stays that of now.

    Args:
        state: The world.
        patient: The patient, up to date.
        disease: The disease.
        month: The present month.
        months: Months from now to death.
        gone: What the household pays for the drug in a year, yuan.
        borne: Yuan by `agents.codes.Bearer`, to which is added.
    """
    params = state.params[0]
    rate = params.discount_per_month
    insured = supportive_rate(patient, params)
    now = supportive_cost(state, patient, patient.severity, params)
    city = state.cities[patient.city]
    had = part_had(patient, city, now * (1.0 - insured), gone, 12.0, month, params)
    mild = supportive_cost(state, patient, 0.0, params)
    steep = supportive_cost(state, patient, 1.0, params) - mild
    ahead = mild * annuity(rate, months)
    ahead += steep * severity_months(patient, disease, months, rate)
    cost = had * ahead / 12.0 * math.exp(-rate * month)
    borne[Bearer.SOCIAL] += cost * insured
    borne[Bearer.HOUSEHOLDS] += cost * (1.0 - insured)


@rule
def costs_of_rest(
    state: State,
    bill: BillRow,
    account: AccountRow,
    patient: PatientRow,
    disease: DiseaseRow,
    month: int,
    borne: np.ndarray,
) -> None:
    """Work out what the rest of a patient's life costs if nothing changes any more, discounted.

    Treatment goes on for whoever is on it, older and supportive treatment for everyone; carers go
    on losing income; whoever is undiagnosed or untreated stays so. What has been paid for treatment
    to come is part of it.

    Args:
        state: The world; it is not changed.
        bill: Room for a bill.
        account: Room for an account.
        patient: The patient, alive and up to date.
        disease: The disease.
        month: The present month.
        borne: Filled with yuan by `agents.codes.Bearer`.
    """
    params = state.params[0]
    for b in range(BEARERS):
        borne[b] = 0.0
    months = max(0, month_of_death(patient, disease, params) - month)
    bill.household_share = 0.0
    rate = params.discount_per_month
    bear_ahead(state, patient, month, rate, borne)
    if patient.stage == Stage.TREATED:
        costs_of_treatment(state, bill, account, patient, month, months, borne)
    costs_of_support(state, patient, disease, month, months, bill.household_share, borne)
    lost = params.carer_income_loss * patient.income / 12.0 * math.exp(-rate * month)
    borne[Bearer.CARERS] += lost * severity_months(patient, disease, months, rate)
