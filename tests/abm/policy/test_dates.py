"""Changes that contradict each other, or come too late, are said."""

import pytest

from abm import RareCareModel, UserError, load_policy
from abm.policy.idle import IdleLeverWarning
from tests.support import policy_texts

pytestmark = pytest.mark.slow


def test_two_values_of_one_lever_in_one_month_are_refused(tmp_path):
    text = policy_texts.change("2020-01", "network.slots = 1.2") + policy_texts.change(
        "2020-01", "network.slots = 1.5"
    )
    path = policy_texts.write(tmp_path, "twice", text, "uniform-national")
    with pytest.raises(
        UserError, match=r"network\.slots is set twice from 2020-01, to 1.2 and 1.5"
    ):
        load_policy(str(path))


def test_the_same_value_twice_and_another_later_are_no_contradiction(tmp_path):
    text = "".join(
        policy_texts.change(month, f"network.slots = {value}")
        for month, value in (("2020-01", 1.2), ("2020-01", 1.2), ("2021-01", 1.5))
    )
    path = policy_texts.write(tmp_path, "later", text, "uniform-national")
    assert load_policy(str(path)).levers_at(30).network.slots == 1.5


def test_a_policy_that_begins_after_the_end_is_warned_of(tmp_path):
    text = policy_texts.change("2040-01", "network.slots = 1.2")
    path = policy_texts.write(tmp_path, "far", text, "uniform-national")
    with pytest.warns(IdleLeverWarning, match="begin in 2040-01, after .* 2019-12: nothing of it"):
        RareCareModel(policy=str(path), scale=0.0002, years=1, burn_in=1, rng=1)
    policy = load_policy(str(path))
    assert policy.too_late(11)
    assert not policy.too_late(12 * 30)
