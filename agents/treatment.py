"""Treatment: a bill passes through the payers, and the household decides.

Two phases, so that no one is served by the order of rows: first every bill of the month is quoted
as if all funds could pay, which tells each fund what is claimed of it and each foundation who asks;
then, in an order that belongs to the model, the bills are settled with the money there is.
"""

from agents.charity import grant, is_for, may_grant, take_back
from agents.codes import ACCOUNT_OF, FLOW_OF, Access, Base, Event, Flow, Payer, Reply, Stage
from agents.core.bitset import has
from agents.core.events import note, tally
from agents.core.jit import rule
from agents.core.limits import LINES
from agents.core.record import LONG_AGO, NEVER, Record, count, index, real, small
from agents.disease import benefit_of_treatment
from agents.household import means, pay
from agents.insurer import claim, covers, fund_kind, looked_at, offer, pay_out, start_year
from agents.manufacturer import donates, dose_factor, on_market
from agents.patient import is_child, move, travel_to


class BillRow(Record):
    """One bill of this month: a quarter or a year of treatment."""

    amount = real("yuan", "at list price")
    donated = real("yuan", "vials given away, at list price")
    own = real("yuan", "what is left to the household, before a grant")
    gap = real("yuan", "by how much that exceeds its means")
    granted = real("yuan", "grant")
    key = real("", "place in line")
    owed = real("yuan", "what each layer that pays owes", LINES)
    looked = real("yuan", "the part of the bill that each of them looked at", LINES)
    patient = count("", "row of the patient")
    fund = count("", "fund that pays for each of them", LINES)
    period = index("month", "months of treatment billed")
    payer = small("", "payer of each of them", LINES)
    lines = small("", "how many layers pay")
    reply = small("", "what comes of it")
    reach = small("", "where the drug is")
    foundation = index("", "who gives the grant")


@rule
def nearest_stock(state, patient, disease):
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
def wants_treatment(state, patient, disease, month):
    """Return whether a bill is due; else say when to look again."""
    if disease.drug < 0:
        patient.due = NEVER
        return False
    drug = state.drugs[disease.drug]
    levers = state.levers[state.cities[patient.city].zone]
    if not on_market(drug, month, levers):
        # A look once a year is enough: nothing happens before the launch.
        patient.due = min(month + 12, drug.approved - levers.launch_forward)
        return False
    if patient.stage != Stage.TREATED and nearest_stock(state, patient, disease) == Access.NOWHERE:
        note(state, patient, month, Event.OUT_OF_REACH, -1, 0.0)
        patient.due = month + state.params[0].unstocked_look_again
        return False
    return True


@rule
def draw_up(state, bill, month, params):
    """Draw up the bill of a quarter (costly drugs) or a year of treatment."""
    patient = state.patients[bill.patient]
    disease = state.diseases[patient.disease]
    drug = state.drugs[disease.drug]
    levers = state.levers[state.cities[patient.city].zone]
    age = (month - patient.birth) / 12.0
    yearly = drug.price * dose_factor(drug, age, params)
    bill.period = 3 if yearly > params.quarterly_bill_above else 12
    bill.amount = yearly * bill.period / 12.0
    bill.donated = bill.amount * donates(drug, month, levers)
    bill.reach = nearest_stock(state, patient, disease)


@rule
def account_of(state, patient, i, year):
    """Return the patient's account with the payers, opened at the first bill."""
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
def is_away(state, patient, reach):
    """Return whether care is given outside the insured place (another province)."""
    if reach == Access.FAR:
        here = state.hospitals[patient.hospital].province
    else:
        here = state.cities[patient.city].province
    return here != state.cities[patient.insured].province


@rule
def holds_here(state, k, patient, bill):
    """Return whether a layer holds for the patient's insured place, or for a traveller's zone."""
    if has(state.cities[patient.insured].layers, k):
        return True
    if not state.levers[0].outsiders_travel or bill.reach != Access.FAR:
        return False
    there = state.cities[state.hospitals[patient.hospital].city]
    return has(there.zone_layers, k)


@rule
def fund_for(state, k, payer, patient):
    """Return the fund that carries a layer for this patient: the insured place's, or the zone's."""
    kind = fund_kind(payer, patient.scheme)
    if has(state.cities[patient.insured].layers, k):
        return state.cities[patient.insured].fund[kind]
    return state.cities[state.hospitals[patient.hospital].city].fund[kind]


@rule
def cut_away(state, layer, patient, bill):
    """Return by how much a layer pays less for care away from the insured place."""
    if not is_away(state, patient, bill.reach):
        return 0.0
    levers = state.levers[0]
    cut = levers.away_referred if patient.referred else levers.away_unreferred
    if layer.payer == Payer.COMMERCIAL:
        cut = 0.0
    return 1.0 - (1.0 - cut) * (1.0 - layer.away_cut)


@rule
def in_bill(bill, layer):
    """Return what the layer's payer owes already on this bill."""
    total = 0.0
    for n in range(bill.lines):
        if bill.payer[n] == layer.payer:
            total += bill.owed[n]
    return total


@rule
def add_line(bill, layer, fund, looked, owed):
    """Write down that a layer pays a part of the bill."""
    bill.payer[bill.lines] = layer.payer
    bill.fund[bill.lines] = fund
    bill.looked[bill.lines] = looked
    bill.owed[bill.lines] = owed
    bill.lines += 1


@rule
def pass_through(state, bill, patient, account, disease, drug, paying):
    """Pass a bill through the layers in their order; what is left is the household's.

    When paying (1), each fund pays what it can at once; else (0) the funds are taken to be full.
    """
    city = state.cities[patient.insured]
    left = bill.amount - bill.donated
    scope = left if drug.listed else 0.0
    bill.lines = 0
    for k in range(len(state.layers)):
        layer = state.layers[k]
        if not covers(layer, patient, disease, drug):
            continue
        if not holds_here(state, k, patient, bill):
            continue
        looked = looked_at(layer, scope, left)
        cut = cut_away(state, layer, patient, bill)
        owed = claim(layer, account, patient, city, looked, left, cut)
        room = layer.payer_cap - account.used[ACCOUNT_OF[layer.payer]] - in_bill(bill, layer)
        owed = min(owed, max(0.0, room))
        fund = fund_for(state, k, layer.payer, patient)
        if paying:
            claimed = owed
            owed = offer(state.funds[fund], claimed, patient.treated == NEVER)
            state.funds[fund].rationed += claimed - owed
            pay_out(state.funds[fund], owed)
        if looked > 0.0 or owed > 0.0:
            add_line(bill, layer, fund, looked, owed)
            left -= owed
            scope = min(scope, looked) if layer.base == Base.IN_LIST else scope
            scope = max(0.0, scope - owed)
    bill.own = max(0.0, left)


@rule
def may_use_zone(state, patient, disease):
    """Return whether an outsider could be treated, with the zone's benefits, where diagnosed."""
    if not state.levers[0].outsiders_travel or patient.hospital < 0:
        return False
    there = state.hospitals[patient.hospital]
    return state.cities[there.city].zone == 1 and has(there.stocked, disease.drug)


@rule
def quote(state, bill, month, params):
    """Work out what the household would have to pay if all funds could, and whether it can."""
    patient = state.patients[bill.patient]
    disease = state.diseases[patient.disease]
    drug = state.drugs[disease.drug]
    draw_up(state, bill, month, params)
    account = account_of(state, patient, bill.patient, month // 12)
    child = is_child(patient, params)
    able = means(patient, state.cities[patient.city], bill.period, params, child)
    pass_through(state, bill, patient, account, disease, drug, 0)
    if bill.own > able and may_use_zone(state, patient, disease):
        at_home, own = bill.reach, bill.own
        bill.reach = Access.FAR
        pass_through(state, bill, patient, account, disease, drug, 0)
        if bill.own >= own:
            bill.reach = at_home
            pass_through(state, bill, patient, account, disease, drug, 0)
    bill.gap = bill.own - able
    bill.key = -bill.own / max(1, patient.income)
    bill.reply = Reply.AFFORDABLE if bill.gap <= 0.0 else Reply.NEEDS_GRANT


@rule
def claim_of_funds(state, bill):
    """Tell each fund what is claimed of it."""
    if bill.reply == Reply.AFFORDABLE:
        for n in range(bill.lines):
            state.funds[bill.fund[n]].claimed += bill.owed[n]


@rule
def ask_for_grant(state, bill, month):
    """Ask the foundations in turn to close the gap."""
    patient = state.patients[bill.patient]
    account = state.accounts[patient.account]
    disease = state.diseases[patient.disease]
    levers = state.levers[state.cities[patient.city].zone]
    province = state.cities[patient.city].province
    bill.reply = Reply.REFUSED
    for c in range(len(state.charities)):
        charity = state.charities[c]
        income = patient.income * bill.period / 12.0
        if not is_for(charity, patient.city, province):
            continue
        if may_grant(charity, disease, bill.own, income, account.granted, bill.gap, levers):
            grant(charity, bill.gap)
            account.granted += bill.gap
            bill.granted = bill.gap
            bill.foundation = c
            bill.reply = Reply.AFFORDABLE
            note(state, patient, month, Event.GRANT, -1, bill.gap)
            break


@rule
def pay_lines(state, bill, sign):
    """Let every fund pay its part, or (sign -1) give it its money back."""
    for n in range(bill.lines):
        pay_out(state.funds[bill.fund[n]], sign * bill.owed[n])


@rule
def book(state, bill, patient, account, drug, own):
    """Book a paid bill: every yuan to exactly one payer."""
    for n in range(bill.lines):
        payer = bill.payer[n]
        yearly = ACCOUNT_OF[payer]
        account.used[yearly] += bill.owed[n]
        account.paid[payer] += bill.owed[n]
        tally(state, patient, FLOW_OF[payer], bill.owed[n])
        if n == 0 or bill.payer[n - 1] != payer:
            account.base[yearly] += bill.looked[n]
    account.paid[Payer.CHARITY] += bill.granted
    account.paid[Payer.DONATION] += bill.donated
    account.paid[Payer.HOUSEHOLD] += own
    account.billed += bill.amount
    account.own += own
    tally(state, patient, Flow.BILLED, bill.amount)
    tally(state, patient, Flow.PAID_CHARITY, bill.granted)
    tally(state, patient, Flow.PAID_DONATION, bill.donated)
    tally(state, patient, Flow.PAID_HOUSEHOLD, own)
    drug.treated += bill.period / 12.0
    drug.billed += bill.amount


@rule
def begin_or_go_on(state, patient, disease, bill, own, month, seed):
    """Treatment begins, or goes on until the next bill."""
    if patient.stage != Stage.TREATED:
        patient.benefit = benefit_of_treatment(patient, disease, state.params[0], seed)
        move(state, patient, Stage.TREATED)
        if patient.treated == NEVER:
            patient.treated = month
            tally(state, patient, Flow.TREATMENTS_STARTED, 1)
        note(state, patient, month, Event.TREATED, -1, own)
    else:
        note(state, patient, month, Event.BILL, -1, own)
    patient.due = month + bill.period


@rule
def go_without(state, patient, month, own):
    """The bill is beyond the household: untreated, or interrupted; it looks again later."""
    if patient.stage == Stage.TREATED:
        move(state, patient, Stage.INTERRUPTED)
        patient.interrupted = month
        tally(state, patient, Flow.INTERRUPTIONS, 1)
        note(state, patient, month, Event.INTERRUPTED, -1, own)
    else:
        note(state, patient, month, Event.UNAFFORDABLE, -1, own)
    patient.due = month + state.params[0].unaffordable_look_again


@rule
def fetch(state, patient, bill, params):
    """Travel for the drug where the city's hospitals do not stock it."""
    if bill.reach == Access.FAR:
        travel_to(state, patient, patient.hospital, params)
    elif bill.reach == Access.PROVINCE:
        lead = state.provinces[state.cities[patient.city].province].lead
        travel_to(state, patient, lead, params)


@rule
def settle(state, bill, month, params, seed):
    """Pay a bill with the money there is, or go without.

    Where any fund is short the bill passes through the layers again, with what is left in them.
    """
    patient = state.patients[bill.patient]
    if bill.reply == Reply.REFUSED:
        go_without(state, patient, month, bill.own)
        return
    disease = state.diseases[patient.disease]
    drug = state.drugs[disease.drug]
    account = state.accounts[patient.account]
    if state.counters[0].short > 0:
        pass_through(state, bill, patient, account, disease, drug, 1)
    else:
        pay_lines(state, bill, 1.0)
    city = state.cities[patient.city]
    own = max(0.0, bill.own - bill.granted)
    if own > 1e-6 + means(patient, city, bill.period, params, is_child(patient, params)):
        pay_lines(state, bill, -1.0)
        if bill.granted > 0.0:
            take_back(state.charities[bill.foundation], bill.granted)
            account.granted -= bill.granted
        note(state, patient, month, Event.RATIONED, -1, own)
        go_without(state, patient, month, own)
        return
    fetch(state, patient, bill, params)
    pay(patient, city, own, bill.period, params)
    book(state, bill, patient, account, drug, own)
    begin_or_go_on(state, patient, disease, bill, own, month, seed)
