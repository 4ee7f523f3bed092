"""Older and supportive treatment: what everyone ill needs and pays for, with a drug or without."""

from agents.codes import Bearer, Flow, Payer, Scheme, Stage
from agents.core.jit import rule
from agents.core.parameters import Parameters
from agents.discounting import to_the_middle
from agents.events import bear, tally
from agents.household import disposable
from agents.insurer import fund_kind, pay_at_counter
from agents.patient import is_child_now
from agents.records.patient import PatientRow
from agents.records.places import CityRow
from agents.state import State


@rule
def supportive_cost(
    state: State, patient: PatientRow, severity: float, params: Parameters
) -> float:
    """Return what older and supportive treatment costs at a `severity` (0-1), yuan a year.

    Under the disease's drug a share of it is left. An older drug that has a bill of its own is a
    part of it: what that costs is taken off, so that it is paid for once.
    """
    cost = params.supportive_cost_mild + params.supportive_cost_per_severity * severity
    if patient.stage != Stage.TREATED:
        return cost
    drug = state.drugs[patient.drug]
    if drug.older:
        return cost - min(drug.price, params.supportive_cost_mild)
    return cost * params.supportive_share_treated


@rule
def supportive_rate(patient: PatientRow, params: Parameters) -> float:
    """Return the share of it that basic insurance pays: by what is inpatient and outpatient."""
    if patient.scheme == Scheme.NONE:
        return 0.0
    inpatient = params.supportive_inpatient_share
    return inpatient * params.inpatient_rate + (1.0 - inpatient) * params.outpatient_rate


@rule
def part_had(
    patient: PatientRow,
    city: CityRow,
    own: float,
    gone: float,
    months: float,
    month: int,
    params: Parameters,
) -> float:
    """Return the part of older and supportive treatment for which the household has the means, 0-1.

    Args:
        patient: The patient.
        city: Where the patient lives.
        own: The household's part of all of it, yuan.
        gone: What the household has spent on care and trips in the time, yuan.
        months: The time.
        month: The month in which it ends.
        params: The parameters.
    """
    income = disposable(patient, city) * months / 12.0
    most = max(0.0, params.treatment_income_share * income - gone)
    most += params.supportive_savings_share * patient.savings * months / 12.0
    if is_child_now(patient, month, params):
        most *= params.child_means_ratio
    return most / own if own > most else 1.0


@rule
def live_with_illness(
    state: State,
    patient: PatientRow,
    severity: float,
    months: float,
    month: int,
    params: Parameters,
) -> None:
    """Pay for some months of older and supportive treatment, diagnosed or not, with a drug or not.

    Basic insurance pays its share, the household the rest, out of what the year's other bills have
    left of the income for treatment and, in a year, a share of its savings; what is beyond that is
    gone without, the insurer's share of it too. Whole yuan; costs are in money of the middle of the
    time.

    Args:
        state: The world.
        patient: The patient.
        severity: Mean severity in that time.
        months: How many months to pay for.
        month: This month.
        params: The parameters.
    """
    if months <= 0:
        return
    city = state.cities[patient.city]
    cost = supportive_cost(state, patient, severity, params) * months / 12.0
    rate = supportive_rate(patient, params)
    income = disposable(patient, city) * months / 12.0
    gone = 1.0 * patient.spent + patient.trips
    bill = int(cost * part_had(patient, city, cost * (1.0 - rate), gone, months, month, params))
    patient.care_forgone += int(cost) - bill
    insured = int(bill * rate)
    fund = state.funds[state.cities[patient.insured].fund[fund_kind(Payer.BASIC, patient.scheme)]]
    pay_at_counter(fund, insured)
    beyond = int(bill - insured - max(0.0, income - gone))
    patient.savings = max(0, patient.savings - max(0, beyond))
    patient.spent += bill - insured
    patient.care_billed += bill
    patient.care_basic += insured
    tally(state, patient, Flow.BILLED, bill)
    tally(state, patient, Flow.PAID_BASIC, insured)
    tally(state, patient, Flow.PAID_HOUSEHOLD, bill - insured)
    since = to_the_middle(months, params)
    bear(state, patient, Bearer.SOCIAL, since * insured)
    bear(state, patient, Bearer.HOUSEHOLDS, since * (bill - insured))
