"""The About tab: what is assumed, from where, how near it comes to the published figures."""

import re
from importlib.metadata import PackageNotFoundError, version

import pandas as pd
import solara

from abm import World
from abm.world.columns import TAGS
from viz.i18n.policies import policy_title
from viz.i18n.texts import Texts
from viz.session import Session, Snapshot
from viz.tabs.parts import Grid, Table

FILES = (
    "provinces",
    "cities",
    "hospitals",
    "network",
    "diseases",
    "drugs",
    "charities",
    "births",
    "surveys",
    "targets",
)


@solara.component
def AboutTab(session: Session, snapshot: Snapshot, texts: Texts) -> None:
    """Show assumptions with their tags, calibration, sources, version."""
    world = texts.world
    with Grid():
        with solara.Div(classes=["rc-text"]):
            solara.v.Html(tag="h2", children=[texts("about.what")])
            for key in ("model", "pairs", "assumptions", "scale"):
                text = texts(
                    f"about.{key}_text",
                    diseases=int((world.diseases["pooled"] == 0).sum()),
                    provinces=len(world.provinces),
                    cities=len(world.cities),
                )
                solara.v.Html(tag="p", children=[text])
            solara.v.Html(tag="p", children=[texts("about.version", version=_version())])
        with solara.Div(classes=["rc-text"]):
            solara.v.Html(tag="h2", children=[texts("about.tags")])
            Table(texts("about.tags"), _tags(world, texts))
            solara.v.Html(tag="p", children=[texts("about.tags_text")])
    if not world.targets.empty:
        with Grid():
            Calibration(snapshot, texts)
    with Grid(), solara.Div(classes=["rc-text"]):
        solara.v.Html(tag="h2", children=[texts("about.policies")])
        for side in ("a", "b"):
            _Sources(snapshot, side, texts)
    with Grid(), solara.Div(classes=["rc-text"]):
        solara.v.Html(tag="h2", children=[texts("about.parameters")])
        _Parameters(world, texts)


@solara.component
def Calibration(snapshot: Snapshot, texts: Texts) -> None:
    """Show what this page's patients at the start answer to the surveys, and the figures."""
    view = snapshot.view
    with solara.Div(classes=["rc-text"]):
        solara.v.Html(tag="h2", children=[texts("about.calibration")])
        text = texts("about.calibration_text", scale=view.scale, seed=view.seed)
        solara.v.Html(tag="p", children=[text])
        Table(texts("about.calibration"), _calibration(snapshot.data, texts))


def _calibration(table: pd.DataFrame, texts: Texts) -> pd.DataFrame:
    met = {True: texts("about.met"), False: texts("about.not_met")}
    return pd.DataFrame(
        {
            texts("about.target"): [
                texts.get(f"about.target_{name}", target)
                for name, target in zip(table["name"], table["target"], strict=True)
            ],
            texts("about.published"): [f"{value:g}" for value in table["published"]],
            texts("about.band"): [
                f"{low:g} – {high:g}" for low, high in zip(table["low"], table["high"], strict=True)
            ],
            texts("about.simulated"): [f"{value:.3g}" for value in table["simulated"]],
            texts("about.verdict"): [met[bool(value)] for value in table["met"]],
        }
    )


def _tags(world: World, texts: Texts) -> pd.DataFrame:
    """Count the tags of the parameters and of the other tables' rows."""
    counts = {texts("about.parameters"): world.parameter_table["tag"].value_counts()}
    for name in FILES:
        counts[f"{name}.csv"] = getattr(world, name)["tag"].value_counts()
    rows = [[name, *(int(found.get(tag, 0)) for tag in TAGS)] for name, found in counts.items()]
    return pd.DataFrame(rows, columns=[texts("about.table"), *TAGS])


@solara.component
def _Parameters(world: World, texts: Texts) -> None:
    """Show the parameters, those of one tag if wanted."""
    tag = solara.use_reactive("")
    table = world.parameter_table
    table = table[table["tag"] == tag.value] if tag.value else table
    with solara.Div(classes=["rc-buttons-row"]):
        for name in ("", *TAGS):
            solara.Button(
                name or texts("about.all"),
                small=True,
                text=tag.value != name,
                color="primary",
                on_click=lambda name=name: tag.set(name),
                attributes={"aria-pressed": str(tag.value == name).lower()},
            )
    shown = pd.DataFrame(
        {
            texts("about.name"): table["name"],
            texts("about.value"): [f"{value:g}" for value in table["value"]],
            texts("about.range"): [
                f"{low:g} – {high:g}" for low, high in zip(table["low"], table["high"], strict=True)
            ],
            texts("about.unit"): table["unit"],
            texts("about.tag"): table["tag"],
            texts("about.meaning"): table["meaning"],
            texts("about.source"): table["source"],
        }
    )
    Table(texts("about.parameters"), shown, tall=True)


@solara.component
def _Sources(snapshot: Snapshot, side: str, texts: Texts) -> None:
    """Show the sources of a policy's changes."""
    chosen = getattr(snapshot.view, side)
    sources = chosen.load(texts.world).sources()
    title = policy_title(chosen.policy, texts)
    title = texts("about.sources", side=side.upper(), title=title, n=len(sources))
    with solara.Details(title), solara.v.Html(tag="ul"):
        for source in sources:
            assumed = bool(re.search(r"assumption|\[GUESS", source))
            mark = f"{texts('about.assumed')} · " if assumed else ""
            solara.v.Html(tag="li", children=[f"{mark}{source.removeprefix('assumption: ')}"])


def _version() -> str:
    try:
        return version("rarecare")
    except PackageNotFoundError:
        return "–"
