"""What is lost where it is not clear who pays first?"""

from experiments.studies.study import Found, Study

CLEAR, UNCLEAR = "uniform-national", "unclear-order"


def answer(found: Found) -> str:
    """Return who goes without where households must pay first, and whom that hits."""
    return (
        "Where payers wait for each other and households pay first, compared with a clear order: "
        f"{found.change(UNCLEAR, 'time_treated')}, for the poorest fifth "
        f"{found.change(UNCLEAR, 'time_treated', 'income_quintile', '1')}, for the richest "
        f"{found.change(UNCLEAR, 'time_treated', 'income_quintile', '5')}; "
        f"{found.change(UNCLEAR, 'qalys')}. What payers do not pay for them counts as health of "
        f"others: {found.change(UNCLEAR, 'net_qalys')}."
    )


STUDY = Study(
    question="What is lost where it is not clear who pays first?",
    policies=(CLEAR, UNCLEAR),
    answer=answer,
    figure=("time_treated", "income_quintile"),
)
