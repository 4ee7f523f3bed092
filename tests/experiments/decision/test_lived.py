"""Decisions from a comparison that was lived, not made up: its sums agree with the accounts."""

import numpy as np
import pytest

from experiments import cli, compare, decision
from experiments.running.manifest import LIVED
from tests.support.made_up import Inline
from tests.support.worlds import copy_of, write_sets

pytestmark = pytest.mark.slow

SETS = "set,difficulty_level\n" + "\n".join(f"{n},{0.2 + 0.05 * n:.2f}" for n in range(1, 7))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A small comparison on the island, in which each pair lives with another of six sets."""
    place = tmp_path_factory.mktemp("decide")
    world = copy_of("island", place / "fitted")
    write_sets(world, SETS + "\n")
    found = compare(["uniform", "zone"], runs=6, scale=0.02, years=3, world=world,
                    executor=Inline())  # fmt: skip
    return found.save(place / "out")


def test_a_folder_keeps_the_sets_that_were_lived(folder):
    assert (folder / LIVED).read_text(encoding="utf-8").startswith("set,difficulty_level\n1,0.25")
    assert list(decision.evidence(folder).sets) == ["difficulty_level"]


def test_the_years_budgets_add_up_to_what_is_billed(folder):
    found = decision.evidence(folder)
    table = decision.budget_impact(found)
    by_payer = table.pivot_table(index=["policy", "year"], columns="payer", values="paid")
    others = by_payer.drop(columns="all").sum(axis=1)
    assert by_payer["all"].to_numpy() == pytest.approx(others.to_numpy())
    bills = (by_payer["all"] - by_payer["programmes"]).groupby("policy").sum()
    spending = found.totals("spending").values[:, 0].mean(axis=1) * found.years
    assert bills[found.policies].to_numpy() == pytest.approx(spending)


def test_patient_years_are_those_of_the_patients(folder):
    found = decision.evidence(folder)
    years = decision.budget_impact(found).groupby("policy")[["eligible", "treated"]].sum()
    rows = found.runs.query("measure == 'time_treated' and by == 'all' and seed in @found.seeds")
    eligible = (rows["weight"] / 12 / found.scale).groupby(rows["policy"]).mean()
    treated = (rows["value"] * rows["weight"] / 12 / found.scale).groupby(rows["policy"]).mean()
    assert years["eligible"].to_numpy() == pytest.approx(eligible[years.index].to_numpy())
    assert years["treated"].to_numpy() == pytest.approx(treated[years.index].to_numpy(), rel=0.05)


def test_groups_make_up_the_whole(folder):
    whole = decision.cost_effectiveness(folder)["effect_difference"].iloc[1]
    for by in ("income_quintile", "province", "residence"):
        groups = decision.distributional(folder, by=by).groups
        assert groups["gained"].sum() == pytest.approx(whole)
        assert groups["net"].sum() == pytest.approx(
            decision.distributional(folder).groups["net"].sum()
        )


def test_the_command_on_what_was_lived(folder, capsys):
    assert cli.run(["decide", str(folder)]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert told.startswith("Which data to collect first")
    assert "At 56,300 yuan a QALY zone" in told
    assert "6 paired runs, expected at least 16" in told or "would not change the choice" in told
    assert np.isfinite(decision.evpi(folder)["country"].iloc[0])
