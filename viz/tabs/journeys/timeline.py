"""One patient's way under A above that under B: the timeline, the story, the line in a list."""

import math

from viz.charts.style import PALETTE, A, B, Option, empty, option, rows_axis
from viz.i18n.texts import Texts
from viz.reading.journeys import Moment, Story, patient_label, sentence, told
from viz.tabs.journeys.data import JourneysData

LANES = ("search", "diagnosis", "treatment", "money")
LANE_OF = {
    "onset": "search",
    "first_visit": "search",
    "set_out": "search",
    "mislabelled": "search",
    "watched": "search",
    "dismissed": "search",
    "referred": "search",
    "invited": "search",
    "diagnosed": "diagnosis",
    "screened": "diagnosis",
    "registered": "diagnosis",
    "treated": "treatment",
    "interrupted": "treatment",
    "out_of_reach": "treatment",
    "died": "treatment",
    "bill": "money",
    "unaffordable": "money",
    "grant": "money",
    "rationed": "money",
    "review_failed": "money",
    "appeal_upheld": "money",
    "moved": "money",
    "refunded": "money",
}
"""In which lane of the timeline an event stands; any other stands in the first."""
GOOD = (
    *("diagnosed", "screened", "registered", "treated", "grant", "invited"),
    *("appeal_upheld", "moved", "refunded"),
)
BAD = (
    "mislabelled",
    "dismissed",
    "interrupted",
    "died",
    "unaffordable",
    "rationed",
    "out_of_reach",
    "review_failed",
)
FOUND = ("diagnosed", "screened")
LABELLED = ("diagnosed", "screened", "treated", "interrupted", "died")
BEFORE = 36
"""Months before the scenario from which a timeline begins at the earliest."""


def timeline(data: JourneysData, texts: Texts) -> Option:
    """Return one patient's events under A above the same patient's under B, in lanes."""
    title = texts("journeys.timeline")
    if data.patient is None or data.story_a is None or data.story_b is None:
        return empty(title, texts, texts("journeys.nobody_chosen"))
    note = patient_label(data.patient, texts)
    if not data.story_a.kept:
        note = f"{note}. {texts('journeys.dates_only')}"
    stories = (("A", data.story_a), ("B", data.story_b))
    lanes: list[str | Option] = [
        {"value": f"{texts(f'lane.{lane}')} {side}", "textStyle": {"color": colour}}
        for (side, _), colour in zip(stories, (A, B), strict=True)
        for lane in LANES
    ]
    start = 12 * (max(-BEFORE, data.patient.onset - 3) // 12)
    end = max(data.scene.month, start + 12)
    legend = [texts(f"journeys.{tone}") for tone in ("good", "bad", "plain")]
    apart = 12 * max(1, math.ceil((end - start) / 12 / 5))
    made = option(
        title,
        texts,
        note,
        legend=legend,
        named=False,
        tooltip={"trigger": "item", "formatter": "{b}"},
        xAxis={
            "type": "category",
            "data": [texts.world.label(m) for m in range(start, end + 1)],
            "boundaryGap": False,
            "axisLabel": {"interval": apart - 1},
            "axisTick": {"interval": apart - 1},
        },
        yAxis=rows_axis(lanes, {"interval": 0}, splitLine={"show": True}),
    )
    points: dict[str, list[Option]] = {tone: [] for tone in ("good", "bad", "plain")}
    for side, story in stories:
        for moment in story.moments:
            if start <= moment.month <= end:
                points[_tone(moment)].append(_point(moment, side, (start, end), texts))
    colours = {"good": PALETTE[2], "bad": PALETTE[5], "plain": PALETTE[6]}
    made["series"] = [
        {
            "type": "scatter",
            "name": name,
            "color": colours[tone],
            "data": points[tone],
            "symbolSize": 9,
            "itemStyle": {"borderColor": "#555555", "borderWidth": 0.5},
            "labelLayout": {"hideOverlap": True},
        }
        for name, tone in zip(legend, points, strict=True)
    ]
    made["series"] += [
        _stay(f"{texts(f'lane.{lane}')} {side}", colour, begin - start, finish - start)
        for (side, story), colour in zip(stories, (A, B), strict=True)
        for lane, begin, finish in stays(story, data.scene.month)
        if finish > start
    ]
    return made


def stays(story: Story, now: int) -> list[tuple[str, int, int]]:
    """Return how long a patient searched, lived with the diagnosis, and was treated.

    Args:
        story: The patient's way.
        now: The present month.

    Returns:
        Lanes with first and last months; several of treatment where it was interrupted.
    """
    until = next((m.month for m in story.moments if m.kind == "died"), now)
    found = next((m.month for m in story.moments if m.kind in FOUND), None)
    made, begun = [], None
    for moment in story.moments:
        if moment.kind == "onset":
            made.append(("search", moment.month, until if found is None else found))
        elif moment.kind == "treated" and begun is None:
            begun = moment.month
        elif moment.kind == "interrupted" and begun is not None:
            made.append(("treatment", begun, moment.month))
            begun = None
    if found is not None:
        made.append(("diagnosis", found, until))
    if begun is not None:
        made.append(("treatment", begun, until))
    return made


def story(data: JourneysData, texts: Texts, side: str) -> str:
    """Return a patient's story in sentences, empty without a patient.

    Args:
        data: What the journeys tab shows.
        texts: Texts of the language.
        side: "a" or "b".
    """
    chosen = data.story_a if side == "a" else data.story_b
    if chosen is None or data.patient is None:
        return ""
    return told(chosen, data.patient, texts)


def _tone(moment: Moment) -> str:
    if moment.kind in GOOD:
        return "good"
    return "bad" if moment.kind in BAD else "plain"


def _stay(lane: str, colour: str, begin: int, finish: int) -> Option:
    """Return a pale bar for a stretch of a patient's life, from the chart's beginning at most."""
    return {
        "type": "line",
        "data": [[max(begin, 0), lane], [finish, lane]],
        "symbol": "none",
        "silent": True,
        "z": 1,
        "lineStyle": {"color": colour, "width": 7, "opacity": 0.25},
        "tooltip": {"show": False},
    }


def _point(moment: Moment, side: str, span: tuple[int, int], texts: Texts) -> Option:
    """Return an event as a point with its sentence; the most telling with a label."""
    lane = f"{texts(f'lane.{LANE_OF.get(moment.kind, LANES[0])}')} {side}"
    start, end = span
    point: Option = {
        "name": f"{texts.world.label(moment.month)}: {sentence(moment, texts)}",
        "value": [moment.month - start, lane],
    }
    if moment.kind in LABELLED:
        late = moment.month - start > 0.6 * (end - start)
        point["label"] = {
            "show": True,
            "position": "left" if late else "right",
            "fontSize": 10,
            "formatter": texts.name("event", moment.kind),
        }
    return point
