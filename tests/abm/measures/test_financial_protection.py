"""Financial protection: known answers, laws and refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from abm.measures import inequity
from abm.measures.weights import quantile

LINE = 30
households = st.lists(
    st.tuples(st.integers(0, 100), st.integers(0, 150), st.integers(0, 3)), min_size=1, max_size=25
).filter(lambda triples: any(w for _, _, w in triples))
MEASURES = {
    "catastrophic": lambda oop, resources, weights=None: inequity.catastrophic(
        oop, resources, 0.4, weights
    ),
    "impoverishment": lambda oop, resources, weights=None: inequity.impoverishment(
        resources, oop, LINE, weights
    ),
    "hardship": lambda oop, resources, weights=None: inequity.financial_hardship(
        oop, resources, LINE, weights=weights
    ),
}
each = pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)


def close(value):
    return pytest.approx(value, rel=1e-9, abs=1e-12, nan_ok=True)


def test_catastrophic_by_hand():
    # Shares of the budget 0, 0.1, 0.3 and 0.5 against a tenth.
    result = inequity.catastrophic([0, 10, 30, 50], [100] * 4, 0.1)
    assert result == close((0.5, 0.15, 0.3))
    assert result.headcount == close(0.5)
    assert inequity.catastrophic([0, 50], [100, 100], 0.1, weights=[3, 1]) == close(
        (0.25, 0.1, 0.4)
    )


def test_paying_exactly_the_threshold_is_not_catastrophic():
    for share in (0.1, 0.25, 0.4):
        budget = np.arange(1, 200) * 20
        assert inequity.catastrophic(share * budget, budget, share).headcount == 0


def test_nobody_paying_is_a_headcount_of_nought():
    assert inequity.catastrophic([0, 0], [10, 0], 0.1) == close((0, 0, np.nan))


def test_paying_out_of_nothing_is_beyond_any_threshold():
    assert inequity.catastrophic([1, 0], [0, 0], 5) == (0.5, np.inf, np.inf)


def test_impoverishment_by_hand():
    # Line 10. Poor before: 5 (short by 0.5). After: 5 - 1 = 4 and 12 - 6 = 6.
    result = inequity.impoverishment([5, 12, 40, 40], [1, 6, 10, 0], line=10)
    assert result.headcount_before == close(0.25)
    assert result.headcount_after == close(0.5)
    assert result.headcount == close(0.25)
    assert result.gap_before == close(0.125)
    assert result.gap_after == close(0.25)
    assert result.gap == close(0.125)


def test_each_row_may_have_its_own_line():
    result = inequity.impoverishment([15, 15], [0, 0], line=[10, 20], weights=[1, 3])
    assert result == close((0, 0, 0.75, 0.75, 0.1875, 0.1875))


def test_on_the_line_is_not_poor_and_debt_counts():
    assert inequity.impoverishment([10], [0], 10).headcount_before == 0
    assert inequity.impoverishment([10], [30], 10).gap_after == close(3)


def test_hardship_by_hand():
    # Discretionary budgets of 100: pays nothing, exactly 40 %, 41 %, exactly all, more than all.
    oop, resources = [0, 40, 41, 100, 101], [130] * 5
    assert inequity.financial_hardship(oop, resources, LINE) == close((0.6, 0.2, 0.4))


def test_whoever_is_below_the_line_and_pays_anything_is_in_hardship():
    result = inequity.financial_hardship([0, 1, 1], [20, 20, 30], LINE)
    assert result == close((2 / 3, 2 / 3, 0))


def test_societal_poverty_line():
    yearly = 4 * 365
    assert inequity.societal_poverty_line([1 * yearly] * 3, 4) == close(2.15 * yearly)
    assert inequity.societal_poverty_line([3 * yearly, 10 * yearly, 99 * yearly], 4) == close(
        6.15 * yearly
    )
    assert inequity.societal_poverty_line([8 * yearly, 12 * yearly], 4) == close(6.15 * yearly)
    weighted = inequity.societal_poverty_line([3 * yearly, 10 * yearly], 4, weights=[1, 2])
    assert weighted == close(6.15 * yearly)
    with pytest.raises(ValueError, match="yuan_per_dollar"):
        inequity.societal_poverty_line([1], 0)


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(1, 4)), min_size=1, max_size=30),
    st.sampled_from([0.1, 1 / 3, 1e-9, 1e9, 1 / 7]),
    st.sampled_from([0.1, 0.25, 0.5, 0.9]),
)
def test_a_quantile_does_not_depend_on_the_scale_of_weights(pairs, factor, q):
    values, w = np.array(pairs, float).T
    expected = quantile(np.repeat(values, w.astype(int)), q, None)
    assert quantile(values, q, w) == quantile(values, q, w * factor) == expected


def test_a_poverty_line_does_not_depend_on_the_scale_of_weights():
    incomes = np.arange(1, 11) * 1e4
    alike = inequity.societal_poverty_line(incomes, 4, weights=[1] * 10)
    assert inequity.societal_poverty_line(incomes, 4, weights=[0.1] * 10) == alike


def test_capacity_to_pay():
    capacity = inequity.capacity_to_pay([100, 100, 20], subsistence=30, food=[50, 10, 20])
    assert capacity == close(np.array([70, 90, 0]))
    assert inequity.capacity_to_pay([100, 20], 30) == close(np.array([70, 0]))
    assert inequity.capacity_to_pay([100, 20], [30, 5]) == close(np.array([70, 15]))
    with pytest.raises(ValueError, match="food: expected at most resources"):
        inequity.capacity_to_pay([10], 5, food=[11])


def test_subsistence_is_what_the_middle_eats():
    # Food shares 0.1 to 0.9; the middle (45th to 55th percentile) is the household at 0.5.
    food, size = np.arange(10, 100, 10), np.full(9, 4)
    needs = inequity.subsistence_spending(food, [100] * 9, size)
    assert needs == close(np.full(9, 50))
    size[0] = 1
    assert inequity.subsistence_spending(food, [100] * 9, size)[0] == close(50 / 4**0.56)
    with pytest.raises(ValueError, match="weights above 0"):
        inequity.subsistence_spending([1, 1], [2, 2], [1, 1], weights=[0, 1])
    with pytest.raises(ValueError, match="above 0"):
        inequity.subsistence_spending([0, 1], [0, 2], [1, 1])


@given(households, st.sampled_from([0.1, 0.25, 0.4]))
def test_overshoot_is_headcount_times_its_mean_and_falls_with_the_threshold(triples, z):
    oop, resources, w = np.array(triples).T
    result = inequity.catastrophic(oop, resources + 1, z, w)
    if result.headcount:
        assert result.headcount * result.mean_positive_overshoot == close(result.overshoot)
    laxer = inequity.catastrophic(oop, resources + 1, z + 0.1, w)
    assert laxer.headcount <= result.headcount
    assert laxer.overshoot <= result.overshoot


@given(households)
def test_paying_never_makes_richer_and_protection_never_hurts(triples):
    oop, resources, w = np.array(triples).T
    full = inequity.impoverishment(resources, oop, LINE, w)
    half = inequity.impoverishment(resources, oop / 2, LINE, w)
    assert full.headcount >= half.headcount >= 0
    assert full.gap >= half.gap - 1e-12
    assert half.gap >= 0
    hardship = inequity.financial_hardship(oop, resources, LINE, weights=w)
    eased = inequity.financial_hardship(oop / 2, resources, LINE, weights=w)
    assert eased.headcount <= hardship.headcount
    assert min(hardship) >= 0
    # Whoever is poor only because of paying has paid more than the discretionary budget.
    assert full.headcount <= hardship.impoverishing + 1e-12


@each
@given(triples=households)
def test_a_weight_is_so_many_people_in_any_order(measure, triples):
    oop, resources, w = np.array(triples).T
    expected = measure(np.repeat(oop, w), np.repeat(resources, w))
    assert measure(oop, resources, weights=w) == close(expected)
    assert measure(oop[::-1], resources[::-1], weights=w[::-1]) == close(expected)


@each
def test_rows_of_weight_zero_are_dropped_before_they_are_looked_at(measure):
    noisy = measure([20, np.nan, -3], [50, 10, 10], weights=[2, 0, 0])
    assert noisy == close(measure([20, 20], [50, 50]))


@each
@pytest.mark.parametrize(
    ("oop", "resources", "weights", "message"),
    [
        ([], [], None, "at least one row"),
        ([1, np.nan], [1, 2], None, "oop: .*missing"),
        ([1, -1], [1, 2], None, "oop: -1 is negative"),
        ([1, 1], [1, -2], None, "resources: -2 is negative"),
        ([1, 1], [1, np.inf], None, "resources: .*infinite"),
        ([1, 1], [1, 2, 3], None, "rows"),
        ([1, 1], [1, 2], [1, -1], "weights: "),
    ],
)
def test_what_cannot_be_measured_is_refused(measure, oop, resources, weights, message):
    with pytest.raises(ValueError, match=message):
        measure(oop, resources, weights=weights)


@pytest.mark.parametrize("threshold", [-0.1, np.nan, np.inf])
def test_a_threshold_is_a_share(threshold):
    with pytest.raises(ValueError, match="threshold"):
        inequity.catastrophic([1], [1], threshold)
    with pytest.raises(ValueError, match="threshold"):
        inequity.financial_hardship([1], [1], 1, threshold)


def test_a_line_is_above_nought():
    with pytest.raises(ValueError, match="line: "):
        inequity.impoverishment([1], [1], 0)
    with pytest.raises(ValueError, match="line: expected 2 rows, got 1"):
        inequity.impoverishment([1, 2], [1, 1], [5])
    with pytest.raises(ValueError, match="between 0 and 1"):
        inequity.financial_hardship([1], [1], 1, threshold=1.5)
