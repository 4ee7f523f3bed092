"""What an analysis of sensitivity moves: parameters of the world, and guessed levers of policies.

Every factor has a coordinate from 0 to 1 across its range, along which it is spread evenly: a whole
number or a choice takes one of equal parts of it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from abm.errors import UserError
from abm.policy import Policy
from abm.policy.guesses import Guess, guesses, with_guesses
from abm.world import World
from agents.core.parameters import DECLARED
from experiments.calibration.priors import CONVENTIONS
from experiments.spread import Spread

PARAMETER, SHARED, BASELINE, LEVER = "parameter", "shared lever", "baseline lever", "lever"
"""Kinds of factors: of the world, of both policies, of the baseline alone, of the policy alone."""
OWN = (BASELINE, LEVER)
"""Kinds of levers that only one of the two has."""
GUESS = "GUESS"


@dataclass(frozen=True)
class Factor:
    """Something that is not known for certain.

    Attributes:
        name: Name of the parameter; of a lever, its path after the policy that guesses it.
        kind: `PARAMETER`, `SHARED`, `BASELINE` or `LEVER`.
        value: What is written, the centre of the analysis.
        range: Lowest and highest value, or the values of a choice.
        whole: Whether only whole numbers make sense.
        tag: How well it is known: SEEN, KNOWN, CALC or GUESS.
        meaning: What it is; of a lever, which policy guesses it.
        key: By which `apply` finds it: the parameter's name, or policy and path.
    """

    name: str
    kind: str
    value: Any
    range: tuple[Any, ...]
    whole: bool
    tag: str
    meaning: str
    key: Any

    @property
    def spread(self) -> Spread:
        """Its range, along which a coordinate from 0 to 1 spreads its values evenly."""
        return Spread(self.range, self.whole)

    @property
    def numeric(self) -> bool:
        """Whether it is a number rather than a choice."""
        return self.spread.numeric

    @property
    def spoken(self) -> str:
        """Its name where `described` stands beside it: a lever's path alone."""
        return self.name if self.kind == PARAMETER else self.key[1]

    @property
    def described(self) -> str:
        """What kind of thing it is, in words: "a lever of special-zone, a guess"."""
        known = "a guess" if self.tag == GUESS else f"tag {self.tag}"
        if self.kind == PARAMETER:
            return f"a parameter of the world, {known}"
        setter = self.key[0]
        whose = {
            LEVER: setter,
            BASELINE: f"the baseline alone, set by {setter}",
            SHARED: f"both policies, set by {setter}",
        }
        return f"a lever of {whose[self.kind]}, {known}"

    def at(self, place: float) -> Any:
        """Return the value at a coordinate from 0 to 1."""
        return self.spread.at(place)

    def place_of(self, value: Any) -> float:
        """Return the coordinate of a value; of a whole number or choice, the middle of its part."""
        return self.spread.place_of(value)

    def said(self, value: Any) -> str:
        """Return a value as people read it."""
        return f"{value:.3g}" if self.numeric else str(value).lower()


class Pair(NamedTuple):
    """What a point asks for: a world, and two policies in it, the baseline first."""

    world: World
    policies: dict[str, Policy]


def factors_of(world: World, policies: Sequence[Policy]) -> list[Factor]:
    """Return all that has a range with a width: levers of the policies, then parameters.

    Conventions (how a thing is counted, such as the discount rate) are chosen, not unknown: they
    are no factors, as no fit moves them either.

    A guess that all policies share is told apart, and so is one that only the baseline has: they
    are no choice of the policy in question.

    Args:
        world: The world, whose parameters that were set by hand are certain; the others begin at
            the values of the parameter set that was chosen in it, if one was.
        policies: The policies compared, the baseline first.

    Raises:
        UserError: If nothing has one.
    """
    all_guesses = [guesses(one) for one in policies]
    each_once = {one.name: one for each in all_guesses for one in each}
    kinds = _kinds([{one.name for one in each} for each in all_guesses])
    found = [_lever(one, kinds[name]) for name, one in each_once.items()]
    fixed = CONVENTIONS.union(world.changed_parameters)
    for row in world.parameter_table.itertuples(index=False):
        if row.low < row.high and row.name not in fixed:
            found.append(Factor(
                row.name, PARAMETER, world.parameters[row.name], (float(row.low), float(row.high)),
                DECLARED[row.name].whole, row.tag, row.meaning, row.name,
            ))  # fmt: skip
    if not found:
        raise UserError(
            f"world {world.name} and policies {', '.join(one.name for one in policies)}: nothing "
            "has a range; expected parameters with low < high, or [changes.ranges] in a policy"
        )
    return found


def _kinds(names: Sequence[set[tuple[str, str]]]) -> dict[tuple[str, str], str]:
    """Return the kind of each lever by its name, from those that each policy has."""
    baseline, *others = names or [set()]
    rest = set().union(*others)
    kinds = dict.fromkeys(rest, LEVER) | dict.fromkeys(baseline - rest, BASELINE)
    return kinds | dict.fromkeys(baseline.intersection(*others), SHARED)


def _lever(guess: Guess, kind: str) -> Factor:
    return Factor(
        f"{guess.policy}:{guess.path}", kind, guess.value, guess.range, guess.whole, GUESS,
        f"guessed by {guess.policy}", guess.name,
    )  # fmt: skip


def counted(factors: Sequence[Factor]) -> str:
    """Return in words how many factors of each kind there are."""
    found = Counter(one.kind for one in factors)
    return (
        f"{found[LEVER]} guessed levers of the policy, {found[BASELINE]} of the baseline alone, "
        f"{found[SHARED]} of both, {found[PARAMETER]} parameters of the world"
    )


def centre(factors: Sequence[Factor]) -> np.ndarray:
    """Return the coordinates of the written values, of shape (factors,)."""
    return np.array([factor.place_of(factor.value) for factor in factors])


def settled(
    factors: Sequence[Factor], point: np.ndarray, world: World, policies: Mapping[str, Policy]
) -> Pair:
    """Return the world and the policies at a point.

    A factor that lies where its written value does has that value, to the last digit.

    Args:
        factors: All factors.
        point: Their coordinates, of shape (factors,).
        world: The world as it is written.
        policies: The policies as they are written.
    """
    home = centre(factors)
    moved = [(factor, factor.at(place)) for factor, place, written
             in zip(factors, point, home, strict=True) if place != written]  # fmt: skip
    parameters = {one.key: value for one, value in moved if one.kind == PARAMETER}
    levers = {one.key: value for one, value in moved if one.kind != PARAMETER}
    return Pair(
        world.with_parameters(parameters) if parameters else world,
        {name: with_guesses(policy, levers) for name, policy in policies.items()},
    )
