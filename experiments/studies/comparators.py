"""What would China's patients gain under the rules of other countries?

The rules alone: people, hospitals, prices and incomes stay China's.
"""

from experiments.studies.study import Found, Study

UNIFORM = "uniform-national"
OTHERS = ("japan", "taiwan", "eu", "us", "australia", "full-mechanism")


def answer(found: Found) -> str:
    """Return what each set of rules does to health, to inequality and to those who pay."""
    parts = [
        f"{rules}: {found.change(rules, 'qalys')}, {found.change(rules, 'treated_gap')}, "
        f"{found.change(rules, 'net_qalys')}"
        for rules in OTHERS
    ]
    return f"Compared with uniform national rules: {'; '.join(parts)}."


STUDY = Study(
    question="What would China's patients gain under the rules of other countries?",
    policies=(UNIFORM, *OTHERS),
    answer=answer,
    figure=("qalys", "income_quintile"),
)
