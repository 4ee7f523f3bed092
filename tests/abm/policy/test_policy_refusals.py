"""What policies refuse, and in which words."""

from dataclasses import replace

import pandas as pd
import pytest

from abm.calendar import month_of
from abm.errors import UserError
from abm.policy import load_policy
from abm.world import load_world
from tests.support.policy_texts import change, write


def refused(pattern, *args, **kwargs):
    """Assert that load_policy refuses, in one line that matches."""
    with pytest.raises(UserError, match=pattern) as caught:
        load_policy(*args, **kwargs)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"network.slotz": 1}, r"unknown lever 'network\.slotz'; did you mean 'network\.slots'\?"),
        ({"slots": 1}, r"did you mean '(zone\.inside\.)?network\.slots'"),
        (
            {"benefits.basic-resident.payer_cp": 1},
            r"did you mean 'benefits.basic-resident.payer_cap",
        ),
        (
            {"benefits.basic-residnt.payer_cap": 1},
            r"unknown layer 'basic-residnt'; did you mean 'basic-resident'",
        ),
        ({"network": 1}, r"network is a group; set one of its levers: members"),
        ({"network.slots": "many"}, r"network\.slots: expected a number above 0.*got 'many'"),
        ({"network.slots": 0}, r"network\.slots: expected a number above 0.*got 0"),
        ({"network.remote": 1.2}, r"network\.remote: expected a number from 0 to 1, got 1\.2"),
        (
            {"network.members": 2020},
            r"network\.members: expected a name, got 2020",
        ),
        ({"charity.donation_programmes": "maybe"}, r"expected true or false, got 'maybe'"),
        ({"access.months_to_listing": 1.5}, r"expected a whole number from 0 to 600, got 1\.5"),
        ({"benefits.basic-resident.start": "2020"}, r"start: expected a month YYYY-MM.*got '2020'"),
        (
            {"benefits.basic-resident.brackets": "[{up_to=5,rate=0.1},{up_to=4,rate=0.2}]"},
            r"brackets: expected a rising list.*brackets must rise",
        ),
        (
            {"benefits.basic-resident.deductible": "inf"},
            r"deductible: expected a number of at least 0",
        ),
        ({"institution.form": "decree"}, r"expected one of 'notices', 'law', got 'decree'"),
        ({"zone.outsiders": "travel"}, r"zone\.outsiders is 'travel', but there is no zone"),
        ({"access.ahead_of_approval": 6}, r"ahead_of_approval is 6, but there is no zone"),
        ({"zone.inside.network.slots": 2}, r"zone\.inside is set, but there is no zone"),
        ({"financing.pooling.special_fund": "zone"}, r"'zone', but there is no zone"),
        ({"benefits.basic-resident.where": "zone"}, r"where is 'zone', but there is no zone"),
        (
            {"zone.sectoral": True, "zone.provinces": "Gansu"},
            r"zone\.sectoral is true, so the zone has no places",
        ),
        ({"zone.sectoral": True, "zone.outsiders": "travel"}, r"nobody is outside"),
        ({"financing.per_head_levy": 0}, r"paid by the special fund, which has no source of money"),
        ({"definition.catalogue": "none"}, r"'catalogue', but definition\.catalogue is 'none'"),
        (
            {"network.members": "none"},
            r"network\.referral is 'two-way', but network\.members is 'none'",
        ),
        (
            {"network.members": "none", "network.referral": "free"},
            r"registry\.reporting is 'network', but network\.members is 'none'",
        ),
        (
            {"benefits.basic-resident.start": "2022-01", "benefits.basic-resident.end": "2021-01"},
            r"start is 2022-01, which is not before its end 2021-01",
        ),
        (
            {"benefits.basic-resident.cost_above": 5, "benefits.basic-resident.cost_below": 5},
            r"cost_above is 5, not below its cost_below 5",
        ),
        ({"benefits.basic-resident.drug": "unlisted"}, r"use 'all_oop'"),
    ],
)
def test_wrong_settings_are_refused(settings, message):
    refused(message, "as-happened", settings)


def test_contradicting_policies_are_named_with_the_lever(tmp_path):
    refused(
        r"'special-zone' and 'surplus-share' contradict each other: "
        r"financing\.pooling\.special_fund is 'zone' in the one and 'nation' in the other",
        "special-zone+surplus-share",
    )
    one = write(tmp_path, "one", change("2020-01", "network.slots = 2"), "as-happened")
    two = write(tmp_path, "two", change("2025-01", "network.slots = 3"), "as-happened")
    refused(r"'one' and 'two' contradict each other: network\.slots is 2", f"{one}+{two}")
    alone = write(tmp_path, "alone", change("always", "network.slots = 1"))
    refused("extend nothing in common", f"{alone}+special-zone")


BOTH = "special-zone+maternity-levy"
CURE = {"financing.pooling.special_fund": "nation", "benefits.zone-fund.beside": "otherwise"}
DECIDED = "\n".join(f'{path} = "{value}"' for path, value in CURE.items())


def test_what_is_set_on_top_of_a_sum_decides_where_its_policies_contradict_each_other(tmp_path):
    text = ";".join(f"{path}={value}" for path, value in CURE.items())
    given = load_policy(BOTH, CURE), load_policy(f"{BOTH}:{text}")
    for policy in given:
        levers = policy.levers_at(24)
        assert levers.financing.pooling.special_fund == "nation"
        assert levers.financing.maternity_levy > 0.0
        assert levers.zone.provinces
        assert load_policy(policy) == policy
    assert given[0] == given[1]
    file = write(tmp_path, "mine", change("2020-01", DECIDED), BOTH)
    assert load_policy(file).levers_at(24).financing.pooling.special_fund == "nation"


def test_what_contradicts_before_a_decision_is_refused(tmp_path):
    late = write(tmp_path, "late", change("2022-01", DECIDED), BOTH)
    refused("contradict each other", late)


def test_all_that_has_to_be_decided_is_asked_for_at_once():
    refused(
        r"as in 'special-zone\+surplus-share:financing\.pooling\.special_fund=zone;"
        r"financing\.surplus_from=inside'",
        "special-zone+surplus-share",
    )


def test_a_third_policy_does_not_decide_between_two():
    refused("'special-zone' and 'maternity-levy' contradict", f"{BOTH}+national-pooling")


GOOD = change("2020-01", "network.slots = 2")


@pytest.mark.parametrize(
    ("body", "extends", "message"),
    [
        (
            change("2018-12", "network.slots = 2"),
            "as-happened",
            r"change from 2018-12.*2019-01 on only",
        ),
        (change("always", "network.slots = 2"), "as-happened", r"change from always.*history"),
        (GOOD, "special-zon", r"unknown policy 'special-zon'; did you mean 'special-zone"),
        (GOOD, "missing.toml", r"missing\.toml: no such file"),
        (GOOD, "mine.toml", r"in a circle: mine\.toml extends mine\.toml"),
        (
            GOOD.replace('source = "assumption: a test"', ""),
            "as-happened",
            r"source: expected citation.*missing",
        ),
        (GOOD.replace("assumption: a test", "x"), "as-happened", r"source: expected citation"),
        (GOOD.replace("2020-01", "2020"), "as-happened", r"from: expected first month.*got '2020'"),
        (GOOD.replace("2020-01", "2020-13"), "as-happened", r"from: expected first month"),
        (
            GOOD.replace("source", "sourse"),
            "as-happened",
            r"unknown entry 'sourse'; did you mean 'source'",
        ),
        (
            GOOD.replace("slots", "slot"),
            "as-happened",
            r"change 1 \(from 2020-01\): unknown lever 'network\.slot'",
        ),
        (GOOD.replace("set.network.slots = 2", ""), "as-happened", r"set: expected a table"),
        ("changes = 3", "as-happened", r"changes: expected tables"),
        ("summry = 'x'", "as-happened", r"unknown entry 'summry'; did you mean 'summary'"),
        ("summary = 3", "as-happened", r"summary: expected a sentence or two, got 3"),
        ("x = [", "as-happened", r"mine\.toml: not valid TOML"),
        (change("2020-01", 'benefits."A b".order = 1'), "as-happened", r"'A b' is no layer name"),
        (
            change("2020-01", "benefits.new.order = 1"),
            "as-happened",
            r"unknown layer 'new'.*must set payer and brackets",
        ),
        (change("2020-01", "benefits.new = 1"), "as-happened", r"benefits\.new is a layer"),
        (
            change("2020-01", "benefits.basic-resident.brackets = [{up_to = 1, rte = 1}]"),
            "as-happened",
            r"brackets: step 1: unknown entry 'rte'.*expected a rising list",
        ),
    ],
)
def test_wrong_files_are_refused(body, extends, message, tmp_path):
    refused(message, write(tmp_path, "mine", body, extends))


def test_circle_over_two_files_is_refused(tmp_path):
    write(tmp_path, "a", "", "b.toml")
    write(tmp_path, "b", "", "a.toml")
    refused(r"circle: a\.toml extends b\.toml extends a\.toml", tmp_path / "a.toml")


def test_unknown_policies_are_refused(tmp_path):
    refused(r"unknown policy 'special-zones'; did you mean 'special-zone", "special-zones")
    refused(r"unknown policy 'nothing-like-it'|did you mean", "as-happened+nothing-like-it")
    refused(r"nowhere\.toml: no such file", tmp_path / "nowhere.toml")


LAYER = 'benefits.a = {payer = "basic", brackets = [{up_to = inf, rate = 1}], '


def small_world(**columns):
    tables = {
        "province": ["Gansu", "Zhejiang"], "city": ["Lanzhou", "Hangzhou"],
        "disease": ["GAUCHER", "FABRY"], **columns,
    }  # fmt: skip
    frames = {
        key: pd.DataFrame({key: values, f"{key}_zh": values}) for key, values in tables.items()
    }
    return replace(
        load_world(), provinces=frames["province"], cities=frames["city"],
        diseases=frames["disease"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            'zone.provinces = ["Gansou"]',
            r"zone\.provinces: unknown province 'Gansou'; did you mean 'Gansu'",
        ),
        (
            'zone.cities = ["Lanzho"]',
            r"zone\.cities: unknown city 'Lanzho'; did you mean 'Lanzhou'",
        ),
        (
            LAYER + 'where = ["Hangzou"]}',
            r"benefits\.a\.where: unknown province or city 'Hangzou'; did you mean 'Hangzhou'",
        ),
        (
            LAYER + 'diseases = ["FABRI"]}',
            r"benefits\.a\.diseases: unknown disease 'FABRI'; did you mean 'FABRY'",
        ),
    ],
)
def test_names_that_a_world_lacks_are_refused(body, message, tmp_path):
    path = write(tmp_path, "mine", change("2020-01", body))
    assert load_policy(path)
    refused(message, path, world=small_world())


@pytest.mark.parametrize(
    ("chinese", "english"), [("四川", "Sichuan"), ("四川省", "Sichuan"), ("苏州市", "Suzhou")]
)
def test_a_place_named_in_chinese_is_told_in_english(chinese, english, tmp_path):
    path = write(tmp_path, "mine", change("2020-01", LAYER + f'where = ["{chinese}"]}}'))
    refused(f"a policy names places in English: write '{english}' for '{chinese}'", path,
            world=load_world())  # fmt: skip


def test_a_layer_that_is_not_there_is_told_with_where_layers_are_named():
    refused("did you mean 'basic-resident'.*'rarecare policies NAME' names those",
            "special-zone", {"benefits.basic-residnt.payer_cap": 1})  # fmt: skip


TWICE = {
    "zone.provinces": "Jiangsu,Jiangsu", "zone.cities": "Suzhou,Wuxi,Suzhou",
    "benefits.zone-fund.schemes": "employee,employee", "benefits.zone-fund.diseases": "HAE,HAE",
    "benefits.zone-fund.response": "high,high", "benefits.zone-fund.where": "Jiangsu,Jiangsu",
}  # fmt: skip


@pytest.mark.parametrize(("path", "names"), TWICE.items(), ids=TWICE.keys())
def test_a_name_that_stands_twice_in_a_list_is_refused_with_its_place(path, names, tmp_path):
    first = names.split(",")[0]
    with pytest.raises(UserError, match=rf"{path}: expected .*'{first}' stands there twice"):
        load_policy("special-zone", {path: names})
    value = ", ".join(f'"{name}"' for name in names.split(","))
    file = write(tmp_path, "own", change("2020-01", f"{path} = [{value}]"), "special-zone")
    with pytest.raises(UserError, match=rf"^own.toml, change 1 \(from 2020-01\): {path}: "):
        load_policy(file)


@pytest.mark.parametrize("value", ["schemes", "diseases", "response", "where"])
def test_a_layer_for_nobody_is_told_as_idle(value):
    policy = load_policy("special-zone", {f"benefits.zone-fund.{value}": []})
    told = f"benefits.zone-fund cannot act: it can pay for nobody: its {value} is an empty list"
    assert any(line.startswith(told) for line in policy.idle())
    assert load_policy("special-zone").idle() == []


def test_a_layer_that_begins_after_the_scenario_is_told(tmp_path):
    body = change("2020-01", 'benefits.zone-fund.start = "2030-01"')
    policy = load_policy(write(tmp_path, "own", body, "special-zone"))
    (line,) = policy.late_layers(month_of("2029-12"))
    assert line.startswith("benefits.zone-fund cannot act: it begins in 2030-01, after the")
    assert policy.late_layers(month_of("2030-01")) == []
    assert load_policy("as-happened").late_layers(0) == []
