"""Ranges of the numbers that a policy guesses, declared beside the change that sets them.

A change whose source says GUESS can say within what limits the guess may lie: two numbers, or the
values among which a choice was made. The value that is set is the centre; analyses of sensitivity
move it within the range. A number in a list of tables has its place in its path:
"benefits.zone-fund.brackets.1.rate" is the rate of the first bracket.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Any

from abm.errors import UserError, shortened, unknown
from abm.policy.paths import PREFIX, Settings, checked

EXPECTED = "[low, high], or a list of values among which the lever's is"
"""What a range is, in words."""

Range = tuple[Any, ...]
"""Lowest and highest number, or the values (texts, or true and false) of a choice."""


def is_numbers(values: Iterable[Any]) -> bool:
    """Return whether all values are finite numbers."""
    return all(
        isinstance(one, int | float) and not isinstance(one, bool) and math.isfinite(one)
        for one in values
    )


def checked_ranges(raw: Any, settings: Settings, where: str) -> dict[str, Range]:
    """Return the ranges of a change by path, checked.

    Args:
        raw: The table as it was read.
        settings: The levers that the change sets, in their normal form.
        where: What the error message begins with.

    Raises:
        UserError: If a range is of a lever that the change does not set, is no range, leaves the
            set value out, or holds what the lever cannot be.
    """
    if not isinstance(raw, Mapping):
        raise UserError(f"{where}: ranges: expected a table, such as {EXAMPLE}")
    found = ranges_of(raw, spots(settings), "lever of this change", where)
    for path, ends in found.items():
        for end in ends:
            checked(with_value(settings, path, end), f"{where}: ranges")
    return found


def ranges_of(
    raw: Mapping[str, Any], known: Mapping[str, Any], kind: str, where: str
) -> dict[str, Range]:
    """Return ranges by name, each a range around a value that there is.

    Args:
        raw: The table as it was read.
        known: The values that can have one.
        kind: What they are, in the singular.
        where: What the error message begins with.

    Raises:
        UserError: If a range is of nothing that there is, is no range, or leaves the value out.
    """
    found = {}
    for name, ends in raw.items():
        path = str(name).removeprefix(PREFIX)
        if path not in known:
            raise UserError(f"{where}: ranges: {unknown(kind, path, known)}")
        if not isinstance(ends, list | tuple) or len(ends) < 2:
            raise UserError(f"{where}: ranges: {path}: expected {EXPECTED}, got {shortened(ends)}")
        _check_holds(known[path], tuple(ends), f"{where}: ranges: {path}")
        found[path] = tuple(ends)
    return found


EXAMPLE = '"zone.inside.network.remote" = [0.1, 0.6]'
"""What an entry of the table looks like."""


def _check_holds(value: Any, ends: Range, where: str) -> None:
    """Refuse a range that is none, or that leaves the value out."""
    if is_numbers([value]):
        if len(ends) != 2 or not is_numbers(ends) or not ends[0] < ends[1]:
            raise UserError(f"{where}: expected [low, high], two numbers, got {shortened(ends)}")
        if not ends[0] <= value <= ends[1]:
            raise UserError(
                f"{where}: the value {value:g} lies outside {ends[0]:g} to {ends[1]:g}; expected a "
                "range around it"
            )
    elif not isinstance(value, str | bool):
        raise UserError(f"{where}: {shortened(value)} has no range; expected a number or a choice")
    elif value not in ends or len(set(ends)) < len(ends) or is_numbers(ends):
        raise UserError(
            f"{where}: expected different values with {value!r} among them, got {shortened(ends)}"
        )


def spots(settings: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """Return every single value of nested settings by its path, also within lists of tables."""
    found: dict[str, Any] = {}
    for name, value in settings.items():
        path = f"{above}.{name}" if above else str(name)
        if isinstance(value, Mapping):
            found.update(spots(value, path))
        elif isinstance(value, list | tuple) and value and isinstance(value[0], Mapping):
            steps = {str(n): step for n, step in enumerate(value, start=1)}
            found.update(spots(steps, path))
        else:
            found[path] = value
    return found


def with_value(settings: Mapping[str, Any], path: str, value: Any) -> Settings:
    """Return settings with one value, as `spots` names it, replaced.

    Args:
        settings: Nested levers.
        path: The value's path.
        value: What it becomes.
    """
    return _replaced(settings, path.split("."), value)


def _replaced(node: Any, names: list[str], value: Any) -> Any:
    if not names:
        return value
    first, *rest = names
    if isinstance(node, Mapping):
        return {**node, first: _replaced(node[first], rest, value)}
    at = int(first) - 1
    return tuple(_replaced(one, rest, value) if n == at else one for n, one in enumerate(node))
