"""The front of problems whose front is known, found through the interface of the simulations."""

import numpy as np
import pytest

from abm import load_policy, load_world
from experiments.searching.aims import read_aims
from experiments.searching.exploring import Ask, explore
from experiments.searching.front import judged, ordered, undominated
from experiments.searching.space import make_space

YEARS = 4
X, Y = "zone.inside.network.slots", "financing.per_head_levy"
CHOICE = "zone.outsiders"


@pytest.fixture(scope="module")
def world():
    return load_world("island")


def asked(world, levers, objectives, constraints=(), *, evaluations, generation=16, seed=1,
          optimiser="tpe", first=None):  # fmt: skip
    policy = load_policy("zone", world=world)
    space = make_space(levers, policy, world.date(12 * YEARS - 1), world)
    aims = read_aims(objectives, constraints, space, YEARS)
    return Ask(space, aims, lambda _: "", evaluations, generation, optimiser, seed, first)


def levels(*names, aim="minimise"):
    return [{"outcome": name, "of": "level", "aim": aim} for name in names]


def evaluated(function, runs=1):
    """Return a stand-in for the simulations: a function of the levers, the same in every run."""

    def evaluate(candidates):
        rows = np.array([function(values) for values in candidates], float)
        return np.repeat(np.stack([rows, 0.0 * rows], axis=-1)[:, None], runs, axis=1)

    return evaluate


def binh_and_korn(values):
    """Binh and Korn 1997: two objectives, two constraints of at most 0."""
    x, y = values[X] - 1.0, values[Y]
    return (4 * x**2 + 4 * y**2, (x - 5) ** 2 + (y - 5) ** 2,
            (x - 5) ** 2 + y**2 - 25, 7.7 - (x - 8) ** 2 - (y + 3) ** 2)  # fmt: skip


def their_front(places):
    """The published Pareto set: x = y from 0 to 3, then x from 3 to 5 with y = 3."""
    rising = np.linspace(0.0, 3.0, places)
    x = np.concatenate([rising, np.linspace(3.0, 5.0, places)])
    y = np.concatenate([rising, np.full(places, 3.0)])
    return np.stack([4 * x**2 + 4 * y**2, (x - 5) ** 2 + (y - 5) ** 2], axis=1)


@pytest.mark.slow
@pytest.mark.parametrize("optimiser", ["tpe", "nsga2"])
def test_a_front_that_is_known_is_found(world, optimiser):
    """Every point found is near the published front, and all of that is near a point.

    The objectives run from 0 to 136 and from 4 to 50; distances are in parts of that, and may be
    a twentieth from the front, a sixth along it.
    """
    ask = asked(
        world, {X: {"from": 1, "to": 6}, Y: {"from": 0, "to": 3}}, levels("qalys", "treated"),
        [{"outcome": name, "of": "level", "at_most": 0} for name in ("deaths", "spending")],
        evaluations=160, optimiser=optimiser,
    )  # fmt: skip
    tried = explore(ask, evaluated(binh_and_korn))
    assert len(tried.candidates) == len(tried.values) == 160
    found = judged(ask.aims, tried.values)
    size = np.array([136.0, 46.0])
    points, truth = found.wanted[ordered(found)] / size, their_front(500) / size
    apart = np.linalg.norm(points[:, None] - truth[None], axis=2)
    assert apart.min(axis=1).max() < 1 / 20
    assert apart.min(axis=0).max() < 1 / 6
    assert (tried.values[ordered(found), 0, 2:, 0] <= 0.0).all()


@pytest.mark.slow
def test_it_beats_as_many_random_candidates(world):
    """Choices and whole numbers are searched as well: the best of each is found."""

    def function(values):
        x, years = values[X] - 1.0, values["access.review_months_saved"]
        outside = {"none": 0.6, "move": 0.3, "travel": 0.0}[values[CHOICE]]
        spoilt = abs(values[Y] - 1.2) + abs(years - 7) / 20 + outside
        return x, (1.0 + spoilt) * (1.0 - x / 6.0) ** 2

    levers = {X: {"from": 1, "to": 6}, Y: {"from": 0, "to": 3}, CHOICE: ["none", "move", "travel"],
              "access.review_months_saved": {"from": 0, "to": 20}}  # fmt: skip
    ask = asked(world, levers, levels("qalys", "treated"), evaluations=120)
    tried = explore(ask, evaluated(function))
    rows = ordered(judged(ask.aims, tried.values))
    rng = np.random.default_rng(5)
    luck = [function(ask.space.at(rng.random(4))) for _ in range(120)]
    assert _area(tried.values[rows, 0, :, 0]) > _area(np.array(luck)) + 0.2
    outside = [tried.candidates[row][CHOICE] for row in rows]
    assert outside.count("travel") > len(rows) / 2
    assert all(isinstance(one["access.review_months_saved"], int) for one in tried.candidates)


def _area(points):
    """Return the area dominated below and left of (5, 3)."""
    area, best = 0.0, 3.0
    for x, y in points[np.argsort(points[:, 0])]:
        if x < 5.0 and y < best:
            area, best = area + (5.0 - x) * (best - y), y
    return area


def test_what_was_stopped_is_gone_through_again_to_the_same_end(world):
    """Which candidates are tried follows from the seed and the values alone."""
    ask = asked(world, {X: {"from": 1, "to": 6}, Y: {"from": 0, "to": 3}},
                levels("qalys", "treated"), evaluations=24, generation=6)  # fmt: skip
    evaluate = evaluated(lambda values: binh_and_korn(values)[:2], runs=2)
    whole = explore(ask, evaluate)
    kept = {}

    def remembering(most):
        def evaluate_some(candidates):
            rows = []
            for values in candidates:
                key = ask.space.key(values)
                if key not in kept:
                    if len(kept) == most:
                        raise KeyboardInterrupt
                    kept[key] = evaluate([values])
                rows.append(kept[key])
            return np.concatenate(rows)

        return evaluate_some

    for most in (3, 13):
        with pytest.raises(KeyboardInterrupt):
            explore(ask, remembering(most))
        assert len(kept) == most
    again = explore(ask, remembering(100))
    assert again.candidates == whole.candidates
    np.testing.assert_array_equal(again.values, whole.values)
    assert len(kept) == 24
    other = explore(ask._replace(seed=2), evaluate)
    assert other.candidates != whole.candidates


def test_no_candidate_is_tried_twice_and_sums_of_levers_hold_in_all(world):
    ask = asked(world, {X: {"from": 1, "to": 3}, Y: {"from": 0, "to": 3}},
                levels("qalys", "treated"), [{"levers": {X: 1, Y: 1}, "at_most": 2.5}],
                evaluations=20, generation=5)  # fmt: skip
    tried = explore(ask, evaluated(lambda values: (values[X], -values[Y])))
    assert len({ask.space.key(one) for one in tried.candidates}) == 20
    assert all(one[X] + one[Y] <= 2.5 + 1e-9 for one in tried.candidates)
    assert tried.generations == [n for n in range(1, 5) for _ in range(5)]


def test_the_first_candidate_is_the_one_that_is_written(world):
    first = {X: 1.3, Y: 0.0}
    ask = asked(world, {X: {"from": 1, "to": 3}, Y: {"from": 0, "to": 3}},
                levels("qalys", "treated"), evaluations=4, generation=2, first=first)  # fmt: skip
    assert explore(ask, evaluated(lambda v: (v[X], v[Y]))).candidates[0] == first


def test_where_there_are_few_candidates_all_are_tried(world):
    levers = {CHOICE: ["none", "move", "travel"], "access.review_months_saved": [0, 3]}
    ask = asked(world, levers, levels("qalys"), evaluations=50, generation=5)
    tried = explore(ask, evaluated(lambda v: (v["access.review_months_saved"],)))
    assert tried.complete
    assert len(tried.candidates) == 12


def test_what_is_undefined_is_never_on_the_front(world):
    ask = asked(world, {X: {"from": 1, "to": 3}}, levels("qalys"), evaluations=12, generation=4)
    tried = explore(ask, evaluated(lambda v: (np.nan if v[X] < 2 else v[X],)))
    found = judged(ask.aims, tried.values)
    assert np.isnan(found.wanted).any()
    assert [tried.candidates[row][X] for row in ordered(found)] == [
        min(one[X] for one in tried.candidates if one[X] >= 2)
    ]


def test_the_front_by_hand():
    """The second is dominated, the last breaks a constraint, and equal ones stay both."""
    wanted = np.array([[1.0, 3.0], [2.0, 3.0], [2.0, 1.0], [2.0, 1.0], [0.0, 0.0]])
    admissible = np.array([True, True, True, True, False])
    assert undominated(wanted, admissible).tolist() == [True, False, True, True, False]


def test_how_often_a_point_is_on_the_front_is_counted_run_by_run(world):
    """Two candidates, three runs: the second is better in the mean and in one run only."""
    ask = asked(world, {X: {"from": 1, "to": 3}}, levels("qalys"), evaluations=2)
    values = np.zeros((2, 3, 1, 2))
    values[:, :, 0, 0] = [[1.0, 1.0, 9.0], [2.0, 2.0, 0.0]]
    found = judged(ask.aims, values)
    assert found.on_front.tolist() == [False, True]
    assert found.often.tolist() == [2, 1]
