"""The end of a command that could not do what it was to do."""

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
