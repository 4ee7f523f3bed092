"""How large a world can be: what the model's records have room for, refused by name and number.

Beyond these limits a number would no longer fit where it is kept: in a set of diseases, a small
whole number, a household's whole yuan.
"""

from collections.abc import Mapping

from abm.errors import UserError
from agents.core.limits import DISEASES, DRUGS, ROWS

SIZES = {"diseases": DISEASES, "drugs": DRUGS, "provinces": ROWS, "cities": ROWS,
         "hospitals": ROWS}  # fmt: skip
"""The most rows of each table."""
PARAMETERS = {
    "watch_period": 600,
    "wrong_treatment_spell": 600,
    "consultation_price": 1_000_000,
    "genetic_test_price": 1_000_000,
    "fixed_trip_cost": 1_000_000,
    "cost_per_km": 10,
    "detour_ratio": 3,
}
"""The largest value of parameters from which a patient's months, yuan and kilometres add up.

A spell is drawn up to 37 times its mean and must end before month 32,000; a household's yuan and
kilometres must stay below two thousand million over a thousand visits.
"""


def check_sizes(rows: Mapping[str, int], parameters: Mapping[str, float]) -> None:
    """Refuse a world that is larger than the records have room for.

    Args:
        rows: Number of rows by table.
        parameters: Values by name.

    Raises:
        UserError: Naming the table or parameter, the number found and the limit.
    """
    for table, most in SIZES.items():
        at_most(f"{table}.csv", rows[table], table, most)
    for name, largest in PARAMETERS.items():
        value = parameters.get(name, 0.0)
        if value > largest:
            raise UserError(f"parameters.csv, {name}: {value:g}, expected at most {largest:g}")


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
