"""Does a geographic special zone help, or hurt, the patients who live outside it?

Prints the difference from uniform national rules inside and outside the zone, and how inequality
between provinces changes.
"""

from experiments import compare

POLICIES = ("uniform-national", "special-zone")
MEASURES = ("time_undiagnosed", "treated", "out_of_pocket_share", "qalys")


def main(scale: float = 0.005, years: int = 10, runs: int = 4) -> None:
    """Run the comparison and print the answer."""
    table = compare(POLICIES, scale=scale, years=years, runs=runs).summary
    table = table[table["policy"] == POLICIES[1]]
    columns = ["label", "unit", "difference", "difference_low", "difference_high"]
    for group in ("inside", "outside"):
        rows = table[(table["by"] == "zone") & (table["group"] == group)]
        rows = rows[rows["measure"].isin(MEASURES)]
        print(f"\n{group.capitalize()} the zone, difference from {POLICIES[0]}, 95 % interval:")
        print(rows[columns].to_string(index=False))
    between = table[table["measure"].str.contains("between_provinces") & (table["by"] == "all")]
    print("\nInequality between provinces:")
    print(between[columns].to_string(index=False))


if __name__ == "__main__":
    main()
