"""Titles and sentences of a country's policies in the page's language."""

from functools import cache

from abm.policy import load_policy
from abm.world import World
from viz.i18n.texts import Texts
from viz.worlds import chinese_policies


def policy_title(name: str, texts: Texts) -> str:
    """Return the title of a policy, or of several joined by "+"."""
    return " + ".join(_text(part.strip(), 0, texts) for part in name.split("+"))


def policy_sentence(name: str, texts: Texts) -> str:
    """Return what a policy is in a sentence or two, or what several joined by "+" are."""
    return " ".join(_text(part.strip(), 1, texts) for part in name.split("+"))


def _text(policy: str, which: int, texts: Texts) -> str:
    """Return a policy's title or summary, in English where nobody has translated it."""
    zh = chinese_policies(texts.world).get(policy, ("", ""))
    return texts.pick(_own(policy, texts.world)[which], zh[which])


@cache
def _own(policy: str, world: World) -> tuple[str, str]:
    """Return a policy's title and summary as its file has them."""
    found = load_policy(policy, world=world)
    return found.title, " ".join(found.summary.split())
