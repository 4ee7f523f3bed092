"""The parameters of a world are those that are declared, all of them and no others."""

import dataclasses

import pytest

from abm.errors import UserError
from abm.world import WORLDS, load_world
from abm.world.parameters import check_values
from agents.core.parameters import DECLARED, Parameters
from tests.support.worlds import copy_of


@pytest.fixture
def folder(tmp_path):
    return copy_of("china", tmp_path / "mine")


def rewritten(folder, change):
    """Write the lines of `parameters.csv` anew, as a function of them says."""
    path = folder / "parameters.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(change(lines)) + "\n", encoding="utf-8")
    return folder


def row_of(name):
    """Return the line of a parameter in the shipped file, the header being line 1."""
    lines = (WORLDS / "china" / "parameters.csv").read_text(encoding="utf-8").splitlines()
    return next(n for n, line in enumerate(lines, start=1) if line.startswith(f"{name},"))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("give_up_probability", "give_up_probabilty"),
        ("learning_per_case", "learning_per_cases"),
        ("stock_lead", "stock_leads"),
        ("wrong_label_adult", "Wrong_label_adult"),
    ],
)
def test_a_misspelt_parameter_is_refused_with_the_right_name(folder, right, wrong):
    rewritten(folder, lambda lines: [
        line.replace(f"{right},", f"{wrong},", 1) if line.startswith(f"{right},") else line
        for line in lines
    ])  # fmt: skip
    with pytest.raises(UserError) as refusal:
        load_world(folder)
    assert str(refusal.value) == (
        f"parameters.csv, row {row_of(right)}, column name: unknown parameter '{wrong}'; "
        f"did you mean '{right}'?"
    )


def test_an_unknown_parameter_is_refused(folder):
    rewritten(folder, lambda lines: [*lines, "give_up_chance,0.2,0,1,GUESS,assumption: none"])
    with pytest.raises(UserError, match=r"row \d+, column name: unknown .*'give_up_probability'"):
        load_world(folder)


@pytest.mark.parametrize("name", DECLARED)
def test_a_missing_parameter_is_refused_by_name(name, world):
    rest = {key: value for key, value in world.parameters.items() if key != name}
    with pytest.raises(UserError, match=f"parameters.csv, column name: no row for {name}, expect"):
        check_values(rest)


def test_missing_rows_are_named(folder):
    rewritten(folder, lambda lines: [line for line in lines if not line.startswith("skill_")])
    with pytest.raises(UserError) as refusal:
        load_world(folder)
    gone = [name for name in DECLARED if name.startswith("skill_")]
    assert str(refusal.value) == (
        f"parameters.csv, column name: no row for {', '.join(gone[:3])} and {len(gone) - 3} more, "
        f"expected one for each of the {len(DECLARED)} parameters"
    )


def test_a_parameter_worked_out_from_the_tables_cannot_be_given(folder):
    assert "median_household_income" in Parameters.fields
    line = "median_household_income,100000,1,1000000,GUESS,assumption: none"
    rewritten(folder, lambda lines: [*lines, line])
    with pytest.raises(UserError, match="unknown parameter 'median_household_income'"):
        load_world(folder)


IMPOSSIBLE = [
    ("give_up_probability", "value", "1.2", "a number from 0 to 1 (give_up_probability)"),
    ("give_up_probability", "high", "1.2", "a number from 0 to 1 (give_up_probability)"),
    ("gap_between_attempts", "low", "0", "a number above 0 (gap_between_attempts)"),
    ("watch_period", "value", "6.5", "a whole number from 1 to 600 (watch_period)"),
    ("watch_period", "low", "2.5", "a whole number from 1 to 600 (watch_period)"),
    ("detour_ratio", "low", "0.9", "a number from 1 to 3 (detour_ratio)"),
]


@pytest.mark.parametrize(("name", "column", "value", "expected"), IMPOSSIBLE)
def test_a_value_that_a_parameter_cannot_have_is_refused(folder, name, column, value, expected):
    def changed(lines):
        place = lines[0].split(",").index(column)
        fields = lines[row_of(name) - 1].split(",")
        fields[place] = value
        return [*lines[: row_of(name) - 1], ",".join(fields), *lines[row_of(name) :]]

    with pytest.raises(UserError) as refusal:
        load_world(rewritten(folder, changed))
    where = f"parameters.csv, row {row_of(name)}, column {column}: {value}"
    assert str(refusal.value) == f"{where}, expected {expected}"


@pytest.mark.parametrize(
    ("name", "value"), [("watch_period", 6.6), ("outpatient_rate", -0.1), ("outpatient_rate", None)]
)
def test_a_world_cannot_be_given_an_impossible_value(world, name, value):
    """A parameter can be changed without a file too; a whole number is not cut off in silence."""
    value = float("nan") if value is None else value
    with pytest.raises(UserError, match=f"parameters.csv, {name}: .*, expected a"):
        dataclasses.replace(world, parameters={**world.parameters, name: value})


def test_a_world_cannot_be_given_an_unknown_parameter(world):
    values = {**world.parameters, "give_up_chance": 0.2}
    with pytest.raises(UserError, match="unknown parameter 'give_up_chance'; did you mean 'give_u"):
        dataclasses.replace(world, parameters=values)


@pytest.mark.slow
def test_the_rules_read_what_the_table_says(ran, world):
    row = ran(scale=0.002, years=1).state.params[0]
    assert {name: getattr(row, name) for name in DECLARED} == world.parameters
    assert row.median_household_income > 10_000
    assert isinstance(row.watch_period, int)


def test_every_parameter_says_what_it_means_and_in_which_unit():
    table = Parameters.describe()
    assert (table["unit"] != "").all()
    assert (table["label"] != "").all()
    assert not table["label"].str.contains("_").any()


def test_the_table_of_the_shipped_world_is_in_the_order_of_the_declaration(world):
    assert list(world.parameters) == list(DECLARED)
