"""Who pays for a national rare-disease fund: the insurance surplus, or maternity insurance?

Prints, for the same benefits paid from either source and for a channel paid from fiscal money, who
pays the bills, what is taken from all insured people, of which fifth of them, and how much of it is
fiscal money.
"""

from experiments import compare

POLICIES = ("uniform-national", "surplus-share", "maternity-levy", "classified")
MEASURES = ("contributed", "fiscal", "donated", "displaced_qalys", "treated", "out_of_pocket_share")


def main(scale: float = 0.005, years: int = 10, runs: int = 4) -> None:
    """Run the comparison and print the answer."""
    table = compare(POLICIES, scale=scale, years=years, runs=runs).summary
    payers = table[(table["measure"] == "paid") & (table["by"] == "payer")]
    print("Who pays the bills, yuan a year:")
    print(payers.pivot(index="group", columns="policy", values="mean").round(0).to_string())
    fifths = table[(table["measure"] == "contributed") & (table["by"] == "income_quintile")]
    print("\nTaken from all insured people, by fifth of income, yuan a year:")
    print(fifths.pivot(index="group", columns="policy", values="mean").round(0).to_string())
    rows = table[table["measure"].isin(MEASURES) & (table["by"] == "all")]
    rows = rows[rows["policy"] != POLICIES[0]]
    print(f"\nDifference from {POLICIES[0]}, 95 % interval:")
    columns = ["policy", "label", "unit", "difference", "difference_low", "difference_high"]
    print(rows[columns].to_string(index=False))


if __name__ == "__main__":
    main()
