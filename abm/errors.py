"""Errors that a user can act on."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

MOST_NAMED = 12
"""Valid names that an error lists."""


MOST_CHARACTERS = 200
"""Characters of a text that an error shows."""


class UserError(ValueError):
    """A mistake in the input, told in one line: what, where, what was expected."""


def unknown(kind: str, name: str, known: Iterable[str]) -> UserError:
    """Return the error for a name that does not exist, with the nearest that does.

    Args:
        kind: What was looked for, in the singular ("policy", "province").
        name: What was given.
        known: The valid names.
    """
    known = [str(k) for k in known]
    lower = {k.lower(): k for k in known}
    near = get_close_matches(str(name).lower()[:MOST_CHARACTERS], lower, n=1, cutoff=0.5)
    more = f" and {len(known) - MOST_NAMED} more" if len(known) > MOST_NAMED else ""
    listed = f"known: {', '.join(known[:MOST_NAMED])}{more}"
    hint = f"did you mean {lower[near[0]]!r}?" if near else listed
    return UserError(f"unknown {kind} {shortened(name)}; {hint}")


def shortened(value: Any) -> str:
    """Return a value as an error shows it, cut where it is too long to read."""
    text = repr(value)
    return (
        text
        if len(text) <= MOST_CHARACTERS
        else f"{text[:MOST_CHARACTERS]}... ({len(text):,} characters)"
    )
