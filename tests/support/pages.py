"""What the tests do on a page of the browser view."""

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

SMALL = "?scale=0.003&years=2"
"""Countries that are built at once."""
PATIENCE = 180_000
"""Milliseconds after which something never comes; a busy machine is slow, not wrong."""

BLANK = """() => [...document.querySelectorAll(".rc-chart")].filter(chart => {
    const colours = new Set();
    for (const canvas of chart.querySelectorAll("canvas")) {
        if (!canvas.width || !canvas.height) return true;
        const all = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
        for (const colour of new Uint32Array(all.buffer)) {
            if (colours.add(colour).size >= 3) return false;
        }
    }
    return true;
}).length"""
"""Counts the charts that show fewer than three colours; a chart may have several layers."""


def open_tab(page, name: str, key: str = "") -> None:
    """Open a tab by its name, and wait until it shows.

    Args:
        page: The page.
        name: The tab's name in the page's language.
        key: The tab's name in English, in small letters, if that is another one.
    """
    page.get_by_role("tab", name=name, exact=True).click()
    page.locator(f".rc-{key or name.lower()} .rc-panel").first.wait_for()


def check_charts(page, at_least: int = 1) -> int:
    """Assert that every chart on the page has drawn something; return how many there are."""
    charts = page.locator(".rc-chart:visible")
    charts.nth(at_least - 1).wait_for()
    wait_for_charts(page)
    return charts.count()


def wait_for_charts(page) -> None:
    """Wait until no chart on the page is empty."""
    page.wait_for_function(f"() => ({BLANK})() === 0", polling=100)


def month(page) -> int:
    """Return the month that the page shows."""
    text = page.locator(".rc-month:visible").first.inner_text()
    return int(re.search(r"month (\d+) of", text)[1])


def wait_for_month(page, number: int) -> None:
    """Wait until the page shows a month."""
    expect(page.locator(".rc-month:visible").first).to_contain_text(
        f"month {number} of", timeout=PATIENCE
    )


def wait_past_month(page, number: int) -> None:
    """Wait until the page shows another month."""
    shown = "document.querySelector('.rc-month').innerText"
    page.wait_for_function(f"!{shown}.includes('month {number} of')")


def button(page, name: str):
    """Return the button of a name."""
    return page.get_by_role("button", name=name, exact=True)


def barriers(page, within: str | None = None) -> list[str]:
    """Return what axe finds on a page that is serious or critical: rule and first element.

    Args:
        page: The page.
        within: Where to look, as a selector; None for all of it.
    """
    found = Axe().run(page, within, {"resultTypes": ["violations"]}).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found
            if one["impact"] in ("serious", "critical")]  # fmt: skip


def wait_until_it_fits(page, width: int) -> None:
    """Make a page's window so wide, and wait until nothing on it is wider: charts follow late."""
    page.set_viewport_size({"width": width, "height": 800})
    wide = "document.documentElement.scrollWidth"
    page.wait_for_function(f"{wide} <= {width}", timeout=20_000)


class Line:
    """The page's connection to the server, which can be cut and mended."""

    def __init__(self):
        self.cut = False
        self.open = []

    def over(self, page):
        """Take the place of a page's connection."""
        page.route_web_socket(re.compile("/jupyter/"), self._connect)

    def _connect(self, socket):
        if self.cut:
            socket.close(code=3001)
        else:
            self.open.append((socket, socket.connect_to_server()))

    def lose(self):
        """Cut it."""
        self.cut = True
        for socket, server in self.open:
            server.close(code=3001)
            socket.close(code=3001)
