"""A real server, a real browser, and the rules that every page must keep.

A page fails its test by any error on the page or in the console, any answer of 400 or more, any
request that leaves the server, and any chart that draws nothing. Without a browser (in the
variable CHROMIUM, or on the path) these tests are skipped; nothing else is.
"""

import os
import shutil
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import expect

from tests.support.pages import PATIENCE, SMALL, wait_for_charts
from tests.support.servers import serving

expect.set_options(timeout=PATIENCE)

CHROMIUM = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """One server for all tests of this process."""
    with serving(tmp_path_factory.mktemp("view")) as running:
        yield running


@pytest.fixture(scope="session")
def browser_type_launch_args():
    """What pytest-playwright starts: the browser that is installed here."""
    if not CHROMIUM:
        pytest.skip("no browser: set CHROMIUM")
    return {"executable_path": CHROMIUM, "args": ARGUMENTS}


@dataclass
class Watch:
    """What has gone wrong on the pages of a test."""

    url: str
    wrong: list[str] = field(default_factory=list)
    offline: bool = False

    def over(self, page) -> None:
        """Watch a page."""
        page.on("pageerror", lambda error: self.wrong.append(f"page error: {error}"))
        page.on("console", self._said)
        page.on("response", self._answered)
        page.on("request", self._asked)

    def _said(self, message) -> None:
        if message.type == "error" and not self.offline:
            self.wrong.append(f"console: {message.text}")

    def _answered(self, response) -> None:
        if response.status >= 400:
            self.wrong.append(f"{response.status}: {response.url}")

    def _asked(self, request) -> None:
        if not request.url.startswith((self.url, "data:", "blob:")):
            self.wrong.append(f"outside request: {request.url}")


@pytest.fixture
def watch(server):
    """Collect what goes wrong, and fail the test by it."""
    watch = Watch(server.url)
    yield watch
    assert not watch.wrong, "\n".join(watch.wrong)


@pytest.fixture
def open_view(server, watch, new_context):
    """Return a function that opens a page of its own and waits until its models are shown.

    Arguments are the query of the link, what to do with the page before it is opened, and those of
    the browser context, such as `viewport`.
    """

    opened = []

    def open_page(query: str = SMALL, prepare=lambda page: None, **arguments):
        context = new_context(**{"viewport": {"width": 1366, "height": 768}, **arguments})
        page = context.new_page()
        opened.append(page)
        page.set_default_timeout(PATIENCE)
        watch.over(page)
        prepare(page)
        page.goto(server.url + "/" + query)
        page.locator(".rc-card-values").first.wait_for()
        return page

    yield open_page
    for page in opened:
        if not page.is_closed():
            assert "Traceback" not in page.locator("body").inner_text()
            wait_for_charts(page)


@pytest.fixture
def view(open_view):
    """A page with small countries at their first month."""
    return open_view()
