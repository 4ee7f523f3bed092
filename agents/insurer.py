"""Insurer: funds, benefit layers, the patients' accounts with the payers, and rationing.

Deductibles and brackets count a patient's cumulative spending of the year, not the single bill, as
Chinese benefit rules do; so each account keeps, per payer, the year's base and what was paid on it.
Where two layers of one payer hold for one patient they share both.
"""

from agents.codes import (
    ACCOUNT_OF,
    FUND_OF,
    INSURERS,
    PAYER_OF,
    Base,
    DrugFilter,
    Fund,
    Payer,
    Rationing,
    ResponseClass,
    Scheme,
    Source,
)
from agents.core.bitset import has
from agents.core.jit import rule
from agents.core.limits import DISEASES
from agents.core.record import Record, RecordAgent, count, index, mask, real, small

BRACKETS = 4
"""The most brackets that a layer can have."""


class LayerRow(Record):
    """One benefit layer of the policy in force."""

    up_to = real("yuan/year", "upper end of each bracket of the year's base", BRACKETS)
    rate = real("0-1", "rate of each bracket", BRACKETS)
    deductible = real("yuan/year", "deductible")
    deductible_share = real("0-1", "deductible as a share of local disposable income per head")
    poor_deductible = real("0-1", "factor on the deductible for the poor")
    poor_bonus = real("0-1", "added to the rate for the poor")
    payer_cap = real("yuan/year", "most the payer pays for a patient")
    patient_cap = real("yuan/year", "most the household pays; the rest is the layer's")
    pre_share = real("0-1", "class-B share that the household pays first")
    away_cut = real("0-1", "its own cut for care away from the insured place")
    cost_above = real("yuan/year", "only drugs that cost more a year")
    cost_below = real("yuan/year", "only drugs that cost less a year")
    diseases = mask("diseases covered", DISEASES)
    schemes = mask("insurance schemes covered", len(Scheme))
    responses = mask("response classes covered", len(ResponseClass))
    payer = small("", "payer")
    base = small("", "part of the bill that it looks at")
    drug_filter = small("", "listed, unlisted or any drugs")
    poor_only = small("0/1", "only for those who receive low-income aid")
    enrolled_only = small("0/1", "only for those who bought commercial insurance")


class FundRow(Record):
    """One fund of one pool."""

    balance = real("yuan", "balance")
    opening = real("yuan", "balance at the year's opening")
    income = real("yuan", "income of the year by source", len(Source))
    other = real("yuan/year", "spending on all other patients")
    heads = real("persons", "insured")
    relative = real("1", "income of the insured over the national mean")
    paid = real("yuan", "paid this year, all purposes")
    paid_rare = real("yuan", "of which for rare diseases")
    paid_other = real("yuan", "of which for all other patients")
    paid_transfer = real("yuan", "of which given to the special fund")
    rationed = real("yuan", "claims refused this year for want of money")
    claimed = real("yuan", "claims of this month")
    forecast = real("yuan/year", "what the registered patients are expected to claim")
    share = real("0-1", "share of this month's claims that can be paid")
    reserve = real("0-1", "share of a year's income kept in reserve")
    income_per_head = real("yuan/person/year", "ordinary income per insured at the start")
    fiscal_share = real("0-1", "part of it that is fiscal money; the rest are premiums")
    other_per_head = real("yuan/person/year", "spending on other patients per insured at the start")
    other_share = real("0-1", "part of the ordinary income that is spent on other patients")
    kind = small("", "kind of fund")
    ration = small("", "what it does when short")
    short = small("0/1", "cannot pay all claims this month")
    used = small("0/1", "the policy uses this pool")
    grows = small("0/1", "its ordinary income grows year by year")
    by_wage = small("0/1", "its income and spending per head follow the incomes of the insured")


class AccountRow(Record):
    """One patient's account with the payers."""

    base = real(
        "yuan", "year's base of the deductible and brackets, by payer with a fund", len(INSURERS)
    )
    used = real("yuan", "paid by each payer with a fund this year", len(INSURERS))
    paid = real("yuan", "paid by each payer since the scenario's start", len(Payer))
    billed = real("yuan", "billed for drugs since the scenario's start")
    household_share = real("yuan", "household's part of the drug bills this year")
    granted = real("yuan", "grants this year")
    patient = count("", "row of the patient")
    year = index("", "year of the yearly figures, counted from the first")


class Insurer(RecordAgent, record=FundRow):
    """A fund of a risk pool as a Mesa agent."""

    @property
    def name(self) -> str:
        """Kind of fund and pool, as in the ledger."""
        return f"{Fund(self.kind).label} of {self.model.pool_names[self.index]}"


@rule
def fund_kind(payer, scheme):
    """Return the kind of fund that a payer pays from for a member of a scheme."""
    return FUND_OF[payer, scheme]


@rule
def is_basic(fund):
    """Return whether basic medical insurance pays from a fund."""
    return PAYER_OF[fund.kind] == Payer.BASIC


@rule
def start_year(account, year):
    """Deductibles, brackets and caps start again."""
    if account.year != year:
        account.year = year
        account.household_share = 0.0
        account.granted = 0.0
        for k in range(len(account.base)):
            account.base[k] = 0.0
            account.used[k] = 0.0


@rule
def covers(layer, patient, disease, drug):
    """Return whether a layer covers this patient's drug, wherever the patient lives."""
    if layer.drug_filter != DrugFilter.ANY and drug.listed != (
        layer.drug_filter == DrugFilter.LISTED
    ):
        return False
    if layer.poor_only and not patient.poor:
        return False
    if layer.enrolled_only and not patient.enrolled:
        return False
    if not has(layer.schemes, patient.scheme) or not has(layer.responses, disease.response):
        return False
    if drug.price <= layer.cost_above or drug.price > layer.cost_below:
        return False
    return has(layer.diseases, patient.disease)


@rule
def bracketed(layer, deductible, bonus, start, end):
    """Return what the brackets pay of the slice of the year's base from start to end."""
    paid = 0.0
    low = deductible
    for k in range(BRACKETS):
        high = layer.up_to[k]
        a = max(start, low)
        b = min(end, high)
        if b > a:
            paid += (b - a) * min(1.0, layer.rate[k] + bonus)
        low = max(low, high)
    return paid


@rule
def claim(layer, account, patient, city, base, outstanding, cut):
    """Return what a layer owes on a bill, if its fund can pay.

    Args:
        layer: The layer.
        account: The patient's account, with the year's base so far.
        patient: The patient.
        city: The insured city: local income, regional factor.
        base: The part of the bill that the layer looks at, yuan.
        outstanding: What no layer before it owes of the bill, yuan.
        cut: By how much the payment falls for care away from the insured place, 0-1.
    """
    deductible = layer.deductible + layer.deductible_share * city.income
    bonus = 0.0
    if patient.poor:
        deductible *= layer.poor_deductible
        bonus = layer.poor_bonus
    yearly = ACCOUNT_OF[layer.payer]
    start = account.base[yearly]
    owed = bracketed(layer, deductible, bonus, start, start + base)
    owed *= (1.0 - cut) * city.benefit_factor
    owed = min(owed, base)
    over = account.household_share + outstanding - owed - layer.patient_cap
    if over > 0.0:
        owed += over
    return max(0.0, min(owed, outstanding, layer.payer_cap - account.used[yearly]))


@rule
def base_of(layer, in_scope_outstanding, outstanding):
    """Return the part of a bill that a layer looks at.

    In-list cost after the class-B pre-share, the in-scope out-of-pocket so far, or all
    out-of-pocket so far.
    """
    if layer.base == Base.IN_LIST:
        return in_scope_outstanding * (1.0 - layer.pre_share)
    if layer.base == Base.IN_SCOPE:
        return in_scope_outstanding
    return outstanding


@rule
def available(fund):
    """Return what a fund may spend: its balance less the reserve."""
    total = 0.0
    for s in range(len(fund.income)):
        total += fund.income[s]
    return max(0.0, fund.balance - fund.reserve * total)


@rule
def ration(fund):
    """Decide, before the first bill of the month is paid, what a short fund will do."""
    have = available(fund)
    fund.short = fund.claimed > have
    fund.share = 1.0
    if fund.short and fund.ration == Rationing.PRO_RATA:
        fund.share = have / fund.claimed


@rule
def offer(fund, owed, new_patient):
    """Return what a fund pays of a claim: all, a share, or nothing to a new patient."""
    if fund.short and fund.ration == Rationing.STOP_NEW and new_patient:
        return 0.0
    return min(owed * fund.share, available(fund))


@rule
def priority(state, patient, month):
    """Return a patient's place in line at short funds; the smallest is served first.

    First come: the longest since diagnosis. Neediest: the lowest income per head.
    """
    city = state.cities[patient.insured]
    for kind in range(len(city.fund)):
        fund = state.funds[city.fund[kind]]
        if fund.short:
            if fund.ration == Rationing.NEEDIEST:
                return patient.income / patient.household
            if fund.ration != Rationing.PRO_RATA:
                return 1.0 * patient.diagnosed
    return 0.0


@rule
def pay_out(fund, amount):
    """Pay for a rare-disease patient."""
    fund.balance -= amount
    fund.paid += amount
    fund.paid_rare += amount


@rule
def pay_claim(fund, owed, new_patient):
    """Pay a claim as far as the fund can and will; count what is refused, return what is paid."""
    paid = offer(fund, owed, new_patient)
    fund.rationed += owed - paid
    pay_out(fund, paid)
    return paid


@rule
def pay_others(fund):
    """Pay a month of the spending on all other patients, as far as the money goes."""
    amount = min(fund.other / 12.0, max(0.0, fund.balance))
    fund.balance -= amount
    fund.paid += amount
    fund.paid_other += amount


@rule
def receive(fund, source, amount):
    """Receive income."""
    fund.income[source] += amount
    fund.balance += amount


@rule
def receive_ordinary_income(fund, growth, heavier):
    """Receive the year's premiums and fiscal money, and set the spending on all other patients.

    Args:
        fund: The fund, with its terms per insured person.
        growth: Factor on income per head since the scenario's start.
        heavier: Factor on spending per head since the scenario's start.
    """
    grown = growth if fund.grows else 1.0
    income = fund.heads * fund.income_per_head * grown
    others = fund.heads * fund.other_per_head * heavier
    if fund.by_wage:
        income = fund.heads * (fund.income_per_head * grown * fund.relative)
        others *= fund.relative
    receive(fund, Source.FISCAL, income * fund.fiscal_share)
    receive(fund, Source.PREMIUMS, income * (1.0 - fund.fiscal_share))
    fund.other = others + income * fund.other_share


@rule
def close_and_open(fund):
    """Open a new year's ledger."""
    fund.opening = fund.balance
    for s in range(len(fund.income)):
        fund.income[s] = 0.0
    fund.paid = 0.0
    fund.paid_rare = 0.0
    fund.paid_other = 0.0
    fund.paid_transfer = 0.0
    fund.rationed = 0.0


@rule
def give_surplus(fund, share):
    """Give a share of the accumulated balance to the special fund; return the amount."""
    amount = share * max(0.0, fund.balance)
    fund.balance -= amount
    fund.paid += amount
    fund.paid_transfer += amount
    return amount
