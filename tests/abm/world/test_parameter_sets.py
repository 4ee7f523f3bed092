"""A world's parameter sets are read whole or refused, and a world lives with any one of them."""

import re

import pandas as pd
import pytest

from abm.errors import UserError
from abm.world import load_world
from abm.world.parameter_sets import BY_HAND, FILE
from experiments.design import make_design
from tests.support.worlds import copy_of, write_sets

pytestmark = pytest.mark.slow

GOOD = "set,genetic_test_price,rest_from_search\n2,3000,24\n1,2500.5,30\n"
BAD = {
    "unknown name": ("set,genetic_test_prise\n1,3\n", "row 1: unknown column 'genetic_test_prise'"),
    "missing value": ("set,genetic_test_price\n1,\n", "row 2, column genetic_test_price: an empty"),
    "no number": ("set,genetic_test_price\n1,x\n", "row 2, column genetic_test_price: 'x' is not"),
    "impossible": ("set,genetic_test_price\n1,-1\n", "row 2, column genetic_test_price: -1"),
    "not whole": ("set,rest_from_search\n1,24.5\n", "row 2, column rest_from_search: 24.5, exp"),
    "no set": ("genetic_test_price\n1\n", "row 1, column set: missing from the header"),
    "twice": ("set,rest_from_search\n1,24\n1,25\n", "row 3, column set: 1 stands in row 2 too"),
    "gap": ("set,rest_from_search\n1,24\n3,25\n", "row 3, column set: 3, expected a number from 1"),
    "copy": ("set,rest_from_search\n1,24\n2,24\n", "row 3, column set: 2, expected values that"),
    "column twice": ("set,rest_from_search,rest_from_search\n1,2,2\n", "given twice"),
    "no rows": ("set,rest_from_search\n", "no rows under the header"),
}


@pytest.fixture(scope="module")
def fitted(tmp_path_factory):
    folder = copy_of("china", tmp_path_factory.mktemp("worlds") / "fitted")
    write_sets(folder, GOOD)
    return folder


@pytest.mark.parametrize(("text", "message"), BAD.values(), ids=BAD)
def test_bad_rows_are_refused_with_file_row_and_column(tmp_path, text, message):
    folder = copy_of("china", tmp_path / "mine")
    write_sets(folder, text)
    with pytest.raises(UserError, match=re.escape(message)) as refusal:
        load_world(folder)
    assert str(refusal.value).startswith(BY_HAND)
    assert "\n" not in str(refusal.value)


def test_a_set_puts_its_values_over_those_of_the_folder(fitted):
    world = load_world(fitted)
    assert world.sets == 2
    one = world.with_set(1)
    assert one.parameters["genetic_test_price"] == 2500.5
    assert one.parameters["rest_from_search"] == 30
    untouched = set(world.parameters) - set(world.parameter_sets)
    assert all(one.parameters[name] == world.parameters[name] for name in untouched)
    assert one.with_set(2).parameters["genetic_test_price"] == 3000.0
    assert one.with_set(0).parameters == world.parameters
    for number in (-1, 3):
        with pytest.raises(UserError, match=f"parameter set {number}: unknown, expected 0 to 2"):
            world.with_set(number)


def test_a_world_may_have_no_sets(tmp_path):
    folder = copy_of("china", tmp_path / "mine")
    (folder / FILE).unlink(missing_ok=True)
    world = load_world(folder)
    assert world.sets == 0
    assert world.with_set(0).parameters == world.parameters
    with pytest.raises(UserError, match="parameter set 1: unknown, expected 0, as the world has"):
        world.with_set(1)


def test_a_set_is_told_by_its_number_and_a_run_by_its_values(fitted):
    world = load_world(fitted)
    one = world.with_set(1)
    assert one.changed_parameters == {}
    assert not one.is_changed
    assert one.checksum != world.checksum
    by_hand = world.with_parameters({"genetic_test_price": 2500.5, "rest_from_search": 30.0})
    assert by_hand.checksum == one.checksum
    again = make_design(["as-happened"], world=one, scale=0.02, years=1).again()
    assert "--parameters 1" in again
    assert "--set parameters." not in again


def test_what_is_set_by_hand_stays_whatever_the_set(fitted):
    dear = load_world(fitted).with_parameters({"genetic_test_price": 9.0})
    for number in (1, 2, 0):
        dear = dear.with_set(number)
        assert dear.changed_parameters == {"genetic_test_price": 9.0}
    assert dear.with_set(1).parameters["rest_from_search"] == 30


def test_a_world_that_takes_parameters_does_not_take_the_sets(fitted, tmp_path):
    folder = copy_of("island", tmp_path / "mine")
    about = folder / "world.toml"
    text = about.read_text(encoding="utf-8").replace('"china"', f'"{fitted}"')
    about.write_text(text, encoding="utf-8")
    assert load_world(folder).sets == 0
    write_sets(folder, "set,rest_from_search\n1,33\n")
    assert load_world(folder).with_set(1).parameters["rest_from_search"] == 33


def test_the_order_of_rows_does_not_matter(fitted):
    assert list(load_world(fitted).parameter_sets.index) == [1, 2]


def test_sets_of_a_file_can_stand_for_the_worlds_own(fitted, tmp_path):
    world = load_world(fitted)
    path = tmp_path / "others.parquet"
    pd.DataFrame({"set": [1, 2, 3], "rest_from_search": [20, 21, 22]}).to_parquet(path)
    other = world.with_sets(path)
    assert (other.sets, other.with_set(3).parameters["rest_from_search"]) == (3, 22)
    assert other.checksum == world.checksum  # a run depends on the values that it lives with
    again = make_design(["as-happened", "uniform-national"], world=other, scale=0.02, years=1,
                        runs=2).again()  # fmt: skip
    assert f"--parameters {path}" in again
    with pytest.raises(UserError, match=r"none.csv: no such file; expected parameter sets"):
        world.with_sets("none.csv")


def test_two_files_of_sets_are_refused(tmp_path):
    folder = copy_of("china", tmp_path / "mine")
    write_sets(folder, GOOD)
    pd.read_csv(folder / BY_HAND).to_parquet(folder / FILE)
    with pytest.raises(UserError, match=r"both parameter_sets\.parquet and parameter_sets\.csv"):
        load_world(folder)
    (folder / BY_HAND).unlink()
    assert load_world(folder).sets == 2


def test_a_broken_parquet_file_is_one_line(tmp_path):
    folder = copy_of("china", tmp_path / "mine")
    (folder / FILE).write_bytes(b"no parquet")
    with pytest.raises(UserError, match=r"parameter_sets\.parquet: .* expected a Parquet file"):
        load_world(folder)
