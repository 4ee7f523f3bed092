"""Time to an event: published answers, lifelines as the oracle, laws and refusals."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import AalenJohansenFitter, KaplanMeierFitter
from lifelines.utils import restricted_mean_survival_time

from abm.measures import survival

# Weeks of remission under 6-mercaptopurine (negative: censored) and placebo: Freireich et al. 1963,
# Blood 21:699-716, the example of Gehan 1965 and Cox 1972.
TREATED = [6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16, -17, -19, -20, 22, 23, -25, -32, -32, -34, -35]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
WEEKS = [abs(week) for week in TREATED]
ENDED = [week > 0 for week in TREATED]

people = st.lists(
    st.tuples(st.integers(0, 24), st.booleans(), st.integers(0, 3)), min_size=1, max_size=40
).filter(lambda triples: any(w for _, _, w in triples))
journeys = st.lists(
    st.tuples(st.integers(0, 24), st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=40
).filter(lambda triples: any(w for _, _, w in triples))


def close(value):
    return pytest.approx(value, rel=1e-9, abs=1e-11, nan_ok=True)


def same(one, other):
    return all(a == close(b) for a, b in zip(one, other, strict=True))


def test_the_published_curve_of_remission():
    curve = survival.kaplan_meier(WEEKS, ENDED)
    at = np.isin(curve.times, [6, 7, 10, 13, 16, 22, 23])
    assert curve.survival[at] == pytest.approx(
        [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448], abs=5e-4
    )
    assert np.sqrt(curve.variance[at]) == pytest.approx(
        [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346], abs=5e-5
    )
    assert curve.at_risk[at].tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert curve.events[at].tolist() == [3, 1, 1, 1, 1, 1, 1]


def test_the_published_medians_of_remission():
    assert survival.median(WEEKS, ENDED) == 23
    assert survival.median(PLACEBO, np.ones(21, bool)) == 8


def test_a_curve_begins_at_month_nought():
    curve = survival.kaplan_meier([2, 5], [True, False])
    assert curve.times.tolist() == [0, 2, 5]
    assert curve.survival.tolist() == [1, 0.5, 0.5]
    assert curve.at_risk.tolist() == [2, 2, 1]
    assert survival.kaplan_meier([0, 3], [1, 1]).survival.tolist() == [0.5, 0]


def test_the_censored_are_at_risk_in_the_month_they_leave():
    assert survival.kaplan_meier([4, 4], [True, False]).survival[-1] == 0.5


def test_a_median_that_is_not_reached_is_infinite():
    assert survival.median([1, 2, 3], [True, False, False]) == np.inf
    assert survival.median([5], [False]) == np.inf


@given(people)
def test_a_median_of_exactly_one_half_is_not_missed(triples):
    rows = [(month, ended) for month, ended, w in triples for _ in range(w)]
    left, expected = Fraction(1), np.inf
    for month in sorted({month for month, ended in rows if ended}):
        at_risk = sum(m >= month for m, _ in rows)
        left *= 1 - Fraction(sum(m == month and e for m, e in rows), at_risk)
        if left <= Fraction(1, 2):
            expected = month
            break
    assert survival.median(*np.array(triples).T) == expected


def test_censoring_lengthens_where_dropping_would_shorten():
    delay = np.random.default_rng(3).exponential(48, 20_000)
    months, observed = np.minimum(np.ceil(delay), 36).astype(int), delay <= 36
    assert months[observed].mean() < 18
    assert survival.median(months, observed) == pytest.approx(48 * np.log(2), abs=1.5)


def test_restricted_mean_by_hand():
    # Survival 1 up to 2, 2/3 up to 4, 1/3 after.
    months, observed = [2, 4, 9], [True, True, False]
    assert survival.restricted_mean(months, observed, horizon=1) == close(1)
    assert survival.restricted_mean(months, observed, horizon=3) == close(2 + 2 / 3)
    assert survival.restricted_mean(months, observed, horizon=7) == close(2 + 4 / 3 + 1)
    assert survival.restricted_mean(months, observed, horizon=12) == close(2 + 4 / 3 + 8 / 3)


@given(st.lists(st.integers(0, 24), min_size=1), st.integers(1, 30))
def test_without_censoring_all_is_as_in_a_table(months, horizon):
    curve = survival.kaplan_meier(months, np.ones(len(months)))
    assert curve.at(10) == close(np.mean(np.array(months) > 10))
    mean = survival.restricted_mean(curve, horizon=horizon)
    assert mean == close(np.minimum(months, horizon).mean())
    assert curve.variance == close(curve.survival * (1 - curve.survival) / len(months))


@settings(max_examples=30, deadline=None)
@given(people)
def test_the_curve_is_that_of_lifelines(triples):
    months, observed, w = (column[np.array(triples)[:, 2] > 0] for column in np.array(triples).T)
    fit = KaplanMeierFitter().fit(months, observed, weights=w)
    curve = survival.kaplan_meier(months, observed, w)
    assert curve.survival == close(np.atleast_1d(fit.predict(curve.times)))
    assert curve.at_risk == close(fit.event_table["at_risk"].to_numpy())
    assert curve.events == close(fit.event_table["observed"].to_numpy())
    assert survival.restricted_mean(curve, horizon=12) == close(
        restricted_mean_survival_time(fit, t=12)
    )


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 200), st.integers(0, 2)), min_size=2, unique_by=lambda r: r[0]
    )
)
def test_the_incidence_is_that_of_lifelines(rows):
    # Distinct months only: lifelines shakes ties apart at random.
    months, event = np.array(rows).T
    if not (event == 1).any():
        return
    fit = AalenJohansenFitter(calculate_variance=False).fit(months, event, event_of_interest=1)
    ours = survival.cumulative_incidence(months, event)
    expected = fit.cumulative_density_.iloc[:, 0].reindex(ours.times, method="ffill")
    assert ours.incidence == close(expected.to_numpy())


def test_incidence_by_hand_with_ties():
    # Month 1: of 4 one diagnosed, one dead; month 2: of 2 one diagnosed, one censored.
    result = survival.cumulative_incidence([1, 1, 2, 2], [1, 2, 1, 0])
    assert result.times.tolist() == [0, 1, 2]
    assert result.incidence == close(np.array([0, 0.25, 0.5]))
    assert result.competing == close(np.array([0, 0.25, 0.25]))
    assert result.survival == close(np.array([1, 0.5, 0.25]))
    assert result.at_risk.tolist() == [4, 4, 2]
    assert result.events.tolist() == [0, 1, 1]
    assert result.at([0.5, 1, 99]) == close(np.array([0, 0.25, 0.5]))


@given(journeys)
def test_the_shares_add_up_to_one(triples):
    months, event, w = np.array(triples).T
    result = survival.cumulative_incidence(months, event, w)
    assert result.incidence + result.competing + result.survival == close(
        np.ones(len(result.times))
    )
    assert (np.diff(result.incidence) >= 0).all()
    other = survival.cumulative_incidence(months, np.array([0, 2, 1, 3])[event], w, cause=2)
    assert same(other, result)


@given(journeys)
def test_taking_death_for_censoring_overstates(triples):
    months, event, w = np.array(triples).T
    result = survival.cumulative_incidence(months, event, w)
    naive = 1 - survival.kaplan_meier(months, event == 1, w).survival
    assert (result.incidence <= naive + 1e-12).all()
    alone = survival.cumulative_incidence(months, event == 1, w)
    assert alone.incidence == close(naive)


@given(people, st.integers(1, 30))
def test_the_mean_is_bounded_and_grows_with_the_horizon(triples, horizon):
    curve = survival.kaplan_meier(*np.array(triples).T)
    mean = survival.restricted_mean(curve, horizon=horizon)
    assert 0 <= mean <= horizon + 1e-9
    assert survival.restricted_mean(curve, horizon=horizon + 1) >= mean
    assert (np.diff(curve.survival) <= 0).all()
    assert (curve.variance >= 0).all()


@given(people)
def test_a_weight_is_so_many_people_in_any_order(triples):
    months, observed, w = np.array(triples).T
    repeated = survival.kaplan_meier(np.repeat(months, w), np.repeat(observed, w))
    assert same(survival.kaplan_meier(months, observed, w), repeated)
    assert same(survival.kaplan_meier(months[::-1], observed[::-1], w[::-1]), repeated)
    halved = survival.kaplan_meier(months, observed, w / 2)
    assert halved.survival == close(repeated.survival)


@given(journeys)
def test_counting_months_and_sorting_times_agree(triples):
    months, event, w = np.array(triples).T
    counted, sorted_ = (
        survival.cumulative_incidence(unit * months, event, w) for unit in (1, 0.25)
    )
    assert counted.times / 4 == close(sorted_.times)
    assert same(counted[1:], sorted_[1:])
    sparse = survival.cumulative_incidence(10**9 * months, event, w)
    assert same(counted[1:], sparse[1:])


def test_a_curve_says_what_share_is_left():
    curve = survival.kaplan_meier([2, 4, 9], [True, True, False])
    assert curve.at(3) == close(2 / 3)
    assert curve.at([0, 2, 3.9, 4, 100]) == close(np.array([1, 2 / 3, 2 / 3, 1 / 3, 1 / 3]))
    with pytest.raises(ValueError, match="from 0 up"):
        curve.at(-1)


def test_rows_of_weight_zero_are_dropped_before_they_are_looked_at():
    noisy = survival.kaplan_meier([3, np.nan, -2, 5], [1, 1, 0, np.nan], weights=[2, 0, 0, 0])
    assert same(noisy, survival.kaplan_meier([3, 3], [True, True]))


@pytest.mark.parametrize("measure", [survival.kaplan_meier, survival.cumulative_incidence])
@pytest.mark.parametrize(
    ("months", "status", "weights", "message"),
    [
        ([], [], None, "at least one row"),
        ([1, 2], [1, 1], [0, 0], "weight above 0"),
        ([1, np.nan], [1, 1], None, "months: "),
        ([1, np.inf], [1, 1], None, "months: "),
        ([1, -1], [1, 1], None, "months: "),
        (["a", "b"], [1, 1], None, "months: expected numbers"),
        ([1, 2], [1], None, "expected 2 rows, got 1"),
        ([1, 2], [1, np.nan], None, "(observed|event): "),
        ([1, 2], [1, 0.5], None, "(observed|event): "),
        ([1, 2], [1, -1], None, "(observed|event): "),
        ([1, 2], [1, 1], [1], "weights: expected 2 rows"),
        ([1, 2], [1, 1], [1, -1], "weights: "),
    ],
)
def test_what_cannot_be_measured_is_refused(measure, months, status, weights, message):
    with pytest.raises(ValueError, match=message):
        measure(months, status, weights)


def test_any_integers_may_say_what_was_observed():
    wide = survival.kaplan_meier(np.array([1, 2, 3]), np.array([1, 0, 1], np.uint64))
    assert (wide.survival == survival.kaplan_meier([1, 2, 3], [1, 0, 1]).survival).all()
    with pytest.raises(ValueError, match="cause"):
        survival.cumulative_incidence([1, 2], [1, 2], cause=float("inf"))


def test_bad_options_are_refused():
    curve = survival.kaplan_meier([1], [True])
    with pytest.raises(ValueError, match="True or False"):
        survival.kaplan_meier([1, 2], [1, 2])
    with pytest.raises(ValueError, match="horizon"):
        survival.restricted_mean(curve, horizon=0)
    with pytest.raises(ValueError, match="beside a curve"):
        survival.median(curve, [True])
    with pytest.raises(ValueError, match="one value per row"):
        survival.median([1, 2])
    with pytest.raises(ValueError, match="cause"):
        survival.cumulative_incidence([1], [1], cause=0)
