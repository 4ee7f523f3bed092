"""A patient's story, in words or as data: from the event log if kept, else from the dates."""

from typing import NamedTuple

import numpy as np

from abm.outputs.view import Moment
from agents.codes import Event, Scheme, Stage
from agents.core.record import NEVER
from agents.patient import AGAIN
from agents.records.events import EventRow
from agents.records.patient import PatientRow

DATES = (
    ("onset", "first symptoms"),
    ("first_visit", "first consultation"),
    ("diagnosed", "diagnosis"),
    ("registered", "entered in the registry"),
    ("treated", "treatment begins"),
    ("interrupted", "treatment interrupted (the last time)"),
    ("died", "dies"),
)


class Happening(NamedTuple):
    """One event of a patient's story.

    Attributes:
        month: When, months from the scenario's first.
        kind: Label of an event of the log ("referred"), or "first_visit".
        place: Name of the hospital, empty where there is none.
        amount: Yuan, months or a code, as `agents.codes.Event` says; 0 of a date.
    """

    month: int
    kind: str
    place: str
    amount: float


def happenings(model: Moment, index: int) -> list[Happening]:
    """Return a patient's story as data, in order of time.

    Args:
        model: The model.
        index: Row of the patient.
    """
    row = model.state.patients[index]
    if not row.followed:
        dates = sorted(((int(row[name]), name) for name, _ in DATES), key=lambda date: date[0])
        return [Happening(month, name, "", 0.0) for month, name in dates if month < model.steps]
    return [
        Happening(int(e.month), Event(e.kind).label, _place(model, e), float(e.amount))
        for e in _diary(model, row)
    ]


def _diary(model: Moment, row: PatientRow) -> np.ndarray:
    """Return what the event log holds of a patient."""
    event_log = model.state.event_log[: model.state.counters[0].events]
    return event_log[event_log["patient"] == row.identity]


def _place(model: Moment, event: EventRow) -> str:
    """Return the name of an event's hospital, empty where it has none."""
    return model.world.hospitals["hospital"].iloc[event.hospital] if event.hospital >= 0 else ""


def tell(model: Moment, index: int) -> str:
    """Return a patient's story, one line per event.

    Args:
        model: The model.
        index: Row of the patient.
    """
    row, label = model.state.patients[index], model.world.label
    lines = [_portrait(model, row)]
    if row.followed:
        lines += [f"{label(e.month)}  {_sentence(model, row, e)}" for e in _diary(model, row)]
    else:
        dates = [(getattr(row, name), text) for name, text in DATES]
        lines += [f"{label(m)}  {text}" for m, text in sorted(dates) if m < model.steps]
        lines.append(
            "(Only the dates: no events of this patient were kept, and the model was changed by "
            "hand, so that this life cannot be lived again. RareCareModel(follow=1.0) keeps all.)"
        )
    return "\n".join([*lines, _summary(model, row)])


def _portrait(model: Moment, row: PatientRow) -> str:
    """Say who the patient is."""
    world = model.world
    city = world.cities.iloc[row.city]
    age = (row.onset - row.birth) / 12.0
    who = ("girl", "boy") if age < 18 else ("woman", "man")
    disease = world.diseases["name"].iloc[row.disease]
    place = "the countryside of " if row.rural else ""
    scheme = Scheme(row.scheme)
    insured = "without basic insurance"
    if scheme != Scheme.NONE:
        insured = f"{scheme.label} insurance"
    years = f"{age:.0f} years" if age >= 3 else f"{max(0, row.onset - row.birth)} months"
    return (
        f"Patient {row.identity}: a {who[row.sex]} from {place}{city['city']}, {city['province']}, "
        f"{disease}, {years} old at onset, household of {row.household} with {row.income:,} yuan a "
        f"year (quintile {row.quintile}), {insured}."
    )


def _sentence(model: Moment, row: PatientRow, event: EventRow) -> str:
    """Put one event into words."""
    place = _place(model, event)
    name = model.world.drugs["name"].iloc[event.drug] if event.drug >= 0 else "the drug"
    amount = event.amount
    kind = Event(event.kind)
    if kind == Event.SET_OUT:
        if amount == AGAIN:
            return f"comes back to {place} and joins the queue"
        why = "as referred" if amount else "by own choice"
        return f"sets out for {place} ({why}) and joins the queue"
    words = {
        Event.ONSET: "first symptoms",
        Event.MISLABELLED: f"seen at {place}: a wrong label, {amount:.0f} months mistreated",
        Event.WATCHED: f"seen at {place}: unexplained, told to come back",
        Event.DISMISSED: f"seen at {place}: sent home with nothing",
        Event.REFERRED: f"referred to {place}",
        Event.DIAGNOSED: f"diagnosed at {place}",
        Event.REGISTERED: "entered in the registry",
        Event.TREATED: f"begins treatment with {name}; the household pays {amount:,.0f} yuan",
        Event.BILL: f"treatment goes on; the household pays {amount:,.0f} yuan",
        Event.UNAFFORDABLE: f"{name} would cost the household {amount:,.0f} yuan: goes without",
        Event.INTERRUPTED: f"stops treatment: {amount:,.0f} yuan are beyond the household",
        Event.GRANT: f"a foundation grants {amount:,.0f} yuan",
        Event.DIED: "dies of the disease" if amount else "dies of other causes",
        Event.SCREENED: f"found by newborn screening, confirmed at {place}",
        Event.INVITED: f"found in claims data and invited to {place}",
        Event.OUT_OF_REACH: f"no hospital within reach stocks {name}",
        Event.REVIEW_FAILED: f"payers find that {name} does too little and stop paying for it",
        Event.APPEAL_UPHELD: f"an appeal succeeds: payers pay for {name} again",
        Event.MOVED: f"is insured in the zone from now on; moving cost {amount:,.0f} yuan",
        Event.REFUNDED: f"payers refund {amount:,.0f} yuan that the household paid first",
        Event.RATIONED: f"a fund is short of money: {amount:,.0f} yuan would be left to pay",
    }
    return words[kind]


def _summary(model: Moment, row: PatientRow) -> str:
    """Say where the patient stands."""
    stage = Stage(row.stage).label
    delay = ""
    if row.diagnosed < NEVER:
        delay = f" {(row.diagnosed - row.onset) / 12:.1f} years from onset to diagnosis;"
    elif row.stage != Stage.WELL:
        delay = " never diagnosed so far;"
    return (
        f"Now ({model.world.label(model.steps)}): {stage};{delay} {row.visits} consultations at "
        f"{row.hospitals_seen} hospitals, {row.misdiagnoses} wrong labels, {row.km:,} km."
    )
