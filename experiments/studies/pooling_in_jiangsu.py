"""Should Jiangsu's cities or the province share the risk?

All of Jiangsu's patients are simulated (scale 1): the ruin of small funds has no meaning below.
"""

from experiments.studies.study import Found, Study

POOL = "basic={0};{1}critical_illness={0};{1}medical_assistance={0}"
CITIES = "uniform-national:financing.pooling." + POOL.format("city", "financing.pooling.")
PROVINCE = "uniform-national"


def answer(found: Found) -> str:
    """Return what a larger pool does to ruin, to patients and to equality."""
    return (
        "In Jiangsu one pool of the province changes, compared with a pool in each city: "
        f"{found.change(PROVINCE, 'pools_ruined')}, {found.change(PROVINCE, 'pools_short')}, "
        f"{found.change(PROVINCE, 'time_treated')}, for the poorest fifth "
        f"{found.change(PROVINCE, 'time_treated', 'income_quintile', '1')}."
    )


STUDY = Study(
    question="Should Jiangsu's cities or the province share the risk?",
    policies=(CITIES, PROVINCE),
    answer=answer,
    figure=("time_treated", "income_quintile"),
    scale=1.0,
    provinces=("Jiangsu",),
)
