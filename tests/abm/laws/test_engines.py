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
    "as-happened": {"financing.pooling.basic": "province"},
    "special-zone": {"zone.outsiders": "travel", "rationing.special_fund": "neediest-first"},
    "classified+claims-screening+newborn-screening": {
        "access.listing": "negotiation",
        "rationing.special_fund": "pro-rata",
        "financing.reserve_ratio": 0.1,
        "network.mentoring_reaches_counties": True,
    },
}
"""Policies and settings that between them reach nearly every rule."""


def few_hospitals():
    """Return China with all places, but one hospital of each tier and province below the leads."""
    world = load_world()
    table = world.hospitals
    first = table.groupby(["province", "tier"]).cumcount() == 0
    kept = table[table["tier"].isin(["county", "lead", "centre", "national"]) | first]
    return dataclasses.replace(world, hospitals=kept.reset_index(drop=True))


def world_of(policy, settings):
    """Return a model of one of the worlds."""
    return RareCareModel(policy=policy, settings=settings, world=few_hospitals(), scale=0.0004,
                         years=3, rng=3, burn_in=1, follow=1.0)  # fmt: skip


def lived(policy, settings):
    """Return a digest of each array and table of one of the worlds after three years."""
    model = world_of(policy, settings).run()
    found = digests(model.state)
    for name, table in model.outcomes().items():
        found[f"table {name}"] = table.to_csv(index=False)
    return found


def interpreted(number):
    """Return what the interpreted rules make of one of the worlds, from a process of its own."""
    script = (
        "import json, sys; sys.path[:0] = sys.argv[2:]\n"
        "from tests.abm.laws import test_engines as e\n"
        "from agents.core.jit import INTERPRETED\n"
        "assert INTERPRETED\n"
        "found = e.lived(*list(e.WORLDS.items())[int(sys.argv[1])])\n"
        "print(json.dumps(found))"
    )
    return subprocess.Popen(
        [sys.executable, "-c", script, str(number), *sys.path],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
    )  # fmt: skip


@pytest.fixture(scope="module")
def plain_runs():
    """All worlds, interpreted."""
    answers = {}
    for number, name in enumerate(WORLDS):
        process = interpreted(number)
        out, error = process.communicate()
        assert process.returncode == 0, error
        answers[name] = json.loads(out)
    return answers


@pytest.mark.parametrize("policy", WORLDS)
def test_both_engines_give_the_same_bytes(policy, plain_runs):
    compiled, plain = lived(policy, WORLDS[policy]), plain_runs[policy]
    assert compiled.keys() == plain.keys()
    assert [name for name in compiled if compiled[name] != plain[name]] == []


def test_the_worlds_reach_most_that_can_happen(plain_runs):
    """Of the eighteen kinds of events all but a few befall somebody."""
    months = [runs["table months"].splitlines() for runs in plain_runs.values()]
    assert all(len(lines) == 1 + 36 * 31 for lines in months)
    events = set()
    for policy, settings in WORLDS.items():
        events |= set(world_of(policy, settings).run().state.event_log["kind"].tolist())
    assert len(events & set(Event)) >= len(Event) - 3
