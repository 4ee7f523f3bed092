"""What must not break a page: silly input, odd links, other people, lost connections."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.support.pages import (
    PATIENCE,
    SMALL,
    Line,
    button,
    check_charts,
    month,
    open_tab,
    wait_for_month,
    wait_past_month,
)
from tests.support.waiting import wait_until

SILLY = {
    "scale": ["", "abc", "-1", "0", "1", "nan", "inf", "1e999", "0,01", "<b>", "１"],
    "years": ["", "abc", "-1", "0", "41", "2.5", "1e3", "999999999999999999999"],
    "seed": ["", "abc", "-1", "1.5", "99999999999999999999", "'; drop", "😀"],
}


@pytest.mark.parametrize("name", SILLY)
def test_silly_input_is_refused_beside_its_field_and_changes_nothing(view, name):
    address = view.url
    field = view.locator(f".rc-{name}.v-input input, .rc-{name} input").first
    kept = field.input_value()
    for text in SILLY[name]:
        field.fill(text)
        field.press("Enter")
        refusal = view.locator(".rc-numbers .error--text .v-messages__message")
        expect(refusal).to_contain_text(f"{text[:18]!r}"[:-1])
        expect(refusal).to_contain_text("expected")
    assert view.url == address
    field.fill(kept)
    field.press("Enter")
    expect(view.locator(".rc-numbers .error--text")).to_have_count(0)
    button(view, "Step").click()
    wait_for_month(view, 1)
    button(view, "Reset").click()
    wait_for_month(view, 0)


NONSENSE = (
    "?a=../etc/passwd&scale=-3&years=x&seed=1e99&month=-2&tab=%00&province=Mars&language=xx"
    "&patient=abc&disease=<script>&b.network.slots=NaN&zzz=1"
)


def test_a_link_that_makes_no_sense_opens_the_page_and_says_so(open_view):
    view = open_view(NONSENSE)
    expect(view.locator(".rc-complaints")).to_contain_text("expected")
    expect(view.locator(".rc-complaints")).to_contain_text("unknown policy")
    check_charts(view)
    button(view, "Dismiss").click()
    expect(view.locator(".rc-complaints")).to_have_count(0)


def test_a_patient_that_nobody_is_breaks_nothing(open_view):
    view = open_view("?world=island&scale=0.01&years=2&month=2&tab=journeys&patient=99999999")
    wait_for_month(view, 2)
    check_charts(view, 2)


def test_two_people_do_not_share_their_models(view, open_view):
    one, other = view, open_view(SMALL + "&seed=2")
    button(one, "Step").click()
    wait_for_month(one, 1)
    wait_for_month(other, 0)
    assert one.locator(".rc-cards").inner_text() != other.locator(".rc-cards").inner_text()
    button(other, "Play").click()
    wait_for_month(other, 24)
    assert month(one) == 1
    button(one, "Reset").click()
    wait_for_month(one, 0)


def test_quick_clicks_are_all_counted(view):
    for _ in range(5):
        button(view, "Step").click()
    wait_for_month(view, 5)
    for tab in ("Money", "Equity", "Network", "Overview"):
        view.get_by_role("tab", name=tab, exact=True).click()
    open_tab(view, "Overview")
    check_charts(view)
    wait_for_month(view, 5)
    button(view, "Reset").click()
    wait_for_month(view, 0)


def test_new_numbers_make_new_countries(view):
    before = view.locator(".rc-cards").inner_text()
    field = view.locator(".rc-seed input").first
    field.fill("7")
    field.press("Enter")
    expect(view).to_have_url(re.compile("seed=7"))
    expect(view.locator(".rc-cards")).not_to_have_text(before)
    wait_for_month(view, 0)


def test_what_is_being_typed_stays_while_months_go_by(open_view):
    view = open_view("?scale=0.01&years=40")
    button(view, "Play").click()
    field = view.locator(".rc-seed input").first
    field.fill("7")
    for _ in range(3):
        wait_past_month(view, month(view))
        assert field.input_value() == "7"
    button(view, "Pause").click()
    expect(view).to_have_url(re.compile("seed=7"), timeout=PATIENCE)


def test_a_lost_connection_stops_the_months_and_comes_back(open_view, watch, server):
    line = Line()
    view = open_view("?scale=0.02&years=40", prepare=line.over)
    button(view, "Play").click()
    wait_past_month(view, 0)
    watch.offline = True
    line.lose()
    wait_until_quiet(server, 4, "the server still works for a page that is not there")
    held = month(view)
    assert held < 480
    line.cut = False
    expect(button(view, "Play")).to_be_enabled(timeout=PATIENCE)
    button(view, "Step").click()
    wait_past_month(view, held)
    view.wait_for_timeout(1000)
    assert held < month(view) < 480


def test_a_closed_page_stops_its_models(open_view, server):
    view = open_view("?scale=0.1&years=40")  # some nine seconds of work up to the horizon
    button(view, "Play").click()
    wait_past_month(view, 0)
    wait_until(lambda: _busy(server), "work for an open page")
    view.context.close()
    wait_until_quiet(server, 6, "the server still works for a closed page")


def wait_until_quiet(server, seconds: float, complaint: str) -> None:
    """Wait until a server does nothing, and complain if it has used too much processor time."""
    begun = server.seconds()
    while _busy(server):
        assert server.seconds() - begun < seconds, complaint


def _busy(server) -> bool:
    """Return whether the server uses more than 0.15 of a core over half a second."""
    before = server.seconds()
    time.sleep(0.5)
    return (server.seconds() - before) / 0.5 > 0.15
