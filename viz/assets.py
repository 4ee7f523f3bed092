"""Where pip has put the scripts of `solara-assets`: the page's, and ECharts.

They are no part of a Python package but lie under a prefix, which is the environment's, the base's
or the user's (`pip install --user`). What pip has written down of the package says which.
"""

import sys
import sysconfig
from importlib import metadata
from pathlib import Path

PACKAGE = "solara-assets"
FOLDER = Path("share/solara/cdn")
"""Where the scripts lie under a prefix."""


def asset(name: str) -> Path | None:
    """Return a file of `solara-assets`, or None if it is not installed.

    Args:
        name: Its path in the folder of scripts.
    """
    return next((file for folder in _folders() if (file := folder / name).is_file()), None)


def _folders() -> list[Path]:
    """Return where the scripts may lie, likeliest first."""
    user = sysconfig.get_path("data", sysconfig.get_preferred_scheme("user"))
    prefixes = dict.fromkeys((sys.prefix, user, sys.base_prefix))
    return [*_written_down(), *(Path(prefix) / FOLDER for prefix in prefixes)]


def _written_down() -> list[Path]:
    """Return the folder that pip's record of the package names; other tools may leave none."""
    try:
        files = metadata.files(PACKAGE) or []
    except metadata.PackageNotFoundError:
        return []
    for file in files:
        folder, inside, _ = file.as_posix().partition(f"{FOLDER.as_posix()}/")
        if inside:
            return [Path(str(file.locate())[: -len(file.as_posix())]) / folder / FOLDER]
    return []
