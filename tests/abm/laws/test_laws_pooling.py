"""Pooling: the larger a pool, the fewer are refused, and the fewer households that ruins.

Cities' pools differ, so that some run short; a province's or the nation's are in the mean.
"""

from functools import cache

import pytest

from abm import RareCareModel
from abm.policy import load_policy
from agents.codes import Fund

pytestmark = pytest.mark.slow

PAYERS = ("basic", "critical_illness", "medical_assistance")
MONEY = ["paid_household", "paid_basic", "paid_critical_illness", "paid_medical_assistance"]


@cache
def start():
    return RareCareModel(policy="uniform-national", scale=0.005, years=15, rng=1)


@cache
def outcomes(**levels):
    """Return the tables of a run with some payers' pools at other levels than the city."""
    chosen = {payer: levels.get(payer, "city") for payer in PAYERS}
    settings = {f"financing.pooling.{payer}": level for payer, level in chosen.items()}
    return start().branch(load_policy("uniform-national", settings)).run().outcomes()


def refused(found, *kinds):
    """Return the claims that funds of some kinds refused, yuan."""
    ledger = found["ledger"]
    return ledger["rationed"][ledger["fund"].isin([kind.label for kind in kinds])].sum()


def differ(one, other):
    """Return the share of patients for whom any payer pays another sum."""
    return (one["patients"][MONEY] != other["patients"][MONEY]).any(axis=1).mean()


@pytest.mark.parametrize(
    ("payer", "kinds"),
    [
        ("basic", (Fund.BASIC_EMPLOYEE, Fund.BASIC_RESIDENT)),
        ("critical_illness", (Fund.CRITICAL_ILLNESS,)),
        ("medical_assistance", (Fund.MEDICAL_ASSISTANCE,)),
    ],
)
def test_a_larger_pool_refuses_less(payer, kinds):
    city, nation = outcomes(), outcomes(**{payer: "nation"})
    assert refused(city, *kinds) > 0.0
    assert refused(nation, *kinds) < 0.1 * refused(city, *kinds)
    assert differ(city, nation) > 0.0


def test_a_provinces_pool_stands_between_a_citys_and_the_nations():
    levels = [outcomes(**dict.fromkeys(PAYERS, level)) for level in ("city", "province", "nation")]
    turned_away = [refused(found, *Fund) for found in levels]
    assert turned_away[0] > 2.0 * turned_away[1] > 4.0 * turned_away[2]
    assert differ(levels[0], levels[2]) > 0.02


def test_a_larger_pool_spares_households():
    """What pools refuse, households pay or go without."""
    city, nation = (
        outcomes(**dict.fromkeys(PAYERS, level))["patients"] for level in ("city", "nation")
    )
    assert nation["paid_household"].sum() < city["paid_household"].sum()
    assert nation["catastrophic_years"].sum() < city["catastrophic_years"].sum()
    assert nation["qalys"].sum() > city["qalys"].sum()
