"""Where should the zone be: on the rich coast or in the poor west?

Both zones have about 280 million people, and their own pools give the surplus.
"""

from experiments.studies.study import Found, Study

UNIFORM, COAST = "uniform-national", "special-zone"
WEST = "special-zone:zone.provinces=Sichuan,Guizhou,Yunnan,Gansu,Guangxi,Shaanxi"


def answer(found: Found) -> str:
    """Return what each zone does for all and for the poorest, to inequality, and to the insured."""
    parts = [
        f"{found.name(zone)}: {found.change(zone, 'qalys')}, for the country's poorest fifth "
        f"{found.change(zone, 'qalys', 'income_quintile', '1')}, "
        f"{found.change(zone, 'treated_between_provinces')}, {found.change(zone, 'net_qalys')}"
        for zone in (COAST, WEST)
    ]
    return f"Compared with uniform rules: {'; '.join(parts)}."


STUDY = Study(
    question="Where should a special zone be: on the rich coast or in the poor west?",
    policies=(UNIFORM, COAST, WEST),
    answer=answer,
    figure=("treated", "income_quintile"),
    names={COAST: "a zone on the coast", WEST: "a zone in the west"},
)
