"""Triggers in a model: what they change and when, what they must not touch, and how they go on."""

import pickle

import numpy as np
import pytest

from abm import RareCareModel, load_world
from tests.support.same import assert_same, digests

pytestmark = pytest.mark.slow

TEXT = """
name = "watched"
title = "A fund that is watched"
extends = "zone"

[[triggers]]
when = {{ measure = "fund_balance", {when}, in = {year} }}
then = {{ add = {{ "financing.per_head_levy" = 7.0 }} }}
times = 2
source = "assumption: a test"
"""
ALWAYS, NEVER = "below = 1e9", "below = -1e9"
YEARS = 5
FIRST = load_world("island").first_year


def model(tmp_path, when=ALWAYS, first=3, name="watched"):
    """Return a model of the island whose trigger can fire from its third year on."""
    path = tmp_path / f"{name}.toml"
    year = FIRST + first - 1
    path.write_text(TEXT.format(when=when, year=year), encoding="utf-8")
    return RareCareModel(policy=str(path), world="island", scale=0.05, years=YEARS, rng=3)


@pytest.fixture(scope="module")
def plain():
    """The same policy without triggers."""
    return RareCareModel(policy="zone", world="island", scale=0.05, years=YEARS, rng=3).run()


def levied(found):
    """Return what levies brought in each year."""
    return found.outcomes()["ledger"].groupby("year")["income_levy"].sum().to_numpy()


def test_a_trigger_that_fires_raises_a_levy_from_the_next_january_on(tmp_path, plain):
    lived = model(tmp_path).run()
    assert [one.year for one in lived.fired] == [FIRST + 2, FIRST + 3]
    assert lived.outcomes()["triggers"]["after"].tolist() == ["7.0", "14.0"]
    assert not levied(plain).any()
    raised = levied(lived)
    assert not raised[:3].any()
    assert raised[4] == pytest.approx(2.0 * raised[3], rel=0.05)
    assert raised[3] > 0.0


def test_nothing_differs_before_it_has_fired(tmp_path, plain):
    lived = model(tmp_path).run()
    for table in ("months", "ledger", "financing"):
        time = "month" if table == "months" else "year"
        ours, theirs = (one.outcomes()[table] for one in (lived, plain))
        turn = 36 if table == "months" else ours["year"].min() + 3
        assert ours[ours[time] < turn].equals(theirs[theirs[time] < turn])


def test_a_trigger_that_does_not_fire_changes_nothing(tmp_path, plain):
    lived = model(tmp_path, NEVER).run()
    assert lived.fired == ()
    assert digests(lived.state) == digests(plain.state)


def test_the_same_run_twice_and_one_that_was_put_aside_are_equal(tmp_path):
    first, second = model(tmp_path), model(tmp_path)
    for _ in range(40):  # the trigger has fired once
        second.step()
    assert len(second.fired) == 1
    resumed = pickle.loads(pickle.dumps(second)).run()
    branched = second.branch(second.policy).run()
    assert_same(first.run().outcomes(), resumed.outcomes())
    assert_same(first.outcomes(), branched.outcomes())


def test_a_branch_from_the_start_is_a_model_built_with_the_policy(tmp_path, plain):
    built = model(tmp_path)
    start = RareCareModel(policy="zone", world="island", scale=0.05, years=YEARS, rng=3)
    assert_same(start.branch(built.policy).run().outcomes(), built.run().outcomes())


def test_a_life_is_lived_again_with_what_has_fired(tmp_path):
    lived = model(tmp_path).run()
    someone = int(np.flatnonzero(lived.state.patients["visits"] > 2)[0])
    again = lived.past.live_again(lived.world, lived.scale, lived.seed, lived.steps,
                                  int(lived.state.patients["identity"][someone]))  # fmt: skip
    rows, ours = again.state.patients, lived.state.patients
    for name in ("stage", "spent", "savings", "qalys", "treated", "due"):
        assert np.array_equal(rows[name], ours[name])
    assert (again.state.levers["per_head_levy"] == 14.0).all()


def test_the_last_year_fires_nothing_more(tmp_path):
    lived = model(tmp_path, first=YEARS).run()
    assert lived.fired == ()
