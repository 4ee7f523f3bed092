"""One of the page's policies: which it is, and its editor."""

import solara

from abm import policy_names
from viz.editor.page import PolicyEditor, Work
from viz.i18n.policies import policy_sentence, policy_title
from viz.i18n.texts import Texts
from viz.session import Session
from viz.view_state import PolicySpec


@solara.component
def PolicyPicker(session: Session, side: str, texts: Texts) -> None:
    """Choose one of the policies, say what it is, and open the editor.

    Args:
        session: The page's session.
        side: The policy's letter, such as "a".
        texts: Texts of the language.
    """
    editing = solara.use_reactive(False)
    kept: solara.Reactive[Work | None] = solara.use_reactive(None)
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
        if Work.on(chosen, kept.value).spec != Work.on(chosen, None).spec:
            solara.Text(texts("editor.not_applied"), classes=["rc-edited", "rc-unapplied"])
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
                PolicyEditor(session, side, texts, kept)
