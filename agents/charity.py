"""Charity: grants by means test until the year's budget is gone.

Drug-donation programmes are the manufacturers' (`agents.manufacturer`); patient organisations act
where patients hear of them (`agents.patient`).
"""

from agents.compiled import rule
from agents.record import Record, RecordAgent, real, small


class CharityRow(Record):
    """A foundation."""

    budget = real("yuan/year", "donations raised a year")
    left = real("yuan", "left of this year's budget")
    granted = real("yuan", "granted this year")
    grants = real("", "grants this year")
    local = small("0/1", "only for patients of its own cities")


class Charity(RecordAgent, record=CharityRow):
    """A foundation as a Mesa agent."""


@rule
def raise_donations(charity, factor):
    """Open the year with the donations raised."""
    charity.left = charity.budget * factor
    charity.granted = 0.0
    charity.grants = 0.0


@rule
def may_grant(charity, city, own, yearly_income, granted, gap, rules):
    """Tell whether a foundation closes the gap between a bill and the household's means.

    The household's part must exceed the means test's share of its income, and the gap must fit
    under the yearly cap of grants to one patient and the budget.
    """
    if charity.local and not city.grants:
        return False
    if own <= rules.means_test * yearly_income:
        return False
    return gap <= rules.grant_cap - granted and gap <= charity.left


@rule
def grant(charity, gap):
    """Give the grant."""
    charity.left -= gap
    charity.granted += gap
    charity.grants += 1.0
