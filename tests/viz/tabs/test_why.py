"""Why: the gates by hand and against the model's own tables, and what is said of them."""

from dataclasses import replace

import numpy as np
import pytest

from abm.outputs import tables
from agents.codes import Stage
from tests.support.twins import SAME, VIEW, YEARS, twins_at
from viz.i18n.texts import Texts
from viz.reading.gates import GATES, PAYERS, gates_passed, insured
from viz.reading.people import PeopleSoFar
from viz.reading.scene import Scene
from viz.reading.spread import Spread
from viz.tabs.why import charts, words
from viz.tabs.why.data import WhyData, read

EN, ZH = Texts("en"), Texts("zh")
HORIZON = 12 * YEARS


def given(a, b, paid_a=None, paid_b=None, fund=((0, 0, 0), (0, 0, 0))):
    """Return what the tab shows of so many persons behind each gate, and of what payers paid."""
    paid = np.zeros((2, 1, len(PAYERS)))
    paid[:, 0, PAYERS.index("household")] = [paid_a or 1, paid_b or 1]
    paid[:, 0, PAYERS.index("basic")] = [100 - (paid_a or 0), 100 - (paid_b or 0)]
    return WhyData(
        Scene(12, 36, "uniform-national", "special-zone"), ("", ""), {"all": ["all"]},
        {"all": np.array([[a], [b]], float)}, {"all": paid}, np.array(fund, float),
    )  # fmt: skip


A = (1000, 900, 700, 500, 400, 300, 200, 190, 190)
B = (1000, 900, 800, 600, 550, 400, 380, 250, 250)


def test_who_stops_at_a_gate_is_who_passed_the_one_before_and_not_this():
    data = given(A, B)
    assert data.stopped[0].tolist() == [100, 200, 200, 100, 100, 100, 10, 0]
    assert data.stopped[1].tolist() == [100, 100, 200, 50, 150, 20, 130, 0]
    np.testing.assert_allclose(data.stopped.sum(axis=1) + data.now[:, -1], 1000)


def test_the_changes_that_are_drawn_add_up_to_nothing():
    data = given(A, B, 40.0, 45.0)
    for draw in (charts.stops, charts.payers):
        made = draw(data, EN)
        drawn = [point["value"] for s in made["series"] for point in s["data"]]
        assert sum(drawn) == pytest.approx(0.0, abs=1e-9), draw.__name__


def test_what_pairs_do_not_bear_out_is_pale_and_said_to_be_chance():
    sure = Spread(100.0, 50.0, 150.0, claimed=True)
    data = replace(given(A, B, 40.0, 45.0), spreads={"gate.treated": sure})
    bars = [bar for series in charts.stops(data, EN)["series"] for bar in series["data"]]
    clear = [bar["name"] for bar in bars if bar.get("itemStyle", {}).get("opacity") == 1.0]
    assert len(clear) == 1
    assert clear[0].startswith(EN("why.gate.treated"))
    assert "[+50.00, +150.00]" in clear[0]
    chance = EN("why.say.chance")
    told = words.sentences(data, EN)
    assert [line.endswith(chance) for line in told if "On treatment" in line] == [False]
    assert all(line.endswith(chance) for line in told if "stop at" in line or "Of 100" in line)


def test_what_is_said_names_the_gates_and_the_fund():
    fund = ((1, 50e9, 50e9), (1, 40e9, 160e9))
    told = " ".join(words.sentences(given(A, B, 48.9, 49.2, fund), EN))
    assert "stop here: No drug is sold (200 persons; under A 200 persons)" in told
    assert "On treatment under B: +60 persons" in told
    assert "Under B 100 persons fewer stop at: Not diagnosed" in told
    assert "Under B 120 persons more stop at: The fund is short of money" in told
    assert "households pay 48.9 under A and 49.2 under B (+0.3)" in told
    assert "under A has paid 50.0 billion yuan of 100.0 billion yuan claimed: 50 %" in told
    assert EN("why.say.thinner") in told
    richer = ((1, 50e9, 50e9), (1, 90e9, 10e9))
    assert EN("why.say.thinner") not in words.sentences(given(A, B, fund=richer), EN)


@pytest.mark.parametrize("texts", [EN, ZH], ids=["en", "zh"])
def test_without_anybody_ill_it_says_so(texts):
    nobody = (0,) * len(GATES)
    assert words.sentences(given(nobody, nobody), texts) == [texts("chart.not_yet")]
    assert "graphic" in charts.funnel(given(nobody, nobody), texts)


@pytest.fixture(scope="module")
def twins():
    return twins_at(HORIZON)


@pytest.mark.slow
def test_the_first_and_the_last_gate_are_the_living_and_the_treated(twins):
    data = read(twins, VIEW)
    for side, model in enumerate((twins.a, twins.b)):
        patients = tables.patients(model)
        alive = patients["died"].isna()
        assert data.passed["all"][side, 0, 0] * model.scale == pytest.approx(alive.sum())
        treated = (patients["stage"] == "treated").sum()
        assert data.passed["all"][side, 0, -1] * model.scale == pytest.approx(treated)
        found = alive & patients["stage"].isin(["diagnosed", "treated", "interrupted"])
        assert data.passed["all"][side, 0, 2] * model.scale == pytest.approx(found.sum())
    assert (data.stopped >= 0).all()


@pytest.mark.slow
def test_groups_add_up_to_everybody(twins):
    data = read(twins, VIEW)
    for kind in data.groups:
        np.testing.assert_allclose(data.passed[kind].sum(axis=1), data.passed["all"][:, 0])
        np.testing.assert_allclose(data.paid[kind].sum(axis=1), data.paid["all"][:, 0])
    inside = read(twins, replace(VIEW, province="Jiangsu"))
    assert inside.passed["zone"][:, 1].sum() == 0


@pytest.mark.slow
def test_who_pays_is_the_share_of_the_card(twins):
    patients = tables.patients(twins.b)
    outright = patients["billed"].sum() - patients["paid_donation"].sum()
    want = 100 * patients["paid_household"].sum() / outright
    assert read(twins, VIEW).shares[1, PAYERS.index("household")] == pytest.approx(want)


@pytest.mark.slow
def test_who_goes_without_for_cost_stops_at_the_purse_or_at_the_fund(twins):
    people = PeopleSoFar(twins.b)
    passed, forgone = gates_passed(people), people.raw("forgone") == 1
    purse = np.isin(passed, [GATES.index("affordable"), GATES.index("funded")])
    assert (forgone[purse]).all()
    assert (people.raw("stage")[purse] != Stage.TREATED).all()
    assert purse.any()


@pytest.mark.slow
def test_insurance_pays_where_a_drug_is_listed_or_a_fund_has_paid_for_it(twins):
    for model in (twins.a, twins.b):
        found, people = insured(model), PeopleSoFar(model)
        drugs = model.state.drugs
        listed = np.unique(drugs["disease"][(drugs["listed"] == 1) & (drugs["launched"] < 36)])
        assert found[:, listed].all()
        helped = (people["paid_special_fund"] > 0) & (people.raw("stage") == Stage.TREATED)
        assert found[people.raw("city")[helped], people.raw("disease")[helped]].all()
    assert insured(twins.b).sum() > insured(twins.a).sum()


@pytest.mark.slow
def test_under_one_policy_nothing_differs():
    data = read(twins_at(14, SAME), SAME)
    np.testing.assert_array_equal(data.now[0], data.now[1])
