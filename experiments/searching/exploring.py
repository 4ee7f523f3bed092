"""Candidates, generation by generation: asked for, evaluated, told.

Which candidates are tried follows from the space, the seed and the values alone. So whoever keeps
the values can go through all of it again and comes to where he was.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from experiments.searching.aims import Aims, Floats
from experiments.searching.library import Optimiser
from experiments.searching.space import Space, Values

Evaluate = Callable[[Sequence[Values]], Floats]
"""From values of the levers to values of the quantities, of shape (candidates, runs, quantities,
2): under the candidate and under the baseline; NaN where undefined."""
AGAIN = 50
"""Candidates in a row that are no new ones, after which some are drawn at random."""
DRAWS = 2_000
"""Candidates drawn at random, in a row, that are no new ones, after which the search ends."""


class Ask(NamedTuple):
    """How candidates are asked for.

    Attributes:
        space: The levers that are chosen.
        aims: What is wanted, and what must hold.
        refusal: Says why no policy can have some values; an empty text if one can.
        evaluations: How many candidates are tried at most.
        generation: How many at a time.
        optimiser: "tpe" or "nsga2".
        seed: Of the optimiser.
        first: Values that are tried first, if any.
    """

    space: Space
    aims: Aims
    refusal: Callable[[Values], str]
    evaluations: int
    generation: int
    optimiser: str
    seed: int
    first: Values | None = None


class Tried(NamedTuple):
    """The candidates that were tried.

    Attributes:
        candidates: Their values, in order.
        generations: In which generation each was, from 1.
        values: What `Evaluate` returned of them.
        refused: Reasons why values were no policy, each with how often.
        complete: Whether these are all candidates that there are.
    """

    candidates: list[Values]
    generations: list[int]
    values: Floats
    refused: dict[str, int]
    complete: bool


def explore(ask: Ask, evaluate: Evaluate) -> Tried:
    """Try candidates.

    Args:
        ask: How they are asked for.
        evaluate: Says what they come to, a generation at a time.
    """
    return _Explorer(ask).explored(evaluate)


class _Explorer:
    """One search as it goes on."""

    def __init__(self, ask: Ask):
        self.ask = ask
        self.rng = np.random.default_rng(ask.seed)
        self.seen: set[tuple[str, ...]] = set()
        self.drawn: set[tuple[str, ...]] = set()
        self.refused: dict[str, int] = {}
        self.candidates: list[Values] = []

    def explored(self, evaluate: Evaluate) -> Tried:
        """Return the candidates with what they came to."""
        ask, parts, generations = self.ask, [], []
        everything = ask.space.size <= ask.evaluations
        batches = self._all() if everything else self._asked()
        for number, (batch, tell) in enumerate(batches, start=1):
            found = evaluate(batch)
            tell(found)
            parts.append(found)
            generations += [number] * len(batch)
            self.candidates += batch
        shape = (0, 0, len(ask.aims.quantities), 2)
        values = np.concatenate(parts) if parts else np.empty(shape)
        return Tried(self.candidates, generations, values, self.refused, everything)

    def _all(self) -> "Iterator[tuple[list[Values], Callable[[Floats], None]]]":
        """Yield all candidates that there are, a generation at a time."""
        space, size = self.ask.space, self.ask.generation
        each = [_all_values(one.spread) for one in space.dimensions]
        paths = [one.path for one in space.dimensions]
        whole = [dict(zip(paths, row, strict=True)) for row in product(*each)]
        good = [values for values in whole if self._is_new(values)]
        for first in range(0, len(good), size):
            yield list(good[first : first + size]), lambda _: None

    def _asked(self) -> "Iterator[tuple[list[Values], Callable[[Floats], None]]]":
        """Yield generations that the optimiser asks for."""
        ask = self.ask
        optimiser = Optimiser(ask.space, len(ask.aims.objectives), ask.optimiser, ask.generation,
                              ask.seed)  # fmt: skip
        for values in self._spread_out():
            optimiser.propose(values)
        while (left := ask.evaluations - len(self.candidates)) > 0:
            batch = self._generation(optimiser, min(left, ask.generation))
            if not batch:
                return

            def tell(found: Floats, numbers: Sequence[int] = tuple(batch)) -> None:
                self._tell(optimiser, numbers, found)

            yield list(batch.values()), tell

    def _spread_out(self) -> list[dict[str, Any]]:
        """Return the first generation: values of one's own, then a latin hypercube."""
        from scipy.stats import qmc  # which takes a second to load

        space, first = self.ask.space, self.ask.first
        count = min(self.ask.generation, self.ask.evaluations) - (first is not None)
        if count < 1:
            return [dict(first or {})]
        places = qmc.LatinHypercube(len(space.dimensions), seed=self.rng).random(count)
        return [*([dict(first)] if first else []), *map(space.at, places)]

    def _generation(self, optimiser: Optimiser, size: int) -> dict[int, Values]:
        """Return new candidates by the optimiser's numbers; fewer if no more are found."""
        batch: dict[int, Values] = {}
        misses = 0
        while len(batch) < size:
            if misses > AGAIN and not self._draw(optimiser):
                break
            number, values = optimiser.ask()
            if self.ask.space.key(values) in self.drawn or self._is_new(values):
                self.drawn.discard(self.ask.space.key(values))
                batch[number] = values
                misses = 0
            else:
                optimiser.refuse(number)
                misses += 1
        return batch

    def _draw(self, optimiser: Optimiser) -> bool:
        """Propose a new candidate drawn at random; return whether one was found."""
        space = self.ask.space
        for _ in range(DRAWS):
            values = space.at(self.rng.random(len(space.dimensions)))
            if self._is_new(values):
                self.drawn.add(space.key(values))
                optimiser.propose(values)
                return True
        return False

    def _is_new(self, values: Values) -> bool:
        """Return whether values are new and can be tried; remember them if so."""
        key = self.ask.space.key(values)
        if key in self.seen or not all(one.holds(values) for one in self.ask.aims.sums):
            return False
        self.seen.add(key)
        reason = self.ask.refusal(values)
        if reason:
            self.refused[reason] = self.refused.get(reason, 0) + 1
        return not reason

    def _tell(self, optimiser: Optimiser, numbers: Sequence[int], found: Floats) -> None:
        """Tell the optimiser what a generation came to."""
        aims = self.ask.aims
        means = {one: of.mean(axis=1) for one, of in aims.by_quantity(found).items()}
        wanted, excess = aims.wanted(means), aims.excess(means)
        for number, goals, over in zip(numbers, wanted, excess, strict=True):
            if np.isfinite(goals).all() and np.isfinite(over).all():
                optimiser.tell(number, goals.tolist(), over.tolist())
            else:
                optimiser.refuse(number)


def _all_values(spread: Any) -> Sequence[Any]:
    """Return all values of a choice, or of a range of whole numbers."""
    if not spread.numeric:
        return spread.values
    low, high = spread.values
    return range(math.ceil(low), math.floor(high) + 1)
