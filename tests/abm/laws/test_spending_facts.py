"""What patients spend, and how much of it is reimbursed, comes out near what is published."""

import pytest

from abm import RareCareModel

pytestmark = pytest.mark.slow

SURVEYED, REIMBURSED = 50_774, 10_366
"""Yuan that surveyed patients spent in 2017, and got back (more_facts.md)."""


@pytest.fixture(scope="module")
def year():
    """Return what was billed and paid by households a patient in 2019, yuan, and the patients."""
    model = RareCareModel(policy="as-happened", scale=0.01, years=1, rng=1, follow=0.0).run()
    found = model.outcomes()
    months = found["months"]
    alive = months.groupby("month")["alive"].sum().mean()
    paid = months["billed"].sum() - months["paid_donation"].sum()
    return paid / alive, months["paid_household"].sum() / alive, found["patients"]


def test_spending_is_near_the_surveys(year):
    """Within 40 %: the survey reached organised patients of 2017, the model counts everyone."""
    billed, _, _ = year
    assert billed == pytest.approx(SURVEYED, rel=0.4)


def test_a_fifth_and_more_is_reimbursed_and_most_is_not(year):
    billed, household, _ = year
    assert REIMBURSED / SURVEYED < 1 - household / billed < 0.4


def test_hardly_anybody_ill_is_without_expenses(year):
    """Neither those without a diagnosis nor the diagnosed without a drug."""
    _, _, patients = year
    whole = patients[(patients["onset"] < -12) & patients["died"].isna()]
    without = whole[whole["treated"].isna()]
    for rows in (without[without["diagnosed"].isna()], without[without["diagnosed"].notna()]):
        assert (rows["billed"] > 1000).mean() > 0.75
