"""Triggers: what a year's scorecard finds changes the policy from the next January on."""

import json
import math
import pickle

import jsonschema
import pytest

from abm import load_policy
from abm.errors import UserError
from abm.policy import policy_schema
from abm.policy.triggers import MEASURES

HEAD = """
name = "{name}"
title = "A test"
extends = "special-zone-national"
"""
TRIGGER = """
[[triggers]]
source = "assumption: a test"
when = {{ {when} }}
{rest}
"""
REFUSED = 'measure = "fund_refused", above = 0.1'
RISE = 'times = 3\nthen = { add = { "financing.per_head_levy" = 0.5 } }'
LEVY = "financing.per_head_levy"
ADD = 'then = {{ add = {{ "{path}" = {step} }} }}'
LATER = """
[[changes]]
from = "2020-01"
source = "assumption: a test"
[changes.set]
financing.per_head_levy = 2.0
"""


@pytest.fixture
def policy(tmp_path):
    """Return a function that loads a policy of triggers, each a condition and the rest."""

    def load(*triggers, name="mine", more=""):
        path = tmp_path / f"{name}.toml"
        told = "".join(TRIGGER.format(when=when, rest=rest) for when, rest in triggers)
        path.write_text(HEAD.format(name=name) + more + told, encoding="utf-8")
        return load_policy(path)

    return load


def score(**figures):
    """Return a scorecard in which nothing is known but some figures."""
    return dict.fromkeys(MEASURES, math.nan) | figures


def levy(policy, year):
    """Return the levy in the January of a year."""
    return policy.levers_at(12 * (year - 2019)).financing.per_head_levy


def lived(policy, *years, first=2021):
    """Return a policy after years with such figures."""
    for n, figures in enumerate(years):
        policy = policy.after_year(first + n, score(**figures), 12 * (first + n - 2018))
    return policy


def test_a_trigger_raises_a_levy_in_the_following_year_and_touches_nothing_else(policy):
    before = policy((REFUSED, RISE))
    after = lived(before, {"fund_refused": 0.2})
    assert [levy(after, year) for year in (2020, 2021, 2022, 2030)] == [0.0, 0.0, 0.5, 0.5]
    assert [str(one).split(" [")[0] for one in after.difference(before)] == [
        "from 2022-01: financing.per_head_levy: 0 -> 0.5"
    ]
    (fired,) = after.fired
    assert (fired.year, fired.policy, fired.figure) == (2021, "mine", 0.2)
    assert fired.moves == {LEVY: (0.0, 0.5)}


@pytest.mark.parametrize("figures", [{"fund_refused": 0.1}, {"fund_refused": 0.05}, {}])
def test_it_does_not_fire_where_its_condition_does_not_hold(policy, figures):
    before = policy((REFUSED, RISE))
    assert lived(before, figures) is before


def test_it_fires_so_often_and_no_more(policy):
    after = lived(policy((REFUSED, RISE)), *5 * [{"fund_refused": 0.2}])
    assert [levy(after, year) for year in range(2021, 2027)] == [0.0, 0.5, 1.0, 1.5, 1.5, 1.5]


def test_nothing_is_added_beyond_a_limit(policy):
    rise = 'until = 1.2\nthen = { add = { "financing.per_head_levy" = 0.5 } }'
    after = lived(policy((REFUSED, rise)), *5 * [{"fund_refused": 0.2}])
    assert [levy(after, year) for year in range(2021, 2027)] == [0.0, 0.5, 1.0, 1.2, 1.2, 1.2]
    assert len(after.fired) == 3


@pytest.mark.parametrize(
    ("rest", "more", "told"),
    [
        ("until = 0.0\n" + ADD.format(path=LEVY, step=0.5), "", "as it is 0 .*'until' above 0"),
        ("until = 3.0\n" + ADD.format(path=LEVY, step=-0.5), LATER, "as it is 2 .*'until' below 2"),
    ],
)
def test_a_limit_behind_what_is_in_force_is_refused(policy, rest, more, told):
    """A trigger that can only do nothing would do so without a word."""
    low = 'measure = "fund_refused", below = 0.1, in = 2022'
    when = low if more else REFUSED
    with pytest.raises(UserError, match=f"trigger 1: adding .* does nothing, {told}") as error:
        policy((when, rest), more=more)
    assert "\n" not in str(error.value)


def test_a_limit_that_has_been_reached_is_no_mistake(policy):
    rise = "until = 0.5\n" + ADD.format(path=LEVY, step=0.5)
    after = lived(policy((REFUSED, rise)), {"fund_refused": 0.2})
    assert levy(after, 2022) == 0.5
    assert load_policy(after).fired == after.fired


def test_a_limit_that_another_trigger_can_bring_into_reach_is_no_mistake(policy):
    up = ('measure = "fund_balance", below = 0.5', RISE)
    down = ('measure = "fund_balance", above = 2.0', "until = 0\n" + RISE.replace("0.5", "-0.25"))
    assert len(policy(up, down).triggers) == 2


def test_it_waits_for_its_first_year(policy):
    after = lived(policy((f"{REFUSED}, in = 2023", RISE)), *3 * [{"fund_refused": 0.2}])
    assert [one.year for one in after.fired] == [2023]


def test_what_is_set_by_hand_is_where_it_begins(policy):
    given = policy((REFUSED, RISE)).with_settings({LEVY: 2.0})
    assert levy(lived(given, {"fund_refused": 0.2}), 2022) == 2.5


def test_a_trigger_that_sets_a_value_fires_if_that_is_not_in_force(policy):
    stop = 'then = { set = { rationing = { special_fund = "stop-new" } } }'
    after = lived(policy((REFUSED, stop)), *2 * [{"fund_refused": 0.2}])
    assert after.levers_at(36).rationing.special_fund == "stop-new"
    assert len(after.fired) == 1


def test_two_that_push_together_stop_at_what_a_lever_can_be(policy):
    rise = 'times = 1\nthen = { add = { "financing.reserve_ratio" = 0.7 } }'
    after = lived(policy((REFUSED, rise), (REFUSED, rise)), {"fund_refused": 0.2})
    assert after.levers_at(36).financing.reserve_ratio == 1.0


def test_up_and_down_again_with_a_band_between(policy):
    up = ('measure = "fund_balance", below = 0.5', RISE)
    down = ('measure = "fund_balance", above = 2.0', "until = 0\n" + RISE.replace("0.5", "-0.25"))
    years = [{"fund_balance": x} for x in (0.1, 0.1, 1.0, 3.0)]
    after = lived(policy(up, down), *years)
    assert [levy(after, year) for year in range(2021, 2027)] == [0.0, 0.5, 1.0, 1.0, 0.75, 0.75]


def test_triggers_of_both_are_in_a_sum(policy):
    both = load_policy(f"{policy((REFUSED, RISE)).origin}+claims-screening")
    assert [name for name, _, _ in both.triggers] == ["mine"]


def test_a_policy_with_triggers_pickles_is_known_by_them_and_is_written_as_it_was_read(
    policy, tmp_path
):
    found = policy((f"{REFUSED}, in = 2021", RISE), (
        'measure = "registered", below = 0.5',
        'then = { set = { zone = { inside = { registry = { compliance = 1.0 } } } } }',
    ))  # fmt: skip
    assert pickle.loads(pickle.dumps(found)) == found
    assert found.canonical() != load_policy("special-zone-national").canonical()
    for whole in (False, True):
        path = tmp_path / "copy.toml"
        path.write_text(found.to_toml(whole=whole), encoding="utf-8")
        copy = load_policy(path)
        assert [t for _, _, t in copy.triggers] == [t for _, _, t in found.triggers]
        assert copy.levers_at(24) == found.levers_at(24)


def test_a_policy_without_triggers_is_known_as_before():
    assert "triggers" not in load_policy("special-zone").canonical()


def test_the_schema_holds_triggers():
    table = {"name": "a", "title": "A", "triggers": [{
        "when": {"measure": "fund_refused", "above": 0.1, "in": 2021}, "times": 2,
        "then": {"add": {LEVY: 0.5}}, "source": "assumption: a test",
    }]}  # fmt: skip
    validator = jsonschema.Draft202012Validator(policy_schema())
    assert not list(validator.iter_errors(json.loads(json.dumps(table))))
    table["triggers"][0]["when"]["measure"] = "weather"
    assert list(validator.iter_errors(table))


@pytest.mark.parametrize(
    ("when", "rest", "refusal"),
    [
        ('measure = "fund_refuse", above = 0.1', RISE,
         "trigger 1, when: unknown measure 'fund_refuse'; .*'fund_refused'"),
        ('measure = "fund_refused"', RISE, "expected one of 'above' and 'below'"),
        ('measure = "fund_balance", above = 1.0', RISE,
         r"would fire itself: adding \+0.5 to financing.per_head_levy raises fund_balance, and it "
         "fires when that is above a value"),
        ('measure = "fund_refused", above = 0.1', RISE.replace("0.5", "-0.5"),
         "adding -0.5 to financing.per_head_levy raises fund_refused"),
        ('measure = "fund_refused", below = 0.1', RISE, "lowers fund_refused.* below a value"),
        ('measure = "fund_refused", above = 0.1, below = 0.2', RISE, "one of 'above' and 'below'"),
        ('measure = "fund_refused", over = 0.1', RISE, "unknown entry 'over'"),
        (REFUSED, "times = 1", "trigger 1: then: expected a table"),
        (REFUSED, "then = {}", "expected levers in 'set', or numbers to 'add'"),
        (REFUSED, "then = { sets = {} }", "unknown entry 'sets'; .*'set'"),
        (REFUSED, ADD.format(path=LEVY, step=0.5), "fire again and again; expected 'times'"),
        (REFUSED, "times = 0\n" + ADD.format(path=LEVY, step=0.5), "times: .* from 1 on, got 0"),
        (REFUSED, "times = 2\n" + ADD.format(path=LEVY, step=0), "a number other than 0"),
        (REFUSED, "times = 2\n" + ADD.format(path="financing.levy", step=1),
         "unknown lever 'financing.levy'"),
        (REFUSED, "times = 2\n" + ADD.format(path="financing.levies", step=1),
         "numbers alone can be added to"),
        (REFUSED, "times = 2\n" + ADD.format(path="access.months_to_listing", step=0.5),
         "expected a whole number other than 0, got 0.5"),
        (REFUSED, "times = 9\n" + ADD.format(path="financing.reserve_ratio", step=0.5),
         "trigger 1: financing.reserve_ratio: expected a number from 0 to 1, got 4.5"),
        (REFUSED, 'then = { set = { benefits = { zone-fund = { start = "2022-01" } } } }',
         "zone-fund.start cannot change later"),
        (REFUSED, "then = { set = { benefits = { no-fund = { active = false } } } }",
         "unknown layer 'no-fund'"),
        (REFUSED, 'then = { set = { network = { members = "none" } } }',
         "network.members is 'none'"),
    ],
)  # fmt: skip
def test_what_can_be_no_trigger_is_refused_in_one_line(policy, when, rest, refusal):
    with pytest.raises(UserError, match=refusal) as error:
        policy((when, rest))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("down", [
    ('measure = "fund_refused", below = 0.1', RISE.replace("0.5", "-0.5")),
    ('measure = "fund_refused", below = 0.2', RISE.replace("0.5", "-0.5")),
    ('measure = "fund_balance", above = 2.0', RISE.replace("0.5", "-0.5")),
    ('measure = "fund_refused", above = 0.2', 'then = { set = { financing.per_head_levy = 1.0 } }'),
])  # fmt: skip
def test_what_would_go_to_and_fro_is_refused(policy, down):
    with pytest.raises(UserError, match=f"policy 'mine' move {LEVY} to and fro") as error:
        policy((REFUSED, RISE), down)
    assert "\n" not in str(error.value)


def test_two_policies_that_pull_at_one_lever_are_refused_by_both_names(policy):
    set_to = "then = {{ set = {{ financing.per_head_levy = {} }} }}"
    one, other = (
        policy((REFUSED, set_to.format(value)), name=name).origin
        for name, value in (("one", 1.0), ("other", 2.0))
    )
    with pytest.raises(UserError, match="'one' and 'other' move financing"):
        load_policy(f"{one}+{other}")


def test_a_trigger_is_told_in_words(policy):
    ((_, _, trigger),) = policy((f"{REFUSED}, in = 2021", RISE)).triggers
    assert str(trigger) == (
        "up to 3 times, if fund_refused is above 0.1 at a year's end (from 2021 on): from the next "
        "January financing.per_head_levy +0.5 [assumption: a test]"
    )
