"""Levers that a policy sets and that cannot act under the rest of it."""

from collections.abc import Mapping
from typing import NamedTuple

from abm.policy.benefits import Layer
from abm.policy.conditions import Condition
from abm.policy.declare import Lever, declared
from abm.policy.files import Part
from abm.policy.levers import INSIDE, LAYER, Levers
from abm.policy.paths import leaves
from abm.policy.timeline import Timeline


class IdleLeverWarning(UserWarning):
    """A lever is set and cannot act."""


class Idle(NamedTuple):
    """A lever, or a whole benefit layer, that cannot act.

    Attributes:
        path: Its path.
        why: Why it cannot.
    """

    path: str
    why: str

    def __str__(self) -> str:
        """Return it as one line."""
        return f"{self.path} cannot act: {self.why}"


def idle_levers(timeline: Timeline) -> list[Idle]:
    """Return which levers of a policy can act in no month since they were set.

    Left out are levers set to their default, with which there is nothing to act, and what acted in
    the policy that set it until one on top of that stopped it, such as a fund's local layers.
    """
    found: list[Idle] = []
    for number, part in enumerate(timeline.stack, start=1):
        since = _set_by(part)
        idle = _problems(timeline, since)
        if idle and number < len(timeline.stack):
            below = _problems(Timeline(timeline.stack[:number]), since)
            idle = {path: problem for path, problem in idle.items() if path in below}
        found += idle.values()
    return list(dict.fromkeys(found))


def _set_by(part: Part) -> dict[str, int]:
    """Return since when a part sets which levers to anything but their default."""
    since: dict[str, int] = {}
    for change in part.changes:
        for path, value in leaves(change.settings).items():
            if path.startswith(INSIDE) or value != _lever(path).default:
                since.setdefault(path, change.from_month)
    return since


def _problems(timeline: Timeline, since: Mapping[str, int]) -> dict[str, Idle]:
    """Return why levers can act in no month since they were set, for those that cannot."""
    found = {}
    for path, first in since.items():
        months = [month for month in timeline.turns if month >= first]
        problems = list(filter(None, (obstacle(path, timeline, month) for month in months)))
        if len(problems) == len(months):
            found[path] = problems[-1]
    return found


def obstacle(path: str, timeline: Timeline, month: int) -> Idle | None:
    """Return why a lever cannot act in a month; None if it can."""
    lever, levers = _lever(path), timeline.levers_at(month)
    layer = None
    if path.startswith(INSIDE):
        if not levers.zone.exists:
            return Idle(path, "there is no zone")
        levers = levers.inside()
    elif lever.zone and levers.zone.sectoral and _is_set_inside(path, levers):
        return Idle(path, f"{INSIDE}{path} is set, and the zone is everywhere")
    elif path.startswith(LAYER):
        name = path.split(".")[1]
        layer = levers.benefits.get(name)
        empty = [value for value, names in layer or () if names == ()]
        if empty:
            return Idle(f"{LAYER}{name}", f"its list of {empty[0]} is empty, so it pays for nobody")
        if layer is None or not (layer.active or lever.to == ("layers",)):
            return Idle(f"{LAYER}{name}", "it pays in no month")
    if _holds(lever.acts_if, timeline, month, levers, layer):
        return None
    return Idle(path, f"it acts only if {lever.acts_if.text}")


def _holds(
    condition: Condition, timeline: Timeline, month: int, levers: Levers, layer: Layer | None
) -> bool:
    """Return whether a condition holds in a month, or held earlier if that is enough."""
    if condition.lasting:
        earlier = (timeline.levers_at(turn) for turn in timeline.turns if turn <= month)
        return any(condition.holds(then, layer) for then in earlier)
    return condition.holds(levers, layer)


def _lever(path: str) -> Lever:
    """Return the declaration of the lever at a path."""
    parts = path.split(".")
    if path.startswith(LAYER):
        parts[1] = "<layer>"
    return declared(Levers)[".".join(parts)]


def _is_set_inside(path: str, levers: Levers) -> bool:
    """Return whether the zone sets a lever for itself."""
    group, name = path.split(".")
    return name in getattr(levers.zone.inside, group).model_fields_set
