"""Why a lever cannot act: every reason is there in both languages, without codes."""

import re

import pytest

from abm.policy import idle, load_policy, policy_names
from abm.policy.declare import declared
from abm.policy.levers import Levers
from viz.i18n.idle import idle_reason
from viz.i18n.texts import Texts

EN, ZH = Texts("en"), Texts("zh")
LATIN = re.compile(r"[a-z]{2,}")
CODES = re.compile(r"'[^']*'|[a-z_]+\.[a-z_]+|[a-z]_[a-z]")
CONDITIONS = sorted({lever.acts_if.text for lever in declared(Levers).values()} - {""})
REASONS = [
    *(f"it acts only if {text}" for text in CONDITIONS),
    idle.NEVER_PAYS,
    "there is no zone",
    "network.slots is set, and the zone is everywhere",
    "the zone is the whole country, and nobody is outside",
    "nobody who is simulated lives in the zone",
    "named as a whole: Anhui, Zhejiang",
    "it can pay for nobody: its diseases is an empty list",
    "it can pay for nobody: the world has no drug for its diseases and response classes",
    "it can pay for nobody: its drug is 'listed', and access.listing is 'none'; levies for its "
    "fund are raised all the same",
    "it can pay for nobody: its cost_above is not below 1,200,000 yuan, the dearest of its drugs",
]


@pytest.mark.parametrize("why", REASONS)
def test_a_reason_is_told_in_both_languages(why):
    assert not LATIN.search(idle_reason(why, ZH))
    assert not CODES.search(idle_reason(why, EN))


def test_what_a_sentence_names_goes_by_its_names():
    why = "it acts only if network.members is not 'none'"
    assert idle_reason(why, ZH) == "只有满足以下条件才起作用：“医院协作网 · 成员医院”不为“无”"
    assert idle_reason(why, EN) == "it acts only if “Hospital network: members” is not “none”"


@pytest.mark.slow
def test_whatever_is_idle_in_a_shipped_policy_is_told_in_chinese():
    for name in policy_names():
        policy = load_policy(name)
        for path in declared(Levers):
            if "<" in path:
                continue
            found = idle.obstacle(path, policy.timeline, policy.timeline.turns[-1])
            assert found is None or not LATIN.search(idle_reason(found.why, ZH)), found
