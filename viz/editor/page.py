"""The policy editor: every lever that acts, what its changes mean, files to and from."""

from collections.abc import Callable
from pathlib import Path

import solara

from abm.errors import UserError
from abm.policy import Policy, load_policy
from abm.policy.levers import LAYER
from viz.editor import draft as levers
from viz.editor import files
from viz.editor.draft import Draft, LeverInput, Sheet
from viz.editor.fields import LeverField
from viz.i18n.levers import (
    ChangeLine,
    format_idle,
    group_about,
    group_title,
    lever_about,
    lever_name,
    lever_within,
)
from viz.i18n.policies import policy_title
from viz.i18n.texts import Texts
from viz.session import Session

STYLE = Path(__file__).parent / "editor.css"
MOST_SHOWN = 30
"""Levers that a search shows at most."""
LARGEST_FILE = 200_000
"""Bytes of a file beyond which it is no policy."""


@solara.component_vue("upload.vue")
def _Upload(label: str, largest: int, event_file: Callable) -> None: ...


@solara.component
def PolicyEditor(session: Session, side: str, texts: Texts) -> None:
    """Edit one of the two policies.

    Args:
        session: The page's session.
        side: "a" or "b".
        texts: Texts of the language.
    """
    chosen = getattr(session.view.value, side)
    start = solara.use_reactive(chosen.policy)
    draft: solara.Reactive[Draft] = solara.use_reactive(chosen.values())
    refused = solara.use_reactive("")
    world = session.view.value.world
    policy = solara.use_memo(lambda: load_policy(start.value, world=world), [start.value])
    found = solara.use_memo(lambda: levers.sheet(policy, draft.value, world), [policy, draft.value])

    def make_changes() -> tuple[Callable[[str, object], None], Callable[[str], None]]:
        def set_lever(path: str, value: object) -> None:
            draft.value = levers.changed(policy, draft.value, path, value)

        def undo(path: str) -> None:
            draft.value = {key: value for key, value in draft.value.items() if key != path}

        return set_lever, undo

    # The same functions at every rendering, so that only levers that change are drawn again.
    set_lever, undo = solara.use_memo(make_changes, [policy])

    def load(file: dict) -> None:
        try:
            if file["text"] is None:
                raise UserError(texts("editor.too_large", name=file["name"]))
            read = files.from_file(file["text"], file["name"], world)
        except UserError as error:
            refused.value = str(error)
            return
        refused.value = ""
        start.value, draft.value = read.policy, read.values()

    edited = files.spec_of(start.value, draft.value) if found.policy else None
    solara.Style(STYLE)
    with solara.Div(classes=["rc-ed"]):
        solara.Text(
            texts("editor.about", policy=policy_title(start.value, texts)), classes=["rc-ed-note"]
        )
        _Levers(policy, draft.value, found, texts, set_lever, undo)
        _Outcome(policy, draft.value, found, texts)
        with solara.Div(classes=["rc-ed-row"]):
            solara.Button(
                texts("editor.apply"),
                color="primary",
                icon_name="mdi-check",
                disabled=edited is None or edited == chosen,
                classes=["rc-ed-apply"],
                on_click=lambda: session.set(**{side: edited}),
            )
            solara.Button(
                texts("editor.undo_all"),
                outlined=True,
                icon_name="mdi-undo",
                disabled=not draft.value,
                on_click=lambda: draft.set({}),
            )
            solara.Text(_state(found, edited == chosen, texts), classes=["rc-ed-note"])
        if refused.value:
            solara.v.Alert(
                type="error",
                dense=True,
                outlined=True,
                children=[refused.value],
                class_="rc-ed-refused mb-0",
            )
        with solara.Div(classes=["rc-ed-files"]):
            _Save(policy, found, texts)
            _Upload(label=texts("editor.load"), largest=LARGEST_FILE, event_file=load)


@solara.component
def _Levers(
    policy: Policy,
    draft: Draft,
    found: Sheet,
    texts: Texts,
    set_lever: Callable[[str, object], None],
    undo: Callable[[str], None],
) -> None:
    """Show the groups, and the levers of the one that is open or those that a search finds."""
    groups = solara.use_memo(
        lambda: levers.fields(policy, texts.world, levers.made_layers(draft)),
        [policy, sorted(levers.made_layers(draft))],
    )
    opened = solara.use_reactive("registry")
    query = solara.use_reactive("")
    group = opened.value if opened.value in groups else next(iter(groups))
    counts = {key: sum(field.path in draft for field in fields) for key, fields in groups.items()}

    def open_group(key: str) -> None:
        opened.value, query.value = key, ""

    solara.v.TextField(
        label=texts("editor.search"),
        v_model=query.value,
        on_v_model=lambda t: query.set(t or ""),
        prepend_inner_icon="mdi-magnify",
        clearable=True,
        dense=True,
        outlined=True,
        hide_details=True,
        class_="rc-ed-search",
    )
    searched = bool(query.value.strip())
    with solara.Div(classes=["rc-ed-columns"]):
        _Groups(groups, counts, "" if searched else group, texts, open_group)
        with solara.Div(classes=["rc-ed-fields"]):
            if searched:
                shown = _search(groups, query.value, texts)
            else:
                shown = groups[group]
                solara.Text(group_about(group, texts), classes=["rc-ed-note"])
            for field in shown[:MOST_SHOWN]:
                is_changed = field.path in draft
                LeverField(
                    field,
                    policy,
                    draft[field.path] if is_changed else levers.value_of(policy, field.path),
                    is_changed,
                    found.problems.get(field.path, ""),
                    not searched,
                    texts,
                    set_lever,
                    undo,
                ).key(field.path)


def _search(groups: dict[str, list[LeverInput]], query: str, texts: Texts) -> list[LeverInput]:
    """Return the levers that have the words of a search, and say how many."""
    found = [
        field
        for fields in groups.values()
        for field in fields
        if field.matches(query, f"{lever_name(field.path, texts)} {lever_about(field.path, texts)}")
    ]
    note = texts("editor.found", n=len(found), shown=min(len(found), MOST_SHOWN))
    solara.Text(note if found else texts("editor.nothing_found"), classes=["rc-ed-note"])
    return found


@solara.component
def _Groups(
    groups: dict[str, list[LeverInput]],
    counts: dict[str, int],
    opened: str,
    texts: Texts,
    on_open: Callable[[str], None],
) -> None:
    """Show the groups: a list beside the levers, on a phone a select above them."""
    layers = [key for key in groups if key.startswith(LAYER)]
    others = [key for key in groups if key not in layers]
    items = [{"text": _counted(key, counts, texts), "value": key} for key in others]
    items.append({"header": texts("editor.layers")})
    items += [{"text": _counted(key, counts, texts), "value": key} for key in layers]
    with solara.Div(classes=["rc-ed-pick"]):
        solara.v.Select(
            label=texts("editor.group"),
            items=items,
            v_model=opened,
            on_v_model=on_open,
            dense=True,
            outlined=True,
            hide_details=True,
        )
    with solara.Div(classes=["rc-ed-nav"], attributes={"role": "navigation"}):
        for key in others:
            _GroupButton(key, counts, opened, texts, on_open)
        solara.Text(texts("editor.layers"), classes=["rc-ed-nav-head"])
        for key in layers:
            _GroupButton(key, counts, opened, texts, on_open)


@solara.component
def _GroupButton(
    key: str, counts: dict[str, int], opened: str, texts: Texts, on_open: Callable[[str], None]
) -> None:
    solara.Button(
        _counted(key, counts, texts),
        text=True,
        on_click=lambda: on_open(key),
        classes=["rc-ed-open"] if key == opened else [],
    )


def _counted(key: str, counts: dict[str, int], texts: Texts) -> str:
    title = group_title(key, texts)
    return f"{title} ({counts[key]})" if counts[key] else title


@solara.component
def _Outcome(policy: Policy, draft: Draft, found: Sheet, texts: Texts) -> None:
    """Say what the draft changes, or what contradicts itself in it."""
    if found.policy is None:
        wrong = found.contradiction or texts(
            "editor.put_right",
            names=texts("editor.comma").join(lever_within(path, texts) for path in found.problems),
        )
        solara.v.Alert(
            type="error", dense=True, outlined=True, children=[wrong], class_="rc-ed-wrong mb-0"
        )
        return
    lines = found.difference
    if draft:
        heading = texts("editor.difference", policy=policy_title(policy.name, texts), n=len(lines))
    elif policy.base is not None:
        heading = texts(
            "editor.own_difference", policy=policy_title(policy.base.name, texts), n=len(lines)
        )
    else:
        heading = texts("editor.record", n=len(lines))
    solara.Text(heading, classes=["rc-field-name"])
    reachable = {"tabindex": "0", "role": "region", "aria-label": heading}
    with solara.Div(classes=["rc-ed-difference"], attributes=reachable):
        for line in lines:
            ChangeLine(line, texts)
    if found.idle:
        names = texts("editor.comma").join(format_idle(idle, texts) for idle in found.idle)
        solara.v.Alert(
            type="warning",
            dense=True,
            outlined=True,
            children=[texts("editor.idle", names=names)],
            class_="rc-ed-idle mb-0",
        )


def _state(found: Sheet, in_force: bool, texts: Texts) -> str:
    if found.policy is None:
        return ""
    return texts("editor.in_force" if in_force else "editor.not_applied")


@solara.component
def _Save(policy: Policy, found: Sheet, texts: Texts) -> None:
    """Name the edited policy and save it as a file."""
    name = solara.use_reactive(f"{policy.name.replace('+', '-')}-edited")
    title = solara.use_reactive(texts("editor.edited", title=policy_title(policy.name, texts)))
    wrong = ""
    try:
        text = files.to_file(found.policy or policy, name.value, title.value)
    except UserError as error:
        text, wrong = "", str(error)
    ready = bool(text and found.policy)
    with solara.Div(classes=["rc-ed-save-row"]):
        solara.v.TextField(
            label=texts("editor.name"),
            v_model=name.value,
            on_v_model=lambda new: name.set(new or ""),
            dense=True,
            outlined=True,
            hide_details=not wrong,
            error_messages=[wrong] if wrong else [],
            class_="rc-ed-name",
        )
        solara.v.TextField(
            label=texts("editor.title"),
            v_model=title.value,
            on_v_model=lambda new: title.set(new or ""),
            dense=True,
            outlined=True,
            hide_details=True,
        )
        with solara.FileDownload(text, f"{name.value}.toml", mime_type="application/toml"):
            solara.Button(
                texts("editor.save"),
                text=True,
                color="primary",
                icon_name="mdi-download",
                disabled=not ready,
                classes=["rc-ed-save"],
            )
