"""How charts name the two sides, the place that they are about, and what may be chance."""

from math import isfinite
from typing import Literal

from experiments.reporting.formatting import format_number
from viz.charts.style import short
from viz.i18n.policies import policy_title
from viz.i18n.texts import Texts
from viz.reading.scene import Scene
from viz.reading.spread import Spread

Side = Literal["a", "b"]
NAME_WIDTH, TITLE_NAME = 24, 60
"""Columns of a policy's name: in a legend, where two of them stand beside each other on a phone,
and in a title, which is broken into lines."""


def side_name(scene: Scene, side: Side, texts: Texts, width: int = NAME_WIDTH) -> str:
    """Return "A · Geographic special zone": the policy's title, cut to a width.

    Args:
        scene: Whose data a chart shows.
        side: Policy "a" or "b".
        texts: Texts of the language.
        width: Columns of the policy's name.
    """
    if side == "a":
        return policy_name("A", scene.policy_a, scene.edited_a, texts, width)
    return policy_name("B", scene.policy_b, scene.edited_b, texts, width)


def policy_name(
    letter: str, policy: str, edited: bool, texts: Texts, width: int = NAME_WIDTH
) -> str:
    """Return "A · Geographic special zone": a letter and a policy's title, cut to a width.

    Args:
        letter: The policy's letter on the page.
        policy: Its name.
        edited: Whether levers are set on top of it.
        texts: Texts of the language.
        width: Columns of its title.
    """
    title = short(policy_title(policy, texts), width)
    named = texts("chart.edited", policy=title) if edited else title
    return texts("chart.side", side=letter, policy=named)


def sides(scene: Scene, texts: Texts) -> tuple[str, str]:
    """Return the names of both sides, for a legend."""
    return side_name(scene, "a", texts), side_name(scene, "b", texts)


def place(scene: Scene, texts: Texts) -> str:
    """Return the name of the province looked at, or "whole country"."""
    return texts.pick(scene.province, scene.province_zh) or texts("chart.country")


def doubtful(spread: Spread | None, digits: int, texts: Texts, factor: float = 1.0) -> str:
    """Return how far a difference is from luck: "pairs: +1.2 [0.3, 2.1]; may be chance".

    Args:
        spread: The difference over pairs with other seeds, None where it is not known.
        digits: Digits behind the point.
        texts: Texts of the language.
        factor: What values are multiplied by.
    """
    if spread is None or not isfinite(spread.low):
        return texts("chart.may_be_chance")
    mean, low, high = (format_number(end * factor, digits, sign=True) for end in spread[:3])
    told = texts("chart.over_pairs", mean=mean, low=low, high=high)
    return told if spread.claimed else f"{told}; {texts('chart.may_be_chance')}"


def is_claimed(spread: Spread | None) -> bool:
    """Return whether a difference holds over pairs with other seeds."""
    return spread is not None and spread.claimed


def group_name(kind: str, group: str, texts: Texts) -> str:
    """Return the name of a group of people, such as the poorest fifth."""
    if kind in ("region", "province"):
        return texts.place(group)
    return texts.name(f"group.{kind}", group)
