"""Billing: a bill is drawn up, adjudicated among the payers, disbursed by their funds, and booked.

To adjudicate is to say what each benefit layer owes; no fund is touched, so a bill can be quoted as
often as one likes. To disburse is to pay it with the money there is.
"""

from agents.codes import (
    ACCOUNT_OF,
    BEARER_OF,
    FLOW_OF,
    Access,
    Base,
    Bearer,
    Beside,
    Flow,
    Outsiders,
    Payer,
    Reply,
    Stage,
)
from agents.core.bitset import has
from agents.core.jit import rule
from agents.core.parameters import Parameters
from agents.core.record import LONG_AGO, NEVER
from agents.events import bear, tally
from agents.insurer import (
    base_of,
    claim,
    count_claim,
    covers,
    expect,
    fund_kind,
    pay_claim,
    pay_out,
    place,
    plans,
    set_aside,
    start_year,
)
from agents.manufacturer import donates, dose_factor
from agents.records.bill import BillRow
from agents.records.drug import DrugRow
from agents.records.insurance import QUARTER, YEAR, AccountRow, LayerRow
from agents.records.patient import PatientRow
from agents.records.places import CityRow
from agents.state import State
from agents.supervision import is_audited, is_refused, part_not_cut


@rule
def draw_up(state: State, bill: BillRow, month: int, params: Parameters) -> None:
    """Draw up the bill of a quarter (costly drugs) or a year of treatment.

    What is paid once is billed in full, and the layers look at it as at a year's bill.
    """
    patient = state.patients[bill.patient]
    drug = state.drugs[bill.drug]
    levers = state.levers[state.cities[patient.city].zone]
    age = (month - patient.birth) / 12.0
    yearly = drug.price * dose_factor(drug, age, params)
    yearly *= part_not_cut(state, patient, drug, params)
    costly = yearly > params.quarterly_bill_above and not drug.paid_once
    bill.period = QUARTER if costly else YEAR
    bill.amount = yearly * bill.period / 12.0
    bill.donated = bill.amount * donates(drug, month, levers)


@rule
def months_paid(bill: BillRow, drug: DrugRow) -> int:
    """Return for how many months of treatment a bill pays."""
    return drug.effect_months if drug.paid_once else bill.period


@rule
def is_between_bills(state: State, patient: PatientRow, month: int) -> bool:
    """Return whether what has been paid for a patient's treatment lasts beyond a month."""
    return patient.account >= 0 and state.accounts[patient.account].paid_until > month


@rule
def account_of(state: State, patient: PatientRow, i: int, year: int) -> AccountRow:
    """Return the patient's account with the payers, opened at the first bill.

    `year` is counted from the scenario's first.
    """
    if patient.account < 0:
        patient.account = state.counters[0].accounts
        state.counters[0].accounts += 1
        account = state.accounts[patient.account]
        account.patient = i
        account.year = LONG_AGO
    account = state.accounts[patient.account]
    start_year(account, year)
    return account


@rule
def is_away(state: State, patient: PatientRow, bill: BillRow) -> bool:
    """Return whether care is given outside the insured place (another province)."""
    if bill.access == Access.FAR:
        here = state.hospitals[bill.hospital].province
    else:
        here = state.cities[patient.city].province
    return here != state.cities[patient.insured].province


@rule
def takes_on(layer: LayerRow, city: CityRow, patient: PatientRow) -> bool:
    """Return whether a city's layer pays for a patient this month.

    A special fund whose annual notice has not come yet pays for nobody but those on treatment.
    """
    if not city.lapsed or layer.payer != Payer.SPECIAL_FUND:
        return True
    return patient.stage == Stage.TREATED


@rule
def holds_here(state: State, k: int, patient: PatientRow, bill: BillRow) -> bool:
    """Return whether a layer holds for the patient's insured place, or for a traveller's zone.

    `k` is the layer's place in the order of payment.
    """
    home = state.cities[patient.insured]
    if has(home.layers, k):
        return takes_on(state.layers[k], home, patient)
    if state.levers[0].outsiders != Outsiders.TRAVEL or bill.access != Access.FAR:
        return False
    there = state.cities[state.hospitals[bill.hospital].city]
    return has(there.zone_layers, k) and takes_on(state.layers[k], there, patient)


@rule
def pays_for(state: State, k: int, patient: PatientRow, bill: BillRow) -> bool:
    """Return whether a layer holds for a patient's bill, covers the drug and has not refused it.

    `k` is the layer's place in the order of payment.
    """
    if not holds_here(state, k, patient, bill):
        return False
    layer = state.layers[k]
    drug = state.drugs[bill.drug]
    if BEARER_OF[layer.payer] == Bearer.SOCIAL and is_refused(state, patient, drug):
        return False
    return covers(layer, patient, drug)


@rule
def fund_for(state: State, k: int, patient: PatientRow, bill: BillRow) -> int:
    """Return the fund that carries a layer for this patient: the insured place's, or the zone's.

    `k` is the layer's place in the order of payment.
    """
    kind = fund_kind(state.layers[k].payer, patient.scheme)
    if has(state.cities[patient.insured].layers, k):
        return state.cities[patient.insured].fund[kind]
    return state.cities[state.hospitals[bill.hospital].city].fund[kind]


@rule
def cut_away(state: State, layer: LayerRow, patient: PatientRow, bill: BillRow) -> float:
    """Return by how much a layer pays less for care away from the insured place.

    Whoever has moved the registration has filed where care is had.
    """
    if not is_away(state, patient, bill):
        return 0.0
    levers = state.levers[0]
    filed = patient.referred > 0 or (patient.moved != NEVER and patient.moving < 0)
    cut = levers.away_referred if filed else levers.away_unreferred
    if BEARER_OF[layer.payer] != Bearer.SOCIAL:
        cut = 0.0
    return 1.0 - (1.0 - cut) * (1.0 - layer.away_cut)


@rule
def owed_already(bill: BillRow, layer: LayerRow) -> float:
    """Return what the layer's payer owes already on this bill."""
    total = 0.0
    for n in range(bill.lines):
        if bill.payer[n] == layer.payer:
            total += bill.owed[n]
    return total


@rule
def has_looked(bill: BillRow, payer: int) -> bool:
    """Return whether an earlier layer of a `payer` holds for this bill."""
    for n in range(bill.lines):
        if bill.payer[n] == payer:
            return True
    return False


@rule
def owed_by(
    state: State, k: int, bill: BillRow, patient: PatientRow, account: AccountRow
) -> tuple[float, float]:
    """Return the part of a bill that a layer looks at, and what it owes of it if its fund can pay.

    Nothing where the layer does not hold for the patient or does not cover the drug, or where it
    pays only in place of an earlier one of its payer that does.

    Args:
        state: The world.
        k: The layer's place in the order of payment.
        bill: The bill, with what is outstanding after the layers before.
        patient: The patient.
        account: The patient's account with the payers.
    """
    layer = state.layers[k]
    if not pays_for(state, k, patient, bill):
        return 0.0, 0.0
    if layer.beside == Beside.OTHERWISE and has_looked(bill, layer.payer):
        return 0.0, 0.0
    base = base_of(layer, bill.in_scope_outstanding, bill.outstanding)
    city = state.cities[patient.insured]
    cut = cut_away(state, layer, patient, bill)
    owed = claim(layer, account, patient, city, base, bill.outstanding, cut)
    room = layer.payer_cap - account.used[ACCOUNT_OF[layer.payer]] - owed_already(bill, layer)
    return base, min(owed, max(0.0, room))


@rule
def open_lines(bill: BillRow, drug: DrugRow) -> None:
    """Begin to pass a bill through the layers: all of it is outstanding, but for donated vials."""
    bill.lines = 0
    bill.outstanding = bill.amount - bill.donated
    bill.in_scope_outstanding = bill.outstanding if drug.listed else 0.0


@rule
def add_line(
    state: State,
    k: int,
    bill: BillRow,
    patient: PatientRow,
    base: float,
    owed: float,
    refused: float,
) -> None:
    """Write down that a layer looks at a part of the bill and owes a part of that, yuan.

    `k` is the layer's place in the order of payment, `base` the part that it looks at, `owed` what
    it owes, `refused` what it would owe if its fund had the money, yuan.
    """
    if base <= 0.0 and owed <= 0.0:
        return
    layer = state.layers[k]
    bill.payer[bill.lines] = layer.payer
    bill.fund[bill.lines] = fund_for(state, k, patient, bill)
    bill.base[bill.lines] = base
    bill.owed[bill.lines] = owed
    bill.refused[bill.lines] = refused
    bill.lines += 1
    bill.outstanding -= owed
    if layer.base == Base.IN_LIST:
        bill.in_scope_outstanding = min(bill.in_scope_outstanding, base)
    bill.in_scope_outstanding = max(0.0, bill.in_scope_outstanding - owed)


@rule
def adjudicate(state: State, bill: BillRow, patient: PatientRow, account: AccountRow) -> None:
    """Say what each layer owes, in the policy's order, if all funds can pay.

    What is left is the household's. No fund is touched.
    """
    open_lines(bill, state.drugs[bill.drug])
    for k in range(len(state.layers)):
        base, owed = owed_by(state, k, bill, patient, account)
        add_line(state, k, bill, patient, base, owed, 0.0)
    bill.household_share = max(0.0, bill.outstanding)


@rule
def adjudicate_months(
    state: State, bill: BillRow, patient: PatientRow, account: AccountRow, months: float
) -> None:
    """Say what each layer would owe on the bills of some `months`, taken as one.

    The bill stays that of its own period.
    """
    amount, donated = bill.amount, bill.donated
    bill.amount = amount * months / bill.period
    bill.donated = donated * months / bill.period
    adjudicate(state, bill, patient, account)
    bill.amount, bill.donated = amount, donated


@rule
def disburse(state: State, bill: BillRow, patient: PatientRow, account: AccountRow) -> None:
    """Let the funds pay an adjudicated bill with the money there is.

    Where one of them is short the bill passes through the layers again, each fund pays at once as
    far as it can, and the layers after it look at what it has left unpaid.
    """
    if bill.line < 0:
        pay_lines(state, bill, 1.0)
        return
    ahead = state.params[0].fund_plans_ahead
    account.refused = 0.0
    open_lines(bill, state.drugs[bill.drug])
    for k in range(len(state.layers)):
        base, owed = owed_by(state, k, bill, patient, account)
        refused = 0.0
        if owed > 0.0:
            f = fund_for(state, k, patient, bill)
            carried = is_carried(bill, patient, account, state.layers[k].payer)
            new = patient.treated == NEVER
            paid = pay_claim(state.funds[f], owed, new, carried, bill.period, ahead)
            refused = owed - paid
            if refused > 0.0 and owed > account.refused:
                account.refused = owed
                account.refused_by = f
                account.refused_period = bill.period
            owed = paid
        add_line(state, k, bill, patient, base, owed, refused)
    bill.household_share = max(0.0, bill.outstanding)


@rule
def is_change(bill: BillRow, patient: PatientRow) -> bool:
    """Return whether a bill is for another drug than the one that somebody is on."""
    return patient.stage == Stage.TREATED and patient.drug != bill.drug


@rule
def is_carried(bill: BillRow, patient: PatientRow, account: AccountRow, payer: int) -> bool:
    """Return whether a `payer` paid a part of the last bill for the drug that a patient is on."""
    if patient.stage != Stage.TREATED or is_change(bill, patient):
        return False
    return account.carried[ACCOUNT_OF[payer]] == 1


@rule
def pay_lines(state: State, bill: BillRow, sign: float) -> None:
    """Let every fund pay its part, or (sign -1) give it its money back."""
    for n in range(bill.lines):
        pay_out(state.funds[bill.fund[n]], sign * bill.owed[n])


@rule
def put_back(state: State, bill: BillRow, patient: PatientRow, account: AccountRow) -> None:
    """Put what was paid for a bill back into the plans of funds that plan."""
    for n in range(bill.lines):
        fund = state.funds[bill.fund[n]]
        if plans(fund):
            carried = is_carried(bill, patient, account, bill.payer[n])
            ahead = state.params[0].fund_plans_ahead
            set_aside(fund, -bill.owed[n], carried, bill.period, ahead)


@rule
def claim_of_funds(state: State, bill: BillRow) -> None:
    """Tell each fund what is claimed of it."""
    if bill.reply != Reply.AFFORDABLE:
        return
    patient = state.patients[bill.patient]
    account = state.accounts[patient.account]
    known = patient.registered != NEVER
    for n in range(bill.lines):
        carried = is_carried(bill, patient, account, bill.payer[n])
        count_claim(state.funds[bill.fund[n]], bill.owed[n], bill.period, carried, known)


@rule
def stand_in_line(state: State, bill: BillRow, patient: PatientRow) -> None:
    """Say at which short fund a bill stands in line, -1 for none, and its place there.

    At the one that owes most of the bill.
    """
    most = 0.0
    bill.line = -1
    bill.key = 0.0
    for n in range(bill.lines):
        fund = state.funds[bill.fund[n]]
        if fund.short and bill.owed[n] > most:
            most = bill.owed[n]
            bill.line = bill.fund[n]
            bill.key = place(fund, patient)


@rule
def carry(
    state: State, bill: BillRow, patient: PatientRow, account: AccountRow, month: int
) -> None:
    """Write down which payers paid a part of a bill; those that plan expect the next one.

    Not of what is paid once.
    """
    once = state.drugs[bill.drug].paid_once
    for k in range(len(account.carried)):
        account.carried[k] = 0
    for n in range(bill.lines):
        if bill.owed[n] > 0.0:
            fund = state.funds[bill.fund[n]]
            account.carried[ACCOUNT_OF[bill.payer[n]]] = 1
            if plans(fund) and patient.registered != NEVER and not once:
                expect(fund, bill.owed[n], month, bill.period)


@rule
def is_first_of_payer(bill: BillRow, n: int) -> bool:
    """Return whether no line before the n-th is of the same payer, whose layers share the base."""
    for k in range(n):
        if bill.payer[k] == bill.payer[n]:
            return False
    return True


@rule
def remember(bill: BillRow, account: AccountRow, drug: DrugRow, paid: float, month: int) -> None:
    """Keep who bears a bill of a month, and the months that it is for.

    `paid` is what the household paid, yuan.
    """
    for bearer in range(len(account.last)):
        account.last[bearer] = 0.0
    for n in range(bill.lines):
        account.last[BEARER_OF[bill.payer[n]]] += bill.owed[n]
    account.last[Bearer.GIVERS] += bill.granted + bill.donated
    account.last[Bearer.HOUSEHOLDS] += paid
    account.last_period = months_paid(bill, drug)
    account.paid_until = month + account.last_period


@rule
def book(
    state: State,
    bill: BillRow,
    patient: PatientRow,
    account: AccountRow,
    paid: float,
    month: int,
) -> None:
    """Book a paid bill of a month: every yuan to exactly one payer.

    `paid` is what the household paid, yuan.
    """
    drug = state.drugs[bill.drug]
    for n in range(bill.lines):
        payer = bill.payer[n]
        state.funds[bill.fund[n]].rationed += bill.refused[n]
        yearly = ACCOUNT_OF[payer]
        account.used[yearly] += bill.owed[n]
        account.paid[payer] += bill.owed[n]
        tally(state, patient, FLOW_OF[payer], bill.owed[n])
        if is_first_of_payer(bill, n):
            account.base[yearly] += bill.base[n]
    account.paid[Payer.CHARITY] += bill.granted
    account.paid[Payer.DONATION] += bill.donated
    account.paid[Payer.HOUSEHOLD] += paid
    account.billed += bill.amount
    if is_audited(state, patient, drug):
        state.cities[patient.insured].audited += 1
    account.household_share += paid
    tally(state, patient, Flow.BILLED, bill.amount)
    tally(state, patient, Flow.PAID_CHARITY, bill.granted)
    tally(state, patient, Flow.PAID_DONATION, bill.donated)
    tally(state, patient, Flow.PAID_HOUSEHOLD, paid)
    remember(bill, account, drug, paid, month)
    for bearer in range(len(account.last)):
        bear(state, patient, bearer, account.last[bearer])
    age = (month - patient.birth) / 12.0
    drug.treated += bill.period / 12.0 * dose_factor(drug, age, state.params[0])
    drug.billed += bill.amount
