"""Records: one declaration, seen as an array, as a Mesa agent, and as a set."""

import mesa
import numpy as np
import pytest

from abm.setup.initial_state import empty_state
from agents.core.record import (
    Record,
    RecordAgent,
    RecordSet,
    count,
    index,
    mask,
    month,
    real,
    small,
)


class GoatRow(Record):
    """A goat."""

    weight = real("kg", "weight")
    milk = real("l", "milk by weekday", 7)
    born = month("born")
    bell = count("", "number on its bell")
    herd = index("", "herd")
    horns = small("", "horns")
    traits = mask("traits", 70)


class Goat(RecordAgent, record=GoatRow):
    """A goat as a Mesa agent."""


@pytest.fixture
def model():
    return mesa.Model(rng=1)


@pytest.fixture
def rows():
    rows = GoatRow.array(6)
    rows["weight"] = [30.0, 40.0, 50.0, 60.0, 70.0, 80.0]
    rows["herd"] = [0, 1, 0, 2, 1, 0]
    return rows


@pytest.fixture
def goats(model, rows):
    return RecordSet(lambda i: Goat(model, rows, i), rows)


def test_a_row_reads_and_writes_the_array(rows):
    row = rows[2]
    row.weight += 1.5
    row.milk[3] = 2.0
    assert rows["weight"][2] == 51.5
    assert rows["milk"][2, 3] == 2.0
    rows["born"][2] = -7
    assert row.born == -7
    assert isinstance(row.born, int)


def test_the_declaration_is_the_documentation():
    table = GoatRow.describe().set_index("field")
    assert list(table.index) == ["weight", "milk", "born", "bell", "herd", "horns", "traits"]
    assert tuple(table.loc["weight"]) == ("kg", "weight", "f8")
    assert GoatRow.fields["milk"].length == 7
    assert GoatRow.fields["traits"].length == 3


def test_every_state_record_says_what_its_fields_mean():
    for array in empty_state():
        kind = array.dtype.type
        if issubclass(kind, Record):
            assert (kind.describe()["label"] != "").all(), kind


def test_an_agent_is_a_live_view(model, rows):
    goat = Goat(model, rows, 4)
    assert goat.weight == 70.0
    goat.weight = 71.0
    assert rows["weight"][4] == 71.0
    rows["horns"][4] = 2
    assert goat.horns == 2
    assert goat in model.agents_by_type[Goat]
    assert Goat.weight.__doc__ == "weight (kg)"


def test_a_set_counts_iterates_and_indexes(goats):
    assert len(goats) == 6
    assert [goat.weight for goat in goats] == [30.0, 40.0, 50.0, 60.0, 70.0, 80.0]
    assert goats[-1].weight == 80.0


def test_select_by_function_or_mask_and_at_most(goats, rows):
    heavy = goats.select(lambda r: r["weight"] > 45.0)
    assert [goat.index for goat in heavy] == [2, 3, 4, 5]
    assert [goat.index for goat in heavy.select(lambda r: r["herd"] == 0)] == [2, 5]
    assert [goat.index for goat in heavy.select([True, False, False, True])] == [2, 5]
    assert len(goats.select(rows["herd"] == 0, at_most=2)) == 2
    assert len(goats.select(lambda r: r["weight"] > 1000.0)) == 0


def test_get_is_a_copy_and_set_writes_through(goats, rows):
    weights = goats.get("weight")
    weights[:] = 0.0
    assert rows["weight"][0] == 30.0
    chosen = goats.select(lambda r: r["herd"] == 1)
    assert chosen.set("weight", [1.0, 2.0]) is chosen
    assert list(rows["weight"]) == [30.0, 1.0, 50.0, 60.0, 2.0, 80.0]
    goats.set("horns", 2)
    assert (rows["horns"] == 2).all()


def test_agg_and_groupby(goats):
    assert goats.agg("weight", np.mean) == 55.0
    herds = goats.groupby("herd")
    assert {k: len(v) for k, v in herds.items()} == {0: 3, 1: 2, 2: 1}
    assert herds[1].agg("weight", np.sum) == 110.0
    nested = herds[0].groupby("weight")
    assert [goat.index for goat in nested[50.0]] == [2]


def test_to_frame_holds_the_single_values(goats):
    frame = goats.select(lambda r: r["herd"] == 1).to_frame()
    assert list(frame["weight"]) == [40.0, 70.0]
    assert "milk" not in frame


def test_a_selection_of_everything_in_another_order_keeps_its_order(goats, rows):
    turned = RecordSet(goats._kind, rows, np.array([5, 4, 3, 2, 1, 0]))
    assert list(turned.get("weight")) == [80.0, 70.0, 60.0, 50.0, 40.0, 30.0]
    assert [goat.weight for goat in turned.select(turned.rows["weight"] > 65.0)] == [80.0, 70.0]
