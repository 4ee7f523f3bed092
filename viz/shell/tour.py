"""The tour: five steps through the page, each with its tab."""

import solara

from viz.i18n.texts import Texts
from viz.session import Session

STEPS = ("answer", "overview", "equity", "journeys", "money")
"""The tab of each step; from the second on the countries are lived to their last month."""


@solara.component
def Tour(session: Session, texts: Texts) -> None:
    """Show the step of the tour, if it goes on."""
    step = session.tour.value
    if not step:
        return
    with solara.Div(classes=["rc-tour"], attributes={"role": "dialog", "aria-live": "polite"}):
        number = texts("tour.step", step=step, steps=len(STEPS))
        solara.Text(number, classes=["rc-tour-step"])
        solara.Text(texts(f"tour.{step}"), classes=["rc-tour-text"])
        with solara.Div(classes=["rc-tour-buttons"]):
            solara.Button(texts("tour.close"), text=True, on_click=lambda: session.tour.set(0))
            if step > 1:
                solara.Button(
                    texts("tour.back"), outlined=True, on_click=lambda: go_to(session, step - 1)
                )
            if step < len(STEPS):
                solara.Button(
                    texts("tour.next"), color="primary", on_click=lambda: go_to(session, step + 1)
                )


def go_to(session: Session, step: int) -> None:
    """Go to a step of the tour.

    Args:
        session: The page's session.
        step: Its number, from 1.
    """
    session.tour.value = step
    if step == 1:
        session.set(tab=STEPS[0])
    else:
        session.set(tab=STEPS[step - 1], month=session.view.value.horizon)
