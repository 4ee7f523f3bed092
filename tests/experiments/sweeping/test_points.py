"""Points of a design: each value once, ranges filled evenly, mistakes told in a line."""

import numpy as np
import pandas as pd
import pytest

from abm.errors import UserError
from experiments.spread import Spread
from experiments.sweeping.points import GRID, HYPERCUBE, SOBOL, laid, table_of, tabled

SLOTS, PRICE, WHOLE = "levers.network.slots", "parameters.genetic_test_price", "levers.access.delay"


def points(island, kind=GRID, count=None, **factors):
    names = {"slots": "network.slots", "price": PRICE, "outsiders": "levers.zone.outsiders"}
    return laid(kind, {names[key]: value for key, value in factors.items()}, island, count, 1)


def test_a_grid_has_every_combination_once(island):
    found = points(island, slots=[1.0, 2.0], price={"from": 1000, "to": 3000, "steps": 3},
                   outsiders=["travel", "none"])  # fmt: skip
    rows = [tuple(values.values()) for values in found.values()]
    assert len(rows) == len(set(rows)) == 2 * 3 * 2
    assert list(found) == list(range(1, 13))
    assert {values[PRICE] for values in found.values()} == {1000.0, 2000.0, 3000.0}


def test_steps_are_round_numbers(island):
    found = points(island, slots={"from": 1, "to": 2, "steps": 11})
    assert [values[SLOTS] for values in found.values()] == [round(1 + n / 10, 1) for n in range(11)]


def test_a_parameter_has_its_own_range(island):
    row = island.parameter_table.set_index("name").loc[PRICE.removeprefix("parameters.")]
    found = points(island, price={"steps": 2})
    assert [values[PRICE] for values in found.values()] == [row["low"], row["high"]]
    drawn = [values[PRICE] for values in points(island, SOBOL, 64, price={}).values()]
    assert row["low"] <= min(drawn) <= max(drawn) <= row["high"]


@pytest.mark.parametrize("kind", [HYPERCUBE, SOBOL])
def test_samples_fill_each_range_evenly_and_are_the_same_again(island, kind):
    asked = {"slots": [1.0, 3.0], "outsiders": ["travel", "none"]}
    found = table_of(points(island, kind, 64, **asked))
    counts, _ = np.histogram(found[SLOTS], 8, (1.0, 3.0))
    assert (counts == 8).all()
    assert (found["levers.zone.outsiders"] == "travel").sum() == 32
    pd.testing.assert_frame_equal(found, table_of(points(island, kind, 64, **asked)))


def test_nested_tables_name_the_same_factors(island):
    nested = {
        "levers": {"network": {"slots": [1.0, 2.0]}},
        "parameters": {"genetic_test_price": {}},
    }
    flat = {"network.slots": [1.0, 2.0], PRICE: {}}
    assert laid(HYPERCUBE, nested, island, 8, 1) == laid(HYPERCUBE, flat, island, 8, 1)


def test_a_table_of_settings_may_leave_cells_empty(island, tmp_path):
    file = tmp_path / "mine.csv"
    file.write_text(f"point,network.slots,{PRICE},levers.testing.genetic_covered\n"
                    "7,1.5,,true\n9,,2000,False\n")  # fmt: skip
    found = tabled(file, island)
    assert found == {7: {SLOTS: 1.5, "levers.testing.genetic_covered": True},
                     9: {PRICE: 2000.0, "levers.testing.genetic_covered": False}}  # fmt: skip
    frame = pd.DataFrame({"network.slots": [1.5, np.nan], PRICE: [np.nan, 2000],
                          "testing.genetic_covered": [True, False]})  # fmt: skip
    assert list(tabled(frame, island).values()) == list(found.values())
    assert table_of(found)["levers.testing.genetic_covered"].tolist() == [True, False]


BAD = {
    "an unknown lever": ({"network.slot": [1, 2]}, "unknown lever 'network.slot'; did you mean"),
    "an unknown parameter": ({"parameters.genetic_test_prise": [1]}, "'genetic_test_price'"),
    "an empty grid": ({}, "factors: none"),
    "no values": ({"network.slots": []}, f"{SLOTS}: no value"),
    "a value twice": ({"network.slots": [1, 2, 1.0]}, "1.0 is there twice"),
    "one value": ({"network.slots": 2}, f"{SLOTS}: expected a list of values"),
    "a range upside down": ({"network.slots": {"from": 3, "to": 1, "steps": 3}}, "from 3 to 1"),
    "one step": ({"network.slots": {"from": 1, "to": 2, "steps": 1}}, "at least 2, got 1"),
    "no steps": ({"network.slots": {"from": 1, "to": 2}}, "steps: expected"),
    "a range of no numbers": ({"network.slots": {"from": "a", "to": 2, "steps": 2}}, "got 'a'"),
    "no range": ({"network.slots": {"steps": 2}}, "a lever has no range of its own"),
    "a factor twice": ({"network.slots": [1], "levers.network.slots": [2]}, "given twice"),
}


@pytest.mark.parametrize(("factors", "words"), BAD.values(), ids=BAD)
def test_a_wrong_grid_is_told_in_a_line(island, factors, words):
    with pytest.raises(UserError) as told:
        laid(GRID, factors, island, None, 1)
    assert words in str(told.value)
    assert "\n" not in str(told.value)


BAD_SAMPLES = {
    "no number of points": (HYPERCUBE, None, {"network.slots": [1, 2]}, "points: missing"),
    "no power of 2": (SOBOL, 100, {"network.slots": [1, 2]}, "power of 2, such as 64, got 100"),
    "three numbers": (HYPERCUBE, 8, {"network.slots": [1, 2, 3]}, "[low, high]"),
    "upside down": (HYPERCUBE, 8, {"network.slots": [2, 1]}, "from 2 to 1; expected from below to"),
    "steps": (HYPERCUBE, 8, {"network.slots": {"from": 1, "to": 2, "steps": 3}}, "to a grid"),
    "points of a grid": (GRID, 8, {"network.slots": [2, 1]}, "points: a grid has as many as"),
}


@pytest.mark.parametrize(("kind", "count", "factors", "words"), BAD_SAMPLES.values(),
                         ids=BAD_SAMPLES)  # fmt: skip
def test_a_wrong_sample_is_told_in_a_line(island, kind, count, factors, words):
    with pytest.raises(UserError) as told:
        laid(kind, factors, island, count, 1)
    assert words in str(told.value)


BAD_TABLES = {
    "an unknown column": ("network.slot\n1\n", "column network.slot: unknown lever"),
    "no rows": ("network.slots\n", "no rows"),
    "no factors": ("point\n1\n", "no factors"),
    "nothing": ("", "no table"),
    "no number": (f"{PRICE}\nlots\n", f"row 1: {PRICE}: 'lots', expected a number"),
    "a point twice": ("point,network.slots\n1,1\n1,2\n", "a number of its own"),
    "a point that is none": ("point,network.slots\na,1\n", "expected whole numbers"),
    "a factor twice": ("network.slots,levers.network.slots\n1,2\n", "is there twice"),
}


@pytest.mark.parametrize(("text", "words"), BAD_TABLES.values(), ids=BAD_TABLES)
def test_a_wrong_table_is_told_in_a_line(island, tmp_path, text, words):
    file = tmp_path / "mine.csv"
    file.write_text(text)
    with pytest.raises(UserError) as told:
        tabled(file, island)
    assert words in str(told.value)
    assert "mine.csv" in str(told.value)


def test_a_table_that_is_not_there_is_told(island, tmp_path):
    with pytest.raises(UserError, match="no such file"):
        tabled(tmp_path / "none.csv", island)


@pytest.mark.parametrize("spread", [Spread((2.0, 5.0)), Spread((2, 5), whole=True),
                                    Spread(("a", "b", "c")), Spread((False, True))])  # fmt: skip
def test_a_coordinate_and_its_value_belong_together(spread):
    for place in np.linspace(0.0, 1.0, 13):
        value = spread.at(place)
        assert spread.at(spread.place_of(value)) == value
    assert spread.at(0.0) == spread.values[0]
    assert spread.at(1.0) == spread.values[-1]
