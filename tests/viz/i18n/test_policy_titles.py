"""Policies in both languages."""

import pytest

from abm import load_policy, policy_names
from viz.i18n.policies import policy_sentence, policy_title
from viz.i18n.texts import Texts, table


@pytest.mark.parametrize("name", policy_names())
def test_a_policy_says_in_english_what_it_says_of_itself(name):
    policy, english = load_policy(name), Texts("en")
    assert policy_title(name, english) == policy.title
    assert policy_sentence(name, english) == " ".join(policy.summary.split())


@pytest.mark.parametrize("name", policy_names())
def test_a_shipped_policy_has_its_texts_in_chinese(name):
    assert {f"policy.{name}", f"policy.{name}.about"} <= set(table()["zh"])


def test_policies_joined_are_told_one_after_the_other():
    for texts in (Texts("en"), Texts("zh")):
        parts = [policy_title(name, texts) for name in ("special-zone", "no-charity")]
        assert policy_title("special-zone+no-charity", texts) == " + ".join(parts)
        lever_texts = policy_sentence("special-zone+no-charity", texts)
        assert policy_sentence("no-charity", texts) in lever_texts
    assert policy_title("special-zone", Texts("zh")) != policy_title("special-zone", Texts("en"))
