"""How large a world can be: what the model's records have room for, refused by name and number.

Beyond these limits a number would no longer fit where it is kept: in a set of diseases, a small
whole number, a household's whole yuan.
"""

from collections.abc import Mapping

from abm.errors import UserError
from agents.core.limits import DISEASES, DRUGS, LISTS, ROWS

SIZES = {"diseases": DISEASES, "drugs": DRUGS, "provinces": ROWS, "cities": ROWS,
         "hospitals": ROWS, "charities": ROWS}  # fmt: skip
"""The most rows of each table."""


def check_sizes(rows: Mapping[str, int], lists: int) -> None:
    """Refuse a world that is larger than the records have room for.

    Args:
        rows: Number of rows by table.
        lists: Number of lists of network hospitals.

    Raises:
        UserError: Naming the table, the number found and the limit.
    """
    for table, most in SIZES.items():
        at_most(f"{table}.csv", rows[table], table, most)
    at_most("network.csv", lists, "lists of network hospitals", LISTS)


def at_most(where: str, found: int, what: str, most: int) -> None:
    """Refuse more of something than the model has room for.

    Args:
        where: The file, world or policy that says it.
        found: How many there are.
        what: Of what, in the plural.
        most: How many there can be.

    Raises:
        UserError: Naming all four.
    """
    if found > most:
        raise UserError(f"{where}: {found:,} {what}, expected at most {most:,}")
