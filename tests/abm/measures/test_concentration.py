"""Inequality along a ranking: known answers, laws and refusals."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.integrate import trapezoid
from scipy.optimize import minimize
from scipy.special import expit

from abm.measures import inequity
from abm.measures.weights import fractional_rank

CORRECTIONS = (None, "wagstaff", "erreygers")
MEASURES = {
    **{
        str(c): lambda y, rank_by, weights=None, c=c: inequity.concentration_index(
            y, rank_by, weights, correction=c, bounds=(0, 20)
        )
        for c in CORRECTIONS
    },
    "slope": inequity.slope_index,
    "relative": inequity.relative_index,
    "logit slope": lambda y, rank_by, weights=None: inequity.slope_index(
        np.array(y) / 20, rank_by, weights, link="logit"
    ),
    "logit relative": lambda y, rank_by, weights=None: inequity.relative_index(
        np.array(y) / 20, rank_by, weights, link="logit"
    ),
    "gap": lambda y, rank_by, weights=None: inequity.gap_and_ratio(y, rank_by, weights).gap,
    "ratio": lambda y, rank_by, weights=None: inequity.gap_and_ratio(y, rank_by, weights).ratio,
}
each = pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
rows = st.lists(
    st.tuples(st.integers(0, 20), st.integers(1, 6), st.integers(0, 3)), min_size=1, max_size=25
).filter(lambda triples: any(y * w for y, _, w in triples))

# Under-five deaths per 1000 births in India 1982-92 by wealth quintile: O'Donnell et al. 2008,
# Analyzing Health Equity Using Household Survey Data, chapter 8, gives an index of
# -0.1694.
BIRTHS = [29939, 28776, 26528, 24689, 19739]
DEATHS = [154.7, 152.9, 119.5, 86.9, 54.3]


def close(value):
    return pytest.approx(value, rel=1e-9, abs=1e-11, nan_ok=True)


def test_the_published_index_of_child_mortality_in_india():
    index = inequity.concentration_index(DEATHS, rank_by=[1, 2, 3, 4, 5], weights=BIRTHS)
    assert index == pytest.approx(-0.1694, abs=5e-5)
    curve = inequity.concentration_curve(DEATHS, [1, 2, 3, 4, 5], BIRTHS)
    assert (curve.share[1:-1] > curve.population[1:-1]).all()


def test_the_index_by_hand():
    income = [10, 20, 30, 40]
    assert inequity.concentration_index([0, 0, 1, 1], income) == close(0.5)
    assert inequity.concentration_index([0, 0, 1, 1], income, correction="wagstaff") == close(1)
    assert inequity.concentration_index([0, 0, 1, 1], income, correction="erreygers") == close(1)
    assert inequity.concentration_index([1, 0, 0, 0], income) == close(-0.75)
    assert inequity.concentration_index([1, 0, 0, 0], income, correction="wagstaff") == close(-1)
    assert inequity.concentration_index([1, 0, 0, 0], income, correction="erreygers") == close(
        -0.75
    )
    assert inequity.concentration_index([2, 2, 2, 2], income) == 0


def test_ties_share_one_rank():
    rank = fractional_rank(np.array([5.0, 1.0, 5.0, 9.0]), None)
    assert rank == close(np.array([0.5, 0.125, 0.5, 0.875]))
    weighted = fractional_rank(np.array([5.0, 1.0, 9.0]), np.array([2.0, 1.0, 1.0]))
    assert weighted == close(np.array([0.5, 0.125, 0.875]))
    assert inequity.concentration_index([0, 4], rank_by=[1, 1]) == 0


@pytest.mark.slow
@given(rows)
def test_the_index_is_one_less_twice_the_area_under_the_curve(triples):
    y, key, w = np.array(triples, float).T
    curve = inequity.concentration_curve(y, key, w)
    area = trapezoid(curve.share, curve.population)
    assert inequity.concentration_index(y, key, w) == close(1 - 2 * area)


def test_the_curve_by_hand():
    curve = inequity.concentration_curve([4, 0, 2, 2], rank_by=[1, 2, 2, 3])
    assert curve.population == close(np.array([0, 0.25, 0.75, 1]))
    assert curve.share == close(np.array([0, 0.5, 0.75, 1]))
    assert inequity.concentration_curve([4, 0, 2, 2], [1, 2, 2, 3], points=3).share == close(
        np.array([0, 0.625, 1])
    )


@given(rows)
def test_corrections_are_the_published_multiples(triples):
    y, key, w = np.array(triples, float).T
    binary = (y > 10).astype(float)
    mean = np.average(binary, weights=w)
    assume(0 < mean < 1)
    plain = inequity.concentration_index(binary, key, w)
    wagstaff = inequity.concentration_index(binary, key, w, correction="wagstaff")
    erreygers = inequity.concentration_index(binary, key, w, correction="erreygers")
    assert wagstaff == close(plain / (1 - mean))
    assert erreygers == close(4 * mean * plain)
    assert max(abs(plain), abs(wagstaff), abs(erreygers)) <= 1 + 1e-12


@pytest.mark.parametrize("correction", ["wagstaff", "erreygers"])
@given(triples=rows, shift=st.integers(-30, 30), factor=st.sampled_from([0.5, 2.0]))
def test_corrections_mirror_and_ignore_the_unit(correction, triples, shift, factor):
    y, key, w = np.array(triples, float).T
    counted = y[w > 0]
    assume(not (counted == 20).all())

    def index(values, bounds):
        return inequity.concentration_index(values, key, w, correction=correction, bounds=bounds)

    assert index(20 - y, (0, 20)) == close(-index(y, (0, 20)))
    moved = shift + factor * y
    if moved[w > 0].any():
        assert index(moved, (shift, shift + 20 * factor)) == close(index(y, (0, 20)))


@given(rows)
def test_the_plain_index_is_bounded_and_turns_with_the_ranking(triples):
    y, key, w = np.array(triples, float).T
    index = inequity.concentration_index(y, key, w)
    assert abs(index) <= inequity.gini(y, w) + 1e-12
    assert inequity.concentration_index(y, -key, w) == close(-index)
    assert inequity.concentration_index(1000 * y, np.exp(key), w) == close(index)


@given(rows)
def test_slope_and_ratio_are_those_of_weighted_least_squares(triples):
    y, key, w = (column[np.array(triples)[:, 2] > 0] for column in np.array(triples, float).T)
    assume(len(set(key)) > 1)
    slope, bottom = np.polyfit(fractional_rank(key, w), y, 1, w=np.sqrt(w))
    assert inequity.slope_index(y, key, w) == pytest.approx(slope, abs=1e-7)
    ratio = inequity.relative_index(y, key, w)
    if min(bottom, bottom + slope) > 1e-6:
        assert ratio == pytest.approx((bottom + slope) / bottom, rel=1e-5)
    elif min(bottom, bottom + slope) < -1e-6:
        assert np.isnan(ratio)


def test_slope_by_hand():
    # Ranks 1/4 and 3/4: the line through (1/4, 1) and (3/4, 2) runs from 0.5 to 2.5.
    assert inequity.slope_index([1, 2], [1, 2]) == close(2)
    assert inequity.relative_index([1, 2], [1, 2]) == close(5)
    assert inequity.relative_index([2, 1], [1, 2]) == close(0.2)
    assert inequity.slope_index([-1, 1], [1, 2]) == close(4)
    assert np.isnan(inequity.relative_index([0, 1], [1, 2]))
    # A line that meets 0 at the bottom, but for rounding.
    assert np.isnan(inequity.relative_index([1, 4, 4], [1, 2, 2], weights=[2, 1, 3]))
    assert np.isnan(inequity.slope_index([1, 2], [3, 3]))


@given(rows)
def test_slope_of_people_is_the_slope_of_their_groups(triples):
    y, key, w = np.array(triples, float).T
    groups = sorted(set(key[w > 0]))
    assume(len(groups) > 1)
    size = [w[key == g].sum() for g in groups]
    means = [np.average(y[key == g], weights=w[key == g]) for g in groups]
    assert inequity.slope_index(y, key, w) == close(inequity.slope_index(means, groups, size))


def test_gap_and_ratio_by_hand():
    y, quintile = [2, 4, 100, 9], [1, 1, 3, 5]
    assert inequity.gap_and_ratio(y, quintile) == (6, 3, 3, 9)
    assert inequity.gap_and_ratio(y, quintile, weights=[3, 1, 1, 1]) == close((6.5, 3.6, 2.5, 9))
    assert inequity.gap_and_ratio(y, quintile, ends=(5, 1)) == close((-6, 1 / 3, 9, 3))
    assert inequity.gap_and_ratio([0, 4], ["country", "town"]) == (4, np.inf, 0, 4)
    assert inequity.gap_and_ratio([0, 1, 0], [1, 2, 3]) == close((0, np.nan, 0, 0))


def test_ends_that_cannot_be_compared_have_no_gap():
    nobody = inequity.gap_and_ratio([1, 2], [1, 2], ends=(1, 5))
    assert nobody == close((np.nan, np.nan, 1, np.nan))
    assert inequity.gap_and_ratio([1, 2], [1, 1]) == close((np.nan, np.nan, 1.5, 1.5))


@each
@given(triples=rows)
def test_a_weight_is_so_many_people(measure, triples):
    y, key, w = np.array(triples).T
    assert measure(y, key, weights=w) == close(measure(np.repeat(y, w), np.repeat(key, w)))


@each
@given(data=st.data(), triples=rows)
def test_the_order_of_rows_does_not_matter_with_ties(measure, data, triples):
    y, key, w = np.array(triples).T
    order = data.draw(st.permutations(range(len(y))))
    assert measure(y[order], key[order], weights=w[order]) == close(measure(y, key, weights=w))


ABSOLUTE = ("erreygers", "slope", "logit slope", "gap")


@pytest.mark.parametrize("name", MEASURES)
def test_of_all_zeros_a_relative_measure_is_undefined_and_an_absolute_one_is_zero(name):
    expected = 0 if name in ABSOLUTE else np.nan
    assert MEASURES[name]([0, 0, 0], [1, 2, 3]) == close(expected)
    assert MEASURES[name]([0, 5, 0], [1, 2, 3], weights=[1, 0, 1]) == close(expected)


def test_zero_within_the_bounds_is_an_outcome_like_any_other():
    for same in (0, 1):
        for correction in ("wagstaff", "erreygers"):
            index = inequity.concentration_index(
                [same] * 3, [1, 2, 3], correction=correction, bounds=(-10, 10)
            )
            assert index == 0


def _fitted(y, rank, w):
    """Return the ends of a fractional logit curve by another way: a general optimiser."""

    def loss(terms):
        p = np.clip(expit(terms[0] + terms[1] * (rank - 0.5)), 1e-15, 1 - 1e-15)
        return -(w * (y * np.log(p) + (1 - y) * np.log(1 - p))).sum()

    options = {"xatol": 1e-10, "fatol": 1e-12, "maxiter": 4000}
    level, slope = minimize(loss, [0.0, 0.0], method="Nelder-Mead", options=options).x
    return expit(level - slope / 2), expit(level + slope / 2)


@pytest.mark.parametrize("seed", range(8))
def test_the_logit_indices_are_those_of_the_likeliest_curve(seed):
    draws = np.random.default_rng(seed)
    key, w = draws.integers(1, 6, 40).astype(float), draws.integers(1, 4, 40).astype(float)
    y = draws.random(40) if seed % 2 else (draws.random(40) < key / 8).astype(float)
    bottom, top = _fitted(y, fractional_rank(key, w), w)
    slope = inequity.slope_index(y, key, w, link="logit")
    assert slope == pytest.approx(top - bottom, abs=1e-5)
    ratio = inequity.relative_index(y, key, w, link="logit")
    assert ratio == pytest.approx(top / bottom, rel=1e-4)


def test_a_ranking_that_separates_has_ends_of_zero_and_one():
    y, income = [0, 0, 1, 1], [1, 2, 3, 4]
    assert inequity.slope_index(y, income, link="logit") == pytest.approx(1, abs=1e-9)
    assert inequity.relative_index(y, income, link="logit") == np.inf
    assert inequity.relative_index([1, 1, 0, 0], income, link="logit") == 0
    assert inequity.slope_index([1, 1, 1], [1, 2, 3], link="logit") == 0
    assert inequity.relative_index([1, 1, 1], [1, 2, 3], link="logit") == 1


def test_the_logit_index_mirrors_attainment_and_shortfall():
    y, income = np.array([0.1, 0.4, 0.35, 0.8]), [1, 2, 3, 4]
    lost = inequity.slope_index(1 - y, income, link="logit")
    assert inequity.slope_index(y, income, link="logit") == close(-lost)


def test_everyone_at_the_same_bound():
    ones, income = [1, 1, 1], [1, 2, 3]
    assert np.isnan(inequity.concentration_index(ones, income, correction="wagstaff"))
    assert inequity.concentration_index(ones, income, correction="erreygers") == 0


@each
def test_rows_of_weight_zero_are_dropped_before_they_are_looked_at(measure):
    noisy = measure([1, np.nan, 4, 5], [1, 2, np.nan, 2], weights=[1, 0, 0, 2])
    assert noisy == close(measure([1, 5, 5], [1, 2, 2]))


@each
@pytest.mark.parametrize(
    ("y", "rank_by", "weights"),
    [
        ([], [], None),
        ([1, np.nan], [1, 2], None),
        ([1, 2], [1, np.nan], None),
        ([1, np.inf], [1, 2], None),
        ([1, 2], [1, 2, 3], None),
        ([1, 2], [1, 2], [1]),
        ([1, 2], [1, 2], [1, -1]),
        ([1, 2], [1, 2], [0, 0]),
    ],
)
def test_what_cannot_be_measured_is_refused(measure, y, rank_by, weights):
    with pytest.raises(ValueError, match=r"expected"):
        measure(y, rank_by, weights=weights)


@pytest.mark.parametrize("name", [name for name in MEASURES if name != "slope"])
def test_a_negative_outcome_is_refused_where_it_has_no_meaning(name):
    with pytest.raises(ValueError, match=r"-(1|0\.05) is (negative|outside)"):
        MEASURES[name]([-1, 2], [1, 2])


def test_bad_options_are_refused():
    with pytest.raises(ValueError, match="did you mean 'erreygers'"):
        inequity.concentration_index([0, 1], [1, 2], correction="erreyger")
    with pytest.raises(ValueError, match="2 is outside the bounds"):
        inequity.concentration_index([0, 2], [1, 2], correction="wagstaff")
    with pytest.raises(ValueError, match="did you mean 'logit'"):
        inequity.slope_index([0, 1], [1, 2], link="logti")
    with pytest.raises(ValueError, match="2 is outside the bounds"):
        inequity.relative_index([0, 2], [1, 2], link="logit")
    with pytest.raises(ValueError, match="bounds: expected"):
        inequity.concentration_index([1, 1], [1, 2], correction="erreygers", bounds=(1, 1))
