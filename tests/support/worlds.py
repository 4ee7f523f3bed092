"""Copies of shipped worlds, changed."""

import re
import shutil
from pathlib import Path

from abm.world import world_folder


def copy_of(name, folder):
    """Return a copy of a shipped world's folder."""
    return Path(shutil.copytree(world_folder(name), folder))


def rewrite(folder, pattern, by, files="**/*.*"):
    """Replace what matches a pattern in the files of a world; return how often it did."""
    times = 0
    for path in sorted(folder.glob(files)):
        text, found = re.subn(pattern, by, path.read_text(encoding="utf-8"))
        path.write_text(text, encoding="utf-8")
        times += found
    return times


def write_sets(folder, text):
    """Give a copy of a world other parameter sets than its own, written by hand as CSV.

    Args:
        folder: The copy.
        text: The table.
    """
    (folder / "parameter_sets.parquet").unlink(missing_ok=True)
    (folder / "parameter_sets.csv").write_text(text, encoding="utf-8")
