"""Policies in words: what changes in one, and what differs between two."""

from itertools import pairwise
from typing import Any, NamedTuple

from abm.policy.benefits import Layer
from abm.policy.files import FROM_THE_START, Part, month_label
from abm.policy.levers import Levers
from abm.policy.paths import leaves
from abm.policy.timeline import Timeline


class Difference(NamedTuple):
    """One lever that two policies, or two times, have otherwise.

    Attributes:
        month: From when on.
        path: The lever, or a whole benefit layer that only one of them has.
        old: The value before, or in the other policy; None for none, inside a zone as outside.
        new: The value now.
        source: Why it is so, if a change says.
        over: Whether the values that differed until then no longer do.
    """

    month: int
    path: str
    old: Any
    new: Any
    source: str | None = None
    over: bool = False

    @property
    def when(self) -> str:
        """The month as "2019-01", or "always"."""
        return month_label(self.month)

    @property
    def words(self) -> tuple[str, str]:
        """The value before and the value now, in words."""
        missing = "as outside" if self.path.startswith("zone.inside.") else "none"
        old, new = (missing if value is None else _word(value) for value in (self.old, self.new))
        return old, new

    def change(self) -> str:
        """Return it as "from <month>: <lever>: <old> -> <new>", or "always: ..."."""
        when = self.when if self.month == FROM_THE_START else f"from {self.when}"
        if self.over:
            return f"{when}: {self.path}: no longer differs"
        return f"{when}: {self.path}: {' -> '.join(self.words)}"

    def __str__(self) -> str:
        """Return the change with its source in square brackets."""
        return f"{self.change()} [{self.source}]" if self.source else self.change()


def record(timeline: Timeline) -> list[Difference]:
    """Return every change of a policy."""
    written = [(FROM_THE_START, Levers()), *timeline.written.items()]
    return [
        _difference(month, path, old, new, (timeline,))
        for (_, before), (month, now) in pairwise(written)
        for path, (old, new) in _unlike(before, now).items()
    ]


def differences(old: Timeline, new: Timeline) -> list[Difference]:
    """Return where a policy differs from another, from which month, and by which source."""
    found: list[Difference] = []
    known: dict[str, tuple[Any, Any]] = {}
    for month in sorted({*old.dates, *new.dates}):
        now = _unlike(old.written_at(month), new.written_at(month))
        for path, pair in now.items():
            if known.get(path) != pair:
                found.append(_difference(month, path, *pair, (new, old)))
        found += [Difference(month, path, *pair, over=True)
                  for path, pair in known.items() if path not in now]  # fmt: skip
        known = now
    return found


def _unlike(old: Levers, new: Levers) -> dict[str, tuple[Any, Any]]:
    """Return the values that differ, by path; a layer that only one has counts as one value."""
    before, after = _values(old), _values(new)
    for name in {**old.benefits, **new.benefits}:
        if name in old.benefits and name in new.benefits:
            continue
        for values, levers in ((before, old), (after, new)):
            for path in [path for path in values if path.startswith(f"benefits.{name}.")]:
                del values[path]
            if name in levers.benefits:
                values[f"benefits.{name}"] = levers.benefits[name]
    pairs = {path: (before.get(path), after.get(path)) for path in {**before, **after}}
    return {path: pair for path, pair in pairs.items() if pair[0] != pair[1]}


def _values(levers: Levers) -> dict[str, Any]:
    inside = levers.zone.inside.model_dump(exclude_unset=True)
    whole = leaves(levers.model_dump(exclude={"zone": {"inside"}}))
    return {**whole, **leaves(inside, "zone.inside")}


def _difference(
    month: int, path: str, old: Any, new: Any, timelines: tuple[Timeline, ...]
) -> Difference:
    """Return a difference with the source of the first timeline that has one."""
    sources = (_source(timeline.stack, path, month) for timeline in timelines)
    return Difference(month, path, old, new, next(filter(None, sources), None))


def _source(stack: tuple[Part, ...], path: str, month: int) -> str | None:
    """Return the source of the change that decides a lever in a month."""
    found = None
    for part in stack:
        for change in part.changes:
            paths = leaves(change.settings)
            if change.from_month <= month and any(
                key == path or key.startswith(path + ".") for key in paths
            ):
                found = change.source
    return found


def _word(value: Any) -> str:
    if isinstance(value, Layer):
        return value.in_words()
    if isinstance(value, tuple | list):
        steps = [item for item in value if isinstance(item, dict)]
        if steps:
            return ", ".join(f"{step['rate']:.1%} to {step['up_to']:,.0f}" for step in steps)
        return ", ".join(str(item) for item in value) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,.10g}" if isinstance(value, float) else str(value)
