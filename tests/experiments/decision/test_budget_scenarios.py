"""The budget's scenarios: its factors multiply to what is paid, and one at a time is moved."""

import numpy as np
import pytest

from abm.errors import UserError
from experiments.decision import budget_impact, budget_scenarios
from experiments.decision.budget_scenarios import FACTORS, checked
from experiments.decision.evidence import evidence
from tests.experiments.decision.made_up_runs import Made, compared

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    return evidence(compared(folder, Made(slope=400.0, luck=20.0), runs=40))


def test_the_factors_multiply_to_what_drugs_cost_and_the_rest_makes_up_the_budget(found):
    table = budget_scenarios(found)
    drugs = table[list(FACTORS)].prod(axis=1)
    np.testing.assert_allclose(drugs + table["besides"], table["paid"], rtol=1e-12)
    simulated = drugs[table["scenario"] == "simulated"]
    np.testing.assert_allclose(simulated, [3 * 1200.0, 3 * 1800.0], rtol=1e-12)
    years = budget_impact(found).query("payer == 'all'").groupby("policy")["paid"].sum()
    simulated = table[table["scenario"] == "simulated"].set_index("policy")["paid"]
    for policy in found.policies:
        assert simulated[policy] == pytest.approx(years[policy], rel=1e-9)


def test_one_factor_moves_and_the_others_stay(found):
    table = budget_scenarios(found).set_index(["scenario", "policy"])
    simulated = table.loc["simulated"]
    for factor in FACTORS:
        for end in ("low", "high"):
            moved = table.loc[f"{factor}_{end}"]
            times = moved[factor] / simulated[factor]
            assert np.ptp(times) == pytest.approx(0.0, abs=1e-12)  # alike under every policy
            assert (times <= 1.0 + 1e-12).all() if end == "low" else (times >= 1.0 - 1e-12).all()
            for other in set(FACTORS) - {factor}:
                np.testing.assert_allclose(moved[other], simulated[other])
            drugs = simulated["paid"] - simulated["besides"]
            np.testing.assert_allclose(moved["paid"], simulated["besides"] + drugs * times)


def test_a_difference_is_that_of_one_scenario(found):
    table = budget_scenarios(found, {"own": {"uptake": 2.0, "unit_cost": 0.25}})
    for _, rows in table.groupby("scenario"):
        base, other = rows["paid"]
        assert np.isnan(rows["difference"].iloc[0])
        assert rows["difference"].iloc[1] == pytest.approx(other - base, rel=1e-12)
    drugs = table.assign(drugs=table["paid"] - table["besides"]).set_index("scenario")["drugs"]
    np.testing.assert_allclose(drugs["own"], 0.5 * drugs["simulated"])


@pytest.mark.parametrize(
    "asked",
    [{"a": {"price": 2.0}}, {"a": {}}, {"a": {"uptake": 0.0}}, {"uptake_low": {"uptake": 2.0}}],
)
def test_scenarios_that_make_no_sense_are_refused(asked):
    with pytest.raises(UserError):
        checked(asked)
