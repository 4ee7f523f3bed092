"""The journeys tab: how long a diagnosis takes, and the same patient's way under A and under B."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from abm import RareCareModel
from abm.measures import survival
from abm.outputs import journey
from abm.outputs.patient_columns import PatientColumns
from agents.core.record import NEVER
from viz.reading.journeys import Moment, PatientLine, Story
from viz.reading.names import hospital_names
from viz.reading.people import PeopleSoFar
from viz.reading.scene import Scene, province_names, scene
from viz.reading.spread import Spread
from viz.twin_models import Twins
from viz.view_state import ViewState

NORMAL = 1.96
"""Standard errors to either side of a 95 % band."""
MOST_CHANGED = 10
"""So many patients who gain most, and as many who lose most."""
MOST_LISTED = 60


@dataclass(frozen=True)
class Waiting:
    """A Kaplan-Meier curve of the time from onset to diagnosis.

    Attributes:
        times: Months since onset, ascending from 0.
        survival: Share without a diagnosis.
        low: Lower end of the 95 % band, from Greenwood's variance.
        high: Upper end.
        at_risk: Persons at full scale still without a diagnosis and under observation.
        median: Months, infinite where it is not reached.
        people: Simulated persons.
    """

    times: np.ndarray
    survival: np.ndarray
    low: np.ndarray
    high: np.ndarray
    at_risk: np.ndarray
    median: float
    people: int

    def left(self, months: np.ndarray) -> np.ndarray:
        """Return the persons at risk at given times, months since onset."""
        place = np.searchsorted(self.times, months)
        return np.append(self.at_risk, 0.0)[place]


@dataclass(frozen=True)
class JourneysData:
    """What the journeys tab shows.

    Attributes:
        scene: Whose data these are.
        disease: Name of the disease looked at, English and Chinese; empty for all.
        a: Time to diagnosis under A; None if nobody has fallen ill yet.
        b: Time to diagnosis under B.
        listed: Patients with an event log to choose from.
        changed: Those of them who gain most under B, then those who lose most.
        patient: The patient whose journey is shown, or None.
        story_a: The patient's way under A.
        story_b: The patient's way under B.
        spreads: Differences in the share not diagnosed some months after onset, over pairs with
            other seeds, by the months.
    """

    scene: Scene
    disease: tuple[str, str]
    a: Waiting | None
    b: Waiting | None
    listed: tuple[PatientLine, ...]
    changed: tuple[PatientLine, ...]
    patient: PatientLine | None
    story_a: Story | None
    story_b: Story | None
    spreads: Mapping[int, Spread] = field(default_factory=dict)


def read(twins: Twins, view: ViewState) -> JourneysData:
    """Return what the journeys tab shows of the month lived last.

    Without a patient in the view the one is shown whose life changes most.
    """
    diseases = _disease_names(twins.a)
    known = _followed(twins, view)
    changed = tuple(known[i] for i in _most_changed([line.gain for line in known]))
    patient = _patient(twins, view.patient)
    if patient is None and changed:
        patient = max(changed, key=lambda line: abs(line.gain))
    return JourneysData(
        scene(twins, view),
        diseases.get(view.disease, ("", "")),
        waiting(PeopleSoFar(twins.a, view.province, view.disease)),
        waiting(PeopleSoFar(twins.b, view.province, view.disease)),
        tuple(sorted(known, key=lambda line: -line.onset)[:MOST_LISTED]),
        changed,
        patient,
        _story(twins.a, patient),
        _story(twins.b, patient),
    )


def waiting(people: PeopleSoFar) -> Waiting | None:
    """Return the time to diagnosis of those who fell ill in the scenario.

    Death without a diagnosis and the present month censor, as in the measures
    `time_undiagnosed_net` and `median_delay`.
    """
    _, time, end = people.search
    if not len(time):
        return None
    curve = survival.kaplan_meier(time, end == 1)
    margin = NORMAL * np.sqrt(curve.variance)
    return Waiting(
        curve.times,
        curve.survival,
        np.clip(curve.survival - margin, 0.0, 1.0),
        np.clip(curve.survival + margin, 0.0, 1.0),
        curve.at_risk / people.scale,
        survival.median(curve),
        len(time),
    )


def _disease_names(model: RareCareModel) -> dict[str, tuple[str, str]]:
    table = model.world.diseases
    return dict(
        zip(table["disease"], zip(table["name"], table["name_zh"], strict=True), strict=True)
    )


def _followed(twins: Twins, view: ViewState) -> list[PatientLine]:
    """Return the patients of the view whose events are kept."""
    a = PeopleSoFar(twins.a, view.province, view.disease, followed=True)
    return _lines(twins, a.columns.rows)


def _patient(twins: Twins, row: int | None) -> PatientLine | None:
    """Return the patient of a row, or None if it is nobody's or of nobody ill yet."""
    patients = twins.a.state.patients
    if row is None or not 0 <= row < len(patients) or patients["onset"][row] >= twins.a.steps:
        return None
    return _lines(twins, np.array([row]))[0]


def _lines(twins: Twins, rows: np.ndarray) -> list[PatientLine]:
    """Return what there is to say of the patients of some rows."""
    provinces, table = province_names(twins.a), twins.a.world.diseases
    names = list(zip(table["disease"], table["name"], table["name_zh"], strict=True))
    a, b = (PatientColumns(m.state, m.world, m.steps, rows) for m in (twins.a, twins.b))
    gain = b.health[1] - a.health[1]
    return [
        PatientLine(
            int(row),
            int(number),
            names[disease][0],
            names[disease][1:],
            provinces[province],
            int(onset),
            (_month(in_a), _month(in_b)),
            float(gained),
        )
        for row, number, disease, province, onset, in_a, in_b, gained in zip(
            rows,
            a.field("identity"),
            a.field("disease"),
            a.home_province,
            a.field("onset"),
            a.field("diagnosed"),
            b.field("diagnosed"),
            gain,
            strict=True,
        )
    ]


def _month(value: int) -> int | None:
    return int(value) if value < NEVER else None


def _most_changed(gains: list[float]) -> list[int]:
    """Return who gains most, then who loses most; nobody whose life is the same."""
    order = np.argsort(gains, kind="stable")
    up = [int(i) for i in order[::-1] if gains[i] > 0][:MOST_CHANGED]
    return up + [int(i) for i in order if gains[i] < 0][:MOST_CHANGED]


def _story(model: RareCareModel, patient: PatientLine | None) -> Story | None:
    if patient is None:
        return None
    zh = dict(hospital_names(model))
    moments = tuple(
        Moment(event.month, event.kind, event.place, zh.get(event.place, ""), event.amount)
        for event in journey.happenings(model, patient.row)
    )
    kept = bool(model.state.patients["followed"][patient.row])
    return Story(moments, model.tell(patient.row), kept)
