"""Treatment: a diagnosed patient begins it, goes on with it, or goes without.

Two phases, so that no one is served by the order of rows: first every bill of the month is quoted
as if all funds could pay, which tells each fund what is claimed of it and each foundation who asks;
then, in an order that belongs to the model, the bills are settled with the money there is.
"""

from agents.ahead import zone_ahead_with
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
from agents.codes import Access, Event, Flow, Reply, Review, Stage
from agents.core.jit import rule, rule_noinline
from agents.core.parameters import Parameters
from agents.core.record import NEVER
from agents.disease import benefit_of_treatment
from agents.events import note, tally
from agents.household import means, pay
from agents.insurer import refuse_a_month
from agents.manufacturer import is_eligible, launch_month, on_market
from agents.patient import is_child_now, move, travel_to
from agents.prescribing import (
    may_use_zone,
    nearest_stock,
    not_taken_up,
    prescribed_from,
    reach,
    taken_up_this_month,
)
from agents.records.bill import BillRow
from agents.records.disease import DiseaseRow
from agents.records.drug import DrugRow
from agents.records.insurance import YEAR, AccountRow
from agents.records.patient import PatientRow
from agents.refunds import advance, can_advance, defer
from agents.state import State
from agents.supervision import hear_patient, is_refused, review_response, waits_for_review
from agents.supply import end_of_spell, is_short


@rule
def wants_to_go_on(state: State, patient: PatientRow, month: int, seed: int) -> bool:
    """Return whether the next bill of somebody on treatment is due; else say when to look again.

    Nobody goes on with a drug that no hospital may give any more.
    """
    d = patient.drug + 0
    levers = state.levers[state.cities[patient.city].zone]
    sold = on_market(state.drugs[d], month, levers)
    if not sold and reach(state, patient, d, month) == Access.NOWHERE:
        interrupt(state, patient, month)
        note(state, patient, month, Event.OUT_OF_REACH, -1, 0.0)
        patient.due = prescribed_from(state, patient, d, month, seed)
        return False
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
    if patient.stage == Stage.TREATED and not runs_out(state, patient, month, seed):
        return wants_to_go_on(state, patient, month, seed)
    soonest = NEVER
    out_of_reach = -1
    d = disease.first_drug + 0
    while d >= 0:
        begins = prescribed_from(state, patient, d, month, seed)
        if begins > month:
            soonest = min(soonest, begins)
        elif reach(state, patient, d, month) != Access.NOWHERE:
            patient.drug = d
            return not waits_for_review(state, patient, disease, month, state.params[0])
        elif out_of_reach < 0:
            out_of_reach = d
        d = state.drugs[d].next_drug + 0
    patient.due = soonest
    if out_of_reach >= 0:
        patient.drug = out_of_reach
        note(state, patient, month, Event.OUT_OF_REACH, -1, 0.0)
        patient.forgone = 0
        patient.due = min(soonest, stocked_again(state, patient, out_of_reach, month, seed))
    return False


@rule
def find_drug(state: State, bill: BillRow, patient: PatientRow, month: int) -> None:
    """Say on a bill where the patient has its drug: near home, or where it is used ahead."""
    bill.access = nearest_stock(state, patient, bill.drug)
    bill.hospital = patient.hospital
    levers = state.levers[state.cities[patient.city].zone]
    if not on_market(state.drugs[bill.drug], month, levers):
        bill.access = Access.FAR
        bill.hospital = zone_ahead_with(state, patient, bill.drug, month)


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
def quote_drug(
    state: State,
    bill: BillRow,
    patient: PatientRow,
    account: AccountRow,
    d: int,
    month: int,
    params: Parameters,
) -> None:
    """Work out what the household would have to pay for a drug if all funds could pay.

    An outsider to whom the zone is open is treated there if that leaves the household less to pay.

    Args:
        state: The world.
        bill: The bill, with the patient.
        patient: The patient.
        account: The patient's account with the payers.
        d: Row of the drug.
        month: This month.
        params: The world's parameters.
    """
    bill.drug = d
    draw_up(state, bill, month, params)
    find_drug(state, bill, patient, month)
    bill.gap = shortfall(state, bill, patient, account, month)
    if bill.gap > 0.0 and may_use_zone(state, patient, d):
        at_home, gap_at_home = bill.access, bill.gap
        bill.access = Access.FAR
        bill.gap = shortfall(state, bill, patient, account, month)
        if bill.gap >= gap_at_home:
            bill.access = at_home
            bill.gap = shortfall(state, bill, patient, account, month)


@rule
def rank(bill: BillRow, drug: DrugRow) -> tuple[float, float, float]:
    """Return how a drug that has been quoted compares with others; the highest is chosen.

    What is within the household's means comes first, of that the most effective, of those alike
    what costs the household least a month. Where none is, the one that lacks least.
    """
    share = bill.household_share / bill.period
    if bill.gap > 0.0:
        return 0.0, -bill.gap / bill.period, -share
    return 1.0, drug.effect, -share


@rule
def choose_drug(
    state: State,
    bill: BillRow,
    patient: PatientRow,
    account: AccountRow,
    month: int,
    params: Parameters,
    seed: int,
) -> None:
    """Quote the drugs that are prescribed and within reach; the bill is that of the one chosen.

    Args:
        state: The world.
        bill: The bill, with the patient.
        patient: The patient, to whom the most effective of them is proposed.
        account: The patient's account with the payers.
        month: This month.
        params: The world's parameters.
        seed: The key of all draws.
    """
    chosen = patient.drug + 0
    quote_drug(state, bill, patient, account, chosen, month, params)
    highest = rank(bill, state.drugs[chosen])
    d = state.drugs[chosen].next_drug + 0
    while d >= 0:
        prescribed = prescribed_from(state, patient, d, month, seed) <= month
        if prescribed and reach(state, patient, d, month) != Access.NOWHERE:
            quote_drug(state, bill, patient, account, d, month, params)
            ranked = rank(bill, state.drugs[d])
            if ranked > highest:
                chosen, highest = d, ranked
        d = state.drugs[d].next_drug + 0
    if bill.drug != chosen:
        quote_drug(state, bill, patient, account, chosen, month, params)
    patient.drug = chosen


@rule
def quote(state: State, bill: BillRow, month: int, params: Parameters, seed: int) -> None:
    """Say for which drug the bill is, what the household would have to pay, and whether it can."""
    patient = state.patients[bill.patient]
    account = account_of(state, patient, bill.patient, month // 12)
    if patient.stage == Stage.TREATED:
        quote_drug(state, bill, patient, account, patient.drug, month, params)
    else:
        choose_drug(state, bill, patient, account, month, params, seed)
    bill.key = -bill.household_share / max(1, patient.income)
    bill.reply = Reply.AFFORDABLE if bill.gap <= 0.0 else Reply.NEEDS_GRANT
    if not can_advance(state, bill, patient):  # foundations give, and do not lend
        bill.reply = Reply.REFUSED


@rule
def quote_year(
    state: State, bill: BillRow, d: int, month: int, params: Parameters, seed: int
) -> bool:
    """Work out what each layer would owe on a year of a drug under today's list and prices.

    Args:
        state: The world.
        bill: Work space, with the patient.
        d: Row of the drug.
        month: The month in which the year begins.
        params: The world's parameters.
        seed: The key of all draws.

    Returns:
        Whether the patient will claim it: is on it, or has doctors who prescribe it within the
        year, at the rate of today, and could begin with that help.
    """
    patient = state.patients[bill.patient]
    city = state.cities[patient.city]
    drug = state.drugs[d]
    if not on_market(drug, month, state.levers[city.zone]):
        return False
    if patient.treated == NEVER or patient.drug != d:
        rate = taken_up_this_month(state, city, drug, month, params)
        later = not_taken_up(state, patient, d, patient.city, seed) - YEAR * rate
        if later > 0.0 or not is_eligible(drug, patient.identity, seed):
            return False
    bill.drug = d
    find_drug(state, bill, patient, month)
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
    if patient.stage == Stage.TREATED:
        return True
    return bill.household_share <= affordable and can_advance(state, bill, patient)


@rule
def will_claim(state: State, bill: BillRow, month: int, params: Parameters, seed: int) -> bool:
    """Return whether a patient will claim something in the coming year, with the year's bill.

    For the drug of now, or the most effective that can be had. The arguments are those of
    `quote_year`.
    """
    patient = state.patients[bill.patient]
    if patient.stage == Stage.TREATED:
        return quote_year(state, bill, patient.drug, month, params, seed)
    d = state.diseases[patient.disease].first_drug + 0
    while d >= 0:
        if quote_year(state, bill, d, month, params, seed):
            return True
        d = state.drugs[d].next_drug + 0
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
    """Treatment begins, or goes on until the next bill; `paid` is the household's part, yuan."""
    patient.forgone = 0
    patient.drug = bill.drug
    if patient.stage != Stage.TREATED:
        patient.benefit = benefit_of_treatment(
            patient, disease, state.drugs[patient.drug], state.params[0], seed
        )
        move(state, patient, Stage.TREATED)
        if patient.treated == NEVER:
            patient.treated = month
            tally(state, patient, Flow.TREATMENTS_STARTED, 1)
        note(state, patient, month, Event.TREATED, -1, paid)
    else:
        note(state, patient, month, Event.BILL, -1, paid)
    patient.due = month + bill.period


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
    patient.forgone = 0 if is_refused(state, patient) else 1
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
def settle_bill(state: State, bill: BillRow, month: int, params: Parameters, seed: int) -> None:
    """Pay a bill with the money there is, or go without."""
    patient = state.patients[bill.patient]
    if bill.reply == Reply.REFUSED:
        to_pay = bill.household_share + advance(state, bill, patient)
        go_without(state, patient, month, to_pay)
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
    ahead = advance(state, bill, patient)
    pay(patient, city, to_pay + ahead, bill.period)
    book(state, bill, patient, account, to_pay, month)
    carry(state, bill, patient, account, month)
    if ahead > 0.0:
        defer(state, bill, patient, account, month)
    begin_or_go_on(state, patient, disease, bill, to_pay + ahead, month, seed)
