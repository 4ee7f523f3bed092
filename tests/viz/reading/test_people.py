"""The people of a running model are those of the batch runs: same columns, same measures."""

import gc
import weakref

import pytest
from mesa.agent import Agent

from abm import RareCareModel
from abm.outputs import tables as outcomes
from experiments.measures import measure_run, measures
from experiments.measures.run_view import RunTables
from experiments.running.branches import MEASURED as MADE_OF_A_RUN
from tests.support.twins import VIEW, YEARS, twins_at
from viz.cards import data as cards_data
from viz.reading.people import PeopleSoFar, people

pytestmark = pytest.mark.slow

HORIZON = 12 * YEARS
MEASURED = (
    "time_undiagnosed", "median_delay", "diagnosed_within_1y", "mean_wait", "treated",
    "treated_gap", "catastrophic", "out_of_pocket", "out_of_pocket_share", "qalys",
    "displaced_qalys",
)  # fmt: skip


@pytest.fixture(scope="module")
def model():
    return twins_at(HORIZON).b


@pytest.fixture(scope="module")
def patients(model):
    return outcomes.patients(model)


@pytest.fixture(scope="module")
def batch(model):
    """What a batch run would write down of this model."""
    tables = {name: made(model) for name, made in MADE_OF_A_RUN.items()}
    return measure_run(RunTables(tables, model.world, model.scale, model.years))


def test_filters_keep_just_those(model, patients):
    there = (patients["province"] == "Henan") & (patients["disease"] == "GMG")
    chosen = PeopleSoFar(model, "Henan", "GMG")
    assert len(chosen) == there.sum() > 0
    assert list(chosen["patient"]) == list(patients.loc[there, "patient"])


@pytest.mark.parametrize("name", MEASURED)
def test_a_measure_at_the_horizon_is_that_of_the_batch(model, batch, name):
    people = PeopleSoFar(model)
    one = next(m for m in measures(model.years) if m.name == name)
    for by in set(one.by) & {"all", "income_quintile", "residence", "province"}:
        rows = batch[(batch["measure"] == name) & (batch["by"] == by)]
        want = dict(zip(rows["group"], rows["value"], strict=True))
        assert people.measured(name, by) == pytest.approx(want, nan_ok=True), by


def test_cards_at_the_horizon_tell_the_numbers_of_the_batch(batch):
    told = {card.key: card.b for card in cards_data.read(twins_at(HORIZON), VIEW)}
    rows = batch[batch["by"] == "all"].set_index("measure")["value"]
    for key in ("time_undiagnosed", "treated", "treated_gap", "catastrophic",
                "out_of_pocket_share", "qalys", "displaced_qalys"):  # fmt: skip
        assert told[key] == pytest.approx(rows[key]), key


def test_cards_count_the_undiagnosed_among_the_living(patients):
    card = cards_data.read(twins_at(HORIZON), VIEW)[0]
    alive = patients[patients["died"].isna()]
    undiagnosed = alive["stage"].isin(["seeking", "waiting", "mislabelled", "watched"])
    assert card.key == "undiagnosed"
    assert card.b == pytest.approx(undiagnosed.mean())


@pytest.mark.parametrize("month", [12, 17, 36])
def test_refused_claims_are_those_of_the_books_in_any_month(month):
    model = twins_at(month).b
    books = outcomes.ledger(model)["rationed"].sum()
    assert cards_data.rationed(model) == pytest.approx(books / model.scale)
    assert month == 12 or books > 0


def test_cards_before_the_first_month_are_told_as_not_defined():
    told = {card.key: card for card in cards_data.read(twins_at(0), VIEW)}
    assert told["undiagnosed"].a == told["undiagnosed"].b
    assert told["time_undiagnosed"].a is None
    assert told["displaced_qalys"].b is None


def test_the_people_of_a_month_are_shared_and_let_their_model_go():
    model = RareCareModel(policy="uniform-national", scale=0.001, years=1, rng=1)
    first = people(model, "Henan")
    assert people(model, "Henan") is first
    assert people(model) is not first
    model.step()
    assert people(model, "Henan") is not first
    seen = weakref.ref(model)
    people(model)["qalys"], people(model).tables["months"]
    getattr(Agent, "_ids", {}).pop(model, None)
    del model
    gc.collect()
    assert seen() is None
