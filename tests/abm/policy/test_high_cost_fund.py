"""The fund for drugs above a million a year: whom it helps, and whom it does not touch."""

import numpy as np
import pytest

from abm import load_policy, load_world
from abm.calendar import month_of
from abm.setup.apply_policy import apply_policy
from abm.setup.initial_state import build
from agents.codes import Payer
from agents.core import bitset
from agents.core.limits import DRUGS
from agents.records.bill import BillRow
from agents.records.insurance import AccountRow
from tests.support.hamlet import patients
from tests.support.plain import agents as plain

MONTH = month_of("2020-06")
MILLION = 1_000_000.0


@pytest.fixture(scope="module")
def country():
    """China without people."""
    return build(load_world(), 0.001, 0, False)


def parts(country, policy, *, price, listed=0, poor=0):
    """Return what each payer owes on a year's bill of somebody in Haikou, and the household."""
    start, setup = country
    state = apply_policy(start.copy(), load_policy(policy).levers_at(MONTH), setup)
    row = patients(1)[0]
    row.city = row.insured = list(setup.world.cities["city"]).index("Haikou")
    row.disease = list(setup.world.diseases["disease"]).index("POMPE_LO")
    row.poor, row.account = poor, 0
    state = state._replace(patients=np.array([row]), accounts=AccountRow.array(1))
    state.cities["stocked"] = bitset.of(range(DRUGS), DRUGS)
    d = state.diseases[row.disease].first_drug
    its = state.drugs[d]
    its.price, its.listed = price, listed
    bill = BillRow.array(1)[0]
    bill.drug, bill.amount, bill.period = d, price, 12
    plain.billing.adjudicate(state, bill, row, state.accounts[0])
    owed = np.zeros(len(Payer))
    for n in range(bill.lines):
        owed[bill.payer[n]] += bill.owed[n]
    return owed, bill.household_share


@pytest.mark.parametrize("price", [1_200_000.0, 3_600_000.0])
def test_above_a_million_the_fund_leaves_a_hundred_thousand_at_most(country, price):
    owed, household = parts(country, "high-cost-fund", price=price)
    assert household == pytest.approx(100_000)
    assert owed[Payer.SPECIAL_FUND] == pytest.approx(price - 100_000)


def test_the_poor_get_help_with_what_is_left(country):
    owed, household = parts(country, "high-cost-fund", price=3_600_000.0, poor=1)
    assert owed[Payer.MEDICAL_ASSISTANCE] == pytest.approx(70_000)
    assert household == pytest.approx(30_000)


@pytest.mark.parametrize("poor", [0, 1])
@pytest.mark.parametrize(
    ("price", "listed"), [(MILLION, 0), (300_000.0, 0), (1_200_000.0, 1), (99_000.0, 1)]
)
def test_cheaper_and_listed_drugs_are_not_touched(country, price, listed, poor):
    with_it, without = (
        parts(country, policy, price=price, listed=listed, poor=poor)
        for policy in ("high-cost-fund", "uniform-national")
    )
    assert (with_it[0] == without[0]).all()
    assert with_it[1] == without[1]
