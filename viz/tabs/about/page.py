"""The About tab: what is assumed, from where, how near it comes to the published figures."""

import re
from importlib.metadata import PackageNotFoundError, version

import pandas as pd
import solara

from abm import World
from viz.i18n.policies import policy_title
from viz.i18n.texts import Words
from viz.session import Session, Snapshot
from viz.tabs.parts import Grid, Table
from viz.view_state import shared_world

TAGS = ("SEEN", "KNOWN", "CALC", "GUESS")
FILES = ("provinces", "cities", "hospitals", "diseases", "drugs", "births")


@solara.component
def About(session: Session, snapshot: Snapshot, words: Words) -> None:
    """Show assumptions with their tags, calibration, sources, version."""
    world = shared_world()
    with Grid():
        with solara.Div(classes=["rc-text"]):
            solara.v.Html(tag="h2", children=[words("about.what")])
            for key in ("model", "pairs", "assumptions", "scale"):
                solara.v.Html(tag="p", children=[words(f"about.{key}_text")])
            solara.v.Html(tag="p", children=[words("about.version", version=_version())])
        with solara.Div(classes=["rc-text"]):
            solara.v.Html(tag="h2", children=[words("about.tags")])
            Table(words("about.tags"), _tags(world, words))
            solara.v.Html(tag="p", children=[words("about.tags_text")])
    with Grid():
        Calibration(snapshot, words)
    with Grid(), solara.Div(classes=["rc-text"]):
        solara.v.Html(tag="h2", children=[words("about.policies")])
        for side in ("a", "b"):
            _Sources(snapshot, side, words)
    with Grid(), solara.Div(classes=["rc-text"]):
        solara.v.Html(tag="h2", children=[words("about.parameters")])
        _Parameters(world, words)


@solara.component
def Calibration(snapshot: Snapshot, words: Words) -> None:
    """Show what this page's patients of January 2019 answer to the surveys, and the figures."""
    view = snapshot.view
    with solara.Div(classes=["rc-text"]):
        solara.v.Html(tag="h2", children=[words("about.calibration")])
        text = words("about.calibration_text", scale=view.scale, seed=view.seed)
        solara.v.Html(tag="p", children=[text])
        Table(words("about.calibration"), _calibration(snapshot.data, words))


def _calibration(table: pd.DataFrame, words: Words) -> pd.DataFrame:
    met = {True: words("about.met"), False: words("about.not_met")}
    return pd.DataFrame(
        {
            words("about.target"): [
                words.get(f"about.target_{name}", target)
                for name, target in zip(table["name"], table["target"], strict=True)
            ],
            words("about.published"): [f"{value:g}" for value in table["published"]],
            words("about.band"): [
                f"{low:g} – {high:g}" for low, high in zip(table["low"], table["high"], strict=True)
            ],
            words("about.simulated"): [f"{value:.3g}" for value in table["simulated"]],
            words("about.verdict"): [met[bool(value)] for value in table["met"]],
        }
    )


def _tags(world: World, words: Words) -> pd.DataFrame:
    """Count the tags of the parameters and of the other tables' rows."""
    counts = {words("about.parameters"): world.parameter_table["tag"].value_counts()}
    for name in FILES:
        counts[f"{name}.csv"] = getattr(world, name)["tag"].value_counts()
    rows = [[name, *(int(found.get(tag, 0)) for tag in TAGS)] for name, found in counts.items()]
    return pd.DataFrame(rows, columns=[words("about.table"), *TAGS])


@solara.component
def _Parameters(world: World, words: Words) -> None:
    """Show the parameters, those of one tag if wanted."""
    tag = solara.use_reactive("")
    table = world.parameter_table
    table = table[table["tag"] == tag.value] if tag.value else table
    with solara.Div(classes=["rc-buttons-row"]):
        for name in ("", *TAGS):
            solara.Button(
                name or words("about.all"),
                small=True,
                text=tag.value != name,
                color="primary",
                on_click=lambda name=name: tag.set(name),
                attributes={"aria-pressed": str(tag.value == name).lower()},
            )
    shown = pd.DataFrame(
        {
            words("about.name"): table["name"],
            words("about.value"): [f"{value:g}" for value in table["value"]],
            words("about.range"): [
                f"{low:g} – {high:g}" for low, high in zip(table["low"], table["high"], strict=True)
            ],
            words("about.unit"): table["unit"],
            words("about.tag"): table["tag"],
            words("about.meaning"): table["meaning"],
            words("about.source"): table["source"],
        }
    )
    Table(words("about.parameters"), shown, tall=True)


@solara.component
def _Sources(snapshot: Snapshot, side: str, words: Words) -> None:
    """Show the sources of a policy's changes."""
    chosen = getattr(snapshot.view, side)
    sources = chosen.load().sources()
    title = policy_title(chosen.policy, words)
    title = words("about.sources", side=side.upper(), title=title, n=len(sources))
    with solara.Details(title), solara.v.Html(tag="ul"):
        for source in sources:
            assumed = bool(re.search(r"assumption|\[GUESS", source))
            mark = f"{words('about.assumed')} · " if assumed else ""
            solara.v.Html(tag="li", children=[f"{mark}{source}"])


def _version() -> str:
    try:
        return version("rarecare")
    except PackageNotFoundError:
        return "–"
