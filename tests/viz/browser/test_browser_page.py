"""The page as people use it: play, pause, step, reset, filter, link, downloads, language."""

import csv
import re
from io import StringIO
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.support.pages import (
    SMALL,
    button,
    check_charts,
    month,
    open_tab,
    wait_for_month,
    wait_past_month,
)
from viz.i18n.texts import Texts
from viz.tabs.registry import TABS
from viz.view_state import ViewState

CHARTS = {"Overview": 8, "Network": 6, "Equity": 12, "Journeys": 2, "Money": 5}
WATCH_THE_MONTH = """() => {
    window.monthsShown = [];
    const shown = [...document.querySelectorAll(".rc-month")].find(e => e.offsetParent);
    new MutationObserver(() => window.monthsShown.push(+/month (\\d+) of/.exec(shown.innerText)[1]))
        .observe(shown, {childList: true, characterData: true, subtree: true});
}"""
"""Writes down every month that the page shows from now on."""
PHONE = {"width": 390, "height": 844}


def test_step_play_pause_reset(view):
    button(view, "Step").click()
    wait_for_month(view, 1)
    button(view, "Play").click()
    expect(button(view, "Pause")).to_be_visible()
    wait_for_month(view, 24)
    expect(button(view, "Play")).to_be_disabled()
    expect(button(view, "Step")).to_be_disabled()
    button(view, "Reset").click()
    wait_for_month(view, 0)
    check_charts(view)


def test_a_pause_stays_at_its_month(open_view):
    view = open_view("?scale=0.003&years=40")
    button(view, "Play").click()
    wait_past_month(view, 0)
    button(view, "Pause").click()
    expect(view.locator(".rc-month:visible").first).to_contain_text("stands still")
    held = month(view)
    view.evaluate(WATCH_THE_MONTH)
    assert 0 < held < 480
    button(view, "Step").click()
    wait_for_month(view, held + 1)
    assert set(view.evaluate("window.monthsShown")) <= {held, held + 1}, "a month came by itself"


@pytest.mark.parametrize(("language", "size"), [("en", None), ("zh", PHONE)])
def test_every_tab_draws_before_the_first_month_and_after(open_view, language, size):
    texts = Texts(language)
    view = open_view(f"{SMALL}&language={language}", **({"viewport": size} if size else {}))
    for lived in (0, 14):
        if lived:
            button(view, texts("shell.play")).click()
            expect(button(view, texts("shell.pause"))).to_be_visible()
            expect(button(view, texts("shell.play"))).to_be_disabled()
        for tab, charts in CHARTS.items():
            open_tab(view, texts(f"tab.{tab.lower()}"), tab.lower())
            assert check_charts(view, charts) >= charts
            wide = view.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert wide <= 0, f"{tab} is {wide} pixels too wide"
    open_tab(view, texts("tab.about"), "about")
    expect(view.get_by_text(texts("about.calibration"), exact=True)).to_be_visible()


def test_cards_tell_which_is_better_in_words(open_view):
    view = open_view(SMALL + "&month=24")
    wait_for_month(view, 24)
    cards = view.locator(".rc-card")
    expect(cards).to_have_count(9)
    told = cards.locator(".rc-verdict").all_inner_texts()
    assert any("better under B" in text or "worse under B" in text for text in told)
    assert all(re.search("under B|no difference|not yet defined", text) for text in told)


def test_a_click_on_a_province_filters_everything_and_the_chip_clears_it(view):
    view.locator(".rc-tile", has_text="JS").first.click()
    chip = view.locator(".rc-chip")
    expect(chip).to_contain_text("Jiangsu")
    expect(view.locator('.rc-tile[aria-pressed="true"]')).to_have_count(3)
    check_charts(view)
    for tab in ("Equity", "Network", "Journeys", "Money"):
        open_tab(view, tab)
        check_charts(view, CHARTS[tab])
        expect(chip).to_contain_text("Jiangsu")
    expect(view).to_have_url(re.compile("province=Jiangsu"))
    chip.get_by_role("button", name="Back to the whole country").click()
    expect(chip).to_have_count(0)
    expect(view).not_to_have_url(re.compile("province="))


def test_the_map_works_from_the_keyboard(view):
    view.locator(".rc-tile", has_text="GD").first.focus()
    view.keyboard.press("Enter")
    expect(view.locator(".rc-chip")).to_contain_text("Guangdong")
    grey = view.locator(".rc-tile", has_text="HK").first
    assert grey.get_attribute("tabindex") == "-1"
    assert "no data" in grey.get_attribute("aria-label")


def test_another_country_is_watched_by_its_link(open_view):
    view = open_view("?world=island&scale=0.01&years=2")
    expect(view.locator(".rc-tile")).to_have_count(6)
    expect(view.get_by_text("Poor Leeward becomes a special zone from 2022")).to_be_visible()
    button(view, "Step").click()
    expect(view.locator(".rc-month:visible").first).to_contain_text("January 2021, month 1 of 24")
    view.locator(".rc-tile", has_text="LW").first.click()
    expect(view.locator(".rc-chip")).to_contain_text("Leeward")
    for tab, charts in CHARTS.items():
        open_tab(view, tab)
        check_charts(view, charts)
    expect(view).to_have_url(re.compile("world=island&a=uniform&b=zone"))


UNNAMED = """() => [...document.querySelectorAll('button, a[href], input')].filter(e =>
    e.offsetParent && !(e.innerText || '').trim() && !e.ariaLabel && !e.title
    && !(e.labels && e.labels.length) && !e.closest('[role=button], [role=combobox]')
).map(e => e.outerHTML.slice(0, 200))"""
FOCUSED = """() => {
    const e = document.activeElement;
    return (e.innerText || e.ariaLabel || e.id || '').trim();
}"""


def test_every_control_has_a_name_and_takes_the_focus(view):
    expect(button(view, "Play")).to_be_enabled()
    assert view.evaluate(UNNAMED) == []
    reached = set()
    for _ in range(60):
        view.keyboard.press("Tab")
        reached.add(view.evaluate(FOCUSED))
    assert {"Play", "Step", "Reset", "Edit policy A", "Edit policy B", "Network"} <= reached


def test_the_link_restores_the_whole_setting(open_view):
    view = open_view("?b=no-charity&scale=0.003&years=3&seed=4&month=5&tab=money&province=Anhui"
                     "&b.network.slots=1.5")  # fmt: skip
    wait_for_month(view, 5)
    button(view, "Step").click()
    wait_for_month(view, 6)
    expect(view).to_have_url(re.compile("month=6"))
    view.wait_for_timeout(1000)
    cards = view.locator(".rc-cards").inner_text()
    link = view.get_by_role("link", name="Link to this view").get_attribute("href")
    state, complaints = ViewState.from_query(link, TABS)
    assert complaints == []
    assert (state.month, state.tab, state.province) == (6, "money", "Anhui")
    other = open_view(link)
    wait_for_month(other, 6)
    expect(other.get_by_role("tab", name="Money")).to_have_attribute("aria-selected", "true")
    expect(other.locator(".rc-chip")).to_contain_text("Anhui")
    expect(other.locator(".rc-policy-b")).to_contain_text("No charity")
    expect(other.locator(".rc-edited")).to_contain_text("1")
    expect(other.locator(".rc-cards")).to_have_text(cards, use_inner_text=True)


def test_a_reload_in_the_middle_comes_back_to_where_it_was(open_view):
    view = open_view("?scale=0.003&years=40")
    button(view, "Play").click()
    wait_past_month(view, 0)
    view.reload()
    kept = int(parse_qs(urlsplit(view.url).query).get("month", ["0"])[0])
    wait_for_month(view, kept)
    button(view, "Step").click()
    wait_for_month(view, kept + 1)
    expect(view).to_have_url(re.compile(rf"month={kept + 1}(&|$)"))
    view.reload()
    wait_for_month(view, kept + 1)


def test_the_language_changes_and_back(view):
    button(view, "中文").click()
    expect(button(view, "播放")).to_be_visible()
    assert view.evaluate("document.documentElement.lang") == "zh"
    check_charts(view)
    button(view, "English").click()
    expect(button(view, "Play")).to_be_visible()


def test_another_policy_is_shown_with_its_sentence_and_difference(view):
    view.locator(".rc-policy-b .v-select__slot").click()
    view.get_by_role("option", name="No charity").click()
    expect(view.locator(".rc-policy-b .rc-sentence")).to_contain_text("without grants")
    button(view, "Step").click()
    wait_for_month(view, 1)
    view.get_by_text(re.compile("Where B differs from A")).click()
    expect(view.locator(".rc-difference")).to_contain_text("Charity: donations")


def test_a_patient_can_be_chosen_and_is_the_same_under_both(open_view):
    view = open_view(SMALL + "&month=23&tab=journeys")
    wait_for_month(view, 23)
    view.locator(".rc-choose-patient .v-select__slot").click()
    view.get_by_role("option").nth(2).click()
    expect(view).to_have_url(re.compile(r"patient=\d+"))
    a, b = view.locator(".rc-story").all_inner_texts()
    assert a.split("\n")[0] == b.split("\n")[0]
    assert a.startswith("Patient ")


def test_tables_can_be_taken_away(open_view):
    view = open_view(SMALL + "&month=3")
    wait_for_month(view, 3)
    with view.expect_download() as found:
        view.get_by_role("button", name="All months (CSV)").click()
    rows = list(csv.DictReader(StringIO(found.value.path().read_text())))
    assert len(rows) == 2 * 3 * 31
    assert {row["side"] for row in rows} == {"A", "B"}
    for tab in (*CHARTS, "About"):
        open_tab(view, tab)
        with view.expect_download() as found:
            view.get_by_role("button", name=f"{tab} (CSV)").click()
        assert len(found.value.path().read_text().splitlines()) > 5


def test_a_chart_can_be_taken_away_as_a_picture(open_view):
    view = open_view(SMALL + "&month=3")
    wait_for_month(view, 3)
    check_charts(view)
    chart = view.locator(".rc-chart").first
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    with view.expect_download() as found:
        view.mouse.click(box["x"] + box["width"] - 21, box["y"] + 15)
    assert found.value.path().read_bytes()[:4] == b"\x89PNG"


def test_the_python_lines_are_those_of_the_screen(open_view):
    view = open_view(SMALL + "&month=2")
    wait_for_month(view, 2)
    view.get_by_text("The same in Python").click()
    expect(view.locator(".rc-copy pre")).to_have_text(
        ViewState(scale=0.003, years=2, month=2).python()
    )
    button(view, "Copy").click()
    expect(button(view, "Copied")).to_be_visible()
