"""Pairs are run until intervals are as narrow as one wants, and never more than one allows."""

import json
from itertools import pairwise

import numpy as np
import pytest

from abm.errors import UserError
from experiments import compare
from experiments.until import FIRST, MOST, read_widths, run_until
from tests.support.comparisons import BASE, NATION, ZONE, compared
from tests.support.light import light

ISLAND = {"world": "island", "scale": 0.01, "years": 4}


def looked(asked, most=MOST, spread=1.0):
    """Return the comparison at the end, what ended it, and how many pairs each look had."""
    pairs = []

    def run(some):
        pairs.append(some)
        return compared({}, some, spread=spread)

    return *run_until(read_widths(asked, 5), most, run), pairs


def width(found, policy, measure="treated"):
    one = found.contrasts.contrast(policy, BASE, measure, "all", "all")
    return one.high - one.low


@pytest.mark.slow
def test_runs_end_as_soon_as_every_policy_s_interval_is_narrow():
    found, stopping, pairs = looked({"treated": 0.8})
    assert pairs[0] == FIRST
    assert pairs == sorted(set(pairs))
    assert all(later <= 2 * sooner for sooner, later in pairwise(pairs))
    assert max(width(found, policy) for policy in (ZONE, NATION)) <= 0.8
    before = compared({}, pairs[-2], spread=1.0)
    assert max(width(before, policy) for policy in (ZONE, NATION)) > 0.8
    assert not stopping.told


def test_what_is_narrow_at_once_takes_one_look():
    _, stopping, pairs = looked({"treated": 100.0, "qalys:zone:inside": 100.0})
    assert pairs == [FIRST]
    assert stopping.widths == {"treated": 100.0, "qalys:zone:inside": 100.0}


@pytest.mark.slow
def test_the_most_pairs_end_it_with_a_line():
    found, stopping, pairs = looked({"treated": 0.01}, most=20)
    assert pairs[-1] == 20 == max(pairs)
    name, now = max(((p, width(found, p)) for p in (ZONE, NATION)), key=lambda one: one[1])
    assert stopping.told == (
        f"--until-width: 20 pairs, the most that --runs allows, give the difference of {name} from "
        f"{BASE} in treated an interval {now:.3g} share wide, not 0.01"
    )


def test_runs_that_are_all_alike_give_no_interval_and_end():
    _, stopping, pairs = looked({"treated": 0.01}, most=20, spread=0.0)
    assert pairs[-1] == 20
    assert "no interval at all" in stopping.told


BAD = {
    "an unknown measure": ({"treted": 1}, "unknown measure 'treted'; did you mean 'treated'"),
    "a width of nothing": ({"treated": 0}, "expected a width above 0"),
    "no number": ({"treated": "x"}, "treated=x: expected a width above 0, in the unit"),
    "no end": ({"treated": np.inf}, "expected a width above 0"),
    "a gap": ({"treated:zone:inside less outside": 1}, "a gap between groups has no width"),
    "an unknown kind": ({"treated:zones:inside": 1}, "did you mean 'zone'"),
    "nothing": ({}, "nothing asked"),
}


@pytest.mark.parametrize(("asked", "words"), BAD.values(), ids=BAD)
def test_a_width_that_cannot_be_is_told(asked, words):
    with pytest.raises(UserError) as told:
        read_widths(asked, 5)
    assert words in str(told.value)


def test_a_group_that_is_not_there_is_told():
    with pytest.raises(UserError, match="unknown group of zone 'insied'; did you mean 'inside'"):
        looked({"treated:zone:insied": 1})


def test_no_pair_is_run_twice_and_the_folder_says_what_ended_it(tmp_path):
    """A policy's effect of exactly the same size in all runs has no interval: the most are run."""
    with light() as ran:
        found = compare(["uniform", "zone:network.slots=2"], **ISLAND, runs=12,
                        until_width={"treated": 0.5})  # fmt: skip
    assert len(ran) == len(set(ran)) == 24
    assert found.design.seeds == tuple(range(1, 13))
    assert found.kept == 0
    found.save(tmp_path)
    told = json.loads((tmp_path / "manifest.json").read_text())
    assert told["stopping"]["widths"] == {"treated": 0.5}
    assert told["stopping"]["most"] == 12
    assert "--runs 12" in told["again"]
