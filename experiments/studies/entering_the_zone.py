"""Who comes into a zone that others may enter, and who is left outside?"""

from experiments.studies.study import Found, Study

CLOSED = "special-zone"
TRAVEL, MOVE = f"{CLOSED}:zone.outsiders=travel", "special-zone-movers"
NAMES = {TRAVEL: "if outsiders may travel in", MOVE: "if they may move their registration"}


def answer(found: Found) -> str:
    """Return what opening the zone does to those outside, by income, and to its fund."""
    parts = [
        f"{name} {found.change(way, 'qalys', 'zone', 'outside')} outside the zone, "
        f"{found.change(way, 'qalys', 'zone', 'inside')} inside, "
        f"{found.change(way, 'treated_gap')}, {found.change(way, 'refused_years')}"
        for way, name in NAMES.items()
    ]
    return f"Compared with a zone closed to others: {'; '.join(parts)}."


STUDY = Study(
    question="Who comes into a zone that others may enter, and who is left outside?",
    policies=(CLOSED, *NAMES),
    answer=answer,
    figure=("qalys", "zone"),
    names=NAMES,
)
