"""The model as a Mesa model: agents, views, collector, network, batches, horizon."""

import inspect
import warnings
from functools import cache

import mesa
import networkx as nx
import numpy as np
import pandas as pd
import pytest

from abm import RareCareModel, UserError
from agents.charity import Charity
from agents.codes import Stage
from agents.hospital import Hospital
from agents.insurer import Insurer
from agents.manufacturer import Manufacturer
from agents.patient import Patient
from agents.regulator import Regulator

pytestmark = pytest.mark.slow

TINY = {"scale": 0.002, "years": 2, "rng": 1}


@cache
def start():
    """Return a model at the start, of which tests get branches of their own."""
    return RareCareModel(**TINY)


@pytest.fixture
def model():
    return start().branch(start().policy)


def test_everyone_but_the_patients_is_registered(model):
    state, found = model.state, model.agents_by_type
    expected = {Hospital: len(state.hospitals), Insurer: len(state.funds),
                Charity: len(state.charities), Manufacturer: len(state.drugs),
                Regulator: 1}  # fmt: skip
    assert {kind: len(agents) for kind, agents in found.items()} == expected
    assert Patient not in found
    assert len({agent.unique_id for agent in model.agents}) == len(model.agents)


def test_agents_have_the_names_of_the_tables(model):
    hospitals = list(model.agents_by_type[Hospital])
    assert [h.name for h in hospitals] == list(model.world.hospitals["hospital"])
    assert {m.name for m in model.agents_by_type[Manufacturer]} == set(model.world.drugs["name"])
    names = [insurer.name for insurer in model.agents_by_type[Insurer]]
    assert "special_fund of nation" in names


def test_mesas_verbs_work_on_the_agents(model):
    hospitals = model.agents_by_type[Hospital]
    national = hospitals.select(lambda h: h.role == 3)
    assert len(national) == 1
    by_tier = hospitals.groupby("tier")
    assert by_tier.count()[0] == len(model.world.cities)
    assert hospitals.agg("slots", sum) == pytest.approx(model.state.hospitals["slots"].sum())


def test_agents_live_on_in_the_state(model):
    busiest = model.agents_by_type[Hospital].select(lambda h: h.slots > 0)[0]
    busiest.skill[2] = 1.25
    busiest.carried = 0.5
    assert model.state.hospitals["skill"][busiest.index, 2] == 1.25
    assert model.state.hospitals["carried"][busiest.index] == 0.5
    model.run()
    hospital = max(model.agents_by_type[Hospital], key=lambda h: h.confirmed)
    assert hospital.confirmed == model.state.hospitals["confirmed"].max() > 0


def test_a_patient_is_a_view_made_on_demand(model):
    patient = model.patients[7]
    assert patient.severity == model.state.patients["severity"][7]
    patient.severity = 0.77
    assert model.state.patients["severity"][7] == 0.77
    assert model.patients[7].severity == 0.77
    assert patient.unique_id == model.state.patients["identity"][7]
    assert patient not in model.agents
    with pytest.raises(TypeError, match="row of the state"):
        patient.remove()


def test_patients_have_the_verbs_of_an_agentset(model):
    people = model.patients
    assert len(people) == len(model.state.patients)
    treated = people.select(lambda rows: rows["stage"] == Stage.TREATED)
    assert len(treated) == (model.state.patients["stage"] == Stage.TREATED).sum()
    assert all(patient.stage == Stage.TREATED for patient in treated)
    by_stage = people.groupby("stage")
    assert sum(len(group) for group in by_stage.values()) == len(people)
    assert people.agg("severity", np.max) <= 1.0
    treated.set("informed", 1)
    assert model.state.patients["informed"][model.state.patients["stage"] == Stage.TREATED].all()
    assert "tried" not in people.to_frame()


def test_a_change_to_a_patient_changes_the_patients_life(model):
    """Who is given 1e9 of life left, and cannot die of other causes, survives."""
    other = RareCareModel(**TINY)
    alive = model.patients.select(lambda rows: rows["stage"] != Stage.DEAD)
    alive.set("life", 1e9).set("natural", 31999)
    model.state.due[:] = np.minimum(model.state.due, 0)
    model.run()
    other.run()
    assert not (model.state.patients["stage"] == Stage.DEAD).any()
    assert (other.state.patients["stage"] == Stage.DEAD).any()


def test_the_collector_has_a_row_for_the_start_and_each_month(model):
    frame = model.run().datacollector.get_model_vars_dataframe()
    assert len(frame) == 1 + model.horizon
    months = model.outcomes()["months"].groupby("month").sum(numeric_only=True)
    for name in ("undiagnosed", "waiting", "diagnosed", "treated", "interrupted", "registered"):
        assert (frame[name].to_numpy()[1:] == months[name].to_numpy()).all(), name


def test_a_branch_keeps_collecting(model):
    for _ in range(5):
        model.step()
    branch = model.branch("no-network").run()
    frame = branch.datacollector.get_model_vars_dataframe()
    assert frame["treated"].iloc[-1] == branch.outcomes()["months"].query(
        "month == 23")["treated"].sum()  # fmt: skip
    assert branch.agents_by_type[Hospital][0].model is branch
    assert len(branch.agents) == len(model.agents)


def test_a_subclass_branches_to_its_own_class():
    class Louder(RareCareModel):
        def step(self):
            super().step()
            self.heard = self.steps

    branch = Louder(**TINY).branch("no-network")
    branch.step()
    assert type(branch) is Louder
    assert branch.heard == 1


def test_steps_months_and_horizon(model):
    assert (model.steps, model.month, model.horizon) == (0, 0, 24)
    model.step()
    assert (model.steps, model.month) == (1, 1)
    assert model.running
    assert model.run() is model
    assert not model.running
    with pytest.raises(UserError, match="ends after 2 years"):
        model.step()
    assert model.steps == 24
    assert len(model.outcomes()["months"]) == 24 * 31


def test_tables_exist_from_the_first_month_on(model):
    for steps in range(3):
        found = model.outcomes()
        assert set(found) == {"patients", "months", "ledger", "referrals", "hospitals", "drugs",
                              "financing", "costs", "triggers", "flows", "waits", "tiers",
                              "curves"}  # fmt: skip
        assert (found["patients"]["onset"] < max(1, steps)).all()
        model.step()


def test_tables_change_nothing(model):
    model.step()
    before = model.state.patients.copy()
    first, second = model.outcomes(), model.outcomes()
    assert (model.state.patients == before).all()
    pd.testing.assert_frame_equal(first["patients"], second["patients"])


def test_the_network_is_a_graph_of_hospitals(model):
    model.run()
    graph = model.network
    assert isinstance(graph, nx.DiGraph)
    assert set(graph.nodes) == set(model.hospital_names)
    kinds = {kind for _, _, kind in graph.edges(data="kind")}
    assert {"up", "across", "down"} <= kinds
    inside = [name for name, yes in graph.nodes(data="network") if yes]
    assert len(inside) >= 324
    for start, end, kind in graph.edges(data="kind"):
        if kind != "up":
            assert graph.nodes[start]["network"], (start, end)
            assert graph.nodes[end]["network"], (start, end)
    assert not any(start == end for start, end in graph.edges)
    assert model.network is graph


def test_the_graph_shows_who_mentors_whom(model):
    """Whether or not a referral path leads the same way."""
    model.run()
    hospitals, names = model.state.hospitals, model.hospital_names
    taught = np.flatnonzero((hospitals["network"] == 1) & (hospitals["mentor"] >= 0))
    expected = {(names[hospitals["mentor"][h]], names[h]) for h in taught}
    shown = {(start, end) for start, end, yes in model.network.edges(data="mentors") if yes}
    assert shown == expected


def test_every_county_can_refer_up_and_reach_the_national_lead(model):
    graph = model.network
    national = next(n for n, tier in graph.nodes(data="tier") if tier == "national")
    upwards = nx.DiGraph([(a, b) for a, b, kind in graph.edges(data="kind") if kind == "up"])
    reach = nx.ancestors(upwards, national)
    counties = {n for n, tier in graph.nodes(data="tier") if tier == "county"}
    assert counties <= reach


def test_the_network_follows_the_list_in_force():
    model = RareCareModel(scale=0.002, years=6, rng=1)
    sizes = {}
    while model.steps < model.horizon:
        model.step()
        sizes[model.steps] = int((model.state.hospitals["network"] == 1).sum())
    assert sizes[1] == 0
    assert sizes[2] == sizes[62] >= 324
    assert sizes[63] == 419 > sizes[62]


def test_batches_of_mesa():
    seeds = {"rng": [5]}
    takes_seeds = "rng" in inspect.signature(mesa.batch_run).parameters  # from Mesa 3.4 on
    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)
        results = mesa.batch_run(
            RareCareModel,
            parameters={"policy": ["as-happened", "no-network"], "scale": 0.002, "years": 1,
                        **({} if takes_seeds else seeds)},
            max_steps=100, number_processes=1, data_collection_period=-1,
            display_progress=False, **(seeds if takes_seeds else {}),
        )  # fmt: skip
    frame = pd.DataFrame(results)
    assert list(frame["policy"]) == ["as-happened", "no-network"]
    alone = RareCareModel(policy="no-network", scale=0.002, years=1, rng=5).run()
    collected = alone.datacollector.model_vars["treated"]
    assert len(collected) == 13
    # The start is step 0. Mesa 3.3 reports the last step but one, 3.5 the last.
    last = int(frame["Step"].iloc[1])
    assert last in (11, 12)
    assert frame["treated"].iloc[1] == collected[last]


def test_people_of_some_provinces_only():
    model = RareCareModel(provinces=["Hainan", "Tibet"], **TINY).run()
    people = model.outcomes()["patients"]
    assert set(people["province"]) == {"Hainan", "Tibet"}
    everyone = RareCareModel(**TINY).outcomes()["patients"]
    there = everyone["province"].isin(["Hainan", "Tibet"]).sum()
    start = people["alive_at_start"].sum()
    assert abs(start - there) < 5 * np.sqrt(start + there)  # two samples, error about 1e-6


def test_a_country_without_policies_lives_too(tmp_path):
    path = tmp_path / "nothing.toml"
    path.write_text('name = "nothing"\ntitle = "No rules at all"\n')
    model = RareCareModel(policy=str(path), **TINY).run()
    people = model.outcomes()["patients"]
    insured = people.filter(regex="paid_(critical|medical|special|commercial)").sum().sum()
    assert insured == 0.0
    assert len(model.outcomes()["months"])
