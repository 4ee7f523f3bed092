"""The local schemes side by side in one province: which of them helps whom?"""

from experiments.studies.study import Found, Study

WHERE = "Jiangsu"
NONE = "uniform-national"
SCHEMES = (
    *("qingdao", "shanghai", "zhejiang", "jiangsu", "shandong"),
    *("foshan", "chengdu", "shanxi", "hunan", "hebei"),
)

TREATED, PAID = "time_treated", "out_of_pocket_share"


def answer(found: Found) -> str:
    """Return which scheme brings most treatment and relief, then what each changes and takes."""
    most, lightest = found.most(SCHEMES, TREATED), found.most(SCHEMES, PAID, least=True)
    parts = [
        f"{scheme}: {found.change(scheme, TREATED)}, "
        f"{found.change(scheme, PAID)}, "
        f"{found.change(scheme, 'contributed_per_head')}"
        for scheme in SCHEMES
    ]
    return (
        f"In {WHERE} most is treated under {most}: {found.change(most, TREATED)}; and households "
        f"pay least under {lightest}: {found.change(lightest, PAID)}. "
        f"Each compared with no scheme: {'; '.join(parts)}."
    )


STUDY = Study(
    question="The local schemes side by side in one province: which helps whom?",
    policies=(NONE, *SCHEMES),
    answer=answer,
    figure=("time_treated", "income_quintile"),
    scale=1.0,
    runs=4,
    provinces=(WHERE,),
)
