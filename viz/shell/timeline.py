"""The bar of time above the tabs: play, pace, a slider over all months, what happens when."""

from collections.abc import Callable

import solara

from viz.components.widgets import TimeSlider
from viz.i18n.levers import group_of, group_title
from viz.i18n.texts import Texts
from viz.session import SPEEDS, Session
from viz.tabs.registry import TABS
from viz.timeline.marks import Mark

NAMED = 3
"""So many names of a mark are told; of the others, how many there are."""
LABELS = 8
"""At most so many years are written below the slider."""


@solara.component
def Timeline(session: Session, texts: Texts) -> None:
    """Show play, step and reset, how far the months have come, and every month on a slider."""
    snapshot, stage = session.snapshot.value, session.stage.value
    playing = session.playing.value
    rests = session.rests
    waiting = not rests and (snapshot is None or stage in ("building", "compiling"))
    month = snapshot.month if snapshot else 0
    still = snapshot is None or snapshot.still
    stopping = not (playing or still or stage == "living")
    horizon = (snapshot.view if snapshot else session.view.value).horizon
    idle = not (rests or waiting or playing or stopping)
    words = [format_month(month, horizon, texts)]
    if playing or month:
        pace = "going" if playing else "stopping" if stopping else "still"
        words.append(texts(f"shell.{pace}"))
    with solara.Div(classes=["rc-time"], attributes={"role": "region",
                    "aria-label": texts("shell.time")}):  # fmt: skip
        with solara.Div(classes=["rc-buttons"]):
            solara.Button(
                texts("shell.pause" if playing else "shell.play"),
                icon_name="mdi-pause" if playing else "mdi-play",
                color="primary",
                on_click=session.pause if playing else _play(session),
                disabled=waiting or stopping or month >= horizon,
            )
            for name, icon, act, possible in (
                ("back", "mdi-skip-previous", lambda: session.go(month - 1), month > 0),
                ("step", "mdi-skip-next", session.step, month < horizon),
                ("reset", "mdi-restart", session.reset, True),
            ):
                solara.Button(
                    texts(f"shell.{name}"),
                    icon_name=icon,
                    outlined=True,
                    color="primary",
                    on_click=act,
                    disabled=rests or waiting if name == "reset" else not (idle and possible),
                    classes=[f"rc-{name}"],
                )
            Pace(session, texts)
        with solara.Div(classes=["rc-months"]):
            # One text, so that what it says of a month is never drawn beside another month.
            solara.Text(" · ".join(words), classes=["rc-month"])
            TimeSlider(
                month=month,
                horizon=horizon,
                label=texts("shell.month_slider"),
                words=words[0],
                disabled=rests or waiting,
                marks=[
                    {"month": one.month, "kind": one.kind, "text": format_mark(one, texts)}
                    for one in (snapshot.marks if snapshot else ())
                ],
                years=_years(horizon, texts),
                event_go=session.go,
                event_jump=lambda month: session.go(month, visit=True),
            )


@solara.component
def Pace(session: Session, texts: Texts) -> None:
    """Choose how many months go by in a second."""
    solara.v.Select(
        label=texts("shell.speed"),
        items=[
            {"text": texts("shell.pace", n=n) if n else texts("shell.pace_most"), "value": n}
            for n in SPEEDS
        ],
        v_model=session.speed.value,
        on_v_model=session.speed.set,
        dense=True,
        outlined=True,
        hide_details=True,
        class_="rc-pace",
    )


@solara.component
def Marks(session: Session, texts: Texts) -> None:
    """List what happens when; a click goes there."""
    snapshot = session.snapshot.value
    marks = snapshot.marks if snapshot else ()
    title = texts("shell.marks", n=len(marks))
    with solara.Details(title), solara.Div(classes=["rc-list-of-marks"]):
        for one in marks:
            solara.Button(
                format_mark(one, texts),
                text=True,
                small=True,
                on_click=lambda month=one.month: session.go(month + 1, visit=True),
            )


def _play(session: Session) -> Callable[[], None]:
    """Return what the button does: play, on a tab that shows the months."""
    if TABS[session.view.value.tab].rests:
        return lambda: session.watch("overview")
    return session.play


def format_month(month: int, horizon: int, texts: Texts) -> str:
    """Return the month lived last in words, "March 2021, month 27 of 180"."""
    if not month:
        return texts("shell.month_start", horizon=horizon)
    name = texts(f"shell.month_{(month - 1) % 12 + 1}")
    year = texts.world.year_of(month - 1)
    return texts("shell.month", name=name, year=year, month=month, horizon=horizon)


def format_mark(mark: Mark, texts: Texts) -> str:
    """Return in words what happens: "2021-01, rules under B: Special zone"."""
    sides = texts("shell.both") if len(mark.sides) > 1 else mark.sides
    names = [_named(mark, name, texts) for name in mark.names]
    named = list(dict.fromkeys(names))
    told = named[:NAMED]
    if more := len(named) - len(told):
        told.append(texts("shell.more", n=more))
    what = texts(f"shell.mark_{mark.kind}", sides=sides)
    words = texts("editor.comma").join(told)
    return texts("shell.mark", when=texts.world.label(mark.month), what=what) + (
        texts("shell.mark_names", names=words) if words else ""
    )


def _named(mark: Mark, name: str, texts: Texts) -> str:
    if mark.kind == "rules":
        return group_title(group_of(name), texts)
    return texts.get(f"drug.{name}", name)


def _years(horizon: int, texts: Texts) -> list[dict]:
    """Return the years below the slider."""
    years = horizon // 12
    apart = max(1, -(-years // LABELS))
    return [{"month": 12 * n, "text": str(texts.world.year_of(12 * n))}
            for n in range(0, years, apart)]  # fmt: skip
