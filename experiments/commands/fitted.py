"""Whether the parameter sets that runs live with were fitted with the rules of now."""

import json
import shlex
from pathlib import Path

from abm.world import DEFAULT, World
from experiments.reporting.streams import complain
from experiments.running.run_cache import code_fingerprint

RECORD = "calibration.json"
"""The record of a fit, beside its sets (`experiments.calibration.record` writes it)."""


def say_if_fitted_otherwise(world: World, sets: bool) -> None:
    """Say in a line on standard error that a fit is of other rules than those of now.

    Sets that fitted the surveys under rules that have changed since may no longer do so. Of sets
    without a record, as somebody writes them by hand, nothing is known and nothing is said.

    Args:
        world: The world whose parameter sets runs live with.
        sets: Whether they do; if not, only a set that was chosen in the world counts.
    """
    if not (sets or world.set_number):
        return
    made = _made_by(Path(world.sets_from).parent if world.sets_from else world.folder)
    if not made:
        return
    from experiments.validation.kept import SIMULATED_BY  # loaded only where there is a fit

    if made != (now := code_fingerprint(SIMULATED_BY)):
        complain(f"the parameter sets of {world.sets_from or world.name} were fitted with other "
                 f"rules (version {made}, now {now}): {_again(world)} fits them again")  # fmt: skip


def _made_by(folder: Path) -> str:
    """Return the fingerprint of the rules that a fit was made with, empty if it is not known."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        return str(record["versions"]["code"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _again(world: World) -> str:
    """Return the command that fits sets again, into the world's folder if they are its own."""
    words = ["rarecare", "calibrate"]
    if world.source != DEFAULT:
        words += ["--world", world.source]
    return shlex.join(words if world.sets_from else [*words, "--install"])
