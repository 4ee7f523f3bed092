"""Where should a special zone be, and what should it pay for, if it may cost a given sum?"""

from experiments.searching.search import Search
from experiments.searching.tables import AGAIN, MEETS, RUNS
from experiments.studies.searched import SearchStudy, on_front, told, told_levers

SUM = 10e9
"""What the zone may cost payers in ten years, yuan, discounted: about what the shipped one does."""
COAST = ("Shandong", "Shanghai", "Zhejiang", "Jiangsu")
WEST = ("Sichuan", "Guizhou", "Yunnan", "Gansu", "Guangxi", "Shaanxi")
CENTRE = ("Henan", "Hubei", "Hunan", "Anhui")
ZONES = {COAST: "on the coast", WEST: "in the west", CENTRE: "in the centre"}
LEVERS = {
    "benefits.zone-fund.brackets.1.rate": ("the fund pays {:.0%} of the first bracket", 1.0),
    "benefits.zone-fund.patient_cap": ("up to {:,.0f} yuan a patient and year", 1.0),
    "financing.surplus_most": ("from its part of {:.2g} billion yuan of surplus a year", 1e9),
    "zone.inside.network.remote": ("remote advice closes {:.0%} of a gap in skill", 1.0),
    "zone.inside.network.slots": ("{:.2f} times the places in the network", 1.0),
}


def answer(found: Search) -> str:
    """Return which zone brings most health for the sum, how sure that is, and what it costs."""
    front = found.front
    kept = front[front[MEETS + AGAIN]]
    about = found.manifest["search"]
    start = (f"Of {about['candidates']} zones that were tried, {about['front']} are on the front "
             "between most health and the smallest gap between rich and poor for at most "
             f"{SUM / 1e9:g} billion yuan of payers' money")  # fmt: skip
    if kept.empty:
        return f"{start}, but by new runs none of them stays within the sum."
    best = kept.loc[kept["qalys_difference" + AGAIN].idxmax()].to_dict()
    where = ZONES[tuple(str(best["zone.provinces"]).split(","))]
    parts = ", ".join(told(best, found, name) for name in ("qalys", "treated_gap", "cost_payers"))
    return (
        f"{start}; by {int(best[RUNS + AGAIN])} new runs most health comes from a zone {where} "
        f"({told_levers(best, LEVERS)}): compared with uniform rules {parts}; {on_front(best)}."
    )


STUDY = SearchStudy(
    question="Which special zone is best, if it may cost a given sum?",
    goal={
        "policy": "special-zone", "baseline": "uniform-national",
        "levers": {
            "zone.provinces": [list(places) for places in ZONES],
            "benefits.zone-fund.brackets.1.rate": {"from": 0.5, "to": 0.85},
            "benefits.zone-fund.patient_cap": {"from": 30_000, "to": 200_000},
            "financing.surplus_most": {"from": 2e9, "to": 13.4e9},
            "zone.inside.network.remote": {"from": 0.1, "to": 0.6},
            "zone.inside.network.slots": {"from": 1.0, "to": 1.5},
        },
        "objectives": [{"outcome": "qalys"}, {"outcome": "treated_gap"}],
        "constraints": [{"outcome": "cost_payers", "at_most": SUM}],
        "evaluations": 18, "generation": 6, "runs": 3, "check_runs": 6, "scale": 0.002,
        "years": 10,
    },
    answer=answer,
)  # fmt: skip
