"""Ways of people: every move is counted once, by kind, provinces, year and hospital."""

from dataclasses import replace

import numpy as np
import pytest

from tests.support.twins import VIEW, twins_at
from viz.i18n.texts import Texts
from viz.reading.moves import KINDS, Moves, between, moves_by_year
from viz.tabs.flows import charts
from viz.tabs.flows.data import _counted, _largest, read
from viz.view_state import ViewState

TEXTS = Texts("en")


def test_moves_are_added_up_by_kind_and_province():
    # hospitals 0 and 1 are in province 0, hospital 2 in province 1
    moves = Moves(*(np.array(part) for part in (
        [0, 1, 0, 2], [2, 2, 1, 0], [0, 0, 1, 1], [3, 4, 5, 6],
    )))  # fmt: skip
    table = between(moves, np.array([0, 0, 1]), 2)
    assert table[KINDS.index("referred")].tolist() == [[0, 7], [0, 0]]
    assert table[KINDS.index("own")].tolist() == [[5, 0], [6, 0]]


@pytest.mark.parametrize(
    ("years", "steps", "period", "counted"),
    [
        ([], 0, "all", []),
        ([2019], 5, "year", [2019]),
        ([2019, 2020], 20, "year", [2019]),
        ([2019, 2020], 24, "year", [2020]),
        ([2019, 2020], 20, "all", [2019, 2020]),
    ],
)
def test_a_year_is_the_last_full_one(years, steps, period, counted):
    assert _counted(years, steps, period) == counted


def test_the_hospitals_that_are_not_told_are_added_up():
    persons = np.array([np.arange(15.0), np.zeros(15)])
    told, others = _largest(persons, [(f"h{i}", f"h{i}") for i in range(15)])
    assert [one.names[0] for one in told] == [f"h{i}" for i in range(14, 2, -1)]
    assert others == (0 + 1 + 2, 0)


@pytest.mark.slow
@pytest.mark.parametrize("month", [14, 36])
def test_every_move_of_the_tables_is_counted(month):
    twins = twins_at(month)
    table = twins.b.outcomes()["referrals"]
    moved = table[table["from_hospital"] != table["to_hospital"]]
    for year, moves in moves_by_year(twins.b):
        rows = moved[moved["year"] == year]
        own = rows[rows["kind"] == "self"]["followed"].sum()
        referred = table[(table["year"] == year) & (table["kind"] != "self")]["followed"].sum()
        assert moves.times[moves.kind == KINDS.index("own")].sum() == own > 0
        assert moves.times[moves.kind == KINDS.index("referred")].sum() == referred > 0


@pytest.mark.slow
def test_provinces_years_and_a_hospital_agree_with_the_tables():
    twins = twins_at(36)
    where = twins.b.world.hospitals.set_index("hospital")["province"]
    table = twins.b.outcomes()["referrals"]
    table = table[table["from_hospital"] != table["to_hospital"]]
    table = table.assign(a=table["from_hospital"].map(where), b=table["to_hospital"].map(where))
    across = table[table["a"] != table["b"]]
    largest = across.groupby(["a", "b"])["followed"].sum().idxmax()
    view = replace(VIEW, origin=largest[0], goal=largest[1])
    pair = across[(across["a"] == largest[0]) & (across["b"] == largest[1])]
    data = read(twins, view)
    scale = twins.b.scale
    assert data.chosen(1).sum() == pytest.approx(pair["followed"].sum() / scale)
    by_year = pair.groupby("year")["followed"].sum() / scale
    assert data.courses[1] == pytest.approx({2019: 0.0, 2020: 0.0, 2021: 0.0, **by_year})
    own = read(twins, replace(view, way="own", period="year"))
    last = pair[(pair["kind"] == "self") & (pair["year"] == 2021)]
    assert own.chosen(1).sum() == pytest.approx(last["followed"].sum() / scale)
    name = table.groupby("to_hospital")["followed"].sum().idxmax()
    ways = read(twins, replace(VIEW, hospital=name)).hospital
    for told, others, column in ((ways.comes, ways.others[0], "to_hospital"),
                                 (ways.goes, ways.others[1], "from_hospital")):  # fmt: skip
        total = sum(one.persons[1] for one in told) + others[1]
        assert total == pytest.approx(table[table[column] == name]["followed"].sum() / scale)


@pytest.mark.slow
def test_ways_from_home_to_the_diagnosis_are_those_of_the_patients():
    twins = twins_at(36)
    patients = twins.b.outcomes()["patients"]
    found = patients[(patients["diagnosed"] >= 0) & patients["diagnosed_province"].notna()]
    away = found[found["province"].astype(str) != found["diagnosed_province"].astype(str)]
    data = read(twins, replace(VIEW, way="home"))
    assert data.chosen(1).sum() == pytest.approx(len(away) / twins.b.scale)
    assert data.tables[1].sum() == pytest.approx(len(found) / twins.b.scale)


@pytest.mark.slow
def test_the_map_draws_the_chosen_ways_and_marks_their_ends():
    twins = twins_at(36)
    data = read(twins, replace(VIEW, origin="Anhui"))
    made = charts.ways(data, TEXTS, "b")
    lines = [line for series in made["series"] if series["type"] == "lines"
             for line in series["data"]]  # fmt: skip
    assert lines
    assert all(line["name"].startswith("Anhui → ") for line in lines)
    cells = made["series"][0]["data"]
    assert sum(cell["value"][2] for cell in cells) == pytest.approx(data.chosen(1).sum(), abs=20)
    names = [name for name, _ in data.provinces]
    marked = [cell for cell in cells if cell["itemStyle"].get("borderType") == "solid"]
    assert [cell["name"].split(":")[0] for cell in marked] == ["Anhui"]
    assert {cell["name"] for cell in cells} >= {"Hong Kong: not simulated"}
    assert len(cells) == len(names) + 3


@pytest.mark.slow
def test_the_largest_pairs_come_first_and_both_sides_have_the_same_rows():
    made = charts.pairs(read(twins_at(36), VIEW), TEXTS)
    a, b = ([cell["value"] for cell in series["data"]] for series in made["series"])
    both = np.add(a, b)
    assert len(both) > 3
    assert list(both) == sorted(both, reverse=True)


def test_a_link_keeps_the_ways():
    view = ViewState(tab="flows", way="own", period="year", origin="Anhui", goal="Shanghai",
                     hospital="Peking Union Medical College Hospital")  # fmt: skip
    again, complaints = ViewState.from_query(view.to_query(), ["overview", "flows"])
    assert (again, complaints) == (view, [])
    _, complaints = ViewState.from_query("?hospital=nowhere&origin=Atlantis", ["overview"])
    assert len(complaints) == 2
