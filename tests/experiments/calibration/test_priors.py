"""Priors keep to their ranges, have their mode where they say, and scores lead there and back."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abm.errors import UserError
from experiments.calibration.priors import (
    CONVENTIONS,
    FARTHEST,
    Prior,
    prior_of,
    priors_of,
    values_of,
)

SCORES = np.linspace(-3.0, 3.0, 41)
ends = st.tuples(st.floats(1e-3, 1e3), st.floats(1e-3, 1e3), st.sampled_from([0.0, -5.0, 0.1])).map(
    lambda e: (e[2] * e[0], e[2] * e[0] + e[1])
)


@given(ends=ends, at=st.one_of(st.none(), st.floats(0.0, 1.0)))
@settings(max_examples=60, deadline=None)
def test_scores_lead_to_values_within_the_range_and_back(ends, at):
    low, high = ends
    mode = None if at is None else low + at * (high - low)
    prior = Prior("x", low, high, mode, log=low > 0 and high / low > 10)
    values = prior.values(SCORES)
    assert np.all((values >= low) & (values <= high))
    assert np.all(np.diff(values) >= 0.0)
    # six digits are kept of a value: where the range is wide beside them, its score is the same
    if (high - low) > 1e-2 * max(abs(low), abs(high)):
        assert prior.scores(values) == pytest.approx(SCORES, abs=0.02)
    assert prior.values(prior.scores(values)) == pytest.approx(values, rel=2e-5, abs=1e-9)


@given(low=st.integers(-3, 20), steps=st.integers(1, 200), part=st.floats(0.0, 1.0))
@settings(max_examples=60, deadline=None)
def test_whole_numbers_are_whole_and_each_is_its_own(low, steps, part):
    high = low + steps
    for mode in (None, float(round(low + part * steps))):
        prior = Prior("n", low, high, mode, whole=True)
        assert np.array_equal(prior.values(SCORES), np.rint(prior.values(SCORES)))
        inside = np.arange(low, high + 1, dtype=float)
        assert np.array_equal(prior.values(prior.scores(inside)), inside)


def test_whole_numbers_of_a_guess_are_equally_likely():
    drawn = Prior("n", 2, 5, whole=True).values(np.random.default_rng(1).standard_normal(40_000))
    _, counts = np.unique(drawn, return_counts=True)
    assert counts / 40_000 == pytest.approx([0.25] * 4, abs=0.01)


def test_a_guess_is_uniform_and_in_the_logarithm_where_its_range_is_wide():
    middle = np.zeros(1)
    assert prior_of("cost_per_km", 1.0, 0.5, 4.5, "GUESS").values(middle)[0] == pytest.approx(2.5)
    wide = prior_of("cost_per_km", 1.0, 0.1, 10.0, "GUESS")
    assert wide.log
    assert wide.values(middle)[0] == pytest.approx(1.0)
    assert not prior_of("cost_per_km", 1.0, 0.0, 10.0, "GUESS").log


@pytest.mark.parametrize("tag", ["SEEN", "KNOWN", "CALC"])
def test_what_has_a_source_is_narrower_around_its_value_than_a_guess(tag):
    draws = np.random.default_rng(2).standard_normal(20_000)
    known = prior_of("cost_per_km", 2.0, 1.0, 5.0, tag).values(draws)
    guess = prior_of("cost_per_km", 2.0, 1.0, 5.0, "GUESS").values(draws)
    assert known.std() < 0.75 * guess.std()
    # the mean of a PERT distribution: (low + 4 mode + high) / 6
    assert known.mean() == pytest.approx((1.0 + 4 * 2.0 + 5.0) / 6.0, abs=0.02)
    counts, edges = np.histogram(known, 40)
    assert abs(edges[counts.argmax()] - 2.0) < 0.5


def test_one_point_is_fixed():
    prior = Prior("x", 3.0, 3.0, 3.0)
    assert prior.fixed
    assert np.array_equal(prior.values(SCORES), np.full(41, 3.0))
    assert np.array_equal(prior.scores(np.full(2, 3.0)), np.zeros(2))


def test_every_parameter_of_a_world_has_a_prior_whose_values_it_takes(world):
    priors = priors_of(world)
    table = world.parameter_table
    chosen = table["name"].isin(CONVENTIONS)
    assert chosen.sum() == len(CONVENTIONS)
    assert len(priors) == int(((table["low"] < table["high"]) & ~chosen).sum())
    for end in (-FARTHEST, -1.0, 0.0, 1.0, FARTHEST):
        row = values_of(priors, np.full((1, len(priors)), end)).iloc[0]
        world.with_parameters(row.to_dict())
    with pytest.raises(UserError, match="unknown parameter 'rest_from_serch'; did you mean"):
        priors_of(world, ["rest_from_serch"])
