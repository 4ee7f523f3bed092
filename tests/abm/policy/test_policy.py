"""Laws of policies: dating, extending, combining, writing, telling."""

import json
import math
import pickle
import re
import tomllib

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from abm.calendar import month_of
from abm.errors import UserError
from abm.policy import Policy, load_policy, policy_names, policy_schema
from abm.policy.files import FROM_THE_START
from abm.policy.paths import lever_index
from abm.world import policy_files, world_folder
from tests.abm.policy.test_comparators import COMPARATORS
from tests.support.policy_texts import change, write

NAMES = policy_names()
MONTHS = st.integers(-1000, 400)


def same_levers(one, other):
    months = sorted({FROM_THE_START, *one.timeline.turns, *other.timeline.turns})
    return all(one.levers_at(month) == other.levers_at(month) for month in months)


# ---- shipped policies ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_shipped_policy_is_complete(name):
    policy = load_policy(name)
    assert policy.name == name
    assert policy.title
    assert policy.summary
    own = [trigger for name, _, trigger in policy.triggers if name == policy.name]
    assert policy.changes or own
    for item in (*policy.changes, *own):
        tagged = re.search(r"\[(SEEN|KNOWN|GUESS|CALC)", item.source)
        assert (
            tagged or item.source.startswith("assumption") or "as in the drug table" in item.source
        )
    assert policy.difference() or own


@pytest.mark.parametrize("name", NAMES)
def test_shipped_policy_changes_something_from_its_parent_from_2019_only(name):
    policy = load_policy(name)
    if policy.parent is None:
        return
    parent = load_policy(policy.parent)
    assert not same_levers(policy, parent) or policy.triggers != parent.triggers
    for month in [m for m in policy.timeline.turns if m < 0]:
        assert policy.levers_at(month) == parent.levers_at(month)


def test_record_holds_the_documented_dates():
    happened = load_policy("as-happened")

    def at(text):
        return happened.levers_at(month_of(text))

    assert at("2018-04").definition.catalogue == "none"
    assert at("2018-05").definition.catalogue == "first"
    assert at("2023-09").definition.catalogue == "second"
    assert at("2019-01").network.members == "none"
    assert at("2019-02").network.members == "2019"
    assert at("2024-02").network.members == "2019"
    assert at("2024-03").network.members == "2024"
    assert at("2019-10").registry.reporting == "voluntary"
    assert at("2019-11").registry.reporting == "network"


def test_special_zone_is_the_national_rules_elsewhere():
    zone, national = (load_policy(n).levers_at(24) for n in ("special-zone", "uniform-national"))
    assert zone.network == national.network
    assert zone.inside().network.slots == 1.2
    assert zone.inside().network.members == national.network.members
    assert [n for n, _ in zone.layers if n not in dict(national.layers)] == ["zone-fund"]
    assert national.inside() is national


def test_layers_come_in_their_order():
    layers = load_policy("as-happened").levers_at(30).layers
    assert [layer.order for _, layer in layers] == sorted(layer.order for _, layer in layers)
    assert all(layer.active for _, layer in layers)


# ---- dates --------------------------------------------------------------------------------------


@pytest.mark.slow
@given(st.sampled_from(NAMES), MONTHS)
def test_levers_change_in_change_months_only(name, month):
    policy = load_policy(name)
    changed = policy.levers_at(month) != policy.levers_at(month - 1)
    assert changed == (month in policy.change_months())


def test_child_wins_over_later_changes_of_its_parent(tmp_path):
    path = write(tmp_path, "old", change("2022-01", 'network.members = "2019"'), "as-happened")
    policy = load_policy(path)
    assert policy.levers_at(month_of("2021-12")).network.members == "2019"
    assert policy.levers_at(month_of("2024-03")).network.members == "2019"
    assert load_policy("as-happened").levers_at(month_of("2024-03")).network.members == "2024"


def test_layer_is_set_value_by_value():
    policy = load_policy("as-happened", {"benefits.basic-resident.payer_cap": 1})
    old = load_policy("as-happened").levers_at(0).benefits["basic-resident"]
    new = policy.levers_at(0).benefits["basic-resident"]
    assert new == old.model_copy(update={"payer_cap": 1.0})
    assert policy.levers_at(-1) == load_policy("as-happened").levers_at(-1)


def test_layer_pays_from_its_start_until_before_its_end():
    policy = load_policy("as-happened")

    def pays(month, name):
        return name in dict(policy.levers_at(month_of(month)).layers)

    assert [pays(m, "zhejiang-2016") for m in ("2015-12", "2016-01", "2019-12", "2020-01")] == [
        False, True, True, False,
    ]  # fmt: skip
    assert [pays(m, "zhejiang-2020") for m in ("2019-12", "2020-01")] == [False, True]


def test_benefit_list_rule_freezes_phases_out_and_stops_local_schemes_only():
    happened = load_policy("as-happened")

    def layer(policy, month, name="shanghai-2011"):
        return dict(policy.levers_at(month_of(month)).layers).get(name)

    full = layer(happened, "2023-12").brackets[0].rate
    assert full == 0.928
    rates = [layer(happened, month).brackets[0].rate for month in ("2024-01", "2025-01")]
    assert rates == pytest.approx([full * 2 / 3, full / 3])
    assert layer(happened, "2026-01") is None
    kept = layer(happened, "2026-01", "zhejiang-2020")
    assert kept.patient_cap == 100_000
    assert kept.brackets == layer(happened, "2020-01", "zhejiang-2020").brackets
    faded = load_policy("as-happened", {"benefits.zhejiang-2020.kept": False})
    assert layer(faded, "2024-01", "zhejiang-2020").patient_cap == pytest.approx(150_000)
    slower = load_policy("as-happened", {"local_schemes.phase_out_years": 5})
    rates = [layer(slower, f"{year}-01").brackets[0].rate for year in range(2024, 2028)]
    assert rates == pytest.approx([full * part / 5 for part in (4, 3, 2, 1)])
    assert layer(slower, "2028-01") is None
    early = load_policy("as-happened", {"local_schemes.state": "frozen"})
    assert layer(early, "2019-06") is not None
    assert layer(early, "2019-06", "shanxi-2019") is None
    assert layer(early, "2022-01", "jiangsu-2021") is None
    stopped = load_policy("as-happened", {"local_schemes.state": "stopped"})
    assert not [name for name, found in stopped.levers_at(0).layers if found.local]
    assert layer(stopped, "2019-01", "basic-resident") == layer(
        happened, "2019-01", "basic-resident"
    )


# ---- settings -----------------------------------------------------------------------------------

FLAT = {p: i for p, i in lever_index().items() if "<layer>" not in p}
SHARES = [
    p for p, i in FLAT.items() if i.expected == "a number from 0 to 1" and ".inside." not in p
]


@pytest.mark.slow
@given(st.sampled_from(SHARES), st.floats(0, 1), st.sampled_from([float, repr]))
def test_settings_hold_from_2019_whether_numbers_or_text(path, value, written):
    policy = load_policy("as-happened", {path: written(value)})
    for month in (0, 300):
        found = policy.levers_at(month)
        for name in path.split("."):
            found = getattr(found, name)
        assert found == value
    assert policy.levers_at(-1) == load_policy("as-happened").levers_at(-1)


@pytest.mark.parametrize(
    ("path", "text", "value"),
    [
        ("network.members", "2024", "2024"),
        ("charity.donation_programmes", "False", False),
        ("zone.provinces", "Gansu, Guizhou", ("Gansu", "Guizhou")),
        ("zone.provinces", '["Gansu"]', ("Gansu",)),
        ("benefits.zone-fund.where", "all", "all"),
        ("benefits.zone-fund.where", '"Shandong 2"', ("Shandong 2",)),
        ("benefits.zone-fund.patient_cap", "inf", math.inf),
        ("benefits.zone-fund.end", "2030-01", "2030-01"),
        ("zone.inside.network.slots", "2", 2),
    ],
)
def test_text_becomes_the_type_of_the_lever(path, text, value):
    policy = load_policy("special-zone", {path: text})
    found = policy.levers_at(60)
    for name in path.split("."):
        found = found[name] if isinstance(found, dict) else getattr(found, name)
    assert found == value


def test_settings_of_what_begins_later_wait_for_it():
    policy = load_policy("special-zone", {"benefits.zone-fund.patient_cap": 50_000})
    assert "zone-fund" not in policy.levers_at(0).benefits
    assert policy.levers_at(12).benefits["zone-fund"].patient_cap == 50_000
    assert load_policy("special-zone", {"zone.outsiders": "travel"}).levers_at(12).zone.exists


# ---- combining ----------------------------------------------------------------------------------


@given(st.sampled_from(NAMES))
def test_policy_combined_with_itself_or_its_parent_is_itself(name):
    policy = load_policy(name)
    assert load_policy(f"{name}+{name}") == policy
    for sum_of_both in (f"{policy.parent}+{name}", f"{name}+{policy.parent}"):
        if name in COMPARATORS:  # they replace what their parent pays by
            with pytest.raises(UserError, match=f"{name!r} and .* contradict each other"):
                load_policy(sum_of_both)
        elif policy.parent:
            assert load_policy(sum_of_both) == policy


@pytest.mark.slow
@given(st.sampled_from(NAMES), st.sampled_from(NAMES))
def test_combining_commutes_or_is_refused_both_ways(one, other):
    try:
        there = load_policy(f"{one}+{other}")
    except UserError:
        with pytest.raises(
            UserError, match=r"contradict each other|but network\.members is 'none'"
        ):
            load_policy(f"{other}+{one}")
    else:
        assert same_levers(there, load_policy(f"{other}+{one}"))


def test_combination_has_the_changes_of_both():
    both = load_policy("special-zone+claims-screening+newborn-screening").levers_at(12)
    assert both.zone.exists
    assert both.registry.claims_screening == 0.1
    assert both.testing.newborn_panel == "possible"
    assert load_policy("special-zone+claims-screening").parent == "uniform-national"


# ---- files --------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_written_file_reads_as_the_same_policy(name, tmp_path):
    policy = load_policy(name)
    path = tmp_path / "copy.toml"
    for whole in (False, True):
        path.write_text(policy.to_toml(whole=whole), encoding="utf-8")
        copy = load_policy(path)
        assert same_levers(copy, policy)
        assert (copy.name, copy.title, copy.summary) == (name, policy.title, policy.summary)
        assert whole or (copy.changes, copy.parent) == (policy.changes, policy.parent)


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("name", ["special-zone", "special-zone+claims-screening"])
def test_policy_with_settings_can_be_written(name, whole, tmp_path):
    policy = load_policy(name, {"network.slots": 1.5}).with_settings({"network.remote": "0.5"})
    path = tmp_path / "mine.toml"
    path.write_text(policy.to_toml(whole=whole), encoding="utf-8")
    assert same_levers(load_policy(path), policy)
    assert load_policy(path).levers_at(0).network.slots == 1.5


TEXT = st.text(st.characters(exclude_categories=[]))
"""Of any characters; halves of pairs, which no file can hold, are taken out below."""
MEMBERS = st.lists(TEXT, max_size=3, unique_by=lambda name: name.encode("utf-8", "ignore"))


@pytest.mark.slow
@given(title=TEXT, number=st.floats(0, 1e9), members=MEMBERS)
def test_any_text_and_number_survives_writing(island, title, number, members):
    title = title.encode("utf-8", "ignore").decode()
    members = [name.encode("utf-8", "ignore").decode() for name in members]
    policy = load_policy("zone", world=island).with_settings(
        {"zone.cities": members, "financing.fiscal": number}
    )
    policy = Policy("x", title, title, policy.stack)
    table = tomllib.loads(policy.to_toml(whole=True))
    assert table["title"] == title
    last = next(c for c in table["changes"] if c["source"] == "assumption: set by the user")
    assert last["set"] == {"zone": {"cities": members}, "financing": {"fiscal": number}}


def test_extending_a_file_a_combination_and_a_path(tmp_path):
    write(tmp_path, "below", change("2020-01", "network.slots = 2"), "as-happened")
    above = write(tmp_path, "above", change("2021-01", "network.remote = 0.3"), "below.toml")
    levers = load_policy(above).levers_at(month_of("2021-01"))
    assert (levers.network.slots, levers.network.remote) == (2, 0.3)
    mixed = write(tmp_path, "mixed", "", "special-zone+claims-screening")
    assert same_levers(load_policy(mixed), load_policy("special-zone+claims-screening"))


# ---- worlds, schema, hashing --------------------------------------------------------------------


@pytest.mark.slow
def test_shipped_policies_fit_the_shipped_world(world):
    """They name only what it has, and no bill meets too many of their layers."""
    for name in NAMES:
        load_policy(name, world=world)


def test_schema_describes_every_lever():
    schema = policy_schema()
    json.dumps(schema, allow_nan=False)
    assert schema["required"] == ["name", "title"]
    for info in lever_index().values():
        assert {"description", "unit", "default"} <= info.schema.keys()
        assert info.unit in info.description


def test_shipped_files_fit_the_schema():
    validator = jsonschema.Draft202012Validator(policy_schema())
    for path in policy_files(world_folder("china")).values():
        table = json.loads(
            json.dumps(tomllib.loads(path.read_text(encoding="utf-8"))).replace("Infinity", '"inf"')
        )
        assert not list(validator.iter_errors(table))
    table["changes"][0]["set"] = {"network": {"slots": -1}}
    assert list(validator.iter_errors(table))


def test_canonical_form_tells_levers_apart_and_ignores_texts():
    one, other = load_policy("special-zone"), load_policy("special-zone-national")
    text = json.dumps(one.canonical(), allow_nan=False)
    assert text != json.dumps(other.canonical())
    renamed = Policy("x", "y", "z", one.stack)
    assert json.dumps(renamed.canonical()) == text
    slots = [load_policy("special-zone", {"network.slots": s}).canonical() for s in (1.5, 1.6)]
    assert slots[0] != slots[1]


def test_policy_survives_pickling_and_cannot_be_changed():
    policy = load_policy("special-zone+claims-screening", {"network.slots": 2})
    policy.levers_at(0)
    copy = pickle.loads(pickle.dumps(policy))
    assert copy == policy
    assert same_levers(copy, policy)
    with pytest.raises(AttributeError):
        policy.name = "other"
    with pytest.raises(ValueError, match="frozen"):
        policy.levers_at(0).network.slots = 3


# ---- words --------------------------------------------------------------------------------------


@given(st.sampled_from(NAMES))
def test_policy_does_not_differ_from_itself(name):
    assert load_policy(name).difference(load_policy(name)) == []


def test_difference_names_lever_values_month_and_source():
    lines = list(map(str, load_policy("special-zone").difference()))
    assert any(
        line.startswith("from 2020-01: zone.inside.network.slots: as outside -> 1.2 [")
        and "assumption" in line
        for line in lines
    )
    assert sum("benefits.zone-fund" in line for line in lines) == 1
    record = map(str, load_policy("as-happened").difference())
    assert any(line.startswith("from 2024-03: network.members: 2019 -> 2024 [") for line in record)


def test_layers_are_told_in_the_order_of_the_policy():
    policy = load_policy("as-happened")
    always = [one.path for one in policy.difference() if one.month == FROM_THE_START]
    told = [path for path in always if path.startswith("benefits.")]
    assert told == [
        f"benefits.{name}" for name in policy.timeline.written_at(FROM_THE_START).benefits
    ]


def test_difference_tells_when_policies_agree_again(tmp_path):
    path = write(tmp_path, "early", change("2020-01", 'network.members = "2024"'), "as-happened")
    lines = list(map(str, load_policy(path).difference()))
    assert lines[0].startswith("from 2020-01: network.members: 2019 -> 2024")
    assert lines[1] == "from 2024-03: network.members: no longer differs"
