"""A results folder that `rarecare compare` has written, made once for all tests of a process."""

import tempfile
from functools import cache
from pathlib import Path

from tests.support.runs_here import runs_here
from viz import command

POLICIES = ("uniform-national", "special-zone", "special-zone-national")


@cache
def compared() -> Path:
    """Return a folder with a small comparison of three policies, figures and report."""
    folder = Path(tempfile.mkdtemp(prefix="rarecare-test-")) / "zone"
    arguments = ["compare", *POLICIES, "--scale", "0.002", "--years", "2", "--runs", "3",
                 "--out", str(folder)]  # fmt: skip
    with runs_here():
        assert command.run(arguments) == 0
    return folder
