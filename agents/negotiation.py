"""Negotiation: what a drug is worth, what may be spent on it, listing, renewal and delisting.

The price agreed is the lowest that the manufacturer accepts. The list is one buyer for a nation,
and knows what was accepted before; it begins there and goes no further than it must. So a more
generous threshold lists more drugs and makes none dearer: a price that rose with the threshold
would rise for drugs that would be listed anyway.
"""

import math

from agents.core.jit import rule
from agents.core.parameters import Parameters
from agents.core.random_numbers import Decision
from agents.core.record import NEVER
from agents.institution import decided_by, is_upheld, may_appeal
from agents.manufacturer import (
    applies,
    lowest_acceptable,
    lowest_at_renewal,
    patients_expected,
    sold_from,
)
from agents.records.drug import DrugRow
from agents.records.levers import LeversRow
from agents.regulator import delist, enlist


@rule
def voice(drug: DrugRow, params: Parameters, levers: LeversRow) -> float:
    """Return by which share patient organisations raise the threshold for a drug.

    The more patients are known, the louder; half of the most where `voice_half_at` are.
    """
    heard = drug.known / (drug.known + params.voice_half_at)
    return levers.voice * params.voice_most * heard


@rule
def assess(drug: DrugRow, params: Parameters, levers: LeversRow) -> float:
    """Return the highest price that the health gained is worth, yuan a year.

    The health gain per year of treatment times the threshold of the response class, raised where
    patients are heard; a price ceiling may lie below it.
    """
    bearable = drug.qaly_gain * levers.threshold[drug.response]
    bearable *= 1.0 + voice(drug, params, levers)
    if levers.price_ceiling > 0.0:
        bearable = min(bearable, levers.price_ceiling)
    return bearable


@rule
def highest_offer(drug: DrugRow, params: Parameters, levers: LeversRow) -> float:
    """Return the highest price that the list will bear, yuan a year.

    What the health gained is worth, at most the list price, and what the most that the drug may
    cost in a year leaves for each of the patients expected: whom the registry does not know, no
    budget fears.
    """
    offer = min(assess(drug, params, levers), drug.list_price)
    patients = patients_expected(drug)
    if patients > 0.0:
        offer = min(offer, levers.budget_impact_most / patients)
    return offer


@rule
def may_be_negotiated_from(drug: DrugRow, levers: LeversRow) -> int:
    """Return the month from which a drug's listing is negotiated, no later than by the deadline."""
    launch = sold_from(drug, levers)
    return min(launch + levers.months_to_listing, decided_by(launch, levers))


@rule
def has_round(drug: DrugRow, levers: LeversRow, month: int) -> bool:
    """Return whether a drug's listing can be negotiated in a month: in January.

    Where a law sets a deadline, also in the month of the deadline, if no January comes before it.
    """
    if month % 12 == 0:
        return True
    last = decided_by(sold_from(drug, levers), levers)
    return month == last and last - last % 12 < may_be_negotiated_from(drug, levers)


@rule
def may_negotiate(drug: DrugRow, levers: LeversRow, month: int) -> bool:
    """Return whether a drug off the list can be negotiated.

    Some time after its launch; one that has been taken off the list, when its term would be over.
    """
    if drug.agreed != NEVER and month < drug.agreed + 12 * levers.renewal_years:
        return False
    return month >= may_be_negotiated_from(drug, levers)


@rule
def negotiate(drug: DrugRow, params: Parameters, levers: LeversRow, month: int) -> bool:
    """One round for a drug that is not listed; true if it comes onto the list.

    If the manufacturer applies, the list offers its lowest acceptable price, unless that is more
    than the list will bear.
    """
    if drug.listed or not may_negotiate(drug, levers, month):
        return False
    if not applies(drug, params, levers, month):
        return False
    price = lowest_acceptable(drug, params, levers)
    if price > highest_offer(drug, params, levers):
        if may_appeal(levers) and drug.refused == NEVER:
            drug.refused = month
        return False
    enlist(drug, price, month)
    drug.expected = patients_expected(drug)
    return True


@rule
def hear_manufacturer(
    drug: DrugRow, d: int, params: Parameters, levers: LeversRow, month: int, seed: int
) -> bool:
    """Hear the appeal of a drug refused for its price; true if it comes onto the list.

    Once, some months after the first refusal. If it succeeds, the list takes the drug at the lowest
    price acceptable to its manufacturer, whatever the list would bear otherwise.

    Args:
        drug: The drug.
        d: Its row, the key of the draw.
        params: The world's parameters.
        levers: The rules in force.
        month: This month.
        seed: The key of all draws.
    """
    if drug.listed or drug.refused == NEVER or month != drug.refused + params.appeal_months:
        return False
    if not may_appeal(levers) or not is_upheld(d, Decision.APPEAL_FOR_DRUG, params, seed):
        return False
    enlist(drug, lowest_acceptable(drug, params, levers), month)
    drug.expected = patients_expected(drug)
    return True


@rule
def is_up_for_renewal(drug: DrugRow, params: Parameters, levers: LeversRow, month: int) -> bool:
    """Return whether the term of a listed drug's price is over; after some years it has none."""
    if not drug.listed or levers.renewal_years == 0:
        return False
    if month - drug.listed_month >= 12.0 * params.renewal_ends_after:
        return False
    return month - drug.agreed >= 12 * levers.renewal_years


@rule
def cut_by_volume(drug: DrugRow, params: Parameters) -> float:
    """Return by which share a price falls at renewal: in steps, with patients over those expected.

    Nothing where nobody was counted when the price was agreed.
    """
    if drug.expected <= 0.0:
        return 0.0
    over = drug.volume / drug.expected - params.renewal_free_until
    if over <= 0.0:
        return 0.0
    most = params.renewal_cut_most / params.renewal_cut_per_step
    steps = math.ceil(min(over / params.renewal_step, most))
    return min(params.renewal_cut_most, params.renewal_cut_per_step * steps)


@rule
def renew(drug: DrugRow, params: Parameters, levers: LeversRow, month: int) -> bool:
    """Renew the price of a listed drug whose term is over; true if price or listing change.

    The price falls with the volume, and to what the list will bear now. If the manufacturer will
    not have that, the drug leaves the list.
    """
    if not is_up_for_renewal(drug, params, levers, month):
        return False
    before = drug.price
    price = before * (1.0 - cut_by_volume(drug, params))
    price = min(price, highest_offer(drug, params, levers))
    if price < lowest_at_renewal(drug):
        delist(drug, month)
        return True
    drug.price = price
    drug.agreed = month
    drug.expected = patients_expected(drug)
    return price != before
