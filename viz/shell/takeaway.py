"""What can be taken away from the page: its link, its numbers, one file with all months."""

import threading
from dataclasses import replace

import solara
from solara.lab import use_task

from abm import UserError
from viz.components.widgets import Copy
from viz.i18n.texts import Texts
from viz.session import Session
from viz.tabs.registry import TABS
from viz.takeaway.caption import caption
from viz.takeaway.snapshot import months_of
from viz.takeaway.tidy import tidy_csv
from viz.view_state import ViewState


@solara.component
def Takeaway(session: Session, texts: Texts) -> None:
    """Show the link, the downloads and the Python lines."""
    snapshot, view = session.snapshot.value, session.view.value
    if snapshot is None:
        return
    shown: ViewState = replace(view, month=snapshot.month)
    name = caption(snapshot, texts).file
    with solara.Div(classes=["rc-takeaway"]):
        with solara.Details(texts("shell.link")), solara.Div(classes=["rc-link"]):
            Copy(text=shown.to_link(), label=texts("shell.copy_link"),
                 copied=texts("shell.copied"))  # fmt: skip
            solara.Text(texts("shell.link_hint"), classes=["rc-hint"])
            OpenLink(session, texts)
        solara.FileDownload(
            lambda: tidy_csv(session), filename=f"{name}numbers.csv", label=texts("shell.tidy")
        )
        EveryMonth(session, texts, f"{name}{snapshot.tab}.html")
        with solara.Details(texts("shell.python")):
            Copy(text=shown.python(), label=texts("shell.copy"), copied=texts("shell.copied"))


@solara.component
def OpenLink(session: Session, texts: Texts) -> None:
    """Open a link that is pasted; what stands before its question mark does not matter."""
    complaints = solara.use_reactive([""])

    def opened(text: str) -> None:
        if "?" in text:
            view, told = ViewState.from_query(text[text.index("?") :], TABS)
            session.visit += 1
            session.restore(view)
            complaints.value = told

    solara.InputText(texts("shell.link_open"), on_value=opened, continuous_update=False)
    for line in filter(None, complaints.value):
        solara.Text(line, classes=["rc-hint"])


@solara.component
def EveryMonth(session: Session, texts: Texts, name: str) -> None:
    """Make one file with every month up to the one shown; it takes a while."""
    asked = solara.use_reactive(0)
    share = solara.use_reactive(0.0)
    ended = solara.use_memo(threading.Event, [])
    refused = solara.use_reactive("")

    def going_on(done: float) -> bool:
        share.value = done
        return not ended.is_set() and task.is_current()

    def make() -> str | None:
        if not asked.value:
            return None
        ended.clear()
        try:
            return months_of(session, going_on)
        except UserError as error:
            refused.value = str(error)
            return None

    task = use_task(make, dependencies=[asked.value])
    solara.use_effect(lambda: ended.set, [])
    if task.pending and asked.value:
        solara.ProgressLinear(100 * share.value)
        solara.Button(texts("shell.cancel"), text=True, small=True, on_click=ended.set)
    else:
        solara.Button(
            texts("shell.snapshot"), icon_name="mdi-filmstrip", outlined=True, small=True,
            on_click=lambda: asked.set(asked.value + 1), classes=["rc-snapshot"],
        )  # fmt: skip
        solara.Text(refused.value or texts("shell.snapshot_hint"), classes=["rc-hint"])
    if task.finished and task.value:
        solara.FileDownload(task.value, filename=name, label=texts("shell.snapshot_ready"))
