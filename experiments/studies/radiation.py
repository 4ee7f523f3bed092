"""How far does the network radiate?"""

from experiments.studies.study import Found, Study

NO_NETWORK, AS_IS, STRONG = "no-network", "uniform-national", "network-radiation"


def answer(found: Found) -> str:
    """Return what the network does, and what stronger teaching adds."""
    return (
        "Compared with no network, the network as it is changes "
        f"{found.change(AS_IS, 'time_undiagnosed')} and "
        f"{found.change(AS_IS, 'diagnosed_away_province')}; with teaching four times as strong, "
        f"which reaches counties, {found.change(STRONG, 'time_undiagnosed')} and "
        f"{found.change(STRONG, 'diagnosed_away_province')}, in the countryside "
        f"{found.change(STRONG, 'time_undiagnosed', 'residence', 'rural')}."
    )


STUDY = Study(
    question="How far does the network of hospitals radiate?",
    policies=(NO_NETWORK, AS_IS, STRONG),
    answer=answer,
    figure=("time_undiagnosed", "residence"),
)
