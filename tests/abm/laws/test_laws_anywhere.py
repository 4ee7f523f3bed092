"""The laws under rules that nobody would make, in worlds that nobody believes in.

Each number draws a shipped policy, a third of the levers below, parameters within their ranges, and
funds between rich and empty; nothing may be lost, a branch is still a model built with the policy,
and the order of rows decides nothing. Every draw is fixed by its number.
"""

import dataclasses
import inspect
import random

import numpy as np
import pandas as pd
import pytest

from abm import RareCareModel, UserError, policy_names
from agents.codes import Rationing
from agents.core.parameters import DECLARED
from tests.abm.laws import test_laws_nothing_lost as laws
from tests.support.same import assert_same

pytestmark = pytest.mark.slow

SHORTAGES = Rationing.names()
POOLS = ("city", "province", "nation")
LEVERS = {
    "financing.pooling.basic": POOLS,
    "financing.pooling.critical_illness": POOLS,
    "financing.pooling.medical_assistance": POOLS,
    "financing.pooling.special_fund": POOLS[1:],
    "financing.per_head_levy": (0.001, 0.1, 1.0, 5.0),
    "financing.surplus_share": (0.0, 0.001, 0.01, 0.5),
    "financing.maternity_levy": (0.0, 1.0),
    "financing.fiscal": (0.0, 0.5),
    "financing.donations": (0.0, 1e8),
    "financing.settlement": ("clear", "unclear"),
    "financing.reserve_ratio": (0.0, 0.2, 1.0),
    "rationing.basic": SHORTAGES,
    "rationing.critical_illness": SHORTAGES,
    "rationing.medical_assistance": SHORTAGES,
    "rationing.special_fund": SHORTAGES,
    "access.listing": ("record", "negotiation", "none"),
    "access.launch_forward": (0, 24),
    "access.months_to_listing": (0, 12),
    "access.ahead_of_approval": (0, 36),
    "access.price_ceiling": (0.0, 300_000.0),
    "access.volume_guarantee": (0.0, 1.0),
    "access.review_months_saved": (0, 12),
    "access.incentives": (0.0, 1.0),
    "access.exclusivity_years": (0.0, 5.0, "inf"),
    "access.shortages": (0.0, 0.2),
    "access.budget_impact_most": (0.0, 1e8, "inf"),
    "access.renewal_years": (0, 1, 2),
    "access.dual_channel": (0.0, 1.0),
    "charity.donations": (0.0, 1.0, 50.0),
    "charity.means_test": (0.0, 0.4),
    "charity.grant_cap": (10_000.0, "inf"),
    "charity.patient_organisations": (0.0, 100.0),
    "charity.voice": (0.0, 1.0),
    "network.slots": (0.2, 1.0, 5.0),
    "network.mentoring": (0.0, 0.5),
    "network.remote": (0.0, 1.0),
    "network.mentoring_reaches_counties": (True, False),
    "registry.claims_screening": (0.0, 0.5),
    "registry.research": (0.0, 0.5),
    "network.informed": (0.0, 1.0),
    "network.referral_payment": (0.0, 500.0),
    "network.members_added": (0, 3),
    "charity.guidance": (0.0, 1.0),
    "registry.compliance": (0.0, 1.0),
    "registry.patient_cohort": (0.0, 1.0),
    "testing.genetic_covered": (0.0, 1.0),
    "testing.newborn_panel": ("none", "in_place", "possible"),
    "away.cut_unreferred": (0.0, 1.0),
    "regional.income_elasticity": (-1.0, 0.0, 1.0),
    "zone.outsiders": ("none", "move", "travel"),
    "zone.movers": ("anyone", "employees"),
    "zone.waiting_months": (0, 5),
    "local_schemes.state": ("allowed", "frozen", "phased-out", "stopped"),
    "benefits.basic-resident.patient_cap": (10_000.0, "inf"),
    "benefits.basic-resident.deductible": (0.0, 20_000.0),
}
PURSES = {
    "employee_balance_per_head": (0.0, 50.0, 3700.0),
    "resident_balance_per_head": (0.0, 5.0, 426.0),
    "employee_income_per_head": (5.0, 2600.0),
    "resident_income_per_head": (1.0, 840.0),
    "critical_illness_income_per_head": (0.1, 70.0),
    "assistance_income_per_head": (0.01, 40.0),
}
LAWS = [
    law
    for name, law in vars(laws).items()
    if name.startswith("test_") and list(inspect.signature(law).parameters) == ["run"]
]


def drawn(number, world):
    """Return a model that can be built, its policy and settings, and what it was built with."""
    rng = random.Random(number)
    table = world.parameter_table
    while True:
        policy = rng.choice(policy_names())
        settings = {k: rng.choice(v) for k, v in LEVERS.items() if rng.random() < 0.33}
        values = {k: rng.choice(v) for k, v in PURSES.items() if rng.random() < 0.5}
        for name, low, high in zip(table["name"], table["low"], table["high"], strict=True):
            if low < high and rng.random() < 0.2:
                whole = DECLARED[name].whole
                drawn_value = rng.randint(int(low), int(high)) if whole else rng.uniform(low, high)
                values.setdefault(name, drawn_value)
        strange = dataclasses.replace(world, parameters={**world.parameters, **values})
        arguments = {"world": strange, "scale": 0.003, "years": 6, "rng": number}
        try:
            return RareCareModel(policy=policy, settings=settings, **arguments), arguments
        except UserError:  # rules that contradict each other: draw again
            continue


def turned(model, order):
    """Turn round everybody's rows."""
    state = model.state
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order))
    state.patients[:], state.due[:] = state.patients[order], state.due[order]
    opened = int(state.counters["accounts"][0])
    state.accounts["patient"][:opened] = place[state.accounts["patient"][:opened]]
    model.schedule.queue[:] = place[model.schedule.queue]
    model.schedule.unfunded[:] = place[model.schedule.unfunded]


def assert_alike(these, those):
    """Make sure that two runs tell the same of everybody; sums of money may round differently."""
    for name in these:
        one, other = these[name], those[name]
        if name == "patients":
            one, other = (t.sort_values("patient", ignore_index=True) for t in (one, other))
        pd.testing.assert_frame_equal(one, other, rtol=1e-7, atol=1e-3, obj=name)


@pytest.mark.parametrize("number", range(6))
def test_laws_hold_anywhere(number, world):
    model, arguments = drawn(number, world)
    start = RareCareModel(policy=random.Random(number).choice(policy_names()), **arguments)
    branch = start.branch(model.policy)
    other = start.branch(model.policy)
    while other.steps < 17:
        other.step()
    turned(other, np.random.default_rng(number).permutation(len(other.state.patients)))
    found = model.run().outcomes()
    assert len(LAWS) > 10
    for law in LAWS:
        law((model, found))
    assert_same(found, branch.run().outcomes())
    assert_alike(found, other.run().outcomes())
    assert model.state.charities["left"].min() >= -1e-6
    rows = model.state.patients
    assert (rows["savings"] >= 0).all()
    assert np.isfinite(rows["qalys"]).all()
    assert ((rows["severity"] >= 0.0) & (rows["severity"] <= 1.0)).all()
