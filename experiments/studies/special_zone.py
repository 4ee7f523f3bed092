"""Special zone or uniform rules, and for whom?"""

from experiments.studies.study import Found, Study

UNIFORM, GEOGRAPHIC, SECTORAL = "uniform-national", "special-zone", "special-zone-national"


def answer(found: Found) -> str:
    """Return what both zones do to whom."""
    return (
        "Compared with uniform rules, a geographic zone changes for patients inside it "
        f"{found.change(GEOGRAPHIC, 'qalys', 'zone', 'inside')}, outside it "
        f"{found.change(GEOGRAPHIC, 'qalys', 'zone', 'outside')}; a zone for rare diseases as "
        f"such changes for the poorest fifth "
        f"{found.change(SECTORAL, 'qalys', 'income_quintile', '1')}, for the richest "
        f"{found.change(SECTORAL, 'qalys', 'income_quintile', '5')}. Less what is displaced among "
        f"other insured people: {found.changes((GEOGRAPHIC, SECTORAL), 'net_qalys')}."
    )


STUDY = Study(
    question="Special zone or uniform rules, and for whom?",
    policies=(UNIFORM, GEOGRAPHIC, SECTORAL),
    answer=answer,
    figure=("qalys", "income_quintile"),
)
