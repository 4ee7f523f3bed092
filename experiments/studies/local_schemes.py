"""The local schemes side by side in one province: which of them helps whom?"""

from experiments.studies.study import Found, Study

WHERE = "Jiangsu"
NONE = "uniform-national"
SCHEMES = (
    *("qingdao", "shanghai", "zhejiang", "jiangsu", "shandong"),
    *("foshan", "chengdu", "shanxi", "hunan", "hebei"),
)


def answer(found: Found) -> str:
    """Return what each scheme changes for patients of one province, and what it takes."""
    parts = [
        f"{scheme}: {found.change(scheme, 'time_treated')}, "
        f"{found.change(scheme, 'out_of_pocket_share')}, "
        f"{found.change(scheme, 'contributed_per_head')}"
        for scheme in SCHEMES
    ]
    return f"In {WHERE}, compared with no scheme: {'; '.join(parts)}."


STUDY = Study(
    question="The local schemes side by side in one province: which helps whom?",
    policies=(NONE, *SCHEMES),
    answer=answer,
    figure=("time_treated", "income_quintile"),
    scale=1.0,
    runs=4,
    provinces=(WHERE,),
)
