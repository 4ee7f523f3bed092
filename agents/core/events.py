"""What is written down while the rules run: province totals, and the events of some patients."""

from enum import IntEnum

from agents.core.jit import rule, rule_noinline
from agents.core.record import Record, count, index, large, real, small

OPTIONS = 9
"""Size of the choice set of hospitals."""
SPECIALTIES = 8
"""Number of medical specialties."""


class Event(IntEnum):
    """What can happen to a patient; kept for those whose diary is followed."""

    ONSET = 1
    SET_OUT = 2
    MISLABELLED = 3
    WATCHED = 4
    DISMISSED = 5
    REFERRED = 6
    DIAGNOSED = 7
    REGISTERED = 8
    TREATED = 9
    BILL = 10
    UNAFFORDABLE = 11
    INTERRUPTED = 12
    GRANT = 13
    DIED = 14
    SCREENED = 15
    INVITED = 16
    OUT_OF_REACH = 17
    RATIONED = 18


class Flow(IntEnum):
    """What is counted by month and province."""

    ONSETS = 0
    VISITS = 1
    DIAGNOSES = 2
    MISDIAGNOSES = 3
    REFERRALS = 4
    REGISTRATIONS = 5
    TREATMENTS_STARTED = 6
    INTERRUPTIONS = 7
    DEATHS = 8
    REGISTERED_DEATHS = 9
    BILLED = 10
    PAID_BASIC = 11
    PAID_CRITICAL_ILLNESS = 12
    PAID_MEDICAL_ASSISTANCE = 13
    PAID_SPECIAL_FUND = 14
    PAID_COMMERCIAL = 15
    PAID_CHARITY = 16
    PAID_DONATION = 17
    PAID_HOUSEHOLD = 18


class EventRow(Record):
    """One event of a followed patient."""

    amount = real("", "yuan, months or a code, as the event says")
    patient = count("", "row of the patient")
    hospital = index("", "hospital, -1 for none")
    month = index("month", "when")
    kind = small("", "what happened")


FLOWS = len(Flow)


class CountersRow(Record):
    """What belongs to nobody in particular: one row."""

    utility = real("", "work space of one choice of a hospital", OPTIONS)
    centres = index("", "the two strongest centres of each specialty", 2 * SPECIALTIES)
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
