"""The sidebar: policies, numbers of the run, what can be taken away."""

from collections.abc import Callable

import solara

from abm import UserError, World
from abm.policy.diff import Difference
from viz.editor.picker import PolicyPicker
from viz.i18n.levers import ChangeLine
from viz.i18n.texts import Texts
from viz.session import Session
from viz.shell.takeaway import Takeaway
from viz.shell.timeline import Marks
from viz.view_state import PolicySpec, read_scale, read_seed, read_years


@solara.component
def Sidebar(session: Session, texts: Texts) -> None:
    """Show everything that sets a comparison up."""
    with solara.Div(classes=["rc-sidebar"]):
        for side in ("a", "b"):
            PolicyPicker(session, side, texts)
        PolicyDifference(session, texts)
        Marks(session, texts)
        Numbers(session, texts)
        Takeaway(session, texts)


@solara.component
def PolicyDifference(session: Session, texts: Texts) -> None:
    """Say in words where B differs from A."""
    view = session.view.value
    lines = solara.use_memo(
        lambda: _differences(view.a, view.b, view.world), [view.a, view.b, view.world]
    )
    title = texts("shell.difference", n=len(lines))
    reachable = {"tabindex": "0", "role": "region", "aria-label": title}
    with solara.Details(title), solara.Div(classes=["rc-difference"], attributes=reachable):
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
