"""Does a national fund last for thirty years?"""

from experiments.studies.study import Found, Study

UNIFORM, FUND = "uniform-national", "special-zone-national"
RESERVE = f"{FUND}:financing.reserve_ratio=0.2"
MORE = f"{FUND}:financing.surplus_most=13.4e9;financing.surplus_share=0.0083"


def answer(found: Found) -> str:
    """Return how much a fund refuses over thirty years, with a reserve and with twice the money."""
    return (
        "Over thirty years a national fund of 6.7 billion yuan a year refuses, compared with none, "
        f"{found.change(FUND, 'refused_years')}; with a reserve of a fifth "
        f"{found.change(RESERVE, 'refused_years', than=FUND)} from that, with twice the money "
        f"{found.change(MORE, 'refused_years', than=FUND)}. Patients' health: "
        f"{found.changes((FUND, RESERVE, MORE), 'qalys')}."
    )


STUDY = Study(
    question="Does a national fund last for thirty years?",
    policies=(UNIFORM, FUND, RESERVE, MORE),
    answer=answer,
    figure=("qalys", "income_quintile"),
    names={FUND: "the fund", RESERVE: "with a reserve", MORE: "with twice the money"},
    years=30,
)
