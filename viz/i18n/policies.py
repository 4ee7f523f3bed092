"""Titles and sentences of policies in the page's language."""

from abm.policy import load_policy
from viz.i18n.texts import Texts


def policy_title(name: str, texts: Texts) -> str:
    """Return the title of a policy, or of several joined by "+"."""
    return " + ".join(
        _text(part.strip(), "", load_policy(part).title, texts) for part in name.split("+")
    )


def policy_sentence(name: str, texts: Texts) -> str:
    """Return what a policy is in a sentence or two, or what several joined by "+" are."""
    return " ".join(
        _text(part.strip(), ".about", load_policy(part).summary, texts) for part in name.split("+")
    )


def _text(policy: str, ending: str, own: str, texts: Texts) -> str:
    """Return a policy's text in the page's language, its own where nobody has translated it."""
    return texts.get(f"policy.{policy}{ending}", " ".join(own.split()))
