"""One patient's way under a policy, and its words: what the journeys and the story tell."""

from dataclasses import dataclass

from experiments.reporting.formatting import format_number
from viz.charts.style import short
from viz.i18n.texts import Texts


@dataclass(frozen=True)
class PatientLine:
    """A patient to choose.

    Attributes:
        row: Row in `model.patients`, the same under A and B.
        number: The patient's number in the world.
        disease: Short name of the disease.
        names: Name of the disease, English and Chinese.
        province: Home province, English and Chinese.
        onset: Month of the first symptoms.
        diagnosed: Month of the diagnosis under A and under B, None where there is none yet.
        gain: QALYs under B less those under A.
    """

    row: int
    number: int
    disease: str
    names: tuple[str, str]
    province: tuple[str, str]
    onset: int
    diagnosed: tuple[int | None, int | None]
    gain: float


@dataclass(frozen=True)
class Moment:
    """One event in a patient's life; places in English and Chinese.

    Attributes:
        month: When, months from the scenario's first.
        kind: What, a label of `agents.codes.Event`.
        place: The hospital's name, empty where there is none.
        place_zh: Its Chinese name.
        amount: Yuan, months or a code, as the event says.
    """

    month: int
    kind: str
    place: str
    place_zh: str
    amount: float


@dataclass(frozen=True)
class Story:
    """A patient's way under one policy.

    Attributes:
        moments: The events in order.
        text: The story in English sentences, as `Patient.journey` tells it.
        kept: Whether events are kept; otherwise there are only the dates.
    """

    moments: tuple[Moment, ...]
    text: str
    kept: bool


def patient_label(patient: PatientLine, texts: Texts) -> str:
    """Return a patient in a line, for lists: number, disease, place, when diagnosed, QALYs."""
    return texts(
        "journeys.patient",
        number=patient.number,
        disease=short(texts.pick(*patient.names), 34),
        place=texts.pick(*patient.province),
        a=_when(patient.diagnosed[0], texts),
        b=_when(patient.diagnosed[1], texts),
        gain=format_number(patient.gain, 2, sign=True),
    )


def told(story: Story, patient: PatientLine, texts: Texts) -> str:
    """Return a patient's way under a policy in sentences.

    Args:
        story: The way.
        patient: The patient.
        texts: Texts of the language.
    """
    if texts.language == "en":
        return story.text
    lines = [f"{texts.world.label(m.month)}  {sentence(m, texts)}" for m in story.moments]
    return "\n".join([patient_label(patient, texts), *lines])


def sentence(moment: Moment, texts: Texts) -> str:
    """Return an event in words, with its place and amount where they are known."""
    place = texts.pick(moment.place, moment.place_zh)
    if moment.kind in ("set_out", "died"):
        return texts(f"event.{moment.kind}.{int(moment.amount > 0)}", place=place)
    key = f"event.{moment.kind}.sentence"
    if key not in texts or (moment.kind == "diagnosed" and not place):
        return texts.name("event", moment.kind)
    return texts(key, place=place, amount=format_number(moment.amount))


def _when(month: int | None, texts: Texts) -> str:
    return texts("journeys.not_yet") if month is None else texts.world.label(month)
