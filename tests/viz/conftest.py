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
    "--host-resolver-rules=MAP evil.example 127.0.0.1",
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


def page_of(context, watch: Watch):
    """Return a new page that is patient and watched."""
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    watch.over(page)
    return page


def go(page, link: str) -> None:
    """Open a link and wait until its models are shown."""
    page.goto(link)
    page.locator(".rc-card-values").first.wait_for()


def look_over(page) -> None:
    """Look at a page that a test is done with: no trace of an error, no empty chart."""
    assert "Traceback" not in page.locator("body").inner_text()
    wait_for_charts(page)


class SharedPage:
    """A page that tests use one after the other, each from where its link begins.

    It is opened again if a test has left it at another address or has failed. What an address does
    not hold, such as an open dialog, is for the tests to put back.
    """

    def __init__(self, context, link: str, url: str):
        self.watch = Watch(url)
        self.page = page_of(context, self.watch)
        self.link = link
        self.begun = ""
        self.failed = 0

    def begin(self, failed: int):
        """Return the page at its beginning; `failed` counts the tests that have failed so far."""
        self.watch.wrong.clear()
        if failed != self.failed or self.page.url != self.begun:
            go(self.page, self.link)
        self.begun, self.failed = self.page.url, failed
        self.page.bring_to_front()  # only the page in front may use the clipboard
        return self.page


@pytest.fixture(scope="module")
def shared_pages(server, browser):
    """The pages that the tests of a module share, by their link and size."""
    pages = {}
    yield pages
    for shared in pages.values():
        shared.page.context.close()


@pytest.fixture
def shared_view(server, browser, shared_pages, request):
    """Return a function that gives the module's page of a link; see `SharedPage`.

    Arguments are the query of the link, and the size of the window.
    """
    used = []

    def begin(query: str = SMALL, width: int = 1366, height: int = 768):
        key = query, width, height
        if key not in shared_pages:
            context = browser.new_context(viewport={"width": width, "height": height})
            shared_pages[key] = SharedPage(context, f"{server.url}/{query}", server.url)
        used.append(shared_pages[key])
        return used[-1].begin(request.session.testsfailed)

    yield begin
    for shared in used:
        look_over(shared.page)
        assert not shared.watch.wrong, "\n".join(shared.watch.wrong)


@pytest.fixture
def open_view(server, watch, new_context):
    """Return a function that opens a page of its own and waits until its models are shown.

    Arguments are the query of the link, what to do with the page before it is opened, and those of
    the browser context, such as `viewport`.
    """

    opened = []

    def open_page(query: str = SMALL, prepare=lambda page: None, **arguments):
        context = new_context(**{"viewport": {"width": 1366, "height": 768}, **arguments})
        page = page_of(context, watch)
        opened.append(page)
        prepare(page)
        go(page, f"{server.url}/{query}")
        return page

    yield open_page
    for page in opened:
        if not page.is_closed():
            look_over(page)


@pytest.fixture
def view(shared_view):
    """The module's page with small countries, at their first month."""
    return shared_view()
