"""Commercial supplementary insurance (Huiminbao): a city's product, sold by the year.

Wherever a benefit layer of commercial insurance holds, insurers may launch a product. People buy it
each January, the diagnosed ill more often than others. A product whose claims exceed its premiums
for too long is withdrawn, and its city has none from then on.
"""

import math

from agents.codes import Fund, Product, Scheme, Source, Stage
from agents.core.jit import rule
from agents.core.parameters import Parameters
from agents.core.random_numbers import Decision, normal, uniform
from agents.records.insurance import FundRow
from agents.records.patient import PatientRow
from agents.state import State


@rule
def is_launched(c: int, params: Parameters, month: int, seed: int) -> bool:
    """Return whether a product is launched this January in a city (row `c`) that has had none.

    Some cities never have one; in the others it comes with the same chance each year.
    """
    if uniform(seed, c, Decision.PRODUCT_EVER, 0) >= params.commercial_cities:
        return False
    return uniform(seed, c, Decision.PRODUCT_LAUNCH, month) < params.commercial_launch_rate


@rule
def other_claims(c: int, params: Parameters, seed: int) -> float:
    """Return all other claims of a product over its premiums: products differ, by city (row `c`).

    Lognormal around the mean; one draw for each city.
    """
    sd = params.commercial_claims_sd
    drawn = normal(seed, c, Decision.PRODUCT_CLAIMS, 0)
    return params.commercial_other_share * math.exp(sd * drawn - 0.5 * sd * sd)


@rule
def buyers(fund: FundRow, params: Parameters) -> float:
    """Return the share of the insured of its city who buy a product this year; fewer in the first.

    Nobody does where none is sold.
    """
    if fund.product != Product.SOLD:
        return 0.0
    share = params.commercial_enrolment
    return share * params.commercial_first_year if fund.sold_years == 0 else share


@rule
def renew_product(state: State, c: int, month: int, seed: int) -> None:
    """January: the product of a city (row `c`) is launched, goes on, or is withdrawn for good."""
    city, params = state.cities[c], state.params[0]
    fund = state.funds[city.fund[Fund.COMMERCIAL]]
    if not city.commercial:
        if fund.product == Product.SOLD:
            fund.product = Product.NONE
    elif fund.product == Product.SOLD:
        fund.sold_years += 1
        if fund.losing_years >= params.commercial_losing_years:
            fund.product = Product.WITHDRAWN
    elif fund.product == Product.NONE and is_launched(c, params, month, seed):
        fund.product = Product.SOLD
        fund.sold_years = 0
        fund.losing_years = 0
        fund.other_share = other_claims(c, params, seed)
    insured = city.heads[Fund.BASIC_EMPLOYEE] + city.heads[Fund.BASIC_RESIDENT]
    city.heads[Fund.COMMERCIAL] = insured * buyers(fund, params)
    fund.heads = city.heads[Fund.COMMERCIAL]


@rule
def judge_product(fund: FundRow) -> None:
    """At the year's end: count another year in which a product's claims exceeded its premiums.

    Refused claims count as well; a year without a loss begins the count anew.
    """
    if fund.product != Product.SOLD:
        return
    claims = fund.paid_rare + fund.paid_other + fund.rationed + fund.unpaid_other
    fund.losing_years = fund.losing_years + 1 if claims > fund.income[Source.PREMIUMS] else 0


@rule
def likelier(share: float, odds_ratio: float) -> float:
    """Return a share (0-1) whose odds are those of another times a ratio."""
    return share * odds_ratio / (1.0 - share + share * odds_ratio)


@rule
def buys_cover(state: State, patient: PatientRow, seed: int) -> bool:
    """Return whether a patient has bought the product of the city of insurance for this year.

    Likelier in richer fifths, and if the disease is diagnosed: adverse selection. One draw decides
    for life, so that whoever buys goes on buying while it is sold.
    """
    if patient.scheme == Scheme.NONE:
        return False
    params = state.params[0]
    fund = state.funds[state.cities[patient.insured].fund[Fund.COMMERCIAL]]
    gradient = params.commercial_enrolment_gradient
    share = buyers(fund, params) * (1.0 - 2.0 * gradient + gradient * (patient.quintile - 1))
    if patient.stage >= Stage.DIAGNOSED:
        share = likelier(min(1.0, share), params.commercial_odds_diagnosed)
    return uniform(seed, patient.identity, Decision.ENROLMENT, 0) < share
