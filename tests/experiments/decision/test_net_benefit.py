"""Dominance, ratios and acceptability against published examples and by hand."""

import numpy as np
import pytest

from experiments.decision.net_benefit import (
    DOMINATED,
    EXTENDED,
    ON_FRONTIER,
    acceptability,
    frontier,
    net_health,
    net_monetary,
    ratio_interval,
)


def test_a_published_frontier():
    """The example of the Veterans Affairs' Health Economics Resource Center.

    herc.research.va.gov, "Cost-effectiveness analysis"; its answers stand in the tests of the R
    package dampack too (DARTH-git/dampack, tests/testthat/test_calculate_icers.R).
    """
    cost = [55000, 35000, 25000, 10000, 12000, 5000]
    effect = [5, 4, 3, 2, 1.5, 1]
    found = frontier(cost, effect)
    on = ON_FRONTIER
    assert found.status == [on, on, EXTENDED, on, DOMINATED, on]
    assert found.ratio == pytest.approx([20000, 12500, np.nan, 5000, np.nan, np.nan], nan_ok=True)


def test_screening_for_hiv():
    """Paltiel et al. 2006 (Annals of Internal Medicine 145:797-806), as dampack's vignette does.

    Its table is in quality-adjusted life months; the annual test is dominated.
    """
    cost = np.array([26000.0, 27000, 28020, 28440, 29440])
    effect = np.array([277.25, 277.57, 277.78, 277.83, 277.76]) / 12
    found = frontier(cost, effect)
    assert found.status == [ON_FRONTIER] * 4 + [DOMINATED]
    by_hand = [np.nan, 1000 * 12 / 0.32, 1020 * 12 / 0.21, 420 * 12 / 0.05, np.nan]
    assert found.ratio == pytest.approx(by_hand, rel=1e-6, nan_ok=True)


def test_the_vaccine_of_bcea():
    """The numbers that BCEA prints of its example on influenza (summary of `Vaccine`, k = 25,000).

    Turner et al. 2006, Vaccine 24:1035-1043; the means are those of BCEA's 1,000 simulations.
    """
    cost = np.array([9.655463518708764, 14.691446389697257])
    effect = np.array([-0.00105594639475968, -0.0008053699574554])
    benefit = net_monetary(cost, effect, 25_000.0)
    assert benefit == pytest.approx([-36.054, -34.826], abs=5e-4)
    assert benefit[1] - benefit[0] == pytest.approx(1.2284, abs=5e-5)
    assert frontier(cost, effect).ratio[1] == pytest.approx(20_098, abs=0.5)


def test_the_smoking_example_of_bcea():
    """Self-help is best from a threshold of 159 on, group counselling from 225 on, as BCEA has it.

    Its tests hold both (`compute_kstar`, thresholds by ones); the means are those of its 500
    simulations. Individual counselling is never best.
    """
    cost = np.array([0.0, 45.73316058191909, 94.91903544242075, 143.30075545759846])
    effect = np.array([0.41050676976467787, 0.6987463455576992, 0.8953644523914841,
                       1.133026582306337])  # fmt: skip
    best = [int(net_monetary(cost, effect, k).argmax()) for k in range(501)]
    turns = [k for k in range(1, 501) if best[k] != best[k - 1]]
    assert (turns, [best[k] for k in (0, *turns)]) == ([159, 225], [0, 1, 3])
    found = frontier(cost, effect)
    assert found.status[2] == EXTENDED
    assert np.ceil(found.ratio[[1, 3]]).tolist() == turns


def test_equal_policies_are_told_once():
    assert frontier([1.0, 1.0], [2.0, 2.0]).status == [ON_FRONTIER, DOMINATED]


def test_whatever_is_on_the_frontier_is_best_at_some_threshold_and_nothing_else_is():
    rng = np.random.default_rng(4)
    for _ in range(30):
        cost, effect = rng.uniform(0, 10, 7), rng.uniform(0, 10, 7)
        best = {int(net_monetary(cost, effect, k).argmax()) for k in np.logspace(-4, 4, 4000)}
        on = {n for n, one in enumerate(frontier(cost, effect).status) if one == ON_FRONTIER}
        assert best <= on
        assert all(n in best for n in on if _reach(frontier(cost, effect).ratio, n) > 0.02)


def _reach(ratio, number):
    """Return over which factor of thresholds a policy is best, as a logarithm."""
    start = ratio[number] if np.isfinite(ratio[number]) else 1e-4
    after = [one for one in ratio[np.isfinite(ratio)] if one > start]
    return np.log(min([*after, 1e4]) / start)


@pytest.mark.parametrize("bad", [([1.0], [1.0, 2.0]), ([np.nan], [1.0])])
def test_a_frontier_of_what_is_no_number_is_refused(bad):
    with pytest.raises(ValueError, match="costs and effects"):
        frontier(*bad)


def test_net_benefit_in_money_and_health():
    assert net_monetary(100.0, 3.0, 50.0) == 50.0
    assert net_health(100.0, 3.0, 50.0) == 1.0
    with pytest.raises(ValueError, match="threshold"):
        net_health(100.0, 3.0, 0.0)


def test_fieller_holds_the_ratio_as_often_as_it_says():
    """It is exact where numbers are normal, so only the luck of 4,000 samples is allowed for."""
    rng, inside, ratio = np.random.default_rng(7), 0, 2.0
    for _ in range(4000):
        below = rng.normal(10.0, 2.0, 8)
        above = ratio * 10.0 + rng.normal(0.0, 3.0, 8) + 0.5 * (below - 10.0)
        low, high = ratio_interval(above, below)
        inside += low <= ratio <= high
    assert inside / 4000 == pytest.approx(0.95, abs=0.011)


def test_fieller_of_what_hardly_varies_is_the_interval_of_the_numerator():
    above, below = np.array([1.0, 2.0, 3.0, 4.0]), np.full(4, 2.0)
    reach = 3.182446305 * above.std(ddof=1) / 2.0
    assert ratio_interval(above, below) == pytest.approx(
        [(2.5 - reach) / 2.0, (2.5 + reach) / 2.0], rel=1e-6
    )


@pytest.mark.parametrize("below", [[-1.0, 1.0, 0.1], [1.0]])
def test_a_ratio_over_what_may_be_zero_has_no_interval(below):
    assert np.isnan(ratio_interval(np.ones(len(below)), np.array(below))).all()


def test_acceptability_counts_runs_and_its_frontier_goes_by_the_mean():
    cost = np.array([[0.0, 10.0], [0.0, 10.0], [0.0, 10.0], [0.0, 10.0]])
    effect = np.array([[0.0, 1.0], [0.0, 1.0], [0.0, 1.0], [0.0, 9.0]])
    found = acceptability(cost, effect, [5.0, 10.0, 11.0])
    assert found.probability == pytest.approx(
        np.array([[0.75, 0.25], [3 * 0.5 / 4, 0.625], [0.0, 1.0]])
    )
    assert found.frontier.tolist() == [1, 1, 1]
