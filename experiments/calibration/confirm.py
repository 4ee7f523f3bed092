"""Whether a fit still is one of these rules: ``python -m experiments.calibration.confirm [WORLD]``.

The record of a fit keeps the fingerprint of the sources that it was made with, and what each set
came to. Sources change without changing any result; then this says so in the record. Where the
results have changed, only a new fit helps.
"""

import argparse
import sys

import numpy as np

from abm.errors import UserError
from abm.world import DEFAULT, World, load_world
from experiments.calibration.record import RECORD, read_record
from experiments.running.files import write_json
from experiments.running.run_cache import code_fingerprint
from experiments.validation import simulated_targets
from experiments.validation.kept import SIMULATED_BY

TRIED = 3
"""Sets that are run again."""
CLOSE = 1e-4
"""Relative difference up to which figures count as the same: the record keeps six decimals."""


def changed(world: World, number: int) -> list[str]:
    """Return the targets whose figures in a set are no longer those of the record, in words.

    Args:
        world: A world with the record of a fit.
        number: The set's number.
    """
    record = read_record(world.folder)
    said = next(row for row in record["simulated"] if row["set"] == number)
    found = simulated_targets(world.with_set(number), int(said["seed"]), record["scale"], "fit")
    return [
        f"set {number}, {name}: {value:g}, expected {said[name]:g}"
        for name, value in found.items()
        if not np.isclose(value, said[str(name)], rtol=CLOSE)
    ]


def confirm(world: World) -> None:
    """Write into the record of a fit that it is one of these rules.

    Raises:
        UserError: If the first sets come to other figures than the record says.
    """
    for number in range(1, TRIED + 1):
        if lines := changed(world, number):
            raise UserError(f"{lines[0]}; the rules have changed: rarecare calibrate --install")
    record = read_record(world.folder)
    record["versions"]["code"] = code_fingerprint(SIMULATED_BY)
    write_json(world.folder / RECORD, record)


def main() -> int:
    """Confirm the fit of a world."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split(":")[0])
    parser.add_argument("world", nargs="?", default=DEFAULT)
    try:
        confirm(load_world(parser.parse_args().world))
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
