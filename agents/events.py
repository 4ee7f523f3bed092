"""What is written down while the rules run: province totals, and the events of some patients."""

from agents.codes import Bearer
from agents.core.jit import rule, rule_noinline
from agents.core.limits import WAITS
from agents.records.hospital import HospitalRow
from agents.records.patient import PatientRow
from agents.state import State

BEARERS = len(Bearer)
"""How many kinds of bearers of costs there are."""


@rule
def tally(state: State, patient: PatientRow, flow: int, amount: float) -> None:
    """Count something in the patient's province this month.

    `flow` says what (`agents.codes.Flow`); `amount` is 1 for persons and visits, else yuan.
    """
    state.provinces[state.cities[patient.city].province].flows[flow] += amount


@rule
def bear(state: State, patient: PatientRow, bearer: int, amount: float) -> None:
    """Book a cost to who bears it, in the patient's province and income quintile.

    `bearer` says to whom (`agents.codes.Bearer`); `amount` is in yuan.
    """
    province = state.provinces[state.cities[patient.city].province]
    province.borne[BEARERS * (patient.quintile - 1) + bearer] += amount


@rule
def count_from_home(state: State, patient: PatientRow, target: int, why: int) -> None:
    """Count a patient who goes to a hospital from home.

    `target` is the row of the hospital; `why` is one of `agents.codes.FromHome`.
    """
    state.from_home[why, state.cities[patient.city].province, target] += 1


@rule
def count_wait(state: State, patient: PatientRow, hospital: HospitalRow, month: int) -> None:
    """Count a consultation by how long the patient has waited for it, whole months."""
    waited = min(month - patient.since, WAITS - 1)
    state.waited[state.cities[patient.city].province, hospital.tier, waited] += 1


@rule
def note(
    state: State, patient: PatientRow, month: int, kind: int, hospital: int, amount: float
) -> None:
    """Write an event into the event log, of a patient who is followed, while it has room.

    `kind` says what happened (`agents.codes.Event`), `hospital` where (-1 for nowhere); `amount` is
    in yuan, months or a code, as the event says.
    """
    if patient.followed:
        _write(state, patient, month, kind, hospital, amount)


@rule_noinline
def _write(
    state: State, patient: PatientRow, month: int, kind: int, hospital: int, amount: float
) -> None:
    """Add an entry to the event log.

    `kind`, `hospital` and `amount` are those of `note`.
    """
    counters = state.counters[0]
    if counters.events < len(state.event_log):
        entry = state.event_log[counters.events]
        counters.events += 1
        entry.patient = patient.identity
        entry.month = month
        entry.kind = kind
        entry.hospital = hospital
        entry.drug = patient.drug
        entry.amount = amount
