"""The levers that a search chooses: each with a range or the values of a choice.

A lever within a list of tables has its place in its path, as ranges of guesses have it:
"benefits.zone-fund.brackets.1.rate" is the rate of the first bracket.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from abm.errors import UserError, shortened, unknown
from abm.policy import Policy
from abm.policy.paths import PREFIX, checked, leaves, lever_info, nested, parsed
from abm.policy.ranges import spots, with_value
from abm.world import World
from experiments.design import OF_WORLD
from experiments.spread import Spread
from experiments.sweeping.factors import FROM, TO, flat, plain, range_of, text_of

Values = Mapping[str, Any]
"""Values of the chosen levers by path."""
EXAMPLE = "such as financing.per_head_levy = { from = 0, to = 5 }"


class Dimension(NamedTuple):
    """A lever that is chosen.

    Attributes:
        path: Its path, which may lead into a list of tables.
        spread: Its range, or its values.
    """

    path: str
    spread: Spread

    @property
    def lever(self) -> str:
        """The lever that is set: the whole list, where the path leads into one."""
        return lever_of(self.path)

    @property
    def ends(self) -> tuple[Any, ...]:
        """Lowest and highest value, or all values of a choice."""
        if not self.spread.numeric:
            return self.spread.values
        return tuple(self.spread.at(place) for place in (0.0, 1.0))

    @property
    def size(self) -> float:
        """How many values there are; infinite for a range of real numbers."""
        if not self.spread.numeric:
            return len(self.spread.values)
        low, high = self.spread.values
        return high - low + 1 if self.spread.whole else math.inf

    def holds(self, value: Any) -> bool:
        """Return whether a value is one that it can have."""
        if self.spread.numeric:
            return _is_number(value) and self.spread.values[0] <= value <= self.spread.values[1]
        return text_of(value) in map(text_of, self.spread.values)


class Space(NamedTuple):
    """All levers that are chosen, and the policy whose they are.

    Attributes:
        dimensions: The levers.
        lists: Of each list that paths lead into: as the policy has it.
    """

    dimensions: tuple[Dimension, ...]
    lists: Mapping[str, Any]

    @property
    def size(self) -> float:
        """How many candidates there are; infinite if some lever is a real number."""
        return math.prod(one.size for one in self.dimensions)

    def at(self, places: NDArray[np.float64]) -> dict[str, Any]:
        """Return the values at coordinates from 0 to 1, of shape (levers,)."""
        return {one.path: one.spread.at(float(place))
                for one, place in zip(self.dimensions, places, strict=True)}  # fmt: skip

    def settings(self, values: Values) -> dict[str, Any]:
        """Return the levers to be set, lists whole, for values of the chosen levers."""
        found: dict[str, Any] = {}
        for one in self.dimensions:
            if one.path == one.lever:
                found[one.path] = values[one.path]
                continue
            place = one.path.removeprefix(f"{one.lever}.")
            below = {one.lever: found.get(one.lever, self.lists[one.lever])}
            table = {"list": below[one.lever]}
            found[one.lever] = with_value(table, f"list.{place}", values[one.path])["list"]
        return found

    def key(self, values: Values) -> tuple[str, ...]:
        """Return what is the same for the same values."""
        return tuple(text_of(values[one.path]) for one in self.dimensions)


def lever_of(path: str) -> str:
    """Return the lever of a path that may lead into a list of tables."""
    names = path.split(".")
    return ".".join(names[: next((n for n, one in enumerate(names) if one.isdigit()), len(names))])


def make_space(asked: Mapping[str, Any], policy: Policy, month: int, world: World) -> Space:
    """Return the levers that are chosen, checked one by one.

    Args:
        asked: Range or values by lever, as a file has them.
        policy: The policy whose levers they are.
        month: The scenario's last month, in which lists are read.
        world: The world, for its parameters' names.

    Raises:
        UserError: For none, an unknown lever, one twice, or a range that is none or beyond what
            the lever can be.
    """
    written = leaves(policy.timeline.written_at(month).model_dump())
    dimensions: dict[str, Dimension] = {}
    lists: dict[str, Any] = {}
    for name, values in flat(asked):
        path = name.removeprefix(PREFIX)
        if path.startswith(OF_WORLD):
            raise UserError(f"levers: {path}: a parameter of the world, which nobody can choose; "
                            "expected a lever (docs/levers.md)")  # fmt: skip
        if path in dimensions:
            raise UserError(f"levers: {path}: given twice; expected each lever once")
        lever = lever_of(path)
        _check_has(policy, lever)
        if lever != path:
            lists[lever] = _written_list(lever, path, written)
        dimensions[path] = Dimension(path, _spread(path, lever, values, lists, world))
    if not dimensions:
        raise UserError(f"levers: none; expected one or more, {EXAMPLE}")
    for one in dimensions.values():
        if one.path != one.lever and one.lever in dimensions:
            raise UserError(f"levers: {one.lever} is chosen whole, and {one.path} within it; "
                            "expected one of the two")  # fmt: skip
    space = Space(tuple(dimensions.values()), lists)
    for one in space.dimensions:
        for end in one.ends:
            _check_value(one, end, lists)
    return space


def _check_has(policy: Policy, lever: str) -> None:
    """Refuse a lever that does not exist, or of a benefit layer that the policy has not."""
    names = lever.split(".")
    layers = policy.layers()
    if names[0] == "benefits" and len(names) > 2 and names[1] not in layers:
        raise UserError(f"levers: {lever}: {unknown(f'layer of {policy.name}', names[1], layers)}")
    lever_info(lever)


def _written_list(lever: str, path: str, written: Mapping[str, Any]) -> Any:
    """Return a list of tables as the policy has it, into which a path leads."""
    value = written.get(lever)
    known = [name.removeprefix("list.") for name in spots({"list": value}) if name != "list"]
    place = path.removeprefix(f"{lever}.")
    if place not in known:
        raise UserError(f"levers: {path}: {unknown('place in the list', place, known)}")
    return value


def _spread(path: str, lever: str, asked: Any, lists: Mapping[str, Any], world: World) -> Spread:
    """Return the range or the values of a lever.

    Raises:
        UserError: If it is neither, upside down, or holds one value twice.
    """
    if path != lever:
        ends = asked if isinstance(asked, Mapping) else dict(zip((FROM, TO), _two(asked),
                                                                 strict=False))  # fmt: skip
        if set(ends) != {FROM, TO} or not all(map(_is_number, ends.values())):
            raise UserError(f"levers: {path}: expected {{from = 0.5, to = 0.9}}, got "
                            f"{shortened(asked)}")  # fmt: skip
        low, high = float(ends[FROM]), float(ends[TO])
        if not low < high:
            raise UserError(f"levers: {path}: from {low:g} to {high:g}; expected from below to")
        return Spread((low, high))
    try:
        spread = range_of(path, asked, world)
    except UserError as error:
        raise UserError(f"levers: {error}") from None
    if spread.numeric:
        return spread
    values = tuple(parsed(path, plain(one)) for one in spread.values)
    told = [text_of(one) for one in values]
    for text in told:
        if told.count(text) > 1:
            raise UserError(f"levers: {path}: {text} is there twice; expected different values")
    return Spread(values)


def _two(asked: Any) -> tuple[Any, ...]:
    """Return two values, or what is to be refused."""
    return tuple(asked) if isinstance(asked, list | tuple) and len(asked) == 2 else ()


def _check_value(one: Dimension, value: Any, lists: Mapping[str, Any]) -> None:
    """Refuse a value that the lever cannot have."""
    alone = Space((one,), lists)
    checked(nested(alone.settings({one.path: value})), "levers")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def written_values(space: Space, policy: Policy, month: int) -> dict[str, Any] | None:
    """Return the values that the policy itself has; None if some is not among those to choose from.

    Args:
        space: The levers that are chosen.
        policy: The policy as it is written.
        month: The month whose levers count.
    """
    written = spots(policy.timeline.written_at(month).model_dump())
    found = {}
    for one in space.dimensions:
        value = written.get(one.path)
        value = list(value) if isinstance(value, tuple) else value
        if not one.holds(value):
            return None
        found[one.path] = value
    return found


def told_values(values: Values) -> Iterator[str]:
    """Yield each lever with its value, in words: "network.slots = 1.23"."""
    for path, value in values.items():
        short = f"{float(f'{value:.3g}'):g}" if isinstance(value, float) else text_of(value)
        yield f"{path} = {short.removesuffix('.0')}"
