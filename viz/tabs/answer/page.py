"""The first screen: a finished comparison as an answer."""

from pathlib import Path

import solara

from viz.i18n.policies import policy_title
from viz.i18n.texts import Texts
from viz.session import Session, Snapshot
from viz.tabs.answer import words
from viz.tabs.answer.charts import ROWS
from viz.tabs.answer.data import Followed, ShippedStory, story_of
from viz.tabs.parts import Charts, Grid

STYLE = Path(__file__).parent / "answer.css"


@solara.component
def AnswerTab(session: Session, snapshot: Snapshot | None, texts: Texts) -> None:
    """Show the answer; the page's own models are not needed.

    Args:
        session: The page's session.
        snapshot: What the page shows of its models, not looked at.
        texts: Texts of the language.
    """
    solara.Style(STYLE)
    story = story_of(texts.world)
    with solara.Div(classes=["rc-panel", "rc-text", "rc-answer-head"]):
        if story is None:
            solara.Text(texts("story.none"))
            _Buttons(session, texts)
            return
        _Answer(session, story, texts)
    with Grid(narrow=300):
        for key, lines in (
            ("wins", words.wins(story, texts)),
            ("loses", words.loses(story, texts)),
            ("guessed", words.guesses(story, texts.world, texts)),
        ):
            _Lines(texts(f"story.{key}"), lines)
    Charts(ROWS, story, texts)
    _Patients(story, texts)
    solara.Text(
        texts("story.made", made=story.made, scale=story.scale, seed=story.seed),
        classes=["rc-hint"],
    )


@solara.component
def _Answer(session: Session, story: ShippedStory, texts: Texts) -> None:
    """Show the question, the one sentence, and what can be done next."""
    a, b = (policy_title(name, texts) for name in story.policies)
    first = texts.world.first_year
    solara.v.Html(tag="h2", children=[texts("story.question", a=a, b=b)])
    solara.v.Html(tag="p", children=[words.headline(story, texts)], class_="rc-headline")
    about = texts(
        "story.about",
        country=texts.country,
        first=first,
        last=first + story.years - 1,
        pairs=story.pairs,
        sets=story.sets,
    )
    solara.Text(about, classes=["rc-hint"])
    _Buttons(session, texts)
    if not story.is_of(session.view.value):
        solara.Text(texts("story.other_pair"), classes=["rc-hint"])


@solara.component
def _Buttons(session: Session, texts: Texts) -> None:
    """Show the ways on: watch, and the tour."""
    with solara.Div(classes=["rc-answer-buttons"]):
        solara.Button(
            texts("story.watch"),
            icon_name="mdi-play",
            color="primary",
            on_click=lambda: session.watch("overview"),
        )
        solara.Button(
            texts("story.take_tour"),
            icon_name="mdi-map-marker-path",
            outlined=True,
            color="primary",
            on_click=lambda: session.tour.set(1),
        )


@solara.component
def _Lines(title: str, lines: list[str]) -> None:
    with solara.Div(classes=["rc-text"]):
        solara.v.Html(tag="h2", children=[title])
        items = [solara.v.Html(tag="li", children=[line]) for line in lines]
        solara.v.Html(tag="ul", children=items)


@solara.component
def _Patients(story: ShippedStory, texts: Texts) -> None:
    """Show two people, each under A beside the same under B."""
    with solara.Div(classes=["rc-panel", "rc-text"]):
        solara.v.Html(tag="h2", children=[texts("story.patients")])
        solara.Text(texts("story.luck"), classes=["rc-hint"])
        for key, patient in (("gains", story.gains), ("loses_one", story.loses)):
            title = f"{texts(f'story.{key}')}: {words.who(patient, texts)}"
            solara.v.Html(tag="h3", children=[title])
            with Grid(narrow=300):
                for side in ("a", "b"):
                    _Way(story, patient, side, texts)


@solara.component
def _Way(story: ShippedStory, patient: Followed, side: str, texts: Texts) -> None:
    policy = policy_title(story.policies["ab".index(side)], texts)
    with solara.Div(classes=["rc-way"]):
        title = texts("story.under", side=side.upper(), policy=policy)
        solara.v.Html(tag="h4", children=[title], class_=f"rc-{side}")
        text = words.way(patient, side, texts)
        solara.v.Html(tag="pre", children=[text], class_="rc-story", attributes={"tabindex": "0"})
