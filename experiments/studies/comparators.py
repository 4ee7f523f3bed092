"""What would China's patients gain under the rules of other countries?

The rules alone: people, hospitals, prices and incomes stay China's.
"""

from experiments.studies.study import Found, Study

UNIFORM = "uniform-national"
OTHERS = ("japan", "taiwan", "eu", "us", "australia", "full-mechanism")


def answer(found: Found) -> str:
    """Return which rules bring most health and what they cost, then what each does."""
    best, least = found.most(OTHERS, "qalys"), found.most(OTHERS, "qalys", least=True)
    parts = [
        f"{rules}: {found.change(rules, 'qalys')}, {found.change(rules, 'treated_gap')}, "
        f"{found.change(rules, 'net_qalys')}"
        for rules in OTHERS
    ]
    return (
        f"Patients gain most under {best}: {found.change(best, 'qalys')}, for "
        f"{found.change(best, 'contributed_per_head')}; and least under {least}: "
        f"{found.change(least, 'qalys')}. "
        f"Each compared with uniform national rules: {'; '.join(parts)}."
    )


STUDY = Study(
    question="What would China's patients gain under the rules of other countries?",
    policies=(UNIFORM, *OTHERS),
    answer=answer,
    figure=("qalys", "income_quintile"),
)
