"""Health: severity grows, treatment slows it, death comes by a hazard that rises with severity.

Severity is linear in time between two changes of treatment, so survival and quality of life over
any number of months have closed forms and an idle patient costs nothing.
"""

import math

from agents.codes import Bearer, Event, Flow, Stage
from agents.core.jit import rule
from agents.core.parameters import Parameters
from agents.core.random_numbers import Decision, exponential, uniform
from agents.core.record import NEVER
from agents.discounting import to_the_middle
from agents.events import bear, note, tally
from agents.household import close_year, disposable, lost_income, save_up, savings_ceiling
from agents.patient import move
from agents.records.disease import DiseaseRow
from agents.records.drug import DrugRow
from agents.records.patient import PatientRow
from agents.state import State
from agents.supportive_care import live_with_illness

LONG = 30000
"""Stands for more months than anybody lives."""


@rule
def slope(patient: PatientRow, disease: DiseaseRow) -> float:
    """Return the monthly growth of severity."""
    if patient.severity >= 1.0:
        return 0.0
    if patient.stage == Stage.TREATED:
        return disease.growth * (1.0 - patient.benefit / 100.0)
    return disease.growth


@rule
def mean_response(params: Parameters) -> float:
    """Return the mean response to treatment: half-way between the lowest and the full one."""
    return 0.5 * (1.0 + params.lowest_response)


@rule
def relative_hazard(patient: PatientRow, disease: DiseaseRow, params: Parameters) -> float:
    """Return the hazard of death over the untreated one at the same severity.

    The disease's ratio holds for the mean response; a better one lowers it further.
    """
    if patient.stage == Stage.TREATED and disease.effect > 0.0:
        response = patient.benefit / (100.0 * mean_response(params) * disease.effect)
        return max(params.least_treated_hazard, 1.0 - response * (1.0 - disease.treated_ratio))
    return 1.0


@rule
def ramp_hazard(start: float, growth: float, months: float, disease: DiseaseRow) -> float:
    """Return the cumulative hazard over months of linear severity, before any plateau.

    From severity `start`, with `growth` a month, over so many `months`.
    """
    now = disease.hazard * math.exp(disease.steep * start)
    k = disease.steep * growth
    if k * months < 1e-9:
        return now * months
    return now * math.expm1(k * months) / k


@rule
def cumulative_hazard(
    patient: PatientRow, disease: DiseaseRow, months: float, params: Parameters
) -> float:
    """Return the cumulative hazard of dying of the disease over the coming months.

    Severity rises linearly up to 1 and stays there; the early hazard of untreated infants is
    added while it lasts.

    `months` may be a fraction.
    """
    growth = slope(patient, disease)
    rise = months
    if growth > 0.0:
        rise = min(months, (1.0 - patient.severity) / growth)
    total = ramp_hazard(patient.severity, growth, rise, disease)
    if months > rise:
        total += disease.hazard * math.exp(disease.steep) * (months - rise)
    if patient.stage != Stage.TREATED and disease.early_hazard > 0.0:
        left = patient.onset + disease.early_months - patient.updated
        total += disease.early_hazard * min(months, max(0.0, left))
    return total * relative_hazard(patient, disease, params)


@rule
def _bisect(patient: PatientRow, disease: DiseaseRow, high: float, params: Parameters) -> float:
    """Return when, at the latest after `high` months, the life that is left is used up."""
    low = 0.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        if cumulative_hazard(patient, disease, middle, params) < patient.life:
            low = middle
        else:
            high = middle
    return high


@rule
def months_to_live(patient: PatientRow, disease: DiseaseRow, params: Parameters) -> float:
    """Return the months until the disease kills if nothing changes, at most LONG.

    Solves the cumulative hazard for the life that is left: within the early period if it does not
    outlast it, then on the ramp, then on the plateau.
    """
    budget = patient.life / relative_hazard(patient, disease, params)
    if patient.stage != Stage.TREATED and disease.early_hazard > 0.0:
        early = patient.onset + disease.early_months - patient.updated
        if early > 0.0:
            spent = cumulative_hazard(patient, disease, early, params)
            if spent >= patient.life:
                return _bisect(patient, disease, early, params)
            budget -= disease.early_hazard * early
    growth = slope(patient, disease)
    now = disease.hazard * math.exp(disease.steep * patient.severity)
    k = disease.steep * growth
    if k < 1e-9:
        return min(budget / now, LONG)
    top = (1.0 - patient.severity) / growth
    spent = ramp_hazard(patient.severity, growth, top, disease)
    if spent >= budget:
        return math.log1p(budget * k / now) / k
    plateau = disease.hazard * math.exp(disease.steep)
    return min(top + (budget - spent) / plateau, LONG)


@rule
def utility(severity: float, age: float, params: Parameters) -> float:
    """Return the health utility (0-1) at a severity and an age in years."""
    older = max(0.0, age - params.full_utility_until)
    full = 1.0 - params.utility_loss_per_year_of_age * older
    return max(0.0, full * (1.0 - params.utility_loss_at_full_severity * severity))


@rule
def _utility_in(
    patient: PatientRow, disease: DiseaseRow, params: Parameters, months: float
) -> float:
    """Return the utility some `months` from now, which may be a fraction."""
    severity = min(1.0, patient.severity + slope(patient, disease) * months)
    return utility(severity, (patient.updated - patient.birth + months) / 12.0, params)


@rule
def _quality_between(
    patient: PatientRow,
    disease: DiseaseRow,
    params: Parameters,
    rate: float,
    start: float,
    end: float,
) -> float:
    """Integrate a smooth piece by Gauss and Legendre's rule with three points, QALYs.

    From `start` to `end`, months from now; `rate` is the continuous discount rate per month.
    """
    half = 0.5 * (end - start)
    middle = 0.5 * (start + end)
    away = 0.7745966692414834 * half
    worth = math.exp(-rate * (patient.updated + middle))  # of a year of full health
    later = math.exp(-rate * away)
    total = 8.0 * _utility_in(patient, disease, params, middle)
    total += 5.0 / later * _utility_in(patient, disease, params, middle - away)
    total += 5.0 * later * _utility_in(patient, disease, params, middle + away)
    return worth * total * half / 9.0 / 12.0


@rule
def quality(patient: PatientRow, disease: DiseaseRow, months: float, params: Parameters) -> float:
    """Return the discounted QALYs of the coming months.

    The integral of utility times exp(-r t), r for a yearly discount rate from month 0 on, in
    pieces: utility turns where severity reaches 1 and at the age up to which it is full.

    `months` may be a fraction.
    """
    rate = params.discount_per_month
    growth = slope(patient, disease)
    full = (1.0 - patient.severity) / growth if growth > 0.0 else 0.0
    grown = 12.0 * params.full_utility_until + patient.birth - patient.updated
    first = min(max(0.0, min(full, grown)), months)
    second = min(max(first, max(full, grown)), months)
    gained = 0.0
    if first > 0.0:
        gained += _quality_between(patient, disease, params, rate, 0.0, first)
    if second > first:
        gained += _quality_between(patient, disease, params, rate, first, second)
    if months > second:
        gained += _quality_between(patient, disease, params, rate, second, months)
    return gained


@rule
def severity_in(patient: PatientRow, disease: DiseaseRow, month: int) -> float:
    """Return the severity in a month, 0-1, if nothing changes until then."""
    return min(1.0, patient.severity + slope(patient, disease) * (month - patient.updated))


@rule
def severity_lately(patient: PatientRow, disease: DiseaseRow, months: int, month: int) -> float:
    """Return the mean severity, 0-1, of some `months` up to a month, growing as it does now."""
    before = max(disease.severity_start, severity_in(patient, disease, month - months))
    return 0.5 * (before + severity_in(patient, disease, month))


@rule
def progress(patient: PatientRow, disease: DiseaseRow, params: Parameters, month: int) -> None:
    """Bring a patient's health up to this month; QALYs are counted in the scenario only."""
    months = month - patient.updated
    if months <= 0:
        return
    if month > 0:
        patient.qalys += quality(patient, disease, months, params)
    patient.life -= cumulative_hazard(patient, disease, months, params)
    patient.severity = severity_in(patient, disease, month)
    patient.updated = month
    if patient.stage == Stage.TREATED:
        patient.treated_months += months
    elif patient.forgone:
        patient.forgone_months += months


@rule
def draw_life(patient: PatientRow, seed: int) -> None:
    """Draw the hazard that this patient's disease has to accumulate before it kills."""
    patient.life = exponential(seed, patient.identity, Decision.LIFE, 0)


@rule
def natural_age(age: float, params: Parameters, draw: float) -> float:
    """Return the age in years at death from other causes, given survival to an age.

    Gompertz (1825) law of mortality, inverted.
    """
    b = params.mortality_growth_per_year
    return math.log(math.exp(b * age) - b / params.mortality_at_birth * math.log(1.0 - draw)) / b


@rule
def month_of_death(patient: PatientRow, disease: DiseaseRow, params: Parameters) -> int:
    """Return the month of death if nothing changes: of the disease or of other causes."""
    months = months_to_live(patient, disease, params)
    return min(patient.updated + int(months) + 1, patient.natural)


@rule
def reschedule(state: State, patient: PatientRow, disease: DiseaseRow, i: int) -> None:
    """Make sure that the patient is visited no later than the month of death."""
    patient.due = min(patient.due, month_of_death(patient, disease, state.params[0]))
    state.due[i] = patient.due


@rule
def is_dead(patient: PatientRow, month: int) -> bool:
    """Return whether the patient has died by this month."""
    return patient.life <= 0.0 or month >= patient.natural


@rule
def bear_lost_income(state: State, patient: PatientRow, severity: float, months: float) -> None:
    """Book what carers have lost in so many `months` up to now at a `severity` (0-1).

    In money of the middle of that time.
    """
    params = state.params[0]
    since = to_the_middle(months, params)
    bear(state, patient, Bearer.CARERS, since * lost_income(patient, severity, months, params))


@rule
def end_year(state: State, patient: PatientRow, disease: DiseaseRow, month: int, seed: int) -> None:
    """December: what the year's illness has cost is settled and judged, and savings are rebuilt."""
    params = state.params[0]
    city = state.cities[patient.city]
    months = min(12, month + 1 - patient.onset)
    severity = severity_lately(patient, disease, months, month + 1)
    live_with_illness(state, patient, severity, months, month, params)
    left = disposable(patient, city) - patient.spent - patient.trips
    if left > 0.0:
        save_up(patient, left, savings_ceiling(patient, params, seed), params)
    close_year(patient, city, severity, months, params)
    bear_lost_income(state, patient, severity, months)


@rule
def die(state: State, patient: PatientRow, month: int) -> None:
    """Leave the world; the row stays."""
    tally(state, patient, Flow.DEATHS, 1)
    if patient.registered != NEVER:
        tally(state, patient, Flow.REGISTERED_DEATHS, 1)
    note(state, patient, month, Event.DIED, -1, 1.0 if patient.life <= 0.0 else 0.0)
    months = min(month % 12, month - patient.onset)
    if months > 0:  # of the year of death; a death in January falls to the year that is judged
        params = state.params[0]
        disease = state.diseases[patient.disease]
        severity = severity_lately(patient, disease, months, month)
        live_with_illness(state, patient, severity, months, month, params)
        close_year(patient, state.cities[patient.city], severity, months, params)
        bear_lost_income(state, patient, severity, months)
    move(state, patient, Stage.DEAD)
    patient.died = month
    patient.due = NEVER


@rule
def benefit_of_treatment(
    patient: PatientRow, disease: DiseaseRow, drug: DrugRow, params: Parameters, seed: int
) -> int:
    """Return by how much a drug would slow the disease from now on, percent.

    The drug's effect times the patient's own response to it (a fixed draw between the lowest and
    all of it); where only early treatment helps, it is whole up to a severity, falls with severity
    above that, and keeps a rest however late. In those found at birth who are treated before the
    first symptoms do harm it gains a share of what is missing to a full effect.
    """
    draw = uniform(seed, patient.identity, Decision.RESPONSE, drug.number)
    own = params.lowest_response + (1.0 - params.lowest_response) * draw
    return benefit_with(patient, disease, drug, own, params)


@rule
def benefit_with(
    patient: PatientRow, disease: DiseaseRow, drug: DrugRow, own: float, params: Parameters
) -> int:
    """Return by how much a drug would slow the disease, percent, with the response `own`."""
    effect = drug.effect * own
    if disease.early_only:
        late = patient.severity - params.early_treatment_until
        left = 1.0 - params.late_treatment_loss * late
        effect *= min(1.0, max(params.late_treatment_effect, left))
    if patient.screened and patient.severity <= disease.severity_start:
        effect = drug.effect * own
        effect += params.presymptomatic_gain * (1.0 - effect)
    return int(100.0 * effect)


@rule
def terminal_quality(patient: PatientRow, disease: DiseaseRow, params: Parameters) -> float:
    """Return the discounted QALYs from now to death if nothing changes any more."""
    months = max(0, month_of_death(patient, disease, params) - patient.updated)
    return quality(patient, disease, months, params)
