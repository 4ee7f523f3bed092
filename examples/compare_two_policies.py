"""Compare two policies on the same simulated people: what differs, and how sure is that?

A small run for a first look. For an answer: scale 0.02 or more, 15 years, at least 8 runs.
"""

from experiments import compare

MEASURES = ("time_undiagnosed", "treated", "catastrophic", "out_of_pocket_share", "qalys")

result = compare(["uniform-national", "special-zone"], runs=3, scale=0.002, years=6)

table = result.summary
table = table[table["measure"].isin(MEASURES) & (table["policy"] == "special-zone")]
columns = ["label", "unit", "group", "difference", "difference_low", "difference_high"]
for by in ("all", "zone"):
    print(f"\nSpecial zone less uniform national rules, by {by}; 95 % intervals")
    print(table.loc[table["by"] == by, columns].to_string(index=False))

result.save("runs/two-policies")
print("\nAll measures and groups: runs/two-policies/summary.csv")
