"""What the world keeps of events, and what belongs to nobody in particular."""

from agents.codes import Event, Specialty
from agents.core.record import Record, code, count, index, large, real

OPTIONS = 10
"""Size of the choice set of hospitals."""


class EventRow(Record):
    """One event of a followed patient."""

    amount = real("", "yuan, months or a code, as the event says")
    patient = count("", "row of the patient")
    hospital = index("", "hospital, -1 for none")
    drug = index("", "the patient's drug then, -1 for none")
    month = index("month", "when")
    kind = code(Event, "what happened")


class CountersRow(Record):
    """What belongs to nobody in particular: one row."""

    utility = real("", "work space of one choice of a hospital", OPTIONS)
    centres = index("", "the two strongest centres of each specialty", 2 * len(Specialty))
    patients = count("", "rows of patients in use")
    accounts = count("", "accounts opened")
    events = count("", "entries of the event log")
    refunds = count("", "bills that payers have not refunded yet")
    followed = count("", "patients whose events are kept")
    actions = large("", "turns taken by patients")
