"""Dates as numbers: months counted from January 2019, whatever the world.

Files (tables, policies) hold dates. A model counts from the first month of its world's scenario;
`abm.world.World` turns the one count into the other.
"""

import re

from abm.errors import UserError

FIRST_YEAR = 2019


def month_of(text: str) -> int:
    """Return the month number of "YYYY-MM" (January 2019 is 0, earlier is negative).

    Raises:
        UserError: If the text is not a year and a month.
    """
    match = re.fullmatch(r"(\d{4})-(\d{2})", str(text).strip())
    if not match or not 1 <= int(match[2]) <= 12:
        raise UserError(f"{text!r} is not a month; expected YYYY-MM, such as 2019-01")
    return (int(match[1]) - FIRST_YEAR) * 12 + int(match[2]) - 1


def year_of(month: int) -> int:
    """Return the calendar year in which a month lies."""
    return FIRST_YEAR + month // 12


def label(month: int) -> str:
    """Return "YYYY-MM" of a month number."""
    return f"{year_of(month)}-{month % 12 + 1:02d}"
