"""A fit finds a toy's exact posterior, goes on where it was killed, and says what it learned."""

import multiprocessing
import signal
from dataclasses import replace

import numpy as np
import pytest

from experiments.alike import apart
from experiments.calibration.coverage import EXPECTED, coverage_table, prove
from experiments.calibration.learning import posterior_table, sentences, trade_offs
from experiments.calibration.plan import Plan
from experiments.calibration.sets import (
    CONFIRMED_BY,
    INSIDE,
    LARGEST,
    SECOND,
    adjusted,
    plausible,
)
from experiments.calibration.simulating import Point, Store, seeds_of, within
from experiments.calibration.waves import fit
from experiments.running.stopping import StoppedError
from tests.support import toy_fit

pytestmark = pytest.mark.slow

PLAN = Plan(waves=2, points=128, sets=40)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    runs = toy_fit.runs(tmp_path_factory.mktemp("fit"))
    return fit(toy_fit.PRIORS, toy_fit.figures(), runs, PLAN)


def test_all_parameters_are_fitted_unless_some_are_named(found, tmp_path):
    assert [prior.name for prior in found.priors] == ["a", "b", "c", "d", "idle"]
    assert found.others == ()
    runs = toy_fit.runs(tmp_path)
    some = fit(toy_fit.PRIORS, toy_fit.figures(), runs, PLAN, ["a", "c"])
    assert [prior.name for prior in some.priors] == ["a", "c"]
    assert some.others == ("b", "d", "idle")
    assert set(some.sets) == {"a", "b", "c", "d", "idle"}  # what was drawn beside is part of a set


def test_what_moves_nothing_keeps_its_prior(found):
    assert found.draws[..., 4].std() == pytest.approx(1.0, abs=0.1)
    table = posterior_table(found).set_index("parameter")
    assert table.loc["idle", "learned"] == "no"


def test_the_best_point_is_the_likeliest_with_all_else_as_written(found):
    """Only what targets tell of moves; the toy is linear, so its likeliest point is exact."""
    free = [n for n, prior in enumerate(toy_fit.PRIORS) if prior.name in found.best.values]
    assert free
    assert "idle" not in found.best.values
    variance = toy_fit.ERROR**2 + toy_fit.LUCK**2
    slopes = toy_fit.SLOPES[:, free]
    exact = np.linalg.solve(np.eye(len(free)) + slopes.T @ slopes / variance,
                            slopes.T @ found.figures.published / variance)  # fmt: skip
    values = [found.best.values[toy_fit.PRIORS[n].name] for n in free]
    at = [toy_fit.PRIORS[n].scores(np.array([v]))[0] for n, v in zip(free, values, strict=True)]
    assert at == pytest.approx(exact, abs=0.1)
    assert found.best.figures == pytest.approx(slopes @ np.array(at), abs=0.15)


def test_the_posterior_is_the_exact_one(found):
    """The emulator's residual, a seed's luck, adds to the variance of the figures."""
    exact = toy_fit.exact(found.figures.published, toy_fit.ERROR**2 + toy_fit.LUCK**2)
    flat = found.draws.reshape(-1, 5)
    spread = np.sqrt(np.diag(exact.covariance))
    assert flat.mean(axis=0) == pytest.approx(exact.mean, abs=0.15)
    assert flat.std(axis=0) == pytest.approx(spread, rel=0.1)
    assert found.luck == pytest.approx(toy_fit.LUCK**2, rel=1.0)


def test_sets_are_confirmed_by_the_model_itself(found):
    assert len(found.sets) >= PLAN.sets
    assert list(found.sets.index) == list(range(1, len(found.sets) + 1))
    assert found.implausible.max() <= LARGEST
    assert np.sort(found.implausible, axis=1)[:, -2].max() <= SECOND


def test_draws_and_sets_are_samples_of_their_own(found):
    """Steps between the draws that are kept make most of them worth an independent one."""
    assert found.sizes.min() > 0.2 * found.draws[..., 0].size
    scores = toy_fit.scores(found.sets)
    assert len(apart(scores)) == len(scores)


def test_a_draw_is_moved_only_as_far_as_its_figures_ask(found):
    """What is plausible already stays; what is not comes to the edge, and no farther."""
    figures, emulator = found.figures, found.waves[-1].emulator
    at, luck = np.zeros((3, 5)), np.full(3, 1e-6)
    reach = INSIDE * toy_fit.ERROR
    seen = figures.published + np.array([[0.5, -0.5, 0.1], [2.0, 0.0, 0.0], [np.nan, 0.0, -2.0]])
    moved = adjusted(emulator, figures, luck, at, seen)
    assert np.array_equal(moved[0], at[0])
    change = moved @ toy_fit.SLOPES.T
    assert change[1] == pytest.approx([reach - 2.0, 0.0, 0.0], abs=0.05)
    assert change[2, 1:] == pytest.approx([0.0, 2.0 - reach], abs=0.05)
    assert np.abs(moved[:, 4]).max() < 0.02  # what moves nothing is left alone


def test_what_is_implausible_once_or_undefined_is_not_kept():
    points = np.array([[3.1, 0, 0], [2.9, 2.4, 0], [2.9, 2.6, 0], [np.nan, 0, 0], [1, 1, 1]])
    assert plausible(points).tolist() == [False, True, False, False, True]


def test_sets_meet_what_they_must_in_the_mean_over_seeds(found, tmp_path):
    """A band of the first figure, far narrower than what its errors leave plausible."""
    low, high = 0.75, 0.95
    must = replace(toy_fit.figures(), bands={0: (low, high)})
    lived = {}

    def watched(point):
        figures = toy_fit.toy(point)
        lived.setdefault(tuple(point.values.values()), []).append(figures["x"])
        return figures

    met = fit(toy_fit.PRIORS, must, toy_fit.runs(tmp_path, watched), PLAN)
    assert len(met.sets) >= PLAN.sets
    for values in met.sets[[prior.name for prior in toy_fit.PRIORS]].itertuples(index=False):
        judged = lived[tuple(values)][-CONFIRMED_BY:]  # a point that was not moved was run before
        assert low <= np.mean(judged) <= high
    assert any(not low <= x <= high for values in map(tuple, met.sets.to_numpy())
               for x in lived[values])  # fmt: skip
    # without the band most sets truly lie outside it
    truly = [toy_fit.scores(one.sets) @ toy_fit.SLOPES[0] for one in (found, met)]
    within = [np.mean((low <= true) & (true <= high)) for true in truly]
    assert within[0] < 0.5 < 0.9 < within[1]


def test_a_band_can_be_asked_for_with_a_margin():
    must = replace(toy_fit.figures(), bands={0: (0.0, 1.0)})
    points = np.array([[-0.1, 5.0, 5.0], [0.05, 5.0, 5.0], [0.5, 5.0, 5.0], [np.nan, 0.0, 0.0]])
    assert must.meets(points).tolist() == [False, True, True, False]
    assert must.meets(points, np.full(3, 0.1)).tolist() == [False, False, True, False]


def test_what_was_learned_is_said(found):
    table, pairs = posterior_table(found), trade_offs(found)
    assert list(table["parameter"]) == ["a", "b", "c", "d", "idle"]
    assert set(table["learned"]) <= {"yes", "no"}
    # y is seen as b - c: more of b goes with more of c
    of = pairs.set_index(["parameter", "other"])["correlation"]
    assert of["b", "c"] > 0.3
    told = " ".join(sentences(table, pairs, len(found.others)))
    assert "b and c trade off: more of one goes with more of the other" in told
    assert "5 parameters were fitted." in told


def interrupted_after(count):
    """Return what is told of progress, and interrupts the fit when it has been told often."""
    left = iter(range(count))

    def progress(done, total, message):
        if next(left, None) is None:
            raise KeyboardInterrupt

    return progress


def test_an_interrupted_fit_goes_on_and_gives_the_same(found, tmp_path):
    path, kept = tmp_path / "simulations.jsonl", [0]
    for count in (30, 60, 110):  # in a wave, in the same, and in another
        runs = toy_fit.runs(tmp_path, progress=interrupted_after(count))
        with pytest.raises(KeyboardInterrupt):
            fit(toy_fit.PRIORS, toy_fit.figures(), runs, PLAN)
        with path.open("a") as file:
            file.write('{"key": "cut off in the mid')  # as a killed process leaves it
        kept.append(len(Store(path)))
    assert kept == sorted(set(kept))
    again = fit(toy_fit.PRIORS, toy_fit.figures(), toy_fit.runs(tmp_path), PLAN)
    assert again.sets.equals(found.sets)
    assert np.array_equal(again.draws, found.draws)


def test_what_was_run_is_not_run_again(found, tmp_path):
    def broken(point):
        raise AssertionError("run again")

    first = fit(toy_fit.PRIORS, toy_fit.figures(), toy_fit.runs(tmp_path), PLAN)
    assert first.sets.equals(found.sets)
    again = fit(toy_fit.PRIORS, toy_fit.figures(), toy_fit.runs(tmp_path, broken), PLAN)
    assert again.sets.equals(found.sets)


def test_a_fit_stops_when_its_time_is_over_or_runs_fail(tmp_path):
    with pytest.raises(StoppedError, match="--hours is over"):
        fit(toy_fit.PRIORS, toy_fit.figures(), toy_fit.runs(tmp_path, until=0.0), PLAN)

    def broken(point):
        raise ValueError("no such\nthing")

    with pytest.raises(StoppedError, match="runs failed, the last with: ValueError: no such thing"):
        fit(toy_fit.PRIORS, toy_fit.figures(), toy_fit.runs(tmp_path, broken), PLAN)


def test_a_row_that_was_changed_is_not_believed(tmp_path):
    runs = toy_fit.runs(tmp_path)
    path = tmp_path / "simulations.jsonl"
    runs.store.add({"seed": 1}, {"x": 1.0})
    runs.store.add({"seed": 2}, {"x": 2.0})
    path.write_text(path.read_text().replace('"seed": 2', '"seed": 3'))
    assert len(Store(path)) == 1


def test_every_run_has_a_seed_of_its_own():
    seeds = [seed for stage in (0, 1, 2, 10, 11) for seed in seeds_of(1, stage, range(500))]
    assert len(set(seeds)) == len(seeds)
    assert max(seeds) < 2**62


def test_intervals_hold_truths_as_often_as_they_say(found, tmp_path):
    """Forty truths drawn from the prior; the posterior is known, so coverage can be exact."""
    runs = toy_fit.runs(tmp_path)
    proof = prove(found.priors, found.figures, runs, found.waves[0].emulator, seed=1)
    assert len(proof) == 40 * 5
    table = coverage_table(proof).set_index("of")
    held = table.loc["all parameters and truths", "held"]
    assert EXPECTED[0] <= held <= EXPECTED[1]
    assert table.loc["all parameters and truths", "uniform"] > 1e-3


def test_a_method_that_is_too_sure_does_not_pass(found, tmp_path):
    """Of an emulator that errs and does not know it, the intervals hold too few truths."""
    right = found.waves[0].emulator
    sure = replace(right, constant=right.constant + 5.0 * toy_fit.ERROR)
    proof = prove(found.priors, found.figures, toy_fit.runs(tmp_path), sure, seed=1)
    narrow = coverage_table(proof).set_index("of").loc["posterior below 0.8 of the prior"]
    assert narrow["expected"] == "no"
    assert narrow["uniform"] < 1e-3


def test_the_toy_is_what_it_says():
    point = Point({"a": 0.5, "b": 0.5, "c": 0.5, "d": 0.5, "idle": 0.9}, 3)
    assert max(map(abs, toy_fit.toy(point).values())) < 5 * toy_fit.LUCK


def endless():
    """Never come back."""
    while True:
        pass


def test_a_simulation_that_never_ends_ends_its_process():
    process = multiprocessing.get_context("spawn").Process(target=within, args=(0.3, endless))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGVTALRM
    assert within(0.0, lambda x: x, 7) == 7  # not a batch's own process: nothing is ended
