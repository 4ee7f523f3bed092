"""Levers that a policy sets and that cannot act under the rest of it."""

import math
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from abm.policy.benefits import Layer
from abm.policy.conditions import LISTED_DRUGS, Condition
from abm.policy.coverage import dearest_drug, is_everywhere, zone_of
from abm.policy.declare import Group, Lever, declared
from abm.policy.files import Part
from abm.policy.levers import INSIDE, LAYER, Levers
from abm.policy.paths import leaves
from abm.policy.timeline import Timeline
from abm.world import World
from agents.codes import DrugFilter, Payer

OUTSIDERS = ("zone.outsiders", "zone.movers", "zone.waiting_months")
"""What is of no use where nobody is outside."""
ZONE = ("zone.provinces", "zone.cities")
"""What says where the zone is."""
NEVER_PAYS = "it pays in no month"


class IdleLeverWarning(UserWarning):
    """A lever is set and cannot act."""


class Idle(NamedTuple):
    """A lever, or a whole benefit layer, that cannot act.

    Attributes:
        path: Its path.
        why: Why it cannot.
        parts: Which of the names that it lists cannot; none where nothing of it can.
    """

    path: str
    why: str
    parts: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return it as one line."""
        what = f"{', '.join(self.parts)} in {self.path}" if self.parts else self.path
        return f"{what} cannot act: {self.why}"


def idle_levers(timeline: Timeline, world: World | None = None) -> list[Idle]:
    """Return which levers of a policy can act in no month since they were set.

    Left out are levers set to their default, with which there is nothing to act, and what acted in
    the policy that set it until one on top of that stopped it, such as a fund's local layers.

    Args:
        timeline: The policy, month by month.
        world: If given, what can act in no place or on no drug of it is found as well.
    """
    found: list[Idle] = []
    for number, part in enumerate(timeline.stack, start=1):
        since = _set_by(part)
        idle = _problems(timeline, since, world)
        if idle and number < len(timeline.stack):
            below = _problems(Timeline(timeline.stack[:number]), since, world)
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


def _problems(timeline: Timeline, since: Mapping[str, int], world: World | None) -> dict[str, Idle]:
    """Return why levers can act in no month since they were set, for those that cannot."""
    found = {}
    for path, first in since.items():
        if problem := _problem(path, timeline, first, world):
            found[path] = problem
    return found


def _problem(path: str, timeline: Timeline, first: int, world: World | None) -> Idle | None:
    """Return why a lever can act in no month from the first on, as it is in the last that tells."""
    told = None
    for month in timeline.turns:
        if month >= first:
            problem = obstacle(path, timeline, month, world)
            if problem is None:
                return None
            if told is None or problem.why != NEVER_PAYS:
                told = problem
    return told


def obstacle(path: str, timeline: Timeline, month: int, world: World | None = None) -> Idle | None:
    """Return why a lever cannot act in a month; None if it can.

    Args:
        path: The lever.
        timeline: The policy, month by month.
        month: The month, from January 2019 = 0.
        world: If given, its places and drugs count too.
    """
    lever, levers = _lever(path), timeline.levers_at(month)
    layer = None
    if path.startswith(INSIDE):
        if not levers.zone.exists:
            return Idle(path, "there is no zone")
        levers = levers.inside()
    elif lever.zone and _is_set_inside(path, levers) and _is_everywhere(levers, world):
        return Idle(path, f"{INSIDE}{path} is set, and the zone is everywhere")
    elif path.startswith(LAYER):
        name = path.split(".")[1]
        layer = levers.benefits.get(name)
        if layer is None or not (layer.active or lever.to == ("layers",)):
            return Idle(f"{LAYER}{name}", NEVER_PAYS)
        if reason := _reaches_nobody(layer, timeline, month, world):
            raised = "; levies for its fund are raised all the same"
            special = layer.payer == Payer.SPECIAL_FUND.label and layer.where
            why = f"it can pay for nobody: {reason}{raised if special else ''}"
            return Idle(f"{LAYER}{name}", why)
    if not _holds(lever.acts_if, timeline, month, levers, layer):
        return Idle(path, f"it acts only if {lever.acts_if.text}")
    return None if world is None else _in_vain(path, levers, layer, world)


def _reaches_nobody(layer: Layer, timeline: Timeline, month: int, world: World | None) -> str:
    """Return why a layer can meet no bill, whoever is ill; an empty text if it can meet one."""
    for name in ("schemes", "diseases", "response", "where"):
        if not getattr(layer, name):
            return f"its {name} is an empty list"
    levers = timeline.levers_at(month)
    if layer.drug == DrugFilter.LISTED.label and not _holds(
        LISTED_DRUGS, timeline, month, levers, layer
    ):
        return "its drug is 'listed', and access.listing is 'none'"
    if world is None:
        return ""
    highest = dearest_drug(layer, levers, world)
    if math.isinf(highest):
        return "the world has no drug for its diseases and response classes"
    if layer.cost_above >= highest:
        return f"its cost_above is not below {highest:,.0f} yuan, the dearest of its drugs"
    return ""


def _in_vain(path: str, levers: Levers, layer: Layer | None, world: World) -> Idle | None:
    """Return what a lever names in vain in a world, if it does."""
    if path in OUTSIDERS and is_everywhere(levers, world):
        return Idle(path, "the zone is the whole country, and nobody is outside")
    if path in ZONE and not (zone_of(levers, world) & world.lived_in).any():
        return Idle(path, "nobody who is simulated lives in the zone")
    if path == "zone.cities":
        return _named_twice(path, levers.zone.cities, levers.zone.provinces, world)
    if layer and path.endswith(".where") and not isinstance(layer.where, str):
        provinces = set(world.provinces["province"])
        cities = [name for name in layer.where if name not in provinces]
        return _named_twice(path, cities, layer.where, world)
    return None


def _named_twice(
    path: str, cities: Iterable[str], provinces: Collection[str], world: World
) -> Idle | None:
    """Return the cities that a lever names in a province that is named as a whole, if any."""
    home = dict(zip(world.cities["city"], world.cities["province"], strict=True))
    twice = {city: home[city] for city in cities if home.get(city) in provinces}
    if not twice:
        return None
    return Idle(path, f"named as a whole: {', '.join(dict.fromkeys(twice.values()))}", (*twice,))


def _is_everywhere(levers: Levers, world: World | None) -> bool:
    """Return whether the zone is the whole country, as far as can be told without a world."""
    return levers.zone.sectoral or (world is not None and is_everywhere(levers, world))


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
    group: Group = levers.zone.inside
    *within, name = path.split(".")
    for one in within:
        if one not in group.model_fields_set:
            return False
        group = getattr(group, one)
    return name in group.model_fields_set
