"""The end of a command that could not do what it was to do."""

from pathlib import Path

from experiments.running.manifest import RUN_FILES

INTERRUPTED = 130
"""Exit status of a command that was interrupted."""


class StoppedError(Exception):
    """A command has ended without what it was to do, through no mistake of the user.

    Args:
        message: What to tell, in a line.
        status: The command's exit status.
    """

    def __init__(self, message: str, status: int = 1):
        super().__init__(message)
        self.status = status


def goes_on(what: str, folder: Path) -> str:
    """Say what is kept of a batch that has ended early.

    Args:
        what: What has ended it.
        folder: Folder of its results.
    """
    files = (folder / RUN_FILES).glob("[!.]*")
    kept = sum(file.suffix in (".parquet", ".json") for file in files)
    runs = "finished run is" if kept == 1 else "finished runs are"
    where = short_path(folder)
    return f"{what}; {kept} {runs} kept in {where}, and the same command goes on from there"


def short_path(folder: Path) -> str:
    """Return a folder as seen from here."""
    here = Path.cwd()
    return str(folder.relative_to(here) if folder.is_relative_to(here) else folder)
