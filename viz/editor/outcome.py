"""What an edited policy comes to: what changes, what contradicts itself, and its file."""

import solara

from abm.errors import UserError
from abm.policy import Policy
from abm.policy.loading import BEGINS
from viz.editor import draft as levers
from viz.editor import files
from viz.editor.draft import Draft, Sheet
from viz.i18n.idle import format_idle
from viz.i18n.levers import ChangeLine, lever_within
from viz.i18n.policies import policy_title
from viz.i18n.texts import Texts


@solara.component
def Outcome(policy: Policy, draft: Draft, found: Sheet, texts: Texts) -> None:
    """Say what the draft changes, or what contradicts itself in it.

    Args:
        policy: The policy as it is written.
        draft: Values by path.
        found: What the draft comes to.
        texts: Texts of the language.
    """
    if found.policy is None:
        wrong = found.contradiction or texts(
            "editor.put_right",
            names=texts("editor.comma").join(_named(path, texts) for path in found.problems),
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
        if BEGINS in draft:
            old, new = levers.begun_at(policy), draft[BEGINS]
            begins = texts("change.begins", old=old, new=new)
            solara.v.Html(tag="div", children=[begins], class_="rc-ed-begins")
        for line in lines:
            ChangeLine(line, texts)
    if found.idle:
        reasons = [format_idle(idle, texts) for idle in found.idle]
        solara.v.Alert(
            type="warning",
            dense=True,
            outlined=True,
            children=[
                texts("editor.idle"),
                *(solara.v.Html(tag="div", children=[one]) for one in reasons),
            ],
            class_="rc-ed-idle mb-0",
        )


def _named(path: str, texts: Texts) -> str:
    """Return the name of a lever, or of the policy's beginning."""
    return texts("editor.begins") if path == BEGINS else lever_within(path, texts)


def state(found: Sheet, in_force: bool, texts: Texts) -> str:
    """Return whether what was edited is in force on the page; empty where it cannot be.

    Args:
        found: What the draft comes to.
        in_force: Whether the page has it.
        texts: Texts of the language.
    """
    if found.policy is None:
        return ""
    return texts("editor.in_force" if in_force else "editor.not_applied")


@solara.component
def Save(policy: Policy, found: Sheet, texts: Texts) -> None:
    """Name the edited policy and save it as a file.

    Args:
        policy: The policy as it is written.
        found: What the draft comes to.
        texts: Texts of the language.
    """
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
