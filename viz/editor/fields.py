"""A lever as a widget that fits it: switch, choice, number, slider, names, month, brackets."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import solara

from abm.policy import Policy
from viz.components.widgets import About
from viz.editor import draft as levers
from viz.editor.draft import LeverInput, format_input, number_of
from viz.editor.first import Slide, reach
from viz.explain.words import of_lever
from viz.i18n.idle import idle_reason
from viz.i18n.levers import (
    expected,
    format_over_time,
    format_value,
    input_label,
    lever_about,
    lever_name,
    lever_within,
    value_name,
)
from viz.i18n.texts import Texts

MOST_STEPS = 6
"""Most dates of change that are shown of a lever."""


@dataclass(frozen=True)
class Entry:
    """What a draft makes of a lever.

    Attributes:
        value: Its value, as the policy has it or as it was changed.
        start: From when it holds.
        was: From when it holds in the policy.
        is_changed: Whether the draft sets it.
        problem: What is wrong with it, or an empty text.
        slide: Its slider, if it has one.
        idle: Why it cannot act, or an empty text.
    """

    value: Any
    start: str
    was: str
    is_changed: bool
    problem: str = ""
    slide: Slide | None = None
    idle: str = ""


@solara.component
def LeverField(
    field: LeverInput,
    policy: Policy,
    entry: Entry,
    grouped: bool,
    texts: Texts,
    on_value: Callable[..., None],
    on_undo: Callable[[str], None],
) -> None:
    """Show a lever with what it means and what it was.

    Args:
        field: The lever.
        policy: The policy that is edited.
        entry: What the draft makes of it.
        grouped: Whether it is shown among its group, which then is not named.
        texts: Texts of the language.
        on_value: Called with the path, a new value, and from when it holds, None for as before.
        on_undo: Called with the path when the policy's own value is to hold again.
    """
    steps = solara.use_memo(lambda: levers.history(policy, field.path), [policy, field.path])
    with solara.Div(
        classes=["rc-field", *(["rc-field-changed"] if entry.is_changed else [])],
        attributes={"data-lever": field.path},
    ):
        with solara.Div():
            with solara.Div(classes=["rc-field-name"]):
                named = lever_name if grouped else lever_within
                name = named(field.path, texts)
                solara.Text(name)
                About(
                    label=texts("explain.open", name=name),
                    lines=of_lever(field.path, policy, texts),
                )
                if entry.is_changed:
                    solara.Text(texts("editor.changed"), classes=["rc-field-mark"])
            solara.v.Html(
                tag="div", children=[lever_about(field.path, texts)], class_="rc-field-about"
            )
            if len(steps) > 1:
                dates = format_over_time(field.path, steps[:MOST_STEPS], texts)
                solara.v.Html(
                    tag="div",
                    children=[texts("editor.over_time", steps=dates)],
                    class_="rc-field-steps",
                )
            if entry.idle:
                why = texts("editor.cannot_act", why=idle_reason(entry.idle, texts))
                solara.v.Html(tag="div", children=[why], class_="rc-field-steps rc-field-idle")
            if entry.is_changed:
                was = format_value(field.path, steps[-1][1], texts)
                if entry.start != entry.was:
                    was = texts("editor.was_from", value=was, when=entry.was)
                Was(was, texts, lambda: on_undo(field.path))
        with solara.Div(classes=["rc-field-input"]):
            if entry.slide is not None and field.kind == "number":
                slide = reach(entry.slide, entry.value)
                known = isinstance(entry.value, int | float)
                at = entry.value if known else slide.low
                Slider(slide, at, field.path, partial(on_value, field.path))
            _WIDGETS[field.kind](field, entry, texts, partial(on_value, field.path))
            if entry.slide or entry.is_changed or len(steps) > 1:
                StartField(
                    entry.start,
                    texts("editor.from"),
                    texts,
                    lambda when: on_value(field.path, entry.value, when),
                )


@solara.component
def Was(value: str, texts: Texts, on_undo: Callable[[], None]) -> None:
    """Show what a lever was, struck out, with a way back to it."""
    with solara.Div(classes=["rc-field-was"]):
        solara.Text(texts("editor.was"))
        solara.v.Html(tag="del", children=[value])
        solara.Button(
            texts("editor.undo"), icon_name="mdi-undo", x_small=True, text=True, on_click=on_undo
        )


@solara.component
def StartField(
    start: str, label: str, texts: Texts, on_start: Callable[[str], None], problem: str = ""
) -> None:
    """Show from when something holds, as a month to be typed."""
    text, typed = use_typed_text(start, str.strip, on_start)
    solara.v.TextField(
        v_model=text,
        on_v_model=typed,
        label=label,
        placeholder=texts("editor.month_like"),
        dense=True,
        outlined=True,
        hide_details=not problem,
        error_messages=[problem] if problem else [],
        class_="rc-field-from",
    )


def _shared(field: LeverInput, problem: str, texts: Texts) -> dict[str, Any]:
    """Return what all widgets have in common."""
    unit = input_label(field.info, texts)
    return {
        "label": unit,
        "dense": True,
        "outlined": True,
        "hide_details": "auto",
        "error_messages": [problem] if problem else [],
        "attributes": {"aria-label": f"{field.path}, {unit}"},
    }


@solara.component
def _Switch(field: LeverInput, entry: Entry, texts: Texts, on_value: Callable) -> None:
    solara.v.Switch(
        v_model=bool(entry.value),
        on_v_model=on_value,
        label=format_value(field.path, entry.value, texts),
        dense=True,
        hide_details="auto",
        error_messages=[entry.problem] if entry.problem else [],
        attributes={"aria-label": field.path},
    )


@solara.component
def _Choice(field: LeverInput, entry: Entry, texts: Texts, on_value: Callable) -> None:
    solara.v.Select(
        items=_items(field, texts),
        v_model=entry.value,
        on_v_model=on_value,
        placeholder=format_value(field.path, None, texts),
        **_shared(field, entry.problem, texts),
    )


@solara.component
def _Number(field: LeverInput, entry: Entry, texts: Texts, on_value: Callable) -> None:
    _Typed(field, entry, texts, on_value, number_of)


@solara.component
def Slider(slide: Slide, value: float, label: str, on_value: Callable[[float], None]) -> None:
    """Show a slider; the infinite stands at its end."""
    # Only what somebody moves counts: the slider rounds a value to its steps by itself.
    shown = solara.v.Slider(
        v_model=min(max(value, slide.low), slide.high),
        min=slide.low,
        max=slide.high,
        step=slide.step,
        dense=True,
        hide_details=True,
        attributes={"aria-label": label},
        class_="rc-slide",
    )
    solara.v.use_event(shown, "change", lambda _widget, _event, new: on_value(_rounded(new, slide)))


def _rounded(value: float, slide: Slide) -> float:
    """Return a slider's value without the dust of binary fractions."""
    return round(value / slide.step) * slide.step if slide.step >= 1 else round(value, 6)


@solara.component
def _Month(field: LeverInput, entry: Entry, texts: Texts, on_value: Callable) -> None:
    _Typed(field, entry, texts, on_value, lambda text: text.strip() or "none")


@solara.component
def _Typed(
    field: LeverInput,
    entry: Entry,
    texts: Texts,
    on_value: Callable,
    read: Callable[[str], Any],
) -> None:
    """Show a text field; what is typed stays as it is typed while it means the value.

    The hint stays too: one that went with the focus would move the button about to be clicked.
    """
    text, typed = use_typed_text(entry.value, read, on_value)
    hint = texts("editor.expected", expected=expected(field.info, texts))
    problem = entry.problem
    if problem and levers.problem(field.path, entry.value):
        problem = texts.pick(problem, hint)
    solara.v.TextField(
        v_model=text,
        on_v_model=typed,
        placeholder=format_value(field.path, None, texts),
        hint="" if entry.slide else hint,
        persistent_hint=not entry.slide,
        **_shared(field, problem, texts),
    )


def use_typed_text(
    value: Any, read: Callable[[str], Any], on_value: Callable[[Any], None]
) -> tuple[str, Callable[[str | None], None]]:
    """Return a field's text, and what is called with what somebody types.

    The text begins as the value's and stays as it is typed while it means the value.
    """
    text = solara.use_memo(lambda: solara.reactive(format_input(value)), [])

    def follow() -> None:
        if read(text.value) != value:
            text.value = format_input(value)

    def typed(new: str | None) -> None:
        text.value = new or ""
        on_value(read(text.value))

    solara.use_effect(follow, [value])
    return text.value, typed


@solara.component
def _Names(field: LeverInput, entry: Entry, texts: Texts, on_value: Callable) -> None:
    """Show a list of names; a word for the whole list takes the place of names."""
    shown = [entry.value] if isinstance(entry.value, str) else list(entry.value or [])

    def picked(names: list[str]) -> None:
        new = [name for name in names if name in field.whole and name not in shown]
        on_value(new[-1] if new else [name for name in names if name not in field.whole])

    solara.v.Autocomplete(
        items=_items(field, texts),
        v_model=shown,
        on_v_model=picked,
        multiple=True,
        small_chips=True,
        deletable_chips=True,
        clearable=True,
        **_shared(field, entry.problem, texts),
    )


def _items(field: LeverInput, texts: Texts) -> list[dict[str, str]]:
    return [{"text": value_name(name, texts), "value": name} for name in field.choices]


@solara.component
def _Brackets(field: LeverInput, entry: Entry, texts: Texts, on_value: Callable) -> None:
    """Show rates by the year's cumulative base, a row each, with the last one open."""
    rows = [dict(row) for row in entry.value] if isinstance(entry.value, list) else []

    def set_cell(at: int, key: str, new: Any) -> None:
        on_value([{**row, key: new} if n == at else row for n, row in enumerate(rows)])

    with solara.Div(attributes={"role": "group", "aria-label": field.path}):
        for n, row in enumerate(rows):
            with solara.Div(classes=["rc-bracket"]).key(f"{len(rows)}-{n}"):
                for key, name in (("up_to", "editor.up_to"), ("rate", "editor.rate")):
                    _Cell(row.get(key), texts(name), partial(set_cell, n, key))
                solara.Button(
                    icon_name="mdi-close",
                    icon=True,
                    small=True,
                    disabled=len(rows) == 1,
                    on_click=lambda n=n: on_value(rows[:n] + rows[n + 1 :]),
                    attributes={"aria-label": texts("editor.remove_bracket")},
                )
            if entry.slide and isinstance(row.get("rate"), int | float):
                label = f"{texts('editor.rate')} {n + 1}"
                Slider(entry.slide, row["rate"], label, partial(set_cell, n, "rate"))
        if entry.problem:
            solara.v.Html(tag="div", children=[entry.problem], class_="error--text caption")
        solara.Button(
            texts("editor.add_bracket"),
            icon_name="mdi-plus",
            text=True,
            small=True,
            on_click=lambda: on_value(_with_bracket(rows)),
        )


def _with_bracket(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return brackets with one more below the open last one."""
    last = rows[-1] if rows else {"up_to": float("inf"), "rate": 0.0}
    below = rows[-2]["up_to"] if len(rows) > 1 else 0
    limit = 2 * below if isinstance(below, int | float) and below else 100_000
    return [*rows[:-1], {"up_to": limit, "rate": last["rate"]}, last]


@solara.component
def _Cell(value: Any, label: str, on_value: Callable) -> None:
    text, typed = use_typed_text(value, number_of, on_value)
    solara.v.TextField(
        label=label, v_model=text, on_v_model=typed, dense=True, outlined=True, hide_details=True
    )


_WIDGETS = {
    "switch": _Switch,
    "choice": _Choice,
    "number": _Number,
    "names": _Names,
    "month": _Month,
    "brackets": _Brackets,
}
