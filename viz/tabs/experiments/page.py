"""The Experiments tab: a paired batch, and the results of earlier ones."""

from collections.abc import Callable
from pathlib import Path

import solara

from abm.errors import UserError
from abm.policy import policy_names
from viz.comparison.results import Results, open_results, results_folders
from viz.i18n.policies import policy_title
from viz.i18n.texts import Texts
from viz.session import Session, Snapshot
from viz.tabs.experiments.batch import FEWEST_RUNS, MOST_RUNS, PageBatch, design_of
from viz.tabs.experiments.results_page import Shown
from viz.view_state import PolicySpec, read_scale, read_years

STYLE = Path(__file__).parent / "experiments.css"
RUNS = "8"

_batch: solara.Reactive[PageBatch | None] = solara.reactive(None)
"""The page's batch; it outlives the tab."""
_opened: solara.Reactive[str] = solara.reactive("")
"""The folder of results that the page shows."""


@solara.component
def ExperimentsTab(session: Session, snapshot: Snapshot, texts: Texts) -> None:
    """Run a paired batch of the policies on the screen, and show results.

    Args:
        session: The page's session.
        snapshot: What the page shows of the two models; not looked at.
        texts: Texts of the language.
    """
    solara.Style(STYLE)
    with solara.Div(classes=["rc-panel", "rc-batch"]):
        _Ask(session, texts)
        if _batch.value is not None:
            _Running(_batch.value, texts)
    with solara.Div(classes=["rc-panel", "rc-past"]):
        _Past(texts)


@solara.component
def _Ask(session: Session, texts: Texts) -> None:
    """Ask what to run, and start it."""
    view = session.view.value
    others: solara.Reactive[list[str]] = solara.use_reactive([])
    typed = {
        "runs": solara.use_reactive(RUNS),
        "scale": solara.use_reactive(str(view.scale)),
        "years": solara.use_reactive(str(view.years)),
    }
    refused = solara.use_reactive("")
    running = _batch.value is not None and _batch.value.progress.value.stage == "running"

    def start() -> None:
        try:
            design = design_of(
                [view.a, view.b, *map(PolicySpec, others.value)],
                runs=read_runs(typed["runs"].value, texts),
                seed=view.seed,
                scale=read_scale(typed["scale"].value, view),
                years=read_years(typed["years"].value, view),
                world=view.world,
            )
            _batch.value = PageBatch(design)
        except UserError as error:
            refused.value = str(error)
            return
        refused.value = ""

    left = [name for name in policy_names(view.world) if name not in (view.a.policy, view.b.policy)]
    solara.Text(texts("batch.about"), classes=["rc-hint"])
    with solara.Div(classes=["rc-batch-ask"]):
        solara.Text(texts("batch.baseline", policy=_name(view.a, texts)), classes=["rc-a"])
        solara.Text(f"{texts('batch.compare')}: {_name(view.b, texts)}", classes=["rc-b"])
    with solara.Div(classes=["rc-batch-ask"]):
        solara.v.Select(
            label=texts("batch.others"),
            items=[{"text": policy_title(name, texts), "value": name} for name in left],
            v_model=others.value,
            on_v_model=others.set,
            multiple=True,
            small_chips=True,
            deletable_chips=True,
            dense=True,
            outlined=True,
            hide_details=True,
            class_="rc-batch-others",
        )
        for name, text in typed.items():
            solara.v.TextField(
                label=texts(f"batch.{name}"),
                v_model=text.value,
                on_v_model=_setter(text),
                dense=True,
                outlined=True,
                hide_details=True,
                class_=f"rc-batch-{name}",
            )
        solara.Button(
            texts("batch.start"),
            color="primary",
            icon_name="mdi-play",
            on_click=start,
            disabled=running,
            classes=["rc-batch-start"],
        )
    if refused.value:
        solara.v.Alert(
            type="error",
            dense=True,
            outlined=True,
            class_="rc-batch-refused mb-0",
            children=[refused.value],
        )


def _setter(text: solara.Reactive[str]) -> Callable[[str | None], None]:
    """Return what keeps what somebody types."""
    return lambda new: text.set(new or "")


def read_runs(text: str, texts: Texts) -> int:
    """Return a number of paired runs.

    Raises:
        UserError: If it is none, or out of the range.
    """
    text = text.strip()
    if not (
        text.isascii()
        and text.isdigit()
        and len(text) < 4
        and FEWEST_RUNS <= int(text) <= MOST_RUNS
    ):
        raise UserError(texts("batch.runs_wrong", text=repr(text[:20])))
    return int(text)


def _name(spec: PolicySpec, texts: Texts) -> str:
    """Return a policy's title, and whether it is edited."""
    title = policy_title(spec.policy, texts)
    return texts("chart.edited", policy=title) if spec.settings else title


@solara.component
def _Running(batch: PageBatch, texts: Texts) -> None:
    """Show how far a batch is, with a way to end it; open its results when they are there."""
    progress = batch.progress.value

    def open_it() -> None:
        if progress.folder:
            _opened.value = progress.folder

    solara.use_effect(open_it, [batch, progress.folder])
    with solara.Div(classes=["rc-batch-progress"], attributes={"role": "status"}):
        if progress.stage == "running":
            solara.v.ProgressLinear(
                value=100 * progress.done / progress.total,
                height=6,
                rounded=True,
                indeterminate=progress.compiling,
            )
            key = "cancelling" if batch.cancelling.value else "running"
            key = "compiling" if progress.compiling and key == "running" else key
            solara.Text(texts(f"batch.{key}", done=progress.done, total=progress.total))
            solara.Button(
                texts("batch.cancel"),
                icon_name="mdi-stop",
                outlined=True,
                small=True,
                disabled=batch.cancelling.value,
                on_click=batch.cancel,
                classes=["rc-batch-cancel"],
            )
        elif progress.stage == "done":
            solara.Text(texts("batch.done", total=progress.total, folder=progress.folder))
        elif progress.stage == "cancelled":
            solara.Text(texts("batch.cancelled"))
        if progress.error:
            solara.v.Alert(
                type="error",
                dense=True,
                outlined=True,
                children=[progress.error],
                class_="rc-batch-failed mb-0",
            )


@solara.component
def _Past(texts: Texts) -> None:
    """Choose a folder of results, and show what is in it."""
    looked = solara.use_reactive(0)
    names = solara.use_memo(results_folders, [looked.value, _opened.value])
    results, wrong = None, ""
    found = solara.use_memo(lambda: _open(_opened.value), [_opened.value, looked.value])
    if found is not None:
        results, wrong = found
    with solara.Div(classes=["rc-batch-ask"]):
        solara.v.Autocomplete(
            label=texts("batch.folder"),
            items=names,
            v_model=_opened.value,
            on_v_model=lambda name: _opened.set(name or ""),
            dense=True,
            outlined=True,
            hide_details=True,
            clearable=True,
            class_="rc-past-folder",
        )
        solara.Button(
            texts("batch.look_again"),
            icon_name="mdi-refresh",
            text=True,
            on_click=lambda: looked.set(looked.value + 1),
        )
    if not names:
        solara.Text(texts("batch.none"), classes=["rc-hint"])
    if wrong:
        solara.v.Alert(
            type="error", dense=True, outlined=True, children=[wrong], class_="rc-past-wrong mb-0"
        )
    if results is not None:
        Shown(results, texts).key(_opened.value)


def _open(name: str) -> tuple[Results | None, str] | None:
    """Return results and what is wrong with them, or None if nothing is opened."""
    if not name:
        return None
    try:
        return open_results(name), ""
    except UserError as error:
        return None, str(error)
