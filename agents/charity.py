"""Charity: grants by means test until the year's budget is gone.

Drug-donation programmes are the manufacturers' (`agents.manufacturer`); patient organisations act
where patients hear of them (`agents.patient`).
"""

from agents.core.jit import rule
from agents.core.record import RecordAgent
from agents.records.charity import CharityRow
from agents.records.disease import DiseaseRow
from agents.records.levers import LeversRow
from agents.regulator import in_catalogue


class Charity(RecordAgent, record=CharityRow):
    """A foundation as a Mesa agent."""


@rule
def raise_donations(charity: CharityRow, factor: float) -> None:
    """Open the year with the donations raised."""
    charity.left = charity.budget * factor
    charity.granted = 0.0
    charity.grants = 0.0


@rule
def is_for(charity: CharityRow, city: int, province: int) -> bool:
    """Return whether a foundation gives grants to patients of a city and its province."""
    if charity.city >= 0 and charity.city != city:
        return False
    return charity.province < 0 or charity.province == province


@rule
def may_grant(
    charity: CharityRow,
    disease: DiseaseRow,
    household_share: float,
    income: float,
    granted: float,
    gap: float,
    levers: LeversRow,
) -> bool:
    """Return whether a foundation closes the gap between a bill and the household's means.

    The disease must be in the catalogue in force, the household's part exceed the means test's
    share of its income, and the gap fit under the yearly cap of grants to one patient and the
    budget.

    In yuan: `household_share` of the bill, `income` of the year, `granted` to the patient this
    year, and the `gap` between the share and the household's means.
    """
    if not in_catalogue(disease, levers) or household_share <= levers.means_test * income:
        return False
    return gap <= levers.grant_cap - granted and gap <= charity.left


@rule
def take_back(charity: CharityRow, gap: float) -> None:
    """Take a grant back: the bill was not paid after all."""
    charity.left += gap
    charity.granted -= gap
    charity.grants -= 1.0


@rule
def grant(charity: CharityRow, gap: float) -> None:
    """Give the grant."""
    charity.left -= gap
    charity.granted += gap
    charity.grants += 1.0
