"""A page that was without its connection for longer than the server keeps it."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.pages import PATIENCE, Line, button, check_charts, wait_for_month
from tests.support.servers import serving


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server that forgets a page a second after its connection is lost."""
    with serving(tmp_path_factory.mktemp("view"), SOLARA_KERNEL_CULL_TIMEOUT="1s") as running:
        yield running


def test_a_forgotten_page_comes_back_and_lives_up_to_its_month(open_view, watch, server):
    line = Line()
    view = open_view("?world=island&b=base&scale=0.01&years=2", prepare=line.over)
    for _ in range(3):
        button(view, "Step").click()
    wait_for_month(view, 3)
    expect(view).to_have_url(re.compile("month=3"))
    view.wait_for_timeout(1000)  # the cards come one after the other
    shown = view.locator(".rc-cards").inner_text()
    watch.offline = True
    line.lose()
    view.wait_for_timeout(8000)  # longer than the server keeps it
    with view.expect_event("load", timeout=PATIENCE):  # what it showed is gone on the server
        line.cut = False
    expect(view.locator(".rc-cards")).to_have_text(shown, use_inner_text=True, timeout=PATIENCE)
    wait_for_month(view, 3)
    check_charts(view)
    button(view, "Step").click()
    wait_for_month(view, 4)
