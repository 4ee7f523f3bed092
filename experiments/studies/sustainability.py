"""Does a national fund last for thirty years?"""

from experiments.studies.study import Found, Study

FUND = "special-zone-national"
RESERVE = f"{FUND}:financing.reserve_ratio=0.2"
MORE = f"{FUND}:financing.surplus_most=13.4e9;financing.surplus_share=0.0083"
ITS = ("payer", "special_fund")


def answer(found: Found) -> str:
    """Return what part of its claims a fund refuses, early and late, and what would mend it."""
    return (
        "A national fund of 6.7 billion yuan a year refuses "
        f"{found.level(FUND, 'refused_share', *ITS)} of what is claimed of it over thirty years, "
        f"{found.level(FUND, 'refused_share_late', *ITS)} in the last ten (years in which it "
        f"refuses: {found.level(FUND, 'pools_short', *ITS)}). In the last ten years a reserve of a "
        f"fifth would refuse {found.level(RESERVE, 'refused_share_late', *ITS)}, twice the money "
        f"{found.level(MORE, 'refused_share_late', *ITS)}. Patients' health compared with the "
        f"fund as it is: {found.changes((RESERVE, MORE), 'qalys')}."
    )


STUDY = Study(
    question="Does a national fund last for thirty years?",
    policies=(FUND, RESERVE, MORE),
    answer=answer,
    figure=("qalys", "income_quintile"),
    names={RESERVE: "with a reserve", MORE: "with twice the money"},
    years=30,
)
