"""Hospital: what a hospital does.

Admits its queue, examines, diagnoses, mislabels, watches, dismisses, refers and learns from
confirmed cases.
"""

import math

import numpy as np

from agents.codes import (
    Bearer,
    DiagnosticTest,
    Event,
    Flow,
    PathKind,
    Payer,
    Rank,
    Referral,
    Scheme,
    Stage,
)
from agents.cooperation import report_back
from agents.core.jit import rule
from agents.core.limits import COUNTED, LIFETIME
from agents.core.parameters import Parameters
from agents.core.prefetch import AHEAD, prefetch
from agents.core.random_numbers import Decision, exponential, log_normal, normal, uniform
from agents.core.record import NEVER, RecordAgent
from agents.disease import progress, reschedule
from agents.events import bear, count_wait, note, tally
from agents.household import draw_on
from agents.insurer import fund_kind, pay_at_counter
from agents.patient import (
    RETURNING,
    SUSPECTED,
    gives_up,
    is_child,
    is_child_now,
    is_recognisable,
    move,
    plan,
    raised_in_a_month,
    remember_failure,
    trip_cost,
)
from agents.records.disease import DiseaseRow
from agents.records.hospital import HospitalRow
from agents.records.patient import PatientRow
from agents.registers import report
from agents.state import State

BY_POLICY = {"slots": "network.slots", "willing": "network.training_willingness",
             "network": "network.members"}  # fmt: skip
"""Fields that the policy in force sets, with their lever."""


class Hospital(RecordAgent, record=HospitalRow, by_policy=BY_POLICY):
    """A hospital as a Mesa agent."""

    @property
    def name(self) -> str:
        """The hospital's name in the world's table."""
        return self.model.hospital_names[self.index]


@rule
def free_slots(hospital: HospitalRow) -> float:
    """Return the slots a month that teaching others leaves for patients."""
    return max(0.0, hospital.slots - hospital.teaching)


@rule
def open_slots(hospital: HospitalRow) -> int:
    """Return this month's whole slots; the fraction is carried over, as is what reporting took."""
    have = free_slots(hospital) + hospital.carried
    whole = max(0, int(have))
    hospital.carried = have - whole
    return whole


@rule
def is_taught(state: State, hospital: HospitalRow) -> bool:
    """Return whether training, mentoring and remote consultation reach a hospital."""
    levers = state.levers[state.cities[hospital.city].zone]
    return hospital.network == 1 or levers.mentoring_reaches_counties == 1


@rule
def effective_skill(
    state: State, hospital: HospitalRow, specialty: int, params: Parameters
) -> float:
    """Return the skill brought to bear: remote consultation closes part of the mentor's lead.

    `specialty` is that of the disease (`agents.codes.Specialty`); logits.
    """
    own = hospital.skill[specialty]
    if hospital.mentor < 0 or not is_taught(state, hospital):
        return own
    levers = state.levers[state.cities[hospital.city].zone]
    lead = state.hospitals[hospital.mentor].skill[specialty] - own
    return own + levers.remote * max(0.0, lead)


@rule
def difficulty(
    patient: PatientRow, disease: DiseaseRow, params: Parameters, month: int, seed: int
) -> float:
    """Return how hard this patient's diagnosis is now, logits.

    The disease's difficulty and how atypical the case is, which never changes, so that what is hard
    for one hospital is hard for the next; more while symptoms pass for nothing much, less where a
    search of claims has raised a suspicion.
    """
    atypical = normal(seed, patient.identity, Decision.ATYPICAL, 0)
    hard = disease.difficulty + params.patient_difficulty_sd * atypical
    hard -= params.recognisability_per_severity * (patient.severity - params.severity_reference)
    if patient.referred == SUSPECTED:
        hard -= params.claims_screening_hint
    if not is_recognisable(patient, disease, params, month, seed):
        hard += params.quiet_recognisability_loss
    return hard


@rule
def is_genetic(disease: DiseaseRow) -> bool:
    """Return whether the disease's test is one of genes."""
    return disease.test == DiagnosticTest.GENETIC or disease.test == DiagnosticTest.TARGETED


@rule
def price_of_test(disease: DiseaseRow, params: Parameters) -> float:
    """Return the price of a disease's genetic test, yuan; it rises with incomes."""
    targeted = disease.test == DiagnosticTest.TARGETED
    price = params.targeted_test_price if targeted else params.genetic_test_price
    return price * params.income_index


@rule
def has_genetic_test(
    state: State,
    patient: PatientRow,
    hospital: HospitalRow,
    disease: DiseaseRow,
    params: Parameters,
    month: int,
) -> bool:
    """Return whether a genetic test can be had at a visit: not in counties, and it must be paid.

    A household pays for what is not covered only up to a share of its monthly income and savings; a
    family pools both for a child.
    """
    levers = state.levers[state.cities[patient.city].zone]
    price = price_of_test(disease, params) * (1.0 - levers.genetic_covered)
    purse = patient.income / 12.0 + patient.savings
    if is_child_now(patient, month, params):
        purse *= params.child_means_ratio
    return hospital.rank != Rank.COUNTY and price <= params.test_purse_share * purse


@rule
def spread_of_test(disease: DiseaseRow, params: Parameters, month: int) -> float:
    """Return the probability that a disease's test is in use where a patient is seen, 0-1."""
    years = (month - disease.test_since) / 12.0
    if params.test_spread_years <= 0.0:
        return 1.0 if years >= 0.0 else 0.0
    return min(1.0, max(0.0, years / params.test_spread_years))


@rule
def is_settled_by_test(
    patient: PatientRow, disease: DiseaseRow, params: Parameters, month: int, seed: int
) -> bool:
    """Return whether a genetic test settles this case by now.

    It settles the published share of cases, the same for every hospital. Of the others a test of
    all genes settles a part in each of some later years, as more genes become known and old data
    are read again.
    """
    unsettled = 1.0 - disease.test_yield
    if disease.test == DiagnosticTest.GENETIC:
        years = (month - disease.test_since) / 12.0 - params.reanalysis_from
        years = min(max(0.0, years), params.reanalysis_years)
        unsettled *= (1.0 - params.reanalysis_gain) ** years
    return uniform(seed, patient.identity, Decision.SETTLES, 0) >= unsettled


@rule
def test_at_hand(
    state: State,
    patient: PatientRow,
    hospital: HospitalRow,
    disease: DiseaseRow,
    params: Parameters,
    month: int,
    seed: int,
) -> float:
    """Return the share of the diagnosis that can be made with the tests that can be had.

    None before the disease could be diagnosed at all. Without its test, or where a genetic one does
    not settle the case, a part can be diagnosed by what the patient shows.
    """
    if month < disease.known:
        return 0.0
    if disease.test == DiagnosticTest.NONE:
        return 1.0
    tested = spread_of_test(disease, params, month)
    if disease.test == DiagnosticTest.ASSAY:
        tested *= params.assay_at_county if hospital.rank == Rank.COUNTY else 1.0
    elif not has_genetic_test(state, patient, hospital, disease, params, month):
        tested = 0.0
    elif not is_settled_by_test(patient, disease, params, month, seed):
        tested = 0.0
    return tested + (1.0 - tested) * disease.without_test


@rule
def recognises(
    state: State,
    patient: PatientRow,
    hospital: HospitalRow,
    disease: DiseaseRow,
    params: Parameters,
    month: int,
    seed: int,
) -> float:
    """Return the probability that this consultation ends in the diagnosis.

    logistic(skill - difficulty), times the share that the tests at hand allow.
    """
    skill = effective_skill(state, hospital, disease.specialty, params)
    edge = skill - difficulty(patient, disease, params, month, seed)
    tested = test_at_hand(state, patient, hospital, disease, params, month, seed)
    return tested / (1.0 + math.exp(-edge))


@rule
def charge_consultation(
    state: State,
    patient: PatientRow,
    hospital: HospitalRow,
    disease: DiseaseRow,
    params: Parameters,
    confirmed: bool,
    month: int,
    seed: int,
) -> None:
    """Bill the visit and its tests; the outpatient rate is the insurer's, the rest the household's.

    Whole yuan, out of a month's income, then savings. A genetic test is billed when it has led to
    the diagnosis, and at some visits of those whose case it does not settle, less usually while few
    hospitals have it. The covered share of it is paid for everyone, also for the uninsured: by the
    residents' fund.

    `confirmed` says whether the visit led to the diagnosis.
    """
    levers = state.levers[state.cities[patient.city].zone]
    bill = int(params.consultation_price * params.income_index)
    insured = int(bill * params.outpatient_rate)
    if patient.scheme == Scheme.NONE:
        insured = 0
    in_use = is_genetic(disease) and month >= disease.test_since
    if in_use and has_genetic_test(state, patient, hospital, disease, params, month):
        draw = uniform(seed, patient.identity, Decision.TEST_IN_VAIN, patient.visits)
        usual = params.test_without_result * spread_of_test(disease, params, month)
        settles = is_settled_by_test(patient, disease, params, month, seed)
        if confirmed if settles else draw < usual:
            test = int(price_of_test(disease, params))
            bill += test
            insured += int(test * levers.genetic_covered)
    kind = fund_kind(Payer.BASIC, patient.scheme)
    fund = state.funds[state.cities[patient.insured].fund[kind]]
    pay_at_counter(fund, insured)
    patient.search_billed += bill
    patient.search_basic += insured
    patient.spent += bill - insured
    draw_on(patient, state.cities[patient.city], bill - insured, 1)
    tally(state, patient, Flow.BILLED, bill)
    tally(state, patient, Flow.PAID_BASIC, insured)
    tally(state, patient, Flow.PAID_HOUSEHOLD, bill - insured)
    bear(state, patient, Bearer.SOCIAL, insured)
    bear(state, patient, Bearer.HOUSEHOLDS, bill - insured)


@rule
def diagnose(
    state: State,
    patient: PatientRow,
    hospital: HospitalRow,
    disease: DiseaseRow,
    month: int,
    seed: int,
) -> None:
    """The diagnosis is made; the hospital learns from the case next month."""
    move(state, patient, Stage.DIAGNOSED)
    patient.diagnosed = month
    patient.diagnosed_at = patient.hospital
    patient.referral = -1
    hospital.fresh[disease.specialty] += 1
    hospital.found += 1
    tally(state, patient, Flow.DIAGNOSES, 1)
    note(state, patient, month, Event.DIAGNOSED, patient.hospital, 0.0)
    if patient.sent_by >= 0:
        report_back(state, state.hospitals[patient.sent_by], hospital)
    report(state, patient, hospital, disease, -patient.visits, month, seed)
    refer_back(state, patient, hospital)
    patient.due = month + 1 if disease.first_drug >= 0 else NEVER


@rule
def is_found_at_birth(state: State, patient: PatientRow, disease: DiseaseRow, seed: int) -> bool:
    """Return whether screening at birth finds the disease by the panel in force: a fixed draw."""
    levers = state.levers[state.cities[patient.city].zone]
    draw = uniform(seed, patient.identity, Decision.SCREEN_NEWBORN, 0)
    return draw < disease.screened[levers.newborn_panel]


@rule
def refer_back(state: State, patient: PatientRow, hospital: HospitalRow) -> None:
    """Two-way referral: a network hospital hands follow-up to one near the patient's home.

    Down a path to the patient's province, to the patient's own city if one leads there.
    """
    levers = state.levers[state.cities[hospital.city].zone]
    if levers.referral == Referral.FREE or hospital.city == patient.city:
        return
    best = -1
    for e in range(hospital.first_edge, hospital.first_edge + hospital.edges):
        edge = state.edges[e]
        if edge.open and edge.kind == PathKind.DOWN:
            there = state.hospitals[edge.to]
            at_home = there.city == patient.city
            if at_home or (best < 0 and there.province == state.cities[patient.city].province):
                best = e
                if at_home:
                    break
    if best >= 0:
        state.edges[best].sent += 1
        state.edges[best].followed += 1
        patient.hospital = state.edges[best].to
        if patient.hospital == patient.sent_by:
            state.hospitals[patient.hospital].back += 1


@rule
def comes_back(
    state: State, patient: PatientRow, params: Parameters, month: int, seed: int
) -> bool:
    """Return whether a patient whom a visit has not helped will come back to the same hospital.

    The less likely the more the trip costs of what can be raised in a month. Only when a patient
    does not has the hospital failed.
    """
    cost = trip_cost(state, patient, patient.hospital, params)
    raised = raised_in_a_month(patient, params, month)
    draw = uniform(seed, patient.identity, Decision.COME_BACK, patient.visits)
    return draw < params.return_probability * raised / (raised + cost)


@rule
def mislabel(
    state: State,
    patient: PatientRow,
    disease: DiseaseRow,
    params: Parameters,
    month: int,
    seed: int,
) -> None:
    """A wrong label: a spell on a wrong treatment, of log-normal length, then seeking again.

    The more alarming the symptoms are, the sooner a treatment that does not help is given up. Some
    labels are right about another illness that the patient has as well: the time is lost all the
    same, but it was no misdiagnosis.
    """
    move(state, patient, Stage.MISLABELLED)
    spread = params.wrong_treatment_spell_sd
    drawn = log_normal(seed, patient.identity, Decision.SPELL, patient.visits, spread)
    spell = params.wrong_treatment_spell * drawn / disease.seeking
    patient.due = month + 1 + int(min(spell, LIFETIME))
    note(state, patient, month, Event.MISLABELLED, patient.hospital, patient.due - month)
    draw = uniform(seed, patient.identity, Decision.COINCIDENCE, patient.visits)
    if draw < params.label_right_share:
        return
    if patient.misdiagnoses < COUNTED:
        patient.misdiagnoses += 1
    tally(state, patient, Flow.MISDIAGNOSES, 1)


@rule
def refers(
    state: State, patient: PatientRow, hospital: HospitalRow, params: Parameters, seed: int
) -> bool:
    """Return whether the hospital is willing to pass the patient on after this failure."""
    probability = hospital.willing
    levers = state.levers[state.cities[hospital.city].zone]
    if levers.referral != Referral.FREE and hospital.network:
        probability += (1.0 - probability) * params.network_referral_duty
    return uniform(seed, patient.identity, Decision.REFER, patient.visits) < probability


@rule
def referral_path(
    state: State, patient: PatientRow, hospital: HospitalRow, specialty: int, seed: int
) -> int:
    """Return a path towards more skill, in proportion to the gain; -1 if there is none.

    `specialty` is that of the disease (`agents.codes.Specialty`).
    """
    here = hospital.skill[specialty]
    total = 0.0
    for e in range(hospital.first_edge, hospital.first_edge + hospital.edges):
        edge = state.edges[e]
        if edge.open and edge.kind != PathKind.DOWN:
            gain = state.hospitals[edge.to].skill[specialty] - here
            total += max(0.0, gain)
    if total <= 0.0:
        return -1
    draw = total * uniform(seed, patient.identity, Decision.REFER_WHERE, patient.visits)
    last = -1
    for e in range(hospital.first_edge, hospital.first_edge + hospital.edges):
        edge = state.edges[e]
        if edge.open and edge.kind != PathKind.DOWN:
            gain = state.hospitals[edge.to].skill[specialty] - here
            if gain > 0.0:
                draw -= gain
                last = e
                if draw < 0.0:
                    break
    return last


@rule
def refer(
    state: State,
    patient: PatientRow,
    hospital: HospitalRow,
    disease: DiseaseRow,
    params: Parameters,
    month: int,
    seed: int,
) -> bool:
    """Pass the patient on if the hospital is willing and knows where to; true if it does."""
    if not refers(state, patient, hospital, params, seed):
        return False
    edge = referral_path(state, patient, hospital, disease.specialty, seed)
    if edge < 0:
        return False
    if patient.referral == RETURNING:
        remember_failure(patient, params)
    patient.referral = edge
    patient.planned = 1
    patient.due = month + 1
    state.edges[edge].sent += 1
    state.cities[hospital.city].referrals += 1
    tally(state, patient, Flow.REFERRALS, 1)
    note(state, patient, month, Event.REFERRED, state.edges[edge].to, 0.0)
    return True


@rule
def watch(state: State, patient: PatientRow, params: Parameters, month: int) -> None:
    """Unexplained and watched: the patient is told to come back if it goes on."""
    move(state, patient, Stage.WATCHED)
    patient.due = month + params.watch_period
    note(state, patient, month, Event.WATCHED, patient.hospital, 0.0)


@rule
def dismiss(
    state: State,
    patient: PatientRow,
    disease: DiseaseRow,
    params: Parameters,
    month: int,
    seed: int,
) -> None:
    """Sent home with nothing; a patient who will come back does so before long."""
    if patient.dismissed < COUNTED:
        patient.dismissed += 1
    note(state, patient, month, Event.DISMISSED, patient.hospital, 0.0)
    if patient.referral == RETURNING and not gives_up(patient, params, seed):
        go_back(patient, disease, params, month, seed)
        return
    plan(state, patient, disease, params, month, seed)
    patient.due = max(patient.due, month + 1)


@rule
def go_back(
    patient: PatientRow, disease: DiseaseRow, params: Parameters, month: int, seed: int
) -> None:
    """Plan another visit to the same hospital, the sooner the more alarming the symptoms are."""
    drawn = exponential(seed, patient.identity, Decision.BACK, patient.visits)
    patient.planned = 1
    patient.due = month + 1 + int(min(params.return_gap * drawn / disease.seeking, LIFETIME))


@rule
def fail(
    state: State,
    patient: PatientRow,
    hospital: HospitalRow,
    disease: DiseaseRow,
    params: Parameters,
    month: int,
    seed: int,
) -> None:
    """A consultation without the diagnosis: a wrong label, a referral, watching or dismissal.

    Unless the patient will come back, the hospital has failed.
    """
    if comes_back(state, patient, params, month, seed):
        patient.referral = RETURNING
    else:
        remember_failure(patient, params)
    child = is_child(patient, params)
    wrong = params.wrong_label_child if child else params.wrong_label_adult
    if uniform(seed, patient.identity, Decision.LABEL, patient.visits) < wrong:
        mislabel(state, patient, disease, params, month, seed)
        return
    move(state, patient, Stage.SEEKING)
    if refer(state, patient, hospital, disease, params, month, seed):
        return
    if uniform(seed, patient.identity, Decision.WATCH, patient.visits) < params.watch_probability:
        watch(state, patient, params, month)
    else:
        dismiss(state, patient, disease, params, month, seed)


@rule
def examine(
    state: State,
    patient: PatientRow,
    hospital: HospitalRow,
    disease: DiseaseRow,
    params: Parameters,
    month: int,
    seed: int,
) -> None:
    """One consultation."""
    patient.visits += 1
    hospital.seen += 1
    if patient.referral != RETURNING:  # a second visit is no second case
        hospital.cases[disease.specialty] += 1
    patient.referral = -1
    if hospital.mentor >= 0 and is_taught(state, hospital):
        state.cities[hospital.city].helped += 1
    if patient.first_visit == NEVER:
        patient.first_visit = month
    count_wait(state, patient, hospital, month)
    patient.since = month
    tally(state, patient, Flow.VISITS, 1)
    probability = recognises(state, patient, hospital, disease, params, month, seed)
    confirmed = uniform(seed, patient.identity, Decision.EXAMINE, patient.visits) < probability
    charge_consultation(state, patient, hospital, disease, params, confirmed, month, seed)
    if confirmed:
        diagnose(state, patient, hospital, disease, month, seed)
    else:
        fail(state, patient, hospital, disease, params, month, seed)


@rule
def end_spell(
    state: State,
    patient: PatientRow,
    disease: DiseaseRow,
    params: Parameters,
    month: int,
    seed: int,
) -> None:
    """The watching is over, or the wrong treatment has not helped.

    After the latter the hospital may refer. Else the patient comes back to it at once, or takes
    time to seek elsewhere.
    """
    watched = patient.stage == Stage.WATCHED
    move(state, patient, Stage.SEEKING)
    hospital = state.hospitals[patient.hospital]
    if not watched and refer(state, patient, hospital, disease, params, month, seed):
        return
    if patient.referral == RETURNING:
        patient.planned = 1
    else:
        plan(state, patient, disease, params, month, seed)


@rule
def admit(
    state: State,
    hospital: HospitalRow,
    queue: np.ndarray,
    first: int,
    params: Parameters,
    month: int,
    seed: int,
) -> int:
    """See the longest waits first, up to this month's slots; return how many; the others wait.

    `queue` are the rows of all who wait; `first` is where this hospital's part of it begins.
    """
    seen = min(hospital.waiting, open_slots(hospital))
    hospital.opened += hospital.slots
    if free_slots(hospital) > 0.0:
        hospital.wait = hospital.waiting / free_slots(hospital)
    for q in range(first, first + seen):
        prefetch(state.patients, queue[min(q + AHEAD, len(queue) - 1)])
        i = queue[q]
        patient = state.patients[i]
        disease = state.diseases[patient.disease]
        progress(patient, disease, params, month)
        examine(state, patient, hospital, disease, params, month, seed)
        reschedule(state, patient, disease, i)
    return seen


@rule
def learn(hospital: HospitalRow, params: Parameters, scale: float, month: int) -> None:
    """Learn from last month's confirmed cases, counted in real patients, up to a ceiling.

    `scale` is the number of simulated patients per real one.
    """
    for s in range(len(hospital.skill)):
        if hospital.fresh[s] > 0:
            cases = hospital.fresh[s] / scale
            room = max(0.0, params.skill_ceiling - hospital.skill[s])
            gain = room * (1.0 - math.exp(-params.learning_per_case * cases))
            improve(hospital, s, gain, params, month)
            hospital.confirmed += hospital.fresh[s]
            hospital.fresh[s] = 0


@rule
def improve(
    hospital: HospitalRow, specialty: int, gain: float, params: Parameters, month: int
) -> None:
    """Raise a skill; when enough has been gained in all, those whom the hospital failed notice.

    `gain` is in logits, in the `specialty` (`agents.codes.Specialty`).
    """
    hospital.skill[specialty] += gain
    hospital.gained += gain
    if hospital.gained > params.noticeable_skill_gain:
        hospital.gained = 0.0
        hospital.renewed = month
