"""Launch: when a drug comes onto the market, and when a competitor follows it."""

from agents.core.jit import rule
from agents.core.parameters import Parameters
from agents.core.random_numbers import Decision, uniform
from agents.manufacturer import launch_month, sold_from
from agents.records.drug import DrugRow
from agents.records.levers import LeversRow


@rule
def is_launched_early(drug: DrugRow, params: Parameters, levers: LeversRow, month: int) -> bool:
    """Develop a drug that is not sold yet by a month; true if it is launched before its time.

    Its time is that of the record. Incentives for research make development faster while they
    last; accelerated review then saves part of the review, at most all of it. So a policy moves
    only what is not approved when it begins, and nothing before its own development.
    """
    launch = launch_month(drug, levers)
    if month >= launch:
        return False
    drug.hastened += params.incentive_speed * levers.incentives
    saved = min(1.0 * levers.review_months_saved, params.review_months)
    if month + drug.hastened + saved < launch:
        return False
    drug.early += launch - month
    return True


@rule
def competitor_enters(
    drug: DrugRow, d: int, params: Parameters, levers: LeversRow, month: int, seed: int
) -> bool:
    """January: a competitor may follow a drug that is no longer exclusive; true if its price falls.

    One at most, and it lowers all prices of the drug. Those of a drug launched long before the
    scenario hold the competition there is. `d` is the drug's row, the key of the draw.
    """
    launch = sold_from(drug, levers)
    if drug.rivals or launch < -12.0 * params.competition_settled_after:
        return False
    if month < launch + 12.0 * levers.exclusivity_years:
        return False
    if uniform(seed, d, Decision.COMPETITOR, month) >= params.competitor_probability:
        return False
    drug.rivals = 1
    drug.price *= params.competitor_price_ratio
    drug.list_price *= params.competitor_price_ratio
    drug.record_price *= params.competitor_price_ratio
    return True
