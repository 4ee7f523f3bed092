"""The policy editor's drafts: every lever offered, every mistake said, nothing lost in a file."""

import math
from functools import cache

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from abm.errors import UserError
from abm.policy import Policy, load_policy, policy_names
from abm.policy.paths import lever_index
from viz.editor import draft as levers
from viz.editor import files, first, search
from viz.i18n.idle import format_idle
from viz.i18n.levers import lever_within
from viz.i18n.texts import Texts
from viz.tabs.registry import TABS
from viz.view_state import PolicySpec, ViewState
from viz.worlds import served_world, world_named

START = "special-zone"
WORLD = served_world()
FIRST = WORLD.label(0)


@cache
def start() -> Policy:
    return load_policy(START)


@cache
def fields() -> dict[str, levers.LeverInput]:
    groups = levers.fields(start(), WORLD)
    return {field.path: field for group in groups.values() for field in group}


def same_levers(one: Policy, other: Policy) -> None:
    for month in sorted({*one.timeline.turns, *other.timeline.turns, 0, 60, 179}):
        assert one.levers_at(month) == other.levers_at(month)


def test_every_lever_is_offered_once():
    layers = {name for levers in start().timeline.written.values() for name in levers.benefits}
    expected = set()
    for path in lever_index():
        expected |= {path.replace("<layer>", name) for name in layers}
    assert set(fields()) == expected
    assert sum(map(len, levers.fields(start(), WORLD).values())) == len(expected)


def test_widgets_fit_what_the_schema_expects():
    kinds = {
        "testing.genetic_covered": "number", "network.referral": "choice",
        "zone.sectoral": "switch", "zone.provinces": "names",
        "benefits.zone-fund.brackets": "brackets",
        "benefits.zone-fund.diseases": "names", "benefits.zone-fund.start": "month",
        "benefits.zone-fund.payer_cap": "number", "access.months_to_listing": "number",
    }  # fmt: skip
    assert {path: fields()[path].kind for path in kinds} == kinds
    assert fields()["zone.outsiders"].choices == ("none", "move", "travel")
    assert "Jiangsu" in fields()["zone.provinces"].choices
    assert fields()["network.members"].choices == ("none", "2019", "2024")
    assert fields()["benefits.zone-fund.diseases"].whole == ("all", "catalogue")


def test_what_a_policy_has_is_shown_and_is_no_change():
    assert levers.value_of(start(), "zone.provinces")[0] == "Shandong"
    assert levers.value_of(start(), "zone.inside.network.slots") == 1.2
    assert levers.value_of(start(), "zone.inside.network.referral") is None
    assert levers.history(start(), "network.members") == [
        ("always", "none"), ("2019-02", "2019"), ("2024-03", "2024"),
    ]  # fmt: skip
    draft = levers.changed(start(), {}, "network.slots", 2.0, FIRST)
    assert draft == {"network.slots": 2.0}
    assert levers.changed(start(), draft, "network.slots", 1.0, FIRST) == {}


def test_a_value_that_comes_later_is_a_change_when_it_is_set_from_the_start():
    last = levers.value_of(start(), "network.members")
    assert levers.changed(start(), {}, "network.members", last, FIRST) == {}
    moved = levers.changed(start(), {}, "network.members", last, FIRST, FIRST)
    assert moved == {"network.members": last}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("zone.provinces", ["Shandong", "Shanghai", "Zhejiang", "Jiangsu", "Anhui"]),
        ("financing.surplus_share", 0.01),
        ("benefits.zone-fund.patient_cap", 50_000),
    ],
)
def test_another_value_does_not_move_a_date(path, value):
    (begins, before), (when, _) = levers.history(start(), path)[-2:]
    draft = levers.changed(start(), {}, path, value, FIRST)
    found = levers.sheet(start(), draft, WORLD)
    assert levers.history(found.policy, path)[-2:] == [(begins, before), (when, value)]
    assert {(one.path, one.when) for one in found.difference} == {(path, when)}
    assert levers.starts(start(), draft, path, FIRST) == when
    assert levers.changed(start(), draft, path, levers.value_of(start(), path), FIRST) == {}


def test_a_policy_that_begins_later_takes_what_is_set_with_it():
    zone = ["Anhui"]
    draft = levers.changed(start(), {}, "zone.provinces", zone, FIRST)
    draft = levers.changed(start(), draft, "network.slots", 2.0, FIRST)
    later = levers.begun(start(), draft, "2021-06", WORLD, FIRST)
    assert later == {"begins": "2021-06", "zone.provinces@2021-06": zone, "network.slots": 2.0}
    policy = levers.sheet(start(), later, WORLD).policy
    assert not policy.levers_at(28).zone.exists
    assert policy.levers_at(29).zone.provinces == ("Anhui",)
    assert levers.begun(start(), later, None, WORLD, FIRST) == draft


def test_a_month_that_is_none_is_told_beside_its_lever():
    draft = levers.changed(start(), {}, "network.slots", 2.0, FIRST, "soon")
    assert "not a month" in levers.sheet(start(), draft, WORLD).problems["network.slots"]
    begun = levers.begun(start(), {}, "soon", WORLD, FIRST)
    assert "not a month" in levers.sheet(start(), begun, WORLD).problems["begins"]


def test_a_draft_tells_its_difference_as_the_policy_does():
    draft = {"network.slots": 2.0, "zone.provinces": ["Gansu"]}
    found = levers.sheet(start(), draft, WORLD)
    assert found.difference == load_policy(START, draft).difference()
    assert levers.sheet(start(), {}, WORLD).difference == start().difference()


WRONG = {
    "a word for a number": ("network.slots", "lots", "number above 0"),
    "nothing": ("network.slots", "", "number above 0"),
    "too much": ("registry.compliance", 1.5, "from 0 to 1"),
    "not a number": ("network.slots", math.nan, "number above 0"),
    "a fraction of a month": ("access.months_to_listing", 2.5, "whole number"),
    "another choice": ("network.referral", "sometimes", "free"),
    "no month": ("benefits.zone-fund.start", "2021-13", "YYYY-MM"),
    "an unknown layer": ("benefits.nowhere.payer_cap", 3.0, ""),
    "falling brackets": ("benefits.zone-fund.brackets", [{"up_to": 5.0, "rate": 0.1},
                                                         {"up_to": 1.0, "rate": 0.2}], "rising"),
    "a word as rate": ("benefits.zone-fund.brackets", [{"up_to": 5.0, "rate": "x"}], ""),
    "no such province": ("zone.provinces", ["Jiangsoo"], "Jiangsu"),
    "no such lever": ("network.slot", 2.0, "network.slots"),
}  # fmt: skip


@pytest.mark.parametrize(("path", "value", "texts"), WRONG.values(), ids=WRONG.keys())
def test_a_mistake_is_told_beside_its_lever(path, value, texts):
    found = levers.sheet(start(), {"registry.patient_cohort": 0.1, path: value}, WORLD)
    assert found.policy is None
    told = found.problems.get(path, found.contradiction)
    assert texts in told
    assert "\n" not in told
    assert not told.startswith(("settings:", "policy "))
    assert "registry.patient_cohort" not in found.problems


def values(field: levers.LeverInput):
    """Return the values that a widget can give."""
    kinds = field.info.kinds
    match field.kind:
        case "switch":
            return st.booleans()
        case "choice":
            return st.sampled_from(field.choices)
        case "month":
            return st.sampled_from(["none", "2019-06", "2024-01"])
        case "brackets":
            limits = st.lists(st.integers(1, 10**6), max_size=3, unique=True).map(sorted)
            return st.builds(
                lambda ends, rate: [{"up_to": end, "rate": rate} for end in (*ends, math.inf)],
                limits, st.floats(0, 1),
            )  # fmt: skip
        case "names":
            some = st.sampled_from([name for name in field.choices if name not in field.whole])
            names = st.lists(some, min_size=1, max_size=4, unique=True)
            return names | st.sampled_from(field.whole) if field.whole else names
    whole = any(kind.get("type") == "integer" for kind in kinds)
    low = max(kind.get("minimum", kind.get("exclusiveMinimum", 0)) for kind in kinds)
    high = min(kind.get("maximum", 1000) for kind in kinds)
    number = st.integers(int(low), int(high)) if whole else st.floats(low, high)
    text = number.map(repr).map(levers.number_of)
    infinite = any("inf" in kind.get("enum", [kind.get("const")]) for kind in kinds)
    return text | st.just(math.inf) if infinite else text


@st.composite
def drafts(draw):
    chosen = draw(st.lists(st.sampled_from(sorted(fields())), min_size=1, max_size=5, unique=True))
    draft = {}
    for path in chosen:
        when = draw(st.sampled_from([None, FIRST, "2021-06"]))
        draft = levers.changed(start(), draft, path, draw(values(fields()[path])), FIRST, when)
    return draft


@pytest.mark.slow
@given(drafts())
def test_a_file_and_a_link_hold_the_same_levers(tmp_path_factory, draft):
    found = levers.sheet(start(), draft, WORLD)
    assume(found.policy is not None)
    text = files.to_file(found.policy, "mine", "Mine: “quoted” \\ 罕见病")
    file = tmp_path_factory.mktemp("policies") / "mine.toml"
    file.write_text(text, encoding="utf-8")
    loaded = load_policy(str(file))
    assert loaded.name == "mine"
    same_levers(loaded, found.policy)
    side = files.spec_of(START, draft)
    view, complaints = ViewState.from_query(ViewState(b=side).to_query(), TABS)
    assert complaints == []
    sides = {view.b}
    if draft:
        sides.add(files.from_file(text, "mine.toml", WORLD))
    for side in sides:  # mostly one, as a link and a file write alike
        assert side.policy == START
        same_levers(side.load(WORLD), found.policy)


@given(st.sampled_from(sorted(fields())).flatmap(lambda path: st.tuples(
    st.just(path), values(fields()[path]))))  # fmt: skip
def test_what_a_widget_gives_is_right_by_itself(twins):
    path, value = twins
    assume(value != 0.0 or path != "network.slots")
    assume(not (path.endswith("network.slots") and value <= 0))
    assert levers.problem(path, value) == ""


@pytest.mark.parametrize("name", policy_names())
def test_a_policy_without_changes_is_saved_whole(name, tmp_path):
    policy = load_policy(name)
    file = tmp_path / "copy.toml"
    file.write_text(files.to_file(policy, "copy", "Copy"), encoding="utf-8")
    same_levers(load_policy(str(file)), policy)


@pytest.mark.parametrize("text", ["1.50", " 2 ", "1,000", "1e3", "inf", "-3"])
def test_numbers_are_read_as_people_write_them(text):
    assert levers.number_of(text) == float(text.replace(",", ""))


@pytest.mark.parametrize("text", ["", "abc", "1.2.3", "--1", "0x10"])
def test_what_is_no_number_stays_as_it_was_typed(text):
    assert levers.number_of(text) == text


CHANGE = '[[changes]]\nfrom = "{when}"\nsource = "assumption: a test"\n'
HEAD = 'name = "mine"\ntitle = "Mine"\nsummary = "x"\n'


def changing(parent, when, levers):
    return f'{HEAD}extends = "{parent}"\n{CHANGE.format(when=when)}{levers}\n'


def test_a_file_keeps_the_months_of_its_changes():
    text = changing("special-zone", "2024-01", "[changes.set.network]\nslots = 2.0")
    assert files.from_file(text, "mine", WORLD).values() == {"network.slots@2024-01": 2.0}


REFUSED = {
    "no TOML": ("= 3", "not valid TOML"),
    "nothing": ("", "name"),
    "no parent": (HEAD, "extends"),
    "a file as parent": (HEAD + 'extends = "/etc/hosts.toml"\n', "shipped policy"),
    "a file beside": (HEAD + 'extends = "../other.toml"\n', "shipped policy"),
    "an unknown parent": (HEAD + 'extends = "special-zoen"\n', "'special-zone'"),
    "a change before the scenario": (
        changing("special-zone", "2018-01", "[changes.set.network]\nslots = 2.0"), "2019-01",
    ),
    "an unknown lever": (
        changing("special-zone", "2019-01", "[changes.set.network]\nslot = 2.0"), "network.slots",
    ),
    "a contradiction": (
        changing("as-happened", "2019-01", '[changes.set.network]\nmembers = "none"'), "network",
    ),
    "a wrong place": (
        changing("special-zone", "2019-01", '[changes.set.zone]\nprovinces = ["Atlantis"]'),
        "Atlantis",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "texts"), REFUSED.values(), ids=REFUSED.keys())
def test_a_file_that_cannot_be_held_is_refused_in_one_line(text, texts):
    with pytest.raises(UserError) as error:
        files.from_file(text, "mine.toml", WORLD)
    assert texts in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["", "Mine", "-x", "a b", "a/b", "../x", "名"])
def test_a_name_that_is_none_is_refused(name):
    with pytest.raises(UserError, match="small letters"):
        files.to_file(start(), name, "Mine")


def search_for(query: str, language: str = "en") -> list[str]:
    values = {path: levers.value_of(start(), path) for path in fields()}
    groups = levers.fields(start(), WORLD)
    own = levers.own_layers(start())
    return [one.path for one in search.found(groups, query, values, own, Texts(language))]


def test_a_search_looks_at_names_and_descriptions():
    found = {"testing.genetic_covered", "zone.inside.testing.genetic_covered"}
    assert set(search_for("genetic TEST")) == found
    assert set(search_for("")) == set(fields())
    assert search_for("xyzzy") == []


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("query", ["reimbursement rate", "90", "90%", "paid back", "报销比例"])
def test_what_people_call_a_rate_finds_the_policys_own(query, language):
    assert search_for(query, language)[0] == "benefits.zone-fund.brackets"


def test_a_group_that_is_searched_by_its_name_comes_first():
    found = search_for("zone")
    own = [path for path in fields() if path.startswith("zone.")]
    assert found[: len(own)] == own
    assert found[0] == "zone.provinces"


def of_world(name: str, policy: str) -> list[first.First]:
    world = world_named(name)
    found = load_policy(policy, world=world)
    groups = levers.fields(found, world)
    by_path = {one.path: one for group in groups.values() for one in group}
    return first.first_levers(found, found, by_path, world)


def test_the_ten_levers_of_a_zone_all_act():
    found = of_world("china", START)
    assert len(found) == len(first.rows()) == 10
    assert [one.path for one in found if one.idle] == []
    assert "benefits.zone-fund.brackets" in {one.path for one in found}
    assert "zone.inside.registry.compliance" in {one.path for one in found}


@pytest.mark.parametrize("world", ["china", "island"])
def test_every_policy_of_every_world_has_its_first_levers(world):
    for policy in policy_names(world_named(world)):
        found = of_world(world, policy)
        assert len(found) >= 9
        assert [one.path for one in found if one.path.startswith("zone.inside.") and one.idle] == []


@pytest.mark.parametrize("slide", [slide for _, slide in first.rows() if slide])
def test_a_slider_reaches_what_its_lever_is(slide):
    assert slide.low < slide.high
    for value in (slide.low, slide.high, 7.0 * slide.high):
        reached = first.reach(slide, value)
        assert reached.low <= value <= reached.high
    assert first.reach(slide, math.inf) == slide


def test_a_side_is_the_same_however_the_draft_was_made():
    draft = {"network.slots": 2.0, "network.members": "2019"}
    back = dict(reversed(draft.items()))
    assert files.spec_of(START, draft) == files.spec_of(START, back)
    assert files.spec_of(START, draft).values() == draft
    assert files.spec_of(START, {}) == PolicySpec(START)


def test_a_lever_that_cannot_act_is_named():
    """Months to listing do nothing while drugs are listed as recorded."""
    found = levers.sheet(load_policy("as-happened"), {"access.months_to_listing": 6}, WORLD)
    assert found.policy is not None
    assert [idle.path for idle in found.idle] == ["access.months_to_listing"]
    assert found.policy.idle(WORLD) == [str(idle) for idle in found.idle]


def test_a_city_of_a_province_that_is_in_the_zone_is_named_in_both_languages():
    draft = {"zone.provinces": ["Jiangsu"], "zone.cities": ["Nanjing", "Chengdu"],
             "zone.inside.network.slots": 2.0}  # fmt: skip
    (idle,) = levers.sheet(load_policy("as-happened"), draft, WORLD).idle
    assert (idle.path, idle.parts) == ("zone.cities", ("Nanjing",))
    for language, name in (("en", "Nanjing"), ("zh", "南京")):
        texts = Texts(language)
        assert name in format_idle(idle, texts)
        assert lever_within("zone.cities", texts) in format_idle(idle, texts)
