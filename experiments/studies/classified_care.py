"""Who gains and who loses where care is classified by response and cost?"""

from experiments.studies.study import Found, Study

UNIFORM, CLASSIFIED = "uniform-national", "classified"


def answer(found: Found) -> str:
    """Return the change for good and for poor responders, and what it costs."""
    parts = [
        f"{one} response {found.change(CLASSIFIED, 'time_treated', 'response_class', one)}"
        for one in ("high", "moderate", "low")
    ]
    return (
        f"Classified care changes, by how diseases respond to treatment: {'; '.join(parts)}. All "
        f"in all {found.change(CLASSIFIED, 'net_qalys')}, "
        f"{found.change(CLASSIFIED, 'contributed')}."
    )


STUDY = Study(
    question="Who gains and who loses where care is classified by response and cost?",
    policies=(UNIFORM, CLASSIFIED),
    answer=answer,
    figure=("time_treated", "response_class"),
)
