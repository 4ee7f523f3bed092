"""What a link restores, and what it must not do."""

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abm import UserError, policy_names
from abm.world import world_names
from tests.support.same import assert_same
from tests.support.worlds import copy_of
from viz.tabs.registry import TABS
from viz.twin_models import Twins
from viz.view_state import LARGEST_SCALE, PolicySpec, ViewState, read_scale
from viz.worlds import serve_world, served_world, world_named

TINY = ViewState(scale=0.002, years=2)

edits = st.sampled_from([
    (), (("network.slots", "1.5"),), (("network.referral", '"free"'),),
    (("financing.surplus_share", "0.002"), ("testing.genetic_covered", "1.0")),
    (("network.slots@2021-06", "1.5"),),
])  # fmt: skip


@st.composite
def views(draw):
    world = world_named(draw(st.sampled_from(world_names())))
    names = st.sampled_from(policy_names(world))
    years = draw(st.integers(1, 40))
    return ViewState(
        a=PolicySpec(draw(names), draw(edits)), b=PolicySpec(draw(names), draw(edits)),
        c=draw(st.none() | st.builds(PolicySpec, names, edits)),
        d=draw(st.none() | st.builds(PolicySpec, names, edits)),
        scale=draw(st.sampled_from([0.001, 0.01, 0.0123, 0.2])), years=years,
        seed=draw(st.integers(0, 2**53)), month=draw(st.integers(0, 12 * years)),
        province=draw(st.sampled_from(["", *world.provinces["province"]])),
        tab=draw(st.sampled_from(list(TABS))), language=draw(st.sampled_from(["en", "zh"])),
        patient=draw(st.none() | st.integers(0, 10**6)),
        disease=draw(st.sampled_from(["", *world.diseases["disease"]])), world=world,
    )  # fmt: skip


@pytest.mark.slow
@settings(max_examples=40)
@given(views())
def test_a_link_restores_every_choice(view):
    assert ViewState.from_query("?" + view.to_query(), TABS) == (view, [])


@pytest.mark.slow
@settings(max_examples=200)
@given(st.text() | st.lists(st.tuples(
    st.sampled_from(["world", "a", "b", "c", "c.network.slots", "scale", "years", "seed", "month",
                     "province", "tab",
                     "language", "patient", "disease", "a.network.slots", "b.zork",
                     "a.benefits", "q"]),
    st.text(),
)).map(lambda pairs: "&".join(f"{key}={value}" for key, value in pairs)))  # fmt: skip
def test_no_link_is_ever_more_than_a_complaint(query):
    view, complaints = ViewState.from_query(query, TABS)
    assert all("\n" not in line for line in complaints)
    assert ViewState.from_query(view.to_query(), TABS) == (view, [])


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("a=special-zne", "did you mean 'special-zone'"),
        ("world=iland", "did you mean 'island'"),
        ("world=/etc", "unknown world '/etc'"),
        ("scale=-1", "Scale '-1'"),
        ("scale=nan", "Scale 'nan'"),
        ("scale=1", f"to {LARGEST_SCALE}"),
        ("years=0", "Horizon (years) '0'"),
        ("years=15.5", "whole number from 1 to 40"),
        ("seed=-3", "Seed '-3'"),
        ("seed=99999999999999999999", "Seed '99999999999999999999'"),
        ("years=1&month=13", "from 0 to 12"),
        ("province=Jiangso", "did you mean 'Jiangsu'"),
        ("tab=equities", "did you mean 'equity'"),
        ("language=de", "unknown language"),
        ("patient=-1", "atient '-1'"),
        ("b.network.slots=-1", "network.slots"),
        ("b.network.slts=1", "did you mean"),
        ("language=zh&seed=x", "应为"),
    ],
)
def test_what_is_wrong_is_told_and_left_at_its_default(query, said):
    view, complaints = ViewState.from_query(query, TABS)
    (line,) = complaints
    assert said in line
    assert replace(view, language="en", years=15) == ViewState()


def test_a_link_opens_no_file(tmp_path):
    policy = tmp_path / "mine.toml"
    policy.write_text('name = "mine"\ntitle = "t"\nsummary = "s"\nextends = "special-zone"\n')
    for name in (str(policy), f"special-zone+{policy}", "../special-zone.toml"):
        with pytest.raises(UserError, match="unknown policy"):
            PolicySpec(name).load(served_world())


def test_a_scale_that_no_page_could_live_is_refused_with_the_reason():
    with pytest.raises(UserError, match="rarecare compare"):
        read_scale("1.0", ViewState())


def test_settings_are_levers_as_json():
    side = PolicySpec(
        "special-zone", (("zone.provinces", '["Gansu"]'), ("network.referral", "free"))
    )
    levers = side.load(served_world()).levers_at(30)
    assert list(levers.zone.provinces) == ["Gansu"]
    assert levers.network.referral == "free"


def test_a_link_names_its_world_unless_it_is_the_usual_one():
    assert "world" not in ViewState().to_query()
    island = ViewState.of(world_named("island"))
    assert island.to_query() == "world=island&a=uniform&b=zone"
    assert ViewState.from_query("world=island", TABS) == (island, [])
    view, complaints = ViewState.from_query("world=island&province=Leeward&a=special-zone", TABS)
    assert view == replace(island, province="Leeward")
    assert complaints == ["unknown policy 'special-zone'; did you mean 'zone'?"]


def test_a_world_of_ones_own_is_shown_where_it_is_served(tmp_path):
    folder = copy_of("island", tmp_path / "hilly")
    with pytest.raises(UserError, match="unknown world"):
        world_named("hilly")
    try:
        hilly = serve_world(str(folder))
        assert ViewState() == ViewState.of(hilly) == ViewState.from_query("", TABS)[0]
        assert ViewState.from_query(ViewState().to_query(), TABS) == (ViewState(), [])
        assert f"RareCareModel(world={str(folder)!r}, policy='uniform'" in ViewState().python()
        assert ViewState.from_query("world=china", TABS)[0].world is world_named("china")
    finally:
        serve_world("china")
    assert ViewState.from_query("world=hilly", TABS)[0].world is world_named("china")


EDITED = PolicySpec("special-zone", (("network.slots", "1.5"), ("zone.provinces", '["Gansu"]')))


@pytest.mark.slow
@pytest.mark.parametrize("b", [PolicySpec("special-zone"), EDITED])
def test_the_python_lines_make_what_is_on_the_screen(b):
    view = replace(TINY, b=b, month=5, province="Jiangsu")
    twins = Twins.build(view)
    for _ in range(view.month):
        twins.step()
    made = {}
    exec(view.python(), made)
    assert_same(made["tables_a"], twins.a.outcomes())
    assert_same(made["tables_b"], twins.b.outcomes())
    there = twins.b.outcomes()["patients"].query("province == 'Jiangsu'")
    pd.testing.assert_frame_equal(made["patients_b"], there)
    twins.close()
