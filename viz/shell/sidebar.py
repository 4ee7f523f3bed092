"""The sidebar: policies, numbers of the run, buttons, link, downloads, Python lines."""

from collections.abc import Callable
from dataclasses import replace

import solara

from abm import UserError, World, policy_names
from abm.policy.diff import Difference
from viz.components.widgets import Copy
from viz.downloads import months_csv, tab_csv
from viz.editor.page import PolicyEditor
from viz.i18n.levers import ChangeLine
from viz.i18n.policies import policy_sentence, policy_title
from viz.i18n.texts import Texts
from viz.session import Session
from viz.tabs.registry import TABS
from viz.view_state import PolicySpec, ViewState, read_scale, read_seed, read_years


@solara.component
def Sidebar(session: Session, texts: Texts) -> None:
    """Show everything that sets a comparison up."""
    with solara.Div(classes=["rc-sidebar"]):
        with solara.Div(classes=["rc-wide"]):
            Transport(session, texts)
        for side in ("a", "b"):
            PolicyPicker(session, side, texts)
        PolicyDifference(session, texts)
        Numbers(session, texts)
        Takeaway(session, texts)


@solara.component
def Transport(session: Session, texts: Texts) -> None:
    """Show play, step and reset, and how far the months have come."""
    snapshot, stage = session.snapshot.value, session.stage.value
    playing = session.playing.value
    rests = session.rests
    waiting = not rests and (snapshot is None or stage in ("building", "compiling"))
    month = snapshot.month if snapshot else 0
    still = snapshot is None or snapshot.still
    stopping = not (playing or still or stage == "living")
    horizon = (snapshot.view if snapshot else session.view.value).horizon
    with solara.Div(classes=["rc-transport"]):
        with solara.Div(classes=["rc-buttons"]):
            solara.Button(
                texts("shell.pause" if playing else "shell.play"),
                icon_name="mdi-pause" if playing else "mdi-play",
                color="primary",
                on_click=session.pause if playing else _play(session),
                disabled=waiting or stopping or month >= horizon,
            )
            solara.Button(
                texts("shell.step"),
                icon_name="mdi-skip-next",
                outlined=True,
                color="primary",
                on_click=session.step,
                disabled=rests or waiting or playing or stopping or month >= horizon,
            )
            solara.Button(
                texts("shell.reset"),
                icon_name="mdi-restart",
                outlined=True,
                color="primary",
                on_click=session.reset,
                disabled=rests or waiting,
            )
        words = [format_month(month, horizon, texts)]
        if playing or month:
            pace = "going" if playing else "stopping" if stopping else "still"
            words.append(texts(f"shell.{pace}"))
        # One text, so that what it says of a month is never drawn beside another month.
        solara.Text(" · ".join(words), classes=["rc-month"])
        solara.v.ProgressLinear(
            value=100 * month / horizon,
            height=5,
            rounded=True,
            attributes={"aria-label": texts("shell.progress")},
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


@solara.component
def PolicyPicker(session: Session, side: str, texts: Texts) -> None:
    """Choose one of the two policies, say what it is, and open the editor."""
    editing = solara.use_reactive(False)
    chosen: PolicySpec = getattr(session.view.value, side)
    letter = side.upper()
    names = policy_names(texts.world)
    names += [chosen.policy] if chosen.policy not in names else []
    items = [{"text": policy_title(name, texts), "value": name} for name in names]
    with solara.Div(classes=["rc-policy", f"rc-policy-{side}"]):
        solara.v.Select(
            label=texts("shell.policy", side=letter),
            items=items,
            v_model=chosen.policy,
            on_v_model=lambda name: session.set(**{side: PolicySpec(name)}),
            dense=True,
            outlined=True,
            hide_details=True,
        )
        solara.Text(policy_sentence(chosen.policy, texts), classes=["rc-sentence"])
        if chosen.settings:
            solara.Text(texts("shell.edited", n=len(chosen.settings)), classes=["rc-edited"])
        solara.Button(
            texts("shell.edit_policy", side=letter),
            icon_name="mdi-pencil",
            small=True,
            text=True,
            color="primary",
            on_click=lambda: editing.set(True),
        )
    with (
        solara.v.Dialog(
            v_model=editing.value, on_v_model=editing.set, max_width=960, scrollable=True
        ),
        solara.v.Card(class_="rc-editor"),
    ):
        with solara.Div(classes=["rc-editor-head"]):
            solara.Text(texts("shell.edit_policy", side=letter), classes=["rc-editor-title"])
            solara.Button(
                texts("shell.close"),
                icon_name="mdi-close",
                text=True,
                on_click=lambda: editing.set(False),
            )
        with solara.v.CardText():
            if editing.value:
                PolicyEditor(session, side, texts)


@solara.component
def PolicyDifference(session: Session, texts: Texts) -> None:
    """Say in words where B differs from A."""
    view = session.view.value
    lines = solara.use_memo(
        lambda: _differences(view.a, view.b, view.world), [view.a, view.b, view.world]
    )
    with (
        solara.Details(texts("shell.difference", n=len(lines))),
        solara.Div(classes=["rc-difference"]),
    ):
        if not lines:
            solara.Text(texts("shell.no_difference"))
        for line in lines:
            ChangeLine(line, texts)


def _differences(a: PolicySpec, b: PolicySpec, world: World) -> list[Difference]:
    try:
        return b.load(world).difference(a.load(world))
    except UserError:
        return []


@solara.component
def Numbers(session: Session, texts: Texts) -> None:
    """Set scale, horizon and seed."""
    view = session.view.value
    with solara.Div(classes=["rc-numbers"]):
        for name, reader in (("scale", read_scale), ("years", read_years), ("seed", read_seed)):
            _Number(
                name,
                f"{getattr(view, name)}",
                lambda text, reader=reader: reader(text, view),
                texts,
                lambda value, name=name: session.set(**{name: value}),
            )


@solara.component
def _Number(name: str, value: str, reader: Callable, texts: Texts, on_value: Callable) -> None:
    """Show a field that is read at Enter or when it is left, and tells what is wrong beside it.

    What is being typed is kept as it comes: every new snapshot draws the field as its state has it.
    """
    text = solara.use_reactive(value)
    refused = solara.use_reactive("")

    def follow() -> None:
        text.value = value
        refused.value = ""

    solara.use_effect(follow, [value])

    def typed() -> None:
        try:
            number = reader(text.value)
            refused.value = ""
            on_value(number)
        except UserError as error:
            refused.value = str(error)

    field = solara.v.TextField(
        label=texts(f"shell.{name}"),
        v_model=text.value,
        on_v_model=lambda new: text.set(new or ""),
        dense=True,
        hide_details="auto",
        hint=texts(f"shell.{name}_hint"),
        persistent_hint=True,
        error_messages=[refused.value] if refused.value else [],
        class_=f"rc-{name}",
    )
    solara.v.use_event(field, "focusout", lambda *_: typed())
    solara.v.use_event(field, "keyup.enter", lambda *_: typed())


@solara.component
def Takeaway(session: Session, texts: Texts) -> None:
    """Show the link, the downloads and the Python lines."""
    snapshot, view = session.snapshot.value, session.view.value
    if snapshot is None:
        return
    with solara.Div(classes=["rc-takeaway"]):
        solara.v.Html(
            tag="a",
            children=[texts("shell.link")],
            attributes={"href": session.link()},
            class_="rc-link",
        )
        if snapshot.data is not None:
            solara.FileDownload(
                lambda: tab_csv(snapshot),
                filename=f"rarecare-{snapshot.tab}.csv",
                label=texts("shell.csv_tab", tab=texts(f"tab.{snapshot.tab}")),
            )
        solara.FileDownload(
            lambda: months_csv(session),
            filename="rarecare-months.csv",
            label=texts("shell.csv_months"),
        )
        with solara.Details(texts("shell.python")):
            shown: ViewState = replace(view, month=snapshot.month)
            Copy(text=shown.python(), label=texts("shell.copy"), copied=texts("shell.copied"))
