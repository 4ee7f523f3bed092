"""Refunds: where the order of payers is unclear they wait for each other, and the household pays.

It pays the whole bill first, and each payer refunds its part months later. So whoever cannot
advance the money goes without, whatever the payers owe. What each of them owes is settled with the
bill and the money that it has then; a fund keeps that back until it pays.
"""

from agents.billing import pay_lines
from agents.codes import FLOW_OF, Event, Flow, Payer, Settlement, Stage
from agents.core.jit import rule
from agents.events import note, tally
from agents.household import disposable
from agents.insurer import pay_out
from agents.records.bill import BillRow
from agents.records.insurance import AccountRow, RefundRow
from agents.records.patient import PatientRow
from agents.state import State
from agents.supervision import levers_of_payers


@rule
def is_unclear(state: State, patient: PatientRow) -> bool:
    """Return whether the order in which payers settle is unclear where a patient is insured."""
    return levers_of_payers(state, patient).settlement == Settlement.UNCLEAR


@rule
def advance(state: State, bill: BillRow, patient: PatientRow) -> float:
    """Return what a household pays of a bill in its payers' place, to be refunded later, yuan.

    All that they owe, where there are several and their order is unclear: one alone has nobody to
    wait for.
    """
    if not is_unclear(state, patient):
        return 0.0
    total = 0.0
    first = -1
    several = False
    for n in range(bill.lines):
        if bill.owed[n] > 0.0:
            several = several or (first >= 0 and bill.payer[n] != first)
            first = bill.payer[n]
            total += bill.owed[n]
    return total if several else 0.0


@rule
def bills_before_refund(period: int, months: int) -> int:
    """Return how many bills fall due before the first of them is refunded.

    Each is for `period` months of treatment; a refund takes so many `months`.
    """
    return max(1, (months + period - 1) // period)


@rule
def can_advance(state: State, bill: BillRow, patient: PatientRow) -> bool:
    """Return whether a household has in hand what it must pay before its payers refund it.

    Income above subsistence of the months billed, and savings. Who begins must be able to go on
    until the first refund comes.
    """
    ahead = advance(state, bill, patient)
    if ahead <= 0.0:
        return True
    bills = 1
    if patient.stage != Stage.TREATED:
        bills = bills_before_refund(bill.period, state.params[0].refund_months)
    months = bills * bill.period
    in_hand = disposable(patient, state.cities[patient.city]) * months / 12.0 + patient.savings
    return bills * (bill.household_share + ahead) <= in_hand


@rule
def book_as_paid_first(
    state: State, patient: PatientRow, account: AccountRow, payer: int, amount: float
) -> None:
    """Book an `amount` of a `payer` as paid by the household so far; below 0 as refunded, yuan."""
    account.paid[payer] -= amount
    account.paid[Payer.HOUSEHOLD] += amount
    tally(state, patient, FLOW_OF[payer], -amount)
    tally(state, patient, Flow.PAID_HOUSEHOLD, amount)


@rule
def defer(
    state: State, bill: BillRow, patient: PatientRow, account: AccountRow, month: int
) -> None:
    """Let the payers of a settled bill of a month keep their parts until they refund them."""
    pay_lines(state, bill, -1.0)
    row = state.refunds[state.counters[0].refunds]
    state.counters[0].refunds += 1
    row.account = patient.account
    row.month = month + state.params[0].refund_months
    for n in range(len(row.owed)):
        row.owed[n] = 0.0
    for n in range(bill.lines):
        row.owed[n] = bill.owed[n]
        row.payer[n] = bill.payer[n]
        row.kind[n] = state.funds[bill.fund[n]].kind
        row.city[n] = patient.insured
        if state.cities[patient.insured].fund[row.kind[n]] != bill.fund[n]:
            row.city[n] = state.hospitals[bill.hospital].city  # the zone's, of a traveller
        state.funds[bill.fund[n]].promised += bill.owed[n]
        book_as_paid_first(state, patient, account, bill.payer[n], bill.owed[n])


@rule
def fund_of(state: State, row: RefundRow, n: int) -> int:
    """Return the fund that owes the n-th part of a refund, wherever its pool is now."""
    return state.cities[row.city[n]].fund[row.kind[n]]


@rule
def promise(state: State, row: RefundRow) -> None:
    """Keep back what funds owe of a refund that is not due yet."""
    for n in range(len(row.owed)):
        if row.owed[n] > 0.0:
            state.funds[fund_of(state, row, n)].promised += row.owed[n]


@rule
def refund(state: State, row: RefundRow, month: int) -> None:
    """Each fund pays its part, to the household or, after the patient's death, what is left of it.

    What it has not got it owes, as it owes small bills.
    """
    account = state.accounts[row.account]
    total = 0.0
    for n in range(len(row.owed)):
        if row.owed[n] > 0.0:
            pay_out(state.funds[fund_of(state, row, n)], row.owed[n])
            total += row.owed[n]
            if account.patient >= 0:
                patient = state.patients[account.patient]
                book_as_paid_first(state, patient, account, row.payer[n], -row.owed[n])
    if account.patient >= 0:  # else died before the scenario
        patient = state.patients[account.patient]
        patient.savings += int(total)
        patient.refunded += int(total)
        note(state, patient, month, Event.REFUNDED, -1, total)
