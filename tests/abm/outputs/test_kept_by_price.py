"""Who says that the price keeps them from treatment, worked out by hand in the hamlet."""

import numpy as np
import pytest

from abm.outputs.kept_by_price import kept_by_price
from agents.codes import Stage
from agents.core.record import NEVER
from tests.support.hamlet import build, drug, unlisted

pytestmark = pytest.mark.slow  # compiled

PRICE = 120_000.0


def asked(a_drug, **parameters):
    """Return who is kept of four: poor, just rich enough, poor but treated, poor and turned away.

    Each has 40,000 yuan of income above subsistence, half of which goes to treatment.
    """
    state = build(4, a_drug=a_drug, treatment_income_share=0.5, **parameters)
    state.cities["subsistence"], state.levers["donation_programmes"] = 10_000.0, 1
    state.patients["income"], state.patients["household"] = 70_000, 3
    state.patients["savings"] = [99_999, 100_000, 0, 0]
    state.patients["stage"][2] = Stage.TREATED
    state.patients["forgone"][3] = 1
    return kept_by_price(state, np.arange(4), 0).tolist()


def test_whoever_could_not_pay_a_year_is_kept_though_no_hospital_keeps_the_drug():
    assert asked(unlisted(price=PRICE)) == [1.0, 0.0, 0.0, 1.0]


def test_what_its_maker_donates_need_not_be_paid():
    given = {"donated_share": 0.5, "donation_from": -1, "donation_until": 1}
    assert asked(unlisted(price=2 * PRICE)) == [1.0, 1.0, 0.0, 1.0]
    assert asked(unlisted(price=2 * PRICE, **given)) == asked(unlisted(price=PRICE))


def test_with_a_listed_drug_only_a_bill_says_so():
    assert asked(drug(price=PRICE)) == [0.0, 0.0, 0.0, 1.0]


def test_who_has_no_new_drug_to_go_without_is_not_asked():
    none = [np.isnan(told) for told in asked(unlisted(price=PRICE, launched=NEVER))]
    assert all(none)
    assert all(np.isnan(told) for told in asked(unlisted(price=PRICE, older=1)))
