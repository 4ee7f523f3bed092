"""Policies in both languages."""

import pytest

from abm import load_policy, policy_names
from abm.world import world_names
from viz.i18n.policies import policy_sentence, policy_title
from viz.i18n.texts import Texts
from viz.worlds import chinese_policies, world_named

SHIPPED = [(world, name) for world in world_names() for name in policy_names(world)]


@pytest.mark.slow
@pytest.mark.parametrize(("world", "name"), SHIPPED)
def test_a_policy_says_in_english_what_it_says_of_itself(world, name):
    policy, english = load_policy(name, world=world), Texts("en", world_named(world))
    assert policy_title(name, english) == policy.title
    assert policy_sentence(name, english) == " ".join(policy.summary.split())


@pytest.mark.parametrize("world", world_names())
def test_the_policies_of_a_shipped_world_have_their_texts_in_chinese(world):
    assert sorted(chinese_policies(world_named(world))) == sorted(policy_names(world))


def test_policies_joined_are_told_one_after_the_other():
    for texts in (Texts("en"), Texts("zh")):
        parts = [policy_title(name, texts) for name in ("special-zone", "no-charity")]
        assert policy_title("special-zone+no-charity", texts) == " + ".join(parts)
        lever_texts = policy_sentence("special-zone+no-charity", texts)
        assert policy_sentence("no-charity", texts) in lever_texts
    assert policy_title("special-zone", Texts("zh")) != policy_title("special-zone", Texts("en"))
