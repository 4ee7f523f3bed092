"""Policies in words: what changes in one, and what differs between two."""

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from abm.lever_paths import leaves
from abm.levers import Levers
from abm.policy_files import Part, month_label

if TYPE_CHECKING:
    from abm.policy import Policy


def record(policy: "Policy") -> list[str]:
    """Return every change of a policy, each as "from <month>: <lever>: <old> -> <new> [source]"."""
    written = [(None, Levers()), *policy.timeline.written.items()]
    return [
        _line(month, path, old, new, (policy,))
        for (_, before), (month, now) in pairwise(written)
        for path, (old, new) in _unlike(before, now).items()
    ]


def differences(old: "Policy", new: "Policy") -> list[str]:
    """Return where a policy differs from another, from which month, and by which source."""
    lines = []
    known: dict[str, tuple[Any, Any]] = {}
    for month in sorted({*old.timeline.dates, *new.timeline.dates}):
        found = _unlike(old.timeline.written_at(month), new.timeline.written_at(month))
        for path, pair in found.items():
            if known.get(path) != pair:
                lines.append(_line(month, path, *pair, (new, old)))
        for path in known.keys() - found.keys():
            lines.append(f"from {month_label(month)}: {path}: no longer differs")
        known = found
    return lines


def _unlike(old: Levers, new: Levers) -> dict[str, tuple[Any, Any]]:
    """Return the values that differ, by path; a layer that only one has counts as one value."""
    before, after = _values(old), _values(new)
    for name in old.benefits.keys() ^ new.benefits.keys():
        for values, levers in ((before, old), (after, new)):
            for path in [path for path in values if path.startswith(f"benefits.{name}.")]:
                del values[path]
            if name in levers.benefits:
                values[f"benefits.{name}"] = levers.benefits[name].in_words()
    pairs = {path: (before.get(path), after.get(path)) for path in {**before, **after}}
    return {path: pair for path, pair in pairs.items() if pair[0] != pair[1]}


def _values(levers: Levers) -> dict[str, Any]:
    inside = levers.zone.inside.model_dump(exclude_unset=True)
    whole = leaves(levers.model_dump(exclude={"zone": {"inside"}}))
    return {**whole, **leaves(inside, "zone.inside")}


def _line(month: int, path: str, old: Any, new: Any, policies: "tuple[Policy, ...]") -> str:
    missing = "as outside" if path.startswith("zone.inside.") else "none"
    words = [missing if value is None else _word(value) for value in (old, new)]
    text = f"from {month_label(month)}: {path}: {' -> '.join(words)}"
    for policy in policies:
        source = _source(policy.stack, path, month)
        if source:
            return f"{text} [{source}]"
    return text


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
    if isinstance(value, tuple | list):
        steps = [item for item in value if isinstance(item, dict)]
        if steps:
            return ", ".join(f"{step['rate']:.1%} to {step['up_to']:,.0f}" for step in steps)
        return ", ".join(str(item) for item in value) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,.10g}" if isinstance(value, float) else str(value)
