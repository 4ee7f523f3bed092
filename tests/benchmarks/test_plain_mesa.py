"""Plain Mesa objects live the same lives as the compiled records, and a difference would show."""

import mesa
import numpy as np
import pytest

from abm import RareCareModel
from benchmarks import against_mesa
from benchmarks.measuring import in_own_process, table
from benchmarks.plain_mesa import Grid, differences, hand_over, plain_clock

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def schedule():
    """The clock of a very small country in January 2019."""
    return RareCareModel(scale=0.001, years=1, follow=0.0, rng=0).schedule


@pytest.fixture
def plain(schedule):
    """The same with plain objects."""
    return plain_clock(schedule, mesa.Model(rng=0))


def test_a_year_with_plain_mesa_objects_ends_with_identical_patients(tmp_path, monkeypatch):
    given = ["--scale=0.001", "--years=1", "--repeats=1", f"--folder={tmp_path}"]
    monkeypatch.setattr("sys.argv", ["against_mesa", *given])
    asked = against_mesa.options()
    against_mesa.build(asked, tmp_path)
    (compiled,) = against_mesa.compiled(asked, tmp_path)["runs"]
    plain = in_own_process(
        "benchmarks.against_mesa", [*given, "--worker=plain"], NUMBA_DISABLE_JIT="1"
    )
    assert plain["differences"] == []
    assert plain["events"] == compiled["events"] > 100


def test_a_rule_is_handed_lists_that_fill_arrays_and_matrices_to_be_looked_up():
    row, matrix = np.zeros(2), np.array([[True, False]])
    (values, alike), done = hand_over((row, matrix))
    values[1] = 7.0
    assert alike[0, 0]
    assert not alike[0, 1]
    done()
    assert row.tolist() == [0.0, 7.0]


def test_every_patient_is_a_registered_mesa_agent(schedule, plain):
    patients = plain.state.patients.objects
    agents = patients[0].model.agents_by_type[type(patients[0])]
    assert isinstance(patients[0], mesa.Agent)
    assert len(agents) == len(schedule.state.patients)


def test_objects_equal_the_rows_that_they_were_made_from(schedule, plain):
    assert differences(plain.state, schedule.state) == []


@pytest.mark.parametrize(
    ("name", "field", "by"),
    [("patients", "severity", 1e-15), ("patients", "visits", 1), ("funds", "balance", 1e-3)],
)
def test_the_smallest_difference_shows(schedule, plain, name, field, by):
    thing = getattr(plain.state, name)[7]
    setattr(thing, field, getattr(thing, field) - by)
    assert differences(plain.state, schedule.state) == [f"{name}.{field}"]


def test_a_missing_number_where_rows_hold_whole_ones_shows(schedule, plain):
    plain.state.patients[3].income += 0.5
    assert differences(plain.state, schedule.state) == ["patients.income"]


def test_what_a_rule_fills_in_comes_back_to_the_month(plain):
    filled = np.zeros(3, np.int32)
    (state, given), done = hand_over((plain.state, filled))
    given[1] = 5
    done()
    assert state.patients is plain.state.patients.objects
    assert filled.tolist() == [0, 5, 0]


def test_a_grid_is_nought_where_nothing_was_written():
    grid = Grid(np.array([[0.0, 2.5], [0.0, 0.0]]))
    grid[1, 0] += 1.0
    assert (grid[0, 1], grid[1, 0], grid[1, 1]) == (2.5, 1.0, 0.0)


def test_columns_line_up():
    assert table(["a", "b"], [["long", "1"]]) == "a     b\nlong  1"
