"""What a sweep moves: levers of the policies and parameters of the world, by the values asked."""

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from abm.errors import UserError, shortened, unknown
from abm.policy.files import setting_text
from abm.policy.paths import PREFIX, lever_info, parsed
from abm.policy.ranges import is_numbers
from abm.world import World
from agents.core.parameters import DECLARED
from experiments.design import OF_WORLD
from experiments.spread import Spread

FROM, TO, STEPS = "from", "to", "steps"
ENTRIES = (FROM, TO, STEPS)
GRID_EXPECTED = "a list of values, or {from = 1, to = 2, steps = 5}"
RANGE_EXPECTED = "{from = 1, to = 2}, [low, high], or a list of the values of a choice"
DIGITS = 12
"""Significant digits of the values between two ends: enough, and without the noise of binary."""


class Factor(NamedTuple):
    """Something that a sweep moves.

    Attributes:
        name: "levers.PATH" or "parameters.NAME".
        spread: Its range, or its values.
    """

    name: str
    spread: Spread


def full_name(name: str, world: World) -> str:
    """Return the name of a factor with what it is of before it.

    Args:
        name: A lever's path, with or without "levers." before it, or "parameters.NAME".
        world: Whose parameters there are.

    Raises:
        UserError: If there is no such lever or parameter.
    """
    if name.startswith(OF_WORLD):
        parameter = name.removeprefix(OF_WORLD)
        if parameter not in world.parameters:
            raise unknown("parameter", parameter, world.parameters)
        return name
    path = name.removeprefix(PREFIX)
    lever_info(path)
    return f"{PREFIX}{path}"


def flat(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Yield names and what is asked of each, from a table in which names may be nested."""
    for key, value in table.items():
        name = f"{above}.{key}" if above else str(key)
        if isinstance(value, Mapping) and set(value) - set(ENTRIES):
            yield from flat(value, name)
        else:
            yield name, value


def grid_values(name: str, asked: Any, world: World) -> tuple[Any, ...]:
    """Return the values of a factor in a grid.

    Args:
        name: Its full name.
        asked: A list, or a table with from, to and steps; a parameter's ends are its range's unless
            they are given.
        world: Where parameters have their ranges.

    Raises:
        UserError: If there is none, one twice, or a range that is none.
    """
    if isinstance(asked, Mapping):
        steps = asked.get(STEPS)
        if not isinstance(steps, int) or isinstance(steps, bool) or steps < 2:
            found = "none" if steps is None else shortened(steps)
            raise UserError(f"{name}: steps: expected a whole number of at least 2, got {found}")
        low, high = _ends(name, asked, world)
        between = np.linspace(low, high, steps).tolist()
        if _whole(name):
            return tuple(sorted({round(value) for value in between}))
        return tuple(float(f"{value:.{DIGITS}g}") for value in between)
    if not isinstance(asked, list | tuple | np.ndarray):
        raise UserError(f"{name}: expected {GRID_EXPECTED}, got {shortened(asked)}")
    values = tuple(plain(value) for value in asked)
    if not values:
        raise UserError(f"{name}: no value; expected {GRID_EXPECTED}")
    told = [text_of(value) for value in values]
    for text in told:
        if told.count(text) > 1:
            raise UserError(f"{name}: {text} is there twice; expected different values")
    return values


def range_of(name: str, asked: Any, world: World) -> Spread:
    """Return the range of a factor in a design that is drawn.

    Args:
        name: Its full name.
        asked: A table with from and to, two numbers, or the values of a choice; of a parameter, an
            empty table means its own range.
        world: Where parameters have their ranges.

    Raises:
        UserError: If it is no range, or upside down.
    """
    if isinstance(asked, Mapping):
        if STEPS in asked:
            raise UserError(f"{name}: steps belong to a grid; expected {RANGE_EXPECTED}")
        return Spread(_ends(name, asked, world), _whole(name))
    values = tuple(plain(value) for value in asked) if isinstance(asked, list | tuple) else ()
    if len(values) < 2 or (is_numbers(values) and len(values) != 2):
        raise UserError(f"{name}: expected {RANGE_EXPECTED}, got {shortened(asked)}")
    if is_numbers(values):
        return Spread(_ends(name, dict(zip((FROM, TO), values, strict=True)), world), _whole(name))
    return Spread(values)


def value_of(name: str, value: Any) -> Any:
    """Return the value of a cell of a table, text or not, as its factor has it.

    Args:
        name: The factor's full name.
        value: What stands there.

    Raises:
        UserError: If it is of a parameter and no number.
    """
    value = plain(value)
    if not name.startswith(OF_WORLD):
        return parsed(name.removeprefix(PREFIX), value)
    try:
        return float(value)
    except (TypeError, ValueError):
        raise UserError(f"{name}: {shortened(value)}, expected a number") from None


def plain(value: Any) -> Any:
    """Return a value as Python has it, without what NumPy adds."""
    return value.item() if isinstance(value, np.generic) else value


def text_of(value: Any) -> str:
    """Return a value as text, the same for the same number however it is written."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return f"{float(value)!r}" if number else setting_text(value)


def _ends(name: str, asked: Mapping[str, Any], world: World) -> tuple[float, float]:
    """Return the ends of a range, those of the world where none are given."""
    own = _own_range(name, world)
    ends = []
    for number, key in enumerate((FROM, TO)):
        value = asked.get(key, own[number] if own else None)
        if value is None:
            raise UserError(f"{name}: {key}: missing; {_no_range(name)}")
        if not is_numbers([value]):
            raise UserError(f"{name}: {key}: expected a number, got {shortened(value)}")
        ends.append(float(value))
    low, high = ends
    if not low < high:
        raise UserError(f"{name}: from {low:g} to {high:g}; expected from below to")
    if _whole(name) and not (low.is_integer() and high.is_integer()):
        raise UserError(f"{name}: from {low:g} to {high:g}; expected whole numbers")
    return low, high


def _own_range(name: str, world: World) -> tuple[float, float] | None:
    """Return the range that the world gives a parameter, None if it gives none."""
    if not name.startswith(OF_WORLD):
        return None
    table = world.parameter_table.set_index("name")
    row = table.loc[name.removeprefix(OF_WORLD)]
    low, high = float(row["low"]), float(row["high"])
    return (low, high) if low < high and math.isfinite(high - low) else None


def _no_range(name: str) -> str:
    what = "this parameter has no range" if name.startswith(OF_WORLD) else "a lever has no range"
    return f"{what} of its own, expected {{from = ..., to = ...}}"


def _whole(name: str) -> bool:
    """Return whether only whole numbers make sense."""
    if name.startswith(OF_WORLD):
        return DECLARED[name.removeprefix(OF_WORLD)].whole
    kinds = {kind.get("type") for kind in lever_info(name.removeprefix(PREFIX)).kinds}
    return kinds & {"integer", "number"} == {"integer"}
