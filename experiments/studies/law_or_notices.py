"""What does a law add to annual notices?"""

from experiments.studies.study import Found, Study

NOTICES = "zhejiang"
LATE = f"{NOTICES}:institution.lapse=0.5"
LAW = f"{NOTICES}:institution.form=law;institution.funding_floor=4;institution.appeal=true"
NAMES = {LATE: "notices late in every second year", LAW: "a law with a floor of four yuan a head"}


def answer(found: Found) -> str:
    """Return what late notices cost, and what a floor by law brings."""
    return (
        "Zhejiang's scheme for the country, compared with notices that are never late: "
        f"{found.changes(tuple(NAMES), 'time_treated')}; "
        f"{found.change(LAW, 'refused_years')} and {found.change(LAW, 'fiscal')} under the law."
    )


STUDY = Study(
    question="What does a law add to annual notices?",
    policies=(NOTICES, *NAMES),
    answer=answer,
    figure=("time_treated", "income_quintile"),
    names=NAMES,
)
