"""Who pays for a national rare-disease fund: the insurance surplus, or maternity insurance?

Prints, for the same benefits paid from either source, who pays the bills, and what leaves the
pools of all other insured people.
"""

from experiments import compare

POLICIES = ("uniform-national", "surplus-share", "maternity-levy")
MEASURES = ("contributed", "displaced_qalys", "treated", "out_of_pocket_share")


def main(scale: float = 0.005, years: int = 10, runs: int = 4) -> None:
    """Run the comparison and print the answer."""
    table = compare(POLICIES, scale=scale, years=years, runs=runs).summary
    payers = table[(table["measure"] == "paid") & (table["by"] == "payer")]
    print("Who pays the bills, yuan a year:")
    print(payers.pivot(index="group", columns="policy", values="mean").round(0).to_string())
    rows = table[table["measure"].isin(MEASURES) & (table["by"] == "all")]
    rows = rows[rows["policy"] != POLICIES[0]]
    print(f"\nDifference from {POLICIES[0]}, 95 % interval:")
    columns = ["policy", "label", "unit", "difference", "difference_low", "difference_high"]
    print(rows[columns].to_string(index=False))


if __name__ == "__main__":
    main()
