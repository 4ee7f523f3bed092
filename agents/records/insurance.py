"""What the world keeps of insurance: benefit layers, funds, and the accounts of patients."""

from agents.codes import (
    INSURERS,
    Base,
    Bearer,
    Beside,
    DrugFilter,
    Fund,
    Payer,
    Product,
    Rationing,
    ResponseClass,
    Scheme,
    Source,
)
from agents.core.limits import DISEASES, LINES
from agents.core.record import Record, code, count, index, mask, month, real, small

QUARTER, YEAR = 3, 12
"""Months of treatment that a bill is for: of a costly drug, and of the others."""
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
    payer = code(Payer, "payer")
    base = code(Base, "part of the bill that it looks at")
    drug_filter = code(DrugFilter, "which drugs it covers")
    poor_only = small("0/1", "only for those who receive low-income aid")
    enrolled_only = small("0/1", "only for those who bought commercial insurance")
    of_catalogue = small("0/1", "the diseases covered are those of the catalogue in force")
    beside = code(Beside, "how it goes with earlier layers of its payer")


class FundRow(Record):
    """One fund of one pool."""

    balance = real("yuan", "balance; below 0 it is what is owed to hospitals for small bills")
    opening = real("yuan", "balance at the year's opening")
    income = real("yuan", "income of the year by source", len(Source))
    accumulated = real("yuan", "balance before the year's premiums: its accumulated surplus")
    lends = real("yuan", "the part of that from which a special fund may draw")
    gives = real("yuan/year", "given to special funds of it, a twelfth each month")
    yearly = real("yuan/year", "income by source, a twelfth each month", len(Source))
    claims_before = real("yuan", "claims of last year, paid and refused")
    levied = real("0-1", "part of its levies and fiscal money that a special fund raises this year")
    lacks = real("yuan/year", "what a special fund has to draw on the surplus this year")
    floor = real("yuan/year", "least that a law binds a special fund to receive")
    other = real("yuan/year", "spending on all other patients")
    heads = real("persons", "insured")
    relative = real("1", "its ordinary income per insured over the national mean")
    spending = real("1", "its spending on other patients per insured over the national mean")
    held = real("yuan", "kept this month for other patients")
    promised = real("yuan", "owed to households that have paid its part of bills first")
    at_counter = real("yuan", "small bills paid since it last paid for all other patients")
    paid = real("yuan", "paid this year, all purposes")
    paid_rare = real("yuan", "of which for rare diseases")
    paid_other = real("yuan", "of which for all other patients")
    paid_transfer = real("yuan", "of which given to the special fund")
    paid_programmes = real("yuan", "of which for programmes: screening, teaching")
    programmes_fiscal = real("yuan", "of these with fiscal money")
    unpaid_other = real("yuan", "spending on all other patients that it could not pay this year")
    rationed = real("yuan", "claims refused this year for want of money, each month's once")
    refused_months = real(
        "month", "patients' months without a drug this year for want of its money"
    )
    missing = real("yuan", "what it lacked at the end of last year, not yet answered by premiums")
    raised = real("yuan/year", "premiums by which it has answered want of money so far")
    claimed = real("yuan", "claims of this month")
    forecast = real("yuan/year", "what the registered patients are expected to claim")
    share = real("0-1", "share of this month's claims that can be paid")
    due_quarterly = real("yuan", "quarterly bills to come of known patients, by month", QUARTER)
    due_yearly = real("yuan", "yearly bills to come of known patients, by month", YEAR)
    needs = real("yuan", "claims of patients carried so far, up to each month ahead", YEAR)
    wants = real("yuan", "claims of those whom it would carry anew, likewise", YEAR)
    free = real("yuan", "money that patients carried will not need, up to each month ahead", YEAR)
    left = real("yuan", "money for patients carried this month, not yet paid")
    begin_share = real("0-1", "share of the claims of those carried anew that can be paid")
    reserve = real("0-1", "share of a year's income kept in reserve")
    income_per_head = real("yuan/person/year", "ordinary income per insured at the start")
    fiscal_share = real("0-1", "part of it that is fiscal money; the rest are premiums")
    other_per_head = real("yuan/person/year", "spending on other patients per insured at the start")
    other_share = real("0-1", "part of the ordinary income that is spent on other patients")
    kind = code(Fund, "kind of fund")
    ration = code(Rationing, "what it does when short")
    short = small("0/1", "cannot pay all claims this month")
    used = small("0/1", "the policy uses this pool")
    serves = small("0/1", "a special fund that pays for somebody under the policy")
    planned = small("0/1", "it has planned this year")
    grows = small("0/1", "its ordinary income grows year by year")
    in_advance = small("0/1", "a year's income comes in January, not month by month")
    product = code(Product, "the city's product of commercial insurance")
    sold_years = small("years", "for how long it has been sold before this year")
    losing_years = small("years", "years on end in which its claims exceeded its premiums")


class RefundRow(Record):
    """What payers owe a household that has paid a bill first, by line of the bill."""

    owed = real("yuan", "part of the bill, 0 where there is no such line", LINES)
    account = count("", "row of the patient's account")
    city = index("", "place whose fund pays", LINES)
    month = month("in which it is paid")
    payer = small("", "payer", LINES)
    kind = small("", "kind of fund", LINES)


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
    refused = real("yuan", "claim that a fund short of money did not pay in full")
    refused_by = count("", "row of that fund")
    refused_period = small("month", "months of treatment that the bill was for")
    carried = small("0/1", "paid a part of the last bill, by payer with a fund", len(INSURERS))
    last = real("yuan", "the last bill by who bears it", len(Bearer))
    last_period = small("month", "months of treatment that it is for")
    paid_until = month("first month of treatment that it is not for")
    patient = count("", "row of the patient")
    year = index("", "year of the yearly figures, counted from the first")
