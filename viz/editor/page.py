"""The policy editor: the levers that matter first, a search for all, what changes mean, files."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import solara

from abm.errors import UserError
from abm.policy import Policy, load_policy
from abm.policy.levers import LAYER
from abm.policy.loading import BEGINS
from abm.world import World
from viz.editor import draft as levers
from viz.editor import files, search
from viz.editor.draft import Draft, LeverInput, Sheet
from viz.editor.fields import Entry, LeverField, StartField, Was
from viz.editor.first import First, first_levers
from viz.editor.outcome import Outcome, Save, state
from viz.i18n.levers import (
    group_about,
    group_title,
)
from viz.i18n.policies import policy_title
from viz.i18n.texts import Texts
from viz.session import Session
from viz.view_state import PolicySpec

STYLE = Path(__file__).parent / "editor.css"
FIRST = "first"
"""The levers that matter first, in the place of a group."""
MOST_SHOWN = 30
"""Levers that a search shows at most."""
LARGEST_FILE = 200_000
"""Bytes of a file beyond which it is no policy."""


@solara.component_vue("upload.vue")
def _Upload(label: str, largest: int, event_file: Callable) -> None: ...


class Work(NamedTuple):
    """What somebody has edited; it lasts while the editor is closed.

    Attributes:
        of: The policy on the page that it began with.
        start: The policy that the draft is set on top of.
        draft: Values by path.
    """

    of: PolicySpec
    start: str
    draft: Draft

    @classmethod
    def on(cls, chosen: PolicySpec, kept: "Work | None") -> "Work":
        """Return what was kept of a policy, else the policy as the page has it."""
        if kept is not None and kept.of == chosen:
            return kept
        return cls(chosen, chosen.policy, chosen.values())

    @property
    def spec(self) -> PolicySpec:
        """What a link holds of it, if all of it is right."""
        return files.spec_of(self.start, self.draft)


@solara.component
def PolicyEditor(
    session: Session, side: str, texts: Texts, kept: solara.Reactive[Work | None]
) -> None:
    """Edit one of the policies.

    Args:
        session: The page's session.
        side: Its letter, such as "a".
        texts: Texts of the language.
        kept: What was edited and not applied yet; what is edited here.
    """
    chosen = getattr(session.view.value, side)
    work = Work.on(chosen, kept.value)
    draft = work.draft
    refused = solara.use_reactive("")
    world = session.view.value.world
    written = solara.use_memo(lambda: load_policy(work.start, world=world), [work.start])
    begins = draft.get(BEGINS)
    policy = solara.use_memo(lambda: levers.beginning(written, begins, world), [written, begins])
    found = solara.use_memo(lambda: levers.sheet(written, draft, world), [written, draft])
    now = solara.use_ref(work)
    now.current = work

    def put(new: Draft) -> None:
        now.current = now.current._replace(draft=new)
        kept.value = now.current

    def make_changes() -> tuple[Callable[..., None], Callable[[str], None]]:
        def set_lever(path: str, value: object, start: str | None = None) -> None:
            drafted = now.current.draft
            if path == BEGINS:
                put(levers.begun(written, drafted, str(value), world, world.label(0)))
            else:
                put(levers.changed(policy, drafted, path, value, world.label(0), start))

        def undo(path: str) -> None:
            drafted = now.current.draft
            if path == BEGINS:
                put(levers.begun(written, drafted, None, world, world.label(0)))
            else:
                put(levers.undone(drafted, path))

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
        kept.value = Work(chosen, read.policy, read.values())

    edited = work.spec if found.policy else None
    solara.Style(STYLE)
    with solara.Div(classes=["rc-ed"]):
        solara.Text(
            texts("editor.about", policy=policy_title(work.start, texts)), classes=["rc-ed-note"]
        )
        _Levers(written, policy, draft, found, texts, set_lever, undo)
        Outcome(written, draft, found, texts)
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
                disabled=not draft,
                on_click=lambda: put({}),
            )
            solara.Text(state(found, edited == chosen, texts), classes=["rc-ed-note"])
        if refused.value:
            solara.v.Alert(
                type="error",
                dense=True,
                outlined=True,
                children=[refused.value],
                class_="rc-ed-refused mb-0",
            )
        with solara.Div(classes=["rc-ed-files"]):
            Save(written, found, texts)
            _Upload(label=texts("editor.load"), largest=LARGEST_FILE, event_file=load)


@solara.component
def _Levers(
    written: Policy,
    policy: Policy,
    draft: Draft,
    found: Sheet,
    texts: Texts,
    set_lever: Callable[[str, object], None],
    undo: Callable[[str], None],
) -> None:
    """Show the levers that matter first, those of a group, or those that a search finds."""
    groups = solara.use_memo(
        lambda: levers.fields(policy, texts.world, levers.made_layers(draft)),
        [policy, sorted(levers.made_layers(draft))],
    )
    opened = solara.use_reactive(FIRST)
    query = solara.use_reactive("")
    group = opened.value if opened.value in groups else FIRST
    counts = {
        key: sum(levers.key_of(draft, field.path) is not None for field in fields)
        for key, fields in groups.items()
    }

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
                shown = [First(one.path, one, None) for one in
                         _search(groups, query.value, draft, policy, texts)]  # fmt: skip
            elif group == FIRST:
                by_path = {one.path: one for fields in groups.values() for one in fields}
                shown = first_levers(written, found.policy or policy, by_path, texts.world)
                solara.Text(texts("editor.first_about"), classes=["rc-ed-note"])
            else:
                shown = [First(one.path, one, None) for one in groups[group]]
                solara.Text(group_about(group, texts), classes=["rc-ed-note"])
            for one in shown[:MOST_SHOWN]:
                if one.field is None:
                    _Beginning(written, draft, found, texts, set_lever, undo).key(BEGINS)
                    continue
                LeverField(
                    one.field,
                    policy,
                    _entry(one, policy, draft, found, texts.world),
                    not searched and group != FIRST,
                    texts,
                    set_lever,
                    undo,
                ).key(one.path)


def _entry(one: First, policy: Policy, draft: Draft, found: Sheet, world: World) -> Entry:
    """Return what a draft makes of a lever."""
    key, first = levers.key_of(draft, one.path), world.label(0)
    return Entry(
        levers.value_of(policy, one.path) if key is None else draft[key],
        levers.starts(policy, draft, one.path, first),
        levers.starts(policy, {}, one.path, first),
        key is not None,
        found.problems.get(one.path, ""),
        one.slide,
        one.idle,
    )


@solara.component
def _Beginning(
    written: Policy,
    draft: Draft,
    found: Sheet,
    texts: Texts,
    set_lever: Callable[..., None],
    undo: Callable[[str], None],
) -> None:
    """Show the month in which the policy's own changes begin; another one moves all of them."""
    was = levers.begun_at(written) or ""
    changed = BEGINS in draft
    with solara.Div(
        classes=["rc-field", *(["rc-field-changed"] if changed else [])],
        attributes={"data-lever": BEGINS},
    ):
        with solara.Div():
            solara.Text(texts("editor.begins"), classes=["rc-field-name"])
            about = texts("editor.begins_about")
            solara.v.Html(tag="div", children=[about], class_="rc-field-about")
            if changed:
                Was(was, texts, lambda: undo(BEGINS))
        StartField(
            str(draft.get(BEGINS, was)),
            texts("editor.from"),
            texts,
            lambda when: set_lever(BEGINS, when),
            found.problems.get(BEGINS, ""),
        )


def _search(
    groups: dict[str, list[LeverInput]], query: str, draft: Draft, policy: Policy, texts: Texts
) -> list[LeverInput]:
    """Return the levers that a search finds, and say how many."""
    values = {
        one.path: draft.get(levers.key_of(draft, one.path) or "", levers.value_of(policy, one.path))
        for fields in groups.values()
        for one in fields
    }
    hits = search.found(groups, query, values, levers.own_layers(policy), texts)
    note = texts("editor.found", n=len(hits), shown=min(len(hits), MOST_SHOWN))
    solara.Text(note if hits else texts("editor.nothing_found"), classes=["rc-ed-note"])
    return hits


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
    items = [{"text": _counted(key, counts, texts), "value": key} for key in (FIRST, *others)]
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
        for key in (FIRST, *others):
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
    title = texts("editor.first") if key == FIRST else group_title(key, texts)
    return f"{title} ({counts[key]})" if counts.get(key) else title
