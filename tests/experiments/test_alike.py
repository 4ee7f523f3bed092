"""Parameter sets that all but repeat each other are found, and no others are taken for such."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from experiments.alike import alike, apart, merged
from experiments.decision.data_worth import evpi, evppi
from experiments.decision.evidence import evidence
from experiments.decision.sentences import Teller
from tests.experiments.decision.made_up_runs import TELLS, Made, compared


@pytest.mark.parametrize("parameters", [1, 2, 10, 200])
def test_independent_sets_stay_apart(parameters):
    sets = np.random.default_rng(1).normal(size=(40, parameters))
    assert len(np.unique(alike(sets))) >= 39


def test_draws_of_a_chain_that_hardly_moves_are_one():
    rng = np.random.default_rng(2)
    centres = rng.normal(size=(12, 200))
    sets = np.repeat(centres, 3, axis=0) + 0.05 * rng.normal(size=(36, 200))
    labels = alike(sets)
    assert np.array_equal(labels == labels[:, None], np.eye(12).repeat(3, 0).repeat(3, 1) > 0.0)
    assert merged(sets, labels).shape == (12, 200)
    assert sorted(merged(labels[:, None], labels).ravel()) == list(range(12))


def test_of_rows_that_repeat_each_other_the_first_is_kept():
    """Independent rows all stay, in their order; of a chain that hardly moves one of each."""
    rng = np.random.default_rng(5)
    centres = rng.normal(size=(30, 100))
    assert apart(centres).tolist() == list(range(30))
    beside = centres[::2] + 0.05 * rng.normal(size=(15, 100))
    assert apart(np.vstack([centres, beside])).tolist() == list(range(30))
    assert apart(np.vstack([beside, centres])).tolist() == [*range(15), *range(16, 45, 2)]
    assert apart(np.ones((4, 3))).tolist() == [0, 1, 2, 3]  # nothing differs: nothing is known


def test_repeats_are_no_more_evidence(tmp_path):
    """Each run three times over tells of a parameter what once does, and a sentence says so."""
    once = evidence(compared(tmp_path, Made(slope=400.0, luck=1.0), runs=24))
    noise = np.random.default_rng(3).normal(size=(24, 60))
    sets = np.hstack([once.sets.to_numpy(), noise])
    names = [*once.sets, *(f"noise {n}" for n in range(60))]
    single = _with(once, pd.DataFrame(sets, once.seeds, names), times=1)
    triple = _with(once, pd.DataFrame(sets, once.seeds, names), times=3)
    first, again = (evppi(one, 33_333.0).set_index("parameters") for one in (single, triple))
    assert again.loc[TELLS, "foretold"] == pytest.approx(first.loc[TELLS, "foretold"], abs=1e-6)
    assert again["told"].sum() <= first["told"].sum() + 1
    worth = evpi(triple, 33_333.0)
    assert (worth["runs"][0], worth["distinct"][0]) == (72, 24)
    told = " ".join(Teller({"evpi": worth}, {"evppi": "-"}, {}, "yuan").data())
    assert "Only 24 of the 72 parameter sets differ" in told


def _with(found, sets, times):
    """Return the evidence with other sets, each run so many times over under new seeds."""
    seeds = [seed + 1000 * n for n in range(times) for seed in found.seeds]
    runs = pd.concat([found.runs.assign(seed=found.runs["seed"] + 1000 * n) for n in range(times)])
    rng = np.random.default_rng(4)
    many = pd.concat([sets * (1.0 + (n > 0) * 1e-6 * rng.normal(size=sets.shape))
                      for n in range(times)]).set_axis(seeds)  # fmt: skip
    return replace(found, seeds=seeds, runs=runs, repeats={}, sets=many,
                   prices=np.tile(found.prices, times))  # fmt: skip
