"""The levers of a policy that are guesses: which, within what range, and the policy with others."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from abm.policy.files import Part
from abm.policy.loading import Policy, load_policy
from abm.policy.paths import checked, lever_info
from abm.policy.ranges import Range, is_numbers, spots, with_value

TRIGGER = "trigger."
"""Beginning of the paths of a trigger's numbers: "trigger.1.until" is of a policy's first."""


class Guess(NamedTuple):
    """A lever's value that is a guess, as one policy sets it.

    Attributes:
        policy: Name of the policy whose own change sets it.
        path: The lever.
        value: What it is set to.
        range: What it could be.
        whole: Whether only whole numbers make sense.
        source: What the change rests on.
        month: Month from which it holds, from January 2019 = 0.
    """

    policy: str
    path: str
    value: Any
    range: Range
    whole: bool
    source: str
    month: int

    @property
    def name(self) -> tuple[str, str]:
        """Policy and path, which are its name together."""
        return self.policy, self.path

    def __str__(self) -> str:
        """Return it in a line of words."""
        ends = " to ".join(f"{end:g}" for end in self.range) if is_numbers(self.range) else ""
        among = ends or "one of " + ", ".join(str(one).lower() for one in self.range)
        value = f"{self.value:g}" if ends else str(self.value).lower()
        return f"{self.path} = {value}, {among} (a guess of {self.policy})"


def guesses(policy: Policy) -> list[Guess]:
    """Return a policy's levers that are guesses with a range, its parents' first.

    One that a later part of its stack sets from the same date on, or an earlier one, is in force
    in no month, and left out.
    """
    found: dict[tuple[str, str], Guess] = {}
    for part in policy.stack:
        for change in part.changes:
            values = spots(change.settings)
            for name, guess in list(found.items()):
                if (
                    guess.policy != part.name
                    and _sets(values, guess.path)
                    and (change.from_month <= guess.month)
                ):
                    del found[name]
            for path, ends in change.ranges.items():
                guess = Guess(part.name, path, values[path], ends, _whole(path), change.source,
                              change.from_month)  # fmt: skip
                found[guess.name] = guess
        for number, trigger in enumerate(part.triggers, start=1):
            for path, ends in trigger.ranges.items():
                guess = Guess(part.name, f"{TRIGGER}{number}.{path}", trigger.numbers[path], ends,
                              False, trigger.source, 0)  # fmt: skip
                found[guess.name] = guess
    return list(found.values())


def with_guesses(policy: Policy, values: Mapping[tuple[str, str], Any]) -> Policy:
    """Return a policy with guesses at other values, each from its own date on.

    Args:
        policy: The policy.
        values: By policy and path (`Guess.name`); those that it does not have are passed over.

    Raises:
        UserError: For what a lever cannot be, or what no policy may say.
    """
    wanted = {one.name: values[one.name] for one in guesses(policy) if one.name in values}
    if not wanted:
        return policy
    stack = tuple(_moved(part, wanted) for part in policy.stack)
    moved = replace(policy, stack=stack, origin=None)
    return load_policy(moved)


def _moved(part: Part, values: Mapping[tuple[str, str], Any]) -> Part:
    """Return a part with its own guesses at other values."""
    changes = []
    for change in part.changes:
        settings = change.settings
        for path in change.ranges:
            if (part.name, path) in values:
                settings = with_value(settings, path, values[part.name, path])
        where = f"policy {part.name!r}, change from {change.when}"
        changes.append(replace(change, settings=checked(settings, where)))
    triggers = []
    for number, trigger in enumerate(part.triggers, start=1):
        names = {path: (part.name, f"{TRIGGER}{number}.{path}") for path in trigger.ranges}
        set_to = {path: values[name] for path, name in names.items() if name in values}
        triggers.append(trigger.with_numbers(set_to))
    return replace(part, changes=tuple(changes), triggers=tuple(triggers))


def _sets(values: Mapping[str, Any], path: str) -> bool:
    """Return whether settings set what is at a path, or the list that it is in."""
    return path in values or any(
        f"{path}.".startswith(f"{one}.") or one.startswith(f"{_lever(path)}.") for one in values
    )


def _lever(path: str) -> str:
    """Return the lever of a path that may lead into a list of tables."""
    names = path.split(".")
    return ".".join(names[: next((n for n, one in enumerate(names) if one.isdigit()), len(names))])


def _whole(path: str) -> bool:
    """Return whether the lever at a path takes whole numbers only."""
    if _lever(path) != path:
        return False
    return {kind.get("type") for kind in lever_info(path).kinds} & {"integer", "number"} == {
        "integer"
    }
