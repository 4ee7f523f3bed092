"""How fast the browser view is and how much memory it takes, in a real browser.

``python -m benchmarks.view`` starts a server and Chromium (the variable CHROMIUM, or the path) and
prints, beside the targets: the time to the first paint of a page, the time until a step of both
models at scale 0.1 is shown, the months a second while playing at scale 0.01, the server's memory
after pages have been opened, played and closed, and the seconds until a closed page's models stand
still. Take the figures on an idle machine.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
SIZE = {"width": 1366, "height": 768}
PAGES = 20
"""Pages opened and closed for the memory; it is compared with that after the third."""
SETTLING = 4
"""Seconds after which a closed page's memory has been given back."""
PATIENCE = 120_000


class Server:
    """A running `rarecare view` on a free port."""

    def __init__(self, folder: Path):
        log = folder / "log.txt"
        with log.open("wb") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "viz", "view", "--port", "0", "--no-open"], stdout=file,
                stderr=file, env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )  # fmt: skip
        while not (found := re.search(r"at (http://\S+)", log.read_text())):
            if self.process.poll() is not None:
                raise RuntimeError(f"the server did not start:\n{log.read_text()}")
            time.sleep(0.1)
        self.url = found[1]

    def memory(self) -> float:
        """Return the resident memory, MiB."""
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", text)[1]) / 1024

    def busy(self, seconds: float = 0.5) -> float:
        """Return how many cores it uses over some seconds."""
        before = self._used()
        time.sleep(seconds)
        return (self._used() - before) / seconds

    def _used(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def wait_until_idle(self, limit: float = 120.0) -> float:
        """Wait until it hardly works; return the seconds that took."""
        begun = time.monotonic()
        while self.busy() > 0.1 and time.monotonic() - begun < limit:
            pass
        return time.monotonic() - begun


@contextmanager
def page(browser: Browser, url: str) -> Iterator[Page]:
    """Open a page in a context of its own, and close it in the end."""
    context = browser.new_context(viewport=SIZE)
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE)
    opened.goto(url)
    opened.locator(".rc-card-values").first.wait_for()
    yield opened
    context.close()


def shown_month(view: Page) -> int:
    """Return the month that a page shows."""
    text = view.locator(".rc-month").first.inner_text()
    return int(re.search(r"month (\d+)", text)[1])


def first_paint(browser: Browser, server: Server) -> float:
    """Return the seconds from asking for a page until its sidebar is there; median of five."""
    taken = []
    for _ in range(5):
        context = browser.new_context(viewport=SIZE)
        opened = context.new_page()
        begun = time.monotonic()
        opened.goto(server.url, wait_until="commit")
        opened.locator(".rc-transport").first.wait_for(timeout=PATIENCE)
        taken.append(time.monotonic() - begun)
        context.close()
        server.wait_until_idle()
    return median(taken)


def step_shown(browser: Browser, server: Server, scale: float = 0.1) -> dict[str, float]:
    """Return the seconds from a click on Step until the new month shows; the median by tab."""
    found = {}
    with page(browser, f"{server.url}/?scale={scale}&month=24") as view:
        view.wait_for_function("document.querySelector('.rc-month').innerText.includes('h 24 of')")
        for tab in ("Overview", "Network", "Equity", "Journeys", "Money"):
            view.get_by_role("tab", name=tab, exact=True).click()
            view.locator(f".rc-{tab.lower()} .rc-panel").first.wait_for()
            server.wait_until_idle()
            taken = []
            for _ in range(5):
                wanted = shown_month(view) + 1
                begun = time.monotonic()
                view.get_by_role("button", name="Step", exact=True).click()
                view.wait_for_function(
                    f"document.querySelector('.rc-month').innerText.includes('h {wanted} of')",
                    polling=10,
                )
                taken.append(time.monotonic() - begun)
                server.wait_until_idle()
            found[tab] = median(taken)
    return found


def months_a_second(browser: Browser, server: Server, scale: float = 0.01) -> float:
    """Return the months a second while a page plays the overview for ten seconds."""
    with page(browser, f"{server.url}/?scale={scale}&years=40") as view:
        view.get_by_role("button", name="Play").click()
        view.wait_for_function(
            "!document.querySelector('.rc-month').innerText.includes('month 0 of')"
        )
        begun, first = time.monotonic(), shown_month(view)
        time.sleep(10)
        return (shown_month(view) - first) / (time.monotonic() - begun)


def closed_page(browser: Browser, server: Server, scale: float = 0.05) -> float:
    """Return the seconds until the models of a closed page stand still."""
    with page(browser, f"{server.url}/?scale={scale}&years=40") as view:
        view.get_by_role("button", name="Play").click()
        time.sleep(2)
    return server.wait_until_idle()


def memory(browser: Browser, server: Server) -> list[float]:
    """Return the server's memory, MiB, after each page that was opened, played and closed."""
    found = []
    for number in range(PAGES):
        with page(browser, f"{server.url}/?scale=0.02&years=5&seed={number}") as view:
            view.get_by_role("button", name="Play").click()
            view.wait_for_function(
                "document.querySelector('.rc-month').innerText.includes('month 60 of')"
            )
        time.sleep(SETTLING)
        server.wait_until_idle()
        found.append(server.memory())
    return found


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            server.wait_until_idle()
            _print("first paint, s", first_paint(browser, server), "below 3")
            for tab, seconds in step_shown(browser, server).items():
                _print(f"step at scale 0.1 shown, {tab}, s", seconds, "below 0.5")
            _print("months a second at scale 0.01", months_a_second(browser, server), "10 or more")
            _print("closed page stands still after, s", closed_page(browser, server), "below 10")
            server.process.terminate()
            server = Server(Path(folder))
            held = memory(browser, server)
            _print("memory after 3 pages, MiB", held[2], "")
            _print(f"memory after {PAGES} pages, MiB", held[-1], f"up to {1.2 * held[2]:.0f}")
        finally:
            browser.close()
            server.process.terminate()


def _print(what: str, value: float, target: str) -> None:
    print(f"{what:<42}{value:>8.2f}   {target}", flush=True)


if __name__ == "__main__":
    main()
