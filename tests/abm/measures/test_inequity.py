"""Inequality of one outcome: known answers, laws and refusals."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.integrate import trapezoid
from scipy.stats import lognorm, norm

from abm.measures import inequity

EPSILONS = (0.0, 0.5, 1.0, 2.0)
RELATIVE = {
    "gini": inequity.gini,
    "theil": lambda y, weights=None: inequity.theil(y, weights=weights),
    "mld": lambda y, weights=None: inequity.mean_log_deviation(y, weights=weights),
    "palma": inequity.palma,
    **{
        f"atkinson-{e}": lambda y, weights=None, e=e: inequity.atkinson(y, e, weights)
        for e in EPSILONS
    },
}
LEVEL = {
    f"ede-{e}": lambda y, weights=None, e=e: inequity.equally_distributed_equivalent(y, e, weights)
    for e in EPSILONS
}
ALL = RELATIVE | LEVEL
each = pytest.mark.parametrize("measure", ALL.values(), ids=ALL)
each_relative = pytest.mark.parametrize("measure", RELATIVE.values(), ids=RELATIVE)
amounts = st.lists(st.integers(0, 50), min_size=1, max_size=30).filter(any)
rows = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 4)), min_size=1, max_size=30).filter(
    lambda pairs: any(y * w for y, w in pairs)
)
grouped = st.lists(
    st.tuples(st.integers(0, 50), st.integers(1, 4), st.sampled_from("abc")), min_size=1
).filter(lambda triples: any(y for y, _, _ in triples))


def close(value):
    return pytest.approx(value, rel=1e-9, abs=1e-12, nan_ok=True)


def test_gini_by_hand():
    assert inequity.gini([1, 2, 3, 4, 5]) == close(4 / 15)
    assert inequity.gini([0, 0, 0, 1]) == close(0.75)
    assert inequity.gini([7, 7, 7]) == 0
    assert inequity.gini([1, 3], weights=[3, 1]) == close(0.25)


@given(amounts)
def test_gini_is_half_the_mean_difference_over_the_mean(y):
    y = np.array(y, float)
    brute = np.abs(y[:, None] - y).mean() / 2 / y.mean()
    assert inequity.gini(y) == close(brute)
    assert inequity.gini(y) == close(inequity.concentration_index(y, rank_by=y))


@given(rows)
def test_gini_is_one_less_twice_the_area_under_the_lorenz_curve(pairs):
    y, w = np.array(pairs, float).T
    curve = inequity.lorenz_curve(y, w)
    assert inequity.gini(y, w) == close(1 - 2 * trapezoid(curve.share, curve.population))


def test_lorenz_curve_by_hand():
    population, share = inequity.lorenz_curve([3, 1, 1, 5])
    assert population == close(np.array([0, 0.5, 0.75, 1]))
    assert share == close(np.array([0, 0.2, 0.5, 1]))
    even = inequity.lorenz_curve([3, 1, 1, 5], points=5)
    assert even.share == close(np.array([0, 0.1, 0.2, 0.5, 1]))
    assert np.isnan(inequity.lorenz_curve([0, 0]).share).all()


def test_entropies_by_hand():
    assert inequity.theil([0, 2]) == close(np.log(2))
    assert inequity.theil([1, 3]) == close((0.5 * np.log(0.5) + 1.5 * np.log(1.5)) / 2)
    assert inequity.mean_log_deviation([1, 3]) == close(-np.log(0.75) / 2)
    assert inequity.mean_log_deviation([0, 1]) == np.inf


def test_atkinson_by_hand():
    assert inequity.atkinson([1, 4], 1) == close(1 - 2 / 2.5)
    assert inequity.atkinson([1, 4], 2) == close(1 - 1.6 / 2.5)
    assert inequity.atkinson([1, 4], 0.5) == close(1 - 2.25 / 2.5)
    assert inequity.atkinson([1, 4], 0) == 0
    assert inequity.atkinson([1, 4], np.inf) == close(1 - 1 / 2.5)
    assert inequity.equally_distributed_equivalent([1, 4], 2) == close(1.6)


def test_atkinson_with_a_zero():
    assert inequity.atkinson([0, 1], 1) == 1
    assert inequity.atkinson([0, 1], 2) == 1
    assert inequity.atkinson([0, 1], 0.5) == close(0.5)


def test_atkinson_is_continuous_in_epsilon():
    y = [1, 2, 5, 11]
    for nearly in (1 - 1e-10, 1 + 1e-10):
        assert inequity.atkinson(y, nearly) == pytest.approx(inequity.atkinson(y, 1), rel=1e-8)
    assert inequity.atkinson(y, 5000) == pytest.approx(1 - 1 / 4.75, abs=1e-3)


def test_kolm_by_hand():
    y = [1.0, 3.0]
    expected = np.log((np.exp(0.5 * (2 - 1)) + np.exp(0.5 * (2 - 3))) / 2) / 0.5
    assert inequity.kolm(y, 0.5) == pytest.approx(expected, rel=1e-12)
    assert inequity.kolm_equivalent(y, 0.5) == pytest.approx(2 - expected, rel=1e-12)
    assert inequity.kolm(y, 0) == 0
    assert inequity.kolm_equivalent(y, np.inf) == 1
    assert inequity.kolm([0, 0], 1) == 0
    # Of a normal distribution K = a * variance / 2.
    normal = np.random.default_rng(5).normal(10, 2, 400_000)
    assert inequity.kolm(normal, 0.3) == pytest.approx(0.3 * 4 / 2, rel=0.02)


@given(st.lists(st.integers(-20, 20), min_size=1, max_size=20), st.sampled_from([0.01, 0.5, 3.0]))
def test_kolm_is_absolute_and_weighted(y, alpha):
    values = np.array(y, float)
    found = inequity.kolm(values, alpha)
    assert inequity.kolm(values + 1000, alpha) == pytest.approx(found, rel=1e-6, abs=1e-9)
    assert inequity.kolm(2 * values, alpha / 2) == pytest.approx(2 * found, rel=1e-9, abs=1e-9)
    distinct, counts = np.unique(values, return_counts=True)
    assert inequity.kolm(distinct, alpha, counts) == pytest.approx(found, rel=1e-9, abs=1e-9)
    level = inequity.kolm_equivalent(values, alpha)
    assert values.min() - 1e-9 <= level <= values.mean() + 1e-9


def test_palma_by_hand():
    assert inequity.palma([5] * 10) == close(0.25)
    assert inequity.palma(range(1, 11)) == close(1.0)
    assert inequity.palma([1, 9]) == close(0.18 / 0.08)
    assert inequity.palma([0, 0, 1]) == np.inf
    assert inequity.palma([0, 1], weights=np.array([2, 3]) / 7) == np.inf


def test_the_lognormal_has_the_textbook_answers():
    # Gini erf(s / 2), both entropies s^2 / 2, Atkinson 1 - exp(-e s^2 / 2), and the Lorenz curve
    # L(p) = Phi(Phi^-1(p) - s).
    s = 0.8
    y = lognorm.ppf((np.arange(200_000) + 0.5) / 200_000, s)
    assert inequity.gini(y) == pytest.approx(0.428392, abs=1e-4)
    assert inequity.theil(y) == pytest.approx(0.32, abs=1e-3)
    assert inequity.mean_log_deviation(y) == pytest.approx(0.32, abs=1e-4)
    assert inequity.atkinson(y, 1) == pytest.approx(1 - np.exp(-0.32), abs=1e-4)
    assert inequity.atkinson(y, 2) == pytest.approx(1 - np.exp(-0.64), abs=1e-4)
    top, bottom = 1 - norm.cdf(norm.ppf(0.9) - s), norm.cdf(norm.ppf(0.4) - s)
    assert inequity.palma(y) == pytest.approx(top / bottom, abs=2e-3)


@each
@given(pairs=rows)
def test_a_weight_is_so_many_people(measure, pairs):
    y, w = np.array(pairs).T
    assert measure(y, weights=w) == close(measure(np.repeat(y, w)))
    assert measure(y, weights=w / 7) == close(measure(y, weights=w))


@each_relative
@given(y=amounts, factor=st.sampled_from([1e-6, 0.1, 3.0, 1e9]))
def test_the_unit_does_not_matter(measure, y, factor):
    assert measure(factor * np.array(y)) == close(measure(y))


@pytest.mark.parametrize("measure", LEVEL.values(), ids=LEVEL)
@given(y=amounts)
def test_a_level_scales_with_the_unit_and_lies_between_worst_and_mean(measure, y):
    level = measure(y)
    assert measure(3 * np.array(y)) == close(3 * level)
    assert min(y) - 1e-9 <= level <= np.mean(y) + 1e-9


@each
@given(data=st.data(), y=amounts)
def test_the_order_of_rows_does_not_matter(measure, data, y):
    assert measure(data.draw(st.permutations(y))) == close(measure(y))


@given(y=amounts, take=st.integers(1, 10), data=st.data())
def test_giving_from_richer_to_poorer_lowers_inequality(y, take, data):
    assume(max(y) - min(y) >= 2 * take)
    after = sorted(y)
    after[0] += take
    after[-1] -= take
    for name, measure in RELATIVE.items():
        strict = 1e-12 if name in ("gini", "theil", "atkinson-0.5") else -1e-9
        if np.isfinite(measure(y)):
            assert measure(after) <= measure(y) - strict, name


@given(y=amounts)
def test_each_measure_stays_within_its_bounds(y):
    size = len(y)
    assert 0 <= inequity.gini(y) <= 1 - 1 / size + 1e-12
    assert 0 <= inequity.theil(y) <= np.log(size) + 1e-12
    assert inequity.mean_log_deviation(y) >= 0
    assert inequity.palma(y) >= 0.25 - 1e-12
    levels = [inequity.atkinson(y, e) for e in EPSILONS]
    assert levels[0] == close(0)
    assert levels[-1] <= 1
    assert all(low <= high + 1e-12 for low, high in pairwise(levels))


@pytest.mark.parametrize("measure", [inequity.theil, inequity.mean_log_deviation])
@given(triples=grouped)
def test_the_parts_add_up_to_the_whole(measure, triples):
    y, w, groups = map(list, zip(*triples, strict=True))
    total, within, between = measure(y, groups, w)
    assert total == close(measure(y, weights=w))
    assert within + between == close(total)
    assert min(within, between) >= 0
    assert measure(y, ["all"] * len(y), w).between == close(0)
    assert measure(y, range(len(y)), w).within == close(0)


@pytest.mark.parametrize("measure", [inequity.theil, inequity.mean_log_deviation])
def test_the_parts_are_those_of_shorrocks(measure):
    poor, rich = [1, 2, 3], [4, 8]
    split = measure(poor + rich, groups=list("ppprr"))
    means, people = np.array([2.0, 6.0]), np.array([3, 2])
    share = people * means / 18 if measure is inequity.theil else people / 5
    assert split.within == close(share @ [measure(poor), measure(rich)])
    assert split.between == close(measure(means, weights=people))


def test_a_group_with_nothing():
    y, groups = [0, 0, 1, 1], list("aabb")
    assert inequity.theil(y, groups) == close((np.log(2), 0, np.log(2)))
    assert inequity.mean_log_deviation(y, groups) == (np.inf, 0, np.inf)


def test_groups_may_be_anything_that_labels():
    y = [1, 2, 3, 4]
    expected = inequity.theil(y, [0, 0, 1, 1])
    labels = pd.Series(["Hebei", "Hebei", "Anhui", "Anhui"], index=[9, 8, 7, 6])
    assert inequity.theil(y, labels) == close(expected)
    assert inequity.theil(y, labels.astype("category")) == close(expected)
    with_dropped = inequity.theil([*y, 5], [*labels, None], weights=[1, 1, 1, 1, 0])
    assert with_dropped == close(expected)


@each
def test_all_zeros_is_undefined_and_not_equal(measure):
    assert np.isnan(measure([0, 0, 0]))
    assert np.isnan(measure([0, 5], weights=[1, 0]))


@pytest.mark.parametrize("measure", [inequity.theil, inequity.mean_log_deviation])
def test_all_zeros_has_no_parts(measure):
    assert np.isnan(measure([0, 0], groups=["a", "b"])).all()


@each
def test_rows_of_weight_zero_are_dropped_before_they_are_looked_at(measure):
    assert measure([1, np.nan, 4, -3], weights=[1, 0, 2, 0]) == close(measure([1, 4, 4]))


@each
@pytest.mark.parametrize(
    ("y", "weights", "message"),
    [
        ([], None, "at least one row"),
        ([], [], "at least one row"),
        ([1, 2], [0, 0], "weight above 0"),
        ([1, np.nan], None, "y: .*missing"),
        ([1, np.inf], None, "y: .*infinite"),
        ([1, None], None, "y: "),
        (["poor", "rich"], None, "y: expected numbers"),
        ([1, -2], None, "y: -2 is negative"),
        ([[1, 2], [3, 4]], None, "y: expected one dimension"),
        ([1, 2], [1], "weights: expected 2 rows, got 1"),
        ([1, 2], [1, -1], "weights: "),
        ([1, 2], [1, np.nan], "weights: "),
    ],
)
def test_what_cannot_be_measured_is_refused(measure, y, weights, message):
    with pytest.raises(ValueError, match=message):
        measure(y, weights=weights)


def test_bad_options_are_refused():
    with pytest.raises(ValueError, match="epsilon"):
        inequity.atkinson([1, 2], -1)
    with pytest.raises(ValueError, match="epsilon"):
        inequity.equally_distributed_equivalent([1, 2], np.nan)
    with pytest.raises(ValueError, match="points"):
        inequity.lorenz_curve([1, 2], points=1)
    with pytest.raises(ValueError, match="groups: expected 2 rows, got 1"):
        inequity.theil([1, 2], ["a"])
    with pytest.raises(ValueError, match="alpha: expected a number from 0 up"):
        inequity.kolm([1, 2], -1)
    with pytest.raises(ValueError, match="epsilon: expected a number from 0 up, got '1'"):
        inequity.atkinson([1, 2], "1")
    for missing in (np.nan, None, pd.NA):
        with pytest.raises(ValueError, match=r"groups: .*missing"):
            inequity.theil([1, 2, 3], groups=["a", missing, "b"])
    with pytest.raises(ValueError, match="masked"):
        inequity.gini(np.ma.masked_array([1, 2], mask=[0, 1]))
    for arguments in (([1e308] * 3,), ([1, 2], [1e308, 1e308])):
        with pytest.raises(ValueError, match="finite"):
            inequity.gini(*arguments)
    with pytest.raises(ValueError, match=r"groups: .*missing"):
        inequity.mean_log_deviation([1, 2], ["a", None])
