"""The `rarecare` command: the commands of `experiments`, with pictures, and the browser view.

What draws and serves is imported only by the commands that need it, so that the others start fast.
"""

from pathlib import Path
from typing import Annotated

import typer

from abm.world import DEFAULT, World
from experiments import cli
from experiments.commands.options import WorldOption
from experiments.running.manifest import holds_search, holds_sensitivity
from experiments.sensitivity.command import add_to
from viz.doubt.settings import MOST_PAIRS, PAIRS

HOST, PORT = "127.0.0.1", 8765

app = typer.Typer(help=cli.app.info.help, add_completion=False, rich_markup_mode=None,
                  context_settings=cli.app.info.context_settings)  # fmt: skip
app.registered_callback = cli.app.registered_callback
app.registered_commands.extend(cli.app.registered_commands)
add_to(app)


def run(arguments: list[str]) -> int:
    """Run a command; a mistake by the user is one line on standard error.

    Args:
        arguments: What was typed after `rarecare`.

    Returns:
        The exit status: 2 for a mistake by the user, 1 if runs failed, 0 if all is well.
    """
    return cli.run(arguments, app, _illustrate)


@app.command()
def view(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Where to listen; 0 takes any free port.")
    ] = PORT,
    host: Annotated[
        str, typer.Option(help="Address to listen on; only this machine reaches the default.")
    ] = HOST,
    browser: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the page in a browser.")
    ] = True,
    name: Annotated[
        list[str] | None,
        typer.Option(
            help="Another name by which people reach it, such as a proxy's; repeatable.",
            show_default=False,
        ),
    ] = None,
    pairs: Annotated[
        int,
        typer.Option(
            min=0,
            max=MOST_PAIRS,
            help="Pairs with other seeds that each page lives beside its own, for intervals.",
        ),
    ] = PAIRS,
    world: WorldOption = DEFAULT,
) -> None:
    """Watch two policies side by side in a browser; Ctrl-C ends it."""
    from viz.server import serve

    serve(host, port, browser, world, name or (), pairs)


def _illustrate(folder: Path, world: World | None) -> None:
    """Add figures and a report to a results folder, or to that of a decision in it."""
    from viz.decision import report as decision
    from viz.report import front, report, sensitivity

    if decision.holds_decision(folder):
        decision.illustrate(folder, world)
    elif holds_search(folder):
        front.illustrate(folder, world)
    elif holds_sensitivity(folder):
        sensitivity.illustrate(folder, world)
    else:
        report.illustrate(folder, world)
