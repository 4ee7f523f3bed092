"""Who should pay for a national fund: the surplus, maternity insurance or a levy per head?

Each is set to raise 6.7 billion yuan a year for the same benefits: 18 yuan of 371 million
employees, or 5 yuan of 1,334 million insured. A pool without a surplus gives none, so that the
first raises somewhat less.
"""

from experiments.studies.study import Found, Study

SURPLUS, MATERNITY = "surplus-share", "maternity-levy"
PER_HEAD = "surplus-share:financing.surplus_share=0;financing.per_head_levy=5.02"


def answer(found: Found) -> str:
    """Return what the poorest and richest pay, and whether patients notice."""
    parts = [
        f"{found.name(way)}: from the poorest fifth "
        f"{found.change(way, 'contributed_per_head', 'income_quintile', '1')}, from the richest "
        f"{found.change(way, 'contributed_per_head', 'income_quintile', '5')}, for patients "
        f"{found.change(way, 'qalys')}, with {found.change(way, 'contributed')}"
        for way in (MATERNITY, PER_HEAD)
    ]
    return (
        "Compared with the surplus of basic insurance, each set to raise 6.7 billion yuan a year: "
        f"{'; '.join(parts)}."
    )


STUDY = Study(
    question="Who should pay for a national fund: the surplus, maternity insurance or a levy?",
    policies=(SURPLUS, MATERNITY, PER_HEAD),
    answer=answer,
    figure=("contributed_per_head", "income_quintile"),
    names={MATERNITY: "a maternity levy", PER_HEAD: "a levy per head"},
)
