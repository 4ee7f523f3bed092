"""In which world each run of a validation is lived."""

from abm import World


def worlds_of_runs(world: World, runs: int) -> list[World]:
    """Return the world of each run.

    Args:
        world: The world that is validated.
        runs: Number of runs.
    """
    return [world] * runs
