"""The ten levers that the editor shows first: which they are is data, `first_levers.csv`.

What a lever is called, its unit, its range and what it means follow from its declaration. Of
several levers in a row of the table the first stands there that the policy has and that can act,
else the last that it has: what a zone sets for itself before what holds everywhere, a layer of the
policy's own before one that it inherits. A policy that has none of them does not show the row.
"""

import csv
import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from abm.policy import Policy
from abm.policy.idle import obstacle
from abm.policy.loading import BEGINS
from abm.world import World
from viz.editor.draft import LeverInput, begun_at, own_layers

TABLE = Path(__file__).parent / "first_levers.csv"
OWN, ANY = "<own>", "<any>"
"""Stand for a layer of the policy's own, and for any that pays."""


class Slide(NamedTuple):
    """Where a slider begins and ends, and its steps, in the unit of its lever."""

    low: float
    high: float
    step: float


class First(NamedTuple):
    """One of the levers that are shown first.

    Attributes:
        path: Its path, or `BEGINS` for the month in which the policy's own changes begin.
        field: The lever; None for the beginning.
        slide: Its slider, if it has one.
        idle: Why it cannot act now, or an empty text.
    """

    path: str
    field: LeverInput | None
    slide: Slide | None
    idle: str = ""


@cache
def rows() -> tuple[tuple[tuple[str, ...], Slide | None], ...]:
    """Return the table: the levers of each row, and its slider."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(
            (tuple(row["levers"].split()), _slide(row)) for row in csv.DictReader(file)
        )  # fmt: skip


def _slide(row: Mapping[str, str]) -> Slide | None:
    return Slide(*(float(row[name]) for name in Slide._fields)) if row["low"] else None


def first_levers(
    written: Policy, policy: Policy, fields: Mapping[str, LeverInput], world: World
) -> list[First]:
    """Return the levers that are shown first of a policy.

    Args:
        written: The policy without a draft: its own layers are those of which it says anything.
        policy: The policy with the draft, as far as the draft is right.
        fields: All levers by path.
        world: The country.
    """
    found = []
    for levers, slide in rows():
        paths = [path for lever in levers for path in _paths(lever, written, policy)]
        if paths == [BEGINS]:
            found += [First(BEGINS, None, None)] if begun_at(written) else []
            continue
        there = [path for path in paths if path in fields]
        if there:
            found.append(_acting(there, slide, policy, fields, world))
    return found


def _acting(
    paths: list[str],
    slide: Slide | None,
    policy: Policy,
    fields: Mapping[str, LeverInput],
    world: World,
) -> First:
    """Return the first lever that can act in the policy's last months, else the last of all."""
    month = policy.timeline.turns[-1]
    for path in paths:
        idle = obstacle(path, policy.timeline, month, world)
        if idle is None:
            return First(path, fields[path], slide)
    return First(path, fields[path], slide, idle.why if idle else "")


def _paths(lever: str, written: Policy, policy: Policy) -> list[str]:
    """Return the paths that a lever of the table stands for."""
    if OWN in lever:
        return [lever.replace(OWN, name) for name in sorted(own_layers(written))]
    if ANY in lever:
        paying = [name for name, _ in policy.levers_at(policy.timeline.turns[-1]).layers]
        return [lever.replace(ANY, name) for name in paying]
    return [lever]


def reach(slide: Slide, value: Any) -> Slide:
    """Return a slider that reaches a value: countries differ in what their money is worth."""
    known = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return slide._replace(high=2.0 * value) if known and value > slide.high else slide
