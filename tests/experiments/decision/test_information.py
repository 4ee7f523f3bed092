"""The value of information against closed forms, and luck that is none."""

import numpy as np
import pytest
from scipy.special import ndtri

from experiments.decision.information import partial, perfect, perfect_worth, without_luck
from tests.experiments.decision.normal_samples import normal_parts, worth_of_normal


def below_at(part: int, parts: int, deviation: float) -> float:
    """Return the mean at which 0 lies at the end of one of the parts of a normal sample."""
    return -deviation * float(ndtri(part / parts))


@pytest.mark.parametrize("part", [1, 20, 50, 77])
def test_perfect_information_on_a_normal_difference_has_its_closed_form(part):
    mean = below_at(part, 100, 3.0)
    sample = mean + 3.0 * normal_parts(100)
    benefit = np.column_stack([np.zeros(100), sample])
    assert perfect(benefit) == pytest.approx(worth_of_normal(mean, 3.0), abs=1e-9)


def test_the_example_of_voi():
    """Two treatments, the benefit of the second N(1, sqrt 5): the vignette of the R package voi.

    Exact there as the mean of a truncated normal distribution times its probability, less 1.
    """
    deviation, parts = 5.0**0.5, 400_000
    benefit = np.column_stack([np.zeros(parts), 1.0 + deviation * normal_parts(parts)])
    assert perfect(benefit) == pytest.approx(worth_of_normal(1.0, deviation), abs=1e-6)


def test_of_a_single_parameter_that_decides_all():
    """Linear in a normal parameter, and luck does nothing: the closed form to 1e-6."""
    mean = below_at(70, 200, 2.0)
    known = normal_parts(200)
    benefit = np.column_stack([np.zeros(200), mean + 2.0 * known])
    (found,) = partial(benefit, [known[:, None]], shuffles=19)
    assert found.worth.value == pytest.approx(worth_of_normal(mean, 2.0), abs=1e-6)
    assert found.chance == pytest.approx(0.05)


@pytest.mark.slow
def test_of_one_of_two_parameters_of_a_linear_benefit():
    """Each is worth its own part, both what perfect information is worth.

    Every value of one meets every value of the other, so the regression has nothing to guess.
    """
    parts, crossed = 40, 8
    first, second = normal_parts(parts), normal_parts(crossed)
    x, y = (grid.ravel() for grid in np.meshgrid(first, second))
    mean = below_at(16, parts, 2.0)
    benefit = np.column_stack([np.zeros(x.size), mean + 2.0 * x + 0.7 * y])
    one, both = partial(benefit, [x[:, None], np.column_stack([x, y])], shuffles=0)
    assert one.worth.value == pytest.approx(worth_of_normal(mean, 2.0), abs=1e-6)
    assert both.worth.value == pytest.approx(perfect(benefit), abs=1e-6)


def test_of_three_policies():
    """Of a benefit that turns round twice along one parameter."""
    known = normal_parts(120)
    benefit = np.column_stack([np.zeros(120), 1.5 * known, 3.0 * known - 1.0])
    (found,) = partial(benefit, [known[:, None]], shuffles=0)
    assert found.worth.value == pytest.approx(float(perfect(benefit)), abs=1e-6)


@pytest.mark.slow
def test_a_bent_relation_is_followed_through_luck():
    rng = np.random.default_rng(3)
    known = rng.normal(size=600)
    benefit = np.column_stack([np.zeros(600), known**2 - 1.0 + rng.normal(0.0, 1.0, 600)])
    true = perfect(np.column_stack([np.zeros(600), known**2 - 1.0]))
    (found,) = partial(benefit, [known[:, None]], shuffles=0)
    assert found.worth.value == pytest.approx(true, rel=0.1)
    assert found.worth.low < true < found.worth.high


@pytest.mark.slow
def test_luck_of_seeds_is_no_value_of_information():
    """Where nothing but luck differs, perfect information on a run is worth much; on data nothing.

    Of twenty parameters that tell nothing the chance that any seems to is kept.
    """
    rng, false = np.random.default_rng(11), 0
    for sample in range(30):
        benefit = np.column_stack([np.zeros(40), rng.normal(0.0, 1.0, 40)])
        found = partial(benefit, list(rng.normal(size=(20, 40, 1))), seed=sample, shuffles=99)
        false += any(one.chance <= 0.05 for one in found)
        assert max(one.worth.value for one in found) < perfect(benefit)
    assert false <= 5  # 30 times one in twenty: more than 5 in fewer than one of 400 trials


def test_a_parameter_that_tells_something_is_found_among_others():
    rng = np.random.default_rng(5)
    values = rng.normal(size=(10, 60, 1))
    benefit = np.column_stack([np.zeros(60), values[3, :, 0] + rng.normal(0.0, 1.0, 60)])
    found = partial(benefit, list(values), shuffles=99)
    assert int(np.argmax([one.worth.value for one in found])) == 3
    assert found[3].chance == pytest.approx(0.01)
    assert found[3].worth.low < worth_of_normal(0.0, 1.0) < found[3].worth.high


def test_luck_is_taken_out_of_perfect_information():
    """Sets lived twice tell luck from what is not known; the closed form is that of the latter."""
    rng, runs = np.random.default_rng(2), 40_000
    known, luck = rng.normal(0.3, 1.0, runs), rng.normal(0.0, 2.0, (2, runs))
    benefit, again = (np.column_stack([rng.normal(size=runs)] * 2) for _ in range(2))
    benefit[:, 1] += known + luck[0]
    again[:, 1] += known + luck[1]
    kept = without_luck(benefit, again)
    assert np.std(kept[:, 1] - kept[:, 0], ddof=1) == pytest.approx(1.0, abs=0.05)
    assert perfect(benefit) == pytest.approx(worth_of_normal(0.3, 5.0**0.5), rel=0.03)
    assert perfect(kept) == pytest.approx(worth_of_normal(0.3, 1.0), rel=0.1)


def test_luck_is_taken_out_of_three_policies_together():
    """Luck strikes the two others together, and more strongly than what is not known does."""
    rng, runs = np.random.default_rng(12), 40_000
    known = rng.normal(size=(runs, 2)) @ np.array([[1.0, 0.5], [0.0, 0.8]]) + [0.2, 0.1]
    shared = np.array([[2.0, 1.5], [0.0, 0.5]])
    benefit, again, exact = (
        np.hstack([np.zeros((runs, 1)), known + luck])
        for luck in (rng.normal(size=(runs, 2)) @ shared, rng.normal(size=(runs, 2)) @ shared, 0.0)
    )
    kept = without_luck(benefit, again)
    assert np.cov(kept[:, 1:].T) == pytest.approx(np.cov(known.T), abs=0.06)
    assert perfect(kept) == pytest.approx(perfect(exact), rel=0.05)
    assert perfect(benefit) > 1.8 * perfect(exact)


def test_without_luck_all_stays_as_it_is():
    rng = np.random.default_rng(8)
    benefit = rng.normal(size=(20, 4))
    kept = without_luck(benefit, benefit[:10])
    assert kept - kept[:, :1] == pytest.approx(benefit - benefit[:, :1], abs=1e-7)


def test_luck_alone_leaves_nothing_worth_knowing():
    rng = np.random.default_rng(9)
    benefit = np.column_stack([np.zeros(64), rng.normal(5.0, 1.0, 64)])
    again = np.column_stack([np.zeros(32), rng.normal(5.0, 1.0, 32)])
    found = perfect_worth(benefit, again)
    assert found.low == 0.0
    assert found.value < 0.1


def test_too_few_sets_lived_twice_are_refused():
    with pytest.raises(ValueError, match="at least 2"):
        without_luck(np.zeros((4, 2)), np.zeros((1, 2)))


def test_a_curve_through_all_runs_is_not_named_before_what_foretells_them():
    """Sixteen runs and many parameters: some curve always seems worth as much as knowing all."""
    named = []
    for seed in range(6):
        rng = np.random.default_rng(seed)
        values = rng.normal(size=(60, 16))
        known = 1.0 * values[0] + 0.3 * rng.normal(size=16)
        found = partial(np.column_stack([np.zeros(16), known]), list(values[:, :, None]), seed=seed,
                        shuffles=99)  # fmt: skip
        named.append([n for n, one in enumerate(found) if one.chance <= 0.05])
    assert sum(0 in one for one in named) >= 5
    assert sum(bool(set(one) - {0}) for one in named) <= 1
