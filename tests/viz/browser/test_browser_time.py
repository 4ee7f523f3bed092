"""Time on the page: the slider, its marks, the pace, back and forward of the browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.pages import (
    button,
    check_charts,
    month,
    open_tab,
    wait_for_month,
    wait_past_month,
)

ISLAND = "?world=island&scale=0.01&years=4"


@pytest.fixture
def view(shared_view):
    """The module's page with the island at its first month."""
    return shared_view(ISLAND)


def slider(view):
    return view.get_by_role("slider", name="Month")


def cards(view) -> str:
    view.wait_for_timeout(800)  # the cards come one after the other
    return view.locator(".rc-cards").inner_text()


def test_the_slider_goes_to_any_month_and_back_and_shows_the_same(open_view):
    view = open_view(ISLAND)
    slider(view).fill("30")
    wait_for_month(view, 30)
    check_charts(view)
    at_thirty = cards(view)
    slider(view).focus()
    view.keyboard.press("ArrowLeft")
    wait_for_month(view, 29)
    view.keyboard.press("End")
    wait_for_month(view, 48)
    assert cards(view) != at_thirty
    slider(view).fill("30")
    wait_for_month(view, 30)
    assert cards(view) == at_thirty
    expect(view).to_have_url(re.compile("month=30"))
    linked = open_view(view.url[view.url.index("?") :])
    wait_for_month(linked, 30)
    assert cards(linked) == at_thirty
    played = open_view(ISLAND)
    button(played, "Play").click()
    wait_past_month(played, 0)
    button(played, "Pause").click()
    expect(played.locator(".rc-month")).to_contain_text("stands still")
    held = month(played)
    slider(linked).fill(str(held))
    wait_for_month(linked, held)
    assert cards(linked) == cards(played)


def test_the_slider_says_its_month_and_a_mark_leads_to_it(view):
    slider(view).fill("12")
    wait_for_month(view, 12)
    expect(slider(view)).to_have_attribute("aria-valuetext", re.compile("month 12 of 48"))
    expect(view.locator(".rc-mark").first).to_be_attached()
    view.get_by_text(re.compile("What happens when")).click()
    first = view.locator(".rc-list-of-marks button").first
    expect(first).to_have_text(re.compile(r"^20\d\d-\d\d, "))
    first.click()
    expect(view).to_have_url(re.compile(r"month=\d+"))
    view.get_by_text(re.compile("What happens when")).click()
    button(view, "Reset").click()
    wait_for_month(view, 0)


def test_back_and_forward_of_the_browser(open_view):
    view = open_view(ISLAND)
    slider(view).fill("5")
    wait_for_month(view, 5)
    view.locator(".rc-tile", has_text="LW").first.click()
    expect(view.locator(".rc-chip")).to_contain_text("Leeward")
    open_tab(view, "Money")
    slider(view).fill("9")
    wait_for_month(view, 9)
    expect(view).to_have_url(re.compile("month=9"))
    view.go_back()
    expect(view.get_by_role("tab", name="Overview")).to_have_attribute("aria-selected", "true")
    expect(view.locator(".rc-chip")).to_contain_text("Leeward")
    wait_for_month(view, 5)
    view.go_back()
    expect(view.locator(".rc-chip")).to_have_count(0)
    wait_for_month(view, 5)
    view.go_forward()
    expect(view.locator(".rc-chip")).to_contain_text("Leeward")
    view.go_forward()
    expect(view.get_by_role("tab", name="Money")).to_have_attribute("aria-selected", "true")
    wait_for_month(view, 9)
    check_charts(view)


def test_a_year_that_is_played_is_in_the_address(open_view):
    view = open_view(f"{ISLAND}&years=40")
    button(view, "Play").click()
    expect(view).to_have_url(re.compile(r"month=\d+"))
    expect(button(view, "Pause")).to_be_visible()
