"""Treatment: a diagnosed patient begins it, goes on with it, or goes without.

Two phases, so that no one is served by the order of rows: first every bill of the month is quoted
as if all funds could pay, which tells each fund what is claimed of it and each foundation who asks;
then, in an order that belongs to the model, the bills are settled with the money there is.
"""

import math

from agents.billing import (
    account_of,
    adjudicate,
    book,
    carry,
    disburse,
    draw_up,
    pay_lines,
    put_back,
)
from agents.charity import grant, is_for, may_grant, take_back
from agents.codes import Access, Event, Flow, Outsiders, Reply, Stage
from agents.core.bitset import has
from agents.core.jit import rule, rule_noinline
from agents.core.parameters import Parameters
from agents.core.record import NEVER
from agents.disease import benefit_of_treatment
from agents.events import note, tally
from agents.household import means, pay
from agents.insurer import covers_all, refuse_a_month
from agents.manufacturer import is_eligible, launch_month, on_market, reluctance
from agents.patient import is_child_now, move, travel_to
from agents.records.bill import BillRow
from agents.records.disease import DiseaseRow
from agents.records.drug import DrugRow
from agents.records.insurance import YEAR, AccountRow
from agents.records.patient import PatientRow
from agents.records.places import CityRow
from agents.state import State
from agents.supervision import is_refused, review_response, waits_for_review


@rule
def nearest_stock(state: State, patient: PatientRow, disease: DiseaseRow) -> int:
    """Return where the patient would get the drug: city, province, the hospital of follow-up."""
    city = state.cities[patient.city]
    if has(city.stocked, disease.drug):
        return Access.CITY
    if has(state.provinces[city.province].stocked, disease.drug):
        return Access.PROVINCE
    if patient.hospital >= 0 and has(state.hospitals[patient.hospital].stocked, disease.drug):
        return Access.FAR
    return Access.NOWHERE


@rule
def is_paid_for(state: State, city: CityRow, drug: DrugRow) -> bool:
    """Return whether insurance pays for a drug in a city: it is listed, or a layer covers it."""
    if drug.listed:
        return True
    for k in range(len(state.layers)):
        if has(city.layers, k) and covers_all(state.layers[k], state.diseases[drug.disease], drug):
            return True
    return False


@rule
def taken_up_this_month(
    state: State, city: CityRow, drug: DrugRow, month: int, params: Parameters
) -> float:
    """Return by how much a city's doctors take a drug up in a month: the rate of uptake.

    Of the eligible patients whose doctors do not prescribe the drug yet, this share has doctors who
    begin to: slowly once it is on the market, faster where insurance pays for it.
    """
    if not on_market(drug, month, state.levers[city.zone]):
        return 0.0
    return params.uptake_covered if is_paid_for(state, city, drug) else params.uptake_uncovered


@rule
def not_taken_up(
    state: State, patient: PatientRow, disease: DiseaseRow, at: int, seed: int
) -> float:
    """Return how much further a drug must be taken up until a patient's doctors prescribe it.

    `at` is the row of the doctors' city; at most 0 where they do.
    """
    return reluctance(patient.identity, seed) - state.taken_up[at, disease.drug]


@rule
def is_prescribed(
    state: State, patient: PatientRow, disease: DiseaseRow, month: int, seed: int
) -> bool:
    """Return whether the patient's doctors prescribe the drug; else say when they will.

    Never to those for whom another treatment is chosen. Where the zone is open to outsiders, the
    doctors may be those who made the diagnosis there.
    """
    drug = state.drugs[disease.drug]
    if not is_eligible(drug, patient.identity, seed):
        patient.due = NEVER
        return False
    at = patient.city
    if may_use_zone(state, patient, disease):
        there = state.hospitals[patient.hospital].city
        if state.taken_up[there, disease.drug] > state.taken_up[at, disease.drug]:
            at = there
    missing = not_taken_up(state, patient, disease, at, seed)
    if missing <= 0.0:
        return True
    rate = taken_up_this_month(state, state.cities[at], drug, month, state.params[0])
    patient.due = NEVER
    if missing < rate * (NEVER - month - 1):
        patient.due = month + math.ceil(missing / rate)
    return False


@rule
def wants_treatment(
    state: State, patient: PatientRow, disease: DiseaseRow, month: int, seed: int
) -> bool:
    """Return whether a bill is due; else say when to look again."""
    if disease.drug < 0:
        patient.due = NEVER
        return False
    drug = state.drugs[disease.drug]
    levers = state.levers[state.cities[patient.city].zone]
    if not on_market(drug, month, levers):
        patient.due = launch_month(drug, levers)
        return False
    if patient.treated == NEVER and not is_prescribed(state, patient, disease, month, seed):
        return False
    if patient.stage != Stage.TREATED and nearest_stock(state, patient, disease) == Access.NOWHERE:
        note(state, patient, month, Event.OUT_OF_REACH, -1, 0.0)
        patient.forgone = 0
        patient.due = month + state.params[0].unstocked_look_again
        return False
    if patient.stage == Stage.TREATED:
        review_response(state, patient, disease, month, state.params[0])
        return True
    return not waits_for_review(state, patient, disease, month, state.params[0])


@rule
def may_use_zone(state: State, patient: PatientRow, disease: DiseaseRow) -> bool:
    """Return whether an outsider could be treated, with the zone's benefits, where diagnosed."""
    if state.levers[0].outsiders != Outsiders.TRAVEL or patient.hospital < 0:
        return False
    there = state.hospitals[patient.hospital]
    return state.cities[there.city].zone == 1 and has(there.stocked, disease.drug)


@rule_noinline
def shortfall(
    state: State, bill: BillRow, patient: PatientRow, account: AccountRow, month: int
) -> float:
    """Adjudicate a bill of a month, and return by how much what is left exceeds the means.

    Nobody begins what cannot be gone on with: for somebody not on treatment it is at least this
    bill's part of what the bills of all the months foreseen, taken as one, would exceed them by.
    """
    params = state.params[0]
    city = state.cities[patient.city]
    child = is_child_now(patient, month, params)
    beyond = -1.0
    if patient.stage != Stage.TREATED and bill.period < params.months_foreseen:
        amount = bill.amount
        donated = bill.donated
        bill.amount = amount * params.months_foreseen / bill.period
        bill.donated = donated * params.months_foreseen / bill.period
        adjudicate(state, bill, patient, account)
        beyond = bill.household_share - means(patient, city, params.months_foreseen, params, child)
        beyond *= bill.period / params.months_foreseen
        bill.amount = amount
        bill.donated = donated
    adjudicate(state, bill, patient, account)
    now = bill.household_share - means(patient, city, bill.period, params, child)
    return max(beyond, now)


@rule
def quote(state: State, bill: BillRow, month: int, params: Parameters) -> None:
    """Work out what the household would have to pay if all funds could, and whether it can.

    An outsider to whom the zone is open is treated there if that leaves the household less to pay.
    """
    patient = state.patients[bill.patient]
    disease = state.diseases[patient.disease]
    draw_up(state, bill, month, params)
    bill.access = nearest_stock(state, patient, disease)
    account = account_of(state, patient, bill.patient, month // 12)
    bill.gap = shortfall(state, bill, patient, account, month)
    if bill.gap > 0.0 and may_use_zone(state, patient, disease):
        at_home, gap_at_home = bill.access, bill.gap
        bill.access = Access.FAR
        bill.gap = shortfall(state, bill, patient, account, month)
        if bill.gap >= gap_at_home:
            bill.access = at_home
            bill.gap = shortfall(state, bill, patient, account, month)
    bill.key = -bill.household_share / max(1, patient.income)
    bill.reply = Reply.AFFORDABLE if bill.gap <= 0.0 else Reply.NEEDS_GRANT


@rule
def quote_year(state: State, bill: BillRow, month: int, params: Parameters, seed: int) -> bool:
    """Work out what each layer would owe on a year of treatment under today's list and prices.

    Args:
        state: The world.
        bill: Work space, with the patient.
        month: The month in which the year begins.
        params: The world's parameters.
        seed: The key of all draws.

    Returns:
        Whether the patient will claim it: is on treatment, or has doctors who prescribe the drug
        within the year, at the rate of today, and could begin with that help.
    """
    patient = state.patients[bill.patient]
    disease = state.diseases[patient.disease]
    city = state.cities[patient.city]
    drug = state.drugs[disease.drug]
    if patient.treated == NEVER:
        rate = taken_up_this_month(state, city, drug, month, params)
        later = not_taken_up(state, patient, disease, patient.city, seed) - YEAR * rate
        if later > 0.0 or not is_eligible(drug, patient.identity, seed):
            return False
    bill.access = nearest_stock(state, patient, disease)
    if bill.access == Access.NOWHERE and patient.stage != Stage.TREATED:
        return False
    draw_up(state, bill, month, params)
    bill.amount *= YEAR / bill.period
    bill.donated *= YEAR / bill.period
    bill.period = YEAR
    account = account_of(state, patient, bill.patient, month // 12)
    adjudicate(state, bill, patient, account)
    child = is_child_now(patient, month, params)
    affordable = means(patient, city, bill.period, params, child)
    return patient.stage == Stage.TREATED or bill.household_share <= affordable


@rule
def ask_for_grant(state: State, bill: BillRow, month: int) -> None:
    """Ask the foundations in turn to close the gap."""
    patient = state.patients[bill.patient]
    account = state.accounts[patient.account]
    disease = state.diseases[patient.disease]
    levers = state.levers[state.cities[patient.city].zone]
    province = state.cities[patient.city].province
    share, gap, granted = bill.household_share, bill.gap, account.granted
    bill.reply = Reply.REFUSED
    for c in range(len(state.charities)):
        charity = state.charities[c]
        income = patient.income * bill.period / 12.0
        if not is_for(charity, patient.city, province):
            continue
        if may_grant(charity, disease, share, income, granted, gap, levers):
            gap = min(gap, share)
            grant(charity, gap)
            account.granted += gap
            bill.granted = gap
            bill.foundation = c
            bill.reply = Reply.AFFORDABLE
            note(state, patient, month, Event.GRANT, -1, gap)
            break


@rule
def begin_or_go_on(
    state: State,
    patient: PatientRow,
    disease: DiseaseRow,
    bill: BillRow,
    paid: float,
    month: int,
    seed: int,
) -> None:
    """Treatment begins, or goes on until the next bill; `paid` is the household's part, yuan."""
    patient.forgone = 0
    if patient.stage != Stage.TREATED:
        patient.benefit = benefit_of_treatment(patient, disease, state.params[0], seed)
        move(state, patient, Stage.TREATED)
        if patient.treated == NEVER:
            patient.treated = month
            tally(state, patient, Flow.TREATMENTS_STARTED, 1)
        note(state, patient, month, Event.TREATED, -1, paid)
    else:
        note(state, patient, month, Event.BILL, -1, paid)
    patient.due = month + bill.period


@rule
def go_without(state: State, patient: PatientRow, month: int, household_share: float) -> None:
    """The bill is beyond the household: untreated, or interrupted; it looks again later.

    `household_share` is the household's part of the bill, yuan.
    """
    if patient.stage == Stage.TREATED:
        move(state, patient, Stage.INTERRUPTED)
        patient.interrupted = month
        tally(state, patient, Flow.INTERRUPTIONS, 1)
        note(state, patient, month, Event.INTERRUPTED, -1, household_share)
    else:
        note(state, patient, month, Event.UNAFFORDABLE, -1, household_share)
    patient.forgone = 0 if is_refused(state, patient) else 1
    patient.due = month + state.params[0].unaffordable_look_again


@rule
def fetch(state: State, patient: PatientRow, bill: BillRow, params: Parameters) -> None:
    """Travel for the drug where the city's hospitals do not stock it."""
    if bill.access == Access.FAR:
        travel_to(state, patient, patient.hospital, params)
    elif bill.access == Access.PROVINCE:
        lead = state.provinces[state.cities[patient.city].province].lead
        travel_to(state, patient, lead, params)


@rule
def take_money_back(state: State, bill: BillRow, patient: PatientRow, account: AccountRow) -> None:
    """Undo what was disbursed and granted for a bill that is not paid after all."""
    pay_lines(state, bill, -1.0)
    if bill.line >= 0:
        put_back(state, bill, patient, account)
    if bill.granted > 0.0:
        take_back(state.charities[bill.foundation], bill.granted)
        account.granted -= bill.granted


@rule
def settle_bill(state: State, bill: BillRow, month: int, params: Parameters, seed: int) -> None:
    """Pay a bill with the money there is, or go without."""
    patient = state.patients[bill.patient]
    if bill.reply == Reply.REFUSED:
        go_without(state, patient, month, bill.household_share)
        return
    disease = state.diseases[patient.disease]
    account = state.accounts[patient.account]
    disburse(state, bill, patient, account)
    city = state.cities[patient.city]
    to_pay = max(0.0, bill.household_share - bill.granted)
    child = is_child_now(patient, month, params)
    if to_pay > 1e-6 + means(patient, city, bill.period, params, child):
        take_money_back(state, bill, patient, account)
        note(state, patient, month, Event.RATIONED, -1, to_pay)
        bill.reply = Reply.UNFUNDED
        refuse_a_month(state.funds[account.refused_by], account)
        go_without(state, patient, month, to_pay)
        return
    fetch(state, patient, bill, params)
    pay(patient, city, to_pay, bill.period)
    book(state, bill, patient, account, state.drugs[disease.drug], to_pay, month)
    carry(state, bill, patient, account, month)
    begin_or_go_on(state, patient, disease, bill, to_pay, month, seed)
