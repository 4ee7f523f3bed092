"""In which world each run of a validation is lived."""

from collections.abc import Sequence

from abm import World
from experiments.design import SETS, sets_of


def worlds_of_runs(world: World, seeds: Sequence[int], parameters: str = SETS) -> list[World]:
    """Return the world of each run: each with another parameter set, if the world has any.

    Args:
        world: The world that is validated; a set that has been chosen in it holds for all runs.
        seeds: Seed of each run, by which its set is chosen as a comparison chooses it.
        parameters: "sets", or "best": the world's own values in all of them.
    """
    sets = sets_of(world, seeds, parameters)
    return [world.with_set(number) for number in sets] if sets else [world] * len(seeds)
