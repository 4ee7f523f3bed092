"""Print how many of a world's parameter sets differ: ``python tools/sets_alike.py [WORLD]``.

Draws of one chain can lie near each other; sets that do say hardly more than one of them.
"""

import argparse

import numpy as np

from abm.world import DEFAULT, load_world
from experiments.alike import alike


def main() -> None:
    """Print it for all sets, and for the first of them, as few runs have."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("world", nargs="?", default=DEFAULT)
    world = load_world(parser.parse_args().world)
    sets = world.parameter_sets.to_numpy(float)
    for many in sorted({8, 16, 32, 64, len(sets)}):
        if many <= len(sets):
            distinct = len(np.unique(alike(sets[:many])))
            print(f"{many:4d} sets, of which {distinct:3d} are not nearer than chance brings any")


if __name__ == "__main__":
    main()
