"""Ranges of a policy's guesses: checked when read, moved within, and told."""

import pytest

from abm.calendar import month_of
from abm.errors import UserError
from abm.policy import load_policy, policy_names
from abm.policy.guesses import guesses, with_guesses
from abm.policy.ranges import spots

HEAD = 'name = "p"\ntitle = "T"\nextends = "uniform-national"\n'
CHANGE = """
[[changes]]
from = "2020-01"
source = "assumption: as a test"
[changes.set.network]
remote = 0.4
mentoring_reaches_counties = true
[changes.set.benefits.more]
order = 90
payer = "basic"
beside = "on-top"
drug = "unlisted"
base = "all_oop"
brackets = [{ up_to = 1000, rate = 0.2 }, { up_to = inf, rate = 0.3 }]
[changes.ranges]
"""


def own(policy):
    """Return the paths of the guesses that a policy itself makes, without its parents'."""
    return [one.path for one in guesses(policy) if one.policy == policy.stack[-1].name]


@pytest.fixture
def read(tmp_path):
    """Return a function that reads a policy whose change has these ranges."""

    def load(ranges, more=""):
        path = tmp_path / "p.toml"
        path.write_text(HEAD + CHANGE + ranges + "\n" + more, encoding="utf-8")
        return load_policy(str(path))

    return load


@pytest.mark.parametrize(
    ("ranges", "message"),
    [
        ('"network.remot" = [0.1, 0.6]', r"unknown lever of this change 'network.remot'; did you"),
        ('"network.slots" = [0.1, 0.6]', r"unknown lever of this change 'network.slots'"),
        ('"network.remote" = [0.5, 0.6]', r"the value 0.4 lies outside 0.5 to 0.6"),
        ('"network.remote" = [0.1]', r"network.remote: expected \[low, high\]"),
        ('"network.remote" = [0.6, 0.1]', r"expected \[low, high\], two numbers"),
        ('"network.remote" = [0.1, 1.5]', r"expected a number from 0 to 1, got 1.5"),
        ('"network.remote" = [0.1, inf]', r"expected \[low, high\], two numbers"),
        ('"network.mentoring_reaches_counties" = [false, false]', r"True among them"),
        ('"benefits.more.brackets.3.rate" = [0.1, 0.5]', r"did you mean .*brackets\.2\.rate"),
        ('"benefits.more.brackets.2.rate" = [0.1, 2.0]', r"expected a number from 0 to 1"),
    ],
)  # fmt: skip
def test_a_wrong_range_is_refused_in_one_line(read, ranges, message):
    with pytest.raises(UserError, match=message) as caught:
        read(ranges)
    assert "\n" not in str(caught.value)


def test_a_range_moves_nothing_by_itself(read):
    assert read('"network.remote" = [0.1, 0.6]').canonical() == read("").canonical()


def test_a_guess_is_moved_from_its_own_date_on(read):
    policy = read('"levers.network.remote" = [0.1, 0.6]')
    moved = with_guesses(policy, {("p", "network.remote"): 0.1})
    before, after = month_of("2019-12"), month_of("2020-01")
    assert moved.levers_at(before) == policy.levers_at(before)
    assert moved.levers_at(after).network.remote == 0.1
    assert policy.levers_at(after).network.remote == 0.4


def test_a_rate_of_a_bracket_is_moved_alone(read):
    policy = read('"benefits.more.brackets.2.rate" = [0.1, 0.5]')
    moved = with_guesses(policy, {("p", "benefits.more.brackets.2.rate"): 0.5})
    steps = moved.levers_at(month_of("2020-01")).benefits["more"].brackets
    assert [one.rate for one in steps] == [0.2, 0.5]


def test_what_is_set_on_top_is_a_guess_no_more(read):
    policy = read('"network.remote" = [0.1, 0.6]')
    others = [one.name for one in guesses(policy) if one.policy != "p"]
    assert own(policy) == ["network.remote"]
    assert ("p", "network.remote") not in [
        one.name for one in guesses(policy.with_settings({"network.remote": 0.2}))
    ]
    layer = read('"benefits.more.brackets.1.rate" = [0.1, 0.5]')
    brackets = "[{up_to = inf, rate = 0.3}]"
    left = guesses(layer.with_settings({"benefits.more.brackets": brackets}))
    assert [one.name for one in left] == others


def test_a_written_file_keeps_its_ranges(read, tmp_path):
    policy = read(
        '"network.remote" = [0.1, 0.6]\n"network.mentoring_reaches_counties" = [false, true]'
    )
    path = tmp_path / "again.toml"
    path.write_text(policy.to_toml(), encoding="utf-8")
    assert [one[1:5] for one in guesses(load_policy(str(path)))] == [
        one[1:5] for one in guesses(policy)
    ]


@pytest.mark.slow
def test_every_end_of_every_shipped_range_makes_a_policy():
    for name in policy_names():
        policy = load_policy(name)
        for guess in guesses(policy):
            for end in guess.range:
                moved = with_guesses(policy, {guess.name: end})
                assert (moved.canonical() == policy.canonical()) == (end == guess.value)


def test_values_are_found_in_lists_of_tables_too():
    assert spots({"a": {"b": ({"rate": 1}, {"rate": 2})}, "c": [1, 2]}) == {
        "a.b.1.rate": 1, "a.b.2.rate": 2, "c": [1, 2],
    }  # fmt: skip


def test_the_numbers_of_a_trigger_are_moved_and_kept(tmp_path):
    policy = load_policy("sustained-fund")
    names = own(policy)
    assert names == [
        "trigger.1.above", "trigger.1.until", "trigger.1.add.financing.per_head_levy",
    ]  # fmt: skip
    moved = with_guesses(policy, {("sustained-fund", names[1]): 8.0,
                                  ("sustained-fund", names[2]): 0.25})  # fmt: skip
    ((_, _, trigger),) = moved.triggers
    assert (trigger.above, trigger.until) == (0.1, 8.0)
    assert trigger.add == {"financing.per_head_levy": 0.25}
    path = tmp_path / "again.toml"
    path.write_text(policy.to_toml(), encoding="utf-8")
    assert [one.range for one in guesses(load_policy(str(path)))] == [
        one.range for one in guesses(policy)
    ]


def test_a_range_of_a_trigger_is_checked(tmp_path):
    text = load_policy("sustained-fund").to_toml().replace('"until" = ', '"untill" = ')
    path = tmp_path / "p.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match="unknown number of this trigger 'untill'; did you mean"):
        load_policy(str(path))
