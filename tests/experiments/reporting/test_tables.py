"""The tables beside the summary: probabilities over runs, and what stands where."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.compare import Comparison
from experiments.measures import measures
from experiments.reporting.fund_risks import fund_risks, paired_probabilities, probability
from experiments.reporting.values import Values
from tests.support.comparisons import BASE, NATION, ZONE, compared

POLICIES = [BASE, ZONE, NATION]


def test_the_probability_of_running_dry_has_an_exact_interval():
    """As scipy's own exact test has it; never and always have one end only."""
    for happened in range(9):
        said = stats.binomtest(happened, 8).proportion_ci(method="exact")
        found = probability(happened, 8)
        assert found == pytest.approx((happened / 8, said.low, said.high), abs=1e-12)


def test_paired_probabilities_have_the_published_interval():
    """The example of statpsych's ci.prop.ps: 26 in one alone, 4 in the other alone, 18 in neither.

    Bonett & Price (2012): estimate 0.44 (adjusted), from 0.2548067 to 0.6251933.
    """
    one = np.repeat([False, False, True, True], (12, 4, 26, 6))
    other = np.repeat([False, True, False, True], (12, 4, 26, 6))
    found = paired_probabilities(one, other)
    assert found.value == pytest.approx(22 / 48)
    assert (found.low, found.high) == pytest.approx((0.2548067, 0.6251933), abs=1e-7)


def made(first_dry, payments):
    """Return values of two policies in four runs: first dry years, and two years' payments."""
    keys = pd.DataFrame(
        [("first_dry_year", "payer", "special_fund"),
         ("year_payments", "payer year", "special_fund 2019"),
         ("year_payments", "payer year", "special_fund 2020")],
        columns=["measure", "by", "group"],
    )  # fmt: skip
    block = np.array([[dry, *paid] for dry, paid in zip(first_dry, payments, strict=True)], float)
    return Values(keys, ["a", "b"], [1, 2, 3, 4], block, np.ones((2, 3)))


def test_a_fund_runs_dry_in_some_runs():
    never = np.inf
    values = made(
        [[never, never, 2025, never], [2021, never, 2023, 2030]],
        [[[1, 2, 3, 4], [5, 6, 7, 8]], [[2, 2, 2, 2], [4, 4, 4, np.nan]]],
    )
    table = fund_risks(values, "a").set_index("policy")
    assert list(table["dry"]) == [1, 3]
    assert list(table["probability"]) == [0.25, 0.75]
    assert table.loc["b", "difference"] == 0.5
    assert table.loc["b", "earliest"] == 2021
    assert table.loc["b", "year_median"] == 2023  # by then two of four have
    assert np.isinf(table.loc["a", "year_median"])
    assert table.loc["a", "paid_p95"] == pytest.approx(np.quantile(range(1, 9), 0.95))
    assert table.loc["b", "years"] == 7
    assert np.isnan(table.loc["a", "difference"])


def with_rows(rows):
    """Return a made-up comparison with more measures: name, kind, group, values by policy."""
    comparison = compared({}, runs=6)
    more = [
        (policy, seed, name, by, group, value, 1.0, 1000.0)
        for name, by, group, values in rows
        for policy, numbers in zip(POLICIES, values, strict=True)
        for seed, value in zip(comparison.design.seeds, numbers, strict=True)
        if value is not None
    ]
    frame = pd.DataFrame(more, columns=comparison.runs.columns)
    return Comparison(comparison.design, pd.concat([comparison.runs, frame], ignore_index=True))


@pytest.fixture(scope="module")
def comparison():
    some = [0.50, 0.52, 0.48, 0.51, 0.49, 0.53]
    more = [one + 0.1 + 0.001 * n for n, one in enumerate(some)]
    return with_rows([
        ("curve_diagnosed", "month", "12", (some, more, some)),
        ("curve_diagnosed", "zone month", "inside 12", (some, more, some)),
        ("qalys_quantile", "income_quintile quantile", "1 0.9", (some, more, some)),
        ("flow_referred", "provinces", "Inner Mongolia to Beijing",
         ([1.0, None, 3.0, 2.0, 1.0, 1.0], [2.0] * 6, [None] * 6)),
        ("qalys", "disease", "GMG", (some, more, some)),
        ("treated", "disease", "GMG", (some, more, some)),
    ])  # fmt: skip


def test_curves_and_quantiles_have_their_groups_in_columns(comparison):
    curves = comparison.tables["curves"]
    assert list(curves["by"].unique()) == ["all", "zone"]
    inside = curves[(curves["group"] == "inside") & (curves["policy"] == ZONE)].iloc[0]
    assert (inside["month"], inside["pairs"]) == (12, 6)
    assert inside["difference"] == pytest.approx(0.1025)
    assert inside["difference_low"] < 0.1025 < inside["difference_high"]
    assert curves[curves["policy"] == BASE]["difference"].isna().all()
    poorest = comparison.tables["quantiles"].iloc[0]
    assert (poorest["by"], poorest["group"], poorest["quantile"]) == ("income_quintile", "1", 0.9)


def test_who_goes_nowhere_in_a_run_counts_as_none(comparison):
    flows = comparison.tables["flows"].set_index("policy")
    assert flows.loc[BASE, "from"] == "Inner Mongolia"
    assert flows.loc[BASE, "mean"] == pytest.approx(8 / 6)
    assert flows.loc[NATION, "mean"] == 0.0
    assert flows.loc[NATION, "difference"] == pytest.approx(-8 / 6)


def test_what_stands_in_tables_is_not_in_the_summary(comparison):
    in_tables = {one.name for one in measures() if one.table}
    assert not in_tables & set(comparison.summary["measure"])
    assert not in_tables & set(comparison.values.keys["measure"])


def test_diseases_are_a_family_of_their_own(comparison):
    """Two measures of one disease, two policies: a p-value for each, adjusted for so many."""
    alone = compared({}, runs=6).summary.set_index(["measure", "by", "group", "policy"])
    beside = comparison.summary.set_index(["measure", "by", "group", "policy"])
    same = [key for key in beside.index if key[1] != "disease"]
    pd.testing.assert_series_equal(beside.loc[same, "p_adjusted"], alone.loc[same, "p_adjusted"])
    table = comparison.tables["diseases"]
    assert set(table["disease"]) == {"GMG"}
    assert table["name_zh"].str.len().gt(1).all()
    counted = int(table["p_value"].notna().sum())
    assert (table["differences"] == counted).all()
    assert table["by_chance"].iloc[0] == pytest.approx(0.05 * counted)
    lowest = table.dropna(subset="p_value").sort_values("p_value").iloc[0]
    assert lowest["p_adjusted"] == pytest.approx(lowest["p_value"] * counted)


def test_tables_are_written(comparison, tmp_path):
    comparison.save(tmp_path / "out")
    names = {file.name for file in (tmp_path / "out" / "tables").iterdir()}
    assert names == {f"{name}.csv" for name in comparison.tables}
    read = pd.read_csv(tmp_path / "out" / "tables" / "curves.csv")
    assert len(read) == len(comparison.tables["curves"])
