"""Serving the browser view: settings, socket, a clean end."""

import errno
import logging
import os
import socket
import sys
import threading
import warnings
import webbrowser
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from abm.errors import UserError
from viz.assets import PACKAGE, asset
from viz.doubt.settings import PAIRS, settings
from viz.safety import SameOrigin
from viz.warming import compile_now, is_compiled, warm_up

if TYPE_CHECKING:
    import uvicorn

APP = "viz.app"
LOADER = "requirejs@2.3.6/require.js"
"""The first script that the page loads."""
NOWHERE = "http://127.0.0.1:9/"
"""Stands for the network of asset servers: what is not installed is refused, not fetched."""

ENVIRONMENT = {
    "SOLARA_APP": APP,
    "SOLARA_MODE": "production",
    "SOLARA_THEME_FORCE_REFRESH": "True",
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
    "SOLARA_THEME_SHOW_BANNER": "False",
    "SOLARA_ASSETS_CDN": NOWHERE,
    "SOLARA_ASSETS_PROXY": "True",
}
UNLESS_SET = {
    "SOLARA_KERNEL_CULL_TIMEOUT": "60s",
    "SOLARA_KERNEL_MAX_COUNT": "50",
    "SOLARA_KERNEL_MAX_PER_SESSION": "20",
}
"""How long a page that has lost its connection is kept, and how many pages there may be."""

LOCAL = ("127.0.0.1", "localhost", "::1")
GRACE = 2
"""Seconds that open connections have to end when the server does."""


def serve(
    host: str,
    port: int,
    browser: bool,
    world: str,
    names: Sequence[str] = (),
    pairs: int = PAIRS,
) -> None:
    """Serve the browser view until Ctrl-C.

    Everything is loaded before anybody can ask for a page, so that the first page is as fast as
    the others; only compiling, which takes about a minute, goes on beside serving.

    Args:
        host: Name or address to listen on.
        port: Port; 0 takes any free one.
        browser: Whether to open the page in a browser.
        world: Name of a shipped world, or a world's folder: what pages show at first.
        names: Names, beside the host's, by which people reach it, such as a proxy's.
        pairs: Pairs with other seeds that each page lives beside its own; 0 for none.

    Raises:
        UserError: If it cannot listen there, what the page needs is not installed, or the world is
            not as expected.
    """
    from viz.worlds import serve_world

    serve_world(world)
    settings.pairs = pairs
    listen(host, port).close()  # a mistake is reported at once
    os.environ.update(ENVIRONMENT)
    for name, value in UNLESS_SET.items():
        os.environ.setdefault(name, value)
    with suppress(KeyboardInterrupt):
        server = _server(partial(_announce, host, browser), [host, *names])
        if is_compiled():
            compile_now()
        with listen(host, port) as listening:
            server.run(sockets=[listening])


def _announce(host: str, browser: bool, port: int) -> None:
    """Say where the page is, once it is served, and begin what goes on beside."""
    url = _url(host, port)
    print(f"The browser view is at {url} (Ctrl-C ends it)", flush=True)
    if host not in LOCAL:
        print(
            f"warning: it listens on {host}: anyone who reaches it can run models on this "
            "machine and read the results in its folder runs/; there is no password",
            file=sys.stderr,
            flush=True,
        )
    threading.Thread(target=warm_up, daemon=True).start()
    if browser:
        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens at an address.

    Raises:
        UserError: If there is no such address, or the port is taken or not allowed.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (OSError, UnicodeError):
        raise UserError(
            f"--host {host}: no such address; expected one of this machine, such as 127.0.0.1"
        ) from None
    listening = socket.socket(family, kind, protocol)
    try:
        if os.name == "posix":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise UserError(_refusal(host, port, error)) from None
    return listening


def _refusal(host: str, port: int, error: OSError) -> str:
    """Say why nothing can listen there, and what to give instead."""
    if error.errno == errno.EADDRINUSE:
        return f"--port {port}: in use by another program; give another, or 0 for any free one"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"--host {host}: not an address of this machine; expected one such as 127.0.0.1"
    if error.errno == errno.EACCES:
        return f"--port {port}: not allowed; give one above 1023"
    return f"--host {host} --port {port}: cannot listen there ({error.strerror or error})"


def _url(host: str, port: int) -> str:
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}.get(host, host)
    return f"http://{f'[{shown}]' if ':' in shown and '[' not in shown else shown}:{port}"


def _server(announce: Callable[[int], None], names: Sequence[str]) -> "uvicorn.Server":
    """Return the server; Solara reads its settings when it is imported, so that happens here.

    Args:
        announce: Called with the port once pages are served.
        names: Names by which people reach it.

    Raises:
        UserError: If a package or the page's scripts are missing.
    """
    script = asset(LOADER)
    if script is None:
        raise UserError(f"the browser view's scripts are missing; pip install {PACKAGE}")
    os.environ.setdefault("SOLARA_ASSETS_PROXY_CACHE_DIR", str(script.parents[1]))
    try:
        import uvicorn
        from solara.server.starlette import app
    except ImportError as error:
        raise UserError(f"the browser view needs a package that is missing: {error}") from None
    import viz.app  # noqa: F401

    # Solara warns of frames on other sites at every first page that is not served over https.
    warnings.filterwarnings("ignore", message="Cookies with samesite=none")

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started and sockets:
                announce(sockets[0].getsockname()[1])

    server = Server(
        uvicorn.Config(
            SameOrigin(app, names),
            log_level="error",
            access_log=False,
            lifespan="on",
            timeout_graceful_shutdown=GRACE,
        )
    )
    end_quietly(server)
    return server


def end_quietly(server: "uvicorn.Server") -> None:
    """Keep a server that is ending from complaining of the requests that it cuts off."""
    logging.getLogger("uvicorn.error").addFilter(lambda record: not server.should_exit)
