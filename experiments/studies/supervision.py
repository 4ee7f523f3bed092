"""What does supervision of use and payment save, and what does it cost patients?"""

from experiments.studies.study import Found, Study

FUND = "special-zone-national"
REVIEW = f"{FUND}:supervision.prior_review=true"
STOPPING = f"{FUND}:supervision.stop_without_response=true"
AUDIT = f"{FUND}:supervision.audit=true"
NAMES = {REVIEW: "review before treatment", STOPPING: "stopping without response",
         AUDIT: "audit of bills"}  # fmt: skip


def answer(found: Found) -> str:
    """Return for each kind of supervision what payers save and what patients lose."""
    parts = [
        f"{name}: {found.change(way, 'cost_payers')}, {found.change(way, 'qalys')}"
        for way, name in NAMES.items()
    ]
    return (
        f"In a national fund for rare diseases, compared with no supervision: {'; '.join(parts)}."
    )


STUDY = Study(
    question="What does supervision of use and payment save, and what does it cost patients?",
    policies=(FUND, *NAMES),
    answer=answer,
    figure=("qalys", "response_class"),
    names=NAMES,
)
