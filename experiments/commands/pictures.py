"""Pictures of what a folder of results holds, if anything draws them."""

from collections.abc import Callable
from pathlib import Path

from abm.world import World
from experiments.reporting.streams import complain

Illustrate = Callable[[Path, World | None], None]
"""Called with a results folder; adds pictures of what is in it."""


def illustrated(folder: Path, world: World, illustrate: Illustrate | None) -> bool | None:
    """Add pictures to a results folder; return whether they are there, None if none were wanted.

    Whatever goes wrong, the results themselves are there, so one line says it and no more.
    """
    if illustrate is None:
        return None
    try:
        illustrate(folder, world)
    except Exception as error:
        complain(f"figures and report.html were not made: {error or type(error).__name__}")
        return False
    return True
