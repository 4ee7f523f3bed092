"""Policies: dated differences of levers, one on top of another.

A policy file extends another and lists changes, each with the month from which it holds and a
source. Its changes hold on top of those of the policy it extends, *from their date on*: a lever
that the child has set in January 2019 stays as the child set it, even where the parent changes it
again in 2024. The years before a world's first month are history and the same for everyone, so only
a policy that extends nothing may set them.

Policies combine ("special-zone+mandatory-registry"): what both inherit counts once, and their own
changes are put together. Two that set one lever to different values at the same time are refused,
unless a value that is set on top of both decides.
"""

import math
import os
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from abm.calendar import label, month_of
from abm.errors import UserError, unknown
from abm.policy.diff import Difference, differences, record
from abm.policy.files import (
    EXPECTED,
    FROM_THE_START,
    TO_THE_END,
    Change,
    Part,
    is_path,
    month_label,
    policy_schema,
    read_policy_file,
    setting_text,
    split_levers,
    split_name,
    with_levers,
    write_policy,
)
from abm.policy.idle import IdleLeverWarning, idle_levers
from abm.policy.levers import LAYER, Levers
from abm.policy.paths import by_path, checked, dated, leaves, nested, parsed
from abm.policy.sums import Clash, clashes, refuse_replaced, told, undecided
from abm.policy.timeline import Timeline, flattened, layer_span
from abm.policy.triggers import Fired, Trigger, check_limit, check_pairs, tried
from abm.policy.validation import check_timeline
from abm.text_files import path_of
from abm.world import DEFAULT, World, load_world, policy_files, world_folder
from abm.world.about import read_about

__all__ = ["Change", "Policy", "load_policy", "policy_names", "policy_schema"]

LONGEST_CHAIN = 250
"""Policies that can extend one another; Python's own stack ends a little later."""
SET_BY_USER = "assumption: set by the user"
BEGINS = "begins"
"""Among settings: the month to which the first of a policy's own changes moves, the others as many
months as it."""


@dataclass(frozen=True)
class Policy:
    """What holds in each month, and why.

    Attributes:
        name: Short name ("special-zone"), or names joined by "+".
        title: A few words.
        summary: A sentence or two.
        stack: The changes it is made of, by policy; where several set a lever, the last holds.
        inherited: Number of parts at the start of the stack that belong to what it extends.
        extends: How to load what it extends: a name, names joined by "+", a path.
        origin: How to load this policy itself, or None if it exists in memory only.
        fired: Triggers that have fired in a run, in order; what they changed ends the stack.
        clashes: Levers that policies in a sum set to different values; what is set on top decides.
    """

    name: str
    title: str
    summary: str
    stack: tuple[Part, ...]
    inherited: int = 0
    extends: str | None = None
    origin: str | None = None
    fired: tuple[Fired, ...] = ()
    clashes: tuple[Clash, ...] = ()

    def __repr__(self) -> str:
        """Say which policy it is."""
        return f"<Policy {self.name}: {self.title}>"

    def __hash__(self) -> int:
        return hash(self.name)

    def __getstate__(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    @cached_property
    def timeline(self) -> Timeline:
        """Its levers, month by month."""
        return Timeline(self.stack)

    @property
    def parent(self) -> str | None:
        """Name of the policy that it extends, or None."""
        return self.stack[self.inherited - 1].name if self.inherited else None

    @property
    def base(self) -> "Policy | None":
        """The policy that it extends, or None."""
        if not self.inherited:
            return None
        name = self.extends if self.extends and not is_path(self.extends) else self.parent
        return Policy(name or "", name or "", "", self.stack[: self.inherited], origin=self.extends)

    @property
    def changes(self) -> tuple[Change, ...]:
        """The changes that it adds to what it extends, by date."""
        own = [change for part in self.stack[self.inherited :] for change in part.changes]
        return tuple(sorted(own, key=lambda change: change.from_month))

    @property
    def triggers(self) -> tuple[tuple[str, int, Trigger], ...]:
        """All triggers: name of the part that has each, its place there from 1, the trigger."""
        return tuple(
            (part.name, number, trigger)
            for part in self.stack
            for number, trigger in enumerate(part.triggers, start=1)
        )

    def after_year(self, year: int, figures: Mapping[str, float], january: int) -> "Policy":
        """Return the policy as a year's scorecard leaves it: itself if no trigger fires.

        Args:
            year: The calendar year that has ended.
            figures: Its scorecard, by `abm.policy.triggers.MEASURES`.
            january: The next month, from January 2019 = 0.
        """
        policy = self
        for name, number, trigger in self.triggers:
            before = sum((one.policy, one.number) == (name, number) for one in self.fired)
            if before < trigger.times and trigger.holds(year, figures):
                policy = policy._with_fired(name, number, trigger, year, figures, january)
        return policy

    def _with_fired(self, name: str, number: int, trigger: Trigger, year: int,
                    figures: Mapping[str, float], january: int) -> "Policy":  # fmt: skip
        """Return the policy after a trigger has fired; itself if that changes nothing."""
        moves = trigger.moves(self.timeline.written_at(january))
        if not moves:
            return self
        settings = nested({path: new for path, (_, new) in moves.items()})
        source = f"trigger of {name}, {trigger.condition}: {trigger.source}"
        change = Change(january, checked(settings, f"{name}, trigger {number}"), source)
        part = Part(f"{name}, trigger {number} of {year}", (change,))
        fired = Fired(year, name, number, trigger.measure, figures[trigger.measure], moves)
        return replace(self, stack=(*self.stack, part), fired=(*self.fired, fired))

    def levers_at(self, month: int) -> Levers:
        """Return all levers in force in a month (from January 2019 = 0, negative before).

        A layer that does not pay in that month (not begun, ended, stopped by the benefit-list
        rule) is inactive in it, and a local scheme that is being phased out has reduced rates.
        """
        return self.timeline.levers_at(month)

    def change_months(self) -> list[int]:
        """Return the months in which any lever differs from the month before, in order."""
        turns = self.timeline.turns
        return [b for a, b in pairwise(turns) if self.levers_at(a) != self.levers_at(b)]

    def changes_in(self, month: int) -> bool:
        """Return whether any lever in a month differs from the month before."""
        return month in self._change_months

    @cached_property
    def _change_months(self) -> frozenset[int]:
        return frozenset(self.change_months())

    def difference(self, other: "Policy | None" = None) -> list[Difference]:
        """Return what differs from another policy, by default from what it extends.

        A policy that extends nothing is told as a record: what changed in it, and when. As text
        (`str`) a difference is one line in words.
        """
        other = other or self.base
        if other is None:
            return record(self.timeline)
        return differences(other.timeline, self.timeline)

    def layers(self) -> list[str]:
        """Return the names of the benefit layers that it has in any month, its parents' too."""
        written = self.timeline.written.values()
        return list(dict.fromkeys(name for levers in written for name in levers.benefits))

    def idle(self, world: World | None = None) -> list[str]:
        """Return a line for each lever that is set and cannot act under the rest of the policy.

        Args:
            world: If given, what can act in no place or on no drug of it is told as well.
        """
        return [str(lever) for lever in idle_levers(self.timeline, world)]

    def warn_of_idle(self, world: World | None = None) -> None:
        """Warn (`IdleLeverWarning`) of each lever that is set and cannot act, in a world or any."""
        for line in self.idle(world):
            warnings.warn(f"{self.name}: {line}", IdleLeverWarning, stacklevel=3)

    def too_late(self, last: int) -> str:
        """Return in a line that nothing of this policy's own begins by a month; else an empty text.

        Args:
            last: The last month of a scenario, from January 2019 = 0.
        """
        own = [
            change.from_month for part in self.stack[self.inherited :] for change in part.changes
        ]
        if not own or min(own) <= last:
            return ""
        return (
            f"its changes begin in {month_label(min(own))}, after the scenario's last month "
            f"{month_label(last)}: nothing of it acts"
        )

    def late_layers(self, last: int) -> list[str]:
        """Return a line for each benefit layer of this policy's own that begins after a month.

        A policy that extends nothing is a record of all years: nothing in it is told.

        Args:
            last: The last month of a scenario, from January 2019 = 0.
        """
        if not self.inherited:
            return []
        own = [change for part in self.stack[self.inherited :] for change in part.changes]
        names = dict.fromkeys(name for c in own for name in c.settings.get("benefits", {}))
        layers = self.timeline.written_at(last).benefits
        return [
            f"{LAYER}{name} cannot act: it begins in {layers[name].start}, after the scenario's "
            f"last month {month_label(last)}"
            for name in names
            if name in layers and layer_span(layers[name])[0] > last
        ]

    def warn_of_late(self, last: int) -> None:
        """Warn (`IdleLeverWarning`) of what of this policy's own begins after a month."""
        for line in filter(None, [self.too_late(last), *self.late_layers(last)]):
            warnings.warn(f"{self.name}: {line}", IdleLeverWarning, stacklevel=3)

    def sources(self) -> list[str]:
        """Return the sources of all changes that hold, inherited ones first, each once."""
        found: list[str] = []
        for part in self.stack:
            found += [change.source for change in part.changes]
            found += [trigger.source for trigger in part.triggers]
        return list(dict.fromkeys(found))

    def with_settings(self, settings: Mapping[str, Any], first_month: int = 0) -> "Policy":
        """Return this policy with levers set by path.

        What is set for a layer or zone that begins later holds from its beginning.

        Args:
            settings: Values, or text as on a command line, by path ("network.slots": "1.2"); a path
                may name the month from which its value holds ("zone.provinces@2021-06"), and
                "begins" moves the policy's own changes so that the first holds from a month.
            first_month: The month from which the others hold, from January 2019 = 0.

        Raises:
            UserError: For an unknown lever, a wrong value, or a contradiction.
        """
        policy = self._with(settings, first_month)
        _refuse_clashes(policy)
        check_timeline(policy.name, policy.timeline)
        return policy

    def _with(self, settings: Mapping[str, Any], first_month: int) -> "Policy":
        """Return this policy with levers set by path, each checked by itself only."""
        if not settings:
            return self
        settings = by_path(settings)
        levers = {key: value for key, value in settings.items() if key != BEGINS}
        moved = self if levers == settings else self._begun(str(settings[BEGINS]), first_month)
        words = ",".join(f"{path}={setting_text(value)}" for path, value in settings.items())
        name = f"{self.name}[{words}]"
        parts = (Part(name, _changes_of(levers, first_month)),) if levers else ()
        return Policy(
            name, f"{self.title}, {words}", self.summary, (*moved.stack, *parts),
            inherited=len(self.stack) if moved is self else self.inherited,
            extends=self.origin if moved is self else self.extends,
            origin=self._origin_with(settings), clashes=self.clashes,
        )  # fmt: skip

    def _begun(self, when: str, first_month: int) -> "Policy":
        """Return this policy with its own changes moved together, the first to another month."""
        own = [
            change.from_month
            for part in self.stack[self.inherited :]
            for change in part.changes
            if change.from_month > FROM_THE_START
        ]
        if not self.inherited or not own:
            raise UserError(f"{BEGINS}: {self.name} adds no dated changes to another policy")
        try:
            month = month_of(when)
        except UserError as error:
            raise UserError(f"{BEGINS}: {error}") from None
        if month < first_month:
            raise UserError(f"{BEGINS}: {when}; expected {month_label(first_month)} or later")
        later = month - min(own)
        stack = tuple(
            part if number < self.inherited else _moved(part, later)
            for number, part in enumerate(self.stack)
        )
        return replace(self, stack=stack)

    def _origin_with(self, settings: Mapping[str, Any]) -> str | None:
        """Return how to load this policy with levers set, or None if it cannot be loaded."""
        if self.origin is None:
            return None
        _, named = split_name(self.origin)
        base, before = split_levers(named)
        return with_levers(base, settings) if not before else None

    def overridden(self) -> list[tuple[Change, str, Any]]:
        """Return the changes whose levers the user has set otherwise: change, path, value set."""
        found = []
        for n, part in enumerate(self.stack):
            later = [
                leaves(change.settings)
                for other in self.stack[n + 1 :]
                for change in other.changes
                if change.source == SET_BY_USER
            ]
            for change in part.changes:
                for path, value in leaves(change.settings).items():
                    set_to = [levers[path] for levers in later if path in levers]
                    if set_to and set_to[-1] != value:
                        found.append((change, path, set_to[-1]))
        return found

    def canonical(self) -> dict[str, Any]:
        """Return what the levers depend on, and no texts, as plain JSON data for hashing."""
        parts = [
            [{"from": change.when, "set": _plain(change.settings)} for change in part.changes]
            for part in self.stack
            if part.changes
        ]
        triggers = [
            {"when": [trigger.measure, trigger.above, trigger.below, trigger.first_year],
             "set": _plain(trigger.set), "add": _plain(trigger.add),
             "until": trigger.until, "times": trigger.times}
            for _, _, trigger in self.triggers
        ]  # fmt: skip
        return {"parts": parts, "triggers": triggers} if triggers else {"parts": parts}

    def to_toml(self, *, whole: bool = False) -> str:
        """Return a file that `load_policy` reads as this policy.

        Args:
            whole: Write what it inherits as well, so that the file stands alone. A policy that
                extends or combines others which have no name or path is always written so.
        """
        name = re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")
        parts = self.stack[self.inherited :]
        if not whole and len(parts) == 1 and (self.extends or not self.inherited):
            (own,) = parts
            return write_policy(
                name, self.title, self.summary, self.extends, own.changes, own.triggers
            )
        if not whole and len(parts) != 1 and self.origin:
            return write_policy(name, self.title, self.summary, self.origin, ())
        triggers = tuple(trigger for _, _, trigger in self.triggers)
        return write_policy(name, self.title, self.summary, None, flattened(self.stack), triggers)


def _moved(part: Part, months: int) -> Part:
    """Return a part with its dated changes so many months later."""
    changes = (
        replace(one, from_month=one.from_month + months) if one.from_month > FROM_THE_START else one
        for one in part.changes
    )
    return replace(part, changes=tuple(changes))


def _changes_of(settings: Mapping[str, Any], first_month: int) -> tuple[Change, ...]:
    """Return settings as changes by date.

    Raises:
        UserError: For an unknown lever, a wrong value, a month before the first, or two values of
            a lever in one month.
    """
    by_month: dict[int, dict[str, Any]] = {}
    for key, value in settings.items():
        path, given = dated(key)
        month = first_month if given is None else given
        values = by_month.setdefault(month, {})
        if month < first_month:
            first = month_label(first_month)
            raise UserError(f"{path}: set from {month_label(month)}; expected {first} or later")
        if path in values:
            raise UserError(f"{path} is set twice from {month_label(month)}; expected once")
        values[path] = parsed(path, value)
    return tuple(
        Change(month, checked(nested(values), "settings"), SET_BY_USER)
        for month, values in sorted(by_month.items())
    )


class _Shelf(NamedTuple):
    """Where the policies of a world stand, and the first month that they may change."""

    world: str
    folder: Path
    first_month: int


def _shelf(world: World | None) -> _Shelf:
    if world is None:
        return _default_shelf()
    return _Shelf(world.name, world.folder, world.about.first_month_number)


@cache
def _default_shelf() -> _Shelf:
    folder = world_folder(DEFAULT)
    return _Shelf(DEFAULT, folder, read_about(folder).first_month_number)


def policy_names(world: World | str | Path = DEFAULT) -> list[str]:
    """Return the names of a world's policies.

    Args:
        world: A world, the name of a shipped one, or the path of a world's folder.

    Raises:
        UserError: If there is no such world.
    """
    return list(policy_files(world.folder if isinstance(world, World) else world_folder(world)))


def load_policy(
    policy: "str | Path | Policy",
    settings: Mapping[str, Any] | None = None,
    *,
    world: World | str | Path | None = None,
) -> Policy:
    """Return a policy by name, path, or names joined by "+".

    Args:
        policy: The name of one of the world's policies ("special-zone"), the path of a TOML file,
            several joined by "+", any of these with levers set ("special-zone:network.slots=1.2",
            several after one another with ";" between them), any of these with a name of your own
            before it ("more-slots=special-zone:network.slots=1.2"), or a policy.
        settings: Levers set on top of it, by path: from the world's first month on, or from the
            month that the path names ("zone.provinces@2021-06"). "begins" moves the policy's own
            changes together, the first to the month given.
        world: Whose policies are meant: a world, the name of a shipped one, or a folder. Places,
            diseases and network lists that it lacks are refused. Without it, the names are those
            of the default world, and nothing is compared with its tables.

    Raises:
        UserError: For whatever is wrong, with where it is and the nearest valid name.
    """
    if isinstance(world, str | Path):
        world = load_world(world)
    loaded = read_policy(policy, world)._with(settings or {}, _shelf(world).first_month)
    _refuse_clashes(loaded)
    check_timeline(loaded.name, loaded.timeline, world)
    _check_triggers(loaded, world)
    return loaded


def read_policy(policy: str | Path | Policy, world: World | None) -> Policy:
    """Return a policy as it is written, by what `load_policy` takes.

    What a policy may not say is not looked for: levers set on top of it can still put it right.
    """
    if isinstance(policy, Policy):
        return policy
    return _load(str(policy), _shelf(world), Path(), ())


def _refuse_clashes(policy: Policy) -> None:
    """Refuse a sum of policies that contradict each other where nothing on top of it decides.

    Raises:
        UserError: With the first of the contradictions, and what decides on all.
    """
    found = undecided(policy.clashes, policy.stack)
    if found:
        raise UserError(told(found))


def _check_triggers(policy: Policy, world: World | None) -> None:
    """Refuse triggers that pull a lever to and fro, or whose changes no policy may say.

    Raises:
        UserError: Naming policy, trigger and what is wrong.
    """
    check_pairs([(name, trigger) for name, _, trigger in policy.triggers])
    last = policy.timeline.turns[-1]
    for name, number, trigger in policy.triggers:
        where = f"policy {name!r}, trigger {number}"
        settings = tried(trigger, policy.timeline.written_at(last), where)
        if not policy.fired:  # what has fired may have reached its limit
            _check_limit(policy, trigger, where)
        part = Part(where, (Change(last, settings, trigger.source),))
        check_timeline(f"{name}, trigger {number}", Timeline((*policy.stack, part)), world)


def _check_limit(policy: Policy, trigger: Trigger, where: str) -> None:
    """Refuse a trigger that adds to a lever which is beyond its limit from the first.

    Raises:
        UserError: With the lever, its value, and the side on which the limit would do something.
    """
    first = FROM_THE_START if trigger.first_year is None else month_of(f"{trigger.first_year}-12")
    in_force = [
        policy.timeline.written_at(month)
        for month in (first, *(date for date in policy.timeline.dates if date > first))
    ]
    others = [other for _, _, other in policy.triggers if other is not trigger]
    for path in trigger.add:
        if not any(path in {**leaves(other.set), **other.add} for other in others):
            check_limit(trigger, path, in_force, where)


def _load(reference: str, shelf: _Shelf, folder: Path, trail: tuple[Path, ...]) -> Policy:
    path = folder / path_of(reference)
    if is_path(reference) and os.path.isfile(path):  # a name of any length is looked up
        return _load_file(path, str(path.resolve()), shelf, trail)
    name, named = split_name(reference)
    if name:
        return _called(name, _load(named, shelf, folder, trail), shelf)
    base, settings = split_levers(reference)
    if settings:
        return _load(base, shelf, folder, trail)._with(settings, shelf.first_month)
    if "+" in reference:
        first, *others = (
            _load(name.strip(), shelf, folder, trail) for name in reference.split("+")
        )
        for other in others:
            first = _combined(first, other)
        return first
    if is_path(reference):
        raise UserError(f"policy file {reference}: no such file")
    known = policy_files(shelf.folder)
    if reference not in known:
        raise _unknown(reference, shelf, known)
    if trail:
        return _load_file(known[reference], reference, shelf, trail)
    return _kept(reference, shelf, tuple((path, _changed(path)) for path in known.values()))


def _called(name: str, policy: Policy, shelf: _Shelf) -> Policy:
    """Return a policy under another name, which no policy of the world may have."""
    if name in policy_files(shelf.folder):
        raise UserError(f"{name}={policy.origin}: {name} is a policy's name; expected a new one")
    return replace(policy, name=name, origin=policy.origin and f"{name}={policy.origin}")


def _unknown(name: str, shelf: _Shelf, known: Mapping[str, Path]) -> UserError:
    if ":" in name:
        return UserError(f"policy {name}: {EXPECTED}")
    kind = "policy" if shelf.world == DEFAULT else f"policy of world {shelf.world}"
    return unknown(kind, name, known)


def _changed(path: Path) -> int:
    """Return when a file was last changed, 0 if it is not there."""
    return path.stat().st_mtime_ns if path.is_file() else 0


_read = lru_cache(maxsize=256)(lambda path, changed: read_policy_file(path))
"""What a file says, read once for as long as it does not change."""


@lru_cache(maxsize=256)
def _kept(name: str, shelf: _Shelf, files: tuple[tuple[Path, int], ...]) -> Policy:
    """Return a policy of a world, read once for as long as none of the world's files changes."""
    path = next(path for path, _ in files if path.stem == name)
    return _load_file(path, name, shelf, ())


def _load_file(path: Path, origin: str, shelf: _Shelf, trail: tuple[Path, ...]) -> Policy:
    path = path.resolve()
    if path in trail:
        circle = " extends ".join(step.name for step in (*trail[trail.index(path) :], path))
        raise UserError(f"policy files extend each other in a circle: {circle}")
    if len(trail) >= LONGEST_CHAIN:
        raise UserError(
            f"policy file {trail[0].name}: more than {LONGEST_CHAIN} policies extend each other, "
            "expected fewer"
        )
    header, part = _read(path, _changed(path))
    changes = part.changes
    if header["extends"] is None:
        return Policy(header["name"], header["title"], header["summary"], (part,), origin=origin)
    base = _load(header["extends"], shelf, path.parent, (*trail, path))
    if changes and changes[0].from_month < shelf.first_month:
        raise UserError(
            f"{path.name}, change from {changes[0].when}: a policy that extends another may set "
            f"levers from {label(shelf.first_month)} on only; the years before are history, the "
            "same for all"
        )
    return Policy(
        header["name"], header["title"], header["summary"], (*base.stack, part),
        inherited=len(base.stack), extends=base.origin, origin=origin, clashes=base.clashes,
    )  # fmt: skip


def _combined(one: Policy, other: Policy) -> Policy:
    """Return both in one, or the one that holds the other already."""
    mine = tuple(part for part in one.stack if part not in other.stack)
    theirs = tuple(part for part in other.stack if part not in one.stack)
    if not theirs or not mine:
        part, whole, more = (other, one, mine) if not theirs else (one, other, theirs)
        refuse_replaced(part.timeline.written_at(TO_THE_END), more, part.stack)
        return whole
    shared = len(one.stack) - len(mine)
    if not shared:
        raise UserError(
            f"policies {one.name!r} and {other.name!r} cannot be combined: they extend nothing "
            "in common"
        )
    base = Timeline(one.stack[:shared]).written_at(TO_THE_END)
    refuse_replaced(base, mine, theirs)
    refuse_replaced(base, theirs, mine)
    origins = [policy.origin for policy in (one, other)]
    origin = "+".join(filter(None, origins)) if all(origins) else None
    stack = (*one.stack, *theirs)
    before = (*undecided(one.clashes, one.stack), *undecided(other.clashes, other.stack))
    inherited = next(i for i, part in enumerate(one.stack) if part in mine)
    return Policy(
        f"{one.name}+{other.name}", f"{one.title} + {other.title}",
        f"{one.summary} {other.summary}".strip(), stack, inherited=inherited, origin=origin,
        clashes=(*(one._replace(parts=len(stack), origin=origin) for one in before),
                 *clashes(mine, theirs, len(stack), origin)),
    )  # fmt: skip


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(value[key]) for key in sorted(value)}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return "inf" if value == math.inf else value
