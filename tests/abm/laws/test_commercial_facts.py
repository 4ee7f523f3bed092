"""Commercial insurance as it happened: who had it in which year, and what became of products."""

import numpy as np
import pytest

from abm import RareCareModel
from agents.codes import Fund, Product

pytestmark = pytest.mark.slow

ENROLLED = {2019: (0, 0), 2020: (25, 60), 2021: (75, 150), 2022: (100, 200), 2024: (110, 210)}
"""Million people: 40 in 2020, 101 or 140 in 2021, about 150 a year later (docs/facts.md)."""


@pytest.fixture(scope="module")
def model():
    return RareCareModel(policy="as-happened", scale=0.004, years=6, rng=5).run()


def of_products(books, year):
    return books[(books["fund"] == Fund.COMMERCIAL.label) & (books["year"] == year)]


@pytest.mark.parametrize("year", ENROLLED)
def test_as_many_people_have_it_as_in_the_year(model, year):
    insured = of_products(model.outcomes()["ledger"], year)["insured"].sum() / model.scale
    low, high = ENROLLED[year]
    assert low <= insured / 1e6 <= high


def test_about_as_many_products_are_launched_and_withdrawn_as_in_fact(model):
    """284 were launched by November 2023, 73 of them withdrawn, not all for losses."""
    products = model.state.funds["product"][model.state.funds["kind"] == Fund.COMMERCIAL]
    launched = (products != Product.NONE).sum()
    assert 220 <= launched <= 320
    assert 0.08 <= (products == Product.WITHDRAWN).sum() / launched <= 0.4


def test_patients_have_cover_only_where_a_product_is_sold(model):
    state = model.state
    people = state.patients[: state.counters["patients"][0]]
    fund = state.cities["fund"][people["insured"], Fund.COMMERCIAL]
    sold = state.funds["product"][fund] == Product.SOLD
    assert not people["enrolled"][~sold].any()
    assert people["enrolled"][sold].any()


def test_premiums_of_a_year_are_those_of_its_buyers(model):
    books = model.outcomes()["ledger"]
    sold = books[(books["fund"] == Fund.COMMERCIAL.label) & (books["insured"] > 0.0)]
    price = model.world.parameters["commercial_premium"]
    assert np.allclose(sold["income_premiums"], price * sold["insured"])
