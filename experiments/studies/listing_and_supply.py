"""Listing, stocking or delivery: what keeps a drug from patients?"""

from experiments.studies.study import Found, Study

AS_IS = "uniform-national"
NO_LIST = f"{AS_IS}:access.listing=none"
STOCKED = f"{AS_IS}:access.dual_channel=1"
SHORT = f"{AS_IS}:access.shortages=0.2"
EARLY = f"{AS_IS}:access.review_months_saved=12;access.incentives=1"
NAMES = {
    NO_LIST: "no drug listed from 2019 on",
    STOCKED: "pharmacies that fill the hospitals' gap",
    SHORT: "a fifth of all months without delivery",
    EARLY: "a review a year shorter, and incentives",
}


def answer(found: Found) -> str:
    """Return what each step between approval and patient is worth."""
    return (
        "Compared with the list, stocks and deliveries as they are, of the time in which a drug is "
        "on the market, which an earlier launch makes longer: "
        f"{found.changes(tuple(NAMES), 'time_treated')}. In health: "
        f"{found.changes(tuple(NAMES), 'qalys')}."
    )


STUDY = Study(
    question="Listing, stocking or delivery: what keeps a drug from patients?",
    policies=(AS_IS, *NAMES),
    answer=answer,
    figure=("time_treated", "income_quintile"),
    names=NAMES,
)
