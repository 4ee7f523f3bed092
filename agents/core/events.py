"""What is written down while the rules run: province totals, and the events of some patients."""

from agents.codes import Specialty
from agents.core.jit import rule, rule_noinline
from agents.core.record import Record, count, index, large, real, small

OPTIONS = 9
"""Size of the choice set of hospitals."""


class EventRow(Record):
    """One event of a followed patient."""

    amount = real("", "yuan, months or a code, as the event says")
    patient = count("", "row of the patient")
    hospital = index("", "hospital, -1 for none")
    month = index("month", "when")
    kind = small("", "what happened")


class CountersRow(Record):
    """What belongs to nobody in particular: one row."""

    utility = real("", "work space of one choice of a hospital", OPTIONS)
    centres = index("", "the two strongest centres of each specialty", 2 * len(Specialty))
    patients = count("", "rows of patients in use")
    accounts = count("", "accounts opened")
    events = count("", "diary entries")
    followed = count("", "patients whose diary is kept")
    actions = large("", "turns taken by patients")
    short = count("", "funds that cannot pay all of this month's claims")


@rule
def tally(state, patient, flow, amount):
    """Count something in the patient's province this month."""
    state.provinces[state.cities[patient.city].province].flows[flow] += amount


@rule
def note(state, patient, month, kind, hospital, amount):
    """Write an event into the diary of a patient who is followed, while it has room."""
    if patient.followed:
        # Adding 0 widens what comes from a record: every width would be compiled anew.
        _write(state, patient, month + 0, kind, hospital + 0, amount + 0.0)


@rule_noinline
def _write(state, patient, month, kind, hospital, amount):
    """Add an entry to the diary."""
    counters = state.counters[0]
    if counters.events < len(state.event_log):
        entry = state.event_log[counters.events]
        counters.events += 1
        entry.patient = patient.identity
        entry.month = month
        entry.kind = kind
        entry.hospital = hospital
        entry.amount = amount
