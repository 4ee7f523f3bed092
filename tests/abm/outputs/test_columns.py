"""Columns asked for one by one, and the funds by month: the same numbers as in the tables."""

import numpy as np
import pandas as pd
import pytest

from abm import RareCareModel
from abm.outputs.patient_columns import COLUMNS, PatientColumns
from agents.insurer import Fund

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def model():
    model = RareCareModel(policy="special-zone", scale=0.002, years=2, rng=5)
    model.records.follow_funds()
    return model.run()


@pytest.mark.parametrize("column", COLUMNS)
def test_a_column_of_some_patients_is_that_of_the_table(model, column):
    table = model.outcomes()["patients"]
    chosen = np.arange(len(table))[::-3]  # not in the table's order, so that a mix-up shows
    rows = np.flatnonzero(model.state.patients["onset"] < model.steps)[chosen]
    made = PatientColumns(model.state, model.world, model.steps, rows)[column]
    want = table[column].iloc[chosen].reset_index(drop=True)
    pd.testing.assert_series_equal(made, want, check_names=False)
    assert len(made) > 100


def test_a_column_is_worked_out_once_and_only_when_asked_for(model):
    people = PatientColumns(model.state, model.world, model.steps)
    assert people["qalys"] is people["qalys"]
    assert set(people._columns) == {"qalys"}
    with pytest.raises(KeyError):
        people["nothing"]


def test_nobody_has_no_columns_to_stumble_over(model):
    people = PatientColumns(model.state, model.world, model.steps, np.zeros(0, int))
    assert people.to_frame().shape == (0, len(COLUMNS))


def test_balances_by_month_end_the_year_as_the_ledger_does(model):
    ledger = model.outcomes()["ledger"]
    series = model.records.fund_book.series(model.state, model.scale, Fund.BASIC_RESIDENT)
    closing = ledger[ledger["fund"] == "basic_resident"].groupby("year")["closing"].sum()
    np.testing.assert_allclose(series.balance[11::12], closing / model.scale, rtol=1e-6)


def test_a_branch_goes_on_with_a_fund_book_of_its_own():
    trunk = RareCareModel(policy="as-happened", scale=0.001, years=1, rng=5)
    trunk.records.follow_funds()
    trunk.step()
    branch = trunk.branch("special-zone")
    branch.step()
    assert (len(trunk.records.fund_book), len(branch.records.fund_book)) == (1, 2)
    with pytest.raises(ValueError, match="first month"):
        branch.records.follow_funds()
