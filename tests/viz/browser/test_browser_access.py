"""Nobody is kept out: screen readers, keyboards, large print, small screens, no motion."""

import pytest
from playwright.sync_api import expect

from tests.support.pages import (
    SMALL,
    barriers,
    button,
    open_tab,
    wait_for_month,
    wait_until_it_fits,
)
from viz.i18n.texts import Texts
from viz.tabs.registry import TABS

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PHONE, DOUBLED = 390, 683
"""Widths of a phone, and of a laptop's window of 1366 pixels at twice the size."""
FOCUSED = "document.activeElement.closest('.rc-tile')?.dataset.province ?? ''"
STOPS = "document.querySelectorAll('.rc-tile[tabindex=\"0\"]').length"
MOVES = "document.getAnimations().filter(one => one.playState === 'running').length"


@pytest.mark.parametrize(("language", "width"), [("en", PHONE), ("zh", DOUBLED)])
def test_nothing_on_any_tab_or_in_the_editor_keeps_anybody_out(open_view, language, width):
    texts = Texts(language)
    view = open_view(f"{SMALL}&month=14&language={language}", reduced_motion="reduce")
    assert "maximum-scale" not in view.locator("meta[name=viewport]").get_attribute("content")
    for tab in TABS:
        open_tab(view, texts(f"tab.{tab}"), tab)
        expect(view.locator("h1")).to_have_count(1)
        assert barriers(view, None if tab == "overview" else "#rc-shown") == [], tab
        assert view.evaluate(MOVES) == 0, tab
        wait_until_it_fits(view, width)
        view.set_viewport_size({"width": 1366, "height": 768})
    view.locator(".rc-policy-b button").first.click()
    view.locator(".rc-ed").wait_for()
    assert barriers(view, ".v-dialog__content--active") == []
    button(view, texts("shell.close")).click()


def test_the_keyboard_skips_to_what_is_shown_and_stops_once_on_a_map(open_view):
    view = open_view(f"{SMALL}&month=2")
    wait_for_month(view, 2)
    view.keyboard.press("Tab")
    expect(view.locator(".rc-skip")).to_be_focused()
    view.keyboard.press("Enter")
    expect(view.locator("#rc-shown")).to_be_focused()
    expect(view.locator(".rc-tile").first).to_be_visible()
    assert view.evaluate(STOPS) == view.locator(".rc-map").count() == 3
    view.locator('.rc-tile[tabindex="0"]').first.focus()
    reached = {view.evaluate(FOCUSED)}
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp") * 8:
        view.keyboard.press(key)
        reached.add(view.evaluate(FOCUSED))
    for key in ("ArrowLeft", "ArrowDown", "ArrowDown", "ArrowDown"):
        view.keyboard.press(key)
        reached.add(view.evaluate(FOCUSED))
    assert "" not in reached
    assert len(reached) > 4
    assert view.evaluate(STOPS) == 3
    view.keyboard.press("Enter")
    chosen = view.locator(f'.rc-tile[data-province="{view.evaluate(FOCUSED)}"]').first
    expect(chosen).to_have_attribute("aria-pressed", "true")
