"""How charts name the two sides and the place that they are about."""

from typing import Literal

from viz.charts.style import short
from viz.i18n.texts import Words
from viz.reading.scene import Scene

Side = Literal["a", "b"]
NAME_WIDTH = 24
"""Columns of a policy's name; two of them stand beside each other on a phone."""


def side_name(scene: Scene, side: Side, words: Words, width: int = NAME_WIDTH) -> str:
    """Return "A · special-zone", in Chinese with the policy's title, cut to a width.

    Args:
        scene: Whose data a chart shows.
        side: Policy "a" or "b".
        words: Texts of the language.
        width: Columns of the policy's name.
    """
    policy = scene.policy_a if side == "a" else scene.policy_b
    if words.language == "zh":
        policy = "+".join(_title(name, words) for name in policy.split("+"))
    edited = scene.edited_a if side == "a" else scene.edited_b
    policy = short(policy, width)
    return words(f"chart.{side}", policy=words("chart.edited", policy=policy) if edited else policy)


def sides(scene: Scene, words: Words) -> tuple[str, str]:
    """Return the names of both sides, for a legend."""
    return side_name(scene, "a", words), side_name(scene, "b", words)


def place(scene: Scene, words: Words) -> str:
    """Return the name of the province looked at, or "whole country"."""
    return words.pick(scene.province, scene.province_zh) or words("chart.country")


def _title(name: str, words: Words) -> str:
    return words.get(f"policy.{name}", name)
