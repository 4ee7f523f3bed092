"""Doubt on the page: nothing is called better before all pairs are lived; processes end with it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.pages import button, wait_for_month
from tests.support.servers import serving
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.browser]
SMALL_ISLAND = "?world=island&scale=0.01&years=2&month=24&tab=overview"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("doubt"), pairs=4) as running:
        yield running


def children(server) -> list[int]:
    task = Path(f"/proc/{server.process.pid}/task")
    lists = (one / "children" for one in task.iterdir())
    found = [int(pid) for one in lists for pid in one.read_text().split()]
    return [pid for pid in found if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def test_intervals_come_by_themselves_and_nothing_is_claimed_before(open_view):
    view = open_view(SMALL_ISLAND)
    doubt = view.locator(".rc-doubt")
    expect(doubt).to_contain_text(re.compile("of 4 pairs|Brackets"))
    if "of 4 pairs" in doubt.inner_text():
        told = [one.locator(".rc-verdict").last.inner_text() for one in
                view.locator(".rc-card").all()]  # fmt: skip
        assert not any("under B" in text for text in told)
    wait_for_month(view, 24)
    expect(doubt).to_contain_text("Brackets: 95 % intervals of the difference over 4 pairs")
    expect(view.locator(".rc-interval").first).to_contain_text(re.compile(r"4 pairs: .* \[.*\]"))
    known = view.locator(".rc-card", has_text=re.compile("unclear|under B"))
    assert known.count() > 3
    last = view.locator(".rc-map").nth(2)
    for tile in last.locator(".rc-tile").all():
        hatched = tile.locator(".rc-unclear").count() == 1
        assert hatched == ("may be chance" in tile.get_attribute("aria-label"))
    expect(last.locator(".rc-zone")).to_have_count(1)


def test_the_pairs_end_with_the_page(server, open_view):
    view = open_view("?world=island&scale=0.01&years=40&tab=overview")
    wait_until(lambda: children(server))
    view.locator(".rc-seed input").fill("77")
    button(view, "Step").focus()
    wait_until(lambda: view.locator(".rc-doubt").inner_text().startswith("How much"))
    view.close()
    wait_until(lambda: not children(server))
