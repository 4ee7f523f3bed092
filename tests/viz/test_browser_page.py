"""The page as people use it: play, pause, step, reset, filter, link, downloads."""

from pages import button, check_charts, month, wait_for_month
from playwright.sync_api import expect


def test_step_play_pause_reset(view):
    button(view, "Step").click()
    wait_for_month(view, 1)
    button(view, "Play").click()
    expect(button(view, "Pause")).to_be_visible()
    view.wait_for_function("!document.querySelector('.rc-month').innerText.includes('month 1 of')")
    wait_for_month(view, 24)
    expect(button(view, "Play")).to_be_disabled()
    expect(button(view, "Step")).to_be_disabled()
    button(view, "Reset").click()
    wait_for_month(view, 0)
    check_charts(view)


def test_a_pause_stays_at_its_month(open_view):
    view = open_view("?scale=0.003&years=40")
    button(view, "Play").click()
    view.wait_for_function("!document.querySelector('.rc-month').innerText.includes('month 0 of')")
    button(view, "Pause").click()
    expect(button(view, "Step")).to_be_enabled()
    view.wait_for_timeout(500)
    held = month(view)
    view.wait_for_timeout(500)
    assert 0 < month(view) == held < 480
    button(view, "Step").click()
    wait_for_month(view, held + 1)
