"""Treatment: a diagnosed patient begins it, goes on with it, or goes without.

Two phases, so that no one is served by the order of rows: first every bill of the month is quoted
as if all funds could pay, which tells each fund what is claimed of it and each foundation who asks;
then, in an order that belongs to the model, the bills are settled with the money there is.
"""

from agents.billing import (
    book,
    carry,
    disburse,
    is_between_bills,
    is_change,
    months_paid,
    pay_lines,
    put_back,
)
from agents.charity import grant, is_for, may_grant, take_back
from agents.codes import Access, Event, Flow, Reply, Review, Stage
from agents.core.jit import rule
from agents.core.parameters import Parameters
from agents.core.record import NEVER
from agents.disease import benefit_of_treatment
from agents.events import note, tally
from agents.household import means, pay
from agents.insurer import refuse_a_month
from agents.manufacturer import launch_month, on_market
from agents.patient import is_child_now, move, travel_to
from agents.prescribing import (
    better_drug_from,
    has_choice,
    is_at_hand,
    nearest_stock,
    prescribed_from,
    reach,
)
from agents.quoting import is_willing, quote_drug
from agents.records.bill import BillRow
from agents.records.disease import DiseaseRow
from agents.records.insurance import YEAR, AccountRow
from agents.records.patient import PatientRow
from agents.refunds import advance, defer
from agents.state import State
from agents.supervision import (
    hear_patient,
    is_refused,
    review_response,
    waits_for_review,
)
from agents.supply import end_of_spell, is_short


@rule
def wants_better(
    state: State, patient: PatientRow, disease: DiseaseRow, month: int, seed: int
) -> bool:
    """Return whether somebody between two bills asks for a better drug; else say when to look.

    The visit is that at which the doctors begin to prescribe it or new terms are heard of. Who is
    not willing to change looks again with the next bill.
    """
    params = state.params[0]
    until = state.accounts[patient.account].paid_until
    patient.due = min(until, better_drug_from(state, patient, disease, month, seed))
    if not is_willing(patient, YEAR, month, params, seed):
        return False
    due, now = patient.due, state.drugs[patient.drug].effect
    d = disease.first_drug
    while d >= 0 and state.drugs[d].effect > now:
        drug = state.drugs[d]
        if is_at_hand(state, patient, d, month, seed):
            waits = waits_for_review(state, patient, disease, drug, month, params)
            patient.due = min(due, patient.due)
            return not waits
        d = drug.next_drug
    return False


@rule
def wants_to_go_on(
    state: State, patient: PatientRow, disease: DiseaseRow, month: int, seed: int
) -> bool:
    """Return whether the next bill of somebody on treatment is due; else say when to look again.

    Nobody goes on with a drug that no hospital may give any more.
    """
    d = patient.drug
    levers = state.levers[state.cities[patient.city].zone]
    sold = on_market(state.drugs[d], month, levers)
    if not sold and reach(state, patient, d, month) == Access.NOWHERE:
        interrupt(state, patient, month)
        note(state, patient, month, Event.OUT_OF_REACH, -1, 0.0)
        patient.due = prescribed_from(state, patient, d, month, seed)
        return False
    if has_choice(state, disease) and is_between_bills(state, patient, month):
        return wants_better(state, patient, disease, month, seed)
    review_response(state, patient, month, state.params[0])
    return True


@rule
def is_undelivered(state: State, patient: PatientRow, d: int, month: int, seed: int) -> bool:
    """Return whether a drug is not delivered where a patient lives; `d` is its row."""
    city = state.cities[patient.city]
    levers = state.levers[city.zone]
    return is_short(city.province, d, state.params[0], levers, month, seed)


@rule
def runs_out(state: State, patient: PatientRow, month: int, seed: int) -> bool:
    """Interrupt a treatment whose drug is not delivered and nowhere in reach; true if it is so."""
    if not is_undelivered(state, patient, patient.drug, month, seed):
        return False
    if nearest_stock(state, patient, patient.drug) != Access.NOWHERE:
        return False
    interrupt(state, patient, month)
    return True


@rule
def stocked_again(state: State, patient: PatientRow, d: int, month: int, seed: int) -> int:
    """Return when to ask again for a drug that nobody in reach stocks, or when a shortage may end.

    `d` is the row of the drug.
    """
    params = state.params[0]
    if is_undelivered(state, patient, d, month, seed):
        return end_of_spell(params, month)
    return month + params.unstocked_look_again


@rule
def wants_treatment(
    state: State, patient: PatientRow, disease: DiseaseRow, month: int, seed: int
) -> bool:
    """Return whether a bill is due; else say when to look again.

    Of a disease's drugs the most effective is proposed that the patient's doctors prescribe and
    somebody within reach stocks.
    """
    hear_patient(state, patient, month, state.params[0], seed)
    if patient.stage == Stage.TREATED:
        between = has_choice(state, disease) and is_between_bills(state, patient, month)
        if between or not runs_out(state, patient, month, seed):
            return wants_to_go_on(state, patient, disease, month, seed)
    soonest = NEVER
    out_of_reach = -1
    d = disease.first_drug
    while d >= 0:
        begins = prescribed_from(state, patient, d, month, seed)
        if begins > month:
            soonest = min(soonest, begins)
        elif reach(state, patient, d, month) != Access.NOWHERE:
            patient.drug = d
            drug, params = state.drugs[d], state.params[0]
            return not waits_for_review(state, patient, disease, drug, month, params)
        elif out_of_reach < 0:
            out_of_reach = d
        d = state.drugs[d].next_drug
    patient.due = soonest
    if out_of_reach >= 0:
        patient.drug = out_of_reach
        note(state, patient, month, Event.OUT_OF_REACH, -1, 0.0)
        patient.forgone = 0
        patient.due = min(soonest, stocked_again(state, patient, out_of_reach, month, seed))
    return False


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
    """Treatment begins, changes, or goes on until the next bill.

    `paid` is the household's part, yuan.
    """
    patient.forgone = 0
    drug = state.drugs[bill.drug]
    if patient.stage != Stage.TREATED or is_change(bill, patient):
        patient.drug = bill.drug
        patient.benefit = benefit_of_treatment(patient, disease, drug, state.params[0], seed)
        move(state, patient, Stage.TREATED)
        if patient.treated == NEVER:
            patient.treated = month
            tally(state, patient, Flow.TREATMENTS_STARTED, 1)
        note(state, patient, month, Event.TREATED, -1, paid)
    else:
        note(state, patient, month, Event.BILL, -1, paid)
    patient.due = month + months_paid(bill, drug)
    if has_choice(state, disease):
        patient.due = min(patient.due, better_drug_from(state, patient, disease, month, seed))


@rule
def interrupt(state: State, patient: PatientRow, month: int) -> None:
    """Treatment stops, for now."""
    move(state, patient, Stage.INTERRUPTED)
    patient.interrupted = month
    tally(state, patient, Flow.INTERRUPTIONS, 1)


@rule
def go_without(state: State, patient: PatientRow, month: int, household_share: float) -> None:
    """The bill is beyond the household: untreated, or interrupted; it looks again later.

    A drug that only the zone has is not at hand: once it is sold at home the household looks again.

    `household_share` is the household's part of the bill, yuan.
    """
    if patient.stage == Stage.TREATED:
        interrupt(state, patient, month)
        note(state, patient, month, Event.INTERRUPTED, -1, household_share)
    else:
        note(state, patient, month, Event.UNAFFORDABLE, -1, household_share)
    patient.forgone = 0 if is_refused(state, patient, state.drugs[patient.drug]) else 1
    patient.due = month + state.params[0].unaffordable_look_again
    if patient.review == Review.APPEALED:
        patient.due = min(patient.due, patient.reviewed)
    if patient.moved > month:  # the zone's benefits may begin before
        patient.due = min(patient.due, patient.moved)
    levers = state.levers[state.cities[patient.city].zone]
    at_home = launch_month(state.drugs[patient.drug], levers)
    if month < at_home:
        patient.forgone = 0
        patient.due = min(patient.due, at_home)


@rule
def fetch(state: State, patient: PatientRow, bill: BillRow, params: Parameters) -> None:
    """Travel for the drug where the city's hospitals do not stock it.

    The hospital far away follows the patient from then on.
    """
    if bill.access == Access.FAR:
        patient.hospital = bill.hospital
        travel_to(state, patient, bill.hospital, params)
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
def left_to_pay(state: State, bill: BillRow, patient: PatientRow, account: AccountRow) -> float:
    """Let the funds pay their parts of a bill, and return what is left to the household, yuan."""
    disburse(state, bill, patient, account)
    return max(0.0, bill.household_share - bill.granted)


@rule
def is_beyond_means(
    state: State, bill: BillRow, patient: PatientRow, to_pay: float, month: int, params: Parameters
) -> bool:
    """Return whether a household cannot pay what is left of a bill: `to_pay`, yuan."""
    child = is_child_now(patient, month, params)
    city = state.cities[patient.city]
    return to_pay > 1e-6 + means(patient, city, bill.period, params, child)


@rule
def settle_bill(state: State, bill: BillRow, month: int, params: Parameters, seed: int) -> None:
    """Pay a bill with the money there is, or go without.

    Who would change the drug and cannot, as a fund is short, goes on with that of now.
    """
    if bill.reply == Reply.STAYS:
        return
    patient = state.patients[bill.patient]
    if bill.reply == Reply.REFUSED:
        to_pay = bill.household_share + advance(state, bill, patient)
        go_without(state, patient, month, to_pay)
        return
    disease = state.diseases[patient.disease]
    account = state.accounts[patient.account]
    to_pay = left_to_pay(state, bill, patient, account)
    beyond = is_beyond_means(state, bill, patient, to_pay, month, params)
    if beyond and is_change(bill, patient):
        take_money_back(state, bill, patient, account)
        if is_between_bills(state, patient, month):
            return
        bill.granted = 0.0
        quote_drug(state, bill, patient, account, patient.drug, month, params)
        to_pay = left_to_pay(state, bill, patient, account)
        beyond = is_beyond_means(state, bill, patient, to_pay, month, params)
    if beyond:
        take_money_back(state, bill, patient, account)
        note(state, patient, month, Event.RATIONED, -1, to_pay)
        bill.reply = Reply.UNFUNDED
        refuse_a_month(state.funds[account.refused_by], account)
        go_without(state, patient, month, to_pay)
        return
    fetch(state, patient, bill, params)
    ahead = advance(state, bill, patient)
    pay(patient, state.cities[patient.city], to_pay + ahead, bill.period)
    book(state, bill, patient, account, to_pay, month)
    carry(state, bill, patient, account, month)
    if ahead > 0.0:
        defer(state, bill, patient, account, month)
    begin_or_go_on(state, patient, disease, bill, to_pay + ahead, month, seed)
