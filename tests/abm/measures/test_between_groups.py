"""WHO's summary measures for groups without an order: by hand, by brute force, laws, refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from abm.measures import inequity

# Three provinces: average (2*10 + 3*20 + 5*40) / 10 = 28.
Y, SIZES = [10.0, 20.0, 40.0], [2, 3, 5]
ABSOLUTE = {
    "bgv": inequity.between_group_variance,
    "bgsd": inequity.between_group_standard_deviation,
    "mdmw": inequity.mean_difference_from_mean,
    "mdmu": lambda y, weights=None: inequity.mean_difference_from_mean(y, weights, weighted=False),
    "mdbw": inequity.mean_difference_from_best,
    "mdbu": lambda y, weights=None: inequity.mean_difference_from_best(y, weights, weighted=False),
    "par": inequity.population_attributable_risk,
}
RELATIVE = {
    "cov": inequity.coefficient_of_variation,
    "idisw": inequity.index_of_disparity,
    "idisu": lambda y, weights=None: inequity.index_of_disparity(y, weights, weighted=False),
    "paf": inequity.population_attributable_fraction,
}
ALL = {**ABSOLUTE, **RELATIVE}
each = pytest.mark.parametrize("measure", ALL.values(), ids=ALL)
groups = st.lists(st.tuples(st.integers(0, 50), st.integers(1, 5)), min_size=1, max_size=12).filter(
    lambda pairs: any(y for y, _ in pairs)
)


def close(value):
    return pytest.approx(value, rel=1e-9, abs=1e-9, nan_ok=True)


def test_by_hand():
    expected = {
        "bgv": (2 * 18**2 + 3 * 8**2 + 5 * 12**2) / 10,
        "bgsd": np.sqrt(156.0),
        "mdmw": (2 * 18 + 3 * 8 + 5 * 12) / 10,
        "mdmu": (18 + 8 + 12) / 3,
        "mdbw": (2 * 30 + 3 * 20) / 10,
        "mdbu": (30 + 20) / 3,
        "par": 12.0,
        "cov": 100 * np.sqrt(156.0) / 28,
        "idisw": 100 * 12 / 28,
        "idisu": 100 * (38 / 3) / 28,
        "paf": 100 * 12 / 28,
    }
    assert set(expected) == set(ALL)
    for name, value in expected.items():
        assert ALL[name](Y, SIZES) == close(value), name


def test_of_an_adverse_outcome_the_lowest_group_is_the_best():
    assert inequity.mean_difference_from_best(Y, SIZES, favourable=False) == close(18)
    assert inequity.population_attributable_risk(Y, SIZES, favourable=False) == close(-18)
    assert inequity.population_attributable_fraction(Y, SIZES, favourable=False) == close(
        -100 * 18 / 28
    )


def test_a_reference_may_be_named():
    assert inequity.mean_difference_from_reference(Y, 20, SIZES) == close(12)
    assert inequity.mean_difference_from_reference(Y, 20, SIZES, weighted=False) == close(10)
    assert inequity.population_attributable_risk(Y, SIZES, reference=30) == close(2)
    # Levelling down is no potential for improvement.
    assert inequity.population_attributable_risk(Y, SIZES, reference=20) == 0
    assert inequity.population_attributable_risk(Y, SIZES, favourable=False, reference=40) == 0


@pytest.mark.parametrize("name", ["bgv", "mdmw", "mdbw", "par", "cov", "idisw", "paf"])
@given(pairs=groups)
def test_a_size_is_so_many_groups_of_one(name, pairs):
    y, sizes = np.array(pairs, float).T
    spread = np.repeat(y, sizes.astype(int))
    assert ALL[name](y, sizes) == close(ALL[name](spread))


@each
@given(pairs=groups, factor=st.sampled_from([1e-9, 0.1, 1 / 3, 1e9]))
def test_the_scale_of_sizes_does_not_matter(measure, pairs, factor):
    y, sizes = np.array(pairs, float).T
    assert measure(y, sizes * factor) == close(measure(y, sizes))


@each
@given(pairs=groups)
def test_from_zero_up_and_zero_where_all_are_alike(measure, pairs):
    y, sizes = np.array(pairs, float).T
    assert measure(y, sizes) >= 0
    assert measure(np.full(len(y), 7.0), sizes) == 0


def test_of_all_zeros_relative_measures_are_undefined_and_absolute_ones_zero():
    assert all(measure([0, 0], [1, 2]) == 0 for measure in ABSOLUTE.values())
    assert all(np.isnan(measure([0, 0], [1, 2])) for measure in RELATIVE.values())


@each
@pytest.mark.parametrize(
    ("y", "weights"),
    [([], None), ([1, np.nan], None), ([1, np.inf], None), ([1, 2], [1]), ([1, 2], [1, -1])],
)
def test_what_cannot_be_measured_is_refused(measure, y, weights):
    with pytest.raises(ValueError, match="expected"):
        measure(y, weights)


def test_a_negative_estimate_is_refused_where_the_average_divides():
    for measure in RELATIVE.values():
        with pytest.raises(ValueError, match="-1 is negative"):
            measure([1, -1])
    with pytest.raises(ValueError, match="reference"):
        inequity.mean_difference_from_reference(Y, np.nan)
