"""What do a registry, a duty to report and a search of claims bring?"""

from experiments.studies.study import Found, Study

UNIFORM, MANDATORY, SEARCH = "uniform-national", "mandatory-registry", "claims-screening"
FUND, FUND_KNOWS = "surplus-share", "surplus-share+mandatory-registry"


def answer(found: Found) -> str:
    """Return who is known, who is found, and what a fund that knows does with its money."""
    return (
        f"Under a duty to report everywhere {found.change(MANDATORY, 'registered')} and "
        f"{found.change(MANDATORY, 'time_undiagnosed')}; under a search of claims "
        f"{found.change(SEARCH, 'backlog_diagnosed')} and "
        f"{found.change(SEARCH, 'time_undiagnosed')}. A fund from the surplus that knows all its "
        f"patients, compared with one that does not: "
        f"{found.change(FUND_KNOWS, 'refused_years', than=FUND)}, "
        f"{found.change(FUND_KNOWS, 'qalys', than=FUND)}."
    )


STUDY = Study(
    question="What do a registry, a duty to report and a search of claims bring?",
    policies=(UNIFORM, MANDATORY, SEARCH, FUND, FUND_KNOWS),
    answer=answer,
    figure=("backlog_diagnosed", "all"),
)
