"""The insurance surplus: what it is, how much of it is drawn, and who gives it."""

import pytest

from abm.engine import phases
from agents.codes import Base, Fund, Givers, Payer, Source
from agents.records.bill import BillRow
from tests.support.hamlet import build, layer

pytestmark = pytest.mark.slow

YEARLY = 6.7e9
"""What the sources of the shipped policies say, yuan a year in the whole country."""


def drawing(share=0.1, **levers):
    """Return a hamlet with one treatable, registered patient and an empty special fund."""
    state = build(layers=[layer(Payer.SPECIAL_FUND, base=Base.ALL)])
    state.patients["registered"] = -1
    state.levers["surplus_share"], state.levers["surplus_most"] = share, 1e18
    for name, value in levers.items():
        state.levers[name] = value
    state.funds["balance"] = 0.0
    state.funds["balance"][[Fund.BASIC_EMPLOYEE, Fund.BASIC_RESIDENT]] = 30_000.0, 10_000.0
    state.funds["income_per_head"][: Fund.BASIC_RESIDENT + 1] = 1000.0
    return state


def drawn(state):
    """Return what the special fund draws in a year."""
    phases.set_income(state, BillRow.array(1), 0, 1)
    for month in range(12):
        phases.receive_income(state, month)
    return state.funds["income"][Fund.SPECIAL_FUND, Source.SURPLUS]


def test_the_surplus_is_what_was_there_before_the_years_premiums():
    state = drawing()
    assert drawn(state) == pytest.approx(0.1 * 40_000.0)
    gave = state.funds["paid_transfer"][[Fund.BASIC_EMPLOYEE, Fund.BASIC_RESIDENT]]
    assert list(gave) == pytest.approx([3000.0, 1000.0])


def test_no_more_is_drawn_than_the_policys_amount():
    assert drawn(drawing(surplus_most=500.0)) == pytest.approx(500.0)


def test_where_the_fund_pays_everywhere_nobody_is_outside():
    assert drawn(drawing(surplus_from=Givers.INSIDE)) == pytest.approx(4000.0)
    assert drawn(drawing(surplus_from=Givers.OUTSIDE)) == 0.0


def given(tables, policy, **settings):
    """Return what each pool of basic insurance gave in each year, yuan at full scale."""
    scale = 0.004
    books = tables(policy, tuple(settings.items()), scale=scale)["ledger"]
    books = books[books["fund"].str.startswith("basic")]
    return books.groupby(["year", "pool"])["paid_transfer"].sum().unstack() / scale


@pytest.mark.parametrize(
    "policy", ["surplus-share", "surplus-share+mandatory-registry", "special-zone-national"]
)
def test_the_shipped_funds_draw_what_their_source_says(policy, tables):
    """All of it where the fund knows enough patients to need it, never more."""
    by_year = given(tables, policy).sum(axis=1)
    assert by_year[2019] == 0.0
    assert by_year.loc[2020:].max() <= YEARLY * (1.0 + 1e-9)
    if policy != "surplus-share":
        assert by_year.iloc[-1] == pytest.approx(YEARLY, rel=1e-9)


ZONE = {"Shandong", "Shanghai", "Zhejiang", "Jiangsu"}


@pytest.mark.parametrize("givers", ["inside", "outside", "all"])
def test_which_pools_give_is_the_policys(givers, tables):
    gave = given(tables, "special-zone", **{"financing.surplus_from": givers})
    inside = gave.columns.isin(ZONE)
    assert (gave.loc[:, inside].to_numpy().sum() > 0.0) == (givers != "outside")
    assert (gave.loc[:, ~inside].to_numpy().sum() > 0.0) == (givers != "inside")


@pytest.fixture(scope="module")
def funds(tables):
    """Return a function that gives the special fund's yearly books with and without a duty."""

    def books(**settings):
        return [
            tables(policy, tuple(settings.items()))["ledger"]
            .query("fund == 'special_fund'").groupby("year").sum(True)
            for policy in ("surplus-share", "surplus-share+mandatory-registry")
        ]  # fmt: skip

    return books


def test_a_fund_that_knows_more_patients_draws_more_and_refuses_less(funds):
    """Where the policy leaves it room."""
    limits = {"financing.surplus_most": "inf", "financing.surplus_share": 0.2}
    without, with_duty = funds(**limits)
    assert (with_duty["income"].loc[2020:2022] > 1.2 * without["income"].loc[2020:2022]).all()
    assert with_duty["rationed"].loc[2022:].sum() < 0.8 * without["rationed"].loc[2022:].sum()
    assert with_duty["paid_rare"].loc[2020:].sum() > 1.1 * without["paid_rare"].loc[2020:].sum()


def test_under_the_shipped_limits_the_registry_acts_through_the_plan(funds, tables):
    """A fund that knows more patients reaches the limit earlier, and carries other patients."""
    without, with_duty = (books["income_surplus"].loc[2020:] for books in funds())
    assert (with_duty >= without * (1.0 - 1e-9)).all()
    assert with_duty.sum() > 1.1 * without.sum()
    assert (with_duty >= 0.99 * with_duty.max()).sum() > (without >= 0.99 * with_duty.max()).sum()
    paid = [tables(policy)["patients"]["paid_special_fund"]
            for policy in ("surplus-share", "surplus-share+mandatory-registry")]  # fmt: skip
    assert ((paid[0] > 0.0) != (paid[1] > 0.0)).sum() > 20
