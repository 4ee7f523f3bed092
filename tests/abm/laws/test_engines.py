"""Two engines, one answer: the compiled rules and the same rules as plain Python.

The same small worlds run in two processes, one with compilation switched off, and every array of
the state and every table must come out equal to the last bit.
"""

import dataclasses
import json
import os
import subprocess
import sys

import pytest

from abm import RareCareModel, load_world
from agents.codes import Event
from tests.support.same import digests

pytestmark = pytest.mark.slow

WORLDS = {
    "as-happened": {"financing.pooling.basic": "province", "financing.settlement": "unclear"},
    "special-zone": {"zone.outsiders": "travel", "rationing.special_fund": "neediest-first"},
    "classified+claims-screening+newborn-screening": {
        "access.listing": "negotiation",
        "access.renewal_years": 1,
        "access.incentives": 1.0,
        "access.review_months_saved": 12,
        "access.exclusivity_years": 1.0,
        "access.shortages": 0.3,
        "charity.voice": 1.0,
        "rationing.special_fund": "pro-rata",
        "financing.reserve_ratio": 0.1,
        "network.mentoring_reaches_counties": True,
        "supervision.prior_review": True,
        "supervision.stop_without_response": True,
        "supervision.audit": True,
        "registry.claims_screening": 1.0,
        "institution.form": "law",
        "institution.appeal": True,
    },
    "special-zone-movers": {
        "zone.inside.access.ahead_of_approval": 36,
        "definition.catalogue": "rule",
        "registry.patient_cohort": 0.5,
        "network.informed": 1.0,
        "charity.guidance": 1.0,
        "institution.lapse": 0.5,
    },
}
"""Policies and settings that between them reach nearly every rule."""


def few_places():
    """Return China with all provinces, but few of their cities and hospitals.

    A province keeps its two largest cities and those of its leads, centres and national hospitals;
    of the other hospitals above the county it keeps one of each tier.
    """
    world = load_world()
    table, cities, high = world.hospitals, world.cities, ["lead", "centre", "national"]
    largest = cities.sort_values("population", ascending=False).groupby("province").head(2)
    kept = {*largest["city"], *table["city"][table["tier"].isin(high)], *world.charities["city"]}
    table = table[table["city"].isin(kept)]
    first = table.groupby(["province", "tier"]).cumcount() == 0
    table = table[table["tier"].isin(["county", *high]) | first]
    world = world.with_parameters({"moving_willing": 1.0, "moving_cost": 0.0})
    return dataclasses.replace(
        world, hospitals=table.reset_index(drop=True),
        cities=cities[cities["city"].isin(kept)].reset_index(drop=True),
    )  # fmt: skip


def world_of(policy, settings):
    """Return a model of one of the worlds."""
    return RareCareModel(policy=policy, settings=settings, world=few_places(), scale=0.0003,
                         years=3, rng=3, burn_in=1, follow=1.0)  # fmt: skip


def lived(policy, settings):
    """Return a digest of each array and table of one of the worlds after three years."""
    model = world_of(policy, settings).run()
    found = digests(model.state)
    for name, table in model.outcomes().items():
        found[f"table {name}"] = table.to_csv(index=False)
    return found


def interpreted(policy):
    """Return what the interpreted rules make of one of the worlds, from a process of its own."""
    script = (
        "import json, sys; sys.path[:0] = sys.argv[2:]\n"
        "from tests.abm.laws import test_engines as e\n"
        "from agents.core.jit import INTERPRETED\n"
        "assert INTERPRETED\n"
        "print(json.dumps(e.lived(sys.argv[1], e.WORLDS[sys.argv[1]])))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, policy, *sys.path], capture_output=True, text=True,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("policy", WORLDS)
def test_both_engines_give_the_same_bytes(policy):
    compiled, plain = lived(policy, WORLDS[policy]), interpreted(policy)
    assert compiled.keys() == plain.keys()
    assert [name for name in compiled if compiled[name] != plain[name]] == []
    assert len(plain["table months"].splitlines()) == 1 + 36 * 31


def test_the_worlds_reach_most_that_can_happen():
    """Every kind of event befalls somebody."""
    events = set()
    for policy, settings in WORLDS.items():
        events |= set(world_of(policy, settings).run().state.event_log["kind"].tolist())
    assert set(Event) <= events
