"""Quoting: what a drug would cost a household if all funds could pay, and for which drug it is.

First phase of treatment, before the bills of a month are settled (`agents.treatment`).
"""

from agents.ahead import zone_ahead_with
from agents.billing import (
    account_of,
    adjudicate,
    adjudicate_months,
    draw_up,
    is_between_bills,
    is_change,
    months_paid,
)
from agents.codes import Access, Reply, Stage
from agents.core.jit import rule, rule_noinline
from agents.core.parameters import Parameters
from agents.core.random_numbers import Decision, uniform
from agents.core.record import NEVER
from agents.household import means
from agents.manufacturer import is_eligible, on_market
from agents.patient import is_child_now
from agents.prescribing import (
    has_choice,
    is_at_hand,
    may_use_zone,
    nearest_stock,
    not_taken_up,
    taken_up_this_month,
)
from agents.records.bill import BillRow
from agents.records.drug import DrugRow
from agents.records.insurance import YEAR, AccountRow
from agents.records.patient import PatientRow
from agents.refunds import can_advance
from agents.state import State
from agents.supervision import (
    awaits_decision,
)


@rule
def is_willing(patient: PatientRow, months: int, month: int, params: Parameters, seed: int) -> bool:
    """Return whether somebody on a drug would change it: each year a share would.

    `months` is the time since the last look, at most a year.
    """
    draw = uniform(seed, patient.identity, Decision.SWITCH, month)
    return draw < params.switch_share * min(1.0, months / 12.0)


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
    begins = patient.stage != Stage.TREATED or is_change(bill, patient)
    once = state.drugs[bill.drug].paid_once
    if begins and not once and bill.period < params.months_foreseen:
        adjudicate_months(state, bill, patient, account, params.months_foreseen)
        beyond = bill.household_share - means(patient, city, params.months_foreseen, params, child)
        beyond *= bill.period / params.months_foreseen
    adjudicate(state, bill, patient, account)
    now = bill.household_share - means(patient, city, bill.period, params, child)
    return max(beyond, now)


@rule_noinline
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
def rank(
    state: State, bill: BillRow, patient: PatientRow, drug: DrugRow
) -> tuple[float, float, float]:
    """Return how a drug that has been quoted compares with others; the highest is chosen.

    What is within the household's means comes first, of that the most effective, of those alike
    what costs the household least for a month of treatment. Where none is, the one that lacks
    least.
    """
    share = bill.household_share / months_paid(bill, drug)
    if bill.gap > 0.0 or not can_advance(state, bill, patient):
        return 0.0, -bill.gap / bill.period, -share
    return 1.0, drug.effect, -share


@rule
def may_have(state: State, patient: PatientRow, d: int, month: int, seed: int) -> bool:
    """Return whether a drug is prescribed and within reach, and no review has to be waited for.

    `d` is the drug's row.
    """
    if awaits_decision(state, patient, state.drugs[d], month):
        return False
    return is_at_hand(state, patient, d, month, seed)


@rule_noinline
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

    The drug of now is kept unless another is better for the household.

    Args:
        state: The world.
        bill: The bill, with the patient.
        patient: The patient, with the drug of now, or the most effective of them as proposed.
        account: The patient's account with the payers.
        month: This month.
        params: The world's parameters.
        seed: The key of all draws.
    """
    chosen = patient.drug
    quote_drug(state, bill, patient, account, chosen, month, params)
    highest = rank(state, bill, patient, state.drugs[chosen])
    d = state.diseases[patient.disease].first_drug
    while d >= 0:
        drug = state.drugs[d]
        if d != patient.drug and may_have(state, patient, d, month, seed):
            quote_drug(state, bill, patient, account, d, month, params)
            ranked = rank(state, bill, patient, drug)
            if ranked > highest:
                chosen, highest = d, ranked
        d = drug.next_drug
    if bill.drug != chosen:
        quote_drug(state, bill, patient, account, chosen, month, params)


@rule
def quote_next(
    state: State,
    bill: BillRow,
    patient: PatientRow,
    account: AccountRow,
    month: int,
    params: Parameters,
    seed: int,
) -> None:
    """Quote the next bill of somebody on treatment, who may change the drug.

    The others are looked at by who cannot pay for the drug of now, and in a year by the share that
    is willing to change.

    Args:
        state: The world.
        bill: The bill, with the patient.
        patient: The patient.
        account: The patient's account with the payers.
        month: This month.
        params: The world's parameters.
        seed: The key of all draws.
    """
    quote_drug(state, bill, patient, account, patient.drug, month, params)
    if not has_choice(state, state.diseases[patient.disease]):
        return
    since = month - patient.treated if account.last_period == 0 else account.last_period
    if bill.gap > 0.0 or is_willing(patient, since, month, params, seed):
        choose_drug(state, bill, patient, account, month, params, seed)


@rule
def quote_better(
    state: State,
    bill: BillRow,
    patient: PatientRow,
    account: AccountRow,
    month: int,
    params: Parameters,
    seed: int,
) -> None:
    """Quote the most effective drug that is better than that of now and that is affordable.

    If there is none the patient stays with what has been paid for. The arguments are those of
    `quote_next`: the `bill`, the `account`.
    """
    now = state.drugs[patient.drug].effect
    d = state.diseases[patient.disease].first_drug
    while d >= 0 and state.drugs[d].effect > now:
        if may_have(state, patient, d, month, seed):
            quote_drug(state, bill, patient, account, d, month, params)
            if bill.gap <= 0.0 and can_advance(state, bill, patient):
                return
        d = state.drugs[d].next_drug
    bill.lines = 0
    bill.reply = Reply.STAYS


@rule_noinline
def quote(state: State, bill: BillRow, month: int, params: Parameters, seed: int) -> None:
    """Say for which drug the bill is, what the household would have to pay, and whether it can."""
    patient = state.patients[bill.patient]
    account = account_of(state, patient, bill.patient, month // 12)
    disease = state.diseases[patient.disease]
    if patient.stage != Stage.TREATED:
        choose_drug(state, bill, patient, account, month, params, seed)
        patient.drug = bill.drug
    elif has_choice(state, disease) and is_between_bills(state, patient, month):
        quote_better(state, bill, patient, account, month, params, seed)
        if bill.reply == Reply.STAYS:
            return
    else:
        quote_next(state, bill, patient, account, month, params, seed)
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
    if drug.paid_once and is_between_bills(state, patient, month + YEAR):
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
    d = state.diseases[patient.disease].first_drug
    while d >= 0:
        if quote_year(state, bill, d, month, params, seed):
            return True
        d = state.drugs[d].next_drug
    return False
