"""Take the picture of the browser view that the README shows.

``python tools/screenshot.py [QUERY] [FILE]`` starts the view and Chromium (the variable CHROMIUM,
or the path) and writes docs/view.png: the page of the query's link at a laptop's size, once its
month has been lived.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
QUERY = "?scale=0.02&month=96&tab=overview"
SIZE = {"width": 1366, "height": 860}
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


def take(query: str, file: Path) -> None:
    """Start the view, open the page of a link, and write what it shows.

    Args:
        query: The link's query, with the month to live to.
        file: Where the picture goes.
    """
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log.txt"
        with log.open("wb") as out:
            server = subprocess.Popen(
                [sys.executable, "-m", "viz", "view", "--port", "0", "--no-open"],
                cwd=ROOT, stdout=out, stderr=out, env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )  # fmt: skip
        try:
            while not (found := re.search(r"at (http://\S+)", log.read_text())):
                time.sleep(0.2)
            _photograph(f"{found[1]}/{query}", file)
        finally:
            server.terminate()


def _photograph(url: str, file: Path) -> None:
    wanted = re.search(r"month=(\d+)", url)
    with sync_playwright() as playwright:
        arguments = ["--headless", "--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        page = browser.new_page(viewport=SIZE)
        page.goto(url)
        month = wanted[1] if wanted else "0"
        shown = f"document.querySelector('.rc-month')?.innerText.includes('month {month} of')"
        page.wait_for_function(shown, timeout=300_000)
        page.wait_for_timeout(2000)
        page.screenshot(path=file)
        browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("query", nargs="?", default=QUERY)
    parser.add_argument("file", nargs="?", type=Path, default=ROOT / "docs" / "view.png")
    asked = parser.parse_args()
    take(asked.query, asked.file)
