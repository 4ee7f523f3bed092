"""The phases of a month: the few compiled functions that Python calls, each over all agents.

They hold no rules of their own beyond who is visited and in which order; `abm.engine.schedule`
tells in which order the phases come. Whatever is contended, places in a queue and money, is settled
in two phases, requests then allocation, in an order that belongs to the model.
"""

import numpy as np

from abm.engine.special_fund import fill_special_funds
from agents.billing import claim_of_funds, stand_in_line
from agents.charity import raise_donations
from agents.codes import (
    Event,
    Flow,
    Fund,
    ListingRule,
    PremiumRule,
    Role,
    Stage,
    Turn,
)
from agents.commercial import buys_cover, judge_product, renew_product
from agents.cooperation import look_back, renew_willingness
from agents.core.bitset import add, clear, has, unite
from agents.core.jit import kernel, rule
from agents.core.parameters import Parameters
from agents.core.prefetch import AHEAD, prefetch
from agents.core.random_numbers import Decision, bits, uniform
from agents.core.record import NEVER
from agents.disease import (
    die,
    end_year,
    is_dead,
    progress,
    reschedule,
)
from agents.events import note, tally
from agents.hospital import (
    admit,
    charge_consultation,
    diagnose,
    end_spell,
    is_found_at_birth,
    learn,
)
from agents.household import (
    employees_risen,
    follow_incomes,
    funding_index,
    income_index,
    others_index,
    renew_cover,
)
from agents.institution import has_lapsed
from agents.insurer import (
    can_take_back,
    close_and_open,
    foresee,
    give_surplus,
    is_basic,
    look_ahead,
    pay_others,
    place,
    plans,
    ration,
    receive_a_month,
    refuse_a_month,
    set_ordinary_income,
)
from agents.launch import competitor_enters, is_launched_early
from agents.manufacturer import (
    dose_factor,
    is_eligible,
    launch_month,
    on_market,
    supplies,
    taken_up_before,
)
from agents.moving import settle_in, weigh_moving
from agents.negotiation import has_round, hear_manufacturer, negotiate, renew
from agents.patient import (
    INVITED,
    RETURNING,
    move,
    notice,
    remember_failure,
    seek,
    where_it_can_be_resolved,
)
from agents.premiums import dearer_by, raise_premiums
from agents.prescribing import has_choice, listed_rivals, taken_up_this_month
from agents.programmes import has_left_traces, pay_for_programmes
from agents.quoting import quote
from agents.records.disease import DiseaseRow
from agents.records.drug import DrugRow
from agents.records.hospital import HospitalRow
from agents.records.patient import PatientRow
from agents.records.places import CityRow
from agents.refunds import promise, refund
from agents.registers import find_organisation, join_cohort, report, report_directly
from agents.regulator import follow_record, meets_principle
from agents.state import State
from agents.supply import end_of_spell, is_delivered, is_short
from agents.teaching import ask_mentor, make_time, train
from agents.terms import terms_changed
from agents.treatment import ask_for_grant, settle_bill, wants_treatment

ROLES = len(Role)


@rule
def _screen_at_birth(
    state: State, patient: PatientRow, disease: DiseaseRow, month: int, seed: int
) -> None:
    """In the month of birth: screening finds the disease, by the panel of the day, or does not."""
    if is_found_at_birth(state, patient, disease, seed):
        patient.screened = 1
        lead = state.provinces[state.cities[patient.city].province].lead
        note(state, patient, month, Event.SCREENED, lead, 0.0)
    patient.due = patient.onset


@rule
def _begin_known(
    state: State,
    patient: PatientRow,
    disease: DiseaseRow,
    params: Parameters,
    month: int,
    seed: int,
) -> None:
    """The disease would show now in somebody found at birth, whom the lead has followed since."""
    patient.updated = month
    patient.hospital = state.provinces[state.cities[patient.city].province].lead
    hospital = state.hospitals[patient.hospital]
    tally(state, patient, Flow.ONSETS, 1)
    charge_consultation(state, patient, hospital, disease, params, True, month, seed)
    diagnose(state, patient, hospital, disease, month, seed)


@rule
def _act(state: State, i: int, month: int, seed: int) -> int:
    """Take one patient's turn; return what comes of it (`agents.codes.Turn`)."""
    patient = state.patients[i]
    params = state.params[0]
    disease = state.diseases[patient.disease]
    state.counters[0].actions += 1
    if patient.stage == Stage.WELL:
        if month == patient.birth:
            _screen_at_birth(state, patient, disease, month, seed)
        if month < patient.onset:
            state.due[i] = patient.due
            return Turn.NOTHING
        if patient.screened:
            _begin_known(state, patient, disease, params, month, seed)
        else:
            notice(state, patient, disease, params, month, seed)
    progress(patient, disease, params, month)
    if is_dead(patient, month):
        die(state, patient, month)
        state.due[i] = NEVER
        return Turn.NOTHING
    turn = Turn.NOTHING
    if patient.stage == Stage.MISLABELLED or patient.stage == Stage.WATCHED:
        if month >= patient.due:
            end_spell(state, patient, disease, params, month, seed)
    if patient.stage == Stage.SEEKING:
        if month >= patient.due and seek(state, patient, disease, params, month, seed):
            turn = Turn.JOINS
    elif patient.stage >= Stage.DIAGNOSED:
        settle_in(state, patient, month)
        if wants_treatment(state, patient, disease, month, seed):
            return Turn.BILL
    reschedule(state, patient, disease, i)
    return turn


@kernel
def find_due(state: State, month: int, rows: np.ndarray) -> int:
    """Fill in the rows of those to whom something happens in a month; return how many."""
    found = 0
    for i in range(state.counters[0].patients):
        if state.due[i] <= month:
            rows[found] = i
            found += 1
    return found


@kernel
def wake(
    state: State, rows: np.ndarray, month: int, seed: int, joined: np.ndarray, billed: np.ndarray
) -> tuple[int, int]:
    """Let everyone act who is due.

    Args:
        state: The world.
        rows: The patients who are due.
        month: This month.
        seed: The key of all draws.
        joined: Filled with the rows of those who join a queue, int32.
        billed: Filled with the rows of those for whom a bill is due, int32.

    Returns:
        How many were filled into each.
    """
    joins = 0
    bills = 0
    for n in range(len(rows)):
        prefetch(state.patients, rows[min(n + AHEAD, len(rows) - 1)])
        i = rows[n]
        turn = _act(state, i, month, seed)
        if turn == Turn.JOINS:
            joined[joins] = i
            joins += 1
        elif turn == Turn.BILL:
            billed[bills] = i
            bills += 1
    return joins, bills


@kernel
def turns(state: State, joined: np.ndarray, seed: int, keys: np.ndarray) -> None:
    """Draw the turn of each newcomer: ties in a queue are broken by chance, not by row order.

    `joined` are the newcomers' rows; `keys` is filled with a random number for each.
    """
    for n in range(len(joined)):
        patient = state.patients[joined[n]]
        keys[n] = bits(seed, patient.identity, Decision.TURN, patient.visits)


@kernel
def see_patients(state: State, queue: np.ndarray, starts: np.ndarray, month: int, seed: int) -> int:
    """Let every hospital see its queue, longest wait first; queue is grouped by hospital.

    Args:
        state: The world.
        queue: The patients' rows; those who still wait are moved up in place.
        starts: Where each hospital's part of it begins, and where the last one's ends.
        month: This month.
        seed: The key of all draws.

    Returns:
        How many still wait.
    """
    params = state.params[0]
    left = 0
    for h in range(len(state.hospitals)):
        hospital = state.hospitals[h]
        hospital.waiting = starts[h + 1] - starts[h]
        seen = admit(state, hospital, queue, starts[h], params, month, seed)
        for q in range(starts[h] + seen, starts[h + 1]):
            queue[left] = queue[q]
            left += 1
    return left


@kernel
def learn_from_cases(state: State, scale: float, month: int) -> None:
    """What hospitals learn from this month's cases counts from the next."""
    params = state.params[0]
    for h in range(len(state.hospitals)):
        learn(state.hospitals[h], params, scale, month + 1)


@kernel
def line_of_unfunded(state: State, rows: np.ndarray, keys: np.ndarray) -> None:
    """Fill in the place in line of patients whom a fund short of money refused."""
    for n in range(len(rows)):
        patient = state.patients[rows[n]]
        fund = state.funds[state.accounts[patient.account].refused_by]
        keys[n] = place(fund, patient)


@kernel
def call_back(state: State, rows: np.ndarray, month: int) -> None:
    """Those refused for want of money ask again this month, as far as there is money now.

    Args:
        state: The world.
        rows: The patients, in line at their funds.
        month: This month.
    """
    ahead = state.params[0].fund_plans_ahead
    for f in range(len(state.funds)):
        if state.funds[f].used:
            foresee(state.funds[f], month, ahead)
    for n in range(len(rows)):
        patient = state.patients[rows[n]]
        account = state.accounts[patient.account]
        fund = state.funds[account.refused_by]
        if can_take_back(fund, account.refused, account.refused_period, ahead):
            patient.due = month
            state.due[rows[n]] = month
        else:
            refuse_a_month(fund, account)


@kernel
def pay_refunds(state: State, month: int) -> None:
    """Funds refund what is due this month to households that paid first, and keep back the rest."""
    for f in range(len(state.funds)):
        state.funds[f].promised = 0.0
    left = 0
    for r in range(state.counters[0].refunds):
        if month >= state.refunds[r].month:
            refund(state, state.refunds[r], month)
        else:
            promise(state, state.refunds[r])
            state.refunds[left] = state.refunds[r]
            left += 1
    state.counters[0].refunds = left


@rule
def _ask_for(state: State, bills: np.ndarray, later: int, soon: int) -> None:
    """Ask for the memory that two bills of `bills` will need.

    For the one at place `later` the patient's, for the one at `soon` also the account's.
    """
    prefetch(state.patients, bills[later].patient)
    prefetch(state.accounts, state.patients[bills[soon].patient].account)


@kernel
def quote_bills(state: State, bills: np.ndarray, month: int, seed: int) -> None:
    """First phase of treatment: quote all `bills`, and add up what is claimed of each fund.

    With the bill in hand outsiders may move their registration into the zone.
    """
    params = state.params[0]
    for f in range(len(state.funds)):
        state.funds[f].claimed = 0.0
        if state.funds[f].used and plans(state.funds[f]):
            look_ahead(state.funds[f], month)
    last = len(bills) - 1
    for b in range(len(bills)):
        _ask_for(state, bills, min(b + AHEAD, last), min(b + AHEAD // 2, last))
        quote(state, bills[b], month, params, seed)
        weigh_moving(state, bills[b], month, params, seed)
        claim_of_funds(state, bills[b])


@kernel
def give_grants(state: State, bills: np.ndarray, line: np.ndarray, month: int) -> None:
    """Foundations hear those whose bill is beyond them, the heaviest burden first.

    `line` is the order in which the `bills` are heard.
    """
    for n in range(len(line)):
        ask_for_grant(state, bills[line[n]], month)
        claim_of_funds(state, bills[line[n]])


@kernel
def weigh_funds(state: State, bills: np.ndarray, month: int) -> None:
    """Each fund decides what it will do; each bill gets its place in line at short funds."""
    for f in range(len(state.funds)):
        if state.funds[f].used:
            ration(state.funds[f], month, state.params[0].fund_plans_ahead)
    for b in range(len(bills)):
        stand_in_line(state, bills[b], state.patients[bills[b].patient])


@kernel
def settle_bills(state: State, bills: np.ndarray, line: np.ndarray, month: int, seed: int) -> None:
    """Second phase of treatment: pay in line with the money there is.

    `line` is the order in which the `bills` are paid.
    """
    params = state.params[0]
    last = len(line) - 1
    for n in range(len(line)):
        _ask_for(state, bills, line[min(n + AHEAD, last)], line[min(n + AHEAD // 2, last)])
        bill = bills[line[n]]
        settle_bill(state, bill, month, params, seed)
        patient = state.patients[bill.patient]
        reschedule(state, patient, state.diseases[patient.disease], bill.patient)


@kernel
def pay_other_patients(state: State) -> None:
    """Every fund pays a month of its spending on all other patients."""
    for f in range(len(state.funds)):
        if state.funds[f].used:
            pay_others(state.funds[f])


@rule
def _teach(state: State, mix: np.ndarray, scale: float, month: int) -> None:
    """Pupils ask, mentors make time, and hospitals are taught: pupils before their mentors.

    `mix` and `scale` are those of `open_the_year`.
    """
    params = state.params[0]
    for c in range(len(state.cities)):
        state.cities[c].teaching = 0.0
    for h in range(len(state.hospitals)):
        state.hospitals[h].asked = 0.0
    for h in range(len(state.hospitals)):
        ask_mentor(state, state.hospitals[h], mix, params, scale)
    for h in range(len(state.hospitals)):
        make_time(state.hospitals[h], params, scale)
    for role in range(ROLES):
        for h in range(len(state.hospitals)):
            if state.hospitals[h].role == role:
                train(state, state.hospitals[h], mix, params, scale, month)


@rule
def _look_back(state: State) -> None:
    """Hospitals look back on the year, if anybody was seen in it, and are as willing to refer."""
    visits = 0
    for h in range(len(state.hospitals)):
        visits += state.hospitals[h].seen
    if visits == 0:
        return
    for h in range(len(state.hospitals)):
        look_back(state.hospitals[h])
        renew_willingness(state, state.hospitals[h], state.params[0])


@kernel
def open_the_year(state: State, mix: np.ndarray, scale: float, month: int) -> None:
    """January: hospitals are taught and look back, charities raise money, the counts start again.

    Args:
        state: The world.
        mix: Each specialty's share of last year's consultations in the country.
        scale: Simulated patients per real one.
        month: This month.
    """
    levers = state.levers[0]
    for c in range(len(state.charities)):
        raise_donations(state.charities[c], levers.donations)
    _teach(state, mix, scale, month)
    _look_back(state)
    for h in range(len(state.hospitals)):
        state.hospitals[h].seen = 0
        state.hospitals[h].opened = 0.0
        for s in range(len(state.hospitals[h].cases)):
            state.hospitals[h].cases[s] = 0
        state.hospitals[h].found = 0
    for d in range(len(state.drugs)):
        state.drugs[d].volume = state.drugs[d].treated / state.params[0].simulated
        state.drugs[d].treated = 0.0
        state.drugs[d].billed = 0.0


@rule
def _count_known(state: State, month: int, seed: int) -> None:
    """January: count the patients found and those known for whom a drug would be chosen.

    Found are the diagnosed, known are those in the registry. In persons of the whole country, each
    by the dose for the age.
    """
    params = state.params[0]
    for d in range(len(state.drugs)):
        state.drugs[d].found = 0.0
        state.drugs[d].known = 0.0
    for i in range(state.counters[0].patients):
        patient = state.patients[i]
        if patient.stage < Stage.DIAGNOSED or patient.stage == Stage.DEAD:
            continue
        age = (month - patient.birth) / 12.0
        d = state.diseases[patient.disease].first_drug
        while d >= 0:
            drug = state.drugs[d]
            if is_eligible(drug, patient.identity, seed):
                persons = dose_factor(drug, age, params) / params.simulated
                drug.found += persons
                if patient.registered != NEVER:
                    drug.known += persons
            d = drug.next_drug


@rule
def _negotiate_all(state: State, month: int, seed: int) -> bool:
    """Prices are renewed, drugs negotiated and appeals heard; true if any drug's terms change.

    In January but for appeals, and for what a law wants decided earlier.
    """
    levers = state.levers[0]
    params = state.params[0]
    changed = False
    if month % 12 == 0:
        _count_known(state, month, seed)
    for d in range(len(state.drugs)):
        drug = state.drugs[d]
        if month % 12 == 0 and drug.listed:
            changed = renew(drug, params, levers, month) or changed
        elif not drug.listed:
            if has_round(drug, levers, month):
                drug.alternatives = listed_rivals(state, d)
                changed = negotiate(drug, params, levers, month) or changed
            changed = hear_manufacturer(drug, d, params, levers, month, seed) or changed
    return changed


@kernel
def update_list(state: State, month: int, seed: int) -> bool:
    """Bring the reimbursement list up to date; true if any drug's terms change."""
    levers = state.levers[0]
    params = state.params[0]
    changed = False
    for d in range(len(state.drugs)):
        drug = state.drugs[d]
        changed = is_launched_early(drug, params, levers, month) or changed
        if month % 12 == 0:
            changed = competitor_enters(drug, d, params, levers, month, seed) or changed
        if drug.launched == NEVER and on_market(drug, month, levers):
            drug.launched = month
        if levers.listing == ListingRule.RECORD:
            changed = follow_record(drug, month) or changed
    if levers.listing == ListingRule.NEGOTIATION:
        changed = _negotiate_all(state, month, seed) or changed
    return changed


@kernel
def renew_notices(state: State, month: int, seed: int) -> bool:
    """Say where the notice of a special-fund scheme is late; true if one has come this month."""
    levers, params = state.levers[0], state.params[0]
    renewed = False
    for c in range(len(state.cities)):
        city = state.cities[c]
        before = city.lapsed
        city.lapsed = has_lapsed(city.province, levers, params, month, seed)
        renewed = renewed or (before == 1 and city.lapsed == 0)
    return renewed


@kernel
def review_catalogue(state: State, month: int) -> bool:
    """Hold every disease against the inclusion principle; true if any comes in or drops out.

    Layers for the catalogue's diseases cover those from now on.
    """
    changed = False
    for d in range(len(state.diseases)):
        disease = state.diseases[d]
        before = disease.included
        disease.included = meets_principle(state, disease, month)
        changed = changed or before != disease.included
    for k in range(len(state.layers)):
        layer = state.layers[k]
        if layer.of_catalogue:
            clear(layer.diseases)
            for d in range(len(state.diseases)):
                if state.diseases[d].included:
                    add(layer.diseases, d)
    return changed


@kernel
def supply_changes(state: State, month: int) -> bool:
    """Return whether it is drawn anew this month which drugs are delivered where."""
    if end_of_spell(state.params[0], month - 1) != month:
        return False
    for z in range(len(state.levers)):
        if state.levers[z].shortages > 0.0:
            return True
    return False


@rule
def _clear_stocks(state: State) -> None:
    """Empty the shelves of all hospitals, and what cities and provinces know of them."""
    for c in range(len(state.cities)):
        clear(state.cities[c].stocked)
    for p in range(len(state.provinces)):
        clear(state.provinces[p].stocked)
    for h in range(len(state.hospitals)):
        clear(state.hospitals[h].stocked)


@rule
def _would_stock(state: State, h: int, d: int, month: int, seed: int) -> bool:
    """Return whether a hospital (row `h`) stocks a drug (row `d`) under the terms of now."""
    hospital, drug, params = state.hospitals[h], state.drugs[d], state.params[0]
    levers = state.levers[state.cities[hospital.city].zone]
    if not on_market(drug, month, levers):
        return False
    if not supplies(hospital, h, drug, d, params, levers, month, seed):
        return False
    return is_delivered(hospital, h, drug, d, params, levers, month, seed)


@rule
def _let_know(state: State, hospital: HospitalRow) -> None:
    """Cities and provinces come to know which drugs a hospital has."""
    city = state.cities[hospital.city]
    unite(city.stocked, hospital.stocked)
    unite(state.provinces[city.province].stocked, hospital.stocked)


@kernel
def stock_up(state: State, month: int, seed: int) -> None:
    """Hospitals stock drugs; cities and provinces come to know which drugs are near."""
    _clear_stocks(state)
    for h in range(len(state.hospitals)):
        for d in range(len(state.drugs)):
            if _would_stock(state, h, d, month, seed):
                add(state.hospitals[h].stocked, d)
        _let_know(state, state.hospitals[h])


@rule
def _stocks_anew(
    state: State,
    before: State,
    hospital: HospitalRow,
    drug: DrugRow,
    d: int,
    month: int,
    seed: int,
) -> bool:
    """Return whether a hospital stocks a drug on other terms than `before`; `d` is its row."""
    now = state.levers[state.cities[hospital.city].zone]
    then = before.levers[before.cities[hospital.city].zone]
    if launch_month(drug, now) != launch_month(before.drugs[d], then):
        return True
    if now.shortages != then.shortages:
        return True
    params, province = state.params[0], hospital.province
    short = is_short(province, d, params, now, month, seed)
    if short != is_short(province, d, params, now, month - 1, seed):
        return True
    if drug.listed and now.dual_channel != then.dual_channel:
        return True
    return drug.listed != before.drugs[d].listed


@kernel
def take_up_as_recorded(state: State, month: int) -> None:
    """Before the first month that is lived: how far drugs have been taken up by their dates."""
    for c in range(len(state.cities)):
        for d in range(len(state.drugs)):
            state.taken_up[c, d] = taken_up_before(state.drugs[d], month, state.params[0])


@kernel
def pay_programmes(state: State) -> None:
    """Every city's programmes are paid for a month, before any bill."""
    for c in range(len(state.cities)):
        pay_for_programmes(state, state.cities[c], state.params[0])


@kernel
def take_up(state: State, month: int) -> None:
    """In every city more doctors take up the drugs that are on the market."""
    params = state.params[0]
    for c in range(len(state.cities)):
        for d in range(len(state.drugs)):
            drug = state.drugs[d]
            state.taken_up[c, d] += taken_up_this_month(state, state.cities[c], drug, month, params)


@kernel
def restock(state: State, before: State, month: int, seed: int) -> None:
    """Renew stocks where their terms differ from those `before`, and only there."""
    _clear_stocks(state)
    for h in range(len(state.hospitals)):
        hospital = state.hospitals[h]
        for d in range(len(state.drugs)):
            if _stocks_anew(state, before, hospital, state.drugs[d], d, month, seed):
                stocks = _would_stock(state, h, d, month, seed)
            else:
                stocks = has(before.hospitals[h].stocked, d)
            if stocks:
                add(hospital.stocked, d)
        _let_know(state, hospital)


@kernel
def retry_treatment(
    state: State, before: State, alike: np.ndarray, bills: np.ndarray, month: int, seed: int
) -> None:
    """After a change those whose terms have changed ask at a next visit.

    They go without a drug, or there is a better one than theirs.

    Args:
        state: The world.
        before: The world under the terms under which they last looked.
        alike: Whether a layer of now says the same as one of before, shape (now, before).
        bills: Room for one bill.
        month: This month.
        seed: The key of all draws.
    """
    within = state.params[0].new_terms_within
    for i in range(state.counters[0].patients):
        patient = state.patients[i]
        disease = state.diseases[patient.disease]
        if disease.first_drug < 0 or patient.due <= month:
            continue
        without = patient.stage == Stage.DIAGNOSED or patient.stage == Stage.INTERRUPTED
        if not without and not (patient.stage == Stage.TREATED and has_choice(state, disease)):
            continue
        if terms_changed(state, before, alike, bills[0], patient, disease, month):
            wait = int(within * uniform(seed, patient.identity, Decision.NEWS, month))
            patient.due = min(patient.due, month + wait)
            reschedule(state, patient, disease, i)


@kernel
def close_books(state: State) -> None:
    """Close the year's books of every fund and open the next."""
    for f in range(len(state.funds)):
        judge_product(state.funds[f])
        close_and_open(state.funds[f])


@kernel
def answer_shortages(state: State, month: int) -> bool:
    """January: premiums of basic insurance rise where a pool was short, if the policy has it.

    Return whether any have risen by now.
    """
    levers = state.levers[0]
    growth = funding_index(state.params[0], month)
    risen = False
    for f in range(len(state.funds)):
        fund = state.funds[f]
        if fund.used and is_basic(fund):
            if levers.premiums == PremiumRule.FOLLOW:
                raise_premiums(fund, growth, levers.premium_rise_most)
            risen = risen or fund.raised > 0.0
    return risen


@kernel
def raise_incomes(state: State, month: int, seed: int, dearer: bool) -> None:
    """January: everyone's income, and what is measured by it, becomes that of the year.

    `dearer` says whether premiums of basic insurance have risen in any pool for want of money.
    """
    params = state.params[0]
    index = income_index(params, month)
    ratio = index / params.income_index
    if ratio == 1.0 and not dearer:
        return
    params.income_index = index
    params.median_household_income *= ratio
    params.median_income *= ratio
    line = max(params.poverty_least, params.poverty_base + 0.5 * params.median_income)
    for c in range(len(state.cities)):
        state.cities[c].income *= ratio
        state.cities[c].subsistence *= ratio
        state.cities[c].poverty_line = line
    for i in range(state.counters[0].patients):
        patient = state.patients[i]
        more = dearer_by(state, patient) if dearer else 0.0
        follow_incomes(patient, state.cities[patient.city], more, params, seed)


@kernel
def renew_insurance(state: State, month: int, seed: int) -> None:
    """January: insured residents become employees, patients among them."""
    params = state.params[0]
    rise = employees_risen(params, month) / employees_risen(params, month - 12) - 1.0
    for c in range(len(state.cities)):
        _join_employees(state, state.cities[c], rise)
    for i in range(state.counters[0].patients):
        renew_cover(state.patients[i], params, month, seed)


@kernel
def sell_commercial_cover(state: State, month: int, seed: int) -> None:
    """January: products of commercial insurance are launched or withdrawn, and people buy them."""
    for c in range(len(state.cities)):
        renew_product(state, c, month, seed)
    for i in range(state.counters[0].patients):
        state.patients[i].enrolled = buys_cover(state, state.patients[i], seed)


@rule
def _join_employees(state: State, city: CityRow, rise: float) -> None:
    """Let people of a city pass from the residents' pool to the employees', by a rise of those."""
    employees, residents = Fund.BASIC_EMPLOYEE, Fund.BASIC_RESIDENT
    more = min(rise * city.heads[employees], city.heads[residents])
    city.heads[employees] += more
    city.heads[residents] -= more
    state.funds[city.fund[employees]].heads += more
    state.funds[city.fund[residents]].heads -= more


@kernel
def set_income(state: State, bills: np.ndarray, month: int, seed: int) -> None:
    """Set what every fund receives and gives in a year: in January, and when the terms change.

    What a pool has accumulated is its balance in January, before the year's premiums. A special
    fund forecasts in January, or in the first month in which it pays.

    Args:
        state: The world, with this month's list and prices.
        bills: Work space: one bill.
        month: This month.
        seed: The key of all draws.
    """
    params = state.params[0]
    levers = state.levers[0]
    growth = funding_index(params, month)
    heavier = others_index(params, month)
    for f in range(len(state.funds)):
        fund = state.funds[f]
        if month % 12 == 0:
            fund.planned = 0
            fund.accumulated = fund.balance
        if fund.used:
            set_ordinary_income(fund, growth, heavier)
    fill_special_funds(state, levers, bills[0], month, seed)


@kernel
def receive_income(state: State, month: int) -> None:
    """Every fund receives a month's income; basic insurance gives a month's surplus."""
    due = 0.0
    given = 0.0
    for f in range(len(state.funds)):
        fund = state.funds[f]
        if fund.used and fund.gives > 0.0:
            due += fund.gives / 12.0
            given += give_surplus(fund, fund.gives / 12.0)
    surplus = given / due if due > 0.0 else 0.0
    for f in range(len(state.funds)):
        if state.funds[f].used:
            receive_a_month(state.funds[f], surplus, month)


@kernel
def close_households_year(state: State, month: int, seed: int) -> None:
    """December: settle and judge what the year has cost the household of every living patient."""
    for i in range(state.counters[0].patients):
        patient = state.patients[i]
        if patient.stage != Stage.WELL and patient.stage != Stage.DEAD:
            end_year(state, patient, state.diseases[patient.disease], month, seed)


@kernel
def screen_claims(state: State, month: int, seed: int) -> None:
    """Search the expenditure database for the long undiagnosed and invite them where skill is."""
    params = state.params[0]
    for i in range(state.counters[0].patients):
        patient = state.patients[i]
        levers = state.levers[state.cities[patient.city].zone]
        if levers.claims_screening <= 0.0 or not has_left_traces(patient, month, params):
            continue
        draw = uniform(seed, patient.identity, Decision.SCREEN_CLAIMS, month)
        if draw < levers.claims_screening:
            _invite(state, patient, i, month, int(12.0 * draw / levers.claims_screening))


@rule
def _invite(state: State, patient: PatientRow, i: int, month: int, later: int) -> None:
    """An undiagnosed patient is invited where skill is; a diagnosed one is registered.

    The invitations of a year go out over its months: this one `later`, or with the next visit.
    """
    if patient.stage >= Stage.DIAGNOSED:
        if patient.stage != Stage.DEAD and patient.registered == NEVER:
            report_directly(state, patient, month)
    elif patient.stage != Stage.WAITING and patient.stage != Stage.WELL:
        disease = state.diseases[patient.disease]
        there = where_it_can_be_resolved(state, patient, disease, state.params[0])
        if patient.referral == RETURNING:
            remember_failure(patient, state.params[0])
        patient.referral = INVITED
        move(state, patient, Stage.SEEKING)
        patient.planned = 1
        patient.due = min(max(month, patient.due), month + later)
        reschedule(state, patient, disease, i)
        note(state, patient, month, Event.INVITED, there, 0.0)


@kernel
def keep_in_touch(state: State, month: int, seed: int) -> None:
    """January: diagnosed patients find organisations, which enter their members in a cohort."""
    params = state.params[0]
    for i in range(state.counters[0].patients):
        patient = state.patients[i]
        if patient.stage < Stage.DIAGNOSED or patient.stage == Stage.DEAD:
            continue
        city = state.cities[patient.city]
        if state.levers[city.zone].patient_cohort > 0.0:
            find_organisation(patient, city, params, month, seed)
            join_cohort(state, patient, month, month, seed)


@rule
def _can_be_entered(state: State, patient: PatientRow) -> bool:
    """Return whether there is a register that a diagnosed patient is not in yet."""
    if patient.reported == NEVER:
        return True
    hospital = state.hospitals[patient.hospital]
    return hospital.researches == 1 and patient.researched == NEVER


@kernel
def report_known(state: State, month: int, seed: int) -> None:
    """January: patients diagnosed earlier may be reported at a follow-up visit."""
    params = state.params[0]
    for i in range(state.counters[0].patients):
        patient = state.patients[i]
        known = patient.stage >= Stage.DIAGNOSED and patient.stage != Stage.DEAD
        if not known or patient.hospital < 0 or not _can_be_entered(state, patient):
            continue
        draw = uniform(seed, patient.identity, Decision.FOLLOW_UP, month)
        if draw < params.follow_up_reporting:
            disease = state.diseases[patient.disease]
            hospital = state.hospitals[patient.hospital]
            report(state, patient, hospital, disease, month, month, seed)
