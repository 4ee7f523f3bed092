"""Whose money it is: a levy falls on those from whom it is raised, and every source is told."""

import numpy as np
import pytest

from abm import load_world
from abm.setup.risk_pools import general_population
from agents.codes import FUND_OF, Payer, Scheme
from tests.support import policy_texts

pytestmark = pytest.mark.slow

SCALE = 0.004
PRICES = ("registration_price", "mentoring_case_price", "training_price", "remote_price",
          "slot_price")  # fmt: skip
FREE = load_world().with_parameters(dict.fromkeys(PRICES, 0.0))
"""A country in which programmes cost nothing, so that all money is the fund's."""
PLACES = ["Sichuan", "Shanghai"]
FUND = (
    "benefits.fund.payer = 'special_fund'\nbenefits.fund.base = 'all_oop'\n"
    "benefits.fund.drug = 'any'\nbenefits.fund.brackets = [{up_to = 'inf', rate = 0.9}]\n"
    f"benefits.fund.where = {PLACES}\nfinancing."
)


@pytest.fixture
def paid(ran, tmp_path):
    """Return a function: who paid in the second year of a fund of two provinces, by its money.

    With the insured of that year in the whole country, by kind of fund.
    """

    def books(money, **parameters):
        text = policy_texts.change("2020-01", FUND + money)
        path = policy_texts.write(tmp_path, "fund", text, "uniform-national")
        model = ran(str(path), scale=SCALE, years=3, world=FREE.with_parameters(parameters))
        heads = model.state.cities["heads"].sum(axis=0) / SCALE
        return dict(model.records.financing)[2021], heads

    return books


def people(schemes, places=PLACES):
    """Return the insured of some schemes by province and income quintile, in some provinces."""
    world = load_world()
    insured = general_population(world).insured[:, schemes].sum(axis=1)
    table = world.cities["province"].to_numpy()
    by_province = [insured[table == p].sum(axis=0) * (p in places)
                   for p in world.provinces["province"]]  # fmt: skip
    return np.array(by_province)


EVERYONE = [Scheme.EMPLOYEE, Scheme.RESIDENT]
EVERYWHERE = list(load_world().provinces["province"])


@pytest.mark.parametrize(
    ("lever", "schemes"), [("maternity_levy", [Scheme.EMPLOYEE]), ("per_head_levy", EVERYONE)]
)
def test_a_levy_falls_on_those_from_whom_it_is_raised(lever, schemes, paid):
    """Ten yuan from each, whoever is rich or poor; a maternity levy from employees alone."""
    who, heads = paid(f"{lever} = 10.0")
    levied = (who.contributed - who.taken - who.fiscal) / SCALE
    payers = people(schemes)
    kinds = [FUND_OF[Payer.BASIC, scheme] for scheme in schemes]
    risen = heads[kinds].sum() / people(schemes, EVERYWHERE).sum()
    assert levied == pytest.approx(10.0 * risen * payers, rel=1e-6, abs=1e-3)
    assert who.fiscal.sum() == who.donated.sum() == 0.0


@pytest.mark.parametrize("elasticity", [0.0, 1.0])
def test_fiscal_money_falls_on_people_as_taxes_do(elasticity, paid):
    """Ten yuan a head, of a province for its fund: from each alike, or in proportion to income."""
    who, _ = paid("fiscal = 10.0", fiscal_income_elasticity=elasticity)
    payers, incomes = people(EVERYONE), mean_incomes()
    shares = payers * incomes**elasticity
    of_all = np.maximum(shares.sum(axis=1), 1e-9)
    expected = 10.0 * shares * (payers.sum(axis=1) / of_all)[:, None]
    assert who.fiscal / SCALE == pytest.approx(expected, rel=1e-6, abs=1e-3)
    assert who.contributed == pytest.approx(who.taken + who.fiscal)


def mean_incomes():
    """Return the mean income per head of the insured by province and quintile, yuan a year."""
    population, world = general_population(load_world()), load_world()
    insured = population.insured[:, EVERYONE].sum(axis=1)
    places = world.cities["province"].to_numpy()
    return np.array([
        np.average(population.incomes[places == p], axis=0, weights=insured[places == p])
        for p in world.provinces["province"]
    ])  # fmt: skip


def test_donations_are_told_and_taken_from_nobody(paid):
    who, _ = paid("donations = 5e9")
    given = people(EVERYONE, EVERYWHERE)
    assert who.donated / SCALE == pytest.approx(5e9 * given / given.sum())
    assert who.contributed == pytest.approx(who.taken)
