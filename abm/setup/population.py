"""The patients of a world: who they are, and how they lived before the burn-in.

Every patient is drawn from keyed random numbers, one rule for one patient. Those whose symptoms
began before the burn-in live their search with uncontended waits, seen in the month in which they
set out; those who have died by then are not kept.
"""

import math

import numpy as np

from agents.codes import Event, NewbornPanel, Scheme, Stage
from agents.core.jit import kernel, rule, rule_noinline
from agents.core.limits import IDENTITIES, TRIED
from agents.core.parameters import Parameters
from agents.core.random_numbers import Decision, inverse_normal, normal, uniform
from agents.core.record import NEVER, Rows
from agents.disease import (
    benefit_of_treatment,
    draw_life,
    is_dead,
    month_of_death,
    natural_age,
    progress,
    reschedule,
)
from agents.events import note
from agents.hospital import end_spell, examine, is_found_at_birth
from agents.household import (
    disposable,
    follow_incomes,
    income_per_head,
    means,
    save_up,
    savings_ceiling,
    scheme_at,
)
from agents.manufacturer import (
    dose_factor,
    is_eligible,
    launch_month,
    on_market,
    reluctance,
    taken_up_before,
    weight,
)
from agents.patient import is_child, is_child_now, notice, seek
from agents.records.disease import DiseaseRow
from agents.records.drug import DrugRow
from agents.records.patient import PatientRow
from agents.state import State

ADULT, LAST_OF_CHILDHOOD = 18.0, 17.9
"""Childhood as the column `share_child_onset` counts it, years."""
QUANTILES = 16
"""Ages at onset over which a mean weight is worked out."""
POOLED_FROM = IDENTITIES
"""Identities of patients with undetailed diseases, so that switching them off moves no other."""


@rule
def _age_at_onset(disease: DiseaseRow, params: Parameters, seed: int, identity: int) -> float:
    """Draw the age at the first symptoms, years.

    Children: exponential about the mean for diseases of infancy, else uniform around it; adults:
    normal, up to a latest age (assumptions: the tables give a mean and the share with onset below
    18).

    `identity` is the patient's, the key of the draw.
    """
    draw = uniform(seed, identity, Decision.ONSET_AGE, 0)
    again = uniform(seed, identity, Decision.ONSET_AGE, 1)
    return _quantile_of_onset(disease, params, draw < disease.share_child, again)


@rule
def _quantile_of_onset(disease: DiseaseRow, params: Parameters, child: bool, again: float) -> float:
    """Return the age at the first symptoms, years, at a quantile of the children's or adults'.

    `child` says of which; `again` is the quantile, 0-1.
    """
    if child:
        if disease.onset_age < params.infancy_onset_below:
            return min(LAST_OF_CHILDHOOD, -disease.onset_age * math.log(1.0 - again))
        centre = min(disease.onset_age, params.child_onset_mean_cap)
        spread = params.child_onset_spread
        return min(LAST_OF_CHILDHOOD, centre * (1.0 - spread + 2.0 * spread * again))
    centre = max(disease.onset_age, params.adult_onset_mean_floor)
    away = params.adult_onset_sd * inverse_normal(max(again, 1e-9))
    return min(params.adult_onset_latest, max(ADULT, centre + away))


@kernel
def mean_weight(
    diseases: Rows[DiseaseRow], d: int, params: Rows[Parameters], alive: np.ndarray
) -> float:
    """Return the mean body weight of those who live with a disease and have been found, kg.

    Over the ages at onset as they are drawn, and over the months since then from the published
    median delay on, in which a share is alive; as many fall ill in every month (assumption).

    Args:
        diseases: The diseases' records.
        d: Row of the disease.
        params: The parameters' one row.
        alive: Share alive by month after onset.
    """
    disease = diseases[d]
    terms = params[0]
    total = 0.0
    people = 0.0
    for kind in range(2):
        share = disease.share_child if kind == 1 else 1.0 - disease.share_child
        for k in range(QUANTILES):
            age = _quantile_of_onset(disease, terms, kind == 1, (k + 0.5) / QUANTILES)
            for month in range(int(disease.delay), len(alive)):
                total += share * alive[month] * weight(age + month / 12.0, terms)
                people += share * alive[month]
    return total / people


@rule
def _city_of(state: State, draw: float) -> int:
    """Return the city in which a share of the population is reached, by bisection."""
    low = 0
    high = len(state.cities) - 1
    while low < high:
        middle = (low + high) // 2
        if state.cities[middle].upto > draw:
            high = middle
        else:
            low = middle + 1
    return low


@rule
def _home(state: State, identity: int, seed: int) -> int:
    """Return the city in which a patient lives: one fixed draw, in proportion to population."""
    return _city_of(state, uniform(seed, identity, Decision.BIRTH_CITY, 0))


@rule
def _settle_down(state: State, patient: PatientRow, seed: int) -> None:
    """Draw sex, residence, and where the patient is insured.

    Who would be insured where nobody is simulated is insured at home.
    """
    identity = patient.identity
    city = state.cities[patient.city]
    disease = state.diseases[patient.disease]
    patient.sex = uniform(seed, identity, Decision.SEX, 0) < disease.male
    patient.rural = uniform(seed, identity, Decision.RESIDENCE, 0) >= city.urban
    patient.insured = patient.city
    params = state.params[0]
    if uniform(seed, identity, Decision.MIGRANT, 0) < params.migrant_share:
        elsewhere = _city_of(state, uniform(seed, identity, Decision.MIGRANT, 1))
        if state.cities[elsewhere].inhabited:
            patient.insured = elsewhere


@rule
def _draw_means(state: State, patient: PatientRow, cuts: np.ndarray, seed: int) -> None:
    """Draw household size, income (lognormal within city and residence), quintile and savings.

    Somebody who falls ill as a child is not alone in the household. The quintile is that of the
    general population, before the illness. Income and savings are this year's, and fit the record's
    whole yuan.

    `cuts` are the bounds between the income quintiles, yuan per head and year.
    """
    identity = patient.identity
    city = state.cities[patient.city]
    params = state.params[0]
    each = income_per_head(patient, city, params, seed)
    patient.quintile = 1
    for k in range(4):
        if each > cuts[k]:
            patient.quintile = k + 2
    away = params.household_size_sd * normal(seed, identity, Decision.HOUSEHOLD, 0)
    size = min(params.household_size_max, int(params.household_size_mean + away + 0.5))
    patient.household = max(2 if is_child(patient, params) else 1, size)
    follow_incomes(patient, city, 0.0, params, seed)


@rule
def _insure(state: State, patient: PatientRow, month: int, seed: int) -> None:
    """Draw the insurance scheme as of a month, and low-income aid."""
    identity = patient.identity
    params = state.params[0]
    patient.scheme = scheme_at(patient, params, month, seed)
    if patient.scheme == Scheme.EMPLOYEE:
        patient.insured = patient.city
    aid = 0.0
    if patient.quintile == 1:
        aid = params.aid_share_poorest
    elif patient.quintile == 2:
        aid = params.aid_share_second
    patient.poor = uniform(seed, identity, Decision.POOR, 0) < aid


@rule
def _draw_end(
    patient: PatientRow, disease: DiseaseRow, params: Parameters, month: int, seed: int
) -> None:
    """Draw the age at onset, and how long the disease and other causes leave to live."""
    age = _age_at_onset(disease, params, seed, patient.identity)
    patient.onset = month
    patient.birth = month - int(12.0 * age)
    draw = uniform(seed, patient.identity, Decision.NATURAL_DEATH, 0)
    end = natural_age(age, params, draw)
    patient.natural = min(NEVER - 1, patient.birth + int(12.0 * end) + 1)
    patient.severity = disease.severity_start
    patient.updated = month
    patient.stage = Stage.WELL
    draw_life(patient, seed)


@rule
def _clear(patient: PatientRow) -> None:
    """Set what has not happened yet."""
    patient.account = -1
    patient.drug = -1
    patient.hospital = -1
    patient.referral = -1
    patient.sent_by = -1
    patient.diagnosed_at = -1
    for k in range(TRIED):
        patient.tried[k] = -1
    patient.since = NEVER
    patient.first_visit = NEVER
    patient.diagnosed = NEVER
    patient.registered = NEVER
    patient.researched = NEVER
    patient.reported = NEVER
    patient.treated = NEVER
    patient.interrupted = NEVER
    patient.reviewed = NEVER
    patient.moving = -1
    patient.moved = NEVER
    patient.died = NEVER


@rule
def _full_price(patient: PatientRow, drug: DrugRow, month: int, params: Parameters) -> float:
    """Return what a year of a drug costs a patient before the burn-in, yuan."""
    return drug.record_price * dose_factor(drug, (month - patient.birth) / 12.0, params)


@rule
def _can_have(state: State, patient: PatientRow, drug: DrugRow, month: int, seed: int) -> bool:
    """Return whether a patient is prescribed a drug on the market and can pay all of it."""
    params = state.params[0]
    if not is_eligible(drug, patient.identity, seed):
        return False
    if reluctance(patient.identity, seed) > taken_up_before(drug, month, params):
        return False
    most = means(
        patient, state.cities[patient.city], 12, params, is_child_now(patient, month, params)
    )
    return _full_price(patient, drug, month, params) <= most


@rule
def _treat_privately(
    state: State, patient: PatientRow, disease: DiseaseRow, month: int, seed: int
) -> None:
    """Before the burn-in a drug is had where the household can pay for it by itself.

    The most effective of those.
    """
    params = state.params[0]
    levers = state.levers[state.cities[patient.city].zone]
    patient.due = NEVER
    begun = -1
    d = disease.first_drug
    while d >= 0:
        drug = state.drugs[d]
        if not on_market(drug, month, levers):
            patient.due = min(patient.due, launch_month(drug, levers))
        else:
            patient.due = min(patient.due, month + params.unaffordable_look_again)
            if patient.stage != Stage.TREATED and _can_have(state, patient, drug, month, seed):
                patient.drug = d
                patient.benefit = benefit_of_treatment(patient, disease, drug, params, seed)
                patient.stage = Stage.TREATED
                patient.treated = month
                begun = d
                price = _full_price(patient, drug, month, params)
                note(state, patient, month, Event.TREATED, -1, price)
        d = drug.next_drug
    if begun >= 0 and state.drugs[begun].paid_once:
        patient.due = month + state.drugs[begun].effect_months


@rule_noinline
def _live_until(
    state: State, patient: PatientRow, disease: DiseaseRow, i: int, start: int, seed: int
) -> bool:
    """Live up to the burn-in without ever waiting for a place; true if still alive.

    `start` is the month in which the burn-in begins. Between two turns of
    the search the household saves as in any year.
    """
    params = state.params[0]
    yearly = disposable(patient, state.cities[patient.city])
    most = savings_ceiling(patient, params, seed)
    last = patient.onset
    notice(state, patient, disease, params, patient.onset, seed)
    reschedule(state, patient, disease, i)
    while patient.due < start:
        month = patient.due
        progress(patient, disease, params, month)
        if is_dead(patient, month):
            return False
        save_up(patient, yearly * (month - last) / 12.0, most, params)
        last = month
        if patient.stage == Stage.MISLABELLED or patient.stage == Stage.WATCHED:
            end_spell(state, patient, disease, params, month, seed)
        elif patient.stage == Stage.SEEKING:
            if seek(state, patient, disease, params, month, seed):
                hospital = state.hospitals[patient.hospital]
                examine(state, patient, hospital, disease, params, month, seed)
        else:
            _treat_privately(state, patient, disease, month, seed)
        reschedule(state, patient, disease, i)
    save_up(patient, yearly * (start - last) / 12.0, most, params)
    patient.spent = 0
    patient.trips = 0
    return True


@kernel
def populate(
    state: State,
    cells: np.ndarray,
    row: int,
    identity: int,
    start: int,
    first: int,
    seed: int,
    cuts: np.ndarray,
    followed: float,
    whom: int,
) -> int:
    """Fill rows with the patients of cells of (disease, month of onset, number).

    Everybody who falls ill in the country has an identity; who lives where nobody is simulated is
    passed over, so that the others are the same people as in the whole country.

    Args:
        state: The world; rows of `state.patients` from `row` on are filled.
        cells: Integers of shape (n, 3).
        row: First row to fill.
        identity: First identity to give; every patient drawn has one, kept or not.
        start: Month up to which earlier onsets live uncontended.
        first: First month that these rows live; who is born earlier has been screened at birth
            by the panel in force now.
        seed: The key of all draws.
        cuts: The four cuts between income quintiles, yuan per head and year.
        followed: Share of patients whose events are kept.
        whom: Number of a patient whose events are kept in any case.

    Returns:
        The first row not filled; -1 if there are not enough rows.
    """
    params = state.params[0]
    for cell in range(len(cells)):
        disease = state.diseases[cells[cell, 0]]
        month = cells[cell, 1]
        for _ in range(cells[cell, 2]):
            home = _home(state, identity, seed)
            if not state.cities[home].inhabited:
                identity += 1
                continue
            if row >= len(state.patients):
                return -1
            patient = state.patients[row]
            patient.identity = identity
            patient.city = home
            identity += 1
            patient.disease = cells[cell, 0]
            _draw_end(patient, disease, params, month, seed)
            if month < start and _certainly_dead(state, patient, disease, start):
                continue
            _clear(patient)
            _settle_down(state, patient, seed)
            _draw_means(state, patient, cuts, seed)
            _insure(state, patient, max(month, start), seed)
            draw = uniform(seed, patient.identity, Decision.FOLLOWED, 0)
            patient.followed = draw < followed or patient.identity == whom
            patient.due = month
            if month >= first and disease.screened[NewbornPanel.POSSIBLE] > 0.0:
                if patient.birth >= first:
                    patient.due = patient.birth
                else:
                    patient.screened = is_found_at_birth(state, patient, disease, seed)
            state.due[row] = patient.due
            events = state.counters[0].events
            if month >= start or _live_until(state, patient, disease, row, start, seed):
                row += 1
            else:
                state.counters[0].events = events
                _wipe(patient)
    return row


@kernel
def count_inhabitants(state: State, identity: int, people: int, seed: int) -> int:
    """Return how many of the people with successive identities live where people are simulated.

    Args:
        state: The world.
        identity: The first identity.
        people: How many people.
        seed: The key of all draws.
    """
    here = 0
    for k in range(people):
        here += state.cities[_home(state, identity + k, seed)].inhabited
    return here


@rule
def _certainly_dead(state: State, patient: PatientRow, disease: DiseaseRow, start: int) -> bool:
    """Return whether the patient dies before the burn-in whatever is done.

    True for other causes, and for a disease that had no drug by then.

    `start` is the month in which the burn-in begins.
    """
    if patient.natural <= start:
        return True
    d = disease.first_drug
    while d >= 0:
        if state.drugs[d].approved < start:
            return False
        d = state.drugs[d].next_drug
    return month_of_death(patient, disease, state.params[0]) <= start


@rule
def _wipe(patient: PatientRow) -> None:
    """Clear the counts of a row that will be used for somebody else."""
    patient.visits = 0
    patient.spent = 0
    patient.search_billed = 0
    patient.search_basic = 0
    patient.care_billed = 0
    patient.care_forgone = 0
    patient.care_basic = 0
    patient.travel = 0
    patient.km = 0
    patient.informed = 0
    patient.screened = 0
    patient.failures = 0
    patient.dismissed = 0
    patient.misdiagnoses = 0
    patient.hospitals_seen = 0
    patient.referred = 0
    patient.band = 0
    patient.planned = 0
    patient.benefit = 0
    patient.trips = 0
    patient.treated_months = 0
    patient.forgone_months = 0
    patient.forgone = 0


@kernel
def move_up(state: State, queue: np.ndarray, kept: np.ndarray) -> int:
    """Drop the dead: move the living up in place, and renumber accounts and the queue.

    Args:
        state: The world.
        queue: Rows of the patients waiting; renumbered in place.
        kept: Work space of one int32 per patient: filled with each patient's new row, -1 if gone.

    Returns:
        How many are left.
    """
    n = 0
    for i in range(len(kept)):
        kept[i] = -1
        if state.patients[i].stage != Stage.DEAD:
            state.patients[n] = state.patients[i]
            state.due[n] = state.due[i]
            kept[i] = n
            n += 1
    for a in range(state.counters[0].accounts):
        account = state.accounts[a]
        if account.patient >= 0:
            account.patient = kept[account.patient]
    for q in range(len(queue)):
        queue[q] = kept[queue[q]]
    return n


@kernel
def begin_scenario(state: State, month: int) -> None:
    """Bring everyone's health up to date and start the scenario's accounts at zero."""
    params = state.params[0]
    for i in range(len(state.patients)):
        patient = state.patients[i]
        if patient.stage != Stage.WELL:
            progress(patient, state.diseases[patient.disease], params, month)
            patient.spent = 0
            patient.refunded = 0
            patient.search_billed = 0
            patient.search_basic = 0
            patient.care_billed = 0
            patient.care_forgone = 0
            patient.care_basic = 0
            patient.travel = 0
            patient.catastrophic_years = 0
            patient.impoverished_years = 0
            patient.observed_years = 0
            patient.trips = 0
            patient.treated_months = 0
            patient.forgone_months = 0
            patient.large_years = 0
            patient.very_large_years = 0
            patient.hardship_years = 0
            patient.beyond_means_years = 0
            patient.burdened_years = 0
    for a in range(state.counters[0].accounts):
        account = state.accounts[a]
        account.billed = 0.0
        account.paid[:] = 0.0


@kernel
def count_stocks(state: State) -> int:
    """Count everyone anew by province and stage; return for how many there is a drug, ever."""
    treatable = 0
    state.counters[0].followed = 0
    for p in range(len(state.provinces)):
        state.provinces[p].stocks[:] = 0
    for i in range(state.counters[0].patients):
        patient = state.patients[i]
        state.provinces[state.cities[patient.city].province].stocks[patient.stage] += 1
        state.counters[0].followed += patient.followed
        treatable += state.diseases[patient.disease].first_drug >= 0
    return treatable


def draw_cells(expected: np.ndarray, first: int, seed: int, diseases: np.ndarray) -> np.ndarray:
    """Draw how many fall ill, by disease and month.

    Each disease has a stream of its own and months are drawn in order, so that a longer horizon
    only adds to the end.

    Args:
        expected: Expected onsets, shape (diseases, months).
        first: The first month.
        seed: The run's seed.
        diseases: The diseases' numbers; the streams' keys.

    Returns:
        Integers of shape (n, 3): disease, month, number, in the order of months.
    """
    drawn = np.zeros(expected.shape, np.int64)
    for row, disease in enumerate(diseases):
        drawn[row] = np.random.default_rng([seed, int(disease)]).poisson(expected[row])
    months, which = np.nonzero(drawn.T)
    return np.column_stack([diseases[which], months + first, drawn[which, months]]).astype(np.int64)
