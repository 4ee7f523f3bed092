"""The golden baseline: headline numbers of the shipped scenarios, pinned.

``python -m tests.baseline`` writes them anew; the commit that changes them says why.
"""

import json
from pathlib import Path

from abm import RareCareModel

FILE = Path(__file__).parent / "golden" / "baseline.json"
POLICIES = ("as-happened", "uniform-national", "special-zone", "special-zone-national")


def headlines() -> dict[str, dict[str, float]]:
    """Return the numbers of each scenario at scale 0.004, six years, seed 11."""
    start = RareCareModel(policy="uniform-national", scale=0.004, years=6, rng=11)
    return {name: _of(start.branch(name).run()) for name in POLICIES}


def _of(model: RareCareModel) -> dict[str, float]:
    tables = model.outcomes()
    people, money = tables["patients"], tables["ledger"]
    special = money[money["fund"] == "special_fund"]
    return {
        "patients": len(people),
        "dead": int((people["stage"] == "dead").sum()),
        "diagnosed": int(people["diagnosed"].notna().sum()),
        "registered": int(people["registered"].notna().sum()),
        "ever_treated": int(people["treated"].notna().sum()),
        "visits": int(people["visits"].sum()),
        "misdiagnoses": int(people["misdiagnoses"].sum()),
        "km": int(people["km"].sum()),
        "qalys": round(float(people["qalys"].sum()), 3),
        "billed": round(float(people["billed"].sum())),
        "paid_household": round(float(people["paid_household"].sum())),
        "catastrophic_years": int(people["catastrophic_years"].sum()),
        "special_fund_paid": round(float(special["paid"].sum())),
        "basic_closing": round(float(money.loc[money["fund"].str.startswith("basic")
                                               & (money["year"] == 2024), "closing"].sum())),
    }  # fmt: skip


if __name__ == "__main__":
    FILE.write_text(json.dumps(headlines(), indent=1) + "\n", encoding="utf-8")
