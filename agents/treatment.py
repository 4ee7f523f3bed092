"""Treatment: a bill passes through the payers, and the household decides.

Two phases, so that no one is served by the order of rows: first every bill of the month is quoted
as if all funds could pay, which tells each fund what is claimed of it and each foundation who asks;
then, in an order that belongs to the model, the bills are settled with the money there is.
"""

from enum import IntEnum

from agents.charity import grant, may_grant
from agents.compiled import rule
from agents.diary import Count, Event, Flow, note
from agents.health import benefit_of_treatment
from agents.hospital import stocks
from agents.household import means, pay
from agents.insurer import (
    Fund,
    Payer,
    claim,
    covers,
    in_scope,
    offer,
    pay_out,
    start_year,
)
from agents.manufacturer import donates, dose_factor, on_market
from agents.patient import NEVER, Stage, is_child, move, travel_to
from agents.record import Record, count, index, real, small


class Reply(IntEnum):
    """What comes of a bill."""

    REFUSED = 0
    AFFORDABLE = 1
    NEEDS_GRANT = 2


NOWHERE, PROVINCE, CITY, FAR = 0, 1, 2, 3
"""Where the nearest hospital that stocks a drug is; far: the diagnosing hospital."""


class BillRow(Record):
    """One bill of this month: a quarter or a year of treatment."""

    amount = real("yuan", "at list price")
    donated = real("yuan", "vials given away, at list price")
    own = real("yuan", "what would be left to the household")
    gap = real("yuan", "by how much that exceeds its means")
    granted = real("yuan", "grant")
    key = real("", "place in line")
    patient = count("", "row of the patient")
    period = index("month", "months of treatment billed")
    reply = small("", "what comes of it")
    reach = small("", "where the drug is")
    foundation = small("", "who gives the grant")


@rule
def nearest_stock(state, patient, disease):
    """Return where the patient would get the drug: city, province, the diagnosing hospital."""
    reach = int(state.reach[disease.drug, patient.city])
    if reach != NOWHERE or patient.diagnosed_at < 0:
        return reach
    there = stocks(state.hospitals[patient.diagnosed_at], disease.drug)
    return FAR if there else reach


@rule
def wants_treatment(state, patient, disease, month):
    """Tell whether a bill is due; else say when to look again."""
    if disease.drug < 0:
        patient.due = NEVER
        return False
    drug = state.drugs[disease.drug]
    rules = state.rules[state.cities[patient.city].zone]
    if not on_market(drug, month, rules):
        patient.due = month + 12
        return False
    if patient.stage != Stage.TREATED and nearest_stock(state, patient, disease) == NOWHERE:
        note(state, patient, month, Event.OUT_OF_REACH, -1, 0.0)
        patient.due = month + 6
        return False
    return True


@rule
def draw_up(state, bill, month, given):
    """Draw up the bill of a quarter (costly drugs) or a year of treatment."""
    patient = state.patients[bill.patient]
    disease = state.diseases[patient.disease]
    drug = state.drugs[disease.drug]
    rules = state.rules[state.cities[patient.city].zone]
    age = (month - patient.birth) / 12.0
    yearly = drug.price * dose_factor(drug, age, given)
    bill.period = 3 if yearly > given.quarterly_bill_above else 12
    bill.amount = yearly * bill.period / 12.0
    bill.donated = bill.amount * donates(drug, month, rules)
    bill.reach = nearest_stock(state, patient, disease)


@rule
def account_of(state, patient, i, year):
    """Return the patient's account with the payers, opened at the first bill."""
    if patient.account < 0:
        patient.account = state.counts[Count.ACCOUNTS]
        state.counts[Count.ACCOUNTS] += 1
        account = state.accounts[patient.account]
        account.patient = i
        account.year = -32000
    account = state.accounts[patient.account]
    start_year(account, year)
    return account


@rule
def is_away(state, patient, reach):
    """Tell whether care is given outside the insured place (another province)."""
    if reach == FAR:
        here = state.hospitals[patient.diagnosed_at].province
    else:
        here = state.cities[patient.city].province
    return here != state.cities[patient.insured].province


@rule
def holds_here(state, k, patient, bill):
    """Tell whether a layer holds for the patient's insured place, or for a traveller's zone."""
    if state.layer_here[k, patient.insured]:
        return True
    if not state.rules[0].outsiders_travel or bill.reach != FAR:
        return False
    return state.layer_here[k, state.hospitals[patient.diagnosed_at].city] == 2


@rule
def fund_kind(payer, patient):
    """Return the kind of fund that carries a layer's payer for this patient."""
    if payer == Payer.BASIC:
        return Fund.BASIC_EMPLOYEE if patient.scheme == 0 else Fund.BASIC_RESIDENT
    if payer == Payer.CRITICAL_ILLNESS:
        return Fund.CRITICAL_ILLNESS
    if payer == Payer.MEDICAL_ASSISTANCE:
        return Fund.MEDICAL_ASSISTANCE
    if payer == Payer.SPECIAL_FUND:
        return Fund.SPECIAL_FUND
    return Fund.COMMERCIAL


@rule
def cut_away(state, layer, patient, bill):
    """Return by how much a layer pays less for care away from the insured place."""
    if not is_away(state, patient, bill.reach):
        return 0.0
    rules = state.rules[0]
    cut = rules.away_referred if patient.referred else rules.away_unreferred
    if layer.payer == Payer.COMMERCIAL:
        cut = 0.0
    return 1.0 - (1.0 - cut) * (1.0 - layer.away_cut)


@rule
def pass_through(state, bill, patient, account, disease, drug, paying):
    """Pass a bill through the layers; return what is left to the household.

    What each layer looked at and owes is left in `state.looked` and `state.owed`. When paying,
    each fund pays what it can at once.
    """
    city = state.cities[patient.insured]
    left = bill.amount - bill.donated
    scope = left if drug.listed else 0.0
    for n in range(len(state.layer_order)):
        k = state.layer_order[n]
        layer = state.layers[k]
        state.owed[k] = 0.0
        state.looked[k] = 0.0
        if left <= 0.0 or not covers(layer, patient, disease, drug):
            continue
        if not holds_here(state, k, patient, bill):
            continue
        base = left if layer.base == 2 else scope
        looked = in_scope(layer, base, scope)
        cut = cut_away(state, layer, patient, bill)
        owed = claim(layer, k, account, patient, city, looked, left, cut)
        fund = state.funds[state.fund_of[fund_kind(layer.payer, patient), patient.insured]]
        if paying:
            paid = offer(fund, owed, patient.treated == NEVER)
            fund.rationed += owed - paid
            pay_out(fund, paid)
            owed = paid
        state.looked[k] = looked
        state.owed[k] = owed
        left -= owed
        if layer.base == 0:
            scope = looked
        scope = max(0.0, scope - owed)
    return max(0.0, left)


@rule
def claim_of_funds(state, patient):
    """Tell each fund what is claimed of it."""
    for n in range(len(state.layer_order)):
        k = state.layer_order[n]
        if state.owed[k] > 0.0:
            kind = fund_kind(state.layers[k].payer, patient)
            state.funds[state.fund_of[kind, patient.insured]].claimed += state.owed[k]


@rule
def quote(state, bill, month, given):
    """Work out what the household would have to pay, and whether it could."""
    patient = state.patients[bill.patient]
    disease = state.diseases[patient.disease]
    drug = state.drugs[disease.drug]
    draw_up(state, bill, month, given)
    account = account_of(state, patient, bill.patient, month // 12)
    bill.own = pass_through(state, bill, patient, account, disease, drug, False)
    city = state.cities[patient.city]
    bill.gap = bill.own - means(patient, city, bill.period, given, is_child(patient))
    bill.granted = 0.0
    bill.reply = Reply.AFFORDABLE if bill.gap <= 0.0 else Reply.NEEDS_GRANT
    bill.key = -bill.own / max(1, patient.income)
    if bill.reply == Reply.AFFORDABLE:
        claim_of_funds(state, patient)


@rule
def ask_for_grant(state, bill, month):
    """Ask the foundations in turn to close the gap."""
    patient = state.patients[bill.patient]
    account = state.accounts[patient.account]
    rules = state.rules[state.cities[patient.city].zone]
    city = state.cities[patient.city]
    bill.reply = Reply.REFUSED
    for c in range(len(state.charities)):
        charity = state.charities[c]
        income = patient.income * bill.period / 12.0
        if may_grant(charity, city, bill.own, income, account.granted, bill.gap, rules):
            grant(charity, bill.gap)
            account.granted += bill.gap
            bill.granted = bill.gap
            bill.foundation = c
            bill.reply = Reply.AFFORDABLE
            note(state, patient, month, Event.GRANT, -1, bill.gap)
            return


@rule
def take_back(state, patient):
    """Give every fund its money back: the bill is not paid after all."""
    for n in range(len(state.layer_order)):
        k = state.layer_order[n]
        if state.owed[k] > 0.0:
            kind = fund_kind(state.layers[k].payer, patient)
            pay_out(state.funds[state.fund_of[kind, patient.insured]], -state.owed[k])


@rule
def book(state, bill, patient, account, drug, own):
    """Book a paid bill: every yuan to exactly one payer."""
    here = state.cities[patient.city].province
    for n in range(len(state.layer_order)):
        k = state.layer_order[n]
        account.base[k] += state.looked[k]
        account.used[k] += state.owed[k]
        account.paid[state.layers[k].payer] += state.owed[k]
        state.flows[here, Flow.PAID_BASIC + state.layers[k].payer] += state.owed[k]
    account.paid[Payer.CHARITY] += bill.granted
    account.paid[Payer.DONATION] += bill.donated
    account.paid[Payer.HOUSEHOLD] += own
    account.billed += bill.amount
    account.own += own
    state.flows[here, Flow.BILLED] += bill.amount
    state.flows[here, Flow.PAID_CHARITY] += bill.granted
    state.flows[here, Flow.PAID_DONATION] += bill.donated
    state.flows[here, Flow.PAID_HOUSEHOLD] += own
    drug.treated += bill.period / 12.0
    drug.billed += bill.amount


@rule
def begin_or_go_on(state, patient, disease, bill, own, month, seed):
    """Treatment begins, or goes on until the next bill."""
    if patient.stage != Stage.TREATED:
        patient.benefit = benefit_of_treatment(patient, disease, seed)
        move(state, patient, Stage.TREATED)
        if patient.treated == NEVER:
            patient.treated = month
            here = state.cities[patient.city].province
            state.flows[here, Flow.TREATMENTS_STARTED] += 1
        note(state, patient, month, Event.TREATED, -1, own)
    else:
        note(state, patient, month, Event.BILL, -1, own)
    patient.due = month + bill.period


@rule
def go_without(state, patient, month, own):
    """The bill is beyond the household: untreated, or interrupted; it looks again in a year."""
    if patient.stage == Stage.TREATED:
        move(state, patient, Stage.INTERRUPTED)
        patient.interrupted = month
        state.flows[state.cities[patient.city].province, Flow.INTERRUPTIONS] += 1
        note(state, patient, month, Event.INTERRUPTED, -1, own)
    else:
        note(state, patient, month, Event.UNAFFORDABLE, -1, own)
    patient.due = month + 12


@rule
def fetch(state, patient, bill, given):
    """Travel for the drug where the city's hospitals do not stock it."""
    if bill.reach == FAR:
        travel_to(state, patient, patient.diagnosed_at, given)
    elif bill.reach == PROVINCE:
        lead = state.provinces[state.cities[patient.city].province].lead
        travel_to(state, patient, lead, given)


@rule
def settle(state, bill, month, given, seed):
    """Pay a bill with the money there is, or go without."""
    patient = state.patients[bill.patient]
    disease = state.diseases[patient.disease]
    drug = state.drugs[disease.drug]
    account = state.accounts[patient.account]
    if bill.reply == Reply.REFUSED:
        go_without(state, patient, month, bill.own)
        return
    left = pass_through(state, bill, patient, account, disease, drug, True)
    city = state.cities[patient.city]
    child = is_child(patient)
    own = max(0.0, left - bill.granted)
    if own > 1e-6 + means(patient, city, bill.period, given, child):
        take_back(state, patient)
        grant(state.charities[bill.foundation], -bill.granted)
        note(state, patient, month, Event.RATIONED, -1, own)
        go_without(state, patient, month, own)
        return
    fetch(state, patient, bill, given)
    pay(patient, city, own, bill.period, given)
    book(state, bill, patient, account, drug, own)
    begin_or_go_on(state, patient, disease, bill, own, month, seed)
