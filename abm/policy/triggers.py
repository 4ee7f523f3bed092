"""Triggers: what a yearly scorecard finds can change a policy from the next January on.

A trigger says of which figure of the year it is told (`MEASURES`), beyond which value it fires, and
what follows: levers set to a value, or raised or lowered by a number. What has fired is one more
dated change on top of the policy, so that it takes effect as any other does, and stays.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any, NamedTuple

from abm.errors import UserError, unknown
from abm.policy.levers import INSIDE, LAYER, Levers
from abm.policy.paths import Settings, checked, leaves, lever_info, nested
from abm.policy.ranges import Range, ranges_of

MEASURES = {
    "fund_refused": "share of the year's claims on special funds that they refused",
    "fund_balance": "special funds' balance at the year's end over the year's claims on them",
    "on_treatment": "share on treatment of those ill with a disease whose drug is on the market",
    "catastrophic": "share of the patients' years judged in the year with catastrophic spending",
    "registered": "share in the registry of those diagnosed and alive",
}
"""The figures of a year's scorecard (`abm.engine.scorecard`)."""
LEVIES = ("per_head_levy", "maternity_levy", "fiscal", "donations", "surplus_share")
"""Levers of what a special fund receives."""
MOVES = {
    "fund_refused": {f"financing.{name}": -1 for name in LEVIES},
    "fund_balance": {f"financing.{name}": 1 for name in LEVIES},
    "registered": {f"registry.{name}": 1 for name in ("compliance", "voluntary_share", "research")},
}
"""Which way levers move a figure, where that is beyond doubt: 1 up, -1 down."""
NOT_LATER = ("start", "end")
"""Levers of a layer that are dates: a trigger cannot know in which year it fires."""


@dataclass(frozen=True)
class Trigger:
    """When a policy changes by itself, and how.

    Attributes:
        measure: The figure of the year's scorecard.
        above: It fires where the figure is above this, or None.
        below: It fires where the figure is below this, or None.
        first_year: First calendar year at whose end it can fire, or None for any.
        set: Levers that it sets, nested.
        add: What it adds to levers, by path.
        until: The value beyond which nothing is added, or None.
        times: How often it fires at most.
        source: Citation, or a text that begins with "assumption".
        ranges: Within what limits its numbers that are guesses may lie, by `numbers`.
    """

    measure: str
    above: float | None
    below: float | None
    first_year: int | None
    set: Settings
    add: Mapping[str, float]
    until: float | None
    times: int
    source: str
    ranges: Mapping[str, Range] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.measure, self.source))

    @property
    def condition(self) -> str:
        """When it fires, in words."""
        side = f"above {self.above:g}" if self.above is not None else f"below {self.below:g}"
        since = f" (from {self.first_year} on)" if self.first_year is not None else ""
        return f"{self.measure} is {side} at a year's end{since}"

    def __str__(self) -> str:
        """Return it in one line of words."""
        moves = [f"{path} {step:+g}" for path, step in self.add.items()]
        moves += [f"{path} = {value}" for path, value in leaves(self.set).items()]
        limit = f", until {self.until:g}" if self.until is not None else ""
        often = {1: "once", OFTEN: "each year"}.get(self.times, f"up to {self.times} times")
        return (
            f"{often}, if {self.condition}: from the next January {', '.join(moves)}{limit} "
            f"[{self.source}]"
        )

    @property
    def numbers(self) -> dict[str, float]:
        """Its numbers by name: above, below, until, and add.<lever>."""
        found = {"above": self.above, "below": self.below, "until": self.until}
        found |= {f"add.{path}": step for path, step in self.add.items()}
        return {name: number for name, number in found.items() if number is not None}

    def with_numbers(self, values: Mapping[str, float]) -> "Trigger":
        """Return it with some of its numbers at other values."""
        add = {path: values.get(f"add.{path}", step) for path, step in self.add.items()}
        return replace(
            self, add=add, above=values.get("above", self.above),
            below=values.get("below", self.below), until=values.get("until", self.until),
        )  # fmt: skip

    def holds(self, year: int, figures: Mapping[str, float]) -> bool:
        """Return whether its condition holds at the end of a calendar year."""
        if self.first_year is not None and year < self.first_year:
            return False
        figure = figures[self.measure]
        return figure > self.above if self.above is not None else figure < (self.below or 0.0)

    def moves(self, levers: Levers) -> dict[str, tuple[Any, Any]]:
        """Return what it would change under the levers in force: old and new values by path."""
        found = {}
        for path, value in leaves(self.set).items():
            old = value_of(levers, path)
            if old != value:
                found[path] = old, value
        for path, step in self.add.items():
            old = value_of(levers, path)
            if old is not None:
                new = _within(path, self._moved(old, step), old)
                if new != old:
                    found[path] = old, new
        return found

    def _moved(self, old: float, step: float) -> float:
        """Return a value moved by a step, never beyond the limit nor back to it."""
        new = old + step
        if self.until is None:
            return new
        return max(old, min(new, self.until)) if step > 0 else min(old, max(new, self.until))


def _within(path: str, new: float, old: float) -> float:
    """Return a value that a lever can be: several triggers together may go beyond what it can."""
    for kind in lever_info(path).kinds:
        new = min(max(new, kind.get("minimum", new)), kind.get("maximum", new))
        if new <= kind.get("exclusiveMinimum", -math.inf):
            return old
    return new


class Fired(NamedTuple):
    """A trigger that has fired.

    Attributes:
        year: The calendar year at whose end it did.
        policy: Name of the policy part that has it.
        number: Its place among the triggers of that part, from 1.
        measure: The figure that it looks at.
        figure: What that was.
        moves: Old and new values of the levers that it changed, by path.
    """

    year: int
    policy: str
    number: int
    measure: str
    figure: float
    moves: dict[str, tuple[Any, Any]]


def value_of(levers: Levers, path: str) -> Any:
    """Return a lever's value, inside a zone as it holds there; None where its layer is not yet."""
    if path.startswith(INSIDE):
        return value_of(levers.inside(), path.removeprefix(INSIDE))
    found: Any = levers
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else getattr(found, name, None)
    return found


def read_trigger(when: Mapping[str, Any], then: Mapping[str, Any], rest: Mapping[str, Any],
                 where: str) -> Trigger:  # fmt: skip
    """Return a trigger from the tables of a policy file, each already of the right entries.

    Args:
        when: `measure`, `above`, `below`, `first_year`.
        then: `set` and `add`, as they stand in the file.
        rest: `until`, `times`, `source`, `ranges`.
        where: What the error message begins with.

    Raises:
        UserError: For an unknown measure or lever, or what cannot be a trigger.
    """
    if when["measure"] not in MEASURES:
        raise UserError(f"{where}, when: {unknown('measure', when['measure'], MEASURES)}")
    if (when["above"] is None) == (when["below"] is None):
        raise UserError(f"{where}, when: expected one of 'above' and 'below'")
    settings = checked(then["set"] or {}, f"{where}, then.set")
    add = leaves(then["add"] or {})
    if not settings and not add:
        raise UserError(f"{where}, then: expected levers in 'set', or numbers to 'add'")
    for path, step in add.items():
        _check_step(path, step, f"{where}, then.add")
    for path in (*leaves(settings), *add):
        if path.startswith(LAYER) and path.endswith(tuple(f".{name}" for name in NOT_LATER)):
            raise UserError(
                f"{where}: {path} cannot change later, as it is a date; set benefits.<layer>.active"
            )
    _refuse_feeding(when, add, where)
    times = rest["times"]
    if times is None:
        if add and rest["until"] is None:
            raise UserError(
                f"{where}: what it adds makes it fire again and again; expected 'times', how often "
                "at most, or 'until', the value beyond which nothing is added"
            )
        times = 1 if not add else OFTEN
    trigger = Trigger(
        when["measure"], when["above"], when["below"], when["first_year"], settings, add,
        rest["until"], times, rest["source"],
    )  # fmt: skip
    numbers = trigger.numbers
    return replace(
        trigger, ranges=ranges_of(rest["ranges"], numbers, "number of this trigger", where)
    )


def _refuse_feeding(when: Mapping[str, Any], add: Mapping[str, float], where: str) -> None:
    """Refuse a trigger that brings on by what it does what makes it fire.

    Raises:
        UserError: With the lever, the figure, and which way it moves it.
    """
    for path, step in add.items():
        way = MOVES.get(when["measure"], {}).get(path.removeprefix(INSIDE), 0)
        if way and (way * step > 0) == (when["above"] is not None):
            raise UserError(
                f"{where}: the trigger would fire itself: adding {step:+g} to {path} "
                f"{'raises' if way * step > 0 else 'lowers'} {when['measure']}, and it fires when "
                f"that is {'above' if when['above'] is not None else 'below'} a value"
            )


OFTEN = 100
"""How often a trigger with a limit fires at most: more often than a scenario has years."""


def _check_step(path: str, step: Any, where: str) -> None:
    """Refuse to add what is no number, or to what is none.

    Raises:
        UserError: With the lever and what it takes.
    """
    info = lever_info(path)
    numbers = {kind.get("type") for kind in info.kinds} & {"number", "integer"}
    if not numbers:
        raise UserError(f"{where}: {path} takes {info.expected}; numbers alone can be added to")
    whole = numbers == {"integer"}
    if isinstance(step, bool) or not isinstance(step, int if whole else int | float) or step == 0:
        kind = "a whole number" if whole else "a number"
        raise UserError(f"{where}: {path}: expected {kind} other than 0, got {step!r}")


def tried(trigger: Trigger, levers: Levers, where: str) -> Settings:
    """Return all that a trigger can come to set, checked; from levers in force before it fires.

    Raises:
        UserError: If that is beyond what a lever can be.
    """
    values = dict(leaves(trigger.set))
    for path, step in trigger.add.items():
        old = value_of(levers, path)
        last = (old or 0) + trigger.times * step
        if trigger.until is not None:
            last = min(last, trigger.until) if step > 0 else max(last, trigger.until)
        values[path] = last
    return checked(nested(values), where)


def check_limit(trigger: Trigger, path: str, in_force: list[Levers], where: str) -> None:
    """Refuse a limit on the wrong side of all that a lever can be when the trigger fires.

    Args:
        trigger: The trigger.
        path: A lever that it adds to.
        in_force: The levers of all times at which it can fire first.
        where: What the error message begins with.

    Raises:
        UserError: With the lever, its value, and the side on which the limit would do something.
    """
    if trigger.until is None:
        return
    up = trigger.add[path] > 0
    values = [old for old in (value_of(levers, path) for levers in in_force) if old is not None]
    if values and all((old >= trigger.until) if up else (old <= trigger.until) for old in values):
        least = min(values) if up else max(values)
        raise UserError(
            f"{where}: adding {trigger.add[path]:+g} to {path} does nothing, as it is {least:g} "
            f"and goes no further than until = {trigger.until:g}; expected 'until' "
            f"{'above' if up else 'below'} {least:g}"
        )


def check_pairs(triggers: Iterator[tuple[str, Trigger]] | list[tuple[str, Trigger]]) -> None:
    """Refuse triggers that pull one lever to and fro.

    Two that move a lever to different values, or in different directions, must look at one measure,
    with a band between their conditions in which neither fires.

    Args:
        triggers: Each with the name of the policy that has it.

    Raises:
        UserError: Naming the policies, the lever and both conditions.
    """
    for (name, one), (other_name, other) in combinations(triggers, 2):
        for path in _opposed(one, other):
            if not _leaves_a_band(one, other):
                who = f"policy {name!r}" if name == other_name else f"{name!r} and {other_name!r}"
                raise UserError(
                    f"triggers of {who} move {path} to and fro: one if {one.condition}, another if "
                    f"{other.condition}; expected one measure, and a band in which neither fires"
                )


def _opposed(one: Trigger, other: Trigger) -> list[str]:
    """Return the levers that two triggers move to different values or in different directions."""
    first, second = ({**leaves(each.set), **each.add} for each in (one, other))
    found = []
    for path in first.keys() & second.keys():
        adds = path in one.add, path in other.add
        if all(adds):
            against = (one.add[path] > 0) != (other.add[path] > 0)
        else:
            against = any(adds) or first[path] != second[path]
        if against:
            found.append(path)
    return sorted(found)


def _leaves_a_band(one: Trigger, other: Trigger) -> bool:
    """Return whether neither of two triggers fires in a band between their conditions."""
    if one.measure != other.measure:
        return False
    if one.above is not None and other.below is not None:
        return other.below < one.above
    if one.below is not None and other.above is not None:
        return one.below < other.above
    return False
