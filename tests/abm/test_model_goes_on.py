"""A model as Mesa's users expect it: seeds, copies that go on, agents that take what is set."""

import copy
import gc
import pickle
import weakref

import mesa
import numpy as np
import pytest

from abm import RareCareModel, UserError
from abm.setup.apply_policy import apply_policy
from agents.core.record import RecordAgent
from agents.hospital import Hospital
from agents.insurer import Insurer
from agents.regulator import Regulator
from tests.support.same import assert_same

pytestmark = pytest.mark.slow

ISLAND = {"world": "island", "scale": 0.02, "years": 2}


class Watched(RareCareModel):
    """A model that keeps something of its own."""

    def __init__(self, note="", **given):
        super().__init__(**given)
        self.note, self.seen = note, []
        self.first = self.agents_by_type[Hospital][0]

    def step(self):
        """Live a month and remember it."""
        super().step()
        self.seen.append(self.steps)


def model(**given):
    return RareCareModel(**{**ISLAND, "rng": 3, **given})


# ---- seeds ------------------------------------------------------------------------------------


def test_a_seed_is_taken_by_either_name_and_drawn_where_there_is_none():
    assert model(rng=5).seed == RareCareModel(**ISLAND, seed=5).seed == 5
    drawn = [RareCareModel(**ISLAND).seed for _ in range(3)]
    assert len(set(drawn)) == 3
    again = [model(rng=np.random.default_rng(7)).seed for _ in range(2)]
    assert again[0] == again[1]
    with pytest.raises(UserError, match="rng 1 and seed 2: expected one"):
        RareCareModel(**ISLAND, rng=1, seed=2)


def test_iterations_of_a_batch_differ():
    rows = mesa.batch_run(RareCareModel, {**ISLAND, "policy": "zone"}, iterations=3,
                          display_progress=False)  # fmt: skip
    assert len({row["diagnosed"] for row in rows}) > 1


def test_models_are_let_go():
    kept = [weakref.ref(model(rng=seed)) for seed in range(3)]
    gc.collect()
    assert not any(one() for one in kept)


# ---- copies -----------------------------------------------------------------------------------


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_a_copy_goes_on_as_the_model_would(copied):
    first = Watched(note="mine", **ISLAND, rng=3)
    for _ in range(5):
        first.step()
    second = copied(first)
    assert (second.note, second.seen, second.steps) == ("mine", first.seen, 5)
    assert_same(first.run().outcomes(), second.run().outcomes())
    rows = (m.datacollector.get_model_vars_dataframe() for m in (first, second))
    assert next(rows).equals(next(rows))


def test_a_branch_keeps_time_collector_and_what_a_subclass_keeps():
    trunk = Watched(note="mine", **ISLAND, rng=3)
    for _ in range(5):
        trunk.step()
    branch = trunk.branch("uniform")
    assert type(branch) is Watched
    assert (branch.note, branch.seen, branch.steps) == ("mine", [1, 2, 3, 4, 5], 5)
    assert getattr(branch, "time", 5) == 5
    assert branch.first.model is branch
    branch.first.carried = 0.5
    assert branch.state.hospitals["carried"][0] == 0.5 != trunk.state.hospitals["carried"][0]
    branch.run()
    assert branch.seen == list(range(1, 25))
    assert trunk.seen == [1, 2, 3, 4, 5]
    assert len(branch.datacollector.get_model_vars_dataframe()) == 25


# ---- agents -----------------------------------------------------------------------------------


def test_what_is_no_field_or_a_policys_is_refused():
    hospital = model().agents_by_type[Hospital][0]
    with pytest.raises(AttributeError, match="no field 'skil'; did you mean 'skill'"):
        hospital.skil = 3
    with pytest.raises(AttributeError, match=r"set by the policy .* network\.slots"):
        hospital.slots = 3
    with pytest.raises(TypeError, match="cannot be removed"):
        hospital.remove()


@pytest.mark.parametrize("kind", [Hospital, Insurer])
def test_exactly_what_a_policy_sets_is_refused(kind):
    """Whatever is overwritten when a policy is put into force, whatever it says."""
    lived = model()
    name = {Hospital: "hospitals", Insurer: "funds"}[kind]
    changed = set()
    for value in (1, 0):
        state = lived.state.copy()
        rows = getattr(state, name)
        for field in kind.record.fields:
            if field not in ("city", "province", "kind", "role", "joined"):
                rows[field] = value
        before = rows.copy()
        after = getattr(apply_policy(state, lived.policy.levers_at(0), lived.setup), name)
        changed |= {f for f in kind.record.fields if not np.array_equal(after[f], before[f])}
    assert changed - set(kind.by_policy) == set()
    assert set(kind.by_policy) <= set(kind.record.fields)


def test_every_field_of_the_regulator_is_a_policys():
    assert set(Regulator.by_policy) == set(Regulator.record.fields)


def test_agents_and_models_say_who_they_are():
    lived = model()
    shown = [repr(one) for one in (lived, lived.patients, lived.patients[0], lived.world,
                                   lived.policy, lived.agents_by_type[Hospital][0])]  # fmt: skip
    assert all(len(text) < 200 and " at 0x" not in text for text in shown)
    assert issubclass(Hospital, RecordAgent)


# ---- patients ---------------------------------------------------------------------------------


def test_a_patient_is_found_by_the_number_of_tables_and_stories():
    lived = model().run()
    number = int(lived.outcomes()["patients"]["patient"].iloc[7])
    patient = lived.patients.numbered(number)
    assert patient.unique_id == number
    assert f"Patient {number}:" in patient.journey()
    with pytest.raises(KeyError, match="no patient -5"):
        lived.patients.numbered(-5)
    with pytest.raises(IndexError, match="expected a position from 0 to"):
        lived.patients[10**6]
    assert len(lived.patients[:5]) == 5


def test_anyones_life_is_told_whole_whether_its_events_were_kept_or_not():
    kept, bare = model(follow=1.0), model(follow=0.0)
    for lived in (kept, bare):
        while lived.steps < 7:
            lived.step()
    kept, bare = (lived.branch("uniform").run() for lived in (kept, bare))
    rows = kept.state.patients
    for index in np.flatnonzero(rows["visits"] > 2)[:3]:
        assert bare.patients[index].journey() == kept.patients[index].journey()


def test_of_a_life_changed_by_hand_the_dates_are_told():
    lived = model(follow=0.0)
    lived.patients[0].savings = 10**9
    assert "Only the dates" in lived.run().patients[0].journey()


def test_a_table_of_patients_has_names():
    frame = model().patients.to_frame()
    assert "treated" in frame["stage"].cat.categories
