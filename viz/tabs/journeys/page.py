"""The Journeys tab: time to diagnosis, and one patient's way under A and under B."""

from collections.abc import Iterable
from dataclasses import replace
from math import isfinite

import solara

from viz.doubt.groups import SEARCHED
from viz.doubt.spreads import number_spreads
from viz.i18n.texts import Texts
from viz.reading.journeys import PatientLine, patient_label
from viz.reading.spread import Spread
from viz.session import Session, Snapshot
from viz.tabs.journeys import charts
from viz.tabs.journeys.timeline import story
from viz.tabs.parts import Charts, ChooseWhom, Grid


@solara.component
def JourneysTab(session: Session, snapshot: Snapshot, texts: Texts) -> None:
    """Show the curves of time to diagnosis, and the same patient under both policies."""
    with solara.Div(classes=["rc-choices"]):
        ChooseWhom(session, texts)
        _Patient(session, snapshot, texts)
    spreads = _spreads(session, snapshot)
    Charts(charts.ROWS, replace(snapshot.data, spreads=spreads), texts)
    if snapshot.data.patient is not None:
        with Grid():
            for side in ("a", "b"):
                with solara.Div(classes=["rc-text"]):
                    title = texts("shell.story", side=side.upper())
                    solara.v.Html(tag="h2", children=[title], class_=f"rc-{side}")
                    text = story(snapshot.data, texts, side)
                    solara.v.Html(
                        tag="pre", children=[text], class_="rc-story", attributes={"tabindex": "0"}
                    )


def _spreads(session: Session, snapshot: Snapshot) -> dict[int, Spread]:
    """Return what pairs with other seeds have found of everyone's search; not of some people's."""
    if snapshot.view.province or snapshot.view.disease:
        return {}
    names = {f"searching.{months}": months for months in SEARCHED}
    whole = session.pairs.doubt.value.whole
    found = number_spreads(session.pairs.found.value, snapshot.month, list(names), whole)
    return {names[name]: spread for name, spread in found.items() if isfinite(spread.mean)}


@solara.component
def _Patient(session: Session, snapshot: Snapshot, texts: Texts) -> None:
    """Choose the patient: those whose life changes most, then those who fell ill last."""
    data = snapshot.data
    if data.patient is None:
        return
    shown = {line.row for line in data.changed}
    others = [line for line in data.listed if line.row not in shown]
    if data.patient.row not in shown | {line.row for line in others}:
        others.insert(0, data.patient)
    items = [{"header": texts("shell.most_changed")}, *_items(data.changed, texts)]
    items += [{"header": texts("shell.other_patients")}, *_items(others, texts)]
    solara.v.Select(
        label=texts("shell.one_patient"),
        items=items,
        v_model=data.patient.row,
        on_v_model=lambda row: session.set(patient=row),
        dense=True,
        outlined=True,
        hide_details=True,
        class_="rc-choose-patient",
    )


def _items(lines: Iterable[PatientLine], texts: Texts) -> list[dict]:
    return [{"text": patient_label(line, texts), "value": line.row} for line in lines]
