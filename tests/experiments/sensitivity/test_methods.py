"""Known answers, through the same steps with a function in place of the model."""

from dataclasses import replace

import numpy as np
import pytest

from experiments.measures import measures
from experiments.sensitivity import library, screening, variance
from experiments.sensitivity.discovery import density_left_out, find_box, inside
from experiments.sensitivity.factors import BASELINE, LEVER, PARAMETER, SHARED, Factor
from experiments.sensitivity.outcomes import Outcome
from experiments.sensitivity.sentences import (
    beyond_luck,
    levers_share,
    sentences,
    standing_out,
)
from experiments.sensitivity.study import MORRIS, Plan, analyse

QALYS = Outcome(next(one for one in measures() if one.name == "qalys"))


def factor(name, kind=PARAMETER, value=0.5, ends=(0.0, 1.0), whole=False):
    setter = {LEVER: "zone", BASELINE: "base", SHARED: "past"}.get(kind)
    key, full = ((setter, name), f"{setter}:{name}") if setter else (name, name)
    return Factor(full, kind, value, ends, whole, "GUESS", "", key)


def model(difference, noise=0.0):
    """Return what gives outcomes: 1 under the baseline, and so much more under the policy."""

    def evaluate(points, seeds):
        luck = noise * np.random.default_rng(1).normal(size=100)[np.array(seeds)]
        base = np.ones(len(points))
        return np.stack([base, base + difference(points) + luck], axis=-1)[:, np.newaxis, :]

    return evaluate


def told(found):
    return sentences(found, [QALYS], "zone", "base")[0]


def test_sobol_indices_of_ishigamis_function_are_the_known_ones():
    # Ishigami and Homma 1990, with a = 7 and b = 0.1.
    def ishigami(places):
        x = np.pi * (2.0 * places - 1.0)
        return np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])

    factors = [factor(name) for name in "abc"]
    found = analyse(factors, model(ishigami), Plan(4, 2048, 3, (1, 2, 3)))
    order = np.argsort(found.chosen)
    indices = found.indices[0, 2]
    assert indices.first[order] == pytest.approx([0.3139, 0.4424, 0.0], abs=0.03)
    assert indices.total[order] == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.03)


def test_elementary_effects_of_a_straight_line_are_its_slopes():
    home = np.full(5, 0.5)
    slopes = np.array([3.0, -2.0, 1.0, 0.5, 0.0])
    drawn = screening.trajectories([[n] for n in range(5)], home, 5, seed=1)
    found = screening.effects(drawn, drawn.points @ slopes, seed=1)
    assert found.mu == pytest.approx(slopes)
    assert found.mu_star == pytest.approx(np.abs(slopes))
    assert found.sigma == pytest.approx(np.zeros(5), abs=1e-12)


def test_a_group_moves_together_and_others_stay():
    home = np.array([0.5, 0.25, 0.5, 0.5])
    drawn = screening.trajectories([[0], [2, 3]], home, 3, seed=1)
    assert (drawn.points[:, 1] == 0.25).all()
    assert len(drawn.points) == 3 * 3
    moved = np.diff(drawn.points.reshape(3, 3, 4), axis=1) != 0.0
    assert {tuple(row) for row in moved.reshape(-1, 4)[:, [0, 2, 3]]} == {
        (True, False, False), (False, True, True),
    }  # fmt: skip


def test_what_rests_on_an_undefined_outcome_is_left_out_and_counted():
    home = np.full(3, 0.5)
    drawn = screening.trajectories([[0], [1], [2]], home, 4, seed=1)
    values = drawn.points @ np.array([1.0, 2.0, 3.0])
    values[5] = np.nan
    found = screening.effects(drawn, values, seed=1)
    assert found.used == 3
    assert found.mu == pytest.approx([1.0, 2.0, 3.0])
    sample = variance.sample([0, 1, 2], home, 256, seed=1)
    values = sample.points @ np.array([0.0, 0.0, 3.0])
    values[7] = np.nan
    indices = variance.indices(sample, values, seed=1)
    assert indices.used == 255
    assert indices.total == pytest.approx([0.0, 0.0, 1.0], abs=0.1)
    nothing = variance.indices(sample, np.full(len(sample.points), np.nan), seed=1)
    assert np.isnan(nothing.total).all()


def test_one_lever_that_drives_everything_is_told():
    factors = [factor("all", LEVER), *(factor(f"p{n}") for n in range(60))]
    found = analyse(factors, model(lambda x: x[:, 0] - 0.2, 0.001), Plan(3, 32, 4, (1, 2, 3)))
    assert found.factors[found.chosen[0]].name == "zone:all"
    assert levers_share(found, 0) > 0.95
    text = told(found)
    assert "Whether zone raises it depends most on all (a lever of zone, a guess;" in text
    assert "comes from guessed levers of the policy itself" in text
    assert "The answer turns round if all is at most 0.1" in text


@pytest.mark.parametrize("kind", [BASELINE, SHARED, PARAMETER])
def test_only_guesses_of_the_policy_are_called_its_own(kind):
    factors = [factor("theirs", kind), factor("own", LEVER), factor("p")]
    found = analyse(factors, model(lambda x: 2.0 + x[:, 0], 0.001), Plan(3, 32, 3, (1, 2, 3)))
    assert levers_share(found, 0) < 0.05
    text = told(found)
    assert "the policy itself" not in text
    assert "what it was assumed to do" not in text
    assert ("guessed levers of the baseline, which zone has not" in text) == (kind == BASELINE)


def test_a_parameter_of_many_that_drives_everything_is_found_in_its_group():
    factors = [factor("lever", LEVER), *(factor(f"p{n}") for n in range(100))]
    found = analyse(factors, model(lambda x: 2.0 + x[:, 78], 0.001), Plan(3, 32, 4, (1, 2, 3)))
    assert found.factors[found.chosen[0]].name == "p77"
    text = told(found)
    assert "depends most on p77 (a parameter of the world, a guess;" in text
    assert "Guessed levers of the policy make 0 % of the spread" in text
    assert "It turns round in none of" in text


@pytest.mark.parametrize("levers", [0, 22, 40])
def test_a_parameter_is_screened_singly_however_many_levers_there_are(levers):
    own = [factor(f"lever{n}", LEVER) for n in range(levers)]
    factors = own + [factor(f"p{n}") for n in range(276)]

    def driven(x):
        return 2.0 + 20.0 * x[:, levers + 170] + x[:, : levers + 1].sum(axis=1)

    plan, points = Plan(3, 32, 4, (1, 2, 3)), []

    def counting(places, seeds):
        points.append(len(places))
        return model(driven, 0.001)(places, seeds)

    found = analyse(factors, counting, plan)
    assert sum(points) == plan.size(factors)
    assert found.factors[found.chosen[0]].name == "p170"
    text = told(found)
    assert "depends most on p170 (a parameter of the world, a guess;" in text
    assert "the policy itself" not in text


@pytest.mark.parametrize("count", [3, 60])
def test_a_screening_alone_ends_with_the_factors_that_move_it(count):
    factors = [factor("lever", LEVER), *(factor(f"p{n}") for n in range(count))]
    points = []

    def counting(places, seeds):
        points.append(len(places))
        return model(lambda x: 2.0 + 0.7 * x[:, 2], 0.001)(places, seeds)

    plan = Plan(4, 32, 4, (1, 2, 3), MORRIS)
    found = analyse(factors, counting, plan)
    assert sum(points) <= plan.size(factors) < plan._replace(method="sobol").size(factors)
    assert [found.single.screening.groups[one] for one in beyond_luck(found, 0)] == [[2]]
    text = told(found)
    assert "depends most on p1 (a parameter of the world, a guess; 0.7" in text
    assert "turns round" not in text
    assert "the spread" not in text
    luck = analyse(factors, model(lambda x: 2.0 + 0.7 * x[:, 2], 5.0), plan)
    assert "nothing is claimed" in told(luck)


def test_nothing_is_claimed_inside_the_noise():
    factors = [factor("lever", LEVER), factor("p")]
    found = analyse(factors, model(lambda x: 0.01 * x[:, 0], 1.0), Plan(3, 32, 2, (1, 2, 3, 4)))
    assert standing_out(found, 0) == []
    text = told(found)
    assert "this may be luck" in text
    assert "nothing is claimed" in text
    assert "turns round" not in text


@pytest.mark.parametrize("undefined", [0, 1, 5])
def test_a_seed_that_leaves_an_outcome_undefined_is_no_luck_of_nought(undefined):
    def driven(x):
        return 2.0 + 0.02 * x[:, 1]

    def evaluate(points, seeds):
        values = model(driven, 0.22)(points, seeds)
        lost = (np.array(seeds) <= 1 + undefined) & (np.array(seeds) > 1)
        return np.where(lost[:, np.newaxis, np.newaxis], np.nan, values)

    seeds = tuple(range(1, 9))
    found = analyse([factor("lever", LEVER), factor("p")], evaluate, Plan(3, 32, 2, seeds))
    assert found.noise[0, 2] == pytest.approx(np.nanstd(found.repeats[:, 0, 2], ddof=1))
    assert found.noise[0, 2] > 0.02
    assert standing_out(found, 0) == []
    assert f"({8 - undefined} of 8 seeds)" in told(found) or not undefined


def test_where_too_few_seeds_define_an_outcome_nothing_is_claimed():
    def evaluate(points, seeds):
        values = model(lambda x: 2.0 - 5.0 * x[:, 1])(points, seeds)
        return np.where(np.array(seeds)[:, np.newaxis, np.newaxis] > 2, np.nan, values)

    found = analyse([factor("lever", LEVER), factor("p")], evaluate, Plan(3, 32, 2, (1, 2, 3, 4)))
    assert np.isinf(found.noise).all()
    assert not found.is_clear(0)
    assert not found.turned.any()
    assert standing_out(found, 0) == []
    assert "this may be luck" in told(found)


def test_luck_as_large_as_the_spread_leaves_nothing_to_stand_out():
    found = analyse([factor("p")], model(lambda x: x[:, 0]), Plan(3, 32, 1, (1, 2, 3)))
    sure = found.indices[0, 2]._replace(total=np.array([1.2]), total_reach=np.array([0.1]))
    deviation = sure.variance**0.5
    for noise, clear in ((0.0, [0]), (0.9 * deviation, [0]), (1.1 * deviation, [])):
        one = replace(found, indices={(0, 2): sure}, noise=np.full((1, 3), noise))
        assert standing_out(one, 0) == clear


GAP = Outcome(QALYS.measure, "income_quintile", "5", "1")


def gap_of(before, after, home=0.9):
    """Return what is told and found of a gap, under the baseline and under the policy."""

    def evaluate(points, seeds):
        values = np.stack([before(points), after(points)], axis=-1)
        luck = 0.001 * np.random.default_rng(1).normal(size=100)[np.array(seeds)]
        return (values + luck[:, np.newaxis] * [1.0, -1.0])[:, np.newaxis, :]

    factors = [factor("p", value=home), factor("q")]
    found = analyse(factors, evaluate, Plan(3, 64, 2, (1, 2, 3, 4)), gaps=[0])
    return sentences(found, [GAP], "zone", "base")[0], found


@pytest.mark.parametrize(
    ("before", "after", "told_of_it"),
    [
        (1.0, 2.0, "it widens the gap"), (-1.0, -2.0, "it widens the gap"),
        (2.0, 1.0, "it narrows the gap"), (-2.0, -1.0, "it narrows the gap"),
        (-1.0, 2.0, "it widens the gap"), (1.0, -2.0, "it widens the gap"),
        (2.0, -1.0, "it narrows the gap"), (-2.0, 1.0, "it narrows the gap"),
        (-1.0, 1.0, "whether that makes the gap narrower or wider may be luck"),
    ],
)  # fmt: skip
def test_a_gap_is_narrower_if_its_size_is_smaller_whatever_its_sign(before, after, told_of_it):
    text, _ = gap_of(lambda x: before + 0.0 * x[:, 0], lambda x: after + 0.1 * (x[:, 0] - 0.9))
    assert told_of_it in text


def test_a_gap_whose_own_sign_changes_turns_nothing_round():
    def before(x):
        return x[:, 0] - 0.5

    text, found = gap_of(before, lambda x: 1.5 * before(x))
    assert (found.values[:, 0, 2] < -0.1).any()  # the difference itself has both signs
    assert (found.values[:, 0, 2] > 0.1).any()
    assert not found.turned.any()
    assert "That it widens the gap turns round in none of" in text


def test_a_gap_turns_round_where_it_becomes_smaller():
    text, found = gap_of(lambda x: 1.0 + 0.0 * x[:, 0], lambda x: 0.5 + x[:, 0])
    at = found.sample.points[:, 0]
    assert (found.turned[:, 0] == (at < 0.5)).mean() > 0.97
    assert "That it widens the gap turns round if p is at most 0." in text


def test_whole_numbers_and_choices_have_even_parts_of_their_coordinate():
    months = factor("m", value=3.0, ends=(1.0, 4.0), whole=True)
    assert [months.at(x) for x in (0.0, 0.24, 0.26, 0.99, 1.0)] == [1, 1, 2, 4, 4]
    choice = factor("c", LEVER, True, (False, True))
    assert [choice.at(x) for x in (0.0, 0.49, 0.51, 1.0)] == [False, False, True, True]
    for one in (months, choice, factor("x", value=0.3)):
        assert one.at(one.place_of(one.value)) == one.value


def test_prim_finds_a_known_box():
    places = np.random.default_rng(1).random((2000, 5))
    hits = (places[:, 1] < 0.3) & (places[:, 3] > 0.6)
    box = find_box(places, hits)
    assert box.limited == [1, 3]
    assert box.high[1] == pytest.approx(0.3, abs=0.03)
    assert box.low[3] == pytest.approx(0.6, abs=0.03)
    assert np.isinf(box.low[1])
    assert np.isinf(box.high[3])
    assert box.coverage > 0.95
    assert box.density > 0.95
    held = inside(places, box)
    assert box.density == pytest.approx(hits[held].mean())
    assert box.coverage == pytest.approx(hits[held].sum() / hits.sum())


def test_density_in_points_left_out_is_the_rate_of_all_where_there_is_no_region():
    draws = np.random.default_rng(1)
    places = draws.random((320, 8))
    bundles = np.arange(320) // 10
    chance = draws.random(320) < 0.2
    assert find_box(places, chance).density > 0.3
    assert density_left_out(places, chance, bundles) == pytest.approx(chance.mean(), abs=0.07)
    region = (places[:, 1] < 0.5) & (places[:, 3] > 0.3)
    assert density_left_out(places, region, bundles) > 0.9


def test_density_in_points_left_out_is_not_taken_from_their_own_copies():
    draws = np.random.default_rng(2)
    places = np.repeat(draws.random((64, 8)), 10, axis=0)
    chance = np.repeat(draws.random(64) < 0.2, 10)
    bundles = np.arange(640) // 10
    together = density_left_out(places, chance, bundles)
    apart = density_left_out(places, chance, np.arange(640))
    assert together < 0.4 < apart


def test_prim_limits_nothing_where_everything_is_a_hit():
    places = np.random.default_rng(1).random((100, 3))
    box = find_box(places, np.ones(100, bool))
    assert box.limited == []
    assert box.coverage == box.density == 1.0


def test_a_missing_library_is_a_line_that_says_what_to_install(monkeypatch):
    def missing(name):
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    monkeypatch.setattr(library.importlib, "import_module", missing)
    with pytest.raises(library.UserError, match=r"pip install 'rarecare\[sensitivity\]'"):
        library.salib("sample.morris")
